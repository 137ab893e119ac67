import { assert, assertEquals, assertThrows } from "@std/assert";
import { CoreBench, RESET_ADDRESS } from "../../../../hw/platforms/core_bench.ts";
import { readElf } from "../../../../hw/riscv/elf.ts";
import { assemble } from "../../../../hw/riscv/isa/assembler.ts";
import type { CoreQuirks } from "../../../../hw/riscv/ri5cy/quirks.ts";
import { type CoreVariant, coreVariants, withQuirks } from "../../../../hw/riscv/ri5cy/variants.ts";
import { corpus, elf } from "../../../golden_files.ts";

const { ri5cy_2018_01: early, ri5cy_2019_11: late } = coreVariants;

/** Cycles from one place of a program to another. */
function cyclesOf(variant: CoreVariant, code: string, dataValid = 0): number {
  const program = assemble(
    `.option norvc
_start: lui a1, 0x10000
        la a3, to
        sw a3, 0(a1)
        li a0, 3
        li a2, 5
from:   ${code}
to:     lui t6, 0x1a104
        sw zero, 0xa0(t6)
1:      j 1b`,
    { base: RESET_ADDRESS },
  );
  const board = new CoreBench(variant, program, { dataValid });
  const at = new Map<number, number>();
  board.onRetire = (cycle, pc) => at.set(pc >>> 0, cycle);
  assertEquals(board.run(10_000), 0);
  return at.get(program.symbol("to"))! - at.get(program.symbol("from"))!;
}

interface Case {
  readonly quirk: keyof CoreQuirks;
  /** A release that has it. */
  readonly release: CoreVariant;
  readonly code: string;
  readonly dataValid?: number;
  readonly on: number;
  readonly off: number;
}

/** Cycles to the exit of the next instruction. */
const BRANCH = 3, JUMP = 2, DIVISION = 3 + 30, MULH = 5;
/** Cycles from a load's exit to an answer that comes three cycles late. */
const ANSWERED = 1 + 1 + 3;

const cases: readonly Case[] = [
  {
    quirk: "ghostDivision",
    release: late,
    code: "beq x0, x0, to; div t0, a2, a0",
    on: BRANCH - 1 + DIVISION,
    off: BRANCH,
  },
  {
    quirk: "ghostMultiplication",
    release: early,
    code: "beq x0, x0, to; mulh t0, a2, a0",
    on: BRANCH - 2 + 2 * MULH,
    off: BRANCH,
  },
  {
    quirk: "doubleGhost",
    release: early,
    code: "beq x0, x0, to; div t0, a2, a0",
    on: BRANCH - 2 + 2 * DIVISION,
    off: BRANCH - 1 + DIVISION,
  },
  {
    quirk: "repeatedDivision",
    release: early,
    code: "div t0, a2, a0; mul t1, a2, a0; nop",
    on: DIVISION + DIVISION + 1,
    off: DIVISION + 1 + 1,
  },
  { quirk: "falseLoadHazard", release: early, code: "lw s0, 0(a1); sw a2, 8(a1)", on: 1 + 1 + 1, off: 1 + 1 },
  {
    quirk: "unseenWriteBack",
    release: early,
    code: "lw t0, 0(a1); beq x0, a0, from; jalr x0, 0(t0)",
    dataValid: 3,
    on: ANSWERED + JUMP,
    off: ANSWERED + 1 + JUMP,
  },
];

for (const { quirk, release, code, dataValid, on, off } of cases) {
  Deno.test(`CoreQuirks: ${quirk} of ${release.name} decides on the cycles of "${code}", and can be switched off`, () => {
    assert(release.quirks[quirk]);
    const without = withQuirks(release, { [quirk]: false });
    assertEquals([cyclesOf(release, code, dataValid), cyclesOf(without, code, dataValid)], [on, off]);
  });
}

Deno.test("CoreQuirks: what programs compute does not depend on them", () => {
  const programs = corpus().filter(({ encoding, category }) => encoding === "ri5cy" && category !== "quirk");
  const names = Object.keys(early.quirks);
  for (let choice = 0; choice < 2 ** names.length; choice++) {
    const quirks = Object.fromEntries(names.map((name, bit) => [name, (choice >>> bit & 1) === 1]));
    const release = [early, late, coreVariants.ri5cy_2018_01_fetch128, coreVariants.ri5cy_2019_11_fetch128][choice % 4];
    const { name, file, results } = programs[7 * choice % programs.length];
    const delays = [{}, { dataValid: 2 }, { dataGrant: 1 }][choice % 3];
    const board = new CoreBench(withQuirks(release, quirks), readElf(elf("corpus", file)), delays);
    board.run(300_000);
    assertEquals(board.exitCode, results[0].exit, `${name} on ${release.name}, ${JSON.stringify(quirks)}`);
  }
});

Deno.test("withQuirks refuses CV32E40P", () => {
  const error = assertThrows(() => withQuirks(coreVariants.cv32e40p_1_8_3, { ghostDivision: true }), RangeError);
  assertEquals(error.message, "Cannot give cv32e40p_1_8_3 quirks: only RI5CY has any");
});
