/**
 * The execute stage of RI5CY, and what of write back others wait for.
 * @module
 */
import { CsrFile } from "./csr_file.ts";
import { Divider } from "./divider.ts";
import type { Hart } from "./hart.ts";
import type { LoadStoreUnit } from "./load_store_unit.ts";
import { CSR_NONE, DIVIDE_NONE, JUMP_BRANCH, type MicroOperation } from "./micro_operation.ts";
import { Multiplier } from "./multiplier.ts";
import type { ProgramFlow } from "./program_flow.ts";
import type { CoreQuirks } from "./quirks.ts";
import { BRANCH_TARGET, LOADED, PLAIN, type StateWriter, WRITTEN, WRITTEN_BACK } from "./state_writer.ts";

const USES_ALU = 1, CSR_ACCESS = 2, WRITES_LOAD = 4, WRITES_ALU = 8, BRANCH = 16, TAKEN = 32, WB_WRITES = 64;

/** Holds one instruction: riscv_ex_stage.sv and the registers that riscv_id_stage.sv has in front of it. */
export class ExecuteStage {
  /** Whether it may take the next instruction. */
  ready = false;
  /** Whether its instruction leaves. */
  valid = false;
  /** Whether a branch is in it, */
  branched = false;
  /** and is taken, */
  branchTaken = false;
  /** to this address. */
  target = 0;
  /** Whether its access crosses a word, so that its instruction stays for the second part. */
  misaligned = false;
  /** Whether no division goes on, */
  divided = false;
  /** and no multiplication. */
  multiplied = false;

  /** Whether its instruction loads a register, */
  writesLoad = false;
  /** this one (or the last one that did). */
  loadTarget = 0;
  /** Whether it writes a register that does not come from memory, */
  writesAlu = false;
  /** this one. */
  aluTarget = 0;
  /** Whether write back waits to write a register, */
  writesBack = false;
  /** this one. */
  writeBackTarget = 0;

  readonly #quirks: CoreQuirks;
  readonly #lsu: LoadStoreUnit;
  readonly #hart: Hart;
  readonly #csrs: CsrFile;
  readonly #program: ProgramFlow;
  readonly #divider = new Divider();
  readonly #multiplier = new Multiplier();
  #divides = false;
  #multiplies = false;
  #usesAlu = false;
  #accessesCsr = false;
  #csr: MicroOperation | undefined;
  #csrSource = 0;
  #csrValue = 0;
  #branch = false;
  #taken = false;

  /**
   * @param quirks what it does beside the rules
   * @param lsu which has its accesses
   * @param hart whose registers it uses
   * @param csrs which its CSR instructions access
   * @param program which executes
   */
  constructor(quirks: CoreQuirks, lsu: LoadStoreUnit, hart: Hart, csrs: CsrFile, program: ProgramFlow) {
    this.#quirks = quirks;
    this.#lsu = lsu;
    this.#hart = hart;
    this.#csrs = csrs;
    this.#program = program;
  }

