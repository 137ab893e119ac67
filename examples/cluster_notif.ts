/**
 * `task example cluster-notif`: the SDK's example of notifications.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { table } from "../cli/tables.ts";
import { Gap8System } from "../runtime/gap8/mod.ts";
import { notifProgram, type Wakeup } from "./firmware/cluster_notif.ts";

/** The example. */
export const example: Example = {
  name: "cluster-notif",
  summary: "the SDK's example of notifications: the fabric controller wakes two cores, then all",
  options: [],
  run(context) {
    const system = new Gap8System();
    context.observe(system.sim);
    system.gap8.stdout.onLine((line) => context.print(line));
    const wakeups: Wakeup[] = [];
    const report = system.run(notifProgram(wakeups));
    const first = wakeups[0].cycle;
    context.print(
      "\n" +
        table(["core", "went on, cycles after the first"], wakeups.map(({ core, cycle }) => [core, cycle - first])),
    );
    return { ...report, ok: report.exitCode === 0, result: { wakeups } };
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
