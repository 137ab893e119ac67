/**
 * The kernel: one queue of time for everything, in exact picoseconds, with phases inside each moment.
 * @module
 */
import { Activity, Phase, type Task } from "./activity.ts";
import { generatorOf, show } from "./attempt.ts";
import { ClockDomain } from "./clock.ts";
import { deadlock } from "./deadlock.ts";
import { SimulationError } from "./errors.ts";
import { ProcessHandle } from "./process.ts";
import { type Link, Queue } from "./queue.ts";
import { Duration, formatTime, type Frequency, LAST_PS } from "./time.ts";
import { TimeHeap } from "./time_heap.ts";
import { TraceHub } from "./trace/hub.ts";
import type { Process, Wait, Waitable } from "./wait.ts";

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

/** Something with a new value that takes effect in the commit phase. */
export interface Committed {
  /** Takes the new value. */
  commit(): void;
}

/**
 * The `next` of all generators. Every generator function's objects have a shape of their own, so that `generator.next()`
 * looks the method up anew each time once there are several; this call does not.
 */
const advance: (this: Generator<Wait, unknown, void>) => IteratorResult<Wait, unknown> =
  (Object.getPrototypeOf(function* () {}).prototype as Generator<Wait, unknown, void>).next;

/** Activities without progress of time after which a run counts as a runaway. */
const RUNAWAY_EVENTS = 10_000_000;

/** One simulation. Nothing outside it is touched, so several can live side by side. */
export class Simulation {
  /** Trace points and their sinks. */
  readonly trace: TraceHub;
  /** Activities without progress of time that count as a runaway. */
  runawayEvents: number = RUNAWAY_EVENTS;

  private nowPs = 0;
  private eventCount = 0;
  private eventLimit = Infinity;
  private runawayAt = RUNAWAY_EVENTS;
  private stopping = false;
  /** Whether anybody is in a phase, or a commit is due, in the present moment. */
  private unsettled = false;
  private started = false;
  private runningActivity: Activity | null = null;
  /** Who comes next in the clock cycle that runs, if the one who would have has been taken out. */
  private successor: Link | null = null;
  /** Those that have cancelled or interrupted another and wait for that to be over, outermost first. */
  private readonly interrupting: (Activity | null)[] = [];
  private failure: { readonly error: unknown } | null = null;
  /** In which process an error arose, and when. */
  private readonly origins = new WeakMap<object, string>();

  private readonly processes = new Map<Activity, ProcessHandle>();
  private readonly unstarted: ProcessHandle[] = [];
  private readonly startHooks: (() => void)[] = [];
  private readonly domains: ClockDomain[] = [];
  private readonly timed = new TimeHeap();
  private readonly phases: readonly Queue[] = Array.from(Object.values(Phase), () => new Queue());
  private pending: Committed[] = [];
  private committing: Committed[] = [];

  /** An empty simulation at time 0. */
  constructor() {
    this.trace = new TraceHub(this);
  }

  /** Simulated time, in picoseconds. */
  get now(): number {
    return this.nowPs;
  }

  /** Activities that have run so far. */
  get events(): number {
    return this.eventCount;
  }

  /** Whether the first step has been taken. */
  get running(): boolean {
    return this.started;
  }

  /** Path of the process or task that is running, for errors and reports; `the host` between steps. */
  get runningName(): string {
    return this.runningActivity?.name ?? "the host";
  }

  /** Clocks, in the order of their names. */
  get clocks(): readonly ClockDomain[] {
    return this.domains;
  }

  /** Makes a clock; its first edge after time 0 is one period later. */
  clock(name: string, frequency: Frequency): ClockDomain {
    if (this.domains.some((domain) => domain.name === name)) {
      throw new SimulationError(`Cannot make clock ${name}: there is one of that name; names have to be unique`);
    }
    const domain = new ClockDomain(this, name, frequency);
    this.domains.push(domain);
    this.domains.sort((a, b) => byName(a.name, b.name));
    return domain;
  }

