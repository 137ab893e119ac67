/**
 * What the processes of compute units and drivers wait for.
 * @module
 */
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
  private waiters: Activity[] = [];
  private woken: Activity[] = [];

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
    this.waiters = this.waiters.filter((other) => other !== waiter);
  }

  /** For reports. */
  describe(): string {
    return `${this.what} (${this.stands()})`;
  }

  /** It has happened: all waiters go on after the delay. */
  notify(): void {
    const { waiters } = this;
    if (waiters.length === 0) return;
    this.waiters = this.woken;
    this.woken = waiters;
    for (const waiter of waiters) waiter.sim.arm(waiter, this.delay);
    waiters.length = 0;
  }
}
