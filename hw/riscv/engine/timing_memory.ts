/**
 * Where the timing graph lies in linear memory.
 * @module
 */
import type { FastMemory } from "./fast_memory.ts";
import * as page from "./timing_page.ts";

/** Its numbers, from its first page on. */
export class TimingMemory {
  /** The linear memory. */
  readonly words: Int32Array;
  readonly #at: number;

  /** @param memory the memory that it lies in */
  constructor({ words, timingAt }: FastMemory) {
    this.words = words;
    this.#at = timingAt;
  }

  /** A number at a place, see {@linkcode page}. */
  get(place: number): number {
    return this.words[this.#at + place >> 2];
  }

  /** Changes it. */
  set(place: number, value: number): void {
    this.words[this.#at + place >> 2] = value;
  }

  /** Where a place is in the linear memory. */
  address(place: number): number {
    return this.#at + place;
  }

  /** The place of an address there. */
  place(address: number): number {
    return address - this.#at;
  }

  /** Begins anew: forgets nodes, passages and instructions. */
  clear(verifies: boolean): void {
    const nodes = this.get(page.NODE_COUNT);
    if (nodes > 0) {
      this.#fill(page.STATE_TABLE, this.get(page.SLOT_MASK) + 1);
      this.#fill(page.PLACES, nodes);
      this.#fill(page.OPERATION_HEADS, page.OPERATION_LISTS);
      this.#fill(page.PASSAGE_HEADS, page.PASSAGE_LISTS);
    }
    this.set(page.NODE_COUNT, 0);
    this.set(page.SLOT_MASK, page.FIRST_SLOTS - 1);
    this.set(page.FULL, 0);
    this.set(page.VERIFIES, verifies ? 1 : 0);
    this.set(page.V_STATE, -1);
  }

  #fill(place: number, words: number): void {
    const at = this.#at + place >> 2;
    this.words.fill(0, at, at + words);
  }
}
