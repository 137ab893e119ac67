import { assertEquals, assertThrows } from "@std/assert";
import { ConvolutionSizeError, convolve, plainConvolution, someInput } from "../../examples/firmware/conv5x5.ts";
import { runAssembly } from "../../examples/firmware/conv5x5_bench.ts";
import { convolutionKernels, type ConvolutionVersion, takeArguments } from "../../examples/firmware/conv5x5_kernels.ts";
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
