/**
 * SHA-256 of a stream (FIPS 180-4), for runtimes whose own is asynchronous and wants everything at once.
 * @module
 */

const ROUNDS = new Int32Array(64), START = new Int32Array(8);
// Fractional parts of the cube and square roots of the first primes, as the standard defines them.
for (let candidate = 2, found = 0; found < 64; candidate++) {
  let prime = true;
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) prime &&= candidate % divisor !== 0;
  if (!prime) continue;
  if (found < 8) START[found] = (Math.sqrt(candidate) % 1) * 2 ** 32;
  ROUNDS[found++] = (Math.cbrt(candidate) % 1) * 2 ** 32;
}

/** A running SHA-256. */
export class Sha256 {
  private readonly state = START.slice();
  private readonly block = new Uint8Array(64);
  private readonly words = new Int32Array(64);
  private filled = 0;
  private total = 0;

  /** Adds bytes. */
  update(bytes: Uint8Array): this {
    this.total += bytes.length;
    for (const byte of bytes) {
      this.block[this.filled++] = byte;
      if (this.filled === 64) this.#compress();
    }
    return this;
  }

  /** The hash of everything added, in hex; nothing can be added afterwards. */
  hex(): string {
    const bits = this.total * 8;
    this.block[this.filled++] = 0x80;
    if (this.filled > 56) {
      this.block.fill(0, this.filled);
      this.#compress();
    }
    this.block.fill(0, this.filled, 56);
    new DataView(this.block.buffer).setBigUint64(56, BigInt(bits));
    this.#compress();
    return [...this.state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #compress(): void {
    const { words, state, block } = this;
    for (let i = 0, at = 0; i < 16; i++, at += 4) {
      words[i] = block[at] << 24 | block[at + 1] << 16 | block[at + 2] << 8 | block[at + 3];
    }
    for (let i = 16; i < 64; i++) {
      const w2 = words[i - 2], w15 = words[i - 15];
      const s1 = (w2 >>> 17 | w2 << 15) ^ (w2 >>> 19 | w2 << 13) ^ w2 >>> 10;
      const s0 = (w15 >>> 7 | w15 << 25) ^ (w15 >>> 18 | w15 << 14) ^ w15 >>> 3;
      words[i] = s1 + words[i - 7] + s0 + words[i - 16];
    }
    let a = state[0], b = state[1], c = state[2], d = state[3];
    let e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i++) {
      const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      const first = h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i] | 0;
      const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      const second = s0 + ((a & b) ^ (a & c) ^ (b & c)) | 0;
      h = g;
      g = f;
      f = e;
      e = d + first | 0;
      d = c;
      c = b;
      b = a;
      a = first + second | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
    this.filled = 0;
  }
}
