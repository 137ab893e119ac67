/**
 * Where a program's data decide on its time.
 * @module
 */
import { divisorShift } from "./divider.ts";
import type { Hart } from "./hart.ts";
import type { MicroOperation } from "./micro_operation.ts";

/**
 * What the pipeline asks of a program. Everything else about time follows from the instructions alone, so whoever
 * answers these questions without a program learns what each answer costs.
 */
export interface ProgramFlow {
  /** Applies an instruction that leaves decode; leaves target, branch decision, address and value in the hart. */
  execute(op: MicroOperation, pc: number): void;
  /** Target of a jump through a register. */
  jumpTarget(op: MicroOperation): number;
  /** How far a divisor is shifted, 0 to 32; `leaves` is false for a division that only passes by as a ghost. */
  divisorShift(op: MicroOperation, leaves: boolean): number;
  /** Whether a hardware loop's counter is above a number. */
  loopsAgain(loop: number, above: number): boolean;
  /** Decrements counters of hardware loops: bit 0 and bit 1. */
  countLoop(loops: number): void;
}

/** Answers from the registers of a hart. */
export class HartFlow implements ProgramFlow {
  readonly #hart: Hart;

  /** @param hart whose registers answer */
  constructor(hart: Hart) {
    this.#hart = hart;
  }

  execute(op: MicroOperation, pc: number): void {
    op.execute(this.#hart, op, pc);
  }

  jumpTarget(op: MicroOperation): number {
    return this.#hart.registers[op.rs1] + op.imm;
  }

  divisorShift(op: MicroOperation, _leaves: boolean): number {
    return divisorShift(op.divide, this.#hart.registers[op.rs2]);
  }

  loopsAgain(loop: number, above: number): boolean {
    return this.#hart.loopCount[loop] >>> 0 > above;
  }

  countLoop(loops: number): void {
    if ((loops & 1) !== 0) this.#hart.loopCount[0]--;
    if ((loops & 2) !== 0) this.#hart.loopCount[1]--;
  }
}
