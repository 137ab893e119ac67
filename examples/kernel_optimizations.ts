/**
 * `task example kernel-optimizations`: wide memory ports, several banks, transfers while a kernel runs.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { comparisonTable } from "./validation/comparison.ts";
import type { ValidationRow } from "./validation/section.ts";
import { notebookMachine } from "./card/designs.ts";
import { kernelOptimizations, type Optimizations } from "./card/kernel_programs.ts";
import { outcomeOf } from "./card/outcome.ts";

const SOURCE = "Alveo-PYNQ ffc5317, 1-kernel-optimizations";

/** Our figures beside the notebook's. */
export function compareOptimizations(measured: Optimizations): ValidationRow[] {
  const row = (what: string, unit: string, theirs: number, ours: number, explanation: string): ValidationRow => ({
    what,
    unit,
    theirs,
    ours,
    source: SOURCE,
    explanation,
  });
  const { oneBank, threeBanks, serial, overlapped } = measured;
  const transfers = "transfers at the rate of one DMA channel, which is calibrated with this notebook";
  return [
    row("vadd_wide, one bank, alone", "us", 748, 1000 * measured.oneBankCallMs, "three ports share a bank"),
    row(
      "vadd_wide, three banks, alone",
      "us",
      299,
      1000 * measured.threeBanksCallMs,
      "memory needs 233 us for it; theirs has 66 us beside that, ours 19: a slower call in Python, or slower memory",
    ),
    row("vadd_wide, one bank, with transfers", "ms", 3.17, oneBank.meanMs, transfers),
    row("vadd_wide, three banks, with transfers", "ms", 2.52, threeBanks.meanMs, transfers),
    row(
      "ten slices, one after the other",
      "ms",
      26,
      serial.meanMs,
      "ten times the line above; theirs is a little more",
    ),
    row("ten slices, overlapped", "ms", 23, overlapped.meanMs, "the kernel disappears behind the transfers"),
    row(
      "gain by overlapping",
      "%",
      100 * (1 - 23 / 26),
      100 * (1 - overlapped.meanMs / serial.meanMs),
      "of the two lines above",
    ),
  ];
}

/** The example. */
export const example: Example = {
  name: "kernel-optimizations",
  summary: "PYNQ's notebook on kernels: 512-bit ports, one bank or three, transfers while the kernel runs",
  options: [],
  run(context) {
    const seed = Number(context.option("seed") ?? 1);
    const machine = notebookMachine({ seed });
    context.observe(machine.sim);
    const measured = kernelOptimizations(machine, seed);
    const rows = compareOptimizations(measured);
    const correct = [measured.oneBank, measured.threeBanks, measured.serial, measured.overlapped].every((m) =>
      m.correct
    );
    context.print(comparisonTable(rows));
    context.print(
      `results ${
        correct ? "right" : "WRONG"
      }\nThe kernels' times come from memory bandwidth and the bus's width. What a page costs a DMA channel is calibrated ` +
        "with\nthe rows of one and of three banks; the ten slices follow from it.",
    );
    return outcomeOf(machine, correct, { ...measured, published: rows });
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
