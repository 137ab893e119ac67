/**
 * The GAP8 manual's 5x5 convolution in its four versions, on cores of the simulated cluster.
 *
 * Image, weights and result lie in cluster L1. Signed bytes in Q7; the sum of 25 products is shifted right by 12. The result is
 * worked on in vertical strips, which are shared out among the cores.
 * @module
 */
import {
  type FcRuntime,
  type FirmwareCore,
  type Gap8Result,
  Gap8System,
  type PeRuntime,
} from "../../runtime/gap8/mod.ts";
import { type ConvolutionJob, convolutionKernels, type ConvolutionVersion, takeArguments } from "./conv5x5_kernels.ts";

/** Rows and columns by which the result is smaller. */
export const BORDER = 4;
/** Products are Q14 and 25 of them need 5 more bits. */
const SHIFT = 12;

/** An image and weights. */
export interface ConvolutionInput {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Signed bytes, row after row. */
  readonly pixels: Int8Array;
  /** 25 weights, row after row. */
  readonly weights: Int8Array;
}

/** Where the cycles of an output went, per output. */
export interface ConvolutionCost {
  /** Cycles of the cluster, from before the fork to after its barrier. */
  readonly cyclesPerOutput: number;
  /** Instructions of all cores. */
  readonly instructionsPerOutput: number;
  /** Waits for a load right before, of all cores. */
  readonly loadStallsPerOutput: number;
  /** Taken branches and jumps, of all cores. */
  readonly jumpStallsPerOutput: number;
  /** Second halves of words that cross a word, and waits for a bank, of all cores. */
  readonly memoryStallsPerOutput: number;
}

/** How a version did. */
export interface ConvolutionRow extends ConvolutionCost {
  /** Which. */
  readonly version: ConvolutionVersion;
  /** On how many cores. */
  readonly cores: number;
  /** Whether every output equals the plain convolution's. */
  readonly correct: boolean;
}

/** Thrown for an image that does not fit; the message is one sentence. */
export class ConvolutionSizeError extends Error {}

/** Pixels and weights that look random, the same for the same seed. */
export function someInput(width: number, height: number, seed: number): ConvolutionInput {
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16;
  return {
    width,
    height,
    pixels: Int8Array.from({ length: width * height }, next),
    weights: Int8Array.from({ length: 25 }, next),
  };
}

/** The convolution in plain TypeScript. */
export function plainConvolution({ width, height, pixels, weights }: ConvolutionInput): Int8Array {
  const result = new Int8Array((width - BORDER) * (height - BORDER));
  for (let y = 0, at = 0; y < height - BORDER; y++) {
    for (let x = 0; x < width - BORDER; x++, at++) {
      let sum = 0;
      for (let k = 0; k < 25; k++) sum += weights[k] * pixels[(y + Math.trunc(k / 5)) * width + x + k % 5];
      result[at] = sum >> SHIFT;
    }
  }
  return result;
}

/** Runs versions of the convolution, each on each number of cores. `prepare` sees the system before it runs. */
export function convolve(
  input: ConvolutionInput,
  versions: readonly ConvolutionVersion[],
  coreCounts: readonly number[],
  prepare: (system: Gap8System) => void = () => {},
): { readonly rows: readonly ConvolutionRow[]; readonly report: Gap8Result } {
  const { width, height, pixels, weights } = input;
  if (width <= BORDER || height <= BORDER) {
    throw new ConvolutionSizeError(`Cannot convolve an image of ${width} x ${height}: it needs 5 or more both ways`);
  }
  const system = new Gap8System();
  prepare(system);
  const { clusterL1, cores } = system.gap8;
  const expected = plainConvolution(input);
  const rows: ConvolutionRow[] = [];

  function* main(rt: FcRuntime) {
    yield* rt.clusterMount(true);
    const free = system.clusterAllocator!.freeBytes;
    // The aggressive version reads up to 3 bytes behind the image.
    const imageBytes = pixels.length + 4;
    if (imageBytes + expected.length + weights.length + 64 > free) {
      throw new ConvolutionSizeError(
        `Cannot convolve an image of ${width} x ${height}: image and result have to fit the ${free} bytes free in cluster L1`,
      );
    }
    const job: ConvolutionJob = {
      input: yield* rt.alloc("clData", imageBytes),
      coefficients: yield* rt.alloc("clData", weights.length),
      output: yield* rt.alloc("clData", expected.length),
      width,
      height,
    };
    const bytes = (address: number, count: number) => {
      const at = address - clusterL1.params.base;
      return new Int8Array(clusterL1.memory.bytes.buffer, at, count);
    };
    bytes(job.input, pixels.length).set(pixels);
    bytes(job.coefficients, weights.length).set(weights);
    for (const version of versions) {
      for (const count of coreCounts) {
        bytes(job.output, expected.length).fill(0);
        let cycles = 0;
        let spent: Spent = NOTHING;
        const measured = function* convolution(rt: PeRuntime) {
          const before = spentBy(cores);
          const start = rt.core.cycle;
          yield* rt.teamFork(count, (rt) => share(rt, version, job, count));
          cycles = rt.core.cycle - start;
          spent = difference(spentBy(cores), before);
        };
        yield* rt.clusterCall(0, measured, 0, { cores: count });
        const outputs = expected.length;
        rows.push({
          version,
          cores: count,
          cyclesPerOutput: cycles / outputs,
          instructionsPerOutput: spent.instructions / outputs,
          loadStallsPerOutput: spent.loadStalls / outputs,
          jumpStallsPerOutput: spent.jumpStalls / outputs,
          memoryStallsPerOutput: spent.memoryStalls / outputs,
          correct: bytes(job.output, outputs).every((value, index) => value === expected[index]),
        });
      }
    }
    yield* rt.clusterMount(false);
    return rows.every(({ correct }) => correct) ? 0 : 1;
  }
  const report = system.run(main);
  return { rows, report };
}

/** The strips of one core: as many for each, the last core has what is left. */
function* share(rt: PeRuntime, version: ConvolutionVersion, job: ConvolutionJob, cores: number) {
  const strips = job.width - BORDER;
  const chunk = Math.ceil(strips / cores);
  const first = rt.core.coreId * chunk;
  const last = Math.min(first + chunk, strips);
  // Division and clipping of the above.
  rt.core.alu(8);
  if (first >= last) return;
  takeArguments(rt.core, job, first, last);
  yield* convolutionKernels[version](rt.core);
}

/** Counts of several cores together. */
interface Spent {
  readonly instructions: number;
  readonly loadStalls: number;
  readonly jumpStalls: number;
  readonly memoryStalls: number;
}

const NOTHING: Spent = { instructions: 0, loadStalls: 0, jumpStalls: 0, memoryStalls: 0 };

function spentBy(cores: readonly FirmwareCore[]): Spent {
  const sum = (of: (core: FirmwareCore) => { readonly value: number }) =>
    cores.reduce((total, core) => total + of(core).value, 0);
  return {
    instructions: sum((core) => core.instructions),
    loadStalls: sum((core) => core.loadStalls),
    jumpStalls: sum((core) => core.jumpStalls),
    memoryStalls: sum((core) => core.memoryStalls),
  };
}

function difference(after: Spent, before: Spent): Spent {
  return {
    instructions: after.instructions - before.instructions,
    loadStalls: after.loadStalls - before.loadStalls,
    jumpStalls: after.jumpStalls - before.jumpStalls,
    memoryStalls: after.memoryStalls - before.memoryStalls,
  };
}
