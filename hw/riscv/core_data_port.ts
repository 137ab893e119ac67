/**
 * A core's data port: its accesses, its sleep, its own time, and where its cycles go meanwhile.
 * @module
 */
import {
  type Activity,
  type ClockDomain,
  type Counter,
  type Process,
  type ProcessHandle,
  SimulationError,
  type TracePoint,
  type Wait,
  type Waitable,
} from "../../sim/mod.ts";
import { type Access, type AheadMemory, CoreBus } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Initiator } from "../port.ts";
import { callOf } from "./core_call.ts";
import { CoreProgram } from "./core_program.ts";
import { type IssueParams, issueParams } from "./issue_timing.ts";

/** No register. */
export const NONE = -1;

/** What makes a core one of several. */
export interface CoreParams extends IssueParams {
  /** Number among its neighbours, as `mhartid` has it. */
  readonly coreId: number;
  /** Number of its cluster; the fabric controller counts as one. */
  readonly clusterId: number;
  /** Performance counters: 17, one for each event, or 1 as on the chip. */
  readonly counters: number;
}

/** Where a core's stack lies. */
export interface CoreStack {
  /** Lowest address. */
  readonly base: number;
  /** Bytes. */
  readonly sizeBytes: number;
  /** What lies right below it, for errors: `the stack of pe2`. */
  readonly below: string;
}

/** Where an access stands: there is none; it is on its way; somebody waits for it; it has been granted, or refused. */
const IDLE = 0, SENT = 1, WAITING = 2, GRANTED = 3, REFUSED = 4;
/** Below the addresses of all stacks; a small whole number, because it is looked at with every access. */
const NO_STACK = -(2 ** 30);
/** No memory at all. */
const NO_MEMORY: AheadMemory = { base: 0, sizeBytes: 0, requestAhead: () => false };
/** What is to be done with what an access brings: nothing, into a register, to the caller, or to his next instruction. */
const NOTHING = 0, TO_REGISTER = 1, TO_CALLER = 2, TO_NEXT = 3;

/** The register of the stack pointer. */
const SP = 2;

/**
 * A core as its memory sees it: it has one access at a time. `cycle` is the one in which its next instruction can leave the
 * decode stage; it runs ahead of the clock until an access, where somebody else can come into play.
 */
export class CoreDataPort extends Component<CoreParams> implements Waitable {
  /** Costs and identity. */
  static override readonly params: ParamTable<CoreParams> = {
    ...issueParams,
    coreId: { unit: "1", description: "number of the core in its cluster", source: "GAP8 manual" },
    clusterId: { unit: "1", description: "number of the cluster", source: "GAP8 manual" },
    counters: {
      default: 17,
      unit: "counter",
      description: "performance counters: one for each event as in simulators, or 1 as on the chip",
      source: "GAP8 manual",
      min: 1,
    },
  };

  /** Where loads and stores go. */
  readonly data: Initiator<CoreBus> = this.initiator("data", CoreBus);
  /** Loads issued. */
  readonly loads: Counter = this.counter("loads", "instruction", "loads issued");
  /** Stores issued. */
  readonly stores: Counter = this.counter("stores", "instruction", "stores issued");
  /** Cycles in which a data access waited for its grant, or did the second half of one that crosses a word. */
  readonly memoryStalls: Counter = this.counter(
    "memory_stalls",
    "cycle",
    "cycles waiting for a grant with the clock on, and second halves of accesses that cross a word",
  );
  /** Second halves of loads that cross a word. */
  readonly secondLoads: Counter = this.counter("second_loads", "access", "second halves of loads that cross a word");
  /** Second halves of stores that cross a word. */
  readonly secondStores: Counter = this.counter("second_stores", "access", "second halves of stores that cross a word");
  /** Loads from anything but near memory. */
  readonly outsideLoads: Counter = this.counter("outside_loads", "access", "loads from all but near memory");
  /** Stores to anything but near memory. */
  readonly outsideStores: Counter = this.counter("outside_stores", "access", "stores to all but near memory");
  /** Cycles with the clock on in which such a load was raised, that of its grant included. */
  readonly outsideLoadCycles: Counter = this.counter("outside_load_cycles", "cycle", "cycles of loads from outside");
  /** The same for stores. */
  readonly outsideStoreCycles: Counter = this.counter("outside_store_cycles", "cycle", "cycles of stores to outside");
  /** Cycles in which near memory refused an access. */
  readonly contention: Counter = this.counter("contention", "cycle", "cycles in which near memory refused an access");
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
  protected enters: number = 0;
  /**
   * The cycle in which the instruction right before is done with what it computes: leaves the execute stage, or has the
   * first part of its access granted.
   */
  protected computedAt: number = 0;
  private stackNow: CoreStack | null = null;
  /** Lowest address that the stack pointer may hold. */
  private stackBase = NO_STACK;
  private readonly clockDomain: ClockDomain = this.clock;
  /** Cycles that an instruction occupies the decode stage: looked at with every instruction. */
  protected readonly issueCycles: number = this.params.issueCycles;
  private startedAt = -1;
  private sleepsFrom = NONE;
  private running = "";
  private waiter: Activity | null = null;
  /** The cycle in which the access that is made ready, or under way, is requested. */
  protected requestedAt: number = 0;
  /** Of an access that crosses a word: bytes still to come, and the part that is there. */
  private second = 0;
  private firstBytes = 0;
  private firstPart = 0;
  private failure: Error | null = null;
  private readonly program: CoreProgram = new CoreProgram(this);
  /** Memory that takes accesses ahead of their cycle. */
  private near: AheadMemory = NO_MEMORY;
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
      outside: false,
      value: 0,
      complete: (result, resumeCycles = 0, cycle = this.clockDomain.cycles) =>
        this.#granted(result, resumeCycles, cycle),
      sleep: () => this.#fallAsleep(),
      fail: (error) => this.#refused(error),
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

