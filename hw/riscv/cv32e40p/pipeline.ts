/**
 * CV32E40P, cycle by cycle: the controller and the handshakes of its four stages, as the RTL has them.
 * @module
 */
import type { CoreIdentity } from "../ri5cy/csr_file.ts";
import { CsrFile as Ri5cyCsrFile } from "../ri5cy/csr_file.ts";
import { Divider, divisorShift } from "../ri5cy/divider.ts";
import { Hart } from "../ri5cy/hart.ts";
import {
  CSR_NONE,
  DIVIDE_NONE,
  EBREAK,
  ECALL,
  ILLEGAL,
  JUMP_BRANCH,
  JUMP_JAL,
  JUMP_JALR,
} from "../ri5cy/micro_operation.ts";
import { Multiplier } from "../ri5cy/multiplier.ts";
import type { Operations } from "../ri5cy/operations.ts";
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
} from "../ri5cy/stall.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { Aligner } from "./aligner.ts";
import { Controller } from "./controller.ts";
import { CsrFile, firstInterrupt, INTERRUPT_LINES } from "./csr_file.ts";
import { EVENT, EventCounters } from "./event_counters.ts";
import { LoadStoreUnit } from "./load_store_unit.ts";
import { type Cv32e40pOperation, operationsOf } from "./operation.ts";
import { PrefetchBuffer } from "./prefetch_buffer.ts";

const MIE = 0x304;

/** Who answers the instruction fetches of the core. */
export interface FetchPort {
  /**
   * Asks for the word at an aligned address; true if granted in this cycle. The answer goes to the prefetcher's `data`
   * and `dataValid` in a later cycle.
   */
  request(address: number, prefetcher: PrefetchBuffer): boolean;
}

/**
 * A CV32E40P core (COREV_PULP=1, COREV_CLUSTER=0, FPU=0), driven as `Ri5cyPipeline` is: one cycle is {@linkcode begin},
 * then, with the data port's grant known, {@linkcode finish}. Names follow the RTL's stages.
 */
export class Cv32e40pPipeline {
  /** Registers and what the last instruction did. */
  readonly hart: Hart = new Hart();
  /** The data port. */
  readonly lsu: LoadStoreUnit = new LoadStoreUnit();
  /** The fetch. */
  readonly prefetcher: PrefetchBuffer = new PrefetchBuffer();
  /** Control and status registers. */
  readonly csrs: CsrFile;
  /** The parameters. */
  readonly variant: CoreVariant;

  /** Whether somebody wants {@linkcode events} and {@linkcode stall}. */
  observed = false;
  /** Events of the last cycle, see {@linkcode EVENT}; of an observed core. */
  events = 0;
  /** What the last cycle was spent on, see {@linkcode ISSUE}; of an observed core. */
  stall: number = ISSUE;

  /** Whether an instruction left decode in the last cycle, */
  retired = false;
  /** its address, */
  retiredPc = 0;
  /** and what it was. */
  retiredOperation: Cv32e40pOperation;
  /** Whether an illegal instruction, at {@linkcode pc}, was met in the last cycle. */
  illegal = false;
  /** Level of the interrupt line that is driven, and its number; the others are low. */
  irq = false;
  irqId = 0;

  readonly #fetchPort: FetchPort;
  readonly #aligner = new Aligner();
  readonly #divider = new Divider();
  readonly #multiplier = new Multiplier();
  readonly #controller: Controller;
  /** Whether the clock runs in the next cycle (cv32e40p_sleep_unit.sv). */
  #busy = true;
  #lines = 0;
  /** Of an observed core: what emptied decode, and for how many more cycles that explains its being empty. */
  #redirect = FETCH;
  #redirected = 0;
  #idLeft = false;

  // Decode.
  #idValid = false;
  #idOperation: Cv32e40pOperation;
  #idPc = 0;

  // Execute.
  #exUsesAlu = false;
  #exCsrAccess = false;
  #exCsr: Cv32e40pOperation | undefined;
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

  readonly #operations: Operations<Cv32e40pOperation>;

  /**
   * @param variant which core
   * @param fetchPort who answers fetches
   * @param identity its numbers and where it starts
   */
  constructor(variant: CoreVariant, fetchPort: FetchPort, identity: CoreIdentity) {
    this.variant = variant;
    this.#operations = operationsOf(variant);
    this.#fetchPort = fetchPort;
    this.csrs = new CsrFile(this.hart, identity);
    this.#controller = new Controller(this.hart, this.csrs, identity.bootAddress);
    this.#idOperation = this.retiredOperation = this.#operations.decode(0x13);
  }

  /** Whether the core sleeps, its clock stopped until an enabled interrupt line rises. */
  get asleep(): boolean {
    return this.#controller.asleep;
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
    return this.csrs.trapBase >>> 0;
  }

  /** First half of a cycle: what the data port asks for. */
  begin(): void {
    this.lsu.decide();
  }

