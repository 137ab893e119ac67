/**
 * The stage of the cluster DMA that turns 8-byte rows of one alignment into 8-byte rows of another.
 * @module
 */

import { MchanFifo } from "./mchan_fifo.ts";

/** Fields of a piece on its way to the aligner. */
const INPUT_ALIGN = 0;
const OUTPUT_ALIGN = 1;
const BYTES = 2;

/**
 * Shifts one piece after the other: takes 8-byte rows from a source, gives 8-byte rows with byte enables to a sink.
 *
 * A piece needs two input rows before its first output row, or one if it has one only or the output starts further into its
 * row than the input. Then input and output go in step, and the last output rows follow alone. The next piece is taken
 * with the last output row, and its first input row one cycle later.
 */
export class MchanAligner {
  /** Pieces waiting to be aligned; filled with {@link enqueue}. */
  readonly pieces: MchanFifo;
  /** Low word, high word and byte enables of the row that {@link step} produced. */
  outputLow = 0;
  /** High word of that row. */
  outputHigh = 0;
  /** Byte enables of that row, bit n = byte n. */
  outputEnable = 0;
  readonly #rows = new Uint8Array(16);
  readonly #words = new Int32Array(this.#rows.buffer);
  readonly #output = new Uint8Array(8);
  readonly #outputWords = new Int32Array(this.#output.buffer);
  #active = false;
  #inputRows = 0;
  #outputRows = 0;
  #prefill = 0;
  #taken = 0;
  #given = 0;
  /** In the paired phase: this pair's output has gone ahead of its input. */
  #ahead = false;
  #inputAlign = 0;
  #outputAlign = 0;
  #bytes = 0;

  /** An aligner with a queue of `depth` pieces. */
  constructor(depth: number) {
    this.pieces = new MchanFifo(depth, 3);
  }

  /** True while a piece is being aligned or waits. */
  get busy(): boolean {
    return this.#active || this.pieces.valid;
  }

  /** Queues a piece of `bytes` bytes that starts at the given offsets into an 8-byte row. */
  enqueue(inputAlign: number, outputAlign: number, bytes: number): void {
    const at = this.pieces.push();
    this.pieces.data[at + INPUT_ALIGN] = inputAlign;
    this.pieces.data[at + OUTPUT_ALIGN] = outputAlign;
    this.pieces.data[at + BYTES] = bytes;
  }

  /**
   * One cycle: `valid` says that an input row (`low`, `high`) is there, `space` that an output row can be taken.
   * Returns bit 0 set when the input row was taken, bit 1 set when an output row was produced.
   */
  step(valid: boolean, space: boolean, low: number, high: number): number {
    if (!this.#active) {
      this.#begin();
      return 0;
    }
    if (this.#taken < this.#prefill) {
      if (!valid) return 0;
      this.#take(low, high);
      return 1;
    }
    if (this.#taken < this.#inputRows) {
      if (this.#ahead) {
        if (!valid) return 0;
        this.#take(low, high);
        this.#ahead = false;
        return 1;
      }
      if (!space) return 0;
      this.#give();
      if (valid) {
        this.#take(low, high);
        return 3;
      }
      this.#ahead = true;
      return 2;
    }
    if (!space) return 0;
    this.#give();
    if (this.#given === this.#outputRows) this.#begin();
    return 2;
  }

  /** Ends the cycle. */
  latch(): void {
    this.pieces.latch();
  }

  /** Back to the state after reset. */
  reset(): void {
    this.pieces.reset();
    this.#active = false;
  }

  #begin(): void {
    this.#active = this.pieces.valid;
    if (!this.#active) return;
    const at = this.pieces.pop();
    const input = this.pieces.data[at + INPUT_ALIGN]!;
    const output = this.pieces.data[at + OUTPUT_ALIGN]!;
    const bytes = this.pieces.data[at + BYTES]!;
    this.#inputAlign = input;
    this.#outputAlign = output;
    this.#bytes = bytes;
    this.#inputRows = (input + bytes + 7) >> 3;
    this.#outputRows = (output + bytes + 7) >> 3;
    this.#prefill = this.#inputRows === 1 || output > input ? 1 : 2;
    this.#taken = 0;
    this.#given = 0;
    this.#ahead = false;
  }

  #take(low: number, high: number): void {
    const at = (this.#taken++ & 1) << 1;
    this.#words[at] = low;
    this.#words[at + 1] = high;
  }

  #give(): void {
    const firstByte = 8 * this.#given++;
    const shift = firstByte + this.#inputAlign - this.#outputAlign;
    if ((shift & 3) === 0) {
      this.outputLow = this.#words[(shift >> 2) & 3]!;
      this.outputHigh = this.#words[((shift >> 2) + 1) & 3]!;
    } else {
      for (let lane = 0; lane < 8; lane++) this.#output[lane] = this.#rows[(shift + lane) & 15]!;
      this.outputLow = this.#outputWords[0]!;
      this.outputHigh = this.#outputWords[1]!;
    }
    const from = Math.max(0, this.#outputAlign - firstByte);
    const to = Math.min(8, this.#outputAlign + this.#bytes - firstByte);
    this.outputEnable = (0xff << from) & (0xff >> (8 - to));
  }
}
