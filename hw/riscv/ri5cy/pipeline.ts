/**
 * RI5CY, cycle by cycle: the handshakes of its four stages, as the RTL has them.
 * @module
 */
import { Controller } from "./controller.ts";
import { type CoreIdentity, CsrFile } from "./csr_file.ts";
import { CycleAccount } from "./cycle_account.ts";
import { DecodeStage } from "./decode_stage.ts";
import { ExecuteStage } from "./execute_stage.ts";
import { Hart } from "./hart.ts";
import { IdealPrefetcher } from "./ideal_prefetcher.ts";
import { LoadStoreUnit } from "./load_store_unit.ts";
import { ILLEGAL, JUMP_JAL, JUMP_JALR, type MicroOperation } from "./micro_operation.ts";
import { PerformanceCounters } from "./performance_counters.ts";
import { PrefetchBuffer } from "./prefetch_buffer.ts";
import { PrefetchLineBuffer } from "./prefetch_line_buffer.ts";
import type { Prefetcher } from "./prefetcher.ts";
import { HartFlow, type ProgramFlow } from "./program_flow.ts";
import { ISSUE } from "./stall.ts";
import { JUMPED, PLAIN, type StateWriter } from "./state_writer.ts";
import type { CoreVariant } from "./variants.ts";

/** Who answers the instruction fetches of a core. */
export interface FetchPort {
  /**
   * Asks for the words at an aligned address; true if granted in this cycle. The answer goes to the prefetcher's `data`
   * and `dataValid` in a later cycle.
   */
  request(address: number, prefetcher: Prefetcher): boolean;
}

const FETCHING = 1, JUMP_DONE = 2, LEFT_DECODE = 4;

/**
 * A RI5CY core. One cycle is {@linkcode begin}, then, with the data port's grant known, {@linkcode finish}. Names follow
 * the RTL's stages.
 */
export class Ri5cyPipeline {
  /** Registers and what the last instruction did. */
  readonly hart: Hart;
  /** What decides where the program goes. */
  readonly program: ProgramFlow;
  /** The data port. */
  readonly lsu: LoadStoreUnit = new LoadStoreUnit();
  /** The fetch. */
  readonly prefetcher: Prefetcher;
  /** Control and status registers. */
  readonly csrs: CsrFile;
  /** The counters behind PCCR. */
  readonly counters: PerformanceCounters;
  /** Whether somebody wants {@linkcode events} and {@linkcode stall}. */
  observed = false;
  /** Events of the last cycle, see {@linkcode EVENT}; of an observed core. */
  events = 0;
  /** What the last cycle was spent on, see {@linkcode ISSUE}; of an observed core. */
  stall: number = ISSUE;
  /** The parameters. */
  readonly variant: CoreVariant;

  /** Whether an instruction left decode in the last cycle, */
  retired = false;
  /** its address, */
  retiredPc = 0;
  /** and what it was. */
  retiredOperation: MicroOperation;

  /** Whether an illegal instruction, at {@linkcode pc}, was met in the last cycle. */
  illegal = false;
  /** Level of the interrupt line, */
  irq = false;
  /** and its number. */
  irqId = 0;
  /** The interrupt that was taken in the last cycle, or -1. */
  acknowledged: number = -1;
  /** Events of the present cycle that the core's surroundings count, see {@linkcode EVENT}; the port sets them. */
  outsideEvents = 0;

  readonly #fetchPort: FetchPort;
  readonly #decode: DecodeStage;
  readonly #execute: ExecuteStage;
  readonly #controller: Controller;
  readonly #account: CycleAccount;
  readonly #setsLoopsWaiting: boolean;
  #fetching = false;
  #leftDecode = false;
  /** The loops that led to what is fetched, bit 0 and bit 1. */
  #loopCounted = 0;

  /**
   * A core as it leaves reset.
   *
   * @param variant which core
   * @param fetchPort who answers fetches
   * @param identity its numbers and where it starts
   * @param program what decides where the program goes: by default the registers
   */
  constructor(
    variant: CoreVariant,
    fetchPort: FetchPort,
    identity: CoreIdentity,
    hart: Hart = new Hart(),
    program: ProgramFlow = new HartFlow(hart),
  ) {
    this.hart = hart;
    this.program = program;
    this.variant = variant;
    this.#fetchPort = fetchPort;
    this.prefetcher = variant.fetchBits === "ideal"
      ? new IdealPrefetcher()
      : variant.fetchBits === 32
      ? new PrefetchBuffer(variant)
      : new PrefetchLineBuffer();
    this.counters = new PerformanceCounters(variant);
    this.csrs = new CsrFile(variant, this.hart, this.counters, identity);
    this.#execute = new ExecuteStage(variant.quirks, this.lsu, hart, this.csrs, program);
    this.#decode = new DecodeStage(variant, this.#execute, this.lsu);
    const { bootAddress } = identity;
    this.#controller = new Controller(variant, this.#decode, this.#execute, this.csrs, program, bootAddress);
    this.#account = new CycleAccount(variant);
    this.#setsLoopsWaiting = variant.release === "2018_01";
    this.retiredOperation = this.#decode.operation;
  }

  /** Whether the controller decodes: no trap, no flush, no sleep. */
  get decoding(): boolean {
    return this.#controller.running;
  }

  /** Whether the core sleeps, its clock stopped until an interrupt line rises. */
  get asleep(): boolean {
    return this.#controller.asleep;
  }

  /** Address of the instruction in decode, or of the last one that was there. */
  get pc(): number {
    return this.#decode.pc >>> 0;
  }

