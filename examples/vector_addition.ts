/**
 * `task example vector-addition`: PYNQ's first notebook for Alveo.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { comparisonTable } from "./card/comparison.ts";
import { notebookMachine } from "./card/designs.ts";
import { vectorAddition } from "./card/kernel_programs.ts";
import { outcomeOf } from "./card/outcome.ts";

const SOURCE = "Alveo-PYNQ ffc5317, 1_introduction/1-vector-addition";

/** The example. */
export const example: Example = {
  name: "vector-addition",
  summary: "PYNQ's first Alveo notebook: buffers to the card, a sum of 2^20 words, the result back",
  options: [],
  run(context) {
    const seed = Number(context.option("seed") ?? 1);
    const machine = notebookMachine({ seed });
    context.observe(machine.sim);
    const { meanMs, correct } = vectorAddition(machine, seed);
    const rows = [{ what: "both inputs, kernel, output", unit: "ms", theirs: 17.5, ours: meanMs, source: SOURCE }];
    context.print(comparisonTable(rows));
    context.print(
      `${
        correct ? "SUCCESS!" : "The sums are WRONG."
      }\nOurs is faster because the model reads and writes whole bursts in its ` +
        "second loop; what the compiler of 2019 made\nof it takes some 4.3 cycles an element. No number was fitted to hide that.",
    );
    return outcomeOf(machine, correct, { meanMs, correct, published: rows });
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
