/**
 * `task example conv5x5`: the GAP8 manual's 5x5 convolution, four versions, beside the manual's table.
 * @module
 */
import { comparedBarChart } from "../cli/chart.ts";
import { type Example, type ExampleContext, runExample, UsageError } from "../cli/example_runner.ts";
import { speedscope } from "../cli/speedscope.ts";
import { table } from "../cli/tables.ts";
import { ConvolutionSizeError, convolve, someInput } from "./firmware/conv5x5.ts";
import type { ConvolutionInput, ConvolutionRow } from "./firmware/conv5x5.ts";
import { type AssemblyRow, placeRange, runAssembly } from "./firmware/conv5x5_bench.ts";
import type { ConvolutionVersion } from "./firmware/conv5x5_kernels.ts";
import { cyclesOf, MANUAL_CORES, manualCycles, manualListings } from "./firmware/conv5x5_manual.ts";
import { kernelRun, PROFILE_OPTION } from "./kernel_profile.ts";

const VERSIONS: readonly ConvolutionVersion[] = ["initial", "unrolled", "vectors", "aggressive"];

/** The example. */
export const example: Example = {
  name: "conv5x5",
  summary: "the manual's 5x5 convolution in four versions, firmware and assembly, beside the manual's table",
  options: [
    { name: "width", value: "N", description: "pixels in a row of the image (default 100)" },
    { name: "height", value: "N", description: "rows of the image (default 100)" },
    { name: "cores", value: "LIST", description: "numbers of cores (default 1,2,4,8)" },
    { name: "chart", value: "FILE.svg", description: "bar chart (default out/conv5x5.svg)" },
    PROFILE_OPTION,
  ],
  run(context) {
    const width = size(context, "width"), height = size(context, "height");
    const counts = coreCounts(context);
    const input = someInput(width, height, Number(context.option("seed") ?? 1));
    const { rows, report } = simulate(input, counts, context);
    const assembled = VERSIONS.map((version) => {
      const [least, most] = placeRange(version, input);
      return { version, ...runAssembly(version, input, "fetch128"), anywhere: { least, most } };
    });
    const results = rows.map((row) => ({ ...row, width, height, manual: manualFor(row) }));
    if (counts.includes(1)) printOneCore(results, assembled, context);
    if (counts.length > 1 || !counts.includes(1)) printCores(results, counts, context);
    const ok = rows.every(({ correct }) => correct) && assembled.every(({ correct }) => correct);
    context.print(ok ? "all outputs equal the plain convolution's" : "NOT all outputs equal the plain convolution's");
    const chart = context.option("chart") ?? "out/conv5x5.svg";
    context.save(chart, drawing(results, counts));
    context.print(`bar chart written to ${chart}`);
    const profile = context.option("profile");
    if (profile !== undefined) context.save(profile, speedscope("conv5x5", assembled.map(({ run }) => kernelRun(run))));
    const assembly = assembled.map(({ run: _, ...row }) => row);
    return { ...report, ok, result: { rows: results, assembly, listings: manualListings } };
  },
};

type Result = ConvolutionRow & { readonly manual: number };

/** A version's assembly, and its cycles wherever its code may lie. */
type Assembled = AssemblyRow & {
  readonly version: ConvolutionVersion;
  readonly anywhere: { readonly least: number; readonly most: number };
};

