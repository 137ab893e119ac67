/**
 * `task demo`: the tour. Hello world on a simulated GAP8, a filter over a picture, a matrix product on an accelerator
 * card; traces and pictures go to out/.
 * @module
 */
import { runExample } from "./example_runner.ts";
import { examples } from "./examples.ts";

const TOUR: readonly (readonly [title: string, name: string, args: readonly string[]])[] = [
  ["Hello world on GAP8: a fabric controller and a cluster of eight cores", "hello", [
    "--trace",
    "out/hello.json",
    "--vcd",
    "out/hello.vcd",
    "--hash",
  ]],
  ["A 5x5 filter over a picture, every load and multiply on the pipeline model", "filter", [
    "--quick",
    "--trace",
    "out/filter.json",
  ]],
  ["An accelerator card: PYNQ's scheduling notebook, its two timings, and what it never checked", "ert-matmul", [
    "--quick",
    "--trace",
    "out/ert-matmul.json",
  ]],
];

for (const [title, name, args] of TOUR) {
  console.log(`\n== ${title}\n   task example ${name} ${args.join(" ")}\n`);
  const status = await runExample((await examples[name]()).example, args);
  if (status !== 0) Deno.exit(status);
}
console.log(`
Written: out/hello.json, out/filter.json and out/ert-matmul.json (open them at https://ui.perfetto.dev: a track per core,
per kernel), out/hello.vcd (GTKWave), out/filtered.png, out/filter.svg, out/ert-matmul.svg.
More: task example, task test, task bench; README.md says what is what.`);
