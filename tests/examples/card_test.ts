import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Example, ExampleOutcome } from "../../cli/example_runner.ts";
import { example as ertMatmul } from "../../examples/ert_matmul.ts";
import { example as kernelStreams } from "../../examples/kernel_streams.ts";
import { example as memoryUsage } from "../../examples/memory_usage.ts";
import { example as powerRecorder } from "../../examples/power_recorder.ts";
import { example as vectorAddition } from "../../examples/vector_addition.ts";
import type { Hazard } from "../../runtime/pynq/mod.ts";

/** Runs an example; what it prints and the files that it would write. */
async function run(
  example: Example,
  options: Record<string, string> = {},
): Promise<{ outcome: ExampleOutcome; printed: string; files: Map<string, string | Uint8Array> }> {
  const lines: string[] = [], files = new Map<string, string | Uint8Array>();
  const outcome = await example.run({
    option: (name) => options[name],
    observe: () => {},
    quiet: false,
    print: (text) => void lines.push(text),
    save: (path, content) => void files.set(path, content),
  });
  return { outcome, printed: lines.join("\n"), files };
}

/** Hazards of a kind, as `vadd(0,0) mmult(0,1)#1`, sorted. */
function pairs(hazards: readonly Hazard[], kind: Hazard["kind"]): string[] {
  return hazards.filter((hazard) => hazard.kind === kind).map(({ first, second }) => `${first} ${second}`).sort();
}

Deno.test("example ert-matmul tells what the notebook's cells take and compute, and what is wrong with them", async () => {
  const { outcome, printed, files } = await run(ertMatmul, { quick: "true" });
  assertEquals([outcome.ok, outcome.exitCode, Object.keys(outcome.cycles)], [true, 0, ["kernel", "ert", "host"]]);
  const result = outcome.result as Record<string, unknown> & {
    hazards: Record<"call" | "seed" | "fixed", readonly Hazard[]>;
  };
  const { callMs, ertMs, fixedErtMs, mmultMs, reductionPercent } = result as unknown as Record<string, number>;
  assert(Math.abs(callMs / 33.9 - 1) < 0.01, `call: ${callMs} ms`);
  assert(Math.abs(ertMs / 28.7 - 1) < 0.01, `scheduler: ${ertMs} ms`);
  // The notebook's own deviation is 21.1 us: the times of the two cells cannot be told apart.
  assert(Math.abs(ertMs - fixedErtMs) < 0.0211, `as printed ${ertMs} ms, corrected ${fixedErtMs} ms`);
  assert(Math.abs(reductionPercent - 15) < 1 && mmultMs > 3.3 && mmultMs < 3.6);
  assertEquals(
    [result.callCorrect, result.seedErtCorrectTiles, result.fixedErtCorrect, result.staleCopyLooksRight],
    [true, 2, true, true],
  );
  assertEquals((result.warnings as string[]).length, 3);

  const { call, seed, fixed } = result.hazards;
  assertEquals(call, []);
  assertEquals(pairs(seed, "write-after-read"), [
    "vadd(0,0) mmult(0,1)#1",
    "vadd(0,0) mmult(0,1)#2",
    "vadd(0,0) mmult(1,0)#1",
    "vadd(0,0) mmult(1,0)#2",
    "vadd(0,0) mmult(1,1)#1",
    "vadd(0,0) mmult(1,1)#2",
    "vadd(1,0) mmult(1,1)#1",
    "vadd(1,0) mmult(1,1)#2",
  ]);
  const unwritten = seed.filter(({ kind }) => kind === "uninitialised-read");
  assertEquals(unwritten.map(({ second, offsetBytes }) => [second, offsetBytes / 2 ** 20]), [
    ["vadd(0,1)", 2],
    ["vadd(0,1)", 3],
    ["vadd(1,1)", 2],
    ["vadd(1,1)", 3],
  ]);
  const dead = seed.filter(({ kind }) => kind === "dead-write");
  assertEquals(dead.map(({ first }) => first).sort(), ["mmult(0,1)#1", "mmult(0,1)#2", "mmult(1,1)#1", "mmult(1,1)#2"]);
  assertEquals(seed.length, 8 + 4 + 4);
  assertEquals(pairs(fixed, "write-after-read"), [
    "vadd(0,0) mmult(1,0)#1",
    "vadd(0,0) mmult(1,0)#2",
    "vadd(0,1) mmult(1,1)#1",
    "vadd(0,1) mmult(1,1)#2",
  ]);
  assertEquals(fixed.length, 4);
  // The first write into what vadd(0,0) reads comes a good half of a product later; in the corrected loop, 2.5 products.
  const lead = (hazards: readonly Hazard[]) => Math.min(...hazards.flatMap(({ leadMs }) => leadMs ?? []));
  assert(Math.abs(lead(seed) - 1.67) < 0.03 && Math.abs(lead(fixed) - 8.4) < 0.1, `${lead(seed)}, ${lead(fixed)} ms`);

  assertStringIncludes(printed, "As printed, the cell computes 2 of 4 tiles");
  assertStringIncludes(printed, "is calibrated");
  const svg = String(files.get("out/ert-matmul.svg"));
  for (
    const label of ["mmult(1,1)#2", "vadd(0,0)", "waits for vadd(1,1)", "link: interrupts", "scheduler, corrected"]
  ) {
    assertStringIncludes(svg, label);
  }
  // Made by: task example ert-matmul --quick --out docs/ert-matmul.svg
  assertEquals(svg, await Deno.readTextFile(new URL("../../docs/ert-matmul.svg", import.meta.url)));
});

