/**
 * What every core does with its instructions, whatever they are: its own time, hazards, data accesses, sleep, and the
 * account of all cycles.
 * @module
 */
import type { Activity, Counter, Process, ProcessHandle, TracePoint, Waitable } from "../../sim/mod.ts";
import { call } from "../../sim/mod.ts";
import { type Access, CoreBus } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Initiator } from "../port.ts";
import { type IssueParams, issueParams } from "./issue_timing.ts";

/** No register. */
export const NONE = -1;

/** What makes a core one of several. */
export interface CoreParams extends IssueParams {
  /** Number among its neighbours, as `mhartid` has it. */
  readonly coreId: number;
  /** Number of its cluster; the fabric controller counts as one. */
  readonly clusterId: number;
}

/**
 * A core with one data port that issues its instructions in order. `cycle` is the one in which the next instruction can
 * leave the decode stage; it runs ahead of the clock until an access, where somebody else can come into play.
 */
export class IssuePipeline extends Component<CoreParams> implements Waitable {
  /** Costs and identity. */
  static override readonly params: ParamTable<CoreParams> = {
    ...issueParams,
    coreId: { unit: "1", description: "number of the core in its cluster", source: "GAP8 manual" },
    clusterId: { unit: "1", description: "number of the cluster", source: "GAP8 manual" },
  };

  /** Where loads and stores go. */
  readonly data: Initiator<CoreBus> = this.initiator("data", CoreBus);
  /** Instructions issued. */
  readonly instructions: Counter = this.counter("instructions", "instruction", "instructions issued");
  /** Loads issued. */
  readonly loads: Counter = this.counter("loads", "instruction", "loads issued");
  /** Stores issued. */
  readonly stores: Counter = this.counter("stores", "instruction", "stores issued");
  /** Cycles lost to load-use hazards. */
  readonly loadStalls: Counter = this.counter("load_stalls", "cycle", "cycles lost to use of a load right after it");
  /** Cycles lost to taken branches, jumps and flushes of the pipeline. */
  readonly jumpStalls: Counter = this.counter(
    "jump_stalls",
    "cycle",
    "cycles lost to taken branches, jumps and flushes of the pipeline",
  );
  /** Cycles lost to multi-cycle multiplications and divisions. */
  readonly computeStalls: Counter = this.counter("compute_stalls", "cycle", "extra cycles of mulh and divisions");
  /** Cycles in which a data access waited for its grant, or did the second half of one that crosses a word. */
  readonly memoryStalls: Counter = this.counter(
    "memory_stalls",
    "cycle",
    "cycles waiting for a grant with the clock on, and second halves of accesses that cross a word",
  );
  /** Cycles with the clock off. */
  readonly asleep: Counter = this.counter("asleep", "cycle", "cycles with the clock gated off");
  /** What runs on it. */
  readonly activity: TracePoint<string> = this.tracePoint("activity", {
    kind: "level",
    unit: "text",
    description: "function that the core runs, or sleep",
  });

  /** Register values x0 to x31, signed. */
  readonly registers: Int32Array = new Int32Array(32);
  /** The cycle in which the next instruction can leave decode. */
  protected nextIssue: number = 0;
  /** The cycle in which it comes there: earlier, if the instruction before it keeps the execute stage. */
  private enters = 0;
  private startedAt = -1;
  /** Register that the instruction right before loads. */
  private loaded = NONE;
  /**
   * Register that the instruction right before computes, and the cycle in which it is done with it: leaves the execute
   * stage, or has the first part of its access granted.
   */
  private computed = NONE;
  private computedAt = 0;
  /** For each register, the cycle in which the last load into it left the execute stage. */
  private readonly loadedAt = new Float64Array(32).fill(-Infinity);
  /** Hardware loops that have begun and not ended. */
  protected hardwareLoops: number = 0;
  private sleepsFrom = NONE;
  private running = "";
  private waiter: Activity | null = null;
  private requestedAt = 0;
  private result = 0;
  /** Of an access that crosses a word: bytes still to come, and the part that is there. */
  protected second: number = 0;
  private firstBytes = 0;
  private firstPart = 0;
  private failure: Error | null = null;
  /** The access that is made ready or under way. */
  protected readonly access: Access;
  private readonly requestTask = this.sim.task(`${this.path}.issue`, () => this.data.request(this.access), {
    clock: this.clock,
  });

  /** A core in reset; `start` gives it something to run. */
  constructor(parent: Parent, name: string, params: Partial<CoreParams>, placement: Placement = {}) {
    super(parent, name, params, placement);
    this.access = {
      initiator: this.path,
      port: this.params.coreId,
      address: 0,
      sizeBytes: 4,
      write: false,
      waits: false,
      value: 0,
      complete: (result, resumeCycles = 0) => this.#granted(result, resumeCycles),
      sleep: () => this.#fallAsleep(),
      fail: (error) => {
        this.failure = error;
        this.#resume();
      },
    };
  }

