/**
 * `task example cluster-alloc`: the SDK's example of memory that the cluster asks the fabric controller for.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { table } from "../cli/tables.ts";
import { Gap8System } from "../runtime/gap8/mod.ts";
import { type AllocatedPair, allocProgram } from "./firmware/cluster_alloc.ts";

/** The example. */
export const example: Example = {
  name: "cluster-alloc",
  summary: "the SDK's example of memory: the cluster asks the fabric controller for L2, ten times",
  options: [],
  run(context) {
    const system = new Gap8System();
    context.observe(system.sim);
    system.gap8.stdout.onLine((line) => context.print(line));
    const rows: AllocatedPair[] = [];
    const report = system.run(allocProgram(rows));
    const hex = (address: number) => `0x${address.toString(16).toUpperCase()}`;
    context.print(
      "\n" + table(
        ["bytes, twice", "first", "second", "cluster cycles"],
        rows.map(({ sizeBytes, addresses: [a, b], cycles }) => [sizeBytes, hex(a), hex(b), cycles]),
      ),
    );
    return { ...report, ok: report.exitCode === 0, result: { rows } };
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
