/**
 * Behaviours without a generator of their own.
 * @module
 */
import { SimulationError } from "./errors.ts";
import { type Process, show, type Wait } from "./wait.ts";

/**
 * Something that a process tries until it succeeds, waiting in between. It has what `yield*` asks of a generator and no
 * more, because a generator takes as long to make and to resume as the wait itself.
 */
export abstract class Attempt<R> {
  /** Tries: what came of it, or what to wait for before the next time. */
  abstract next(): IteratorResult<Wait, R>;

  /** Begins, in the name of the process that does. */
  [Symbol.iterator](): this {
    return this;
  }

  /** Gives up, as the process is cancelled: nothing is left to undo. */
  return(value: R): IteratorResult<Wait, R> {
    return { value, done: true };
  }

  /** Gives up, as the process is interrupted: nothing is left to undo. */
  throw(error: unknown): never {
    throw error;
  }

  /** The same, as those see it who `yield*` it. */
  asProcess(): Process<R> {
    return this as unknown as Process<R>;
  }
}

/** What a process gives that waits for `wait`. A generator makes it, so that the kernel sees results of one shape only. */
export function waitingFor(wait: Wait): IteratorYieldResult<Wait> {
  return (function* () {
    yield wait;
  })().next() as IteratorYieldResult<Wait>;
}

/** What all generators have in common. */
const generators: object = Object.getPrototypeOf(function* () {}).prototype;

/**
 * A behaviour as a generator, which is what the kernel resumes. Throws a SimulationError if it is nothing that can be
 * resumed; `whose` completes "Cannot run ...".
 */
export function generatorOf<R>(behaviour: Process<R>, whose: string): Process<R> {
  if (Object.prototype.isPrototypeOf.call(generators, behaviour)) return behaviour;
  if (typeof (behaviour as Partial<Process<R>> | null | undefined)?.next === "function") return through(behaviour);
  throw new SimulationError(
    `Cannot run ${whose}: its behaviour is ${
      show(behaviour)
    }, not a generator; a behaviour is a function* or the call ` +
      "of one",
  );
}

function* through<R>(behaviour: Process<R>): Process<R> {
  return yield* behaviour;
}
