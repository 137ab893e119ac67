/**
 * `task example kernel-streams`: a stream from one kernel to another, and the deadlock of calling instead of starting.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { DeadlockError } from "../sim/mod.ts";
import { notebookMachine } from "./card/designs.ts";
import { kernelStreams } from "./card/kernel_programs.ts";
import { outcomeOf } from "./card/outcome.ts";

/** The example. */
export const example: Example = {
  name: "kernel-streams",
  summary:
    "PYNQ's notebook on streams: a producer that is started, a consumer that is called; and the deadlock otherwise",
  options: [],
  run(context) {
    const seed = Number(context.option("seed") ?? 1);
    const machine = notebookMachine({ seed });
    context.observe(machine.sim);
    const { signatures, stream, started } = kernelStreams(machine, seed, false);
    context.print(signatures.join("\n"));
    context.print(`stream from ${stream.source} to ${stream.sink}`);
    context.print(`vadd.start, vmult.call: ${started.meanMs.toFixed(3)} ms, ${started.correct ? "right" : "WRONG"}`);
    const deadlock = reportDeadlock(seed);
    context.print(
      `\nvadd.call instead of vadd.start never ends, because nobody takes the sums out of the stream:\n${deadlock}`,
    );
    const named = deadlock.includes("krnl_stream_vadd_1") && deadlock.includes("krnl_stream_vmult_1");
    return outcomeOf(machine, started.correct && named, { signatures, stream, ...started, deadlock });
  },
};

/** What the simulation says when the producer is called. */
function reportDeadlock(seed: number): string {
  try {
    kernelStreams(notebookMachine({ seed }), seed, true);
  } catch (error) {
    if (error instanceof DeadlockError) return error.message;
    throw error;
  }
  return "";
}

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