  /** Where its stack lies; null if nobody said so. */
  get stack(): CoreStack | null {
    return this.stackNow;
  }

  /** Gives the core a stack: the stack pointer is set to its end, and every access looks whether it is still inside. */
  useStack(stack: CoreStack): void {
    this.stackNow = stack;
    this.stackBase = stack.base;
    this.registers[SP] = stack.base + stack.sizeBytes;
  }

  /** Throws a SimulationError if the stack pointer is below the stack. */
  checkStack(): void {
    if (this.stackNow === null || this.registers[SP] >= this.stackBase) return;
    const { base, sizeBytes, below } = this.stackNow;
    const pointer = this.registers[SP];
    throw new SimulationError(
      `Cannot go on with the stack pointer ${hex(pointer >>> 0)} on ${this.where()}: it is ${
        base - pointer
      } bytes below ` +
        `the stack (${hex(base)} to ${
          hex(base + sizeBytes - 1)
        }, ${sizeBytes} bytes), in ${below}; make the stack larger, ` +
        "or take the buffer from the allocator",
    );
  }

  /** Where the core is and when, and which function it runs. */
  override where(): string {
    return super.where() + (this.running === "" ? "" : `, in ${this.running}`);
  }

  /** Cycles of its clock since it was first started, asleep ones included. */
  get totalCycles(): number {
    return this.startedAt < 0 ? 0 : Math.max(this.nextIssue, this.clock.cycles) - this.startedAt;
  }

  /** Cycles with the clock on, up to its own time. */
  get activeCycles(): number {
    return this.startedAt < 0 ? 0 : this.nextIssue - this.startedAt - this.asleep.value;
  }

  /** Cycles with the clock off, the present nap included. */
  get asleepCycles(): number {
    return this.asleep.value + (this.sleepsFrom === NONE ? 0 : Math.max(0, this.clock.cycles - this.sleepsFrom));
  }

  /** Takes the core out of reset: it runs `program` until that ends. */
  start(program: () => Process, background: boolean): ProcessHandle<void> {
    this.program.unwind();
    const now = this.clock.cycles;
    if (this.startedAt < 0) this.startedAt = now;
    // What it slept until its power went is counted; while the clock was off for all, nothing is.
    if (this.sleepsFrom !== NONE) this.asleep.value += now - this.sleepsFrom;
    this.nextIssue = this.enters = now;
    this.forgetHazards();
    this.access.waits = false;
    this.failure = null;
    this.firstBytes = this.second = 0;
    this.stage = IDLE;
    this.sleepsFrom = NONE;
    this.stackBase = NO_STACK;
    this.stackNow = null;
    this.requestTask.unqueue();
    return this.process("program", () => this.program.run(program()), background);
  }

  /** The core starts anew: nothing is under way in it. */
  protected forgetHazards(): void {}

  // ---- what runs, for profiles and traces ----

  /** Says that a function runs while `body` does. */
  *inFunction<R>(name: string, body: Process<R>): Process<R> {
    const before = this.running;
    this.running = name;
    this.activity.emit(name);
    try {
      return yield* callOf(body);
    } finally {
      this.running = before;
      this.activity.emit(before);
    }
  }

