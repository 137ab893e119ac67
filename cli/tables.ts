/**
 * Tables and bars for the terminal.
 * @module
 */
import Table from "npm:cli-table3@0.6.5";
import type { CoreReport } from "../runtime/gap8/mod.ts";
import { formatTime } from "../sim/mod.ts";

/** A table with right-aligned numbers; an empty cell or `-` may stand where there is none. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numeric = head.map((_, column) => rows.every((row) => /^([-+~]?[\d.,]+( ?%)?|-?)$/.test(String(row[column]))));
  const drawn = new Table({
    head: [...head],
    colAligns: numeric.map((right) => right ? "right" : "left"),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) drawn.push(row.map(String));
  return drawn.toString();
}

/** A bar of at most `width` characters. */
export function bar(value: number, most: number, width: number = 40): string {
  const eighths = Math.round(8 * width * value / most);
  return "█".repeat(Math.floor(eighths / 8)) + ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
}

/** How each core spent its cycles, and what each clock did. */
export function coreTable(
  cores: readonly CoreReport[],
  cycles: Readonly<Record<string, number>>,
  simulatedPs: number,
): string {
  const rows = cores.map((core) => {
    const total = core.active + core.stalled + core.asleep;
    const part = (value: number) => total === 0 ? "-" : `${(100 * value / total).toFixed(1)} %`;
    const { loadUse, jump, compute, memory } = core.stalls;
    return [core.name, core.active, core.stalled, core.asleep, part(core.active), loadUse, jump + compute, memory];
  });
  const clocks = Object.entries(cycles).map(([name, count]) => `${name} ${count} cycles`).join(", ");
  return `\n${
    table(
      ["core", "active", "stalled", "asleep", "busy", "stalls: load use", "jump, div", "memory, wake-up"],
      rows,
    )
  }\n${clocks}, ${formatTime(simulatedPs)} simulated`;
}
