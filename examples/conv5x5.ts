/**
 * `task example conv5x5`: the GAP8 manual's 5x5 convolution, four versions, beside the manual's table.
 * @module
 */
import { type Example, type ExampleContext, runExample, UsageError } from "../cli/example_runner.ts";
import { table } from "../cli/tables.ts";
import { ConvolutionSizeError, convolve, someInput } from "./firmware/conv5x5.ts";
import type { ConvolutionInput, ConvolutionRow } from "./firmware/conv5x5.ts";
import { type AssemblyRow, runAssembly } from "./firmware/conv5x5_bench.ts";
import type { ConvolutionVersion } from "./firmware/conv5x5_kernels.ts";

const VERSIONS: readonly ConvolutionVersion[] = ["initial", "unrolled", "vectors", "aggressive"];
const CORE_COUNTS = [1, 2, 4, 8];

/** The manual's cycles per output on 1, 2, 4 and 8 cores; it does not say for which size of image. */
const MANUAL: Readonly<Record<ConvolutionVersion, readonly number[]>> = {
  initial: [142, 71, 35, 19],
  unrolled: [97.4, 48.9, 25.2, 14.2],
  vectors: [50, 25.2, 13, 7.4],
  aggressive: [19.2, 9.5, 4.8, 2.5],
};

/** What the listing of a version's inner loop costs, per output. */
interface Listing {
  readonly instructions: number;
  readonly loadStalls: number;
  readonly misaligned: number;
  readonly what: string;
}

/** A word at any column crosses a word in three columns of four. */
const CROSSING = 3 / 4;

/** Counted from the manual's listings of compiled code; of the version with vectors it shows only the C. */
const LISTINGS: Readonly<Record<ConvolutionVersion, Listing | undefined>> = {
  initial: {
    instructions: 5 * (2 + 1 + 5 * 3 + 2),
    loadStalls: 25,
    misaligned: 0,
    what: "5 rows of 2 moves, lp.setupi, 5 times lb, lb, p.mac with a wait, and 2 pointer additions",
  },
  unrolled: {
    instructions: 5 * 16,
    loadStalls: 0,
    misaligned: 0,
    what: "5 rows of 10 loads, 5 p.mac and a pointer addition, without waits",
  },
  vectors: undefined,
  aggressive: {
    instructions: 17,
    loadStalls: 0,
    misaligned: 2 * CROSSING,
    what: "17 instructions, of which two load a word that crosses a word in 3 columns of 4",
  },
};

/** The example. */
export const example: Example = {
  name: "conv5x5",
  summary: "the manual's 5x5 convolution in four versions, firmware and assembly, beside the manual's table",
  options: [
    { name: "width", value: "N", description: "pixels in a row of the image (default 100)" },
    { name: "height", value: "N", description: "rows of the image (default 100)" },
    { name: "cores", value: "LIST", description: "numbers of cores (default 1,2,4,8)" },
  ],
  run(context) {
    const width = size(context, "width"), height = size(context, "height");
    const counts = coreCounts(context);
    const input = someInput(width, height, Number(context.option("seed") ?? 1));
    const { rows, report } = simulate(input, counts, context);
    const assembled = VERSIONS.map((version) => ({ version, ...runAssembly(version, input, "fetch128") }));
    const results = rows.map((row) => ({ ...row, width, height, manual: manualFor(row) }));
    if (counts.includes(1)) printOneCore(results, assembled, context);
    if (counts.length > 1 || !counts.includes(1)) printCores(results, counts, context);
    const ok = rows.every(({ correct }) => correct) && assembled.every(({ correct }) => correct);
    context.print(ok ? "all outputs equal the plain convolution's" : "NOT all outputs equal the plain convolution's");
    return { ...report, ok, result: { rows: results, assembly: assembled, listings: LISTINGS } };
  },
};

type Result = ConvolutionRow & { readonly manual: number };

function manualFor({ version, cores }: ConvolutionRow): number {
  return MANUAL[version][CORE_COUNTS.indexOf(cores)];
}

function simulate(input: ConvolutionInput, counts: readonly number[], context: ExampleContext) {
  try {
    return convolve(input, VERSIONS, counts, (system) => context.observe(system.sim));
  } catch (error) {
    if (error instanceof ConvolutionSizeError) throw new UsageError(error.message);
    throw error;
  }
}

