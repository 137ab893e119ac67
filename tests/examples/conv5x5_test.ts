import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { ConvolutionSizeError, convolve, plainConvolution, someInput } from "../../examples/firmware/conv5x5.ts";
import { placeRange, runAssembly } from "../../examples/firmware/conv5x5_bench.ts";
import { convolutionKernels, type ConvolutionVersion, takeArguments } from "../../examples/firmware/conv5x5_kernels.ts";
import { cyclesOf, MANUAL_CORES, manualCycles, manualListings } from "../../examples/firmware/conv5x5_manual.ts";
import { disassemble } from "../../hw/riscv/isa/disassembler.ts";
import { STALL_NAMES } from "../../hw/riscv/ri5cy/stall.ts";
import { runFirmware } from "../hw/riscv/firmware_bench.ts";

const VERSIONS = Object.keys(convolutionKernels) as ConvolutionVersion[];
const INPUT = 0x1000_0000, WEIGHTS = 0x1000_0400, OUTPUT = 0x1000_0800;

/** A version as generator firmware on a core of its own. */
function kernelCycles(version: ConvolutionVersion, width: number, height: number) {
  const input = someInput(width, height, 3);
  const data = new Uint8Array(4096);
  data.set(new Uint8Array(input.pixels.buffer), 0);
  data.set(new Uint8Array(input.weights.buffer), WEIGHTS - INPUT);
  const job = { input: INPUT, coefficients: WEIGHTS, output: OUTPUT, width, height };
  let start = 0, before = 0;
  const { cycles, instructions, memory } = runFirmware(function* (core) {
    takeArguments(core, job, 0, width - 4);
    start = core.cycle;
    before = core.instructions.value;
    yield* convolutionKernels[version](core);
  }, { data });
  const outputs = (width - 4) * (height - 4);
  const result = new Int8Array(memory.buffer, OUTPUT - INPUT, outputs);
  assertEquals(result, plainConvolution(input), version);
  return { cycles: cycles - start, instructions: instructions - before, outputs };
}

Deno.test("conv5x5 takes the same cycles and instructions as generator firmware and as assembly, and is right", () => {
  for (const version of VERSIONS) {
    for (const [width, height] of [[5, 5], [12, 9], [15, 20]]) {
      const { cycles, instructions, outputs } = kernelCycles(version, width, height);
      const assembled = runAssembly(version, someInput(width, height, 3), "ideal");
      assertEquals([assembled.run.cycles, assembled.run.instructions], [cycles, instructions], version);
      assertEquals([assembled.cyclesPerOutput, assembled.correct], [cycles / outputs, true]);
      const stalls = Object.values(assembled.run.stalls).reduce((sum, each) => sum + each, 0);
      assertEquals(stalls, cycles - instructions);
      assertEquals(runAssembly(version, someInput(width, height, 3), "fetch128").correct, true);
    }
  }
});

Deno.test("conv5x5 takes exactly the cycles of its instructions, stalls and words that cross a word", () => {
  const width = 12, height = 9, columns = width - 4, rows = height - 4;
  const setUp = 5, strip = 3 + 4 + 2, lastStrip = -2, leave = 2;
  const around = 5 + 2; // shift, store, next row, count, branch taken
  const perOutput: Partial<Record<ConvolutionVersion, number>> = {
    initial: 4 + 5 * (2 + 1 + 5 * (3 + 1) + 2) + around,
    unrolled: 8 + 5 * 16 + around,
    vectors: 4 + 5 * 6 + around + 5 * 3 / 4 + 3,
  };
  for (const [version, cycles] of Object.entries(perOutput)) {
    const lastRow = -2 * columns; // its branch is not taken
    assertEquals(
      kernelCycles(version as ConvolutionVersion, width, height).cycles,
      setUp + columns * (strip + rows * cycles) + lastRow + lastStrip + leave,
      version,
    );
  }
});

