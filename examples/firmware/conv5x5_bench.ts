/**
 * The convolution's assembly on one core with its own memory, with the fetch of GAP8's cores or an ideal one.
 * @module
 */
import { CoreBench, DATA_BASE, RESET_ADDRESS } from "../../hw/platforms/core_bench.ts";
import { assemble } from "../../hw/riscv/isa/assembler.ts";
import { coreVariants, withIdealFetch } from "../../hw/riscv/ri5cy/variants.ts";
import { BORDER, type ConvolutionInput, plainConvolution } from "./conv5x5.ts";
import { assembly } from "./conv5x5_assembly.ts";
import type { ConvolutionVersion } from "./conv5x5_kernels.ts";

/** How a version's assembly did. */
export interface AssemblyRow {
  /** Cycles from the kernel's first instruction to the one behind its return, per output. */
  readonly cyclesPerOutput: number;
  /** Its instructions, per output. */
  readonly instructionsPerOutput: number;
  /** Whether every output equals the plain convolution's. */
  readonly correct: boolean;
}

/** Runs a version's assembly. The image and its result have to fit 256 KiB. */
export function runAssembly(
  version: ConvolutionVersion,
  input: ConvolutionInput,
  fetch: "fetch128" | "ideal",
): AssemblyRow {
  const { width, height, pixels, weights } = input;
  const coefficients = DATA_BASE + aligned(pixels.length + BORDER);
  const output = coefficients + aligned(weights.length);
  const program = assemble(
    `_start: li a0, ${DATA_BASE}
        li a1, ${coefficients}
        li a2, ${output}
        li a3, ${width}
        li a4, ${height}
        li a5, 0
        li a6, ${width - BORDER}
        call kernel
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
kernel: ${assembly[version]}`,
    { base: RESET_ADDRESS, file: `conv5x5 ${version}` },
  );
  const gap8 = coreVariants.ri5cy_2019_11_fetch128;
  const board = new CoreBench(fetch === "ideal" ? withIdealFetch(gap8) : gap8, {
    segments: [
      ...program.segments.map(({ address, bytes }) => ({ address, bytes, sizeInMemory: bytes.length })),
      segment(DATA_BASE, pixels),
      segment(coefficients, weights),
    ],
  });
  const kernel = program.symbol("kernel"), done = program.symbol("done");
  const edges: { readonly cycle: number; readonly retired: number }[] = [];
  board.onRetire = (cycle, pc) => {
    if (edges.length < 2 && pc >>> 0 === [kernel, done][edges.length]) edges.push({ cycle, retired: board.retired });
  };
  board.run();
  const expected = plainConvolution(input);
  const got = new Int8Array(board.read(output, expected.length).buffer);
  const [first, last] = edges;
  return {
    cyclesPerOutput: (last.cycle - first.cycle) / expected.length,
    instructionsPerOutput: (last.retired - first.retired) / expected.length,
    correct: expected.every((value, index) => value === got[index]),
  };
}

function segment(address: number, { buffer, byteLength }: Int8Array) {
  return { address, bytes: new Uint8Array(buffer), sizeInMemory: byteLength };
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}
