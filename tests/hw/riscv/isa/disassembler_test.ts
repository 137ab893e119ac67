import { assertEquals, assertThrows } from "@std/assert";
import { disassemble } from "../../../../hw/riscv/isa/disassembler.ts";
import { cv32e40p, ri5cy } from "../../../../hw/riscv/isa/isa.ts";

for (
  const [word, text] of [
    [0x00a58533, "add a0, a1, a0"],
    [0xfff50513, "addi a0, a0, -1"],
    [0x12345537, "lui a0, 0x12345"],
    [0xfffff537, "lui a0, 0xfffff"],
    [0x0045a503, "lw a0, 4(a1)"],
    [0x0043228b, "p.lw t0, 4(t1!)"],
    [0x30002573, "csrrs a0, mstatus, zero"],
    [0x7c059573, "csrrw a0, 0x7c0, a1"],
    [0x157d, "c.addi a0, -1"],
    [0x757d, "c.lui a0, 0xfffff"],
    [0x4522, "c.lwsp a0, 8(sp)"],
    [0x8082, "c.jr ra"],
    [0x0001, "c.nop"],
    [0x0ff0000f, "fence"],
    [0x0000, ".half 0x0"],
    [0xffffffff, ".word 0xffffffff"],
  ] as const
) {
  Deno.test(`disassemble writes ${text}`, () => {
    assertEquals(disassemble(word, 0x1c00_0080), text);
    const decoded = ri5cy.decode(word);
    if (decoded) assertEquals(disassemble(decoded, 0x1c00_0080), text);
  });
}

Deno.test("disassemble writes targets as addresses, or by the first name that an operand may have", () => {
  const symbols = new Map([["a0", 0x1c00_0088], ["loop@plt", 0x1c00_0088], ["loop", 0x1c00_0088], [
    "again",
    0x1c00_0088,
  ]]);
  for (
    const [word, text, named] of [
      [0x00a58463, "beq a1, a0, 0x1c000088", "beq a1, a0, loop"],
      [0x0080006f, "jal zero, 0x1c000088", "jal zero, loop"],
      [0xa021, "c.j 0x1c000088", "c.j loop"],
      [0x0040007b | 4 << 20, "lp.starti x0, 0x1c000088", "lp.starti x0, loop"],
      [0x0000507b | 1 << 7 | 4 << 15 | 3 << 20, "lp.setupi x1, 3, 0x1c000088", "lp.setupi x1, 3, loop"],
    ] as const
  ) {
    assertEquals(disassemble(word, 0x1c00_0080), text);
    assertEquals(disassemble(word, 0x1c00_0080, { symbols }), named);
  }
  assertEquals(disassemble(0xffdff06f, 2), "jal zero, 0xfffffffe");
});

Deno.test("disassemble writes a word with bits that the core ignores as data", () => {
  assertEquals(disassemble(0x0000000f, 0), ".word 0xf # fence");
});

Deno.test("disassemble uses the mnemonics of the set", () => {
  const word = 0x0043228b;
  assertEquals(disassemble(0x0000462b | 4 << 15 | 3 << 20, 0x100, { set: cv32e40p }), "cv.setupi 0, 3, 0x110");
  const loop = ri5cy.decode(0x0000507b | 4 << 15 | 3 << 20)!;
  assertEquals(disassemble(word, 0, { set: cv32e40p }), "cv.lw t0, 4(t1!)");
  const onlyRi5cy = ri5cy.instructions.find((row) => row.cv32e40p === undefined)!;
  assertThrows(
    () => disassemble({ ...loop, instruction: onlyRi5cy }, 0, { set: cv32e40p }),
    RangeError,
    `Cannot disassemble ${onlyRi5cy.name}: cv32e40p has no such instruction; give the set that decoded it`,
  );
});
