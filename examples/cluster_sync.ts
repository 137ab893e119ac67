/**
 * `task example cluster-sync`: the SDK's mutex and barrier example.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { Gap8System } from "../runtime/gap8/mod.ts";
import { syncProgram } from "./firmware/cluster_sync.ts";

/** The example. */
export const example: Example = {
  name: "cluster-sync",
  summary: "the SDK's example of synchronisation: a mutex and a barrier on eight cores",
  options: [{ name: "race", description: "leave the mutex out, and see increments get lost" }],
  run(context) {
    const system = new Gap8System();
    context.observe(system.sim);
    system.gap8.stdout.onLine((line) => context.print(line));
    const report = system.run(syncProgram(context.option("race") !== "true"));
    const asleep = report.cores.slice(1).map((core) => core.asleep);
    return { ...report, ok: report.exitCode === 0, result: { asleepCycles: asleep } };
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
