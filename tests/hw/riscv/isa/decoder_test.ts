import { assert, assertEquals, assertThrows } from "@std/assert";
import type { InstructionSet } from "../../../../hw/riscv/isa/decoder.ts";
import type { Encoding, Field } from "../../../../hw/riscv/isa/encoding.ts";
import { cv32e40p, ri5cy } from "../../../../hw/riscv/isa/isa.ts";

const sets: readonly InstructionSet[] = [ri5cy, cv32e40p];

/** Pseudo-random 32-bit words, the same in every run. */
function randomWords(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  };
}

function randomValue(field: Field, random: () => number): number {
  const bits = field.high - field.low + 1;
  const raw = (random() % 2 ** bits) * 2 ** field.low;
  const signed = field.signed && raw >= 2 ** field.high ? raw - 2 ** (field.high + 1) : raw;
  return (signed + field.base) | 0;
}

function randomFields(encoding: Encoding, random: () => number): Record<string, number> {
  for (;;) {
    const fields = Object.fromEntries(encoding.fields.map((field) => [field.name, randomValue(field, random)]));
    if (encoding.exclusions.every(({ field, value }) => fields[field] !== value)) return fields;
  }
}

Deno.test("InstructionSet: every row encodes and decodes back to itself with random operands", () => {
  const random = randomWords(1);
  for (const set of sets) {
    for (const row of set.instructions) {
      const encoding = set.encodingOf(row);
      for (let round = 0; round < 20; round++) {
        const fields = randomFields(encoding, random);
        const word = set.encode(row, fields);
        const decoded = set.decode(word);
        assert(decoded, `${set.name} ${row.name} ${word.toString(16)}`);
        if (encoding.size === 2) {
          assertEquals(decoded.compressed, row);
          assertEquals(decoded.word, word);
          assertEquals(decoded.size, 2);
          continue;
        }
        assertEquals(decoded.instruction, row, `${set.name} ${row.name} became ${decoded.instruction.name}`);
        const { rd, rs1, rs2, rs3, imm, imm2, L, csr } = decoded;
        const none = { rd: 0, rs1: 0, rs2: 0, rs3: 0, imm: 0, imm2: 0, L: 0, csr: 0 };
        assertEquals({ rd, rs1, rs2, rs3, imm, imm2, L, csr }, { ...none, ...fields });
      }
    }
  }
});

Deno.test("InstructionSet.decode: ignored bits do not matter, fixed bits do", () => {
  const random = randomWords(2);
  for (const set of sets) {
    for (let round = 0; round < 5000; round++) {
      const word = (random() | 3) >>> 0;
      const decoded = set.decode(word);
      const fitting = set.instructions.filter((row) => {
        const { size, mask, match } = set.encodingOf(row);
        return size === 4 && ((word ^ match) & mask) === 0;
      });
      if (decoded) assert(fitting.includes(decoded.instruction));
      else assert(fitting.every((row) => set.encodingOf(row).exclusions.length > 0));
    }
  }
});

