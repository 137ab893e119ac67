/**
 * The kernel: one queue of time for everything, in exact picoseconds, with phases inside each moment.
 * @module
 */
import { Activity, type Committed, Phase, type Task } from "./activity.ts";
import { generatorOf } from "./attempt.ts";
import { ClockDomain } from "./clock.ts";
import { deadlock, runaway } from "./deadlock.ts";
import { located, SimulationError } from "./errors.ts";
import { ProcessHandle } from "./process.ts";
import { ProcessTable } from "./process_table.ts";
import { type Link, Queue } from "./queue.ts";
import { checkRunOptions, foreignClock, type RunOptions, type RunResult, type SpawnOptions } from "./run.ts";
import { Duration, formatTime, type Frequency, LAST_PS } from "./time.ts";
import { TimeHeap } from "./time_heap.ts";
import { TraceHub } from "./trace/hub.ts";
import { noWait, type Process, type Wait, type Waitable } from "./wait.ts";

/**
 * The `next` of all generators. Every generator function's objects have a shape of their own, so that `generator.next()`
 * looks the method up anew each time once there are several; this call does not.
 */
const advance: (this: Generator<Wait, unknown, void>) => IteratorResult<Wait, unknown> =
  (Object.getPrototypeOf(function* () {}).prototype as Generator<Wait, unknown, void>).next;

/** Activities without progress of time after which a run counts as a runaway. */
const RUNAWAY_EVENTS = 10_000_000;
/** Activities that are watched after that, to tell who takes part. */
const SUSPICIOUS_EVENTS = 100;

/** One simulation. Nothing outside it is touched, so several can live side by side. */
export class Simulation {
  /** Trace points and their sinks. */
  readonly trace: TraceHub;
  /** The process or task that is running; null between steps. For the kernel. */
  runningActivity: Activity | null = null;
  /** All processes that have not ended. For the kernel. */
  readonly processes: ProcessTable;
  /** Activities without progress of time that count as a runaway. */
  runawayEvents: number = RUNAWAY_EVENTS;

  private nowPs = 0;
  private eventCount = 0;
  private eventLimit = Infinity;
  private runawayAt = RUNAWAY_EVENTS;
  private readonly suspects = new Set<string>();
  private stopping = false;
  /** Up to when an activity may go on by itself, in picoseconds. */
  private leapLimitPs = -1;
  /** Whether the phases of a moment run, all who waited for its time having gone. */
  private settling = false;
  /** Whether anybody is in a phase, or a commit is due, in the present moment. */
  private unsettled = false;
  private started = false;
  /** Who comes next in the clock cycle that runs, if the one who would have has been taken out. */
  private successor: Link | null = null;
  private failure: { readonly error: unknown } | null = null;

  private readonly startHooks: (() => void)[] = [];
  private readonly domains: ClockDomain[] = [];
  private readonly timed = new TimeHeap();
  private readonly phases: readonly Queue[] = Array.from(Object.values(Phase), () => new Queue());
  private pending: Committed[] = [];
  private committing: Committed[] = [];

  /** An empty simulation at time 0. */
  constructor() {
    this.trace = new TraceHub(this);
    this.processes = new ProcessTable(this, {
      afterStep: (activity, step) => this.#afterStep(activity, step),
      failRun: (error, where) => this.#failWith(error, where),
    });
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
    this.domains.sort((a, b) => (a.name < b.name ? -1 : 1));
    return domain;
  }

  /**
   * Starts a process. Those made before the first step start in the order of their names, whatever the order in which
   * they were made; later ones start in the same moment, after those that are ready already.
   */
  spawn<R>(name: string, behaviour: Process<R> | (() => Process<R>), options: SpawnOptions = {}): ProcessHandle<R> {
    const activity = this.#activity(`start process ${name}`, name, Phase.request, options.clock);
    activity.generator = generatorOf(typeof behaviour === "function" ? behaviour() : behaviour, `process ${name}`);
    const handle = new ProcessHandle<R>(activity, options.background ?? false);
    this.processes.add(handle);
    return handle;
  }

  /** Makes a callback that can be scheduled again and again without allocating anything. */
  task(name: string, callback: () => void, options: { clock?: ClockDomain; phase?: Phase } = {}): Task {
    const activity = this.#activity(`make task ${name}`, name, options.phase ?? Phase.request, options.clock);
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
    checkRunOptions(options, this.domains);
    const clock = options.clock ?? this.domains[0];
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
      this.leapLimitPs = Math.min(limitPs, cyclesPs);
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
    this.leapLimitPs = -1;
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

  /**
   * Goes on to a later cycle of `clock` in the middle of the running activity, if nothing else would happen up to then: for
   * models that act alone for a while. Whether it did; if not, nothing has changed. Only phases after the first may ask.
   */
  leap(clock: ClockDomain, cycle: number): boolean {
    if (!this.settling || this.unsettled || this.stopping || this.trace.active) return false;
    if (this.eventCount >= this.eventLimit) return false;
    const time = clock.timeIfFree(cycle);
    if (time > this.leapLimitPs || this.timed.first <= time) return false;
    const { domains, phases } = this;
    for (let i = 0; i < domains.length; i++) if (domains[i].nextTime <= time) return false;
    if (!this.#settled() || !phases[Phase.observe].isEmpty) return false;
    this.nowPs = time;
    this.eventCount++;
    this.runawayAt = this.eventCount + this.runawayEvents;
    clock.leapTo(cycle, time);
    return true;
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
      else throw noWait(activity, wait);
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

  #activity(what: string, name: string, phase: Phase, clock: ClockDomain | undefined): Activity {
    if (clock !== undefined && !this.domains.includes(clock)) throw foreignClock(what, clock);
    return new Activity(this, name, phase, clock ?? null);
  }

  #start(): void {
    if (this.runningActivity !== null) {
      throw new SimulationError(
        `Cannot run the simulation in ${this.runningName}: it runs already; a process lets time pass with yield`,
      );
    }
    if (this.failure !== null) throw this.failure.error;
    if (this.started) return;
    for (const hook of this.startHooks) hook();
    this.started = true;
    try {
      this.processes.startAll();
    } catch (error) {
      this.failure = { error };
      throw error;
    }
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
      this.#failWith(error, `in ${this.runningName} at ${formatTime(this.nowPs)}`);
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
    if (this.unsettled) {
      this.settling = true;
      this.#settle();
      this.settling = false;
    }
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
    this.runningActivity = activity;
    if (++this.eventCount > this.runawayAt) this.#suspect(activity);
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
      this.processes.fail(activity, error);
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
      this.processes.end(activity, step.value);
      return;
    }
    try {
      this.arm(activity, step.value);
    } catch (error) {
      activity.unqueue();
      if (++this.eventCount > this.runawayAt) this.#suspect(activity);
      this.processes.throwAt(activity, error);
    }
  }

  /** Time stands still: notes who runs, and says so when it has seen enough. */
  #suspect(activity: Activity): void {
    if (this.eventCount === this.runawayAt + 1) this.suspects.clear();
    this.suspects.add(activity.name);
    if (this.eventCount >= this.runawayAt + SUSPICIOUS_EVENTS) throw runaway(this, [...this.suspects]);
  }

  #idleOrThrow(): true {
    const report = deadlock(this);
    if (report !== null) throw report;
    return true;
  }

  /** Notes why the simulation cannot go on; the first reason counts. */
  #failWith(error: unknown, where: string): void {
    this.failure ??= { error: located(error, where) };
  }

  #outcome(reason: RunResult["reason"]): RunResult {
    return { reason, now: this.nowPs, events: this.eventCount };
  }
}