  /** Start of the cycle, with the data port's answer known: what leaves, and what stays. */
  settle(): void {
    if (this.#csr !== undefined) this.#accessCsr(this.#csr);
    const lsu = this.#lsu;
    const multiplier = this.#multiplier;
    this.#divides = this.#divider.operation !== DIVIDE_NONE && (this.#quirks.repeatedDivision || this.#usesAlu);
    this.divided = this.#divider.ready(this.#divides);
    this.multiplied = multiplier.ready;
    const done = lsu.readyForExecute && lsu.readyForWriteBack && this.divided && this.multiplied;
    this.ready = done || this.#branch;
    this.valid = done && (this.#usesAlu || multiplier.enabled || this.#accessesCsr || lsu.active);
    this.branched = this.#branch;
    this.branchTaken = this.#branch && this.#taken;
    this.misaligned = lsu.needsSecondAccess;
  }

  /** The clock edge, first part: what was in the stage goes on. */
  commit(): void {
    const lsu = this.#lsu;
    if (this.valid) {
      this.writesBack = this.writesLoad;
      if (this.writesLoad) this.writeBackTarget = this.loadTarget;
    } else if (lsu.readyForWriteBack) this.writesBack = false;
    lsu.commit(this.valid);
    this.#divider.commit(this.#divides, this.ready);
    this.#multiplies = this.#multiplier.busy;
    this.#multiplier.commit(this.ready);
    const csr = this.#csr;
    if (csr !== undefined) {
      if (csr.csrAction !== CSR_NONE) this.#csrs.write(csr.csr, this.#csrValue);
      this.#csr = undefined;
    }
  }

  /**
   * Second part: what comes into it.
   *
   * @param op what decode holds
   * @param pc its address
   * @param leaves whether it comes
   * @param executes whether it is more than a ghost
   */
  load(op: MicroOperation, pc: number, leaves: boolean, executes: boolean): void {
    const multiplies = this.#multiplies;
    if (this.misaligned) {
      if (!this.ready) return;
      this.writesAlu = false;
      this.#lsu.startSecondAccess();
    } else if (multiplies) {
      // The multiplier keeps its operands.
    } else if (leaves) {
      this.#loadUnits(op, executes);
      if (executes) this.#execute(op, pc);
      else {
        this.#empty();
        this.#accessesCsr = op.isCsr;
      }
    } else if (this.ready) {
      this.#empty();
      const { repeatedDivision, ghostMultiplication } = this.#quirks;
      if (!repeatedDivision) this.#divider.operation = DIVIDE_NONE;
      if (!repeatedDivision || !ghostMultiplication) {
        this.#multiplier.load(false, false);
        this.#usesAlu = true;
      }
    } else if (this.#accessesCsr) this.writesAlu = false;
  }

  /** Divider and multiplier, which also take what is not executed. */
  #loadUnits(op: MicroOperation, executes: boolean): void {
    const quirks = this.#quirks;
    const masked = this.branchTaken && !quirks.doubleGhost;
    this.#usesAlu = op.usesAlu || masked;
    if (masked || !executes && !quirks.ghostDivision) this.#divider.operation = DIVIDE_NONE;
    else if (this.#usesAlu) {
      this.#divider.load(op.divide, op.divide === DIVIDE_NONE ? 0 : this.#program.divisorShift(op, executes));
    }
    this.#multiplier.load(op.isMultiply && (executes || quirks.ghostMultiplication), op.isMulh);
  }

  #execute(op: MicroOperation, pc: number): void {
    const hart = this.#hart;
    // What sets up a hardware loop does so in decode.
    if (!op.isLoop) this.#program.execute(op, pc);
    this.writesLoad = op.isLoad;
    if (op.isLoad) this.loadTarget = op.loadTarget;
    this.writesAlu = op.writesAlu;
    if (op.writesAlu) this.aluTarget = op.aluTarget;
    this.#accessesCsr = op.isCsr;
    if (op.isCsr) {
      this.#csr = op;
      this.#csrSource = hart.value;
    }
    this.#lsu.start(op, hart, pc);
    this.#branch = op.jump === JUMP_BRANCH;
    this.#taken = hart.taken;
    this.target = hart.target;
  }

  #empty(): void {
    this.writesLoad = this.writesAlu = this.#branch = false;
    this.#lsu.stop();
  }

  #accessCsr({ csr, csrAction, rd }: MicroOperation): void {
    const held = this.#csrs.read(csr);
    this.#csrValue = CsrFile.result(csrAction, held, this.#csrSource);
    if (rd !== 0) this.#hart.registers[rd] = held;
  }

  /** Whether no CSR is on its way, whose value a saved state would not have. */
  get canSave(): boolean {
    return this.#csr === undefined;
  }

  /** Appends its state, apart from the load-store unit's. */
  save(state: StateWriter): void {
    const taken = this.#branch && this.#taken;
    const marks = (this.#usesAlu ? USES_ALU : 0) | (this.#accessesCsr ? CSR_ACCESS : 0) |
      (this.writesLoad ? WRITES_LOAD : 0) | (this.writesAlu ? WRITES_ALU : 0) | (this.#branch ? BRANCH : 0) |
      (taken ? TAKEN : 0) | (this.writesBack ? WB_WRITES : 0);
    const loads = this.writesLoad || this.writesBack;
    state.add(marks).add(loads ? this.loadTarget : 0, loads ? LOADED : PLAIN);
    state.add(this.writesAlu ? this.aluTarget : 0, this.writesAlu ? WRITTEN : PLAIN);
    state.add(taken ? this.target : 0, taken ? BRANCH_TARGET : PLAIN);
    state.add(this.writesBack ? this.writeBackTarget : 0, this.writesBack ? WRITTEN_BACK : PLAIN);
    this.#divider.save(state, this.#quirks.repeatedDivision || this.#usesAlu);
    this.#multiplier.save(state);
  }

  /** Takes that back from a position, and gives the next position. */
  restore(state: Int32Array, at: number): number {
    const marks = state[at++];
    this.#usesAlu = (marks & USES_ALU) !== 0;
    this.#accessesCsr = (marks & CSR_ACCESS) !== 0;
    this.writesLoad = (marks & WRITES_LOAD) !== 0;
    this.writesAlu = (marks & WRITES_ALU) !== 0;
    this.#branch = (marks & BRANCH) !== 0;
    this.#taken = (marks & TAKEN) !== 0;
    this.writesBack = (marks & WB_WRITES) !== 0;
    this.#csr = undefined;
    this.loadTarget = state[at++];
    this.aluTarget = state[at++];
    this.target = state[at++];
    this.writeBackTarget = state[at++];
    return this.#multiplier.restore(state, this.#divider.restore(state, at));
  }
}
