/**
 * What a run is asked for, and what it says of itself.
 * @module
 */
import type { ClockDomain } from "./clock.ts";
import type { ProcessHandle } from "./process.ts";
import type { Duration } from "./time.ts";

/** How a process is started. */
export interface SpawnOptions {
  /** The clock whose cycles its numbers count; without one, it may not yield numbers. */
  readonly clock?: ClockDomain;
  /** Hardware that waits for work for ever: the simulation may end while it waits. Default false. */
  readonly background?: boolean;
}

/** What ends a run. */
export interface RunOptions {
  /** Stop at this time, measured from the start of the simulation, or when this process has ended. */
  readonly until?: Duration | ProcessHandle;
  /** Stop when a clock has reached this many cycles: the first clock, or `clock`. */
  readonly maxCycles?: number;
  /** The clock that `maxCycles` counts. */
  readonly clock?: ClockDomain;
  /** Stop after this many activities have run; the moment in which that happens is finished first. */
  readonly maxEvents?: number;
}

/** Why a run ended, when, and how much happened. */
export interface RunResult {
  /** `idle`: nothing can happen any more, and no foreground process waits. */
  readonly reason: "idle" | "until" | "maxCycles" | "maxEvents" | "stopped";
  /** Simulated time, in picoseconds. */
  readonly now: number;
  /** Activities that ran, since the start of the simulation. */
  readonly events: number;
}
