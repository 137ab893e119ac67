import { assertEquals } from "@std/assert";
import { CoreBench } from "../../../../hw/platforms/core_bench.ts";
import { CoreProfile } from "../../../../hw/riscv/engine/core_profile.ts";
import { assemble } from "../../../../hw/riscv/isa/assembler.ts";
import { cv32e40p } from "../../../../hw/riscv/isa/isa.ts";
import { ISSUE, STALL_NAMES } from "../../../../hw/riscv/ri5cy/stall.ts";
import { coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";

const SOURCE = `
        .option norvc
_start: lui a0, 0x10000
        li a1, 7
        sw a1, 0(a0)
        lw a2, 0(a0)
used:   add a3, a2, a2
        beqz zero, taken
        nop
taken:  j jumped
        nop
jumped: la a4, through
return: jr a4
        nop
through: mulh a5, a1, a2
multiplied: nop
        divu a5, a1, a2
divided: nop
        lw a6, 2(a0)
crossed: nop
        lui t6, 0x1a104
        sw zero, 0xa0(t6)
        nop`;

const program = assemble(SOURCE, { set: cv32e40p, base: 0x1c00_0080 });

function run(profile?: CoreProfile): CoreBench {
  const board = new CoreBench(coreVariants.cv32e40p_1_8_3, program, {}, [], "reference", profile);
  board.run();
  return board;
}

Deno.test("Cv32e40pPipeline tells what each cycle was spent on, and takes the same cycles unobserved", () => {
  const profile = new CoreProfile();
  const observed = run(profile), plain = run();
  assertEquals([observed.cycle, observed.retired, observed.cycles], [plain.cycle, plain.retired, plain.cycles]);
  const places = new Map([...program.symbols].map(([name, address]) => [address, name]));
  const waits: Record<string, Record<string, number>> = {};
  let cycles = 0;
  for (const { pc, count, cycles: causes } of profile.instructions.values()) {
    assertEquals([count, causes[ISSUE]], [1, 1]);
    cycles += causes.reduce((sum, each) => sum + each, 0);
    const spent = STALL_NAMES.map((name, n) => [name, causes[n]] as const).filter(([, n], cause) =>
      cause > ISSUE && n > 0
    );
    if (spent.length > 0) waits[places.get(pc >>> 0)!] = Object.fromEntries(spent);
  }
  const beforeTheFirst = 3, leadingZerosOf7 = 29;
  assertEquals(waits, {
    _start: { control: beforeTheFirst },
    used: { "load-use": 1 },
    taken: { branch: 2 },
    jumped: { jump: 1 },
    return: { "jump register": 1 },
    through: { jump: 1 },
    multiplied: { mulh: 5 - 1 },
    divided: { division: 2 + leadingZerosOf7 },
    crossed: { misaligned: 1 },
  });
  assertEquals(cycles, observed.cycles + beforeTheFirst);
  const { instr, ldStall, jrStall, ld, st, jump, branch, btaken } = profile.events;
  assertEquals([instr, ldStall, jrStall, ld, st, jump, branch, btaken], [19, 1, 1, 2, 2, 2, 1, 1]);
});
