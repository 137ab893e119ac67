/**
 * The convolution's assembly on one core with its own memory.
 * @module
 */
import { DATA_BASE } from "../../hw/platforms/core_bench.ts";
import { BORDER, type ConvolutionInput, plainConvolution } from "./conv5x5.ts";
import { assembly } from "./conv5x5_assembly.ts";
import type { ConvolutionVersion } from "./conv5x5_kernels.ts";
import { type Fetch, type KernelRun, runKernel } from "./kernel_bench.ts";

/**
 * Where a version's code lies in a line of 16 bytes so that its loop lies there as in the manual's listing; the manual lists
 * none with vectors.
 */
const MANUAL_PLACE: Readonly<Record<ConvolutionVersion, number>> = {
  initial: 12,
  unrolled: 6,
  vectors: 0,
  aggressive: 14,
};

/** How a version's assembly did. */
export interface AssemblyRow {
  /** Cycles from the kernel's first instruction to the one behind its return, per output. */
  readonly cyclesPerOutput: number;
  /** Its instructions, per output. */
  readonly instructionsPerOutput: number;
  /** Cycles in which no instruction left decode, by cause, per output. */
  readonly stallsPerOutput: Readonly<Record<string, number>>;
  /** Whether every output equals the plain convolution's. */
  readonly correct: boolean;
  /** The run itself. */
  readonly run: KernelRun;
}

/**
 * Runs a version's assembly, by default with its loop placed as in the manual's listing. The image and its result have to
 * fit 256 KiB.
 */
export function runAssembly(
  version: ConvolutionVersion,
  input: ConvolutionInput,
  fetch: Fetch,
  place: number = MANUAL_PLACE[version],
): AssemblyRow {
  const { width, height, pixels, weights } = input;
  const coefficients = DATA_BASE + aligned(pixels.length + BORDER);
  const output = coefficients + aligned(weights.length);
  const run = runKernel({
    name: `conv5x5 ${version}`,
    source: assembly[version],
    args: [DATA_BASE, coefficients, output, width, height, 0, width - BORDER],
    place,
    data: [
      { address: DATA_BASE, bytes: new Uint8Array(pixels.buffer) },
      { address: coefficients, bytes: new Uint8Array(weights.buffer) },
    ],
  }, fetch);
  const expected = plainConvolution(input);
  const outputs = expected.length;
  const got = new Int8Array(run.read(output, outputs).buffer);
  const stalls = Object.entries(run.stalls).map(([cause, cycles]) => [cause, cycles / outputs]);
  return {
    cyclesPerOutput: run.cycles / outputs,
    instructionsPerOutput: run.instructions / outputs,
    stallsPerOutput: Object.fromEntries(stalls),
    correct: expected.every((value, index) => value === got[index]),
    run,
  };
}

/** The cycles per output of a version's assembly wherever in a line of 16 bytes it lies: least and most. */
export function placeRange(version: ConvolutionVersion, input: ConvolutionInput): readonly [number, number] {
  const cycles = [0, 2, 4, 6, 8, 10, 12, 14].map((place) =>
    runAssembly(version, input, "fetch128", place).cyclesPerOutput
  );
  return [Math.min(...cycles), Math.max(...cycles)];
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}