Deno.test("conv5x5's loops are those of the manual's listings, at their addresses, and take what the listings imply", () => {
  // Columns of every alignment, as often as each other.
  const width = 12, height = 10, outputs = (width - 4) * (height - 4);
  for (const version of VERSIONS) {
    const listing = manualListings[version];
    const { run: { profile } } = runAssembly(version, someInput(width, height, 3), "fetch128");
    const all = [...profile.instructions.values()].map(({ pc, op, count, cycles }) => ({
      pc: pc >>> 0,
      text: disassemble(op.word, pc >>> 0),
      count,
      cycles,
    }));
    const setUp = all.filter(({ text }) => text.startsWith("lp.setup")).sort((a, b) => a.pc - b.pc)[0];
    if (listing === undefined) continue;
    assertEquals(setUp.pc % 16, listing.address % 16, version);
    const end = Number(/0x\w+$/.exec(setUp.text)![0]);
    const loop = all.filter(({ pc }) => pc > setUp.pc && pc <= end);
    const sum = (cause: string) =>
      loop.reduce((total, { cycles }) => total + cycles[STALL_NAMES.indexOf(cause)], 0) / outputs;
    const { instructions, loadUse, misaligned } = listing;
    assertEquals([sum("issue"), sum("load-use"), sum("misaligned"), sum("fetch")], [
      instructions,
      loadUse,
      misaligned,
      0,
    ], version);
    assertEquals(
      loop.reduce((total, { cycles }) => total + cycles.reduce((a, b) => a + b), 0) / outputs,
      cyclesOf(listing),
    );
  }
});

Deno.test("conv5x5 stays within 5 % of the manual's table on one core, wherever its code lies", () => {
  for (const version of VERSIONS) {
    const [least, most] = placeRange(version, someInput(100, 100, 1));
    for (const cycles of [least, most]) {
      const part = cycles / manualCycles[version][0];
      assert(part > 0.95 && part < 1.05, `${version}: ${part}`);
    }
  }
});

Deno.test("task example conv5x5 gives the contract's rows, a chart and a profile", async () => {
  const folder = await Deno.makeTempDir();
  const args = "conv5x5 --json --width 24 --height 12 --chart c.svg --profile p.json".split(" ")
    .map((arg) => /\.\w+$/.test(arg) ? `${folder}/${arg}` : arg);
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "cli/example.ts", ...args],
    cwd: fromFileUrl(new URL("../..", import.meta.url)),
  }).output();
  assertEquals(code, 0);
  const { ok, result: { rows } } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(ok, true);
  assertEquals(
    rows.map(({ version, cores, manual }: Record<string, unknown>) => [version, cores, manual]),
    VERSIONS.flatMap((version) => MANUAL_CORES.map((cores, n) => [version, cores, manualCycles[version][n]])),
  );
  for (const row of rows) {
    assertEquals([row.width, row.height, row.correct], [24, 12, true]);
    assert(row.cyclesPerOutput * row.cores > row.instructionsPerOutput && row.instructionsPerOutput > 17);
  }
  const chart = await Deno.readTextFile(`${folder}/c.svg`);
  assert(chart.startsWith("<svg") && VERSIONS.every((version) => chart.includes(version)));
  const { profiles } = JSON.parse(await Deno.readTextFile(`${folder}/p.json`));
  assertEquals(profiles.map(({ name }: { name: string }) => name), VERSIONS.map((version) => `conv5x5 ${version}`));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("convolve is right on 1, 2, 4 and 8 cores, also with fewer strips than cores", () => {
  for (const [width, height] of [[6, 7], [13, 10]]) {
    const { rows, report } = convolve(someInput(width, height, 1), VERSIONS, [1, 2, 4, 8]);
    assertEquals(rows.map(({ correct }) => correct), new Array(16).fill(true));
    assertEquals(report.exitCode, 0);
  }
});

Deno.test("convolve refuses images that are too small or do not fit", () => {
  assertThrows(() => convolve(someInput(4, 9, 1), VERSIONS, [1]), ConvolutionSizeError, "image of 4 x 9");
  assertThrows(() => convolve(someInput(200, 200, 1), VERSIONS, [1]), ConvolutionSizeError, "have to fit the");
});
