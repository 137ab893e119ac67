import { assert, assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { assemble } from "../../../../hw/riscv/isa/assembler.ts";
import type { Fields, InstructionSet } from "../../../../hw/riscv/isa/decoder.ts";
import { disassemble } from "../../../../hw/riscv/isa/disassembler.ts";
import type { Encoding } from "../../../../hw/riscv/isa/encoding.ts";
import { operandNames } from "../../../../hw/riscv/isa/instruction.ts";
import { cv32e40p, ri5cy } from "../../../../hw/riscv/isa/isa.ts";
import type { Program } from "../../../../hw/riscv/isa/program.ts";
import { cases, seed } from "../../../sampling.ts";

const BASE = 0x1c00_0000;

/** Values of the fields of an encoding, those that it excludes left out. */
function fields(encoding: Encoding, shown: readonly string[]): fc.Arbitrary<Fields> {
  const values = encoding.fields.filter(({ name }) => shown.includes(name)).map((field) => {
    const steps = 2 ** (field.high - field.low + 1);
    const value = (step: number) => field.base + (field.signed ? step - steps / 2 : step) * 2 ** field.low;
    return [field.name, fc.integer({ min: 0, max: steps - 1 }).map(value)] as const;
  });
  return fc.record(Object.fromEntries(values)).filter((found) =>
    encoding.exclusions.every(({ field, value }) => (found[field] ?? 0) !== value)
  );
}

/** The words of a program that begin at the given addresses, relative to its first. */
function wordsAt(program: Program, places: readonly number[], sizes: readonly number[]): number[] {
  return places.map((at, index) => sizes[index] === 2 ? program.halfword(BASE + at) : program.word(BASE + at));
}

/** Asserts that what `disassemble` writes for the words, one after the other in memory, assembles to the same words. */
function assertRoundTrip(set: InstructionSet, words: readonly number[]): void {
  let end = 0;
  const sizes = words.map((word) => (word & 3) === 3 ? 4 : 2);
  const places = sizes.map((size) => (end += size) - size);
  const texts = words.map((word, index) => disassemble(word, BASE + places[index], { set }));
  const program = assemble([".option norvc", ...texts].join("\n"), { set, base: BASE });
  assertEquals(program.segments[0].bytes.length, end);
  wordsAt(program, places, sizes).forEach((word, index) => {
    assert(word === words[index], `${texts[index]} is ${word.toString(16)}, not ${words[index].toString(16)}`);
  });
}

for (const set of [ri5cy, cv32e40p]) {
  Deno.test(`disassemble and assemble give back every instruction of ${set.name} with random operands`, () => {
    const numRuns = cases(200, 20_000);
    for (const row of set.instructions) {
      const shown = operandNames(row.syntax).map((name) => name.replace(/^uimm/, "imm"));
      const operands = fc.sample(fields(set.encodingOf(row), shown), { seed, numRuns });
      const words = operands.map((values) => set.encode(row, values));
      for (const word of words.slice(0, 5)) {
        const decoded = set.decode(word)!;
        assertEquals(decoded.compressed ?? decoded.instruction, row);
        assert(!disassemble(word, BASE, { set }).startsWith("."), `${row.name} has no text`);
      }
      assertRoundTrip(set, words);
    }
  });

  Deno.test(`disassemble and assemble give back random words of ${set.name}`, () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff }).map((bits) => (bits & 3) === 3 ? bits : bits & 0xffff);
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => assertRoundTrip(set, words)), {
      seed,
      numRuns: cases(100, 20_000),
    });
  });

  Deno.test(`assemble compresses random instructions of ${set.name} only to what means the same`, () => {
    const numRuns = cases(100, 5000);
    let compressed = 0;
    for (const row of set.instructions) {
      const encoding = set.encodingOf(row);
      if (encoding.size === 2 || row.extension === "Xpulp") continue;
      const shown = operandNames(row.syntax).map((name) => name.replace(/^uimm/, "imm"));
      // Few registers and small immediates: those that compress.
      const operands = fc.sample(fields(encoding, shown), { seed, numRuns }).map((values) => {
        const found: Record<string, number> = { ...values };
        for (const name of ["rd", "rs1", "rs2"]) if (name in found) found[name] = [0, 1, 2, 8, 9][found[name] % 5];
        const low = encoding.fields.find(({ name }) => name === "imm")?.low ?? 0;
        if ("imm" in found) found.imm = found.imm / 2 ** low % 70 * 2 ** low;
        return found;
      });
      for (const values of operands) {
        const word = set.encode(row, values);
        const text = disassemble(word, BASE, { set });
        const program = assemble(text, { set, base: BASE });
        if (program.segments[0].bytes.length === 4) continue;
        compressed++;
        assertEquals(program.segments[0].bytes.length, 2, text);
        const short = set.decode(program.halfword(BASE))!;
        const long = set.decode(word)!;
        const meaning = ({ instruction, rd, rs1, rs2, imm }: typeof short) => {
          // c.mv is an add of x0, and the sources of some operations may be exchanged.
          if (instruction.name === "addi" && imm === 0) return ["add", rd, 0, rs1, 0];
          const exchange = ["add", "and", "or", "xor"].includes(instruction.name) && rs2 < rs1;
          return [instruction.name, rd, exchange ? rs2 : rs1, exchange ? rs1 : rs2, imm];
        };
        assertEquals(meaning(short), meaning(long), text);
      }
    }
    assert(compressed > 100);
  });
}
