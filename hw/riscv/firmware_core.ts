/**
 * A RISC-V core that runs firmware written as generators, instruction by instruction.
 * @module
 */
import type { Activity, Counter, Process, ProcessHandle, TracePoint, Waitable } from "../../sim/mod.ts";
import { call, SimulationError } from "../../sim/mod.ts";
import { type Access, CoreBus } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Initiator } from "../port.ts";
import { type IssueParams, issueParams } from "./issue_timing.ts";

/** A register of the core, x0 to x31; see {@linkcode reg}. */
export type Reg = number & { readonly reg: unique symbol };

const ABI = "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6";

/** The registers by their ABI names: `reg.a0`. */
export const reg: Readonly<Record<string, Reg>> = Object.freeze(
  Object.fromEntries(ABI.split(" ").map((name, index) => [name, index as Reg])),
);

const NONE = -1;

/** What makes a core one of several. */
export interface CoreParams extends IssueParams {
  /** Number among its neighbours, as `mhartid` has it. */
  readonly coreId: number;
  /** Number of its cluster; the fabric controller counts as one. */
  readonly clusterId: number;
}

/**
 * A core with one data port. ALU instructions are plain calls that advance the core's own time; loads, stores and
 * waits are generators, because only there can somebody else come into play. `issued` is the cycle in which the next
 * instruction can leave the decode stage.
 */
export class FirmwareCore extends Component<CoreParams> implements Waitable {
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
  private nextIssue = 0;
  private startedAt = -1;
  private loaded: number = NONE;
  private computed: number = NONE;
  private hardwareLoops = 0;
  private sleepsFrom = NONE;
  private running = "";
  private waiter: Activity | null = null;
  private requestedAt = 0;
  private result = 0;
  /** Of an access that crosses a word: bytes still to come, and the part that is there. */
  private second = 0;
  private firstBytes = 0;
  private firstPart = 0;
  private failure: Error | null = null;
  private readonly access: Access;
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

  // ---- instructions that touch only the core itself ----

  /** Issues `count` instructions that need nothing but the ALU. */
  alu(count: number = 1): void {
    if (count <= 0) return;
    this.loaded = this.computed = NONE;
    this.instructions.value += count;
    this.nextIssue += count * this.params.issueCycles;
  }

  /** `lui`/`addi`: puts a constant into a register; one instruction if it fits 12 bits, otherwise two. */
  li(rd: Reg, value: number): void {
    const low = value | 0;
    const short = low >= -2048 && low < 2048;
    this.#begin(NONE, NONE, rd);
    if (!short) this.#begin(rd, NONE, rd);
    this.#write(rd, low);
  }

  /** `rd = rs1 + rs2`. */
  add(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.#begin(rs1, rs2, rd);
    this.#write(rd, this.registers[rs1] + this.registers[rs2]);
  }

  /** `rd = rs1 + imm`. */
  addi(rd: Reg, rs1: Reg, imm: number): void {
    this.#begin(rs1, NONE, rd);
    this.#write(rd, this.registers[rs1] + imm);
  }

  /** `rd = rs1 - rs2`. */
  sub(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.#begin(rs1, rs2, rd);
    this.#write(rd, this.registers[rs1] - this.registers[rs2]);
  }

  /** `rd = rs1 >> shift`, arithmetic. */
  srai(rd: Reg, rs1: Reg, shift: number): void {
    this.#begin(rs1, NONE, rd);
    this.#write(rd, this.registers[rs1] >> shift);
  }

  /** `rd = rs1 << shift`. */
  slli(rd: Reg, rs1: Reg, shift: number): void {
    this.#begin(rs1, NONE, rd);
    this.#write(rd, this.registers[rs1] << shift);
  }

  /** `rd = rs1 & imm`. */
  andi(rd: Reg, rs1: Reg, imm: number): void {
    this.#begin(rs1, NONE, rd);
    this.#write(rd, this.registers[rs1] & imm);
  }

  /** `rd = rs1 * rs2`, low word. */
  mul(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.#begin(rs1, rs2, rd);
    this.#write(rd, Math.imul(this.registers[rs1], this.registers[rs2]));
  }

  /** `p.mac`: `rd += rs1 * rs2`. */
  mac(rd: Reg, rs1: Reg, rs2: Reg): void {
    if (this.loaded === rd) this.#stallOnLoad();
    this.#begin(rs1, rs2, rd);
    this.#write(rd, this.registers[rd] + Math.imul(this.registers[rs1], this.registers[rs2]));
  }

  /** `p.clipu`: `rd` = `rs1` clipped to 0 ... 2^(bits-1) - 1. */
  clipu(rd: Reg, rs1: Reg, bits: number): void {
    this.#begin(rs1, NONE, rd);
    this.#write(rd, Math.min(Math.max(this.registers[rs1], 0), 2 ** (bits - 1) - 1));
  }

