/**
 * GreenWaves' CNN benchmark as measured on a GAPuino board, and its layers in our assembly on the eight-core board.
 * @module
 */
import { type LayerCost, type LayerName, runLayer } from "./cnn_layers.ts";
import { digits } from "./comparison.ts";
import type { ValidationRow, ValidationTable } from "./section.ts";

/** Calls of each layer in the benchmark. */
const CALLS = 100;
const CORES = 8;
const SOURCE = "gap_sdk 8db7b5b8, benchmarks/gap8/cnn: GAPuino, 175 MHz";
/** Place in a line of 16 bytes where a loop costs most: its first instruction lies across the end of the line. */
const WORST_PLACE = 14;
/** Difference up to which figures are called the same. */
const SAME_PERCENT = 0.5;

/** A layer as measured: cycles of all calls. */
interface MeasuredLayer {
  readonly layer: LayerName;
  readonly form: "scalar" | "vector";
  readonly title: string;
  readonly sequential: number;
  readonly parallel: number;
  /** What the inner loop of ours consists of, per output or as said. */
  readonly loop: string;
}

const measured: readonly MeasuredLayer[] = [
  {
    layer: "maxPool",
    form: "scalar",
    title: "2x2 maximum of 112x112",
    sequential: 2573762,
    parallel: 382837,
    loop: "4 loads, 3 maxima, a store",
  },
  {
    layer: "averagePool",
    form: "scalar",
    title: "2x2 average of 112x112",
    sequential: 2573659,
    parallel: 380589,
    loop: "4 loads, 3 additions of which one shifts, a store",
  },
  {
    layer: "convolution",
    form: "scalar",
    title: '5x5 convolution, "112x112"',
    sequential: 92241320,
    parallel: 12810568,
    loop: "5 rows of 10 loads, 5 p.mac and an addition, as in the manual's listing of the unrolled version",
  },
  {
    layer: "linear",
    form: "scalar",
    title: "1024 to 16 linear, per product",
    sequential: 5765099,
    parallel: 790475,
    loop: "4 products: 8 loads that move both pointers, 4 p.mac",
  },
  {
    layer: "maxPool",
    form: "vector",
    title: "2x2 maximum, vectors",
    sequential: 2864082,
    parallel: 355563,
    loop: "2 loads, the second waited for, maxima of two columns, two extractions, a maximum, a store",
  },
  {
    layer: "averagePool",
    form: "vector",
    title: "2x2 average, vectors",
    sequential: 2249276,
    parallel: 332328,
    loop: "2 loads, the second waited for, shuffle, dot product, shift, store",
  },
  {
    layer: "convolution",
    form: "vector",
    title: '5x5 convolution, "112x112", vectors',
    sequential: 17741015,
    parallel: 2281309,
    loop: "3 loads, one across two words in 3 columns of 4, 7 dot products, shuffle, 4 moves, 2 shifts, a store",
  },
  {
    layer: "linear",
    form: "vector",
    title: "1024 to 16 linear, vectors, per product",
    sequential: 1465880,
    parallel: 223484,
    loop: "8 products: 4 loads, 2 dot products",
  },
];

/** The layers' tables. */
export function benchmarkTables(): ValidationTable[] {
  return [sequentialTable(), parallelTable()];
}

/** A layer's row: ours is that with its loop at the beginning of a line. */
function layerRow({ layer, form, title, ...of }: MeasuredLayer, cores: number, what: (cost: LayerCost) => string) {
  const best = runLayer(layer, form, cores), most = runLayer(layer, form, cores, WORST_PLACE).cycles;
  const theirs = (cores === 1 ? of.sequential : of.parallel) / CALLS / best.outputs;
  const place = `${digits(best.cycles)} to ${digits(most)} by its loop's place in a line, ${
    standing(theirs, best.cycles, most)
  }`;
  const row: ValidationRow = {
    what: title,
    unit: "cycles/output",
    theirs,
    ours: best.cycles,
    source: SOURCE,
    explanation: `${what(best)}; ${place}`,
  };
  return row;
}

/** Where a figure is beside a range of ours. */
function standing(theirs: number, least: number, most: number): string {
  const off = (end: number) => 100 * (theirs / end - 1);
  if (Math.abs(off(least)) < SAME_PERCENT) return "theirs the former";
  if (Math.abs(off(most)) < SAME_PERCENT) return "theirs the latter";
  if (theirs < least) return `theirs ${(-off(least)).toFixed(1)} % below`;
  return theirs > most ? `theirs ${off(most).toFixed(1)} % above` : "theirs between";
}

function sequentialTable(): ValidationTable {
  const rows = measured.map((each) =>
    layerRow(
      each,
      1,
      ({ instructions, cycles }) =>
        `${each.loop}; ${digits(instructions)} instructions, ${hundredths(cycles - instructions)} cycles of waits`,
    )
  );
  return {
    title: "The vendor's CNN benchmark on one core",
    introduction:
      "Bytes in L1. The C is public, the compiled code is not, nor where it lies: ours is the same C in assembly, tightly " +
      "scheduled, each result checked. A hardware loop whose first or second instruction lies across the end of a line of 16 bytes " +
      "waits there for a fetch in each turn; the figure is of a loop at the beginning of a line, the explanation has both. What theirs takes beyond is the " +
      "compiler's. The log calls the convolution's image 112x112; its program convolves 100x100 pixels, and of those the cycles per " +
      "output are, theirs and ours.",
    rows: [...rows, plainRow()],
  };
}

/** Without GAP8's instructions the benchmark tells its time, not its cycles; they are from its clock's nominal to its measured rate. */
function plainRow(): ValidationRow {
  const { cycles, instructions, outputs } = runLayer("convolution", "plain", 1);
  const seconds = 0.7294, nominalHz = 175e6, measuredHz = 2281309 / 0.012848;
  return {
    what: "5x5 convolution, RV32IMC without GAP8's instructions",
    unit: "cycles/output",
    theirs: [seconds * nominalHz / CALLS / outputs, seconds * measuredHz / CALLS / outputs],
    ours: cycles,
    source: `${SOURCE}, 729.4 ms`,
    explanation:
      `5 rows of 10 loads, 5 products, 5 additions, 2 pointers and a taken branch; ${digits(instructions)} ` +
      `instructions, ${hundredths(cycles - instructions)} cycles of waits`,
  };
}

function parallelTable(): ValidationTable {
  return {
    title: "The vendor's CNN benchmark on eight cores",
    introduction:
      "The same, forked on eight cores, which share the columns of the result; instructions and waits are of all " +
      "cores together.",
    rows: measured.map((each) =>
      layerRow(each, CORES, ({ instructions, conflicts, cycles, outputs }) => {
        const share = (instructions + conflicts) / CORES;
        return `${digits(instructions)} instructions an output, ${hundredths(conflicts)} waits for banks, ` +
          `${digits((cycles - share) * outputs)} cycles a call of other waits, fork and barriers`;
      })
    ),
  };
}

function hundredths(value: number): string {
  return value.toFixed(2);
}
