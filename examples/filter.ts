/**
 * `task example filter`: a 5x5 filter over a picture on 1, 2, 4 and 8 cores.
 * @module
 */
import { fromFileUrl } from "@std/path";
import { encode } from "npm:fast-png@8.0.0";
import { barChart } from "../cli/chart.ts";
import { type Example, type ExampleContext, runExample, UsageError } from "../cli/example_runner.ts";
import { PgmError, readPgm } from "../cli/pgm.ts";
import { bar, table } from "../cli/tables.ts";
import type { Gap8System } from "../runtime/gap8/mod.ts";
import { filter, type FilterResult, type Kernel, kernels, type Picture, PictureError } from "./firmware/filter.ts";

const OWN_PICTURE = fromFileUrl(new URL("./assets/escapement.pgm", import.meta.url));

/** Pixels on which fewer than eight cores are timed with --quick. */
const QUICK_PIXELS = 6000;

/** The example. */
export const example: Example = {
  name: "filter",
  summary: "a 5x5 filter over a PGM picture on 1, 2, 4 and 8 cores, checked pixel for pixel",
  options: [
    { name: "image", value: "FILE.pgm", description: "picture to filter (default: one of our own making)" },
    { name: "kernel", value: "NAME", description: `${Object.keys(kernels).join(", ")} (default edges)` },
    { name: "out", value: "FILE.png", description: "filtered picture (default out/filtered.png)" },
    { name: "quick", description: "time 1, 2 and 4 cores on the first rows only" },
    { name: "chart", value: "FILE.svg", description: "bar chart (default out/filter.svg)" },
  ],
  run(context) {
    const name = context.option("kernel") ?? "edges";
    if (!Object.hasOwn(kernels, name)) {
      throw new UsageError(`Cannot use kernel ${name}: there are ${Object.keys(kernels).join(", ")}`);
    }
    const kernel = kernels[name];
    const picture = load(context.option("image") ?? OWN_PICTURE);
    const { rows, output, timedRows, report } = simulate(picture, kernel, context);
    const out = context.option("out") ?? "out/filtered.png";
    const chart = context.option("chart") ?? "out/filter.svg";
    context.save(out, encode({ width: output.width, height: output.height, data: output.pixels, channels: 1 }));
    context.save(
      chart,
      barChart(
        `5x5 filter (${kernel.description}), ${picture.width} x ${picture.height}`,
        "cluster cycles per pixel",
        rows.map((row) => ({ label: `${row.cores} core${row.cores === 1 ? "" : "s"}`, value: row.cyclesPerPixel })),
      ),
    );
    const slowest = rows[0].cyclesPerPixel;
    context.print(
      "\n" + table(
        ["cores", "cycles per pixel", "speed-up", "", "pixels right"],
        rows.map(({ cores, cyclesPerPixel, correct }) => [
          cores,
          cyclesPerPixel.toFixed(2),
          (slowest / cyclesPerPixel).toFixed(2),
          bar(cyclesPerPixel, slowest, 30),
          correct ? "all" : "NOT all",
        ]),
      ),
    );
    if (timedRows < picture.height) {
      context.print(
        `1, 2 and 4 cores: timed and checked on the first ${timedRows} of ${picture.height} rows; 8 cores: on all of them`,
      );
    }
    context.print(`${kernel.description} written to ${out}, bar chart to ${chart}`);
    return { ...report, ok: rows.every((row) => row.correct), result: { rows } };
  },
};

function simulate(picture: Picture, kernel: Kernel, context: ExampleContext): FilterResult {
  const prepare = (system: Gap8System) => {
    context.observe(system.sim);
    system.gap8.stdout.onLine((line) => context.print(line));
  };
  try {
    return filter(picture, kernel, prepare, context.option("quick") === "true" ? QUICK_PIXELS : undefined);
  } catch (error) {
    if (error instanceof PictureError) throw new UsageError(error.message);
    throw error;
  }
}

function load(path: string): Picture {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${(error as Error).message}`);
  }
  try {
    return readPgm(bytes, path);
  } catch (error) {
    if (error instanceof PgmError) throw new UsageError(error.message);
    throw error;
  }
}

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
