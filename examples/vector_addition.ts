/**
 * `task example vector-addition`: PYNQ's first notebook for Alveo.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { notebookMachine } from "./card/designs.ts";
import { type VectorAddition, vectorAddition } from "./card/kernel_programs.ts";
import { outcomeOf } from "./card/outcome.ts";
import { comparisonTable } from "./validation/comparison.ts";
import type { ValidationRow } from "./validation/section.ts";

/** What the notebook printed, in ms (Alveo-PYNQ ffc5317, 1-vector-addition). */
const PUBLISHED_MS = 17.5;

/** Why the two differ, with what is left of the notebook's time for its kernel. */
function difference({ meanMs, kernelMs, elements }: VectorAddition): string {
  const leftMs = PUBLISHED_MS - (meanMs - kernelMs);
  const cycles = (milliseconds: number) => (milliseconds * 300_000 / elements).toFixed(1);
  return `less our transfers and call, theirs has ${leftMs.toFixed(1)} ms for the kernel: ${
    cycles(leftMs)
  } cycles an ` +
    `element if its clock is 300 MHz; ours takes ${cycles(kernelMs)}, as it reads and ` +
    "writes whole bursts";
}

/** Our figure beside the notebook's. */
export function compareVectorAddition(measured: VectorAddition): ValidationRow[] {
  return [{
    what: "vadd, 32-bit port, with transfers",
    unit: "ms",
    theirs: PUBLISHED_MS,
    ours: measured.meanMs,
    source: "Alveo-PYNQ ffc5317, 1-vector-addition",
    explanation: difference(measured),
  }];
}

/** The example. */
export const example: Example = {
  name: "vector-addition",
  summary: "PYNQ's first Alveo notebook: buffers to the card, a sum of 2^20 words, the result back",
  options: [],
  run(context) {
    const seed = Number(context.option("seed") ?? 1);
    const machine = notebookMachine({ seed });
    context.observe(machine.sim);
    const measured = vectorAddition(machine, seed);
    const { meanMs, correct, kernelMs } = measured;
    const rows = compareVectorAddition(measured);
    context.print(comparisonTable(rows));
    context.print(
      `${correct ? "SUCCESS!" : "The sums are WRONG."}\nWhy ours is faster: ${
        difference(measured)
      }. No number was fitted to hide that.`,
    );
    return outcomeOf(machine, correct, { meanMs, kernelMs, correct, published: rows });
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