  /**
   * Starts a process. Those made before the first step start in the order of their names, whatever the order in which
   * they were made; later ones start in the same moment, after those that are ready already.
   */
  spawn<R>(name: string, behaviour: Process<R> | (() => Process<R>), options: SpawnOptions = {}): ProcessHandle<R> {
    const activity = new Activity(this, name, Phase.request, options.clock ?? null);
    activity.generator = generatorOf(typeof behaviour === "function" ? behaviour() : behaviour, `process ${name}`);
    const handle = new ProcessHandle<R>(activity, options.background ?? false);
    this.processes.set(activity, handle);
    activity.since = this.nowPs;
    if (this.started) this.ready(activity);
    else this.unstarted.push(handle);
    return handle;
  }

  /** Makes a callback that can be scheduled again and again without allocating anything. */
  task(name: string, callback: () => void, options: { clock?: ClockDomain; phase?: Phase } = {}): Task {
    const activity = new Activity(this, name, options.phase ?? Phase.request, options.clock ?? null);
    activity.callback = callback;
    return activity;
  }

  /** Calls `hook` once, before the first step. */
  beforeStart(hook: () => void): void {
    this.startHooks.push(hook);
  }

  /** Runs until something in `options` says stop, or nothing can happen any more. Throws what an unjoined process threw. */
  run(options: RunOptions = {}): RunResult {
    this.#start();
    const clock = options.clock ?? this.domains[0];
    if (options.maxCycles !== undefined && clock === undefined) {
      throw new SimulationError("Cannot stop after a number of cycles: this simulation has no clock");
    }
    const { until } = options;
    const limitPs = until instanceof Duration ? until.ps : Infinity;
    this.eventLimit = options.maxEvents === undefined ? Infinity : this.eventCount + options.maxEvents;
    this.stopping = false;
    const lastCycle = options.maxCycles ?? Infinity;
    let cyclesPs = Infinity, revision = -1;
    for (;;) {
      if (until instanceof ProcessHandle && until.state !== "waiting") return this.#outcome("until");
      const next = this.#nextTime();
      if (next === Infinity) {
        this.#idleOrThrow();
        if (limitPs !== Infinity) this.nowPs = Math.max(this.nowPs, limitPs);
        return this.#outcome("idle");
      }
      if (next > limitPs) {
        this.nowPs = Math.max(this.nowPs, limitPs);
        return this.#outcome("until");
      }
      if (lastCycle !== Infinity) {
        if (revision !== clock.revision) {
          revision = clock.revision;
          cyclesPs = clock.timeOf(Math.max(lastCycle, clock.cycles));
        }
        if (next > cyclesPs) {
          this.nowPs = Math.max(this.nowPs, cyclesPs);
          return this.#outcome("maxCycles");
        }
      }
      this.#moment(next);
      if (this.stopping) return this.#outcome("stopped");
      if (this.eventCount >= this.eventLimit) return this.#outcome("maxEvents");
    }
  }

  /** Runs everything that happens at the next moment at which anything happens; false if there is none. */
  step(): boolean {
    this.#start();
    const next = this.#nextTime();
    if (next === Infinity) return !this.#idleOrThrow();
    this.#moment(next);
    return true;
  }

  /** Ends the run when the present moment is over. */
  stop(): void {
    this.stopping = true;
  }

  // ---- for the kernel's own parts, and for primitives that people add ----

  /** Lets an activity run in the present moment, in its phase. */
  ready(activity: Activity): void {
    this.unsettled = true;
    this.phases[activity.phase].append(activity);
  }

  /** Lets all of a queue run in the present moment, in order. */
  readyAll(queue: Queue): void {
    for (let activity; (activity = queue.shift()) !== null;) this.ready(activity);
  }

  /** Lets an activity run at a time, in picoseconds. */
  wakeAt(activity: Activity, time: number): void {
    if (time > LAST_PS) {
      throw new SimulationError(
        `Cannot wait until ${time} ps: simulated time ends at 2^53 - 1 ps (${formatTime(LAST_PS)})`,
      );
    }
    this.timed.push(time, activity);
  }

