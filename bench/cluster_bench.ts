/**
 * The cluster: eight cores running machine code, and the interconnect between cores and memory.
 * @module
 */
import { assembly } from "../examples/firmware/conv5x5_assembly.ts";
import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../hw/bus/tcdm_interconnect.ts";
import { GAP8_TCDM, Tcdm } from "../hw/memory/tcdm.ts";
import { ClusterBench, type ClusterEngineName } from "../hw/platforms/cluster_bench.ts";
import type { LoadableProgram } from "../hw/platforms/core_bench.ts";
import { readElf } from "../hw/riscv/elf.ts";
import { assemble } from "../hw/riscv/isa/assembler.ts";
import { coreVariants } from "../hw/riscv/ri5cy/variants.ts";
import { type Bench, perCpuSecond } from "./bench.ts";

const CORES = 8;

/** Compiled C; README.md beside them says how. */
const COMPILED = ["matmul", "fir", "crc32", "sort"];
const CONVOLUTIONS = Object.keys(assembly) as (keyof typeof assembly)[];
/** Rounds of a convolution, so that each version takes about as long. */
const ROUNDS: Readonly<Record<keyof typeof assembly, number>> = {
  initial: 200,
  unrolled: 200,
  vectors: 400,
  aggressive: 1000,
};
/** Cycles after which the reference engine is stopped. */
const REFERENCE_CYCLES = 100_000;

function compiled(name: string): LoadableProgram {
  return readElf(Deno.readFileSync(new URL(`programs/cluster_${name}.elf`, import.meta.url)));
}

/** A version of the manual's 5x5 convolution on eight stripes of a 104 x 104 image, again and again. */
function convolution(version: keyof typeof assembly): LoadableProgram {
  return assemble(
    `_start: csrr s0, mhartid
        li t0, ${12 * 104}
        mul s2, s0, t0
        li a0, 0x10000000
        add a0, a0, s2
        li a1, 0x10003000
        li a2, 0x10004000
        add a2, a2, s2
        li a3, 104
        li a4, 17
        li a5, 0
        li a6, 100
        call kernel
        csrr s0, mhartid
        slli s0, s0, 2
        li t0, 0x1000f000
        add t0, t0, s0
        lw t1, 0(t0)
        addi t1, t1, 1
        sw t1, 0(t0)
        li t2, ${ROUNDS[version]}
        bltu t1, t2, _start
        lui t6, 0x1a104
        sw zero, 0xa0(t6)
1:      j 1b
kernel: ${assembly[version]}`,
    { base: 0x1c00_0080, file: `conv5x5 ${version}` },
  );
}

/** Cycles of all cores per second of CPU time. */
function rate(program: LoadableProgram, engine: ClusterEngineName): number {
  return perCpuSecond(() => {
    const board = new ClusterBench(coreVariants.ri5cy_2019_11_fetch128, program, engine);
    const ended = board.run(engine === "fast" ? Infinity : REFERENCE_CYCLES);
    if (ended && board.cores.some(({ exitCode }) => exitCode !== 0)) {
      throw new Error("Cannot bench: the program found an error");
    }
    return board.cores.reduce((cycles, core) => cycles + (core.cycles || board.cycle), 0);
  });
}

function mean(rates: readonly number[]): number {
  return Math.exp(rates.reduce((sum, each) => sum + Math.log(each), 0) / rates.length);
}

/** Grants per second, with eight ports that ask for words all over the memory, one cycle after another. */
function grantRate(): number {
  const interconnect = new TcdmInterconnect(GAP8_TCDM_INTERCONNECT, new Tcdm(GAP8_TCDM));
  const { base, banks } = GAP8_TCDM;
  let random = 1;
  let free = (1 << CORES) - 1;
  return perCpuSecond(() => {
    let grants = 0;
    for (let cycle = 0; cycle < 2_000_000; cycle++) {
      for (let port = 0; port < CORES; port++) {
        if (((free >> port) & 1) === 0) continue;
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        interconnect.request(port, base + 4 * (random & (16 * banks - 1)), false, 15, 0);
        grants++;
      }
      free = interconnect.arbitrate(cycle);
    }
    return grants;
  });
}

/** The rows of the cluster's parts. */
export const benches: readonly Bench[] = [
  {
    name: "cluster.fast.mean",
    unit: "core-cycles/s",
    better: "higher",
    note: "eight cores, conflict-exact: geometric mean of matmul, fir, crc32, sort and four convolutions",
    goal: 100e6,
    samples: 3,
    run: () => mean([...COMPILED.map(compiled), ...CONVOLUTIONS.map(convolution)].map((each) => rate(each, "fast"))),
  },
  ...COMPILED.map((name): Bench => ({
    name: `cluster.fast.${name}`,
    unit: "core-cycles/s",
    better: "higher",
    note: `${name}, compiled C`,
    samples: 1,
    run: () => rate(compiled(name), "fast"),
  })),
  ...CONVOLUTIONS.map((version): Bench => ({
    name: `cluster.fast.${version}`,
    unit: "core-cycles/s",
    better: "higher",
    note: `5x5 convolution, ${version}, in our assembly`,
    samples: 1,
    run: () => rate(convolution(version), "fast"),
  })),
  {
    name: "cluster.reference",
    unit: "core-cycles/s",
    better: "higher",
    note: "the first cycles of matmul, core by core and cycle by cycle",
    run: () => rate(compiled("matmul"), "reference"),
  },
  {
    name: "cluster.tcdm",
    unit: "requests/s",
    better: "higher",
    note: "eight ports ask the interconnect for random words, sixteen banks",
    run: grantRate,
  },
];
