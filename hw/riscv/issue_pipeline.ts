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
import type { Reg } from "./registers.ts";

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
  /** Cycles lost to taken branches and jumps. */
  readonly jumpStalls: Counter = this.counter("jump_stalls", "cycle", "cycles lost to taken branches and jumps");
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
  private startedAt = -1;
  /** Register that the instruction right before loads. */
  protected loaded: number = NONE;
  /** Register that the instruction right before computes. */
  protected computed: number = NONE;
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
  private readonly issue = this.sim.task(`${this.path}.issue`, () => this.data.request(this.access), {
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
    this.nextIssue = now;
    this.loaded = this.computed = NONE;
    this.hardwareLoops = 0;
    this.access.waits = false;
    this.failure = null;
    this.firstBytes = 0;
    this.sleepsFrom = NONE;
    this.issue.unqueue();
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
    if (ahead > 0) this.issue.after(ahead);
    else this.issue.post();
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

  /** A load begins: what it uses and overwrites may be what was just loaded. */
  protected beginLoad(rd: number, rs1: number): void {
    this.#uses(rs1, NONE);
    if (this.loaded === rd && rd !== NONE) this.stallOnLoad();
    this.loads.value++;
  }

  /** A load ends: its register is the one just loaded. */
  protected endLoad(rd: Reg, value: number): void {
    this.write(rd, value);
    this.loaded = rd;
  }

  /** A store begins: address and value may be what was just loaded. */
  protected beginStore(rs1: number, rs2: number): void {
    this.#uses(rs1, rs2);
    this.stores.value++;
  }

  /** Adds to an address register and gives what it was before. */
  protected postIncrement(rs1: Reg, imm: number): number {
    const address = this.registers[rs1];
    this.write(rs1, address + imm);
    return address;
  }

  /** Makes ready an access, or the first of the two if it crosses a word; the core goes on in the cycle of the grant. */
  protected ask(address: number, sizeBytes: number, write: boolean, value: number): this {
    const { access } = this;
    this.instructions.value++;
    this.loaded = this.computed = NONE;
    const crossing = (address & 3) + sizeBytes - 4;
    this.second = crossing > 0 ? crossing : 0;
    access.address = address >>> 0;
    access.sizeBytes = sizeBytes - this.second;
    access.write = write;
    access.value = value;
    this.requestedAt = this.nextIssue + this.params.issueCycles;
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

  /** An instruction other than a load or store leaves decode. */
  protected begin(rs1: number, rs2: number, rd: number): void {
    this.#uses(rs1, rs2);
    if (this.loaded === rd && rd !== NONE) this.stallOnLoad();
    this.loaded = NONE;
    this.computed = rd;
    this.instructions.value++;
    this.nextIssue += this.params.issueCycles;
  }

  #uses(rs1: number, rs2: number): void {
    const { loaded } = this;
    if (loaded > 0 && (loaded === rs1 || loaded === rs2)) this.stallOnLoad();
  }

  /** What was just loaded is needed: one stall, and it is there. */
  protected stallOnLoad(): void {
    this.loaded = NONE;
    this.spend(this.loadStalls, this.params.loadUseCycles);
  }

  /** A branch leaves decode; whether it is taken. */
  protected branch(rs1: number, rs2: number, taken: boolean): boolean {
    this.begin(rs1, rs2, NONE);
    if (taken) this.spend(this.jumpStalls, this.params.takenBranchCycles);
    return taken;
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
