/**
 * `task example tiles`: a picture goes through cluster L1 in tiles, with and without the DMA behind the cores.
 * @module
 */
import { type Example, runExample, UsageError } from "../cli/example_runner.ts";
import { table } from "../cli/tables.ts";
import { Gap8System } from "../runtime/gap8/mod.ts";
import { MOST_TILE_BYTES, TILE_GRAIN, tilesProgram, type TilesRow } from "./firmware/tiles.ts";

/** L2 holds input and output. */
const MOST_BYTES = 192 * 1024;

/** The example. */
export const example: Example = {
  name: "tiles",
  summary: "a picture in tiles through cluster L1: the DMA behind eight cores, double-buffered, and not",
  options: [
    { name: "tile", value: "BYTES", description: `bytes of a tile, a multiple of ${TILE_GRAIN} (default 4096)` },
    { name: "tiles", value: "N", description: "number of tiles (default 16)" },
  ],
  run(context) {
    const number = (name: string, fallback: number, most: number, step: number) => {
      const text = context.option(name);
      const value = text === undefined ? fallback : Number(text);
      if (Number.isInteger(value) && value > 0 && value <= most && value % step === 0) return value;
      throw new UsageError(
        `Cannot use --${name} ${text}: it has to be a whole number up to ${most}${
          step > 1 ? `, a multiple of ${step}` : ""
        }`,
      );
    };
    const tileBytes = number("tile", 4096, MOST_TILE_BYTES, TILE_GRAIN);
    const tiles = number("tiles", 16, Math.floor(MOST_BYTES / tileBytes), 1);
    const system = new Gap8System();
    context.observe(system.sim);
    system.gap8.stdout.onLine((line) => context.print(line));
    const rows: TilesRow[] = [];
    const report = system.run(tilesProgram(system, { tileBytes, tiles }, rows));
    const bytes = tileBytes * tiles;
    context.print(
      "\n" + table(
        ["DMA", "cycles", "B/cycle", "in the kernel", "waiting for DMA", "DMA busy", "bytes right"],
        rows.map((row) => [
          row.overlap ? "behind the cores" : "before and after",
          row.cycles,
          (bytes / row.cycles).toFixed(2),
          row.computeCycles,
          row.waitCycles,
          row.dmaCycles,
          row.correct ? "all" : "NOT all",
        ]),
      ),
    );
    context.print(`double-buffered it takes ${(100 * rows[1].cycles / rows[0].cycles).toFixed(0)} % of the cycles`);
    return { ...report, ok: report.exitCode === 0, result: { tileBytes, tiles, rows } };
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
