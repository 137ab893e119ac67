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
/** The image's last pixels that a hardware loop's place in a line of 16 bytes may be at. */
const PLACES = [2, 4, 6, 8, 10, 12, 14];

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
    title: "5x5 convolution of 100x100",
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
    title: "5x5 convolution, vectors",
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

/** A measured layer, and what ours costs on one core and on all. */
interface Pair {
  readonly of: MeasuredLayer;
  readonly one: LayerCost;
  readonly all: LayerCost;
  /** Cycles on one core where its loop lies worst. */
  readonly worst: number;
}

/** The layers' tables. */
export function benchmarkTables(): ValidationTable[] {
  const pairs = measured.map((of): Pair => {
    const one = runLayer(of.layer, of.form, 1), all = runLayer(of.layer, of.form, CORES);
    const elsewhere = PLACES.map((place) => runLayer(of.layer, of.form, 1, place).cycles);
    return { of, one, all, worst: Math.max(one.cycles, ...elsewhere) };
  });
  return [sequentialTable(pairs), parallelTable(pairs), forkTable(pairs)];
}

function sequentialTable(pairs: readonly Pair[]): ValidationTable {
  const rows = pairs.map(({ of, one, worst }): ValidationRow => {
    const theirs = of.sequential / CALLS / one.outputs;
    return {
      what: of.title,
      unit: "cycles/output",
      theirs,
      ours: one.cycles,
      source: SOURCE,
      explanation: `loop: ${of.loop}; ${digits(one.instructions)} instructions, ${hundredths(one.cycles - one.instructions)} ` +
        `cycles of waits; ${digits(worst)} where its loop lies worst in a line`,
    };
  });
  return {
    title: "The vendor's CNN benchmark on one core",
    introduction:
      "Bytes in L1. The C is public, the compiled code is not: the same C in our assembly, tightly scheduled, its inner loop at " +
      "the beginning of a line of 16 bytes, each result checked. What theirs takes more is instructions and waits of its " +
      "compiler's. The log calls the convolution's image 112x112; its program convolves 100x100 pixels, of which the cycles per " +
      "output are.",
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
    explanation: `5 rows of 10 loads, 5 products, 5 additions, 2 pointers and a taken branch; ${digits(instructions)} ` +
      `instructions, ${hundredths(cycles - instructions)} cycles of waits`,
  };
}

function parallelTable(pairs: readonly Pair[]): ValidationTable {
  return {
    title: "The vendor's CNN benchmark on eight cores",
    introduction: "The same, forked on eight cores, which share the columns of the result.",
    rows: pairs.map(({ of, all }): ValidationRow => ({
      what: of.title,
      unit: "cycles/output",
      theirs: of.parallel / CALLS / all.outputs,
      ours: all.cycles,
      source: SOURCE,
      explanation: `${digits(all.instructions)} instructions an output, ${hundredths(all.conflicts)} waits for banks, all ` +
        "cores together",
    })),
  };
}

function forkTable(pairs: readonly Pair[]): ValidationTable {
  const rows = pairs.map(({ of, one, all }) => {
    const theirs = (of.parallel - of.sequential / CORES) / CALLS;
    const ours = (all.cycles - one.cycles / CORES) * all.outputs;
    const banks = all.conflicts * all.outputs / CORES;
    return { of, theirs, ours, banks };
  });
  const more = rows.map(({ theirs, ours }) => theirs - ours).sort((a, b) => a - b);
  return {
    title: "What a parallel call costs beyond an eighth of a sequential one",
    introduction:
      "Fork, two barriers (the layer's and the fork's), sharing out, and waits for banks: the only published measurements that a " +
      `fork's cost can be had from. In seven of eight layers theirs takes ${digits(more[1])} to ${digits(more[7])} cycles more ` +
      "than ours, however long the layer; the waits for banks are known to be exact for code that is ours, so these cycles belong " +
      "to the runtime's fork or to the chip (fetches after waking, say), and nothing public says to which.",
    rows: rows.map(({ of, theirs, ours, banks }): ValidationRow => ({
      what: of.title.replace(", per product", ""),
      unit: "cycles/call",
      theirs,
      ours,
      source: SOURCE,
      explanation: `${digits(banks)} waits for banks, ${digits(ours - banks)} fork, barriers, shares; theirs ` +
        `${digits(Math.abs(theirs - ours))} ${theirs > ours ? "more" : "less: other code, other conflicts"}`,
    })),
  };
}

function hundredths(value: number): string {
  return value.toFixed(2);
}
