/**
 * What the processes of compute units and drivers wait for.
 * @module
 */
import { Ring } from "./ring.ts";
import { type Activity, type Duration, Event, type Simulation, type Waitable } from "../../sim/mod.ts";

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

/** Where processes wait for something that they hear of a fixed time after it has happened. */
export class Wakeup implements Waitable {
  private readonly what: string;
  private readonly delay: Duration;
  private readonly stands: () => string;
  private readonly waiters: Ring<Activity> = new Ring();

  /** Nobody waits. `what` completes "waits for ..."; `stands` says in reports how things are. */
  constructor(what: string, delay: Duration, stands: () => string) {
    this.what = what;
    this.delay = delay;
    this.stands = stands;
  }

  /** Queues a waiter. */
  arm(waiter: Activity): void {
    this.waiters.push(waiter);
  }

  /** Takes it out. */
  disarm(waiter: Activity): void {
    const { waiters } = this;
    for (let count = waiters.length; count > 0; count--) {
      const other = waiters.shift()!;
      if (other !== waiter) waiters.push(other);
    }
  }

  /** For reports. */
  describe(): string {
    return `${this.what} (${this.stands()})`;
  }

  /** It has happened: all waiters go on after the delay. */
  notify(): void {
    for (let waiter; (waiter = this.waiters.shift()) !== undefined;) waiter.sim.arm(waiter, this.delay);
  }
}