  /** Number of the core in its cluster. */
  get coreId(): number {
    return this.params.coreId;
  }

  /** Number of the cluster. */
  get clusterId(): number {
    return this.params.clusterId;
  }

  /** The cycle, of the core's clock, in which the next instruction can leave decode. */
  get cycle(): number {
    return this.nextIssue;
  }

  /** Cycles of its clock since it was first started, asleep ones included. */
  get totalCycles(): number {
    return this.startedAt < 0 ? 0 : Math.max(this.nextIssue, this.clock.cycles) - this.startedAt;
  }

  /** Cycles with the clock off, the present nap included. */
  get asleepCycles(): number {
    return this.asleep.value + (this.sleepsFrom === NONE ? 0 : Math.max(0, this.clock.cycles - this.sleepsFrom));
  }

  /** Takes the core out of reset: it runs `program` until that ends. */
  start(program: () => Process, background: boolean): ProcessHandle<void> {
    const now = this.clock.cycles;
    if (this.startedAt < 0) this.startedAt = now;
    // What it slept until its power went is counted; while the clock was off for all, nothing is.
    if (this.sleepsFrom !== NONE) this.asleep.value += now - this.sleepsFrom;
    this.nextIssue = this.enters = now;
    this.loaded = this.computed = NONE;
    this.loadedAt.fill(-Infinity);
    this.hardwareLoops = 0;
    this.access.waits = false;
    this.failure = null;
    this.firstBytes = 0;
    this.sleepsFrom = NONE;
    this.requestTask.unqueue();
    return this.process("program", program, background);
  }

  // ---- what runs, for profiles and traces ----

  /** Says that a function runs while `body` does. */
  *inFunction<R>(name: string, body: Process<R>): Process<R> {
    const before = this.running;
    this.running = name;
    this.activity.emit(name);
    try {
      return yield* call(body);
    } finally {
      this.running = before;
      this.activity.emit(before);
    }
  }

  // ---- Waitable: the process waits here for its grant ----

  /** For the kernel. */
  arm(waiter: Activity): void {
    this.waiter = waiter;
    const ahead = this.requestedAt - this.clock.cycles;
    if (ahead > 0) this.requestTask.after(ahead);
    else this.requestTask.post();
  }

  /** For the kernel. */
  disarm(): void {
    this.waiter = null;
  }

  /** For deadlock reports. */
  describe(): string {
    const { address, write, waits } = this.access;
    return `${waits ? "p.elw" : write ? "a store" : "a load"} at ${hex(address)} (cycle ${this.requestedAt}` +
      `${this.running === "" ? "" : `, in ${this.running}`}) to be granted`;
  }

  /** Makes ready an access, or the first of the two if it crosses a word; the core goes on in the cycle of the grant. */
  protected ask(address: number, sizeBytes: number, write: boolean, value: number): this {
    const { access } = this;
    const crossing = (address & 3) + sizeBytes - 4;
    this.second = crossing > 0 ? crossing : 0;
    access.address = address >>> 0;
    access.sizeBytes = sizeBytes - this.second;
    access.write = write;
    access.value = value;
    this.requestedAt = this.enters = this.nextIssue + this.params.issueCycles;
    return this;
  }

  /** Makes ready the second of two accesses. */
  protected askSecond(): this {
    const { access } = this;
    if (this.failure !== null) throw this.#takeFailure();
    this.firstPart = this.result;
    this.firstBytes = access.sizeBytes;
    access.address += access.sizeBytes;
    access.value >>>= 8 * access.sizeBytes;
    access.sizeBytes = this.second;
    this.second = 0;
    this.memoryStalls.value += this.params.issueCycles;
    this.requestedAt = this.nextIssue + this.params.issueCycles;
    return this;
  }

  /** What the access gave. */
  protected answer(): number {
    if (this.failure !== null) throw this.#takeFailure();
    this.access.waits = false;
    if (this.firstBytes === 0) return this.result;
    const value = this.firstPart | (this.result << (8 * this.firstBytes));
    this.firstBytes = 0;
    return value;
  }

