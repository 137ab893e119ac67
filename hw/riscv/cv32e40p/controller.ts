/**
 * The controller of CV32E40P: what happens to the instruction in decode, and where the fetch goes.
 * @module
 */
import type { Hart } from "../ri5cy/hart.ts";
import { CSR_STATUS, EBREAK, ECALL, FENCE, ILLEGAL, JUMP_JAL, JUMP_JALR, MRET, WFI } from "../ri5cy/micro_operation.ts";
import type { CsrFile } from "./csr_file.ts";
import { LoopController } from "./loop_controller.ts";
import type { Cv32e40pOperation } from "./operation.ts";

const RESET = 0,
  BOOT = 1,
  FIRST_FETCH = 2,
  DECODE = 3,
  DECODE_LOOP = 4,
  FLUSH_EX = 5,
  FLUSH_WB = 6,
  RETURN = 7,
  WAIT_SLEEP = 8,
  SLEEP = 9;

const CAUSE_ILLEGAL = 2, CAUSE_BREAKPOINT = 3, CAUSE_ECALL = 11, CAUSE_INTERRUPT = 0x8000_0000 | 0;

/** The state machine of cv32e40p_controller.sv, without debugger and `cv.elw`. */
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
  /** Whether a hardware loop jumps to {@linkcode target} after the instruction that comes next. */
  loopJump = false;
  /** Where the fetch goes. */
  target = 0;
  /** Whether an illegal instruction is about to trap. */
  illegal = false;

  readonly #hart: Hart;
  readonly #csrs: CsrFile;
  readonly #loops: LoopController;
  readonly #bootAddress: number;
  #state = RESET;
  #next = RESET;
  #jumpDone = false;
  #illegalPending = false;
  #loopJumps = false;
  #loopJumped = false;
  #interrupt = -1;
  #valid = false;

  /**
   * @param hart whose registers jumps and loops use
   * @param csrs which take the traps
   * @param bootAddress where the core starts
   */
  constructor(hart: Hart, csrs: CsrFile, bootAddress: number) {
    this.#hart = hart;
    this.#csrs = csrs;
    this.#loops = new LoopController(hart);
    this.#bootAddress = bootAddress;
  }

  /** Whether instructions leave decode in their usual way: no reset, no trap, no flush, no sleep. */
  get running(): boolean {
    return this.#state === DECODE || this.#state === DECODE_LOOP;
  }

  /** Whether the core sleeps. */
  get asleep(): boolean {
    return this.#state === SLEEP;
  }

  /** Whether the core wants its clock, apart from transfers that are under way. */
  get busy(): boolean {
    return this.#state !== WAIT_SLEEP && (this.#state !== SLEEP || this.#next !== SLEEP);
  }

  /** First: is there something to decode? `interrupt` is the one to take, -1 for none. */
  look(idValid: boolean, branchTaken: boolean, interrupt: number): void {
    const state = this.#state;
    this.#interrupt = interrupt;
    this.#valid = idValid && (state === DECODE && !branchTaken || state === DECODE_LOOP);
    this.decoding = this.#valid && interrupt < 0;
  }

  /**
   * Then: what to do.
   * @param op the instruction in decode
   * @param pc its address
   * @param fetchPc address of the one after it
   * @param branchTaken whether the branch in execute is taken, to `branchTarget`
   * @param jumpStall whether a `jalr` waits for its register
   * @param idReady whether the instruction can leave decode
   * @param exValid whether the one in execute leaves
   * @param wakes whether an enabled interrupt line is high
   */
  decide(
    op: Cv32e40pOperation,
    pc: number,
    fetchPc: number,
    branchTaken: boolean,
    branchTarget: number,
    jumpStall: boolean,
    idReady: boolean,
    exValid: boolean,
    wakes: boolean,
  ): void {
    const state = this.#state;
    this.haltFetch =
      this.haltDecode =
      this.setPc =
      this.loopJump =
      this.illegal =
      this.#loopJumps =
        false;
    this.fetchEnabled = true;
    this.#next = state;
    this.#loops.counted = 0;
    switch (state) {
      case RESET:
        this.fetchEnabled = false;
        this.#next = BOOT;
        break;
      case BOOT:
        this.#redirect(this.#bootAddress);
        this.#next = FIRST_FETCH;
        break;
      case FIRST_FETCH:
        this.#next = DECODE;
        if (this.#interrupt >= 0) this.#takeInterrupt(fetchPc);
        break;
      case DECODE:
        if (branchTaken) this.#redirect(branchTarget);
        else if (!this.#valid) break;
        else if (this.#interrupt >= 0) {
          this.#illegalPending = false;
          this.#takeInterrupt(pc);
        } else this.#decode(op, pc, jumpStall, idReady);
        break;
      case DECODE_LOOP:
        if (!this.#valid) break;
        else if (this.#interrupt >= 0) {
          this.#takeInterrupt(pc);
          this.#next = DECODE;
        } else this.#decodeInLoop(op, pc, idReady);
        break;
      case FLUSH_EX:
        this.haltFetch = this.haltDecode = true;
        if (exValid) {
          this.#next = FLUSH_WB;
          if (this.#illegalPending) this.#csrs.enterTrap(pc, CAUSE_ILLEGAL);
          else if (op.action === EBREAK) this.#csrs.enterTrap(pc, CAUSE_BREAKPOINT);
          else if (op.action === ECALL) this.#csrs.enterTrap(pc, CAUSE_ECALL);
        }
        break;
      case FLUSH_WB:
        this.haltFetch = this.haltDecode = true;
        this.#next = DECODE;
        this.#leave(op, pc);
        break;
      case RETURN:
        this.#next = DECODE;
        this.#redirect(this.#csrs.mepc);
        break;
      case WAIT_SLEEP:
        this.fetchEnabled = false;
        this.haltFetch = this.haltDecode = true;
        this.#next = SLEEP;
        break;
      case SLEEP:
        this.fetchEnabled = false;
        this.haltFetch = this.haltDecode = true;
        if (wakes) this.#next = FIRST_FETCH;
        break;
    }
    this.target &= ~1;
  }

  /** Last: the clock edge; `cleared`: the instruction is gone from decode. */
  commit(idReady: boolean, cleared: boolean): void {
    this.#loops.commit(cleared && this.#valid);
    this.#state = this.#next;
    this.#jumpDone = this.#jumpDone && !idReady;
    this.#loopJumped = this.#loopJumps;
  }

  #redirect(target: number): void {
    this.setPc = true;
    this.target = target;
  }

  #takeInterrupt(pc: number): void {
    this.haltFetch = this.haltDecode = true;
    this.#redirect(this.#csrs.vectorOf(this.#interrupt));
    this.#csrs.enterTrap(pc, CAUSE_INTERRUPT | this.#interrupt);
  }

  /** Waits until the instruction has left decode, then empties the pipeline. */
  #flush(idReady: boolean): void {
    this.haltFetch = true;
    if (idReady) this.#next = FLUSH_EX;
  }

  #decode(op: Cv32e40pOperation, pc: number, jumpStall: boolean, idReady: boolean): void {
    this.#illegalPending = false;
    if (op.action === ILLEGAL) {
      this.#flush(idReady);
      this.#illegalPending = true;
      this.illegal = idReady;
      return;
    }
    if (op.jump === JUMP_JAL || op.jump === JUMP_JALR) {
      if (jumpStall || this.#jumpDone) return;
      this.#redirect(op.jump === JUMP_JAL ? pc + op.imm : this.#hart.registers[op.sourceA] + op.imm);
      this.#jumpDone = true;
      return;
    }
    const loops = this.#loops;
    switch (op.action) {
      case EBREAK:
      case WFI:
      case ECALL:
      case FENCE:
      case MRET:
        return this.#flush(idReady);
      case CSR_STATUS:
        this.#flush(idReady);
        if (idReady) this.#countAnyway(pc);
        return;
    }
    loops.look(pc);
    for (const loop of [0, 1] as const) {
      const left = loops.count(loop);
      if (!loops.isLast[loop]) continue;
      if (left === 1) loops.counted |= 1 << loop;
      else if (left > 1 && loops.inBody && !this.#jumpDone) {
        this.#redirect(loops.target);
        loops.counted |= 1 << loop;
      }
    }
    if (!loops.inBody) return;
    if (this.setPc) this.#jumpDone = true;
    if (!loops.isBeforeLast[0] && !loops.isBeforeLast[1]) this.#next = DECODE_LOOP;
  }

  #decodeInLoop(op: Cv32e40pOperation, pc: number, idReady: boolean): void {
    switch (op.action) {
      case ILLEGAL:
        this.haltFetch =
          this.haltDecode =
          this.illegal =
          this.#illegalPending =
            true;
        this.#next = FLUSH_EX;
        return;
      case EBREAK:
      case ECALL:
        return this.#flush(idReady);
      case CSR_STATUS:
        this.#flush(idReady);
        if (idReady) this.#countAnyway(pc);
        return;
    }
    const loops = this.#loops;
    loops.look(pc);
    this.target = loops.target;
    for (const loop of [1, 0] as const) {
      const left = loops.count(loop);
      if (loops.isBeforeLast[loop]) {
        this.#next = left > 1 || loops.inBody ? DECODE_LOOP : DECODE;
        if (left > 1) {
          this.#loopJumps = true;
          this.target = loops.start(loop);
        }
      }
      if (loops.isLast[loop] && left !== 0) loops.counted |= 1 << loop;
    }
    this.loopJump = this.#loopJumps && !this.#loopJumped;
  }

  /** A CSR instruction at the end of a loop counts a round even if none is left, and so makes it endless. */
  #countAnyway(pc: number): void {
    const loops = this.#loops;
    loops.look(pc);
    for (const loop of [0, 1] as const) if (loops.isLast[loop]) loops.counted |= 1 << loop;
  }

  /** The pipeline is empty: goes where the instruction that emptied it leads. */
  #leave(op: Cv32e40pOperation, pc: number): void {
    const csrs = this.#csrs;
    if (this.#illegalPending) {
      this.#illegalPending = false;
      return this.#redirect(csrs.trapBase);
    }
    switch (op.action) {
      case EBREAK:
      case ECALL:
        return this.#redirect(csrs.trapBase);
      case MRET:
        csrs.leaveTrap();
        this.#next = RETURN;
        return;
      case WFI:
        this.#next = WAIT_SLEEP;
        return;
      case FENCE:
        return this.#redirect(pc + 4);
      case CSR_STATUS: {
        const loops = this.#loops;
        loops.look(pc);
        if (loops.isLast[0] && loops.count(0) !== 0 || loops.isLast[1] && loops.count(1) !== 0) {
          this.#redirect(loops.target);
        }
      }
    }
  }
}