function manualFor({ version, cores }: ConvolutionRow): number {
  return manualCycles[version][MANUAL_CORES.indexOf(cores)];
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
function printOneCore(results: readonly Result[], assembled: readonly Assembled[], context: ExampleContext): void {
  const single = results.filter(({ cores }) => cores === 1);
  const rows = single.flatMap((row) => {
    const { version, manual } = row;
    const placed = assembled.find((each) => each.version === version)!;
    const { cyclesPerOutput, instructionsPerOutput, stallsPerOutput, anywhere: { least, most } } = placed;
    const { "load-use": loadUse = 0, branch = 0, jump = 0, misaligned = 0, fetch = 0 } = stallsPerOutput;
    const listing = manualListings[version];
    const known = listing === undefined
      ? ["", "", "", "", "", ""]
      : [cyclesOf(listing), listing.instructions, listing.loadUse, 0, listing.misaligned, 0].map(two);
    return [
      [version, "manual", two(manual), "", "", "", "", "", "", ""],
      ["", listing === undefined ? "(no listing)" : "its listing", ...known, "", ""],
      [
        "",
        "firmware",
        ...[
          row.cyclesPerOutput,
          row.instructionsPerOutput,
          row.loadStallsPerOutput,
          row.jumpStallsPerOutput,
          row.memoryStallsPerOutput,
          0,
        ].map(two),
        percent(row),
        "",
      ],
      [
        "",
        "assembly",
        ...[cyclesPerOutput, instructionsPerOutput, loadUse, branch + jump, misaligned, fetch].map(two),
        percent({ cyclesPerOutput, manual }),
        two(most - least),
      ],
    ];
  });
  const head = ["one core", "", "cycles", "instr.", "load use", "branch", "cross word", "fetch", "to manual", "place"];
  context.print("\n" + table(head, rows));
  context.print(
    "All per output. its listing: the inner loop that the manual prints as compiled code, and nothing around it.\n" +
      "firmware: a generator on core 0 of the cluster, ideal fetch. assembly: the same instructions on the cycle-exact\n" +
      "pipeline with GAP8's fetch of 16 bytes, its loop at the listing's address modulo 16. place: what it takes more where\n" +
      "it lies worst, since the end of a loop then waits for its beginning.\n",
  );
  for (const row of single) context.print(wrapped(explanation(row)));
}

function two(value: number): string {
  return value.toFixed(2);
}

function percent({ cyclesPerOutput, manual }: { readonly cyclesPerOutput: number; readonly manual: number }): string {
  const difference = 100 * (cyclesPerOutput / manual - 1);
  return `${difference < 0 ? "" : "+"}${difference.toFixed(1)} %`;
}

/** Where the difference to the manual comes from: what both have in the listed loop cancels out. */
function explanation(row: Result): string {
  const { version, manual, cyclesPerOutput: cycles, instructionsPerOutput: instructions } = row;
  const listing = manualListings[version];
  if (listing === undefined) {
    return `${version}: the manual prints no code for it. Ours has 5 rows of 6 instructions (both pointers move with the loads) ` +
      `and ${row.memoryStallsPerOutput.toFixed(2)} cycles for words that cross a word, of image and weights. ` +
      `The manual's compiled loop takes ${
        ((manual - cycles) / 5).toFixed(2)
      } cycles a row more: its place in memory alone can be as much.`;
  }
  const theirs = manual - cyclesOf(listing), ours = cycles - cyclesOf(listing);
  const branch = row.jumpStallsPerOutput;
  return `${version}: the listed loop is ${listing.what}: ${cyclesOf(listing)} cycles in both. The manual's other ` +
    `${theirs.toFixed(1)} cycles are not listed; ours are ${ours.toFixed(1)}: ` +
    `${(instructions - listing.instructions).toFixed(1)} instructions (pointers, shift, store, next row and strip)` +
    `${branch > 0.1 ? ` and ${branch.toFixed(1)} for the taken branch` : ""}.`;
}

/** Lines of 115 characters at most, all but the first set in. */
function wrapped(text: string): string {
  return text.replace(/(.{1,112})(?: |$)/g, "$1\n  ").trimEnd();
}

function printCores(results: readonly Result[], counts: readonly number[], context: ExampleContext): void {
  context.print(
    "\n" + table(
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
  if (counts.includes(1) && counts.includes(8)) printSharing(results, context);
}

/** What eight cores take more than an eighth of one. */
function printSharing(results: readonly Result[], context: ExampleContext): void {
  const rows = VERSIONS.map((version) => {
    const [one, eight] = [1, 8].map((count) =>
      results.find((each) => each.version === version && each.cores === count)!
    );
    const more = eight.cyclesPerOutput - one.cyclesPerOutput / 8;
    const banks = (eight.memoryStallsPerOutput - one.memoryStallsPerOutput) / 8;
    const manual = eight.manual - one.manual / 8;
    return [version, two(one.cyclesPerOutput / 8), two(more), two(banks), two(more - banks), two(manual)];
  });
  context.print(
    table(["8 cores", "an eighth of 1 core", "on top", "waits for banks", "the rest", "manual: on top"], rows),
  );
  context.print(
    "the rest: fork and barrier, and cores with fewer columns that wait. Of the manual's image only this is known: its\n" +
      "size is not said, nor whether its columns divide by eight.",
  );
}

function drawing(results: readonly Result[], counts: readonly number[]): string {
  const [{ width, height }] = results as (Result & { width: number; height: number })[];
  return comparedBarChart(
    `5x5 convolution of ${width} x ${height} bytes`,
    "cluster cycles per output",
    ["Escapement", "GAP8 manual"],
    VERSIONS.map((version) => ({
      label: version,
      bars: counts.map((count) => {
        const { cyclesPerOutput, manual } = results.find((each) => each.version === version && each.cores === count)!;
        return { label: `${count}`, values: [cyclesPerOutput, manual] as const };
      }),
    })),
    "cores",
  );
}

function size(context: ExampleContext, name: string): number {
  const text = context.option(name) ?? "100";
  if (!/^\d{1,4}$/.test(text)) throw new UsageError(`Cannot use --${name} ${text}: it has to be a number of pixels`);
  return Number(text);
}

function coreCounts(context: ExampleContext): readonly number[] {
  const text = context.option("cores") ?? MANUAL_CORES.join(",");
  const counts = text.split(",").map(Number);
  if (!counts.every((count) => MANUAL_CORES.includes(count))) {
    throw new UsageError(`Cannot use --cores ${text}: it has to be a list of ${MANUAL_CORES.join(", ")}`);
  }
  return [...new Set(counts)];
}

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
