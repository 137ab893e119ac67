import { assertEquals, assertThrows } from "@std/assert";
import { CoreBench, ProgramError } from "../../../../hw/platforms/core_bench.ts";
import { assemble } from "../../../../hw/riscv/isa/assembler.ts";
import { coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";

const BASE = 0x1c00_0080;

Deno.test("Program.symbolAt gives the last label before an address of the program", () => {
  const program = assemble(
    `.option norvc
start:  lui a0, 1
next:   lui a1, 1
        lui a2, 1
        .data
value:  .word 1`,
    { base: BASE },
  );
  assertEquals(program.symbolAt(BASE), { name: "start", offset: 0 });
  assertEquals(program.symbolAt(BASE + 8), { name: "next", offset: 4 });
  assertEquals(program.symbolAt(program.symbol("value") + 3), { name: "value", offset: 3 });
  assertEquals([program.symbolAt(BASE - 2), program.symbolAt(program.symbol("value") + 4)], [undefined, undefined]);
});

Deno.test("Program.code has the segments with instructions", () => {
  const program = assemble(".option norvc\n lui a0, 1\n lui a1, 1\n .data\n .word 1", { base: BASE });
  assertEquals(program.code, [{ address: BASE, sizeBytes: 8 }]);
});

Deno.test("Program is loaded by a board as it is, and its labels are in messages", () => {
  const program = assemble(
    `start:  li a0, 0x10000000
        lw a1, value
        sw a1, 0(a0)
wrong:  nop
        sw a1, 0(zero)
        nop
        .data
value:  .word 42`,
    { base: BASE },
  );
  const board = new CoreBench(coreVariants.ri5cy_2019_11, program);
  assertThrows(
    () => board.run(),
    ProgramError,
    "Cannot store 0x0000002A to 0x00000000: nothing is mapped there; pc 0x1C000090 (wrong+2), cycle 7",
  );
  assertEquals(board.read(0x1000_0000, 4), new Uint8Array([42, 0, 0, 0]));
  assertEquals(board.core.hart.registers[11], 42);
});
