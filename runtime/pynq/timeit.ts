/**
 * `%%timeit`, in simulated time.
 * @module
 */
import type { Process } from "../../sim/mod.ts";
import type { Pynq } from "./pynq.ts";

/** What a measurement gave, in simulated milliseconds. */
export interface TimeIt {
  /** Mean of the runs. */
  readonly meanMs: number;
  /** Standard deviation of the runs. */
  readonly deviationMs: number;
  /** Runs, each a mean over the loops. */
  readonly runsMs: readonly number[];
  /** Loops in a run. */
  readonly loops: number;
}

/** How often. */
export interface TimeItOptions {
  /** Runs; IPython has 7. */
  readonly runs?: number;
  /** Loops in a run. */
  readonly loops?: number;
  /** Loops before the first run. */
  readonly warmUp?: number;
}

/** Measures a cell: means over `loops`, `runs` times, after a loop that does not count. */
export function* timeit(
  pynq: Pynq,
  cell: () => Process<unknown>,
  { runs = 1, loops = 1, warmUp = 1 }: TimeItOptions = {},
): Process<TimeIt> {
  for (let loop = 0; loop < warmUp; loop++) yield* cell();
  const runsMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = pynq.sim.now;
    for (let loop = 0; loop < loops; loop++) yield* cell();
    runsMs.push((pynq.sim.now - start) / loops / 1e9);
  }
  // Counted from the first run, so that equal runs have a deviation of 0 and not that of the rounding.
  const meanMs = runsMs[0] + runsMs.reduce((sum, value) => sum + (value - runsMs[0]), 0) / runs;
  const deviationMs = Math.sqrt(runsMs.reduce((sum, value) => sum + (value - meanMs) ** 2, 0) / runs);
  return { meanMs, deviationMs, runsMs, loops };
}

/** As IPython prints it: `33.9 ms ± 3.56 µs per loop (mean ± std. dev. of 7 runs, 10 loops each)`. */
export function formatTimeIt({ meanMs, deviationMs, runsMs, loops }: TimeIt): string {
  const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  return `${duration(meanMs)} ± ${duration(deviationMs)} per loop (mean ± std. dev. of ` +
    `${plural(runsMs.length, "run")}, ${plural(loops, "loop")} each)`;
}

/** Three digits, with the unit that fits. */
export function duration(milliseconds: number): string {
  const units: readonly (readonly [number, string])[] = [[1e3, "s"], [1, "ms"], [1e-3, "µs"], [1e-6, "ns"]];
  const [factor, unit] = units.find(([factor]) => milliseconds >= factor) ?? units[3];
  return `${Number((milliseconds / factor).toPrecision(3))} ${unit}`;
}