Deno.test("InstructionSet.decode gives a compressed word as what it stands for", () => {
  const read = (word: number) => {
    const decoded = ri5cy.decode(word)!;
    const { instruction, compressed, rd, rs1, rs2, imm, size } = decoded;
    return [instruction.name, compressed?.name, rd, rs1, rs2, imm, size];
  };
  // As GNU as 2.40 assembles them.
  assertEquals(read(0x1101), ["addi", "c.addi", 2, 2, 0, -32, 2]);
  assertEquals(read(0x715d), ["addi", "c.addi16sp", 2, 2, 0, -80, 2]);
  assertEquals(read(0x1800), ["addi", "c.addi4spn", 8, 2, 0, 48, 2]);
  assertEquals(read(0x4f98), ["lw", "c.lw", 14, 15, 0, 24, 2]);
  assertEquals(read(0xcfd8), ["sw", "c.sw", 0, 15, 14, 28, 2]);
  assertEquals(read(0x8082), ["jalr", "c.jr", 0, 1, 0, 0, 2]);
  assertEquals(read(0x9782), ["jalr", "c.jalr", 1, 15, 0, 0, 2]);
  assertEquals(read(0x852e), ["add", "c.mv", 10, 0, 11, 0, 2]);
  assertEquals(read(0x953e), ["add", "c.add", 10, 10, 15, 0, 2]);
  assertEquals(read(0x9002), ["ebreak", "c.ebreak", 0, 0, 0, 0, 2]);
  assertEquals(read(0x7779), ["lui", "c.lui", 14, 0, 0, -8192, 2]);
  assertEquals(read(0x8791), ["srai", "c.srai", 15, 15, 0, 4, 2]);
  assertEquals(read(0xbfe5), ["jal", "c.j", 0, 0, 0, -8, 2]);
  assertEquals(read(0xc119), ["beq", "c.beqz", 0, 10, 0, 6, 2]);
});

Deno.test("InstructionSet.decode: illegal compressed words are those that the cores refuse", () => {
  const illegal = (set: InstructionSet, word: number) => set.decode(word) === undefined;
  for (const set of sets) {
    assert(illegal(set, 0x0000), "all zeros");
    assert(illegal(set, 0x2000), "c.fld");
    assert(illegal(set, 0x6081 & ~0x7c), "c.lui with immediate 0");
    assert(illegal(set, 0x9c01), "c.subw");
    assert(illegal(set, 0x4002), "c.lwsp x0");
  }
  // Hints, which only the newer decoder takes, and a reserved word that only the older one takes.
  for (const hint of [0x4005, 0x6005, 0x8401, 0x0002, 0x902a]) {
    assert(illegal(ri5cy, hint), hint.toString(16));
    assert(!illegal(cv32e40p, hint), hint.toString(16));
  }
  assert(!illegal(ri5cy, 0x8002) && illegal(cv32e40p, 0x8002), "c.jr x0");
});

Deno.test("InstructionSet.encode agrees with the GNU assembler on RV32IM", () => {
  const words: readonly [string, Record<string, number>, number][] = [
    ["lui", { rd: 15, imm: 0x12345000 }, 0x123457b7],
    ["auipc", { rd: 5, imm: -4096 }, 0xfffff297],
    ["jal", { rd: 1, imm: -2048 }, 0x801ff0ef],
    ["jalr", { rd: 0, rs1: 5, imm: -4 }, 0xffc28067],
    ["beq", { rs1: 10, rs2: 11, imm: -4096 }, 0x80b50063],
    ["bgeu", { rs1: 10, rs2: 11, imm: 4094 }, 0x7eb57fe3],
    ["sw", { rs2: 8, rs1: 2, imm: -20 }, 0xfe812623],
    ["lhu", { rd: 8, rs1: 2, imm: 2047 }, 0x7ff15403],
    ["srai", { rd: 9, rs1: 9, imm: 31 }, 0x41f4d493],
    ["sub", { rd: 1, rs1: 2, rs2: 3 }, 0x403100b3],
    ["remu", { rd: 28, rs1: 29, rs2: 30 }, 0x03eefe33],
    ["csrrw", { rd: 10, csr: 0x300, rs1: 11 }, 0x30059573],
    ["csrrci", { rd: 0, csr: 0x7c0, imm: 31 }, 0x7c0ff073],
    ["fence", {}, 0x0ff0000f],
    ["fence.i", {}, 0x0000100f],
    ["ecall", {}, 0x00000073],
    ["ebreak", {}, 0x00100073],
    ["mret", {}, 0x30200073],
    ["wfi", {}, 0x10500073],
  ];
  for (const [name, fields, word] of words) assertEquals(ri5cy.encode(name, fields), word, name);
});

