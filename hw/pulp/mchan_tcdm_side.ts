/**
 * The TCDM side of the cluster DMA: from a piece to accesses on two TCDM ports.
 * @module
 */

import { MchanFifo } from "./mchan_fifo.ts";

/** What the DMA needs of the TCDM interconnect; port numbers are the interconnect's. */
export interface MchanTcdmPort {
  /** What each port's last granted access returned. */
  readonly responses: Int32Array;
  /** Raises the request of `port`, which stays raised until granted. */
  request(port: number, address: number, write: boolean, byteEnable: number, data: number): void;
}

const PIECE_LOCAL = 0;
const PIECE_BYTES = 1;
const PIECE_COUNTER = 2;

/** Field of a row: its TCDM offset; unit: bytes. */
export const ROW_LOCAL = 0;
/** Field of a row: its counter. */
export const ROW_COUNTER = 1;
/** Field of a row: 1 for the last one of a piece. */
export const ROW_LAST = 2;

/** Cuts pieces into 8-byte rows, one word of each for either port, and joins what the two ports report. */
export class MchanRowSequencer {
  /** Pieces waiting for the TCDM. */
  readonly pieces: MchanFifo;
  /** Per port: words waiting for the TCDM. */
  readonly words: readonly [MchanFifo, MchanFifo];
  readonly #ends: readonly [MchanFifo, MchanFifo];
  #rowsLeft = 0;
  #local = 0;
  #counter = 0;

  /** A sequencer with queues of this depth. */
  constructor(depth: number) {
    this.pieces = new MchanFifo(depth, 3);
    this.words = [new MchanFifo(depth, 3), new MchanFifo(depth, 3)];
    this.#ends = [new MchanFifo(depth, 1), new MchanFifo(depth, 1)];
  }

  /** True while there is a piece, a word or a report in it. */
  get busy(): boolean {
    return this.#rowsLeft > 0 || this.pieces.valid || this.words[0].valid || this.words[1].valid ||
      this.#ends[0].valid || this.#ends[1].valid;
  }

  /** Queues a piece. */
  enqueue(local: number, bytes: number, counter: number): void {
    const at = this.pieces.push();
    this.pieces.data[at + PIECE_LOCAL] = local;
    this.pieces.data[at + PIECE_BYTES] = bytes;
    this.pieces.data[at + PIECE_COUNTER] = counter;
  }

  /** Port `lane` has finished the last word of a piece of this counter. */
  reportEnd(lane: number, counter: number): void {
    const ends = this.#ends[lane]!;
    ends.data[ends.push()] = counter;
  }

  /** One cycle; returns the counter of a piece that both ports have finished, or -1. */
  step(): number {
    let finished = -1;
    if (this.#ends[0].valid && this.#ends[1].valid) {
      finished = this.#ends[0].data[this.#ends[0].pop()]!;
      this.#ends[1].pop();
    }
    if (this.words[0].space && this.words[1].space) this.#sequence();
    return finished;
  }

  /** Ends the cycle. */
  latch(): void {
    this.pieces.latch();
    this.words[0].latch();
    this.words[1].latch();
    this.#ends[0].latch();
    this.#ends[1].latch();
  }

  #sequence(): void {
    if (this.#rowsLeft === 0) {
      if (!this.pieces.valid) return;
      const at = this.pieces.pop();
      const local = this.pieces.data[at + PIECE_LOCAL]!;
      this.#rowsLeft = ((local & 7) + this.pieces.data[at + PIECE_BYTES]! + 7) >> 3;
      this.#local = local & ~7;
      this.#counter = this.pieces.data[at + PIECE_COUNTER]!;
    }
    this.#rowsLeft--;
    for (let lane = 0; lane < 2; lane++) {
      const words = this.words[lane]!;
      const at = words.push();
      words.data[at + ROW_LOCAL] = this.#local + 4 * lane;
      words.data[at + ROW_COUNTER] = this.#counter;
      words.data[at + ROW_LAST] = this.#rowsLeft === 0 ? 1 : 0;
    }
    this.#local += 8;
  }
}
