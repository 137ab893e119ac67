/**
 * The controller of RI5CY: what happens to the instruction in decode, and where the fetch goes.
 * @module
 */
import type { CsrFile } from "./csr_file.ts";
import type { DecodeStage } from "./decode_stage.ts";
import type { ExecuteStage } from "./execute_stage.ts";
import { InterruptLatch } from "./interrupt_latch.ts";
import {
  CSR_STATUS,
  EBREAK,
  ECALL,
  EVENT_LOAD,
  FENCE,
  ILLEGAL,
  JUMP_JAL,
  JUMP_JALR,
  MRET,
  WFI,
} from "./micro_operation.ts";
import type { ProgramFlow } from "./program_flow.ts";
import type { CoreVariant } from "./variants.ts";

const RESET = 0,
  BOOT = 1,
  FIRST_FETCH = 2,
  DECODE = 3,
  FLUSH_EX = 4,
  FLUSH_WB = 5,
  RETURN = 6,
  WAIT_SLEEP = 7,
  SLEEP = 8,
  IRQ_FLUSH = 9,
  IRQ_TAKEN_ID = 10,
  IRQ_TAKEN_IF = 11,
  EVENT_EXECUTE = 12,
  EVENT_FLUSH = 13;

const CAUSE_ILLEGAL = 2, CAUSE_BREAKPOINT = 3, CAUSE_ECALL = 11, CAUSE_INTERRUPT = 0x8000_0000;

/** Where exceptions enter, in bytes from the base of the traps: each at its own place in the early release. */
const EARLY_ILLEGAL_ENTRY = 0x84, EARLY_ECALL_ENTRY = 0x88;

/** The state machine of riscv_controller.sv, without the debug unit. `early` is where the release of 2018 differs. */
export class Controller {
  /** Whether decode holds an instruction that is to be executed. */
  decoding = false;
  /** Whether the fetch stage waits, */
  haltFetch = false;
  /** and decode. */
  haltDecode = false;
  /** Whether the core fetches at all. */
  fetchEnabled = false;
  /** Whether the fetch is redirected to {@linkcode target}. */
  setPc = false;
  /** Where the fetch goes. */
  target = 0;
  /** Whether an instruction that the controller treats apart leaves decode: trap, return, sleep. */
  retires = false;
  /** Whether an illegal instruction was met. */
  illegal = false;
  /** Whether an interrupt keeps decode from setting up a hardware loop. */
  maskLoop = false;
  /** Whether an interrupt is taken, {@linkcode interruptId}. */
  acknowledges = false;

  readonly #decode: DecodeStage;
  readonly #execute: ExecuteStage;
  readonly #csrs: CsrFile;
  readonly #program: ProgramFlow;
  readonly #interrupts = new InterruptLatch();
  readonly #bootAddress: number;
  readonly #early: boolean;
  #state = RESET;
  #next = RESET;
  #interruptsEnabled = false;
  #dropsInterrupt = false;
  #jumpDone = false;
  #illegalPending = false;
  #validAfterFlush = false;
  #validNext = false;
  /** Whether the outputs are those of a cycle in which nothing special happens: as a rule, then, they need not be set. */
  #plain = false;

  /**
   * @param variant which core
   * @param decode the stage that it controls
   * @param execute the one that branches are in
   * @param csrs which take the traps
   * @param program which knows where registers lead
   * @param bootAddress where the core starts
   */
  constructor(
    variant: CoreVariant,
    decode: DecodeStage,
    execute: ExecuteStage,
    csrs: CsrFile,
    program: ProgramFlow,
    bootAddress: number,
  ) {
    this.#decode = decode;
    this.#execute = execute;
    this.#csrs = csrs;
    this.#program = program;
    this.#bootAddress = bootAddress;
    this.#early = variant.release === "2018_01";
  }

  /** Whether instructions leave decode in their usual way: no reset, no trap, no flush, no sleep. */
  get running(): boolean {
    return this.#state === DECODE;
  }

  /** Whether the core sleeps. */
  get asleep(): boolean {
    return this.#state === SLEEP;
  }

