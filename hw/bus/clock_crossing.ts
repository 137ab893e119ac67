/**
 * The way from one clock domain into another, with its latency on either side.
 * @module
 */
import type { ClockDomain, Simulation, Task } from "../../sim/mod.ts";

/** Where a {@link ClockCrossing} goes, and how long it takes. */
export interface ClockCrossingRoute {
  /** Path, for reports. */
  readonly path: string;
  /** Clock of who sends. */
  readonly from: ClockDomain;
  /** Cycles of that clock until the border. */
  readonly fromCycles: number;
  /** Clock of who receives. */
  readonly to: ClockDomain;
  /** Cycles of that clock from the border to the receiver. */
  readonly toCycles: number;
}

interface Item<T> {
  readonly value: T;
  cycle: number;
}

/**
 * A pipeline that keeps the order of what goes through and takes one thing after the other, any number at a time: whoever
 * sends counts what is under way.
 */
export class ClockCrossing<T> {
  /** What has not reached the border; each with the cycle of the sender's clock in which it does. */
  private readonly leaving: Item<T>[] = [];
  /** What has passed it; each with the cycle of the receiver's clock in which it can be taken. */
  private readonly coming: Item<T>[] = [];
  private readonly border: Task;

  /** An empty crossing; `arrived` is called when something has passed the border. */
  constructor(sim: Simulation, private readonly route: ClockCrossingRoute, private readonly arrived: () => void) {
    this.border = sim.task(route.path, () => this.#pass(), { clock: route.from });
  }

  /** Cycle of the receiver's clock in which the next thing can be taken; Infinity if nothing has passed the border. */
  get nextCycle(): number {
    return this.coming.length === 0 ? Infinity : this.coming[0].cycle;
  }

  /** The next thing, or undefined if none can be taken in this cycle of the receiver's clock. */
  get front(): T | undefined {
    const { coming } = this;
    return coming.length > 0 && coming[0].cycle <= this.route.to.cycles ? coming[0].value : undefined;
  }

  /** Sends something. */
  push(value: T): void {
    const { from, fromCycles } = this.route;
    this.leaving.push({ value, cycle: from.cycles + fromCycles });
    if (fromCycles === 0) this.#pass();
    else if (!this.border.queued) this.border.after(fromCycles);
  }

  /** Takes the thing at the front. */
  take(): void {
    this.coming.shift();
  }

  /** Loses everything. */
  reset(): void {
    this.border.unqueue();
    this.leaving.length = this.coming.length = 0;
  }

  #pass(): void {
    const { from, to, toCycles } = this.route;
    const now = from.cycles;
    while (this.leaving.length > 0 && this.leaving[0].cycle <= now) {
      const item = this.leaving.shift()!;
      item.cycle = to.cycles + toCycles;
      this.coming.push(item);
    }
    if (this.leaving.length > 0) this.border.after(this.leaving[0].cycle - now);
    this.arrived();
  }
}
