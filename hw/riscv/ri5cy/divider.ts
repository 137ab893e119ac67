/**
 * The serial divider of RI5CY.
 * @module
 */
import { DIVIDE_NONE, DIVIDE_SIGNED } from "./micro_operation.ts";

const IDLE = 0, DIVIDE = 1, FINISH = 2;

/** Shifts once per leading zero of the divisor (riscv_alu_div.sv): 3 to 35 cycles. Results come from the hart. */
export class Divider {
  /** The divider operation in the execute stage, see {@linkcode DIVIDE_NONE}. */
  operation = DIVIDE_NONE;
  #state = IDLE;
  #shift = 0;
  #left = 0;

  /** Takes an operation and its divisor. */
  load(operation: number, divisor: number): void {
    this.operation = operation;
    if (operation === DIVIDE_NONE) return;
    this.#shift = operation === DIVIDE_SIGNED && divisor < 0 ? Math.clz32(~divisor) - 1 : Math.clz32(divisor);
  }

  /** Whether nothing is being divided, or the result is there. */
  ready(valid: boolean): boolean {
    return this.#state === IDLE ? !valid : this.#state === FINISH;
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