Deno.test("InstructionSet.encode: Xpulp words of both sets", () => {
  const form = (set: InstructionSet, name: string, syntax: string) =>
    set.byName(name).find((row) => row.syntax === syntax)!;
  const hex = (set: InstructionSet, name: string, fields: Record<string, number>, syntax?: string) =>
    set.encode(syntax === undefined ? name : form(set, name, syntax), fields).toString(16).padStart(8, "0");
  const three = { rd: 10, rs1: 11, rs2: 12 };
  assertEquals(hex(ri5cy, "p.lw", { rd: 10, rs1: 11, imm: 4 }, "rd, imm(rs1!)"), "0045a50b");
  assertEquals(hex(ri5cy, "p.lw", three, "rd, rs2(rs1!)"), "20c5f50b");
  assertEquals(hex(ri5cy, "p.lw", three, "rd, rs2(rs1)"), "20c5f503");
  assertEquals(hex(cv32e40p, "cv.lw", three, "rd, rs2(rs1)"), "0cc5b52b");
  assertEquals(hex(ri5cy, "p.mac", three), "42c58533");
  assertEquals(hex(cv32e40p, "cv.mac", three), "90c5b52b");
  assertEquals(hex(ri5cy, "pv.sdotsp.b", three), "b8c59557");
  assertEquals(hex(cv32e40p, "cv.sdotsp.b", three), "a8c5957b");
  assertEquals(hex(ri5cy, "p.mulsN", { ...three, imm: 3 }), "86c5855b");
  assertEquals(hex(ri5cy, "lp.setup", { L: 1, rs1: 5, imm: 16 }), "0082c0fb");
  assertEquals(hex(ri5cy, "lp.setupi", { L: 0, imm: 100, imm2: 16 }), "0644507b");
  assertEquals(hex(cv32e40p, "cv.setup", { L: 1, rs1: 5, imm: 16 }), "0042c7ab");
  assertEquals(hex(ri5cy, "p.bneimm", { rs1: 10, imm2: -1, imm: -8 }), "fff53ce3");
});

Deno.test("InstructionSet.encode says what does not fit", () => {
  const fails = (name: string, fields: Record<string, number>, text: string) =>
    assertEquals(assertThrows(() => ri5cy.encode(name, fields), RangeError).message, text);
  fails("addi", { imm: 4096 }, "Cannot encode addi: immediate 4096 does not fit 12 signed bits (-2048..2047)");
  fails("slli", { imm: -1 }, "Cannot encode slli: immediate -1 does not fit 5 unsigned bits (0..31)");
  fails("beq", { imm: 3 }, "Cannot encode beq: immediate 3 is not a multiple of 2");
  fails("lui", { imm: 1 }, "Cannot encode lui: immediate 1 is not a multiple of 4096");
  fails("add", { rd: 32 }, "Cannot encode add: rd is register 32, it has to be one of x0 to x31");
  fails("c.sub", { rd: 7 }, "Cannot encode c.sub: rd is register 7, it has to be one of x8 to x15");
  fails("c.add", { rd: 1 }, "Cannot encode c.add: rs2 must not be 0");
  fails("p.mulsN", {}, "Cannot encode p.mulsN: imm must not be 0");
  fails("lp.count", { L: 2 }, "Cannot encode lp.count: hardware loop 2 is not 0 or 1");
  fails("csrrw", { csr: 4096 }, "Cannot encode csrrw: CSR 4096 is not in 0..4095");
  fails("add", { imm: 1 }, "Cannot encode add: it has no operand imm; its operands are rs2, rs1, rd");
  fails("cv.start", {}, "Cannot encode cv.start: ri5cy has no such instruction");
  fails(
    "p.lw",
    {},
    "Cannot encode p.lw: it has 3 forms (rd, imm(rs1!); rd, rs2(rs1!); rd, rs2(rs1)): give the row of one",
  );
  assertEquals(ri5cy.encode("lui", { imm: 0xfffff000 }), ri5cy.encode("lui", { imm: -4096 }));
});
