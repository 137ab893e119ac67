/**
 * Handles on running processes.
 * @module
 */
import type { Activity } from "./activity.ts";
import { Cancelled, Interrupt, SimulationError } from "./errors.ts";
import { Queue } from "./queue.ts";
import { foreignWait, type Process, type Waitable } from "./wait.ts";

/** Where a process stands. */
export type ProcessState = "waiting" | "finished" | "failed" | "cancelled";

/** A process that was started; `yield* handle.join()` waits for its end and gives its result. */
export class ProcessHandle<R = unknown> implements Waitable {
  /** Its place in the kernel's queues. */
  readonly activity: Activity;
  /** Whether the simulation may end while it still waits. */
  readonly background: boolean;
  private stateNow: ProcessState = "waiting";
  private outcome: unknown = undefined;
  /** Who waits for the end; null until somebody does. */
  private joiners: Queue | null = null;

  /** Made by `Simulation.spawn`. */
  constructor(activity: Activity, background: boolean) {
    this.activity = activity;
    this.background = background;
  }

  /** Path. */
  get name(): string {
    return this.activity.name;
  }

  /** Where it stands. */
  get state(): ProcessState {
    return this.stateNow;
  }

  /** What it returned. Throws a SimulationError unless it has finished. */
  get result(): R {
    if (this.stateNow !== "finished") {
      throw new SimulationError(`Cannot read the result of process ${this.name}: it is ${this.stateNow}`);
    }
    return this.outcome as R;
  }

  /** Waits for the end and gives the result; throws what the process threw, or {@linkcode Cancelled}. */
  *join(): Process<R> {
    if (this.stateNow === "waiting") yield this;
    if (this.stateNow === "failed") throw this.outcome;
    if (this.stateNow === "cancelled") throw new Cancelled(`Cannot join process ${this.name}: it was cancelled`);
    return this.outcome as R;
  }

  /**
   * Ends it where it waits; its `finally` blocks run, and may wait. No effect once it has ended or is being cancelled.
   * Throws a SimulationError if the process runs now.
   */
  cancel(): void {
    if (!this.#canBeReached("cancel", "return instead")) return;
    this.activity.unqueue();
    this.activity.sim.processes.cancel(this);
  }

  /**
   * Throws an {@linkcode Interrupt} with `reason` into it where it waits. No effect once it has ended or is being
   * cancelled. Throws a SimulationError if the process runs now.
   */
  interrupt(reason: unknown): void {
    if (!this.#canBeReached("interrupt", "throw instead")) return;
    this.activity.unqueue();
    this.activity.sim.processes.throwInto(this, new Interrupt(reason));
  }

  /** Queues a joiner. Throws a SimulationError if it is of another simulation. */
  arm(waiter: Activity): void {
    const { sim } = this.activity;
    if (waiter.sim !== sim) throw foreignWait(waiter, this);
    if (this.stateNow !== "waiting") sim.ready(waiter);
    else {
      this.joiners ??= new Queue();
      this.joiners.append(waiter);
    }
  }

  /** For reports. */
  describe(): string {
    return `the end of process ${this.name}`;
  }

  /** For reports. */
  servers(): readonly string[] {
    return [this.name];
  }

  /** Whether it waits, and not in the `finally` blocks of a cancelled process. */
  #canBeReached(verb: string, hint: string): boolean {
    if (this.activity.sim.processes.isRunning(this)) {
      throw new SimulationError(`Cannot ${verb} process ${this.name} from inside: ${hint}`);
    }
    return this.stateNow === "waiting" && !this.activity.cancelling;
  }

  /** Records the end and lets the joiners go on; whether anybody joins. For the kernel. */
  settle(state: ProcessState, outcome: unknown): boolean {
    this.stateNow = state;
    this.outcome = outcome;
    if (this.joiners === null) return false;
    const joined = !this.joiners.isEmpty;
    this.activity.sim.readyAll(this.joiners);
    return joined;
  }
}
