/**
 * `task example dma`: the SDK's DMA example, and how long each part takes.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { table } from "../cli/tables.ts";
import { Gap8System } from "../runtime/gap8/mod.ts";
import { type DmaCycles, dmaProgram } from "./firmware/dma.ts";

const BYTES = 2048;

/** The example. */
export const example: Example = {
  name: "dma",
  summary: "the SDK's DMA example: L2 to L1, eight cores multiply, L1 to L2",
  options: [],
  run(context) {
    const system = new Gap8System();
    context.observe(system.sim);
    system.gap8.stdout.onLine((line) => context.print(line));
    const cycles: DmaCycles = { in: 0, work: 0, out: 0 };
    const report = system.run(dmaProgram(system, cycles));
    const rows = [
      { part: "L2 to L1", cycles: cycles.in, bytesPerCycle: BYTES / cycles.in },
      { part: "eight cores", cycles: cycles.work, bytesPerCycle: BYTES / cycles.work },
      { part: "L1 to L2", cycles: cycles.out, bytesPerCycle: BYTES / cycles.out },
    ];
    context.print(
      "\n" +
        table(["part", "cycles", "B/cycle"], rows.map((row) => [row.part, row.cycles, row.bytesPerCycle.toFixed(2)])),
    );
    const { transfers, bytesIn, bytesOut } = system.gap8.clusterDma;
    return {
      ...report,
      ok: report.exitCode === 0,
      result: { rows, transfers: transfers.value, bytesIn: bytesIn.value, bytesOut: bytesOut.value },
    };
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
