/**
 * The AXI identifiers of one direction of the cluster DMA.
 * @module
 */

/** Hands out the lowest free identifier; one released in a cycle is free from the next on. */
export class BurstIds {
  /** Identifiers in use, one bit each, at the start of the cycle. */
  used = 0;
  readonly #all: number;
  #next = 0;

  /** So many identifiers, at most 16. */
  constructor(count: number) {
    this.#all = 2 ** count - 1;
  }

  /** There is a free one. */
  get available(): boolean {
    return this.used !== this.#all;
  }

  /** Takes the lowest free one; ask {@link available} first. */
  take(): number {
    const bit = ~this.used & (this.used + 1);
    this.#next |= bit;
    return 31 - Math.clz32(bit);
  }

  /** Gives one back. */
  release(id: number): void {
    this.#next &= ~(1 << id);
  }

  /** Ends the cycle. */
  latch(): void {
    this.used = this.#next;
  }
}
