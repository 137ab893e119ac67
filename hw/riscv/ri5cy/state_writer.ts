/**
 * A state as numbers.
 * @module
 */

/** Collects the 32-bit numbers of a state. */
export class StateWriter {
  /** The numbers; those from `length` on mean nothing. */
  readonly words: Int32Array = new Int32Array(96);
  /** How many there are. */
  length = 0;

  /** Begins anew. */
  clear(): this {
    this.length = 0;
    return this;
  }

  /** Adds a number. */
  add(value: number): this {
    this.words[this.length++] = value;
    return this;
  }
}
