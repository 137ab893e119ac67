/**
 * RI5CY, cycle by cycle: the controller and the handshakes of its four stages, as the RTL has them.
 * @module
 */
import type { StateWriter } from "./state_writer.ts";
import type { CoreIdentity } from "./csr_file.ts";
import { CsrFile } from "./csr_file.ts";
import { Divider } from "./divider.ts";
import { Hart } from "./hart.ts";
import { HartFlow, type ProgramFlow } from "./program_flow.ts";
import { IdealPrefetcher } from "./ideal_prefetcher.ts";
import { InterruptLatch } from "./interrupt_latch.ts";
import { LoadStoreUnit } from "./load_store_unit.ts";
import {
  CSR_NONE,
  CSR_STATUS,
  DIVIDE_NONE,
  EBREAK,
  ECALL,
  EVENT_LOAD,
  FENCE,
  ILLEGAL,
  JUMP_BRANCH,
  JUMP_JAL,
  JUMP_JALR,
  MicroOperation,
  MRET,
  WFI,
} from "./micro_operation.ts";
import { Multiplier } from "./multiplier.ts";
import { EVENT, PerformanceCounters } from "./performance_counters.ts";
import { PrefetchBuffer } from "./prefetch_buffer.ts";
import type { Prefetcher } from "./prefetcher.ts";
import { PrefetchLineBuffer } from "./prefetch_line_buffer.ts";
import {
  BRANCH,
  CONTROL,
  DIVISION,
  FETCH,
  ISSUE,
  JUMP,
  JUMP_REGISTER,
  LOAD_USE,
  MEMORY,
  MISALIGNED,
  MULTIPLICATION,
} from "./stall.ts";
import type { CoreVariant } from "./variants.ts";

/** Who answers the instruction fetches of a core. */
export interface FetchPort {
  /**
   * Asks for the words at an aligned address; true if granted in this cycle. The answer goes to the prefetcher's `data`
   * and `dataValid` in a later cycle.
   */
  request(address: number, prefetcher: Prefetcher): boolean;
}

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

const CAUSE_ILLEGAL = 2, CAUSE_BREAKPOINT = 3, CAUSE_ECALL = 11;

