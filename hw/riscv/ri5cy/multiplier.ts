/**
 * The multiplier of RI5CY: one cycle, or five for the high half.
 * @module
 */
import type { StateWriter } from "./state_writer.ts";

const IDLE = 0, FINISH = 4;

/** The state machine of riscv_mult.sv; results come from the hart. */
export class Multiplier {
  /** Whether the instruction in the execute stage multiplies. */
  enabled = false;
  #high = false;
  #state = IDLE;

  /** Takes what the execute stage holds next. */
  load(enabled: boolean, high: boolean): void {
    this.enabled = enabled;
    if (enabled) this.#high = high;
  }

  /** Whether the result is there. */
  get ready(): boolean {
    return this.#state === IDLE ? !(this.enabled && this.#high) : this.#state === FINISH;
  }

  /** Whether it is between its first and its last step. */
  get busy(): boolean {
    return this.#state !== IDLE && this.#state !== FINISH;
  }

  /** Appends its state. */
  save(state: StateWriter): void {
    state.add(this.#state).add(this.enabled ? 1 : 0).add(this.enabled && this.#high ? 1 : 0);
  }

  /** Takes its state back. */
  restore(state: Int32Array, at: number): number {
    this.#state = state[at++];
    this.enabled = state[at++] !== 0;
    this.#high = state[at++] !== 0;
    return at;
  }

  /** The clock edge. */
  commit(exReady: boolean): void {
    if (this.#state === IDLE) {
      if (this.enabled && this.#high) this.#state = 1;
    } else if (this.#state === FINISH) {
      if (exReady) this.#state = IDLE;
    } else this.#state++;
  }
}
