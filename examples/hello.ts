/**
 * `task example hello`: every core of a simulated GAP8 says hello.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { Gap8System } from "../runtime/gap8/mod.ts";
import { main } from "./firmware/hello.ts";

/** The example. */
export const example: Example = {
  name: "hello",
  summary: "the SDK's hello world: fabric controller, cluster call, fork on eight cores, events",
  options: [],
  run(context) {
    const system = new Gap8System();
    context.observe(system.sim);
    system.gap8.stdout.onLine((line) => context.print(line));
    const report = system.run(main);
    return { ...report, ok: report.exitCode === 0, result: { cores: report.cores } };
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