  /** Second half, with the data port's answer in {@linkcode LoadStoreUnit.granted}. */
  finish(): void {
    const { hart, lsu, csrs, prefetcher } = this;
    const controller = this.#controller;
    const aligner = this.#aligner;
    const lines = this.irq ? 1 << this.irqId : 0;
    const csr = this.#exCsr;
    let csrValue = 0;
    let mie = csrs.mie;
    if (csr !== undefined) {
      const held = csrs.read(csr.csr);
      csrValue = Ri5cyCsrFile.result(csr.csrAction, held, this.#exCsrValue);
      if (this.#exWritesAlu && csr.rd !== 0) hart.registers[csr.rd] = held;
      if (csr.csr === MIE && csr.csrAction !== CSR_NONE) mie = csrValue & INTERRUPT_LINES;
    }
    const wakes = (lines & mie) !== 0;
    // The clock gate's latch has closed when a line rises with the edge, as lines do here.
    const clocked = this.#busy || (this.#lines & mie) !== 0;
    this.#lines = lines;
    if (!clocked) {
      this.retired = false;
      if (this.observed) {
        this.events = 0;
        this.stall = CONTROL;
      }
      return;
    }
    const op = this.#idOperation;

    lsu.settle();
    if (lsu.granted) lsu.take(hart.registers);

    // Execute.
    const wbReady = lsu.readyForWriteBack;
    const divideValid = this.#divider.operation !== DIVIDE_NONE && this.#exUsesAlu;
    const divided = this.#divider.ready(divideValid), multiplied = this.#multiplier.ready;
    const done = lsu.readyForExecute && wbReady && divided && multiplied;
    const exReady = done || this.#exBranch;
    const exValid = done && (this.#exUsesAlu || this.#multiplier.enabled || this.#exCsrAccess || lsu.active);
    const misaligned = lsu.needsSecondAccess;
    const branchTaken = this.#exBranch && this.#exTaken;

    // Decode: hazards.
    controller.look(
      this.#idValid,
      branchTaken,
      csrs.interruptsEnabled ? firstInterrupt(csrs.mip & mie) : -1,
    );
    const { decoding } = controller;
    const a = op.sourceA;
    const loadTarget = this.#exLoadTarget;
    let loadStall = false;
    if (lsu.active && this.#exWritesLoad || !wbReady && this.#wbWrites) {
      const used = loadTarget !== 0 && (loadTarget === a || loadTarget === op.sourceB || loadTarget === op.sourceC);
      loadStall = used || decoding && op.writesAlu && !misaligned && loadTarget === op.aluTarget;
    }
    const jumpStall = op.jump === JUMP_JALR && a !== 0 &&
      (this.#wbWrites && this.#wbTarget === a || this.#exWritesLoad && loadTarget === a ||
        this.#exWritesAlu && this.#exAluTarget === a);
    const idReady = exReady && !misaligned && !jumpStall && !loadStall;

    controller.decide(op, this.#idPc, aligner.pc, branchTaken, this.#exTarget, jumpStall, idReady, exValid, wakes);
    const { fetchEnabled, haltDecode, setPc, loopJump, target } = controller;

    // Instruction fetch.
    prefetcher.present(setPc);
    aligner.present(prefetcher.valid, prefetcher.word);
    const fetched = prefetcher.valid && idReady && !controller.haltFetch;
    prefetcher.decide(fetchEnabled, setPc, loopJump, target, fetched && fetchEnabled && aligner.ready);
    const granted = prefetcher.request && this.#fetchPort.request(prefetcher.requestAddress, prefetcher);

    // The clock edge.
    const leaves = idReady && !haltDecode;
    const executes = leaves && decoding && op.action !== ILLEGAL;
    const cleared = idReady || haltDecode || branchTaken;
    this.#count(csr, executes, branchTaken, loadStall, jumpStall);
    if (this.observed) {
      if (branchTaken) {
        this.#redirect = BRANCH;
        this.#redirected = 2;
      }
      if (leaves && decoding) this.stall = ISSUE;
      else if (loadStall) this.stall = LOAD_USE;
      else if (jumpStall) this.stall = JUMP_REGISTER;
      else if (!controller.running) this.stall = CONTROL;
      else if (this.#idValid && !branchTaken) {
        this.stall = misaligned ? MISALIGNED : !divided ? DIVISION : !multiplied ? MULTIPLICATION : MEMORY;
      } else this.stall = this.#redirected > 0 ? this.#redirect : FETCH;
      if (executes && (op.jump === JUMP_JAL || op.jump === JUMP_JALR)) {
        this.#redirect = JUMP;
        this.#redirected = 1;
      } else if (this.#redirected > 0) this.#redirected--;
    }
    this.#busy = controller.busy || prefetcher.busy || lsu.busy;
    if (exValid) {
      this.#wbWrites = this.#exWritesLoad;
      if (this.#exWritesLoad) this.#wbTarget = this.#exLoadTarget;
    } else if (wbReady) this.#wbWrites = false;
    lsu.commit();
    this.#divider.commit(divideValid, exReady);
    const wasBusy = this.#multiplier.busy;
    this.#multiplier.commit(exReady);
    if (csr !== undefined && csr.csrAction !== CSR_NONE) csrs.write(csr.csr, csrValue);
    if (misaligned) {
      if (exReady) {
        this.#exWritesAlu = false;
        lsu.startSecondAccess();
      }
    } else if (wasBusy) {
      // The multiplier keeps its operands.
    } else if (leaves) {
      this.#exUsesAlu = executes && op.usesAlu;
      if (this.#exUsesAlu) this.#divider.load(op.divide, divisorShift(op.divide, hart.registers[op.rs2]));
      this.#multiplier.load(executes && op.isMultiply, op.isMulh);
      this.#exCsrAccess = op.accessesCsr;
      this.#exCsr = undefined;
      if (executes) this.#execute(op);
      else {
        this.#exWritesLoad = this.#exWritesAlu = this.#exBranch = false;
        lsu.stop();
      }
    } else if (exReady) {
      this.#exWritesLoad = this.#exWritesAlu = this.#exBranch = false;
      this.#exCsr = undefined;
      this.#divider.operation = DIVIDE_NONE;
      this.#multiplier.load(false, false);
      this.#exUsesAlu = true;
      lsu.stop();
    } else if (this.#exCsrAccess) this.#exWritesAlu = false;
    controller.commit(idReady, cleared);
    if (op.isLoop && executes) this.#setLoop(op);

    this.#idLeft = leaves;
    this.retired = leaves && decoding;
    if (this.retired) {
      this.retiredPc = this.#idPc;
      this.retiredOperation = op;
    }
    if (fetched && aligner.valid) {
      this.#idValid = true;
      this.#idOperation = this.#operations.decode(aligner.instruction);
      this.#idPc = aligner.pc;
    } else if (cleared) this.#idValid = false;
    aligner.commit(fetched, setPc, loopJump, target);
    prefetcher.commit(granted);
    csrs.mip = lines & INTERRUPT_LINES;
    this.illegal = controller.illegal;
  }

  /** An instruction enters the execute stage. */
  #execute(op: Cv32e40pOperation): void {
    const { hart, lsu } = this;
    if (!op.isLoop) op.execute(hart, op, this.#idPc);
    this.#exWritesLoad = op.isLoad;
    if (op.isLoad) this.#exLoadTarget = op.loadTarget;
    this.#exWritesAlu = op.writesAlu;
    if (op.writesAlu) this.#exAluTarget = op.aluTarget;
    if (op.isCsr) {
      this.#exCsr = op;
      this.#exCsrValue = hart.value;
    }
    lsu.start(op, hart, this.#idPc);
    this.#exBranch = op.jump === JUMP_BRANCH;
    this.#exTaken = hart.taken;
    this.#exTarget = hart.target;
  }

  /** Writes loop registers; a written counter does not count in the same cycle. */
  #setLoop(op: Cv32e40pOperation): void {
    const { loopStart, loopEnd } = this.hart;
    op.execute(this.hart, op, this.#idPc);
    loopStart[op.L] &= ~3;
    loopEnd[op.L] &= ~3;
  }

  /** Feeds the counters, which see an event a cycle after it. */
  #count(
    csr: Cv32e40pOperation | undefined,
    executes: boolean,
    branchTaken: boolean,
    loadStall: boolean,
    jumpStall: boolean,
  ): void {
    const { counters } = this.csrs;
    if (!this.observed && !counters.running && csr === undefined) return;
    const op = this.#idOperation;
    const { haltDecode, setPc } = this.#controller;
    const written = csr !== undefined && csr.csrAction !== CSR_NONE ? EventCounters.indexOf(csr.csr) : -1;
    counters.commit(this.events, written);
    let events = EVENT.cycles;
    if ((this.events & EVENT.branch) !== 0 && branchTaken) events |= EVENT.branchTaken;
    if (!this.prefetcher.valid && !setPc) events |= EVENT.imiss;
    if (!haltDecode && this.#idLeft) {
      if (loadStall) events |= EVENT.ldStall;
      if (jumpStall) events |= EVENT.jrStall;
    }
    if (executes && op.action !== EBREAK && op.action !== ECALL) {
      events |= EVENT.instr;
      if (op.isLoad) events |= EVENT.ld;
      if (op.isStore) events |= EVENT.st;
      if (op.jump === JUMP_JAL || op.jump === JUMP_JALR) events |= EVENT.jump;
      if (op.jump === JUMP_BRANCH) events |= EVENT.branch;
      if (op.size === 2) events |= EVENT.compressed;
    }
    this.events = events;
  }
}
