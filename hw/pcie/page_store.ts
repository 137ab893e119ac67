/**
 * The contents of card memory: pages that come into being when they are touched.
 * @module
 */

/** Bytes of a page. */
const PAGE_BYTES = 65_536;

/**
 * Bytes by address. What nobody has written reads as a pattern that depends on the address and a seed, because card
 * memory comes up with whatever it holds: wrong results are to look wrong.
 */
export class PageStore {
  private readonly pages = new Map<number, Uint8Array>();
  private readonly seed: number;

  /** Nothing is written. */
  constructor(seed: number) {
    this.seed = seed;
  }

  /** Bytes in pages that have been touched. */
  get residentBytes(): number {
    return this.pages.size * PAGE_BYTES;
  }

  /** Copies bytes from `address` on. */
  read(address: number, into: Uint8Array): void {
    for (let done = 0; done < into.length;) {
      const page = Math.floor((address + done) / PAGE_BYTES);
      const offset = address + done - page * PAGE_BYTES;
      const count = Math.min(into.length - done, PAGE_BYTES - offset);
      into.set(this.#page(page).subarray(offset, offset + count), done);
      done += count;
    }
  }

  /** Stores bytes from `address` on. */
  write(address: number, from: Uint8Array): void {
    for (let done = 0; done < from.length;) {
      const page = Math.floor((address + done) / PAGE_BYTES);
      const offset = address + done - page * PAGE_BYTES;
      const count = Math.min(from.length - done, PAGE_BYTES - offset);
      this.#page(page).set(done === 0 && count === from.length ? from : from.subarray(done, done + count), offset);
      done += count;
    }
  }

  #page(number: number): Uint8Array {
    let page = this.pages.get(number);
    if (page === undefined) this.pages.set(number, page = this.#fresh(number));
    return page;
  }

  /** A page as it comes up: 32-bit words of Marsaglia's xorshift, started from seed and page number. */
  #fresh(number: number): Uint8Array {
    const words = new Uint32Array(PAGE_BYTES / 4);
    let state = (Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(this.seed + 1, 0x85ebca6b)) | 1;
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
    return new Uint8Array(words.buffer);
  }
}