  /** Lets an activity run at the first edge of its clock after now, or in the next moment if it has no clock. */
  wakeNextEdge(activity: Activity): void {
    if (activity.clock === null) this.wakeAt(activity, this.nowPs + 1);
    else activity.clock.wakeAfter(activity, 1);
  }

  /** Queues an activity for what its process yielded. */
  arm(activity: Activity, wait: Wait): void {
    if (typeof wait !== "number") {
      activity.waitsFor = wait;
      activity.since = this.nowPs;
      try {
        wait.arm(activity);
      } catch (error) {
        throw typeof (wait as Partial<Waitable> | null | undefined)?.arm === "function"
          ? error
          : noWait(activity, wait);
      }
    } else {
      if (wait > 0 && Number.isSafeInteger(wait) && activity.clock !== null) activity.clock.wakeAfter(activity, wait);
      else if (wait === 0) this.ready(activity);
      else throw badCycles(activity, wait);
    }
  }

  /** Has `change.commit()` called in the commit phase of the present moment. */
  commitLater(change: Committed): void {
    this.unsettled = true;
    this.pending.push(change);
    if (!this.started) this.#applyCommits();
  }

  /** Takes out the activity that would run next in the clock cycle that runs now. For the kernel. */
  passOver(activity: Activity): void {
    this.successor = activity.next;
    activity.forget();
  }

  /** Ends a process where it waits. */
  cancel(handle: ProcessHandle): void {
    handle.activity.cancelling = true;
    this.#enter(handle.activity, () => this.#unwind(handle.activity));
  }

  /** Throws into a process where it waits. */
  throwInto(handle: ProcessHandle, error: unknown): void {
    this.#enter(handle.activity, () => this.#throw(handle.activity, error));
  }

  /** Whether an activity runs now, or would go on as soon as the running one returns. For the kernel. */
  isRunning(activity: Activity): boolean {
    return this.runningActivity === activity || this.interrupting.includes(activity);
  }

  /** Processes that wait, in the order of their names. */
  waitingProcesses(): ProcessHandle[] {
    return [...this.processes.values()].filter((handle) => handle.state === "waiting")
      .sort((a, b) => byName(a.name, b.name));
  }