  /** `mulhu`: high word of the unsigned product. */
  mulhu(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.#begin(rs1, rs2, rd);
    this.#spend(this.computeStalls, this.params.mulhCycles);
    const product = BigInt(this.registers[rs1] >>> 0) * BigInt(this.registers[rs2] >>> 0);
    this.#write(rd, Number(product >> 32n) | 0);
  }

  /** `divu`: unsigned quotient; the cost follows the divisor's leading zeros. */
  divu(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.#begin(rs1, rs2, rd);
    const divisor = this.registers[rs2] >>> 0;
    this.#spend(this.computeStalls, this.params.divideCycles + Math.clz32(divisor) - this.params.issueCycles);
    this.#write(rd, divisor === 0 ? -1 : Math.floor((this.registers[rs1] >>> 0) / divisor));
  }

  /** `beq`: whether the branch is taken. */
  beq(rs1: Reg, rs2: Reg): boolean {
    return this.#branch(rs1, rs2, this.registers[rs1] === this.registers[rs2]);
  }

  /** `bne`: whether the branch is taken. */
  bne(rs1: Reg, rs2: Reg): boolean {
    return this.#branch(rs1, rs2, this.registers[rs1] !== this.registers[rs2]);
  }

  /** `blt`: whether the branch is taken. */
  blt(rs1: Reg, rs2: Reg): boolean {
    return this.#branch(rs1, rs2, this.registers[rs1] < this.registers[rs2]);
  }

  /** `bge`: whether the branch is taken. */
  bge(rs1: Reg, rs2: Reg): boolean {
    return this.#branch(rs1, rs2, this.registers[rs1] >= this.registers[rs2]);
  }

  /** A branch of which only the outcome matters. */
  branchIf(taken: boolean): boolean {
    return this.#branch(NONE, NONE, taken);
  }

  /** `jal`: a jump or call to a fixed place. */
  jump(): void {
    this.#begin(NONE, NONE, NONE);
    this.#spend(this.jumpStalls, this.params.jumpCycles);
  }

  /** `jalr`: a jump, call or return through a register. */
  jumpTo(rs1: Reg): void {
    const fromLoad = this.loaded === rs1, fromAlu = this.computed === rs1 && rs1 !== 0;
    this.loaded = NONE;
    this.#begin(NONE, NONE, NONE);
    this.#spend(this.jumpStalls, this.params.jumpCycles);
    if (fromLoad) this.#spend(this.loadStalls, this.params.jalrLoadHazardCycles);
    else if (fromAlu) this.#spend(this.jumpStalls, this.params.jalrAluHazardCycles);
  }

  /**
   * `lp.setup`: starts one of the two hardware loops; its back-edges are free, so the body stands in a plain `for`.
   * Every `loopBegin` needs its `loopEnd`. Throws a SimulationError on a third level.
   */
  loopBegin(): void {
    if (this.hardwareLoops === 2) {
      throw new SimulationError(
        `Cannot begin a hardware loop on ${this.where()}: both are in use; the core has two levels`,
      );
    }
    this.hardwareLoops++;
    this.#begin(NONE, NONE, NONE);
  }

  /** The end of a hardware loop's last pass; free. */
  loopEnd(): void {
    if (this.hardwareLoops === 0) {
      throw new SimulationError(`Cannot end a hardware loop on ${this.where()}: none was begun`);
    }
    this.hardwareLoops--;
  }

  /** Runs `body` `count` times in a hardware loop: one instruction to set up, back-edges free. */
  *hwloop(count: number, body: (pass: number) => Process | void): Process {
    this.loopBegin();
    for (let pass = 0; pass < count; pass++) {
      const rest = body(pass);
      if (rest !== undefined) yield* rest;
    }
    this.loopEnd();
  }

  // ---- loads, stores and waits ----

  /** `lw rd, imm(rs1)`. */
  *lw(rd: Reg, rs1: Reg, imm: number = 0): Process {
    this.#beginLoad(rd, rs1);
    yield this.#ask(this.registers[rs1] + imm, 4, false, 0);
    if (this.second > 0) yield this.#askSecond();
    this.#endLoad(rd, this.#answer() | 0);
  }

  /** `lbu rd, imm(rs1)`. */
  *lbu(rd: Reg, rs1: Reg, imm: number = 0): Process {
    this.#beginLoad(rd, rs1);
    yield this.#ask(this.registers[rs1] + imm, 1, false, 0);
    this.#endLoad(rd, this.#answer());
  }

  /** `lb rd, imm(rs1)`. */
  *lb(rd: Reg, rs1: Reg, imm: number = 0): Process {
    this.#beginLoad(rd, rs1);
    yield this.#ask(this.registers[rs1] + imm, 1, false, 0);
    this.#endLoad(rd, (this.#answer() << 24) >> 24);
  }

  /** `p.lw rd, imm(rs1!)`: loads, then adds `imm` to `rs1`. */
  *lwPost(rd: Reg, rs1: Reg, imm: number): Process {
    this.#beginLoad(rd, rs1);
    yield this.#ask(this.#postIncrement(rs1, imm), 4, false, 0);
    if (this.second > 0) yield this.#askSecond();
    this.#endLoad(rd, this.#answer() | 0);
  }