  /** Whether an event load (`p.elw`) holds up decode, as the counter of the later release sees it. */
  get waitsForEvent(): boolean {
    return this.#state === EVENT_EXECUTE || this.#state === EVENT_FLUSH;
  }

  /** Number of the interrupt that is pending or taken. */
  get interruptId(): number {
    return this.#interrupts.id;
  }

  /** Where an illegal instruction traps to. */
  get illegalEntry(): number {
    return this.#csrs.trapBase + (this.#early ? EARLY_ILLEGAL_ENTRY : 0);
  }

  get #ecallEntry(): number {
    return this.#csrs.trapBase + (this.#early ? EARLY_ECALL_ENTRY : 0);
  }

  /** First: is there something to decode? */
  look(): void {
    this.decoding = this.#state === DECODE && !this.#execute.branchTaken &&
      (this.#decode.valid || this.#validAfterFlush);
    this.#interruptsEnabled = this.#csrs.interruptsEnabled;
  }

  /**
   * Then, with the stages settled: what to do.
   *
   * @param fetchPc address of the instruction after the one in decode
   * @param irq the interrupt line
   */
  decide(fetchPc: number, irq: boolean): void {
    if (!this.#plain) this.#clear();
    const state = this.#state;
    switch (state) {
      case RESET:
        this.fetchEnabled = this.#plain = false;
        this.#next = BOOT;
        break;
      case BOOT:
        this.#redirect(this.#bootAddress);
        this.#next = FIRST_FETCH;
        break;
      case FIRST_FETCH:
        if (this.#decode.ready) this.#next = DECODE;
        if (this.#interrupts.pending && this.#interruptsEnabled) this.#halt(IRQ_TAKEN_IF);
        break;
      case DECODE:
        if (this.#execute.branchTaken) this.#redirect(this.#execute.target);
        else if (this.decoding && (!this.#decode.operation.isOrdinary || this.#interrupts.pending)) this.#decodeNext();
        break;
      case FLUSH_EX:
        this.#halt(this.#execute.valid ? FLUSH_WB : FLUSH_EX);
        break;
      case FLUSH_WB:
        this.#halt(DECODE);
        this.#leave();
        break;
      case RETURN:
        this.#redirect(this.#csrs.mepc);
        this.#next = DECODE;
        break;
      case WAIT_SLEEP:
        this.fetchEnabled = false;
        this.#halt(SLEEP);
        break;
      case SLEEP:
        this.fetchEnabled = false;
        this.#halt(irq ? FIRST_FETCH : SLEEP);
        break;
      case IRQ_FLUSH:
        if ((this.#early ? this.#interrupts.pending : irq) && this.#interruptsEnabled) this.#halt(IRQ_TAKEN_ID);
        else {
          this.#halt(DECODE);
          if (!this.#early) this.#dropsInterrupt = this.#validNext = true;
        }
        break;
      case EVENT_EXECUTE:
        this.#halt(!this.#decode.ready ? EVENT_EXECUTE : this.#early ? IRQ_FLUSH : EVENT_FLUSH);
        break;
      case EVENT_FLUSH:
        if (irq && this.#interruptsEnabled) this.#halt(IRQ_TAKEN_ID);
        else {
          this.#halt(DECODE);
          this.#dropsInterrupt = true;
        }
        break;
      case IRQ_TAKEN_ID:
      case IRQ_TAKEN_IF: {
        const { id } = this.#interrupts;
        this.acknowledges = true;
        this.#redirect(this.#csrs.trapBase + id * 4);
        this.#csrs.enterTrap(state === IRQ_TAKEN_ID ? this.#decode.pc : fetchPc, CAUSE_INTERRUPT | id);
        this.#next = DECODE;
        break;
      }
    }
  }

  /** Last: the clock edge, with the interrupt line and its number. */
  commit(irq: boolean, irqId: number): void {
    const interrupts = this.#interrupts;
    if (irq || interrupts.busy) {
      interrupts.commit(irq && this.#interruptsEnabled, irqId, this.acknowledges, this.#dropsInterrupt);
    }
    this.#jumpDone = this.#jumpDone && !this.#decode.ready;
    this.#validAfterFlush = this.#validNext;
    this.#state = this.#next;
  }

  /** Whether its state is no more than {@linkcode jumpDone}. */
  get canSave(): boolean {
    return this.#state === DECODE && !this.#validAfterFlush && !this.#interrupts.busy;
  }

  /** Whether the jump in decode has sent the fetch to its target. */
  get jumpDone(): boolean {
    return this.#jumpDone;
  }

  /** Takes back a state that could be saved. */
  restore(jumpDone: boolean): void {
    this.#state = this.#next = DECODE;
    this.#jumpDone = jumpDone;
    this.illegal =
      this.retires =
      this.#illegalPending =
      this.#validAfterFlush =
        false;
  }

  #clear(): void {
    this.haltFetch =
      this.haltDecode =
      this.setPc =
      this.retires =
      this.illegal =
      this.maskLoop =
      this.acknowledges =
      this.#dropsInterrupt =
      this.#validNext =
        false;
    this.fetchEnabled = this.#plain = true;
  }

  #redirect(target: number): void {
    this.#plain = false;
    this.setPc = true;
    this.target = target & ~1;
  }

  #halt(next: number): void {
    this.#plain = false;
    this.haltFetch = this.haltDecode = true;
    this.#next = next;
  }

  /** Halts the fetch until the instruction has left decode. */
  #haltFetch(next: number): void {
    this.#plain = false;
    this.haltFetch = true;
    if (this.#decode.ready) this.#next = next;
  }

  #decodeNext(): void {
    const { operation: op, pc, jumpStall } = this.#decode;
    if (this.#interrupts.pending) {
      if (this.#interruptsEnabled) {
        this.maskLoop = true;
        return this.#halt(IRQ_FLUSH);
      }
      this.#dropsInterrupt = true;
      this.#plain = false;
    }
    if (op.jump === JUMP_JAL || op.jump === JUMP_JALR) {
      if (jumpStall || this.#jumpDone) return;
      this.#jumpDone = true;
      return this.#redirect(op.jump === JUMP_JAL ? pc + op.imm : this.#program.jumpTarget(op));
    }
    switch (op.control) {
      case ILLEGAL:
        this.illegal = this.#illegalPending = true;
        if (!this.#early) this.#csrs.enterTrap(pc, CAUSE_ILLEGAL);
        return this.#halt(FLUSH_EX);
      case ECALL:
      case EBREAK:
        this.retires = true;
        if (!this.#early) this.#csrs.enterTrap(pc, op.control === ECALL ? CAUSE_ECALL : CAUSE_BREAKPOINT);
        return this.#halt(FLUSH_EX);
      case MRET:
      case WFI:
        this.retires = true;
        return this.#halt(FLUSH_EX);
      case FENCE:
        return this.#halt(FLUSH_EX);
      case CSR_STATUS:
        return this.#haltFetch(FLUSH_EX);
      case EVENT_LOAD:
        return this.#haltFetch(EVENT_EXECUTE);
    }
  }

  /** The pipeline is empty: goes where the instruction that emptied it leads. */
  #leave(): void {
    const { operation: op, pc } = this.#decode;
    const early = this.#early;
    const csrs = this.#csrs;
    const control = this.#illegalPending ? ILLEGAL : op.control;
    this.#illegalPending = false;
    if (early && (control === ILLEGAL || control === ECALL)) {
      csrs.enterTrap(pc, control === ECALL ? CAUSE_ECALL : CAUSE_ILLEGAL);
    }
    switch (control) {
      case ILLEGAL:
        return this.#redirect(this.illegalEntry);
      case ECALL:
        return this.#redirect(this.#ecallEntry);
      case EBREAK:
        // The early release hands it to the debug unit alone.
        if (!early) this.#redirect(csrs.trapBase);
        return;
      case MRET:
        if (early) this.#redirect(csrs.mepc);
        else this.#next = RETURN;
        csrs.leaveTrap();
        return;
      case WFI:
        this.#next = WAIT_SLEEP;
        return;
      case FENCE:
        return this.#redirect(pc + 4);
    }
  }
}
