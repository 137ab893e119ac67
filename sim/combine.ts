/**
 * Waiting for any or all of several things, with or without a time limit.
 * @module
 */
import { Activity, Phase } from "./activity.ts";
import { SimulationError } from "./errors.ts";
import type { Duration } from "./time.ts";
import type { Process, Wait, Waitable } from "./wait.ts";

/** Waits for the first `needed` of several things. */
class Combination implements Waitable {
  /** Which came first; of those that came in the same moment, the one listed first. */
  firstIndex = Infinity;
  private readonly probes: Activity[] = [];
  private missing = 0;

  constructor(private readonly waits: readonly Wait[], private readonly needed: number) {}

  arm(waiter: Activity): void {
    const { sim } = waiter;
    this.missing = this.needed;
    for (const [index, wait] of this.waits.entries()) {
      const probe = new Activity(sim, waiter.name, Phase.request, waiter.clock);
      this.probes.push(probe);
      probe.callback = () => {
        probe.waitsFor = null;
        this.firstIndex = Math.min(this.firstIndex, index);
        if (--this.missing === 0) sim.ready(waiter);
      };
      sim.arm(probe, wait);
    }
  }

  disarm(): void {
    for (const probe of this.probes) probe.unqueue();
    this.probes.length = 0;
  }

  describe(): string {
    const parts = this.waits.map((wait) => typeof wait === "number" ? `${wait} cycles` : wait.describe());
    return `${this.needed === 1 ? "any" : "all"} of [${parts.join("; ")}]`;
  }

  servers(): readonly string[] {
    return this.waits.flatMap((wait) => typeof wait === "number" ? [] : wait.servers?.() ?? []);
  }
}

/**
 * Waits for the first of several things and gives its place in the list; ties go to the one listed first. Throws a
 * SimulationError if the list is empty: that wait would never end.
 */
export function* anyOf(...waits: readonly Wait[]): Process<number> {
  if (waits.length === 0) {
    throw new SimulationError(
      "Cannot wait for any of an empty list: nothing would end that wait; name one thing at least",
    );
  }
  const combination = new Combination(waits, 1);
  try {
    yield combination;
    // Those that this moment has let go already still count.
    yield 0;
  } finally {
    combination.disarm();
  }
  return combination.firstIndex;
}

/** Waits until each of several things has happened once. */
export function* allOf(...waits: readonly Wait[]): Process {
  if (waits.length === 0) return;
  const combination = new Combination(waits, waits.length);
  yield combination;
  combination.disarm();
}

/** Waits for something, at most for `limit` (a duration, or a number of cycles); whether it happened. */
export function* within(limit: Duration | number, wait: Wait): Process<boolean> {
  return (yield* anyOf(wait, limit)) === 0;
}