  /** `p.lbu rd, imm(rs1!)`. */
  *lbuPost(rd: Reg, rs1: Reg, imm: number): Process {
    this.#beginLoad(rd, rs1);
    yield this.#ask(this.#postIncrement(rs1, imm), 1, false, 0);
    this.#endLoad(rd, this.#answer());
  }

  /** `p.lb rd, imm(rs1!)`. */
  *lbPost(rd: Reg, rs1: Reg, imm: number): Process {
    this.#beginLoad(rd, rs1);
    yield this.#ask(this.#postIncrement(rs1, imm), 1, false, 0);
    this.#endLoad(rd, (this.#answer() << 24) >> 24);
  }

  /** `sw rs2, imm(rs1)`. */
  *sw(rs2: Reg, rs1: Reg, imm: number = 0): Process {
    this.#beginStore(rs1, rs2);
    yield this.#ask(this.registers[rs1] + imm, 4, true, this.registers[rs2]);
    if (this.second > 0) yield this.#askSecond();
    this.#answer();
  }

  /** `p.sw rs2, imm(rs1!)`. */
  *swPost(rs2: Reg, rs1: Reg, imm: number): Process {
    this.#beginStore(rs1, rs2);
    const value = this.registers[rs2];
    yield this.#ask(this.#postIncrement(rs1, imm), 4, true, value);
    if (this.second > 0) yield this.#askSecond();
    this.#answer();
  }

  /** `p.sb rs2, imm(rs1!)`. */
  *sbPost(rs2: Reg, rs1: Reg, imm: number): Process {
    this.#beginStore(rs1, rs2);
    const value = this.registers[rs2];
    yield this.#ask(this.#postIncrement(rs1, imm), 1, true, value);
    this.#answer();
  }

  /** A load whose value the next instruction uses, as compiled driver code does; zero-extended. */
  *read(address: number, sizeBytes: number = 4): Process<number> {
    this.#beginLoad(NONE, NONE);
    yield this.#ask(address, sizeBytes, false, 0);
    if (this.second > 0) yield this.#askSecond();
    const value = this.#answer();
    this.#spend(this.loadStalls, this.params.loadUseCycles);
    return value >>> 0;
  }

  /** A store of a value that is there. */
  *store(address: number, value: number, sizeBytes: number = 4): Process {
    this.#beginStore(NONE, NONE);
    yield this.#ask(address, sizeBytes, true, value);
    if (this.second > 0) yield this.#askSecond();
    this.#answer();
  }

  /** `p.elw`: a load that an event unit may hold back while the core's clock is off. */
  *elw(address: number): Process<number> {
    this.#beginLoad(NONE, NONE);
    this.access.waits = true;
    yield this.#ask(address, 4, false, 0);
    return this.#answer() >>> 0;
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

  #beginLoad(rd: number, rs1: number): void {
    this.#uses(rs1, NONE);
    if (this.loaded === rd && rd !== NONE) this.#stallOnLoad();
    this.loads.value++;
  }

  #endLoad(rd: Reg, value: number): void {
    this.#write(rd, value);
    this.loaded = rd;
  }

  #beginStore(rs1: number, rs2: number): void {
    this.#uses(rs1, rs2);
    this.stores.value++;
  }

  #postIncrement(rs1: Reg, imm: number): number {
    const address = this.registers[rs1];
    this.#write(rs1, address + imm);
    return address;
  }

  /** Makes ready an access, or the first of the two if it crosses a word; the core goes on in the cycle of the grant. */
  #ask(address: number, sizeBytes: number, write: boolean, value: number): this {
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
  #askSecond(): this {
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
  #answer(): number {
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

  #begin(rs1: number, rs2: number, rd: number): void {
    this.#uses(rs1, rs2);
    if (this.loaded === rd && rd !== NONE) this.#stallOnLoad();
    this.loaded = NONE;
    this.computed = rd;
    this.instructions.value++;
    this.nextIssue += this.params.issueCycles;
  }

  #uses(rs1: number, rs2: number): void {
    const { loaded } = this;
    if (loaded > 0 && (loaded === rs1 || loaded === rs2)) this.#stallOnLoad();
  }

  #stallOnLoad(): void {
    this.loaded = NONE;
    this.#spend(this.loadStalls, this.params.loadUseCycles);
  }

  #branch(rs1: number, rs2: number, taken: boolean): boolean {
    this.#begin(rs1, rs2, NONE);
    if (taken) this.#spend(this.jumpStalls, this.params.takenBranchCycles);
    return taken;
  }

  #spend(counter: Counter, cycles: number): void {
    counter.value += cycles;
    this.nextIssue += cycles;
  }

  #write(rd: number, value: number): void {
    if (rd !== 0) this.registers[rd] = value;
  }
}
