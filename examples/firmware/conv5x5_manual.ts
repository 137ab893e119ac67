/**
 * What the GAP8 manual says of its 5x5 convolution: cycles, and what its listings of compiled code imply.
 * @module
 */
import type { ConvolutionVersion } from "./conv5x5_kernels.ts";

/** The manual's numbers of cores. */
export const MANUAL_CORES: readonly number[] = [1, 2, 4, 8];

/** Its cycles per output on as many cores; it does not say for which size of image. */
export const manualCycles: Readonly<Record<ConvolutionVersion, readonly number[]>> = {
  initial: [142, 71, 35, 19],
  unrolled: [97.4, 48.9, 25.2, 14.2],
  vectors: [50, 25.2, 13, 7.4],
  aggressive: [19.2, 9.5, 4.8, 2.5],
};

/** What the listing of a version's inner loop costs, per output. */
export interface LoopListing {
  /** Instructions, */
  readonly instructions: number;
  /** cycles for uses of what the instruction before loads, */
  readonly loadUse: number;
  /** and for words that cross a word. */
  readonly misaligned: number;
  /** Address of the instruction that sets the loop up. */
  readonly address: number;
  /** Its instructions in words. */
  readonly what: string;
}

/** A word at any column crosses a word in three columns of four. */
const CROSSING = 3 / 4;

/** Counted from the listings; of the version with vectors the manual shows only the C. */
export const manualListings: Readonly<Record<ConvolutionVersion, LoopListing | undefined>> = {
  initial: {
    instructions: 5 * (2 + 1 + 5 * 3 + 2),
    loadUse: 25,
    misaligned: 0,
    address: 0x1c00_12c8,
    what: "5 rows of 2 moves, lp.setupi, 5 times lb, lb, p.mac with a wait, and 2 pointer additions",
  },
  unrolled: {
    instructions: 5 * 16,
    loadUse: 0,
    misaligned: 0,
    address: 0x1c00_1372,
    what: "5 rows of 10 loads, 5 p.mac and a pointer addition, without waits",
  },
  vectors: undefined,
  aggressive: {
    instructions: 17,
    loadUse: 0,
    misaligned: 2 * CROSSING,
    address: 0x1c00_145e,
    what: "17 instructions, of which two load a word that crosses a word in 3 columns of 4",
  },
};

/** The cycles of a listing. */
export function cyclesOf({ instructions, loadUse, misaligned }: LoopListing): number {
  return instructions + loadUse + misaligned;
}
