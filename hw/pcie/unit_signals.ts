/**
 * What a compute unit's process and those who watch it wait for.
 * @module
 */
import { type Activity, Event, type Simulation, type Waitable } from "../../sim/mod.ts";

/** An event that says in reports how things stand while it has not happened. */
export class StatusEvent extends Event {
  private readonly stands: () => string;

  /** An event that has not happened. */
  constructor(sim: Simulation, name: string, stands: () => string) {
    super(sim, name);
    this.stands = stands;
  }

  /** For reports. */
  override describe(): string {
    return `${super.describe()} (${this.stands()})`;
  }
}

/** Where a unit's process waits for a start, to go on some cycles after it. */
export class StartSignal implements Waitable {
  private readonly what: string;
  private waiter: Activity | null = null;

  /** Nobody waits. */
  constructor(what: string) {
    this.what = what;
  }

  /** The unit's process waits. */
  arm(waiter: Activity): void {
    this.waiter = waiter;
  }

  /** It does not, any more. */
  disarm(): void {
    this.waiter = null;
  }

  /** For reports. */
  describe(): string {
    return this.what;
  }

  /** Lets the waiting process go on in so many cycles of its clock. */
  fire(cycles: number): void {
    const { waiter } = this;
    if (waiter === null) return; // it has not come round to waiting, and will find the run
    this.waiter = null;
    waiter.waitsFor = null;
    waiter.sim.arm(waiter, cycles);
  }
}