  // ---- accesses on their way ----

  /** Sends the access off: ahead of its cycle, if whoever serves it takes it then. */
  protected send(): void {
    const { access, near, requestedAt } = this;
    const offset = access.address - near.base;
    if (offset >= 0 && offset < near.sizeBytes && near.requestAhead(access, requestedAt)) access.outside = false;
    else this.#sendInTime();
  }

  #sendInTime(): void {
    const { access, requestedAt } = this;
    const memory = this.data.memoryAt!(access.address);
    if (memory !== null) {
      this.near = memory;
      if (memory.requestAhead(access, requestedAt)) {
        access.outside = false;
        return;
      }
    }
    if (this.waiter !== null) this.waiter.since = this.sim.now;
    const ahead = requestedAt - this.clockDomain.cycles;
    if (ahead > 0) this.requestTask.after(ahead);
    else this.requestTask.post();
  }

  // ---- Waitable: the process waits here for its grant ----

  /** For the kernel. */
  arm(waiter: Activity): void {
    this.waiter = waiter;
  }

  /** For the kernel. */
  disarm(): void {
    this.waiter = null;
  }

  /** For deadlock reports. */
  describe(): string {
    return `${this.#describeAccess()} to be granted`;
  }

  #describeAccess(): string {
    const { address, write, waits } = this.access;
    return `${waits ? "p.elw" : write ? "a store" : "a load"} at ${hex(address)} (cycle ${this.requestedAt}` +
      `${this.running === "" ? "" : `, in ${this.running}`})`;
  }

  /** What `yield*` of an access goes through; the core has one access at a time, so one will do. */
  private readonly steps: Process<number> = {
    next: () => {
      if (this.stage === SENT) {
        this.stage = WAITING;
        return this.waitStep;
      }
      if (this.stage !== GRANTED) this.#fail();
      this.stage = IDLE;
      return this.endStep;
    },
    return: (value: number) => this.#giveUp(value),
    throw: (error: unknown) => {
      this.#giveUp(0);
      throw error;
    },
    [Symbol.iterator]: () => this.steps,
  } as unknown as Process<number>;
  /** A generator makes it, so that the kernel sees results of one shape only. */
  private readonly waitStep: IteratorResult<Wait, number> = waitingFor(this);
  private readonly endStep: { value: number; done: true } = { value: 0, done: true };
  /** Where the access stands. */
  private stage: typeof IDLE | typeof SENT | typeof WAITING | typeof GRANTED | typeof REFUSED = IDLE;
  /** What is to be done with what a load brings: one of {@linkcode TO_REGISTER} and its neighbours. */
  private purpose = NOTHING;
  /** Register to load, and bits that its sign fills. */
  private loadRegister = 0;
  private unusedBits = 0;

  /** A load into a register, for `yield*`. */
  protected load(address: number, sizeBytes: number, rd: number, unusedBits: number): Process {
    this.loads.value++;
    this.loadRegister = rd;
    this.unusedBits = unusedBits;
    return this.#begin(address, sizeBytes, false, 0, TO_REGISTER);
  }

  /** A store, for `yield*`. */
  protected save(address: number, sizeBytes: number, value: number): Process {
    this.stores.value++;
    return this.#begin(address, sizeBytes, true, value, NOTHING);
  }

  /** A load that is given back, for `yield*`; with `used`, the next instruction uses it. */
  protected fetchValue(address: number, sizeBytes: number, used: boolean): Process<number> {
    this.loads.value++;
    this.#begin(address, sizeBytes, false, 0, used ? TO_NEXT : TO_CALLER);
    return this.steps;
  }

  /** The access is refused, or there is none. */
  #fail(): never {
    if (this.stage === IDLE || this.failure === null) {
      throw new SimulationError(`Cannot wait for an access of ${this.path}: none is under way`);
    }
    this.stage = IDLE;
    throw this.#takeFailure();
  }

  #giveUp(value: number): IteratorResult<Wait, number> {
    this.stage = IDLE;
    return { value, done: true };
  }

  /** A load ends. */
  protected endLoad(_rd: number, _value: number): void {}

  /** What was loaded is used by the instruction right behind. */
  protected useLoaded(): void {}

  /** Sends off an access, or the first of the two if it crosses a word; the core goes on in the cycle of the grant. */
  #begin(address: number, sizeBytes: number, write: boolean, value: number, purpose: number): Process {
    if (this.stage !== IDLE) this.#refuseSecondAccess(address);
    if (this.registers[SP] < this.stackBase) this.checkStack();
    const { access } = this;
    const crossing = (address & 3) + sizeBytes - 4;
    this.second = crossing > 0 ? crossing : 0;
    this.purpose = purpose;
    access.address = address >>> 0;
    access.sizeBytes = sizeBytes - this.second;
    access.write = write;
    access.value = value;
    this.requestedAt = this.enters = this.nextIssue + this.issueCycles;
    this.stage = SENT;
    this.send();
    return this.steps as unknown as Process;
  }

  #refuseSecondAccess(address: number): never {
    throw new SimulationError(
      `Cannot begin an access to ${
        hex(address >>> 0)
      } on ${this.where()}: ${this.#describeAccess()} has begun and not ended; ` +
        "each load, store and wait needs its yield*, right where it is called",
    );
  }

  /** Sends off the second of two accesses, when the first has been granted. */
  #sendSecond(first: number): void {
    const { access } = this;
    this.firstPart = first;
    this.firstBytes = access.sizeBytes;
    access.address += access.sizeBytes;
    access.value >>>= 8 * access.sizeBytes;
    access.sizeBytes = this.second;
    this.second = 0;
    this.memoryStalls.value += this.params.issueCycles;
    if (access.write) this.secondStores.value++;
    else this.secondLoads.value++;
    this.requestedAt = this.nextIssue + this.params.issueCycles;
    this.send();
  }

  #takeFailure(): Error {
    const error = this.failure!;
    // Whoever refused the access knows nothing of the code; the trace is to lead there, not to an arbiter.
    const trace = new Error().stack?.split("\n").slice(1).join("\n") ?? "";
    error.message += `\n  by ${this.#describeAccess()} of ${this.path}`;
    error.stack = `${error.name}: ${error.message}\n${trace}`;
    this.failure = null;
    this.access.waits = false;
    this.second = this.firstBytes = 0;
    return error;
  }

  #granted(result: number, resumeCycles: number, now: number): void {
    let waited = now - this.requestedAt;
    if (this.sleepsFrom !== NONE) {
      this.asleep.value += now - this.sleepsFrom;
      this.sleepsFrom = NONE;
      this.activity.emit(this.running);
      waited = 0;
    }
    this.memoryStalls.value += waited + resumeCycles;
    if (this.access.outside === true) this.#countOutside(waited + 1, 1);
    else if (waited > 0) this.contention.value += waited;
    this.nextIssue = now + resumeCycles;
    if (resumeCycles > 0) this.enters = this.nextIssue;
    if (this.computedAt === NONE) this.computedAt = now;
    if (this.second > 0) this.#sendSecond(result);
    else this.#finish(result);
  }

  /** The access has been granted, as a whole. */
  #finish(result: number): void {
    let value = result;
    if (this.firstBytes > 0) {
      value = this.firstPart | result << (8 * this.firstBytes);
      this.firstBytes = 0;
    }
    this.access.waits = false;
    const { purpose } = this;
    if (purpose === TO_REGISTER) {
      const { unusedBits } = this;
      this.endLoad(this.loadRegister, value << unusedBits >> unusedBits);
    } else if (purpose !== NOTHING) {
      if (purpose === TO_NEXT) this.useLoaded();
      this.endStep.value = value >>> 0;
    }
    this.#end(GRANTED);
  }

  #refused(error: Error): void {
    this.failure = error;
    this.#end(REFUSED);
  }

  /** The access has come to its end: whoever waits for it goes on. */
  #end(stage: typeof GRANTED | typeof REFUSED): void {
    const waited = this.stage === WAITING;
    this.stage = stage;
    const { waiter } = this;
    if (!waited || waiter === null || this.program.goOn()) return;
    this.waiter = null;
    this.sim.ready(waiter);
  }

  #countOutside(cycles: number, accesses: number): void {
    if (this.access.write) {
      this.outsideStores.value += accesses;
      this.outsideStoreCycles.value += cycles;
    } else {
      this.outsideLoads.value += accesses;
      this.outsideLoadCycles.value += cycles;
    }
  }

  #fallAsleep(): void {
    this.sleepsFrom = this.clock.cycles + 1;
    this.memoryStalls.value += this.sleepsFrom - this.requestedAt;
    if (this.access.outside === true) this.#countOutside(this.sleepsFrom - this.requestedAt, 0);
    this.activity.emit("sleep");
  }
}

/** What a generator gives that waits for `wait`. */
function waitingFor(wait: Wait): IteratorResult<Wait, never> {
  return (function* () {
    yield wait;
  })().next() as IteratorResult<Wait, never>;
}
