/**
 * What a run is asked for, and what it says of itself.
 * @module
 */
import type { ClockDomain } from "./clock.ts";
import { SimulationError } from "./errors.ts";
import { ProcessHandle } from "./process.ts";
import { Duration } from "./time.ts";

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

/** Throws a SimulationError for options that cannot be meant; `clocks` are those of the simulation. For the kernel. */
export function checkRunOptions(options: RunOptions, clocks: readonly ClockDomain[]): void {
  const { until, maxCycles, maxEvents, clock } = options;
  for (const [name, limit] of Object.entries({ maxCycles, maxEvents })) {
    if (limit !== undefined && !(limit >= 0 && (Number.isInteger(limit) || limit === Infinity))) {
      throw new SimulationError(`Cannot run with ${name} ${limit}: it has to be a whole number, 0 or more`);
    }
  }
  if (until !== undefined && !(until instanceof Duration) && !(until instanceof ProcessHandle)) {
    throw new SimulationError(
      `Cannot run until ${until}: it has to be a duration such as ns(50), from the start on, or a process that was started`,
    );
  }
  if (clock !== undefined && !clocks.includes(clock)) throw foreignClock("run", clock);
  if (maxCycles !== undefined && clocks.length === 0) {
    throw new SimulationError("Cannot stop after a number of cycles: this simulation has no clock");
  }
}

/** The error for a clock that is not the simulation's own. For the kernel. */
export function foreignClock(what: string, clock: ClockDomain): SimulationError {
  return new SimulationError(
    `Cannot ${what} with clock ${clock.name}: it belongs to another simulation, whose time is not this one's`,
  );
}
