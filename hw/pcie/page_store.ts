/**
 * The contents of card memory: pages that come into being when they are touched.
 * @module
 */

/** Bytes of a page. */
const PAGE_BYTES = 65_536;

/** A page, as bytes and as words. */
interface Page {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/**
 * Bytes by address. What nobody has written reads as a pattern that depends on the address and a seed, because card
 * memory comes up with whatever it holds: wrong results are to look wrong.
 */
export class PageStore {
  private readonly pages = new Map<number, Page>();
  private readonly seed: number;
  private lastNumber = -1;
  private lastPage: Page | null = null;

  /** Nothing is written. */
  constructor(seed: number) {
    this.seed = seed;
  }

  /** Bytes in pages that have been touched. */
  get residentBytes(): number {
    return this.pages.size * PAGE_BYTES;
  }

  /** Copies bytes from `address` on. */
  read(address: number, into: Uint8Array | Int32Array): void {
    const number = Math.floor(address / PAGE_BYTES);
    const offset = address - number * PAGE_BYTES;
    const count = into.byteLength;
    if (offset + count > PAGE_BYTES || offset % into.BYTES_PER_ELEMENT !== 0) {
      this.#pieces(address, bytesOf(into), false);
    } else if (into instanceof Int32Array) {
      into.set(this.#page(number).words.subarray(offset >> 2, (offset + count) >> 2));
    } else into.set(this.#page(number).bytes.subarray(offset, offset + count));
  }

  /** Stores bytes from `address` on. */
  write(address: number, from: Uint8Array | Int32Array): void {
    const number = Math.floor(address / PAGE_BYTES);
    const offset = address - number * PAGE_BYTES;
    if (offset + from.byteLength > PAGE_BYTES || offset % from.BYTES_PER_ELEMENT !== 0) {
      this.#pieces(address, bytesOf(from), true);
    } else if (from instanceof Int32Array) this.#page(number).words.set(from, offset >> 2);
    else this.#page(number).bytes.set(from, offset);
  }

  /** Reads or writes what crosses pages or is not aligned. */
  #pieces(address: number, data: Uint8Array, write: boolean): void {
    for (let done = 0; done < data.length;) {
      const number = Math.floor((address + done) / PAGE_BYTES);
      const offset = address + done - number * PAGE_BYTES;
      const count = Math.min(data.length - done, PAGE_BYTES - offset);
      const { bytes } = this.#page(number);
      if (write) bytes.set(data.subarray(done, done + count), offset);
      else data.set(bytes.subarray(offset, offset + count), done);
      done += count;
    }
  }

  #page(number: number): Page {
    if (number === this.lastNumber) return this.lastPage!;
    let page = this.pages.get(number);
    if (page === undefined) this.pages.set(number, page = this.#fresh(number));
    this.lastNumber = number;
    return this.lastPage = page;
  }

  /** A page as it comes up: 32-bit words of Marsaglia's xorshift, started from seed and page number. */
  #fresh(number: number): Page {
    const words = new Int32Array(PAGE_BYTES / 4);
    let state = (Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(this.seed + 1, 0x85ebca6b)) | 1;
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
    return { words, bytes: new Uint8Array(words.buffer) };
  }
}

function bytesOf(data: Uint8Array | Int32Array): Uint8Array {
  return data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
