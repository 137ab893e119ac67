/**
 * Code as it was when it was fetched.
 * @module
 */
import type { CodeWords } from "./timing_oracle.ts";

/** Words of a page. */
const PAGE_WORDS = 256;

interface Page {
  readonly words: Int32Array;
  readonly seen: Uint8Array;
}

/**
 * Remembers what was fetched. Where others may write over code, what is known of it is still needed for a moment: until all
 * have left it who were in the middle of it.
 */
export class SeenCode {
  readonly #code: CodeWords;
  readonly #pages = new Map<number, Page>();

  /** @param code the words of the program as they are at any time */
  constructor(code: CodeWords) {
    this.#code = code;
  }

  /** The word at an address, a multiple of 4: as it was when it was fetched first, or, if it was not, as it is. */
  word(address: number): number {
    const index = address >>> 2;
    const page = this.#pages.get(index / PAGE_WORDS | 0);
    const place = index % PAGE_WORDS;
    return page !== undefined && page.seen[place] !== 0 ? page.words[place] : this.#code(address);
  }

  /** Remembers words that are fetched; whether they are as they were when they were fetched first. */
  see(address: number, bytes: number): boolean {
    let same = true;
    for (let at = address; at < address + bytes; at += 4) {
      const index = at >>> 2;
      const place = index % PAGE_WORDS;
      const number = index / PAGE_WORDS | 0;
      let page = this.#pages.get(number);
      if (page === undefined) {
        this.#pages.set(number, page = { words: new Int32Array(PAGE_WORDS), seen: new Uint8Array(PAGE_WORDS) });
      }
      const word = this.#code(at);
      if (page.seen[place] === 0) {
        page.seen[place] = 1;
        page.words[place] = word;
      } else if (page.words[place] !== word) same = false;
    }
    return same;
  }
}
