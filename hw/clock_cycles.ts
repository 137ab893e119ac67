/**
 * Waiting for cycles of a clock that need not be the waiting process's own.
 * @module
 */
import { type Activity, type ClockDomain, SimulationError, type Waitable } from "../sim/mod.ts";

/** A number of cycles of a clock, whoever waits for them: they end at an edge of that clock. */
export class ClockCycles implements Waitable {
  private readonly clock: ClockDomain;
  private readonly count: number;

  /** Made by `Component.cycles`. Throws a SimulationError unless `count` is a whole number, 0 or more. */
  constructor(clock: ClockDomain, count: number) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new SimulationError(
        `Cannot wait ${count} cycles of clock ${clock.name}: it has to be a whole number, 0 or more`,
      );
    }
    this.clock = clock;
    this.count = count;
  }

  /** Queues a waiter for that edge. */
  arm(waiter: Activity): void {
    if (this.count === 0) waiter.sim.ready(waiter);
    else this.clock.wakeAfter(waiter, this.count);
  }

  /** For reports. */
  describe(): string {
    const { clock, count } = this;
    return `${count} cycles of clock ${clock.name}${clock.gated ? ", which is gated" : ""}`;
  }
}
