/**
 * `task example performance`: the SDK's example of performance counters.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { table } from "../cli/tables.ts";
import { Gap8System } from "../runtime/gap8/mod.ts";
import { CHIP_EVENTS, type Counters, performanceProgram } from "./firmware/performance.ts";

/** The example. */
export const example: Example = {
  name: "performance",
  summary: "the SDK's example of performance counters: cycles, instructions, and where the cycles of core 0 go",
  options: [{ name: "chip", description: "one counter for each core, as on the chip, beside the timer" }],
  run(context) {
    const chip = context.option("chip") === "true";
    const system = new Gap8System(chip ? { coreCounters: 1 } : {});
    context.observe(system.sim);
    system.gap8.stdout.onLine((line) => context.print(line));
    const counters: Counters = {};
    const report = system.run(performanceProgram(counters, chip ? CHIP_EVENTS : undefined));
    context.print("\n" + table(["counter of core 0, 20 lines", "value"], Object.entries(counters)));
    return { ...report, ok: report.exitCode === 0, result: { counters } };
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
