/**
 * One core with its own memory, running machine code: the interpreter, the translation, and the pipeline that both equal.
 * @module
 */
import { assembly } from "../examples/firmware/conv5x5_assembly.ts";
import { CoreBench, type EngineName, type LoadableProgram } from "../hw/platforms/core_bench.ts";
import { CoreProfile } from "../hw/riscv/engine/core_profile.ts";
import { readElf } from "../hw/riscv/elf.ts";
import { assemble } from "../hw/riscv/isa/assembler.ts";
import { coreVariants } from "../hw/riscv/ri5cy/variants.ts";
import { type Bench, cpuSeconds, perCpuSecond } from "./bench.ts";

/** Compiled C; README.md beside them says how. */
const COMPILED = ["matmul", "crc32", "sieve", "quicksort"];
const CONVOLUTIONS = Object.keys(assembly) as (keyof typeof assembly)[];
const VARIANT = coreVariants.ri5cy_2019_11_fetch128;

/** Cycles after which the slower engines are stopped. */
const SOME_CYCLES = { fast: Infinity, interpreter: 100e6, reference: 3e6 };

function compiled(name: string): LoadableProgram {
  return readElf(Deno.readFileSync(new URL(`programs/${name}.elf`, import.meta.url)));
}

/** A version of the manual's 5x5 convolution on a 104 x 104 image, again and again. */
function convolution(version: keyof typeof assembly): LoadableProgram {
  return assemble(
    `_start: li a0, 0x10000000
        li a1, 0x10003000
        li a2, 0x10004000
        li a3, 104
        li a4, 104
        li a5, 0
        li a6, 100
        call kernel
        lui t6, 0x10008
        lw t0, 0(t6)
        addi t0, t0, 1
        sw t0, 0(t6)
        li t1, ${version === "aggressive" ? 400 : 100}
        bltu t0, t1, _start
        lui t6, 0x1a104
        sw zero, 0xa0(t6)
kernel: ${assembly[version]}`,
    { base: 0x1c00_0080, file: `conv5x5 ${version}` },
  );
}

/** Instructions per second of CPU time. */
function rate(program: LoadableProgram, engine: EngineName, profile?: CoreProfile): number {
  return perCpuSecond(() => {
    const board = new CoreBench(VARIANT, program, {}, [], engine, profile);
    const cycles = SOME_CYCLES[engine];
    if (board.run(cycles) !== 0 && cycles === Infinity) throw new Error("Cannot bench: the program found an error");
    return board.retired;
  });
}

function mean(rates: readonly number[]): number {
  return Math.exp(rates.reduce((sum, value) => sum + Math.log(value), 0) / rates.length);
}

const programs: readonly (readonly [name: string, make: () => LoadableProgram])[] = [
  ...COMPILED.map((name) => [name, () => compiled(name)] as const),
  ...CONVOLUTIONS.map((name) => [`conv5x5-${name}`, () => convolution(name)] as const),
];

const longPrograms = new Map<number, LoadableProgram>();

/** 100 KiB of code, in pieces that loop; pieces and program run so many times. Made once, since that leaves much garbage. */
function longProgram(rounds: number): LoadableProgram {
  let program = longPrograms.get(rounds);
  if (program === undefined) longPrograms.set(rounds, program = assembleLong(rounds));
  return program;
}

function assembleLong(rounds: number): LoadableProgram {
  const piece = (index: number) => `
        li t1, ${rounds}
${index}:      add a0, a0, a1
        xor a1, a1, a0
        lw a2, ${index % 64 * 4}(gp)
        addi a2, a2, ${index % 100}
        sw a2, ${index % 64 * 4}(gp)
        addi t1, t1, -1
        bnez t1, ${index}b`;
  const pieces = Array.from({ length: 3600 }, (_, index) => piece(index)).join("");
  return assemble(
    `.option norvc
_start: lui gp, 0x10000
        li s0, ${rounds}
again: ${pieces}
        addi s0, s0, -1
        beqz s0, end
        j again
end:    lui t6, 0x1a104
        sw zero, 0xa0(t6)`,
    { base: 0x1c00_0080 },
  );
}

/** CPU time of a program on the fast engine, board included. */
function milliseconds(program: LoadableProgram): number {
  const start = cpuSeconds();
  new CoreBench(VARIANT, program, {}, [], "fast").run();
  return 1000 * (cpuSeconds() - start);
}

/** The engines' rows. */
export const benches: readonly Bench[] = [
  ...programs.map(([name, make]): Bench => ({
    name: `core.fast.${name}`,
    unit: "instructions/s",
    better: "higher",
    note: "translated to WebAssembly, translation included, cycle-exact",
    samples: 3,
    run: () => rate(make(), "fast"),
  })),
  {
    name: "core.fast.mean",
    unit: "instructions/s",
    better: "higher",
    note: "geometric mean of the eight programs",
    goal: 1e9,
    samples: 3,
    run: () => mean(programs.map(([, make]) => rate(make(), "fast"))),
  },
  {
    name: "core.fast.library",
    unit: "instructions/s",
    better: "higher",
    note: "125 KiB of compiled C without a hot loop, 17 000 instructions of it executed, 125 M times in all",
    samples: 5,
    run: () => rate(compiled("library"), "fast"),
  },
  {
    name: "core.profiled.mean",
    unit: "instructions/s",
    better: "higher",
    note: "the same with all counters and the profile by instruction on",
    goal: 100e6,
    samples: 3,
    run: () => mean(programs.map(([, make]) => rate(make(), "fast", new CoreProfile()))),
  },
  {
    name: "core.interpreter.mean",
    unit: "instructions/s",
    better: "higher",
    note: "the same on the interpreter alone, 100 M cycles of each",
    goal: 250e6,
    samples: 3,
    run: () => mean(programs.map(([, make]) => rate(make(), "interpreter"))),
  },
  {
    name: "core.reference.mean",
    unit: "instructions/s",
    better: "higher",
    note: "the same on the pipeline, 3 M cycles of each",
    samples: 3,
    run: () => mean(programs.map(([, make]) => rate(make(), "reference"))),
  },
  {
    name: "core.cold",
    unit: "instructions/s",
    better: "higher",
    note: "100 KiB of code, every instruction nine times: nothing but finding out what it costs",
    samples: 3,
    run: () => rate(longProgram(3), "fast"),
  },
  {
    name: "core.once",
    unit: "ms",
    better: "lower",
    note:
      "CPU time of 100 KiB of code that runs once, from a new board to its end; by a process that has done so before",
    samples: 41,
    run: () => milliseconds(longProgram(1)),
  },
  {
    name: "core.translate",
    unit: "ms",
    better: "lower",
    note: "the same if every instruction runs nine times, so that the engine has to find out what all of them cost",
    goal: 10,
    samples: 41,
    run: () => milliseconds(longProgram(3)),
  },
];
