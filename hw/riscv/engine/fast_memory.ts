/**
 * Memory that engines may use without asking anybody.
 * @module
 */

import { TIMING_BYTES } from "./timing_page.ts";

/** Bytes of a page. */
export const PAGE_BYTES = 1 << 16;
/** Room for the interpreter's records: enough for as many nodes as there may be. */
const RECORDS_BYTES = 7 << 20;
/** Room for the exits of translations, and bytes of each; and for counters of their blocks. */
export const EXITS_BYTES: number = 1 << 20, EXIT_BYTES = 16, VISITS_BYTES: number = 1 << 18;
/** Of an exit: where the cycles and instructions are that the clock does not have yet, and what comes next. */
export const EXIT_CLOCK = 0, EXIT_NEXT = 8;
/** Code is marked in pieces of this many bytes. */
export const CODE_GRANULE_BYTES = 16;

/** A block of memory: its address, its size, and its place in the linear memory. */
export interface MemoryBlock {
  /** Its lowest address. */
  readonly base: number;
  /** Its size. */
  readonly bytes: number;
  /** Where it begins in the linear memory. */
  readonly offset: number;
}

/** Blocks of memory in one linear memory, found by the upper half of an address. */
export class FastMemory {
  /** Room for records in memories that are made from now on. Tests make it less than usual, to see what is done when it is used up. */
  static recordsBytes: number = RECORDS_BYTES;

  /** The linear memory; the first page is the engines' own. */
  readonly memory: WebAssembly.Memory;
  /** Its bytes, */
  readonly bytes: Uint8Array;
  /** its words. */
  readonly words: Int32Array;
  /** For each upper half of an address, where in the linear memory the page begins; 0 for none: that is the engines' own. */
  readonly pages: Int32Array = new Int32Array(1 << 16);
  /** For each granule of the linear memory below it, 1 if it holds code that was translated. */
  readonly code: Uint8Array;
  /** Where that map lies, where the interpreter's records, the exits of translations, and the counters of their blocks. */
  readonly codeAt: number;
  readonly recordsAt: number;
  /** How much room there is for them. */
  readonly recordsBytes: number = FastMemory.recordsBytes;
  readonly exitsAt: number;
  readonly visitsAt: number;
  /** Where the timing graph lies. */
  readonly timingAt: number;

  /** The blocks, in the order of their places in the linear memory. */
  readonly blocks: readonly MemoryBlock[];

  /** @param blocks base address and size of each block, both multiples of 64 KiB */
  constructor(blocks: readonly { readonly base: number; readonly bytes: number }[]) {
    let top = PAGE_BYTES;
    const placed: MemoryBlock[] = [];
    this.blocks = placed;
    for (const { base, bytes } of blocks) {
      placed.push({ base, bytes, offset: top });
      for (let at = 0; at < bytes; at += PAGE_BYTES) this.pages[base + at >>> 16] = top + at;
      top += bytes;
    }
    this.codeAt = top;
    this.recordsAt = pageUp(top + top / CODE_GRANULE_BYTES);
    this.exitsAt = this.recordsAt + RECORDS_BYTES;
    this.visitsAt = this.exitsAt + EXITS_BYTES;
    this.timingAt = this.visitsAt + VISITS_BYTES;
    const pages = pageUp(this.timingAt + TIMING_BYTES) / PAGE_BYTES;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
    this.code = new Uint8Array(this.memory.buffer, this.codeAt, top / CODE_GRANULE_BYTES);
  }

  /** Where an address lies in the linear memory; negative if it does not. */
  offset(address: number): number {
    const page = this.pages[address >>> 16];
    return page === 0 ? -1 : page + (address & 0xffff);
  }
}

function pageUp(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
