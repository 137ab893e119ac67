/**
 * The interrupt controller inside RI5CY.
 * @module
 */

const IDLE = 0, PENDING = 1, DONE = 2;

/** Latches one interrupt until the controller takes or drops it (riscv_int_controller.sv). */
export class InterruptLatch {
  /** Number of the interrupt that is pending. */
  id = 0;
  #state = IDLE;

  /** Whether one is. */
  get pending(): boolean {
    return this.#state === PENDING;
  }

  /** Whether it is doing anything. */
  get busy(): boolean {
    return this.#state !== IDLE;
  }

  /** The clock edge, with the line as far as it is enabled, its number, and what the controller did. */
  commit(raised: boolean, id: number, acknowledged: boolean, killed: boolean): void {
    switch (this.#state) {
      case IDLE:
        if (raised) {
          this.#state = PENDING;
          this.id = id;
        }
        break;
      case PENDING:
        if (acknowledged) this.#state = DONE;
        else if (killed) this.#state = IDLE;
        break;
      case DONE:
        this.#state = IDLE;
        break;
    }
  }
}