/**
 * A RI5CY core. One cycle is {@linkcode begin}, then, with the data port's grant known, {@linkcode finish}. Names follow
 * the RTL's stages; the two releases differ where `early` is asked for.
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
  /** Whether the controller decodes: no trap, no flush, no sleep. */
  get decoding(): boolean {
    return this.#state === DECODE;
  }

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

  readonly #early: boolean;
  readonly #fetchPort: FetchPort;
  readonly #divider = new Divider();
  readonly #multiplier = new Multiplier();
  readonly #interrupts = new InterruptLatch();
  readonly #bootAddress: number;

  #state = RESET;
  #jumpDone = false;
  #illegalPending = false;
  #validAfterFlush = false;
  #leftDecode = false;
  #redirect = FETCH;
  #redirected = 0;

  // Instruction fetch.
  #fetching = false;
  #loopCounted = 0;

  // Decode.
  #idValid = false;
  #idOperation: MicroOperation;
  #idPc = 0;
  #idLoopTarget = false;
  #idLoopCounted = 0;

  // Execute.
  #exUsesAlu = false;
  #exCsrAccess = false;
  #exCsr: MicroOperation | undefined;
  #exCsrValue = 0;
  #exWritesLoad = false;
  #exLoadTarget = 0;
  #exWritesAlu = false;
  #exAluTarget = 0;
  #exBranch = false;
  #exTaken = false;
  #exTarget = 0;

  // Write back.
  #wbWrites = false;
  #wbTarget = 0;

  readonly #known = new Map<number, MicroOperation>();

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
    this.#early = variant.release === "2018_01";
    this.#fetchPort = fetchPort;
    this.#bootAddress = identity.bootAddress;
    this.prefetcher = variant.fetchBits === "ideal"
      ? new IdealPrefetcher()
      : variant.fetchBits === 32
      ? new PrefetchBuffer(variant)
      : new PrefetchLineBuffer();
    this.counters = new PerformanceCounters(variant);
    this.csrs = new CsrFile(variant, this.hart, this.counters, identity);
    this.#idOperation = this.retiredOperation = this.#decode(0x13);
  }

  /** Whether the core sleeps, its clock stopped until an interrupt line rises. */
  get asleep(): boolean {
    return this.#state === SLEEP;
  }

  /** Address of the instruction in decode, or of the last one that was there. */
  get pc(): number {
    return this.#idPc >>> 0;
  }

  /** The instruction word there. */
  get word(): number {
    return this.#idOperation.word;
  }

  /** Where an illegal instruction traps to. */
  get illegalEntry(): number {
    return (this.csrs.trapBase + (this.#early ? 0x84 : 0)) >>> 0;
  }

  /** First half of a cycle: what the data port asks for. */
  begin(): void {
    this.lsu.decide();
  }

  /** Second half, with the data port's answer in {@linkcode LoadStoreUnit.granted}. */
  finish(): void {
    const { hart, lsu, csrs, prefetcher, program } = this;
    const early = this.#early;
    const op = this.#idOperation;
    const interruptsEnabled = csrs.interruptsEnabled;

    lsu.settle();
    if (lsu.granted) lsu.take(hart.registers);
    const csr = this.#exCsr;
    let csrValue = 0;
    if (csr !== undefined) {
      const held = csrs.read(csr.csr);
      csrValue = CsrFile.result(csr.csrAction, held, this.#exCsrValue);
      if (csr.rd !== 0) hart.registers[csr.rd] = held;
    }

    // Execute.
    const wbReady = lsu.readyForWriteBack;
    const divideValid = this.#divider.operation !== DIVIDE_NONE && (early || this.#exUsesAlu);
    const divided = this.#divider.ready(divideValid);
    const multiplied = this.#multiplier.ready;
    const done = lsu.readyForExecute && wbReady && divided && multiplied;
    const exReady = done || this.#exBranch;
    const exValid = done && (this.#exUsesAlu || this.#multiplier.enabled || this.#exCsrAccess || lsu.active);
    const misaligned = lsu.needsSecondAccess;
    const branched = this.#exBranch;
    const branchTaken = branched && this.#exTaken;

    // Decode: hazards.
    const state = this.#state;
    const decoding = state === DECODE && !branchTaken && (this.#idValid || this.#validAfterFlush);
    const wbWrites = early ? this.#wbWrites && wbReady : this.#wbWrites;
    const a = op.sourceA;
    const loadTarget = this.#exLoadTarget;
    let loadStall = false;
    if (lsu.active && this.#exWritesLoad || !wbReady && wbWrites) {
      const used = loadTarget !== 0 && (loadTarget === a || loadTarget === op.sourceB || loadTarget === op.sourceC);
      const overwritten = loadTarget === op.aluTarget && (early || decoding && op.writesAlu);
      loadStall = used || overwritten;
    }
    const jumpStall = op.jump === JUMP_JALR && a !== 0 &&
      (wbWrites && this.#wbTarget === a || this.#exWritesLoad && loadTarget === a ||
        this.#exWritesAlu && this.#exAluTarget === a);
    const idReady = exReady && !misaligned && !jumpStall && !loadStall;

    // Controller.
    prefetcher.present();
    let next = state;
    let haltFetch = false;
    let haltDecode = false;
    let fetchEnabled = true;
    let setPc = false;
    let target = 0;
    let jumpDone = this.#jumpDone;
    let kill = false;
    let acknowledge = false;
    let maskLoop = false;
    let controlRetires = false;
    let illegal = false;
    let validAfterFlush = false;
    switch (state) {
      case RESET:
        fetchEnabled = false;
        next = BOOT;
        break;
      case BOOT:
        setPc = true;
        target = this.#bootAddress;
        next = FIRST_FETCH;
        break;
      case FIRST_FETCH:
        if (idReady) next = DECODE;
        if (this.#interrupts.pending && interruptsEnabled) {
          next = IRQ_TAKEN_IF;
          haltFetch = haltDecode = true;
        }
        break;
      case DECODE:
        if (branchTaken) {
          setPc = true;
          target = this.#exTarget;
        } else if (decoding) {
          if (this.#interrupts.pending && interruptsEnabled) {
            haltFetch = haltDecode = true;
            maskLoop = true;
            next = IRQ_FLUSH;
            break;
          }
          kill = this.#interrupts.pending;
          if (op.control === ILLEGAL) {
            haltFetch = haltDecode = true;
            next = FLUSH_EX;
            if (!early) csrs.enterTrap(this.#idPc, CAUSE_ILLEGAL);
            illegal = this.#illegalPending = true;
          } else if (op.jump === JUMP_JAL || op.jump === JUMP_JALR) {
            if (!jumpStall && !jumpDone) {
              setPc = jumpDone = true;
              target = op.jump === JUMP_JAL ? this.#idPc + op.imm : program.jumpTarget(op);
            }
          } else {
            switch (op.control) {
              case ECALL:
              case EBREAK:
                if (!early) csrs.enterTrap(this.#idPc, op.control === ECALL ? CAUSE_ECALL : CAUSE_BREAKPOINT);
                haltFetch = haltDecode = controlRetires = true;
                next = FLUSH_EX;
                break;
              case MRET:
              case WFI:
                haltFetch = haltDecode = controlRetires = true;
                next = FLUSH_EX;
                break;
              case FENCE:
                haltFetch = haltDecode = true;
                next = FLUSH_EX;
                break;
              case CSR_STATUS:
                haltFetch = true;
                if (idReady) next = FLUSH_EX;
                break;
              case EVENT_LOAD:
                haltFetch = true;
                if (idReady) next = EVENT_EXECUTE;
                break;
            }
          }
        }
        break;
      case FLUSH_EX:
        haltFetch = haltDecode = true;
        if (exValid) next = FLUSH_WB;
        break;
      case FLUSH_WB: {
        haltFetch = haltDecode = true;
        next = DECODE;
        const control = this.#illegalPending ? ILLEGAL : op.control;
        this.#illegalPending = false;
        if (early && (control === ILLEGAL || control === ECALL)) {
          csrs.enterTrap(this.#idPc, control === ECALL ? CAUSE_ECALL : CAUSE_ILLEGAL);
        }
        switch (control) {
          case ILLEGAL:
            setPc = true;
            target = csrs.trapBase + (early ? 0x84 : 0);
            break;
          case ECALL:
            setPc = true;
            target = csrs.trapBase + (early ? 0x88 : 0);
            break;
          case EBREAK:
            // The early release hands it to the debug unit alone.
            setPc = !early;
            target = csrs.trapBase;
            break;
          case MRET:
            if (early) {
              setPc = true;
              target = csrs.mepc;
            } else next = RETURN;
            csrs.leaveTrap();
            break;
          case WFI:
            next = WAIT_SLEEP;
            break;
          case FENCE:
            setPc = true;
            target = this.#idPc + 4;
            break;
        }
        break;
      }
      case RETURN:
        next = DECODE;
        setPc = true;
        target = csrs.mepc;
        break;
      case WAIT_SLEEP:
        fetchEnabled = false;
        haltFetch = haltDecode = true;
        next = SLEEP;
        break;
      case SLEEP:
        fetchEnabled = false;
        haltFetch = haltDecode = true;
        if (this.irq) next = FIRST_FETCH;
        break;
      case IRQ_FLUSH:
        haltFetch = haltDecode = true;
        if ((early ? this.#interrupts.pending : this.irq) && interruptsEnabled) next = IRQ_TAKEN_ID;
        else {
          next = DECODE;
          if (!early) kill = validAfterFlush = true;
        }
        break;
      case EVENT_EXECUTE:
        haltFetch = haltDecode = true;
        if (idReady) next = early ? IRQ_FLUSH : EVENT_FLUSH;
        break;
      case EVENT_FLUSH:
        haltFetch = haltDecode = true;
        if (this.irq && interruptsEnabled) next = IRQ_TAKEN_ID;
        else {
          kill = true;
          next = DECODE;
        }
        break;
      case IRQ_TAKEN_ID:
      case IRQ_TAKEN_IF: {
        setPc = acknowledge = true;
        const { id } = this.#interrupts;
        target = csrs.trapBase + id * 4;
        csrs.enterTrap(state === IRQ_TAKEN_ID ? this.#idPc : prefetcher.address, 0x8000_0000 | id);
        next = DECODE;
        break;
      }
    }

    // Instruction fetch.
    const fetchAddress = prefetcher.address;
    const idLoopTarget = this.#idLoopTarget && this.#idValid;
    let loop = -1;
    if (fetchAddress === hart.loopEnd[0] && this.#loopsAgain(0, idLoopTarget)) loop = 0;
    else if (fetchAddress === hart.loopEnd[1] && this.#loopsAgain(1, idLoopTarget)) loop = 1;
    const fetched = this.#fetching && prefetcher.valid && !setPc && !prefetcher.loopBranch && !haltFetch && idReady;
    const instruction = prefetcher.instruction;
    const fetchedLoopTarget = prefetcher.isLoopTarget;
    prefetcher.decide(
      fetchEnabled,
      setPc,
      target & ~1,
      loop >= 0,
      loop >= 0 ? hart.loopStart[loop] : 0,
      fetched && fetchEnabled,
    );
    const granted = prefetcher.request && this.#fetchPort.request(prefetcher.requestAddress, prefetcher);

    // The clock edge.
    const leaves = idReady && !haltDecode;
    const executes = leaves && decoding;
    const writes = decoding && op.control !== ILLEGAL && !loadStall && !jumpStall;
    if (idLoopTarget && (idReady || haltDecode || branchTaken)) {
      program.countLoop(this.#idLoopCounted);
    }
    if (exValid) {
      this.#wbWrites = this.#exWritesLoad;
      if (this.#exWritesLoad) this.#wbTarget = this.#exLoadTarget;
    } else if (wbReady) this.#wbWrites = false;
    lsu.commit(exValid);
    this.#divider.commit(divideValid, exReady);
    const wasBusy = this.#multiplier.busy;
    this.#multiplier.commit(exReady);
    if (csr !== undefined) {
      if (csr.csrAction !== CSR_NONE) csrs.write(csr.csr, csrValue);
      this.#exCsr = undefined;
    }
    if (misaligned) {
      if (exReady) {
        this.#exWritesAlu = false;
        lsu.startSecondAccess();
      }
    } else if (wasBusy) {
      // The multiplier keeps its operands.
    } else if (leaves) {
      const usesAlu = this.#exUsesAlu = op.usesAlu || branchTaken && !early;
      const shadow = executes || this.variant.fetchBits !== "ideal";
      if (branchTaken && !early || !shadow) this.#divider.operation = DIVIDE_NONE;
      else if (usesAlu) {
        this.#divider.load(op.divide, op.divide === DIVIDE_NONE ? 0 : program.divisorShift(op, executes));
      }
      this.#multiplier.load(op.isMultiply && (executes || early), op.isMulh);
      if (executes) {
        if (!op.isLoop) program.execute(op, this.#idPc);
        this.#exWritesLoad = op.isLoad;
        if (op.isLoad) this.#exLoadTarget = op.loadTarget;
        this.#exWritesAlu = op.writesAlu;
        if (op.writesAlu) this.#exAluTarget = op.aluTarget;
        this.#exCsrAccess = op.isCsr;
        if (op.isCsr) {
          this.#exCsr = op;
          this.#exCsrValue = hart.value;
        }
        lsu.start(op, hart, this.#idPc);
        this.#exBranch = op.jump === JUMP_BRANCH;
        this.#exTaken = hart.taken;
        this.#exTarget = hart.target;
      } else {
        this.#exWritesLoad = this.#exWritesAlu = this.#exBranch = false;
        this.#exCsrAccess = op.isCsr;
        lsu.stop();
      }
    } else if (exReady) {
      this.#exWritesLoad = this.#exWritesAlu = this.#exBranch = false;
      if (!early) {
        this.#divider.operation = DIVIDE_NONE;
        this.#multiplier.load(false, false);
        this.#exUsesAlu = true;
      }
      lsu.stop();
    } else if (this.#exCsrAccess) this.#exWritesAlu = false;
    if (op.isLoop && writes && (early || idReady && !maskLoop)) program.execute(op, this.#idPc);

    if (this.observed || this.counters.counting) {
      const waited = this.#leftDecode;
      let events = EVENT.cycles | this.outsideEvents;
      if (executes) events |= op.size === 2 ? EVENT.instr | EVENT.rvc : EVENT.instr;
      if (waited && loadStall) events |= EVENT.ldStall;
      if (waited && jumpStall) events |= EVENT.jrStall;
      if (!prefetcher.valid && !setPc) events |= EVENT.imiss;
      if (lsu.granted) events |= lsu.write ? EVENT.st : EVENT.ld;
      if (waited && writes && (op.jump === JUMP_JAL || op.jump === JUMP_JALR)) events |= EVENT.jump;
      if (waited && branched) events |= branchTaken ? EVENT.branch | EVENT.btaken : EVENT.branch;
      if (!early && (state === EVENT_EXECUTE || state === EVENT_FLUSH)) events |= EVENT.elwStall;
      this.counters.count(events);
      this.events = events;
      if (branchTaken) {
        this.#redirect = BRANCH;
        this.#redirected = 2;
      }
      if (executes) this.stall = ISSUE;
      else if (loadStall) this.stall = LOAD_USE;
      else if (jumpStall) this.stall = JUMP_REGISTER;
      else if (state !== DECODE) this.stall = CONTROL;
      else if (this.#idValid && !branchTaken) {
        this.stall = misaligned ? MISALIGNED : !divided ? DIVISION : !multiplied ? MULTIPLICATION : MEMORY;
      } else this.stall = this.#redirected > 0 ? this.#redirect : FETCH;
      if (executes && (op.jump === JUMP_JAL || op.jump === JUMP_JALR)) {
        this.#redirect = JUMP;
        this.#redirected = 1;
      } else if (this.#redirected > 0) this.#redirected--;
    }
    this.#leftDecode = leaves;
    this.illegal = illegal;
    this.acknowledged = acknowledge ? this.#interrupts.id : -1;
    this.retired = executes || controlRetires;
    if (this.retired) {
      this.retiredPc = this.#idPc;
      this.retiredOperation = op;
    }
    if (fetched) {
      this.#idValid = true;
      this.#idOperation = this.#decode(instruction);
      this.#idPc = fetchAddress;
      this.#idLoopTarget = fetchedLoopTarget;
      if (fetchedLoopTarget) this.#idLoopCounted = this.#loopCounted;
    } else if (idReady || haltDecode || branchTaken) this.#idValid = false;
    if (loop >= 0) this.#loopCounted = 1 << loop;
    prefetcher.commit(granted);
    if (setPc) this.#fetching = true;
    this.#interrupts.commit(this.irq && interruptsEnabled, this.irqId, acknowledge, kill);
    this.#jumpDone = jumpDone && !idReady;
    this.#validAfterFlush = validAfterFlush;
    this.#state = next;
  }

  /** Whether nothing is under way that its state, as {@linkcode save} has it, would not show. */
  get canSave(): boolean {
    return this.#state === DECODE && this.#exCsr === undefined && !this.#validAfterFlush && !this.#interrupts.busy &&
      (!this.lsu.active || this.lsu.replayed);
  }

  /**
   * Appends the pipeline's state: all that decides on the time of what follows, except for the program's data. To be
   * asked for between cycles, if {@linkcode canSave}.
   */
  save(state: StateWriter): void {
    const stage = (this.#jumpDone ? 1 : 0) | (this.#fetching ? 2 : 0) | (this.#idValid ? 4 : 0) |
      (this.#exUsesAlu ? 8 : 0) | (this.#exCsrAccess ? 16 : 0) | (this.#exWritesLoad ? 32 : 0) |
      (this.#exWritesAlu ? 64 : 0) | (this.#exBranch ? 128 : 0) | (this.#exBranch && this.#exTaken ? 256 : 0) |
      (this.#wbWrites ? 512 : 0) | (this.#idValid && this.#idLoopTarget ? 1024 : 0) | (this.#leftDecode ? 2048 : 0);
    state.add(stage).add(this.#loopCounted).add(this.#idOperation.word).add(this.#idValid ? this.#idPc : 0);
    state.add((stage & 1024) !== 0 ? this.#idLoopCounted : 0);
    state.add(this.#exWritesLoad || this.#wbWrites ? this.#exLoadTarget : 0).add(
      this.#exWritesAlu ? this.#exAluTarget : 0,
    );
    state.add((stage & 256) !== 0 ? this.#exTarget : 0).add(this.#wbWrites ? this.#wbTarget : 0);
    this.lsu.save(state);
    this.#divider.save(state, this.#early || this.#exUsesAlu);
    this.#multiplier.save(state);
    this.prefetcher.save(state);
  }

  /** Takes back a state that {@linkcode save} made, and gives the position behind it. */
  restore(state: Int32Array, at: number): number {
    const stage = state[at++];
    this.#state = DECODE;
    this.#illegalPending =
      this.#validAfterFlush =
      this.retired =
      this.illegal =
        false;
    this.#exCsr = undefined;
    this.#jumpDone = (stage & 1) !== 0;
    this.#fetching = (stage & 2) !== 0;
    this.#idValid = (stage & 4) !== 0;
    this.#exUsesAlu = (stage & 8) !== 0;
    this.#exCsrAccess = (stage & 16) !== 0;
    this.#exWritesLoad = (stage & 32) !== 0;
    this.#exWritesAlu = (stage & 64) !== 0;
    this.#exBranch = (stage & 128) !== 0;
    this.#exTaken = (stage & 256) !== 0;
    this.#wbWrites = (stage & 512) !== 0;
    this.#idLoopTarget = (stage & 1024) !== 0;
    this.#leftDecode = (stage & 2048) !== 0;
    this.#loopCounted = state[at++];
    this.#idOperation = this.#decode(state[at++]);
    this.#idPc = state[at++];
    this.#redirect = JUMP;
    const { jump } = this.#idOperation;
    this.#redirected = !this.#idValid && (jump === JUMP_JAL || jump === JUMP_JALR) ? 1 : 0;
    this.#idLoopCounted = state[at++];
    this.#exLoadTarget = state[at++];
    this.#exAluTarget = state[at++];
    this.#exTarget = state[at++];
    this.#wbTarget = state[at++];
    at = this.lsu.restore(state, at);
    at = this.#divider.restore(state, at);
    at = this.#multiplier.restore(state, at);
    return this.prefetcher.restore(state, at);
  }

  /** Whether the loop whose last instruction is being fetched has another round to go. */
  #loopsAgain(loop: number, idLoopTarget: boolean): boolean {
    const counting = idLoopTarget && (this.#idLoopCounted >>> loop & 1) !== 0;
    return this.program.loopsAgain(loop, counting ? 2 : 1);
  }

  #decode(word: number): MicroOperation {
    const key = (word & 3) === 3 ? word : word & 0xffff;
    let op = this.#known.get(key);
    if (op === undefined) {
      op = new MicroOperation(key >>> 0, this.variant.instructions.decode(key), this.variant);
      this.#known.set(key, op);
    }
    return op;
  }
}