  /** Runs `body` in the name of `activity`, in the middle of whoever runs now. */
  #enter(activity: Activity, body: () => void): void {
    const before = this.runningActivity;
    this.interrupting.push(before);
    this.runningActivity = activity;
    body();
    this.runningActivity = before;
    this.interrupting.pop();
  }

  #start(): void {
    if (this.failure !== null) throw this.failure.error;
    if (this.started) return;
    for (const hook of this.startHooks) hook();
    this.started = true;
    this.unstarted.sort((a, b) => byName(a.name, b.name));
    for (let i = 1; i < this.unstarted.length; i++) {
      const { name } = this.unstarted[i];
      if (name === this.unstarted[i - 1].name) {
        const error = new SimulationError(
          `Cannot start process ${name}: there are two of that name, so which one is first would depend on the order in ` +
            "which they were made; give each its own name",
        );
        this.failure = { error };
        throw error;
      }
    }
    for (const handle of this.unstarted) if (handle.state === "waiting") this.ready(handle.activity);
    this.unstarted.length = 0;
    this.runawayAt = this.eventCount + this.runawayEvents;
  }

  #nextTime(): number {
    if (this.unsettled) return this.nowPs;
    let next = this.timed.first;
    const { domains } = this;
    for (let i = 0; i < domains.length; i++) if (domains[i].nextTime < next) next = domains[i].nextTime;
    return next;
  }

  /** Everything that happens at one time. After an error the simulation cannot go on, and says it again. */
  #moment(time: number): void {
    try {
      this.#live(time);
    } catch (error) {
      this.failure ??= { error: located(error, `in ${this.runningName} at ${formatTime(this.nowPs)}`) };
    }
    this.runningActivity = null;
    if (this.failure !== null) throw this.failure.error;
  }

  #live(time: number): void {
    if (time !== this.nowPs) {
      this.nowPs = time;
      this.runawayAt = this.eventCount + this.runawayEvents;
    }
    const { domains, timed } = this;
    for (let i = 0; i < domains.length; i++) {
      if (domains[i].nextTime === time) this.#drainSlot(domains[i]);
    }
    while (timed.first === time) {
      const activity = timed.pop();
      if (activity.phase === Phase.request) this.#resume(activity);
      else this.ready(activity);
    }
    if (this.unsettled) this.#settle();
    if (this.trace.active) this.trace.endMoment();
  }

  /** Goes through the phases until nobody is left in them. */
  #settle(): void {
    const { phases } = this;
    while (this.unsettled) {
      this.unsettled = false;
      for (let phase = 0; phase < Phase.observe; phase++) if (!phases[phase].isEmpty) this.#drain(phases[phase]);
      if (this.pending.length > 0) this.#applyCommits();
      if (this.#settled()) {
        this.#drain(phases[Phase.observe]);
        this.unsettled = !this.#settled();
      } else this.unsettled = true;
    }
  }

  #settled(): boolean {
    const { phases } = this;
    return this.pending.length === 0 && phases[0].isEmpty && phases[1].isEmpty && phases[2].isEmpty &&
      phases[3].isEmpty;
  }

  #applyCommits(): void {
    const changes = this.pending;
    this.pending = this.committing;
    this.committing = changes;
    for (let i = 0; i < changes.length; i++) changes[i].commit();
    changes.length = 0;
  }

  /**
   * Runs all who wait for a cycle of `domain`. The kernel's hottest loop: nobody can join a cycle that has come, so it
   * walks along the queue instead of shortening it.
   */
  #drainSlot(domain: ClockDomain): void {
    const queue = domain.enterNext();
    const { request } = Phase;
    let count = 0;
    let next = queue.next!;
    while (next !== queue) {
      const activity = next as Activity;
      next = activity.next!;
      activity.forget();
      if (activity.phase !== request) this.ready(activity);
      else {
        count++;
        this.runningActivity = activity;
        const { generator } = activity;
        if (generator === null) activity.callback!();
        else this.#advance(activity, generator, domain);
        if (this.successor !== null) {
          next = this.successor;
          this.successor = null;
        }
      }
    }
    this.eventCount += count;
    domain.leave();
  }

  #drain(queue: Queue): void {
    for (let activity; (activity = queue.shift()) !== null;) this.#resume(activity);
  }

  #resume(activity: Activity): void {
    if (++this.eventCount > this.runawayAt) throw this.#runaway(activity);
    this.runningActivity = activity;
    const { generator } = activity;
    if (generator === null) activity.callback!();
    else this.#advance(activity, generator, null);
  }

  /** Lets a process run until it waits again; `domain` is the clock whose cycle runs, if any. */
  #advance(activity: Activity, generator: Generator<Wait, unknown, void>, domain: ClockDomain | null): void {
    if (activity.waitsFor !== null) activity.waitsFor = null;
    let step: IteratorResult<Wait, unknown>;
    try {
      step = advance.call(generator);
    } catch (error) {
      this.#fail(activity, error);
      return;
    }
    const wait = step.value as Wait;
    // What nearly all do goes back onto the wheel at once.
    if (
      typeof wait === "number" && wait >= 1 && (wait | 0) === wait && domain !== null && activity.clock === domain &&
      step.done === false
    ) {
      domain.wakeAfter(activity, wait);
    } else this.#afterStep(activity, step);
  }

  #afterStep(activity: Activity, step: IteratorResult<Wait, unknown>): void {
    if (step.done) {
      this.#end(activity, step.value);
      return;
    }
    try {
      this.arm(activity, step.value);
    } catch (error) {
      activity.unqueue();
      if (++this.eventCount > this.runawayAt) throw this.#runaway(activity);
      this.#throw(activity, error);
    }
  }

  /** Throws into a behaviour where it waits. */
  #throw(activity: Activity, error: unknown): void {
    let step: IteratorResult<Wait, unknown>;
    try {
      step = activity.generator!.throw(error);
    } catch (failure) {
      this.#fail(activity, failure);
      return;
    }
    this.#afterStep(activity, step);
  }

  /** The innermost behaviour of a process returned: its caller goes on, or the process has ended. */
  #end(activity: Activity, result: unknown): void {
    const { frame } = activity;
    if (frame === null) {
      this.#finish(this.processes.get(activity)!, activity.cancelling ? "cancelled" : "finished", result);
      return;
    }
    activity.frame = frame.outer;
    activity.generator = frame.caller;
    frame.result = result;
    if (activity.cancelling) this.#unwind(activity);
    else this.ready(activity);
  }

  /** A process threw, or yielded something that cannot be waited for. */
  #fail(activity: Activity, error: unknown): void {
    const { frame } = activity;
    if (frame === null) {
      this.#finish(this.processes.get(activity)!, "failed", error);
      return;
    }
    activity.frame = frame.outer;
    activity.generator = frame.caller;
    frame.failure = { error };
    this.ready(activity);
  }

  /** Returns from all behaviours of a cancelled process, innermost first; a `finally` block that waits delays the rest. */
  #unwind(activity: Activity): void {
    let step: IteratorResult<Wait, unknown>;
    try {
      step = activity.generator!.return(undefined);
    } catch (error) {
      this.#fail(activity, error);
      return;
    }
    this.#afterStep(activity, step);
  }

  #finish(handle: ProcessHandle, state: "finished" | "failed" | "cancelled", outcome: unknown): void {
    const { activity } = handle;
    this.processes.delete(activity);
    const joined = handle.settle(state, outcome);
    activity.generator = null;
    if (state !== "failed") return;
    const where = `in process ${handle.name} at ${formatTime(this.nowPs)}`;
    if (outcome instanceof Error && !this.origins.has(outcome)) this.origins.set(outcome, where);
    if (joined || this.failure !== null) return;
    const origin = outcome instanceof Error ? this.origins.get(outcome)! : where;
    this.failure = { error: located(outcome, origin === where ? where : `${origin}; not caught ${where}`) };
  }

  #idleOrThrow(): true {
    const report = deadlock(this);
    if (report !== null) throw report;
    return true;
  }

  #outcome(reason: RunResult["reason"]): RunResult {
    return { reason, now: this.nowPs, events: this.eventCount };
  }

  #runaway(activity: Activity): SimulationError {
    return new SimulationError(
      `Cannot go on at ${formatTime(this.nowPs)}: ${this.runawayEvents} activities ran and time did not move; ` +
        `${activity.name} is among them. A loop that waits for nothing (yield 0, or two processes that wake each ` +
        "other), or raise runawayEvents",
    );
  }
}

function badCycles(activity: Activity, wait: number): SimulationError {
  return new SimulationError(
    activity.clock === null
      ? `Cannot wait ${wait} cycles in process ${activity.name}: it has no clock; give one to spawn, or yield ns(...)`
      : `Cannot wait ${wait} cycles in process ${activity.name}: it has to be a whole number, 0 or more`,
  );
}

/** What was yielded cannot be waited for. */
function noWait(activity: Activity, wait: unknown): SimulationError {
  activity.waitsFor = null;
  const hint = typeof (wait as { next?: unknown } | null | undefined)?.next === "function"
    ? "a process runs another behaviour with yield*, not yield"
    : "yield a number of cycles, a duration such as ns(5), a line, an event, or another Waitable";
  return new SimulationError(`Cannot wait for ${show(wait)} in process ${activity.name}: ${hint}`);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Says where an error arose, without hiding what it is. */
function located(error: unknown, where: string): unknown {
  if (!(error instanceof Error)) {
    return new SimulationError(`Cannot go on: ${String(error)} was thrown ${where}`, { cause: error });
  }
  error.message += `\n  ${where}`;
  return error;
}
