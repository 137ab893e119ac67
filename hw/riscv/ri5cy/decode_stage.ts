/**
 * The decode stage of RI5CY: the instruction that waits there, and what for.
 * @module
 */
import type { ExecuteStage } from "./execute_stage.ts";
import type { LoadStoreUnit } from "./load_store_unit.ts";
import { JUMP_JALR, type MicroOperation } from "./micro_operation.ts";
import { type Operations, operationsOf } from "./operations.ts";
import { DECODED, DECODED_PC, GHOST, type StateWriter } from "./state_writer.ts";
import type { CoreVariant } from "./variants.ts";

const VALID = 1, LOOP_TARGET = 2;
const NOP = 0x13;

/** The registers between fetch and decode, and the hazards that riscv_controller.sv sees. */
export class DecodeStage {
  /** Whether it holds an instruction. */
  valid = false;
  /** That instruction, or the last one. */
  operation: MicroOperation;
  /** Its address. */
  pc = 0;
  /** Whether a hardware loop has led to it. */
  isLoopTarget = false;
  /** The loops that did, bit 0 and bit 1: they count when it leaves. */
  loopCounted = 0;

  /** Whether it waits for a load, */
  loadStall = false;
  /** or, a `jalr`, for its register. */
  jumpStall = false;
  /** Whether it can leave. */
  ready = false;

  readonly #execute: ExecuteStage;
  readonly #lsu: LoadStoreUnit;
  readonly #operations: Operations<MicroOperation>;
  readonly #falseLoadHazard: boolean;
  readonly #unseenWriteBack: boolean;

  /**
   * @param variant which core
   * @param execute the stage that its instruction goes to
   * @param lsu the data port
   */
  constructor(variant: CoreVariant, execute: ExecuteStage, lsu: LoadStoreUnit) {
    this.#execute = execute;
    this.#lsu = lsu;
    this.#operations = operationsOf(variant);
    this.#falseLoadHazard = variant.quirks.falseLoadHazard;
    this.#unseenWriteBack = variant.quirks.unseenWriteBack;
    this.operation = this.#operations.decode(NOP);
  }

  /** Compares its registers with those that are on their way; `decoding`: it is to be executed. */
  settle(decoding: boolean): void {
    const op = this.operation;
    const execute = this.#execute;
    const lsu = this.#lsu;
    const a = op.sourceA;
    const { loadTarget, writesLoad } = execute;
    const wbReady = lsu.readyForWriteBack;
    const writesBack = execute.writesBack && (wbReady || !this.#unseenWriteBack);
    let loadStall = false;
    if (lsu.active && writesLoad || !wbReady && writesBack) {
      const used = loadTarget !== 0 && (loadTarget === a || loadTarget === op.sourceB || loadTarget === op.sourceC);
      const overwritten = loadTarget === op.aluTarget && (this.#falseLoadHazard || decoding && op.writesAlu);
      loadStall = used || overwritten;
    }
    this.loadStall = loadStall;
    this.jumpStall = op.jump === JUMP_JALR && a !== 0 &&
      (writesBack && execute.writeBackTarget === a || writesLoad && loadTarget === a ||
        execute.writesAlu && execute.aluTarget === a);
    this.ready = execute.ready && !execute.misaligned && !this.jumpStall && !loadStall;
  }

  /** The clock edge: takes an instruction from the fetch. */
  load(word: number, pc: number, isLoopTarget: boolean, loopCounted: number): void {
    this.valid = true;
    this.operation = this.#operations.decode(word);
    this.pc = pc;
    this.isLoopTarget = isLoopTarget;
    if (isLoopTarget) this.loopCounted = loopCounted;
  }

  /** Appends its state. */
  save(state: StateWriter): void {
    const isLoopTarget = this.valid && this.isLoopTarget;
    const { word } = this.operation;
    state.add((this.valid ? VALID : 0) | (isLoopTarget ? LOOP_TARGET : 0));
    if (this.valid) state.add(word, DECODED).add(this.pc, DECODED_PC);
    else state.add(word, GHOST).add(0);
    state.add(isLoopTarget ? this.loopCounted : 0);
  }

  /** Takes that back from a position, and gives the next position. */
  restore(state: Int32Array, at: number): number {
    const marks = state[at++];
    this.valid = (marks & VALID) !== 0;
    this.isLoopTarget = (marks & LOOP_TARGET) !== 0;
    this.operation = this.#operations.decode(state[at++]);
    this.pc = state[at++];
    this.loopCounted = state[at++];
    return at;
  }
}
