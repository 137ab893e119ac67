/**
 * The GAP8 manual's figures: its 5x5 convolution in 16 cells, and its search for a byte.
 * @module
 */
import { convolve, someInput } from "../firmware/conv5x5.ts";
import type { ConvolutionRow } from "../firmware/conv5x5.ts";
import { runAssembly } from "../firmware/conv5x5_bench.ts";
import type { ConvolutionVersion } from "../firmware/conv5x5_kernels.ts";
import { cyclesOf, MANUAL_CORES, manualCycles, manualListings } from "../firmware/conv5x5_manual.ts";
import { listings, runListingAssembly } from "../firmware/vectors.ts";
import { digits } from "./comparison.ts";
import type { ValidationRow, ValidationTable } from "./section.ts";

const VERSIONS = Object.keys(manualCycles) as ConvolutionVersion[];
/** The manual does not say its image's size; this is that of the vendor's benchmark, whose figures are the same. */
const SIDE = 100;
const SEED = 1;

/** The manual's convolution. */
export function convolutionTable(): ValidationTable {
  const input = someInput(SIDE, SIDE, SEED);
  const { rows } = convolve(input, VERSIONS, MANUAL_CORES);
  return {
    title: "The manual's 5x5 convolution",
    introduction:
      `\`task example conv5x5\`: generator firmware on an image of ${SIDE} x ${SIDE} bytes, forked on as many cores. The manual ` +
      "does not say the size of its image; the vendor's benchmark below has this one, and in it the version with vectors " +
      "takes 19.25 and 2.475 cycles, where the manual's aggressive one takes 19.2 and 2.5. Of one core the explanation says what an output takes; of several, what comes on top of an even " +
      "share.",
    rows: rows.map((row): ValidationRow => {
      const { version, cores } = row;
      const single = rows.find((each) => each.version === version && each.cores === 1)!;
      return {
        what: `${version}, ${cores} core${cores === 1 ? "" : "s"}`,
        unit: "cycles/output",
        theirs: theirsOf(row),
        ours: row.cyclesPerOutput,
        source: "GAP8 manual",
        explanation: !row.correct
          ? "our result is wrong"
          : cores === 1
          ? onOneCore(row, runAssembly(version, input, "fetch128").cyclesPerOutput)
          : onSeveral(row, single),
      };
    }),
  };
}

/** The manual's remark on its search for a byte. */
export function searchRow(): ValidationRow {
  const search = listings(SEED).find(({ name }) => name === "search")!;
  const [scalar, vectors] = (["scalar", "vectors"] as const).map((form) =>
    runListingAssembly(search, form, "fetch128").row
  );
  const { elements } = search;
  return {
    what: "search for a byte, four at a time: times as fast",
    unit: "1",
    theirs: 3,
    ours: scalar.cycles / vectors.cycles,
    source: 'GAP8 manual, "around 3 times"',
    explanation: `assembly, ${elements} bytes: ${digits(scalar.cycles / elements)} cycles for one by itself, ` +
      `${
        digits(4 * vectors.cycles / elements)
      } for four, of which the branch that is not taken waits for the comparison`,
  };
}

function theirsOf({ version, cores }: ConvolutionRow): number {
  return manualCycles[version][MANUAL_CORES.indexOf(cores)];
}

function onOneCore(row: ConvolutionRow, assembly: number): string {
  const { version, cyclesPerOutput: cycles } = row;
  const spent = [
    [row.instructionsPerOutput, "instructions"],
    [row.loadStallsPerOutput, "waits for a load"],
    [row.jumpStallsPerOutput, "for taken branches"],
    [row.memoryStallsPerOutput, "for words that cross a word"],
  ] as const;
  const ours = spent.filter(([value]) => value >= 0.05).map(([value, what]) => `${digits(value)} ${what}`).join(", ");
  const listing = manualListings[version];
  const theirs = listing === undefined
    ? "the manual prints no code for it"
    : `the manual's listed loop is ${digits(cyclesOf(listing))} cycles in both, what it does not list ` +
      `${digits(theirsOf(row) - cyclesOf(listing))} in theirs, ${digits(cycles - cyclesOf(listing))} in ours`;
  return `${ours}; ${theirs}; our assembly with GAP8's fetch: ${digits(assembly)}`;
}

function onSeveral(row: ConvolutionRow, single: ConvolutionRow): string {
  const { cores } = row;
  const ours = row.cyclesPerOutput - single.cyclesPerOutput / cores;
  const banks = (row.memoryStallsPerOutput - single.memoryStallsPerOutput) / cores;
  const theirs = theirsOf(row) - theirsOf(single) / cores;
  return `on top of 1/${cores}: ${hundredths(theirs)} in theirs, ${hundredths(ours)} in ours: ${
    hundredths(banks)
  } waits for ` +
    `banks, ${hundredths(ours - banks)} fork, barrier and shares of ${columns(cores)}`;
}

/** Columns of a core's share, the last one's if it has fewer. */
function columns(cores: number): string {
  const all = SIDE - 4, share = Math.ceil(all / cores), last = all - share * (cores - 1);
  return `${share} columns${last === share ? "" : ` (the last has ${last})`}`;
}

function hundredths(value: number): string {
  return value.toFixed(2);
}
