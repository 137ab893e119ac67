/**
 * The queue between two stages of the cluster DMA.
 * @module
 */

/**
 * A queue of small records whose state is what it was at the start of the cycle: a record pushed in a cycle can be popped
 * in the next, a slot freed in a cycle can be filled in the next.
 */
export class MchanFifo {
  /** The records' fields; {@link push} and {@link front} return the index of a record's first field. */
  readonly data: Int32Array;
  /** Records it can hold. */
  readonly depth: number;
  /** Records in it at the start of the cycle. */
  level = 0;
  readonly #fields: number;
  #count = 0;
  #head = 0;

  /** A queue of `depth` records of `fields` 32-bit fields. */
  constructor(depth: number, fields: number) {
    this.depth = depth;
    this.data = new Int32Array(depth * fields);
    this.#fields = fields;
  }

  /** There is a record to pop. */
  get valid(): boolean {
    return this.level > 0;
  }

  /** There is room for a record. */
  get space(): boolean {
    return this.level < this.depth;
  }

  /** Adds a record and returns the index in `data` at which its fields are to be written; ask {@link space} first. */
  push(): number {
    const slot = this.#head + this.#count++;
    return (slot < this.depth ? slot : slot - this.depth) * this.#fields;
  }

  /** The index in `data` of the oldest record's fields; ask {@link valid} first. */
  front(): number {
    return this.#head * this.#fields;
  }

  /** Removes the oldest record and returns the index of its fields, which stay readable until the end of the cycle. */
  pop(): number {
    const slot = this.#head;
    this.#head = slot + 1 === this.depth ? 0 : slot + 1;
    this.#count--;
    return slot * this.#fields;
  }

  /** Ends the cycle. */
  latch(): void {
    this.level = this.#count;
  }

  /** Empties the queue. */
  reset(): void {
    this.#count = 0;
    this.#head = 0;
    this.level = 0;
  }
}
