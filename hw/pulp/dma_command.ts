/**
 * Commands of the cluster DMA, word by word: what they say, and whether they can be meant.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { hex } from "../bus/address_map.ts";

/** Bits of the command word. Source: mchan cc86ae2, GAP8 SDK 1.0 (archi/dma/mchan_v6.h). */
export const DmaCommandBit = {
  toLocal: 1 << 16,
  incremental: 1 << 17,
  rows: 1 << 18,
  event: 1 << 19,
  interrupt: 1 << 20,
  broadcast: 1 << 21,
} as const;

/** Largest number of bytes that a command word can hold. */
export const DMA_MAX_BYTES = 0xffff;

/** A command, as far as its words have come. */
export class DmaCommand {
  /** Whether all words are there. */
  readonly complete: boolean;
  /** Whether it copies from outside into the cluster. */
  readonly toLocal: boolean;
  /** Bytes in all. */
  readonly bytes: number;
  /** Address in the cluster. */
  readonly local: number | undefined;
  /** Address outside, of the first row. */
  readonly external: number | undefined;
  /** Bytes of a row outside; all if it is 1D. */
  readonly rowBytes: number;
  /** Bytes from row to row outside. */
  readonly stride: number;

  /** A command of 1 to 3 words (1D) or 1 to 4 (2D). */
  constructor(words: readonly number[]) {
    const [command, local, external, rows] = words;
    this.complete = words.length === ((command & DmaCommandBit.rows) !== 0 ? 4 : 3);
    this.toLocal = (command & DmaCommandBit.toLocal) !== 0;
    this.bytes = command & DMA_MAX_BYTES;
    this.local = local;
    this.external = external;
    this.rowBytes = rows === undefined ? this.bytes : rows & 0xffff;
    this.stride = rows === undefined ? 0 : rows >>> 16;
  }

  /** Throws a SimulationError, one clause, unless one side lies in the cluster's memory and the other where `outside` says. */
  check(localBase: number, localBytes: number, outside: (address: number, bytes: number) => boolean): void {
    const { bytes, local, external, rowBytes, stride } = this;
    if (bytes === 0) {
      throw new SimulationError(
        "a transfer of 0 bytes never ends; skip empty transfers, and cut those of 65536 bytes or more",
      );
    }
    // Cores of the cluster see its memory from 0 on, too.
    const offset = local === undefined || local < localBytes ? local : local - localBase;
    if (offset !== undefined && (offset < 0 || offset + bytes > localBytes)) {
      throw new SimulationError(
        `the cluster's side of the transfer, ${bytes} bytes at ${hex(local!)}, is not inside L1 ` +
          `(${hex(localBase)} to ${hex(localBase + localBytes - 1)}); one side has to lie there, the other in L2`,
      );
    }
    if (!this.complete) return;
    if (rowBytes === 0) {
      throw new SimulationError("its rows have 0 bytes; length is the number of bytes of a row, 1 to 65535");
    }
    const span = spanOf(bytes, rowBytes, stride);
    if (!outside(external!, span)) {
      throw new SimulationError(
        `the outer side of the transfer, ${span} bytes at ${hex(external!)}, is not inside L2; one side has to lie ` +
          "there, the other in L1",
      );
    }
  }

  /** For traces: `in 2048 B 0x10000100 <- 0x1C010000`. */
  describe(): string {
    const { bytes, rowBytes, stride, toLocal } = this;
    const rows = rowBytes === bytes ? "" : ` rows of ${rowBytes} B every ${stride} B`;
    const inside = hex(this.local!), outside = hex(this.external!);
    return `${toLocal ? "in" : "out"} ${bytes} B ${inside} ${toLocal ? "<-" : "->"} ${outside}${rows}`;
  }
}

/** Bytes from the first to the last byte that rows of `rowBytes` bytes every `stride` bytes touch, `bytes` in all. */
export function spanOf(bytes: number, rowBytes: number, stride: number): number {
  const rows = Math.ceil(bytes / rowBytes);
  if (rows === 1) return bytes;
  return Math.max((rows - 1) * stride + bytes - (rows - 1) * rowBytes, (rows - 2) * stride + rowBytes);
}

/** Collects the words that one port writes. */
export class DmaCommandWords {
  private words: number[] = [];

  /** Takes a word; gives the command as far as it has come. */
  add(word: number): DmaCommand {
    this.words.push(word >>> 0);
    return new DmaCommand(this.words);
  }

  /** The next word begins a command. */
  reset(): void {
    this.words = [];
  }
}
