/**
 * A state as numbers.
 * @module
 */

/**
 * What a number of a state is: just a number; a number of a state that has to be taken as it is, since it hangs together
 * with others in ways that nobody says; marks, of which one says that a jump has sent the fetch to its target; the address
 * of the instruction that the fetch has ready next, and an address near it; a word of the line that was fetched last, and
 * of those from that instruction on; the address of the instruction in decode and its word; the word of one that is there
 * no more; the target of a taken branch; registers: the one being loaded, the one that the execute stage writes, the one
 * that write back writes; a word that an earlier fetch has left over.
 */
export const PLAIN = 0,
  RAW = 1,
  JUMPED = 2,
  FETCH = 3,
  NEAR = 4,
  LINE = 5,
  AHEAD = 6,
  DECODED_PC = 7,
  DECODED = 8,
  GHOST = 9,
  BRANCH_TARGET = 10,
  LOADED = 11,
  WRITTEN = 12,
  WRITTEN_BACK = 13,
  LEFT_OVER = 14;

/** Collects the 32-bit numbers of a state. */
export class StateWriter {
  /** The numbers; those from `length` on mean nothing. */
  readonly words: Int32Array = new Int32Array(96);
  /** What each is, see {@linkcode PLAIN}. */
  readonly kinds: Uint8Array = new Uint8Array(96);
  /** How many there are. */
  length = 0;
  /** Which of them is the address of the instruction that the fetch has ready next. */
  fetchAt = 0;

  /** Begins anew. */
  clear(): this {
    this.length = 0;
    return this;
  }

  /** Adds a number. */
  add(value: number, kind: number = PLAIN): this {
    if (kind === FETCH) this.fetchAt = this.length;
    this.kinds[this.length] = kind;
    this.words[this.length++] = value;
    return this;
  }
}
