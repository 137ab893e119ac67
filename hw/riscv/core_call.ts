/**
 * A function call of generator firmware: the core resumes the called function directly.
 * @module
 */
import { type Process, SimulationError, type Waitable } from "../../sim/mod.ts";

/** A called function on its way to its end. */
export class CoreCall implements Waitable {
  /** The function. */
  readonly body: Process<unknown>;
  /** Who waits for it. */
  caller: Process<unknown> | null = null;
  /** The call in which this one was made, if any. */
  outer: CoreCall | null = null;
  /** What it returned. */
  result: unknown = undefined;
  /** What it threw, in a box. */
  failure: { readonly error: unknown } | null = null;

  /** A call that has not begun. */
  constructor(body: Process<unknown>) {
    this.body = generatorOf(body);
  }

  /** Not for the kernel: throws a SimulationError. */
  arm(): never {
    throw new SimulationError(
      "Cannot call a function of the firmware: its core does not run it; see FirmwareCore.start",
    );
  }

  /** For reports. */
  describe(): string {
    return "the end of a call";
  }
}

/** Runs `body` like `yield* body`, except that the core resumes it directly. */
export function* callOf<R>(body: Process<R>): Process<R> {
  const call = new CoreCall(body);
  yield call;
  if (call.failure !== null) throw call.failure.error;
  return call.result as R;
}

/** The `next` of all generators: to look it up anew in each would take long, because their functions make shapes of their own. */
const generators = Object.getPrototypeOf(function* () {}).prototype as Process<unknown>;
const next = generators.next;

/** Resumes a behaviour that is a generator. */
export function resume(body: Process<unknown>): IteratorResult<unknown, unknown> {
  return next.call(body);
}

/** A behaviour as a generator. */
export function generatorOf(body: Process<unknown>): Process<unknown> {
  return Object.prototype.isPrototypeOf.call(generators, body) ? body : through(body);
}

function* through(body: Process<unknown>): Process<unknown> {
  return yield* body;
}
