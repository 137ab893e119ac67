/**
 * What examples on the card report alike.
 * @module
 */
import type { ExampleOutcome } from "../../cli/example_runner.ts";
import type { Machine } from "../../runtime/pynq/mod.ts";

/** The outcome of a run on a machine: its time and clocks, and the example's own result. */
export function outcomeOf(machine: Machine, ok: boolean, result: Record<string, unknown>): ExampleOutcome {
  const { sim } = machine;
  const clocks: Record<string, number> = { kernel: 0, ert: 0, host: 0 };
  for (const { name, cycles } of sim.clocks) {
    const kind = name.split(".").pop()!;
    clocks[kind] = Math.max(clocks[kind] ?? 0, cycles);
  }
  return { ok, exitCode: ok ? 0 : 1, simulatedPs: sim.now, cycles: clocks, console: [], result };
}
