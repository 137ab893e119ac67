/**
 * The FIR filters of the vendor's SDK, and ours.
 * @module
 */
import { digits } from "./comparison.ts";
import { type FirForm, runFir, tileSamples } from "./fir_kernels.ts";
import type { ValidationRow, ValidationTable } from "./section.ts";

const SAMPLES = 32768;
const CORES = 8;

/** Cycles that the SDK's program prints for all samples. */
const published: readonly (readonly [form: FirForm, taps: number, cycles: number])[] = [
  ["scalar", 10, 232230],
  ["scalar", 20, 398252],
  ["scalar", 40, 736098],
  ["vector", 10, 172259],
  ["vector", 20, 269736],
  ["vector", 40, 469491],
  ["unrolled", 10, 82544],
  ["unrolled", 20, 143390],
];

const LOOP: Readonly<Record<FirForm, string>> = {
  scalar: "a tap: 2 loads, the second waited for, p.mac",
  vector: "2 taps: 2 loads, the second waited for, one across two words for every other sample, dot product",
  unrolled: "2 taps: a load, across two words for every other sample, dot product",
};

/** The filters' table. */
export function firTable(): ValidationTable {
  return {
    title: "The vendor's FIR filters on eight cores",
    introduction:
      `16-bit samples. Theirs is ${SAMPLES} samples tiled through L1 by DMA, whether on the board or in the ` +
      `simulator is not said; ours is one such tile (${
        tileSamples(10)
      } samples with 10 taps) in our assembly of the same C, ` +
      "fork and barriers included, each result checked. Theirs copies tiles meanwhile, ours does not. The explanation " +
      "is per sample, on one core.",
    rows: published.map(([form, taps, cycles]): ValidationRow => {
      const { cycles: ours, instructions, conflicts } = runFir(form, taps);
      const theirs = cycles / SAMPLES;
      return {
        what: `${taps} taps, ${form === "vector" ? "pairs" : form === "unrolled" ? "pairs, unrolled" : "one by one"}`,
        unit: "cycles/sample",
        theirs,
        ours,
        source: "gap_sdk 504aff5f, examples/autotiler/Fir",
        explanation: `${LOOP[form]}; ${digits(instructions)} instructions, ${digits(conflicts)} waits for banks, ` +
          `${digits(CORES * ours - instructions - conflicts)} for loads, crossed words and branches; theirs ${
            digits(CORES * (theirs - ours))
          } more, ` +
          "around each sum or for DMA",
      };
    }),
  };
}
