/**
 * Times that PYNQ's notebooks print, beside ours.
 * @module
 */
import { notebookMachine } from "../card/designs.ts";
import { notebookMachine as schedulingMachine, runNotebook } from "../card/ert_matmul_program.ts";
import { kernelOptimizations, vectorAddition } from "../card/kernel_programs.ts";
import { compareOptimizations } from "../kernel_optimizations.ts";
import { compareVectorAddition } from "../vector_addition.ts";
import type { ValidationRow, ValidationTable } from "./section.ts";

/** Of the inputs; no time depends on it. */
const SEED = 1;

/** The notebooks' times. */
export function notebookTable(): ValidationTable {
  return {
    title: "PYNQ's notebooks for Alveo",
    introduction: "What `task example` prints for each of them: ert-matmul, power-recorder, kernel-optimizations, " +
      "vector-addition.",
    rows: [
      ...scheduling(),
      ...compareOptimizations(kernelOptimizations(notebookMachine({ seed: SEED }), SEED)),
      ...compareVectorAddition(vectorAddition(notebookMachine({ seed: SEED }), SEED)),
    ],
  };
}

function scheduling(): ValidationRow[] {
  const { call, seed, mmultMs } = runNotebook(schedulingMachine(SEED), SEED, { quick: true });
  const source = 'PYNQ documentation, "Using the Embedded Scheduler"';
  const row = (what: string, theirs: number, ours: number, source: string, explanation: string): ValidationRow => ({
    what,
    unit: "ms",
    theirs,
    ours,
    source,
    explanation,
  });
  return [
    row("tiled product, call", 33.9, call.time.meanMs, source, "calibrated: the kernels' clock, 1400/9 MHz"),
    row("tiled product, scheduler", 28.7, seed.time.meanMs, source, "the same clock; all but the last vadd overlaps"),
    row(
      "mmult.call alone",
      3.56,
      mmultMs,
      "Alveo-PYNQ ffc5317, 2-power-measurement",
      "another notebook, maybe another card, with a sampling thread beside it",
    ),
  ];
}