  /** The instruction word there. */
  get word(): number {
    return this.#decode.operation.word;
  }

  /** Where an illegal instruction traps to. */
  get illegalEntry(): number {
    return this.#controller.illegalEntry >>> 0;
  }

  /** First half of a cycle: what the data port asks for. */
  begin(): void {
    this.lsu.decide();
  }

  /** Second half, with the data port's answer in {@linkcode LoadStoreUnit.granted}. */
  finish(): void {
    const { hart, lsu, prefetcher, program } = this;
    const decode = this.#decode;
    const execute = this.#execute;
    const controller = this.#controller;
    const { operation: op, pc } = decode;

    // Who can go on: write back, execute, decode.
    lsu.settle();
    if (lsu.granted) lsu.take(hart.registers);
    execute.settle();
    const { branchTaken } = execute;
    controller.look();
    const { decoding } = controller;
    decode.settle(decoding);
    const idReady = decode.ready;
    const { loadStall, jumpStall } = decode;
    prefetcher.present();
    const { address: fetchPc } = prefetcher;
    controller.decide(fetchPc, this.irq);
    const { haltDecode, setPc, fetchEnabled } = controller;

    // Instruction fetch.
    const idLoopTarget = decode.isLoopTarget && decode.valid;
    let loop = -1;
    if (fetchPc === hart.loopEnd[0] && this.#loopsAgain(0, idLoopTarget)) loop = 0;
    else if (fetchPc === hart.loopEnd[1] && this.#loopsAgain(1, idLoopTarget)) loop = 1;
    const fetched = this.#fetching && prefetcher.valid && !setPc && !prefetcher.loopBranch && !controller.haltFetch &&
      idReady;
    const { instruction, isLoopTarget } = prefetcher;
    prefetcher.decide(
      fetchEnabled,
      setPc,
      controller.target,
      loop >= 0,
      loop >= 0 ? hart.loopStart[loop] : 0,
      fetched && fetchEnabled,
    );
    const granted = prefetcher.request && this.#fetchPort.request(prefetcher.requestAddress, prefetcher);

    // The clock edge.
    const leaves = idReady && !haltDecode;
    const executes = leaves && decoding;
    const cleared = idReady || haltDecode || branchTaken;
    if (idLoopTarget && cleared) program.countLoop(decode.loopCounted);
    execute.commit();
    execute.load(op, pc, leaves, executes);
    if (op.isLoop && decoding && op.control !== ILLEGAL && !loadStall && !jumpStall) {
      if (this.#setsLoopsWaiting || idReady && !controller.maskLoop) program.execute(op, pc);
    }
    if (this.observed || this.counters.counting) {
      this.#account.add(decode, execute, lsu, controller, prefetcher, executes, this.#leftDecode);
      this.events = this.#account.events | this.outsideEvents;
      this.stall = this.#account.stall;
      this.counters.count(this.events);
    }
    this.#leftDecode = leaves;
    this.illegal = controller.illegal;
    this.acknowledged = controller.acknowledges ? controller.interruptId : -1;
    this.retired = executes || controller.retires;
    if (this.retired) {
      this.retiredPc = pc;
      this.retiredOperation = op;
    }
    if (fetched) decode.load(instruction, fetchPc, isLoopTarget, this.#loopCounted);
    else if (cleared) decode.valid = false;
    if (loop >= 0) this.#loopCounted = 1 << loop;
    prefetcher.commit(granted);
    if (setPc) this.#fetching = true;
    controller.commit(this.irq, this.irqId);
  }

  /** Whether nothing is under way that its state, as {@linkcode save} has it, would not show. */
  get canSave(): boolean {
    return this.#controller.canSave && this.#execute.canSave && (!this.lsu.active || this.lsu.replayed);
  }

  /**
   * Appends the pipeline's state: all that decides on the time of what follows, except for the program's data. To be
   * asked for between cycles, if {@linkcode canSave}.
   */
  save(state: StateWriter): void {
    const { jumpDone } = this.#controller;
    const marks = (this.#fetching ? FETCHING : 0) | (jumpDone ? JUMP_DONE : 0) |
      (this.#leftDecode ? LEFT_DECODE : 0);
    state.add(marks, jumpDone ? JUMPED : PLAIN).add(this.#loopCounted);
    this.#decode.save(state);
    this.#execute.save(state);
    this.lsu.save(state);
    this.prefetcher.save(state);
  }

  /** Takes back a state that {@linkcode save} made, and gives the position behind it. */
  restore(state: Int32Array, at: number): number {
    const marks = state[at++];
    this.#fetching = (marks & FETCHING) !== 0;
    this.#controller.restore((marks & JUMP_DONE) !== 0);
    this.#leftDecode = (marks & LEFT_DECODE) !== 0;
    this.#loopCounted = state[at++];
    this.retired = this.illegal = false;
    at = this.#decode.restore(state, at);
    const { valid, operation: { jump } } = this.#decode;
    this.#account.restore(!valid && (jump === JUMP_JAL || jump === JUMP_JALR));
    at = this.#execute.restore(state, at);
    at = this.lsu.restore(state, at);
    return this.prefetcher.restore(state, at);
  }

  /** Whether the loop whose last instruction is being fetched has another round to go. */
  #loopsAgain(loop: number, idLoopTarget: boolean): boolean {
    const counting = idLoopTarget && (this.#decode.loopCounted >>> loop & 1) !== 0;
    return this.program.loopsAgain(loop, counting ? 2 : 1);
  }
}
