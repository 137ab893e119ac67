/**
 * Code as it was when it was fetched.
 * @module
 */
import type { CodeWords } from "./timing_oracle.ts";

/** Words of a page. */
const PAGE_WORDS = 256;

/** Words that were fetched, and which they are. */
interface Page {
  readonly number: number;
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
  /** The page that was needed last. */
  #last: Page = newPage(-1);

  /** @param code the words of the program as they are at any time */
  constructor(code: CodeWords) {
    this.#code = code;
  }

  /** The word at an address, a multiple of 4: as it was when it was fetched first, or, if it was not, as it is. */
  word(address: number): number {
    const index = address >>> 2;
    const { words, seen } = this.#page(index / PAGE_WORDS | 0);
    const place = index & PAGE_WORDS - 1;
    return seen[place] !== 0 ? words[place] : this.#code(address);
  }

  /** Remembers words that are fetched; whether they are as they were when they were fetched first. */
  see(address: number, bytes: number): boolean {
    let same = true;
    for (let at = address; at < address + bytes; at += 4) {
      const index = at >>> 2;
      const { words, seen } = this.#page(index / PAGE_WORDS | 0);
      const place = index & PAGE_WORDS - 1;
      const word = this.#code(at);
      if (seen[place] === 0) {
        seen[place] = 1;
        words[place] = word;
      } else if (words[place] !== word) same = false;
    }
    return same;
  }

  #page(number: number): Page {
    if (this.#last.number === number) return this.#last;
    let page = this.#pages.get(number);
    if (page === undefined) this.#pages.set(number, page = newPage(number));
    return this.#last = page;
  }
}

function newPage(number: number): Page {
  return { number, words: new Int32Array(PAGE_WORDS), seen: new Uint8Array(PAGE_WORDS) };
}
