/**
 * `task example vectors`: the loops of the GAP8 manual's vector chapter, byte by byte and with vectors.
 * @module
 */
import { type Example, type ExampleContext, runExample } from "../cli/example_runner.ts";
import { speedscope } from "../cli/speedscope.ts";
import { table } from "../cli/tables.ts";
import { type Listing, listings, runListingAssembly, runListings, type VectorRow } from "./firmware/vectors.ts";
import { kernelRun, PROFILE_OPTION } from "./kernel_profile.ts";

/** The example. */
export const example: Example = {
  name: "vectors",
  summary: "the loops of the manual's vector chapter, scalar and vectorised, beside the listings it prints",
  options: [PROFILE_OPTION],
  run(context) {
    const all = listings(Number(context.option("seed") ?? 1));
    const { rows, report } = runListings(all, (system) => context.observe(system.sim));
    const assembled = all.flatMap((listing) =>
      (["scalar", "vectors"] as const).map((version) => runListingAssembly(listing, version, "fetch128"))
    );
    const results = rows.map((firmware, n) => resultOf(all, firmware, assembled[n].row));
    print(results, all, context);
    const ok = results.every(({ correct }) => correct);
    context.print(ok ? "all results equal plain TypeScript's\n" : "NOT all results equal plain TypeScript's\n");
    const file = context.option("profile");
    if (file !== undefined) context.save(file, speedscope("vectors", assembled.map(({ run }) => kernelRun(run))));
    return { ...report, ok, result: { rows: results } };
  },
};

interface Result extends VectorRow {
  /** The same in assembly, with GAP8's fetch. */
  readonly assembly: { readonly instructions: number; readonly cycles: number };
  /** What the manual's listing implies. */
  readonly listingCost?: { readonly instructions: number; readonly cycles: number };
}

function resultOf(all: readonly Listing[], firmware: VectorRow, assembly: VectorRow): Result {
  const { listing } = all.find(({ name }) => name === firmware.listing)!;
  const { instructions, cycles } = assembly;
  const shown = firmware.version === "vectors" ? listing : undefined;
  return {
    ...firmware,
    correct: firmware.correct && assembly.correct,
    assembly: { instructions, cycles },
    ...shown === undefined ? {} : {
      listingCost: {
        instructions: shown.instructions,
        cycles: shown.instructions + shown.loadUses + shown.jumps,
      },
    },
  };
}

function print(results: readonly Result[], all: readonly Listing[], context: ExampleContext): void {
  const rows = results.map((row) => {
    const { listing, version, elements, instructions, cycles, stalls, assembly, listingCost } = row;
    const scalar = results.find((other) => other.listing === listing && other.version === "scalar")!;
    return [
      version === "scalar" ? all.find(({ name }) => name === listing)!.description : "",
      version,
      instructions,
      cycles,
      stalls["load-use"] ?? 0,
      assembly.cycles,
      listingCost?.instructions ?? "",
      listingCost?.cycles ?? "",
      (cycles / elements).toFixed(2),
      version === "scalar" ? "" : (scalar.cycles / cycles).toFixed(2),
    ];
  });
  const head = [
    "loop",
    "",
    "instr.",
    "cycles",
    "load use",
    "asm cycles",
    "manual instr.",
    "manual cycles",
    "per byte",
    "faster",
  ];
  context.print("\n" + table(head, rows));
  context.print(
    `instr., cycles: generator firmware on core 0 of the cluster, ideal fetch, from the first instruction to the return.
asm cycles: the same instructions on the cycle-exact pipeline with GAP8's 128-bit fetch; a cycle more is a fetch.
manual: counted from the code that the manual prints: a cycle for each instruction, for each use of a word that the
instruction before it loads, and for the return. It prints the vector form of three loops; the first stands there as
"sum of product", which it is not, so a real one is added. Of the search it says that vectors divide the time by 3.`,
  );
}

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
