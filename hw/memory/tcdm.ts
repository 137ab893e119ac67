/**
 * The cluster's tightly coupled data memory: storage only; who may touch which bank when is the interconnect's business.
 * @module
 */

/** Sizes of a {@link Tcdm}. */
export interface TcdmParams {
  /** Address of the first byte as the cores see it. Source: GAP8 manual, memory map. */
  readonly base: number;
  /** Size in bytes, a power of two. Source: GAP8 manual (64 KiB). */
  readonly sizeBytes: number;
  /** Word-interleaved banks, a power of two: bank = word number modulo banks. Source: pulp_cluster 9fd9c3e (16). */
  readonly banks: number;
}

/** The TCDM of GAP8: 64 KiB at 0x10000000 in 16 banks. */
export const GAP8_TCDM: TcdmParams = { base: 0x10000000, sizeBytes: 65536, banks: 16 };

/** For each 4-bit byte enable, the mask of the bits it writes. */
const LANES = Int32Array.from({ length: 16 }, (_, enable) => {
  let mask = 0;
  for (let lane = 0; lane < 4; lane++) if ((enable >> lane) & 1) mask |= 0xff << (8 * lane);
  return mask;
});

/** Word-interleaved on-chip memory, little endian, 0 after reset. */
export class Tcdm {
  /** The sizes it was built with. */
  readonly params: TcdmParams;
  /** Its contents as bytes, in address order. */
  readonly bytes: Uint8Array;
  /** Its contents as words, in address order: word w lies in row w / banks of bank w % banks. */
  readonly words: Int32Array;

  /**
   * Throws RangeError when size or number of banks is not a power of two.
   *
   * @param params the sizes
   * @param bytes where its contents lie, as many as it has
   */
  constructor(params: TcdmParams, bytes: Uint8Array = new Uint8Array(params.sizeBytes)) {
    if (!isPowerOfTwo(params.sizeBytes) || !isPowerOfTwo(params.banks) || params.sizeBytes < 4 * params.banks) {
      throw new RangeError(
        `Cannot build a TCDM of ${params.sizeBytes} bytes in ${params.banks} banks: ` +
          "both must be powers of two, with at least one word per bank. Round the size up",
      );
    }
    this.params = params;
    this.bytes = bytes;
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  }

  /** Word number `word` as a signed 32-bit value. */
  read(word: number): number {
    return this.words[word]!;
  }

  /** Writes the byte lanes of `data` that `byteEnable` (bit n = byte n of the word) selects. */
  write(word: number, data: number, byteEnable: number): void {
    const lanes = LANES[byteEnable]!;
    this.words[word] = (this.words[word]! & ~lanes) | (data & lanes);
  }

  /** Fills the memory with 0. */
  reset(): void {
    this.bytes.fill(0);
  }
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && (value & (value - 1)) === 0;
}
