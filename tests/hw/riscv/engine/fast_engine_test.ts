import { assert, assertEquals } from "@std/assert";
import { CoreBench, type LoadableProgram, RAM_BASE, RESET_ADDRESS } from "../../../../hw/platforms/core_bench.ts";
import { FastMemory } from "../../../../hw/riscv/engine/fast_memory.ts";
import { readElf } from "../../../../hw/riscv/elf.ts";
import { assemble, AssemblyError } from "../../../../hw/riscv/isa/assembler.ts";
import { coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";
import { core, coreElf, corpus, elf } from "../../../golden_files.ts";
import { cases, seed as firstSeed } from "../../../sampling.ts";
import { randomOf } from "../random_firmware.ts";
import { CORES, type RandomProgram, randomProgram } from "../random_program.ts";
import { compareEngines, type Outcome } from "./compare_engines.ts";
import { shrinkLines } from "./shrink_program.ts";

/** Programs, cycles of each at most, and the first one's seed: the next pass of a soak goes on where the last one ended. */
const PROGRAMS = cases(300, 10_000), CYCLES = 30_000;
const FIRST = cases(firstSeed, 1 + (firstSeed - 1) * PROGRAMS);
/** Bytes for records, which few programs are content with. */
const LITTLE_ROOM = 16 << 10;

/** Runs a program on all engines; every third one with its profile. */
function compare(seed: number, program: RandomProgram, lines = program.lines): Outcome {
  const { segments } = assemble(lines.join("\n"), { base: RAM_BASE, file: `random program ${seed}` });
  const loadable = {
    segments: segments.map(({ address, bytes }) => ({ address, bytes, sizeInMemory: bytes.length })),
  };
  const usual = FastMemory.recordsBytes;
  // Some have to forget what they know now and then.
  if (seed % 5 === 0) FastMemory.recordsBytes = LITTLE_ROOM;
  try {
    return compareEngines({ ...program, program: loadable, profiled: seed % 3 === 0 });
  } finally {
    FastMemory.recordsBytes = usual;
  }
}

/** What is left of a program of which everything was taken that does not matter, with its difference. */
function smallest(seed: number, program: RandomProgram): string {
  const begin = program.lines.indexOf("start:") + 1;
  const vectors = program.lines.slice(0, begin);
  const left = shrinkLines(program.lines.slice(begin), (lines) => {
    try {
      return compare(seed, program, [...vectors, ...lines]).difference !== undefined;
    } catch (error) {
      if (error instanceof AssemblyError) return false;
      throw error;
    }
  });
  return [compare(seed, program, [...vectors, ...left]).difference, "start:", ...left].join("\n");
}

Deno.test("FastEngine takes the cycles of Ri5cyPipeline, with its registers, memory, counters and profile, on random programs", () => {
  let cycles = 0, translated = 0, interrupted = 0, slow = 0, ended = 0;
  const cores = new Set<string>();
  for (let seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
    const program = randomProgram(randomOf(seed), CYCLES);
    const outcome = compare(seed, program);
    if (outcome.difference !== undefined) {
      throw new Error(
        `program ${seed} on ${program.core}: ${outcome.difference}\n` +
          `ESCAPEMENT_SEED=${seed} deno test -A tests/hw/riscv/engine/fast_engine_test.ts repeats it\n` +
          `the smallest program that differs: ${smallest(seed, program)}`,
      );
    }
    cycles += outcome.cycles;
    translated += outcome.translatedCycles;
    cores.add(program.core);
    if (program.interrupts.length > 0) interrupted++;
    if (Object.values(program.delays).some((delay) => delay > 0)) slow++;
    if (outcome.exitCode !== undefined) ended++;
  }
  // What was compared is worth nothing unless it was there.
  assertEquals([...cores].sort(), [...CORES].sort());
  assert(translated > cycles / 10, `only ${translated} of ${cycles} cycles were translated`);
  assert(interrupted > PROGRAMS / 10 && slow > PROGRAMS / 100 && ended > PROGRAMS / 10);
});

Deno.test("FastEngine takes the RTL's cycles on the recorded programs", () => {
  const programs = CORES.flatMap((name) => [
    ...Object.entries(core().golden.programs).map(([program, { runs }]) => ({
      label: `${program} on ${name}`,
      name,
      file: () => elf("core", coreElf(program, name)),
      run: runs[name],
    })),
    ...corpus().flatMap(({ name: program, file, results }) =>
      results.filter((run) => run.core === name && run.memory === "ideal").map((run) => ({
        label: `${program} on ${name}`,
        name,
        file: () => elf("corpus", file),
        run,
      }))
    ),
  ]);
  let checked = 0;
  for (const { label, name, file, run } of programs) {
    if (run === undefined) continue;
    checked++;
    const board = new CoreBench(coreVariants[name], readElf(file()), {}, [], "fast", undefined, 1000);
    board.run(5_000_000);
    assertEquals([board.exitCode, board.cycles, board.retired], [run.exit, run.cycles, run.retired], label);
  }
  assert(checked > 4 * (21 + 30), `${checked}`);
});

Deno.test("FastEngine comes back to programs that changed their code often", () => {
  const program = assemble(
    `.option norvc
        li s0, 60
change: la t0, place
        slli t1, s0, 20
        li t2, 0x00050513
        or t1, t1, t2
        sw t1, 0(t0)
        fence.i
        li t3, 40
again:
place:  addi a0, a0, 0
        addi t3, t3, -1
        bnez t3, again
        addi s0, s0, -1
        bnez s0, change
        li t3, 1000000
rest:   addi t3, t3, -1
        bnez t3, rest
        lui a1, 0x1a104
        sw a0, 0xa0(a1)`,
    { base: RESET_ADDRESS },
  );
  // Where code is said to be is no more than a hint.
  const { segments } = program;
  for (const code of [program.code, undefined, [{ address: RAM_BASE, sizeBytes: 2 ** 32 - 1 }]]) {
    const board = new CoreBench(coreVariants.ri5cy_2019_11_fetch128, { segments, code }, {}, [], "fast");
    assertEquals(board.run(), 40 * (60 * 61 / 2));
    assert(board.translatedCycles > 0.8 * board.cycles, `${board.translatedCycles} of ${board.cycles}`);
  }
});

Deno.test("FastEngine executes what was fetched before the program wrote over it", () => {
  const program = assemble(
    `.option rvc
        li s0, 12
        la s1, line
        lw t0, -1(s1)
        lbu t1, 11(s1)
        li t2, 0x80001000 # an immediate's lowest bit in one half, a destination's in the other
        j again
        .balign 16
again:  c.addi s0, -1
        c.nop
        c.nop
        c.xor a4, a5
        c.nop
        sw t0, -1(s1)
        .option norvc
        addi t3, t3, 1 # its second half is in the next line: that has been fetched when it is written over
line = . - 2
        addi t5, t5, 1
        sb t1, 11(s1) # half of the next one, which is in decode by then
        .option rvc
        c.addi t4, 1
        xor t0, t0, t2
        xori t1, t1, 1
        bnez s0, again
        slli a0, t4, 8
        add a0, a0, t6
        slli a0, a0, 8
        add a0, a0, t3
        lui a1, 0x1a104
        sw a0, 0xa0(a1)`,
    { base: RESET_ADDRESS },
  );
  for (const core of CORES) {
    const outcome = compareEngines({ core, program, stops: [20_000], warmCycles: 100 });
    assertEquals(outcome.difference, undefined, core);
  }
});

Deno.test("FastEngine goes on while performance counters count", () => {
  const rounds = 200_000;
  const program = assemble(
    `   li t0, 0xfff
        csrw 0x7e0, t0
        csrr s0, 0x780
        csrr s1, 0x785
        li t1, ${rounds}
        lui a0, 0x10000
loop:   lw a1, 0(a0)
        addi t1, t1, -1
        bnez t1, loop
        csrr s2, 0x780
        csrr s3, 0x785
        sub s2, s2, s0
        sub a0, s3, s1
        lui a1, 0x1a104
        sw a0, 0xa0(a1)`,
    { base: RESET_ADDRESS },
  );
  const board = new CoreBench(coreVariants.ri5cy_2019_11_fetch128, program, {}, [], "fast");
  assertEquals(board.run(), rounds);
  const { registers } = board.core.hart;
  // Load, decrement, taken branch, and what stands around the loop.
  assert(Math.abs(registers[18] - rounds * (1 + 1 + 3)) < 20, `${registers[18]} cycles`);
  assert(board.translatedCycles > 0.8 * board.cycles, `${board.translatedCycles} of ${board.cycles}`);
});

Deno.test("FastEngine takes the cycles of Ri5cyPipeline on much code, in many translations that go on in each other", () => {
  const program = readElf(Deno.readFileSync(new URL("../../../../bench/programs/library.elf", import.meta.url)));
  const core = "ri5cy_2019_11_fetch128";
  for (const warmCycles of [100, 2000]) {
    const outcome = compareEngines({ core, program, stops: [400_000, 1_000_000, 1_500_000], warmCycles });
    assertEquals(outcome.difference, undefined);
    assert(outcome.translatedCycles > 0.5 * outcome.cycles, `${outcome.translatedCycles} of ${outcome.cycles}`);
  }
});

/** A program of pieces, one behind the other, which ends with a0 as its status. */
function programOf(pieces: readonly Uint8Array[]): LoadableProgram {
  const end = assemble("lui a1, 0x1a104\nsw a0, 0xa0(a1)", { base: RESET_ADDRESS }).segments[0].bytes;
  const bytes = new Uint8Array([...pieces, end].reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of [...pieces, end]) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { segments: [{ address: RESET_ADDRESS, bytes, sizeInMemory: bytes.length }] };
}

Deno.test("FastEngine goes on when there is no room left for nodes, instructions or loops", () => {
  const bytesOf = (source: string) => assemble(`.option norvc\n${source}`, { base: RESET_ADDRESS }).segments[0].bytes;
  const nodes = bytesOf(`
        li t1, 3
        lui a2, 0x10000
1:      lw a1, 0(a2)
        add a1, a1, t1
        sw a1, 0(a2)
        addi t1, t1, -1
        bnez t1, 1b
        mv a0, a1`);
  const loop = bytesOf(`
        lp.setupi x0, 2, 1f
        addi a0, a0, 1
1:      addi a0, a0, 2`);
  // lui a0, ...
  const instructions = Array.from(
    { length: 40_000 },
    (_, value) => new Uint8Array(Int32Array.of(value << 12 | 0x537).buffer),
  );
  const programs: (readonly [program: LoadableProgram, exitCode: number])[] = [
    [programOf(new Array(24_000).fill(nodes)), 6 * 24_000],
    [programOf(instructions), 39_999 << 12],
    [programOf(new Array(17_000).fill(loop)), 6 * 17_000],
  ];
  // Only the pipeline can access CSRs, so that each round comes to the engine twice, in states that are always new.
  const states = (csr: string, rounds: number): LoadableProgram =>
    assemble(
      `.option norvc
        li a2, ${4 * rounds}
        li a0, 0
again:  csrw 0x7c0, a0
        addi a0, a0, 4
        ${csr}
        bne a0, a2, again
        lui a1, 0x1a104
        sw zero, 0xa0(a1)
        j .`,
      { base: RESET_ADDRESS },
    );
  programs.push([states("csrw 0x7c4, a0", 9_000), 0], [states("csrr a1, mhartid", 17_000), 0]);
  for (const [program, exitCode] of programs) {
    const outcome = compareEngines({ core: "ri5cy_2019_11_fetch128", program, stops: [5_000_000] });
    assertEquals(outcome.difference, undefined);
    assertEquals(outcome.exitCode, exitCode);
  }
});