Deno.test("example kernel-streams shows the stream, the product, and both sides of the deadlock", async () => {
  const { outcome, printed } = await run(kernelStreams);
  assertEquals([outcome.ok, outcome.result.correct], [true, true]);
  const deadlock = String(outcome.result.deadlock);
  for (
    const part of ["krnl_stream_vadd_1 is in run 1", "krnl_stream_vmult_1.in2", "krnl_stream_vmult_1, at the other"]
  ) {
    assertStringIncludes(deadlock, part);
  }
  assertStringIncludes(printed, deadlock);
});

Deno.test("example memory-usage goes through the notebook's numbers", async () => {
  const { outcome } = await run(memoryUsage);
  const { before, allocated, referenced, freed } = outcome.result;
  assertEquals([before, allocated, referenced, freed], [0, 4194304, 4194304, 0]);
  const seeds = [outcome, (await run(memoryUsage, { seed: "2" })).outcome].map(({ result }) => result.freshOnCard);
  assert(seeds[0] !== seeds[1] && seeds[0] !== 0, "card memory comes up with a pattern of the seed");
});

Deno.test("example power-recorder sees the kernel in the power, and its time", async () => {
  const { outcome } = await run(powerRecorder);
  const [idle, busy, after] = outcome.result.phases as { samples: number; board: number; core: number }[];
  assert(outcome.ok && idle.samples > 5 && busy.samples > 5 && after.samples > 5);
  assert(busy.core > 1.2 * idle.core && Math.abs(after.core - idle.core) < 0.1);
  assert(Math.abs(Number(outcome.result.meanMs) / 3.56 - 1) < 0.06);
});

Deno.test("example vector-addition adds, and says how far its time is from the notebook's", async () => {
  const { outcome, printed } = await run(vectorAddition);
  assertEquals(outcome.ok, true);
  assertStringIncludes(printed, "SUCCESS!");
  // One port carries two reads an element, and waits at the seams of its blocks.
  const cycles = Number(outcome.result.kernelMs) * 300_000 / 2 ** 20;
  assert(cycles > 2 && cycles < 2.3, `${cycles} cycles an element`);
  // What the notebook's time leaves for its kernel: 17.5 ms less what is not the kernel here.
  const left = 17.5 - (Number(outcome.result.meanMs) - Number(outcome.result.kernelMs));
  assertStringIncludes(printed, `theirs has ${left.toFixed(1)} ms for the kernel`);
});
