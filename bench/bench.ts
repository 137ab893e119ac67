/**
 * What a benchmark is, and the clock that all of them read.
 * @module
 */
import process from "node:process";

/** Something whose speed or size is watched. */
export interface Bench {
  /** `kernel.resume.10`: the part that is measured, then what. */
  readonly name: string;
  /** Unit of what `run` gives: `resumes/s`, `B`. */
  readonly unit: string;
  /** Whether more is better, or less. */
  readonly better: "higher" | "lower";
  /** What is done and counted, in one line. */
  readonly note: string;
  /** The value that this kind of machine has to reach, if there is one. */
  readonly goal?: number;
  /** Samples that give the value, their middle one; 5 unless said otherwise. */
  readonly samples?: number;
  /** Takes one sample, on something built for it. */
  run(): number;
}

/** CPU time of this process so far, all threads, in seconds: what the compiler and the collector use counts, too. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** How much `work` does per second of CPU time; `work` returns how much it did. */
export function perCpuSecond(work: () => number): number {
  const start = cpuSeconds();
  const done = work();
  return done / (cpuSeconds() - start);
}

/** The middle of some values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
