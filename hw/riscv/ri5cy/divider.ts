/**
 * The serial divider of RI5CY.
 * @module
 */
import type { StateWriter } from "./state_writer.ts";
import { DIVIDE_NONE, DIVIDE_SIGNED } from "./micro_operation.ts";

const IDLE = 0, DIVIDE = 1, FINISH = 2;

/** How far a divisor is shifted before the division: 0 to 32. */
export function divisorShift(operation: number, divisor: number): number {
  return operation === DIVIDE_SIGNED && divisor < 0 ? Math.clz32(~divisor) - 1 : Math.clz32(divisor);
}

/** Shifts once per leading zero of the divisor (riscv_alu_div.sv): 3 to 35 cycles. Results come from the hart. */
export class Divider {
  /** The divider operation in the execute stage, see {@linkcode DIVIDE_NONE}. */
  operation = DIVIDE_NONE;
  #state = IDLE;
  #shift = 0;
  #left = 0;

  /** Takes an operation and how far its divisor is to be shifted, see {@linkcode divisorShift}. */
  load(operation: number, shift: number): void {
    this.operation = operation;
    this.#shift = shift;
  }

  /** Whether nothing is being divided, or the result is there. */
  ready(valid: boolean): boolean {
    return this.#state === IDLE ? !valid : this.#state === FINISH;
  }

  /** Appends its state; `used` says whether the operation can still start, or, once finished, start again. */
  save(state: StateWriter, used: boolean): void {
    const operation = used ? this.operation : DIVIDE_NONE;
    state.add(this.#state).add(operation).add(operation === DIVIDE_NONE ? 0 : this.#shift);
    state.add(this.#state === DIVIDE ? this.#left : 0);
  }

  /** Takes its state back. */
  restore(state: Int32Array, at: number): number {
    this.#state = state[at++];
    this.operation = state[at++];
    this.#shift = state[at++];
    this.#left = state[at++];
    return at;
  }

  /** The clock edge. */
  commit(valid: boolean, exReady: boolean): void {
    switch (this.#state) {
      case IDLE:
        if (valid) {
          this.#state = DIVIDE;
          this.#left = this.#shift;
        }
        break;
      case DIVIDE:
        if (this.#left === 0) this.#state = FINISH;
        else this.#left--;
        break;
      case FINISH:
        if (exReady) this.#state = IDLE;
        break;
    }
  }
}
