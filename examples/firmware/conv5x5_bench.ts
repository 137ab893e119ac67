/**
 * The convolution's assembly on one core with its own memory.
 * @module
 */
import { DATA_BASE } from "../../hw/platforms/core_bench.ts";
import { BORDER, type ConvolutionInput, plainConvolution } from "./conv5x5.ts";
import { assembly } from "./conv5x5_assembly.ts";
import type { ConvolutionVersion } from "./conv5x5_kernels.ts";
import { type Fetch, type KernelRun, runKernel } from "./kernel_bench.ts";

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

/** Runs a version's assembly. The image and its result have to fit 256 KiB. */
export function runAssembly(version: ConvolutionVersion, input: ConvolutionInput, fetch: Fetch): AssemblyRow {
  const { width, height, pixels, weights } = input;
  const coefficients = DATA_BASE + aligned(pixels.length + BORDER);
  const output = coefficients + aligned(weights.length);
  const run = runKernel({
    name: `conv5x5 ${version}`,
    source: assembly[version],
    args: [DATA_BASE, coefficients, output, width, height, 0, width - BORDER],
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

function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}