/** One core: where the cycles go, and why they differ from the manual's. */
function printOneCore(
  results: readonly Result[],
  assembled: readonly (AssemblyRow & { readonly version: ConvolutionVersion })[],
  context: ExampleContext,
): void {
  const two = (value: number) => value.toFixed(2);
  const single = results.filter(({ cores }) => cores === 1);
  context.print(
    "\n" + table(
      [
        "one core, per output",
        "manual",
        "cycles",
        "",
        "instr.",
        "load use",
        "branch",
        "cross word",
        "assembly: cycles",
        "instr.",
        "listing: cycles",
        "instr.",
      ],
      single.map((row) => {
        const asm = assembled.find(({ version }) => version === row.version)!;
        const listing = LISTINGS[row.version];
        return [
          row.version,
          row.manual,
          two(row.cyclesPerOutput),
          percent(row),
          two(row.instructionsPerOutput),
          two(row.loadStallsPerOutput),
          two(row.jumpStallsPerOutput),
          two(row.memoryStallsPerOutput),
          two(asm.cyclesPerOutput),
          two(asm.instructionsPerOutput),
          listing === undefined ? "-" : two(cyclesOf(listing)),
          listing === undefined ? "-" : two(listing.instructions),
        ];
      }),
    ),
  );
  for (const row of single) context.print(explanation(row));
  context.print(
    "\ncycles: generator firmware on core 0 of the cluster, ideal fetch; assembly: the same instructions on the\n" +
      "cycle-exact pipeline with GAP8's 128-bit fetch. listing: the loop that the manual prints as compiled code.\n",
  );
}

function cyclesOf({ instructions, loadStalls, misaligned }: Listing): number {
  return instructions + loadStalls + misaligned;
}

function percent({ cyclesPerOutput, manual }: Result): string {
  const difference = 100 * (cyclesPerOutput / manual - 1);
  return `${difference < 0 ? "" : "+"}${difference.toFixed(1)} %`;
}

/** Where the difference to the manual comes from: what both have in the listed loop cancels out. */
function explanation(row: Result): string {
  const { version, manual, cyclesPerOutput: cycles, instructionsPerOutput: instructions } = row;
  const listing = LISTINGS[version];
  if (listing === undefined) {
    return `${version}: the manual prints no code for it. Ours has 5 rows of 6 instructions (both pointers move with the loads) ` +
      `and ${row.memoryStallsPerOutput.toFixed(2)} cycles for words that cross a word, of image and weights. ` +
      `The manual's compiled loop takes ${((manual - cycles) / 5).toFixed(2)} cycles a row more.`;
  }
  const theirs = manual - cyclesOf(listing), ours = cycles - cyclesOf(listing);
  const branch = row.jumpStallsPerOutput;
  return `${version}: the listed loop is ${listing.what}: ${cyclesOf(listing)} cycles in both. The manual's other ` +
    `${theirs.toFixed(1)} cycles are not listed; ours are ${ours.toFixed(1)}: ` +
    `${(instructions - listing.instructions).toFixed(1)} instructions (pointers, shift, store, next row and strip)` +
    `${branch > 0.1 ? ` and ${branch.toFixed(1)} for the taken branch` : ""}.`;
}

function printCores(results: readonly Result[], counts: readonly number[], context: ExampleContext): void {
  context.print(
    table(
      ["cycles per output", ...counts.flatMap((count) => [`${count} core${count === 1 ? "" : "s"}`, "manual", ""])],
      VERSIONS.map((version) => [
        version,
        ...counts.flatMap((count) => {
          const row = results.find((each) => each.version === version && each.cores === count)!;
          return [row.cyclesPerOutput.toFixed(2), row.manual, percent(row)];
        }),
      ]),
    ),
  );
}

function size(context: ExampleContext, name: string): number {
  const text = context.option(name) ?? "100";
  if (!/^\d{1,4}$/.test(text)) throw new UsageError(`Cannot use --${name} ${text}: it has to be a number of pixels`);
  return Number(text);
}

function coreCounts(context: ExampleContext): readonly number[] {
  const text = context.option("cores") ?? CORE_COUNTS.join(",");
  const counts = text.split(",").map(Number);
  if (!counts.every((count) => CORE_COUNTS.includes(count))) {
    throw new UsageError(`Cannot use --cores ${text}: it has to be a list of ${CORE_COUNTS.join(", ")}`);
  }
  return [...new Set(counts)];
}

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
