/**
 * A core's data port: its accesses, its sleep, its own time, and where its cycles go meanwhile.
 * @module
 */
import {
  type Activity,
  type ClockDomain,
  type Process,
  type ProcessHandle,
  SimulationError,
  type Wait,
  type Waitable,
} from "../../sim/mod.ts";
import { type Access, type AheadMemory, CoreBus } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import type { Parent, Placement } from "../component.ts";
import type { Initiator } from "../port.ts";
import { CoreProgram } from "./core_program.ts";
import { type CoreParams, CoreState, NONE, STACK_POINTER } from "./core_state.ts";

/** Where an access stands: there is none; it is on its way; somebody waits for it; it has been granted, or refused. */
const IDLE = 0, SENT = 1, WAITING = 2, GRANTED = 3, REFUSED = 4;
/** No memory at all. */
const NO_MEMORY: AheadMemory = { base: 0, sizeBytes: 0, requestAhead: () => false };
/** What is to be done with what an access brings: nothing, into a register, to the caller, or to his next instruction. */
const NOTHING = 0, TO_REGISTER = 1, TO_CALLER = 2, TO_NEXT = 3;

/**
 * A core as its memory sees it: it has one access at a time. `cycle` is the one in which its next instruction can leave the
 * decode stage; it runs ahead of the clock until an access, where somebody else can come into play.
 */
export class CoreDataPort extends CoreState implements Waitable {
  /** Where loads and stores go. */
  readonly data: Initiator<CoreBus> = this.initiator("data", CoreBus);
  private readonly clockDomain: ClockDomain = this.clock;
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
      stopsFrom: 0,
      outside: false,
      value: 0,
      complete: (result, resumeCycles = 0, cycle = this.clockDomain.cycles) =>
        this.#granted(result, resumeCycles, cycle),
      sleep: () => this.#fallAsleep(),
      fail: (error) => this.#refused(error),
    };
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
    this.forgetStack();
    this.requestTask.unqueue();
    return this.process("program", () => this.program.run(program()), background);
  }

  /** The core starts anew: nothing is under way in it. */
  protected forgetHazards(): void {}

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
    if (this.registers[STACK_POINTER] < this.stackBase) this.checkStack();
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
