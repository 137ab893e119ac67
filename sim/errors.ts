/**
 * What goes wrong in a simulation, told to the person who has to mend it.
 * @module
 */

/** A mistake in how a simulation is built or driven; the message says what, where, and what to do about it. */
export class SimulationError extends Error {
  /** The class's name, for stack traces and tests. */
  override name = "SimulationError";
}

/** Thrown by `run` when nothing can happen any more and foreground processes still wait. */
export class DeadlockError extends SimulationError {
  /** The class's name, for stack traces and tests. */
  override name = "DeadlockError";
  /** One entry for each process that waits. */
  readonly waiting: readonly WaitingProcess[];

  /** Made by the kernel. */
  constructor(message: string, waiting: readonly WaitingProcess[]) {
    super(message);
    this.waiting = waiting;
  }
}

/** One line of a deadlock report. */
export interface WaitingProcess {
  /** Path of the process. */
  readonly process: string;
  /** What it waits for. */
  readonly waitsFor: string;
  /** Since when, in picoseconds. */
  readonly sincePs: number;
  /** Who could have served it, as far as the kernel knows. */
  readonly servers: readonly string[];
}

/** Thrown into a process by `interrupt`. */
export class Interrupt extends Error {
  /** The class's name, for stack traces and tests. */
  override name = "Interrupt";
  /** What the interrupting side handed over. */
  readonly reason: unknown;

  /** Made by `ProcessHandle.interrupt`. */
  constructor(reason: unknown) {
    super(`interrupted: ${String(reason)}`);
    this.reason = reason;
  }
}

/** Thrown at whoever joins a process that was cancelled. */
export class Cancelled extends SimulationError {
  /** The class's name, for stack traces and tests. */
  override name = "Cancelled";
}

/** Says where an error arose, without hiding what it is. For the kernel. */
export function located(error: unknown, where: string): unknown {
  if (!(error instanceof Error)) {
    return new SimulationError(`Cannot go on: ${String(error)} was thrown ${where}`, { cause: error });
  }
  error.message += `\n  ${where}`;
  return error;
}