  #takeFailure(): Error {
    const error = this.failure!;
    this.failure = null;
    this.access.waits = false;
    this.second = this.firstBytes = 0;
    return error;
  }

  #granted(result: number, resumeCycles: number): void {
    const now = this.clock.cycles;
    if (this.sleepsFrom !== NONE) {
      this.asleep.value += now - this.sleepsFrom;
      this.memoryStalls.value += resumeCycles;
      this.sleepsFrom = NONE;
      this.activity.emit(this.running);
    } else this.memoryStalls.value += now - this.requestedAt + resumeCycles;
    this.result = result;
    this.nextIssue = now + resumeCycles;
    if (resumeCycles > 0) this.enters = this.nextIssue;
    if (this.computedAt === Infinity) this.computedAt = now;
    this.#resume();
  }

  #fallAsleep(): void {
    this.sleepsFrom = this.clock.cycles + 1;
    this.memoryStalls.value += this.sleepsFrom - this.requestedAt;
    this.activity.emit("sleep");
  }

  #resume(): void {
    const { waiter } = this;
    if (waiter === null) return;
    this.waiter = null;
    this.sim.ready(waiter);
  }

  // ---- leaving decode: `a`, `b` and `c` are the registers used, or x0; `target` the one that the ALU writes, or NONE ----

  /** An instruction with nothing special about its time. */
  protected issue(a: number, b: number, c: number, target: number): void {
    this.#waitForLoad(a, b, c, target);
    this.loaded = NONE;
    this.computed = target;
    this.instructions.value++;
    this.nextIssue += this.params.issueCycles;
    this.enters = this.computedAt = this.nextIssue;
  }

  /** `count` instructions that need nothing but the ALU. */
  protected issueMany(count: number): void {
    this.loaded = this.computed = NONE;
    this.instructions.value += count;
    this.nextIssue += count * this.params.issueCycles;
    this.enters = this.computedAt = this.nextIssue;
  }

  /** The instruction just issued keeps the execute stage for longer. */
  protected occupy(cycles: number): void {
    this.spend(this.computeStalls, cycles);
    this.computedAt = this.nextIssue;
  }

  /** A load or a store begins; {@linkcode ask} follows. */
  protected beginAccess(a: number, b: number, c: number, target: number): void {
    this.#waitForLoad(a, b, c, target);
    this.loaded = NONE;
    this.computed = target;
    this.computedAt = Infinity;
    this.instructions.value++;
  }

  /** A load ends. */
  protected endLoad(rd: number, value: number): void {
    this.write(rd, value);
    this.loaded = rd;
    this.loadedAt[rd] = this.nextIssue;
  }

  /** A branch; gives back whether it is taken. */
  protected issueBranch(a: number, b: number, taken: boolean): boolean {
    this.issue(a, b, 0, NONE);
    if (taken) this.#redirect(this.nextIssue + this.params.takenBranchCycles);
    return taken;
  }

  /** A jump to a fixed place, which is known in the first cycle in decode. */
  protected issueJump(target: number): void {
    this.#jumpFrom(this.enters, target, 0);
  }

  /** A jump through a register, which the decode stage takes from the register file. */
  protected issueJumpThrough(a: number, target: number): void {
    const { params, enters } = this;
    let known = enters;
    if (a !== 0) {
      if (this.computed === a) known = Math.max(known, this.computedAt + params.jalrAluHazardCycles);
      known = Math.max(known, this.loadedAt[a] + params.jalrLoadHazardCycles);
    }
    this.#waitForLoad(a, 0, 0, target);
    this.loaded = NONE;
    if (known > this.nextIssue) this.spend(this.jumpStalls, known - this.nextIssue);
    this.#jumpFrom(known, target, a !== 0 && a === target ? params.jalrSelfCycles : 0);
  }

  /** An instruction that flushes the pipeline behind it. */
  protected issueFlush(a: number, target: number): void {
    this.issue(a, 0, 0, target);
    this.#redirect(this.nextIssue + this.params.statusCycles);
  }

  /** A fence: it flushes as soon as the access before it, or the first part of it, is granted. */
  protected issueFence(): void {
    const { params } = this;
    const there = Math.max(this.enters + params.issueCycles, this.computedAt) + params.fenceCycles;
    this.loaded = this.computed = NONE;
    this.instructions.value++;
    this.nextIssue += params.issueCycles;
    this.#redirect(Math.max(there, this.nextIssue));
  }

  /** `known` is the cycle from which the target is known; `late` is added if the jump leaves decode in it. */
  #jumpFrom(known: number, target: number, late: number): void {
    const { jumpCycles } = this.params;
    const leaves = this.nextIssue;
    this.issue(0, 0, 0, target);
    const there = known + this.params.issueCycles + jumpCycles + (leaves > known ? 0 : late);
    this.#redirect(Math.max(there, this.nextIssue));
  }

  /** The next instruction comes into decode in a cycle that is not just the next one. */
  #redirect(cycle: number): void {
    this.spend(this.jumpStalls, cycle - this.nextIssue);
    this.enters = cycle;
  }

  /** What was just loaded is used or overwritten: it has to come first. */
  #waitForLoad(a: number, b: number, c: number, target: number): void {
    const { loaded } = this;
    if (loaded === NONE) return;
    if (loaded === target || loaded !== 0 && (loaded === a || loaded === b || loaded === c)) {
      this.spend(this.loadStalls, this.params.loadUseCycles);
    }
  }

  /** Lets cycles pass and books them. */
  protected spend(counter: Counter, cycles: number): void {
    counter.value += cycles;
    this.nextIssue += cycles;
  }

  /** Writes a register; x0 stays 0. */
  protected write(rd: number, value: number): void {
    if (rd !== 0) this.registers[rd] = value;
  }
}
