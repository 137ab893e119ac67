/**
 * `task example memory-usage`: buffers, references to them, and memory in use.
 * @module
 */
import { table } from "../cli/tables.ts";
import { type Example, runExample } from "../cli/example_runner.ts";
import { notebookMachine } from "./card/designs.ts";
import { memoryUsage } from "./card/kernel_programs.ts";
import { outcomeOf } from "./card/outcome.ts";

/** What the notebook shows, in bytes (Alveo-PYNQ ffc5317, 2_kernel_optimization/3-memories-and-streams). */
const PUBLISHED = { before: 0, allocated: 4194304, referenced: 4194304, freed: 0 } as const;

/** The example. */
export const example: Example = {
  name: "memory-usage",
  summary: "PYNQ's notebook on memories: mem_used as buffers come and go, and what a fresh buffer holds",
  options: [],
  run(context) {
    const machine = notebookMachine({ seed: Number(context.option("seed") ?? 1) });
    context.observe(machine.sim);
    const usage = memoryUsage(machine);
    const steps = [
      ["nothing allocated", PUBLISHED.before, usage.before],
      ["1024 x 1024 words allocated", PUBLISHED.allocated, usage.allocated],
      ["a reference is left (del)", PUBLISHED.referenced, usage.referenced],
      ["given back (%xdel, free)", PUBLISHED.freed, usage.freed],
    ] as const;
    context.print(table(["bank1.mem_used", "published", "ours"], steps));
    context.print(
      `A fresh buffer shows ${usage.freshOnHost} on the host. After invalidate() it shows what is on the card, which nobody ` +
        `has written:\n${usage.freshOnCard}, of a pattern that depends on the address and --seed.`,
    );
    const ok = steps.every(([, theirs, ours]) => theirs === ours);
    return outcomeOf(machine, ok, { ...usage, published: PUBLISHED });
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
