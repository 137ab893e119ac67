/**
 * The program of a core that runs generator firmware: the core resumes it itself, from grant to grant; the kernel is there
 * for all other waits.
 * @module
 */
import type { Process, Wait, Waitable } from "../../sim/mod.ts";
import { CoreCall, generatorOf, resume } from "./core_call.ts";

/** The functions of a program that have begun and not ended, the innermost of which runs. */
export class CoreProgram {
  /** The innermost function; null while there is no program. */
  private body: Process<unknown> | null = null;
  /** The call that it is, unless it is the outermost. */
  private call: CoreCall | null = null;
  /** Whether the program waits for an access, so that the core may resume it. */
  private atAccess = false;
  /** What it waits for beside accesses, for the kernel. */
  private otherWait: Wait | null = null;
  /** What the kernel threw at it while it waited. */
  private thrown: { readonly error: unknown } | null = null;
  /** What it threw at last. */
  private uncaught: { readonly error: unknown } | null = null;

  /** No program yet; `access` is what one yields to wait for an access of the core. */
  constructor(private readonly access: Waitable) {}

  /** Runs a program until it ends, as a process; throws what it throws. */
  *run(program: Process): Process {
    this.unwind();
    this.body = generatorOf(program);
    try {
      while (this.body !== null) {
        try {
          if (this.#advance()) yield this.access;
          if (this.otherWait !== null) {
            const wait = this.otherWait;
            this.otherWait = null;
            yield wait;
          }
        } catch (error) {
          this.thrown = { error };
        }
      }
      if (this.uncaught !== null) throw this.uncaught.error;
    } finally {
      this.unwind();
    }
  }

  /** The access has come to its end: the program goes on until the next one. If false, the kernel is to resume who waits. */
  goOn(): boolean {
    return this.atAccess && this.#advance();
  }

  /** Ends all functions that have not ended, innermost first. */
  unwind(): void {
    this.atAccess = false;
    this.uncaught = this.thrown = this.otherWait = null;
    for (let { body } = this; body !== null; body = this.body) {
      const { call } = this;
      this.call = call?.outer ?? null;
      this.body = call?.caller ?? null;
      body.return(undefined);
    }
  }

  /** Runs the program until it waits; whether for an access. */
  #advance(): boolean {
    for (;;) {
      let step: IteratorResult<unknown, unknown>;
      try {
        const { thrown, body } = this;
        if (thrown === null) step = resume(body!);
        else {
          this.thrown = null;
          step = body!.throw(thrown.error);
        }
      } catch (error) {
        if (this.#leave(undefined, { error })) continue;
        return this.atAccess = false;
      }
      const wait = step.value;
      if (step.done === true) {
        if (this.#leave(wait, null)) continue;
        return this.atAccess = false;
      }
      if (wait === this.access) return this.atAccess = true;
      if (!(wait instanceof CoreCall)) {
        this.otherWait = wait as Wait;
        return this.atAccess = false;
      }
      wait.outer = this.call;
      wait.caller = this.body;
      this.call = wait;
      this.body = wait.body;
    }
  }

  /** The innermost function has ended; whether there is one that called it. */
  #leave(result: unknown, failure: { readonly error: unknown } | null): boolean {
    const { call } = this;
    if (call === null) {
      this.body = null;
      this.uncaught = failure;
      return false;
    }
    this.call = call.outer;
    this.body = call.caller;
    call.result = result;
    call.failure = failure;
    return true;
  }
}
