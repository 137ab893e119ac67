/**
 * The front of one direction of the cluster DMA: from a queued transfer to the bursts it consists of.
 * @module
 */

import { MchanFifo } from "./mchan_fifo.ts";
import type { MchanParams } from "./mchan_params.ts";

/** Field of a transfer, row or piece: its counter. */
export const COUNTER = 0;
/** Field: its length; unit: bytes. */
export const BYTES = 1;
/** Field: its TCDM offset; unit: bytes. */
export const LOCAL = 2;
/** Field: its external address; unit: bytes. */
export const EXTERNAL = 3;
/** Field: 1 when external addresses advance, 0 when every beat goes to the same one. */
export const INCREMENTAL = 4;
/** Number of fields of a row or piece. */
export const PIECE_FIELDS = 5;
/** Field of a transfer: bytes per row, 0 for a 1D transfer. */
export const ROW_BYTES = 5;
/** Field of a transfer: distance of two rows' external addresses; unit: bytes. */
export const STRIDE = 6;
const TRANSFER_FIELDS = 7;

/** Splits transfers into rows and rows into pieces that stay within one burst, a step of each per cycle. */
export class MchanChannel {
  /** Transfers waiting for this direction. */
  readonly transfers: MchanFifo;
  /** 2D transfers taken from {@link transfers} in this cycle: 0 or 1. */
  rowSlotsFreed = 0;
  readonly #rows: MchanFifo;
  readonly #burstBytes: number;
  readonly #transfer = new Int32Array(TRANSFER_FIELDS);
  readonly #row = new Int32Array(PIECE_FIELDS);
  #splitting = false;
  #cutting = false;
  /** Where the next cut falls: advances also when the external address is fixed. */
  #cutAt = 0;

  /** A channel with the queues of `params`. */
  constructor(params: MchanParams) {
    this.transfers = new MchanFifo(params.globalQueueDepth, TRANSFER_FIELDS);
    this.#rows = new MchanFifo(params.stageDepth, PIECE_FIELDS);
    this.#burstBytes = params.burstBytes;
  }

  /** True while a transfer is not yet cut into pieces. */
  get busy(): boolean {
    return this.#splitting || this.#cutting || this.transfers.valid || this.#rows.valid;
  }

  /**
   * One cycle; `space` says that all queues behind can take a piece. Returns true when a piece is given out: its fields
   * have been written to `piece`.
   */
  step(space: boolean, piece: Int32Array): boolean {
    this.#split();
    if (!space) return false;
    if (!this.#cutting) {
      if (this.#rows.valid) {
        copyFields(this.#rows.data, this.#rows.pop(), this.#row, 0, PIECE_FIELDS);
        this.#cutAt = this.#row[EXTERNAL]!;
        this.#cutting = true;
      }
      return false;
    }
    const row = this.#row;
    const bytes = Math.min(row[BYTES]!, this.#burstBytes - (this.#cutAt & (this.#burstBytes - 1)));
    piece.set(row);
    piece[BYTES] = bytes;
    row[BYTES]! -= bytes;
    row[LOCAL]! += bytes;
    this.#cutAt += bytes;
    if (row[INCREMENTAL] === 1) row[EXTERNAL]! += bytes;
    if (row[BYTES] === 0) this.#cutting = false;
    return true;
  }

  /** Ends the cycle. */
  latch(): void {
    this.transfers.latch();
    this.#rows.latch();
  }

  #split(): void {
    this.rowSlotsFreed = 0;
    if (!this.#rows.space) return;
    const transfer = this.#transfer;
    if (!this.#splitting) {
      if (!this.transfers.valid) return;
      copyFields(this.transfers.data, this.transfers.pop(), transfer, 0, TRANSFER_FIELDS);
      if (transfer[ROW_BYTES] !== 0) this.rowSlotsFreed = 1;
      this.#splitting = true;
      return;
    }
    const rowBytes = transfer[ROW_BYTES] === 0 ? transfer[BYTES]! : Math.min(transfer[ROW_BYTES]!, transfer[BYTES]!);
    const at = this.#rows.push();
    copyFields(transfer, 0, this.#rows.data, at, PIECE_FIELDS);
    this.#rows.data[at + BYTES] = rowBytes;
    transfer[BYTES]! -= rowBytes;
    transfer[LOCAL]! += rowBytes;
    transfer[EXTERNAL]! += transfer[STRIDE]!;
    if (transfer[BYTES] === 0) this.#splitting = false;
  }
}

/** The number of bursts that `bytes` bytes at external address `external` are cut into. */
export function burstsOf(external: number, bytes: number, burstBytes: number): number {
  const within = external & (burstBytes - 1);
  return Math.ceil((within + bytes) / burstBytes);
}

function copyFields(from: Int32Array, fromAt: number, to: Int32Array, toAt: number, fields: number): void {
  for (let field = 0; field < fields; field++) to[toAt + field] = from[fromAt + field]!;
}
