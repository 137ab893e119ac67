/**
 * The processes of a simulation: who is there, in which order they start, and how each one ends.
 * @module
 */
import type { Activity } from "./activity.ts";
import { SimulationError } from "./errors.ts";
import type { ProcessHandle } from "./process.ts";
import type { Simulation } from "./simulation.ts";
import { formatTime } from "./time.ts";
import type { Wait } from "./wait.ts";

/** What the table asks of the kernel. */
export interface ProcessKernel {
  /** Queues a process for what it has yielded, or ends it. */
  afterStep(activity: Activity, step: IteratorResult<Wait, unknown>): void;
  /** Ends the run with an error, which arose at a place: `in process p at 5 ns`. */
  failRun(error: unknown, where: string): void;
}

/** All processes that have not ended. For the kernel. */
export class ProcessTable {
  private readonly sim: Simulation;
  private readonly kernel: ProcessKernel;
  private readonly handles = new Map<Activity, ProcessHandle>();
  private unstarted: ProcessHandle[] = [];
  /** Those that have cancelled or interrupted another and wait for that to be over, outermost first. */
  private readonly interrupting: (Activity | null)[] = [];
  /** In which process an error arose, and when. */
  private readonly origins = new WeakMap<object, string>();

  /** An empty table. */
  constructor(sim: Simulation, kernel: ProcessKernel) {
    this.sim = sim;
    this.kernel = kernel;
  }

  /** Takes a process in; it goes on now, or with the others at the start. */
  add(handle: ProcessHandle): void {
    const { activity } = handle;
    this.handles.set(activity, handle);
    activity.since = this.sim.now;
    if (this.sim.running) this.sim.ready(activity);
    else this.unstarted.push(handle);
  }

  /** Lets all go on that have been made so far, by name. Throws a SimulationError if two have the same one. */
  startAll(): void {
    const starting = this.unstarted.sort(byName);
    this.unstarted = [];
    const twin = starting.find(({ name }, index) => name === starting[index - 1]?.name);
    if (twin !== undefined) {
      throw new SimulationError(
        `Cannot start process ${twin.name}: there are two of that name, so which one is first would depend on the order ` +
          "in which they were made; give each its own name",
      );
    }
    for (const { state, activity } of starting) if (state === "waiting") this.sim.ready(activity);
  }

  /** Those that wait, by name. */
  waiting(): ProcessHandle[] {
    return [...this.handles.values()].filter((handle) => handle.state === "waiting").sort(byName);
  }

  /** Ends a process where it waits. */
  cancel({ activity }: ProcessHandle): void {
    activity.cancelling = true;
    this.#enter(activity, () => this.unwind(activity));
  }

  /** Throws into a process where it waits. */
  throwInto({ activity }: ProcessHandle, error: unknown): void {
    this.#enter(activity, () => this.throwAt(activity, error));
  }

  /** Whether a process runs now, or would go on as soon as the running one returns. */
  isRunning({ activity }: ProcessHandle): boolean {
    return this.sim.runningActivity === activity || this.interrupting.includes(activity);
  }

  /** Throws into a behaviour where it waits, whoever runs. */
  throwAt(activity: Activity, error: unknown): void {
    let step: IteratorResult<Wait, unknown>;
    try {
      step = activity.generator!.throw(error);
    } catch (failure) {
      this.fail(activity, failure);
      return;
    }
    this.kernel.afterStep(activity, step);
  }

  /** Returns from all behaviours of a cancelled process, innermost first; a `finally` block that waits delays the rest. */
  unwind(activity: Activity): void {
    let step: IteratorResult<Wait, unknown>;
    try {
      step = activity.generator!.return(undefined);
    } catch (error) {
      this.fail(activity, error);
      return;
    }
    this.kernel.afterStep(activity, step);
  }

  /** The innermost behaviour of a process returned: its caller goes on, or the process has ended. */
  end(activity: Activity, result: unknown): void {
    const { frame } = activity;
    if (frame === null) {
      this.#finish(activity, activity.cancelling ? "cancelled" : "finished", result);
      return;
    }
    activity.frame = frame.outer;
    activity.generator = frame.caller;
    frame.result = result;
    if (activity.cancelling) this.unwind(activity);
    else this.sim.ready(activity);
  }

  /** The innermost behaviour of a process threw: its caller gets the error, or the process has failed. */
  fail(activity: Activity, error: unknown): void {
    const { frame } = activity;
    if (frame === null) {
      this.#finish(activity, "failed", error);
      return;
    }
    activity.frame = frame.outer;
    activity.generator = frame.caller;
    frame.failure = { error };
    this.sim.ready(activity);
  }

  /** Runs `body` in the name of `activity`, in the middle of whoever runs now. */
  #enter(activity: Activity, body: () => void): void {
    const before = this.sim.runningActivity;
    this.interrupting.push(before);
    this.sim.runningActivity = activity;
    body();
    this.sim.runningActivity = before;
    this.interrupting.pop();
  }

  #finish(activity: Activity, state: "finished" | "failed" | "cancelled", outcome: unknown): void {
    const handle = this.handles.get(activity)!;
    this.handles.delete(activity);
    const joined = handle.settle(state, outcome);
    activity.generator = null;
    if (state !== "failed") return;
    const where = `in process ${handle.name} at ${formatTime(this.sim.now)}`;
    if (outcome instanceof Error && !this.origins.has(outcome)) this.origins.set(outcome, where);
    if (joined) return;
    const origin = outcome instanceof Error ? this.origins.get(outcome)! : where;
    this.kernel.failRun(outcome, origin === where ? where : `${origin}; not caught ${where}`);
  }
}

function byName(a: ProcessHandle, b: ProcessHandle): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
