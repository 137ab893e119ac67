import { assert, assertEquals } from "@std/assert";
import { isaPage } from "../../../../cli/isa_page.ts";
import { fieldValue } from "../../../../hw/riscv/isa/encoding.ts";
import { operandNames, splitHeading, syntaxIn } from "../../../../hw/riscv/isa/instruction.ts";
import { cv32e40p, instructionTable, ri5cy } from "../../../../hw/riscv/isa/isa.ts";
import { operands } from "../../../../hw/riscv/isa/operands.ts";
import { operationOf } from "../../../../hw/riscv/isa/operation.ts";

const sets = [ri5cy, cv32e40p];

Deno.test("docs/isa.md is what isaPage writes", async () => {
  const page = await Deno.readTextFile(new URL("../../../../docs/isa.md", import.meta.url));
  assert(page === isaPage(), "it is out of date: run deno run -A cli/isa_page.ts");
});

Deno.test("instructionTable: no two rows of a set take the same word", () => {
  for (const set of sets) {
    const rows = set.instructions.map((row) => ({ row, ...set.encodingOf(row) }));
    rows.forEach((one, index) => {
      for (const other of rows.slice(index + 1)) {
        if (one.size !== other.size || ((one.match ^ other.match) & one.mask & other.mask) !== 0) continue;
        // Words that fit both patterns: one row has to exclude all that the other takes.
        const fixed = one.match | other.match;
        const apart = [[one, other], [other, one]].some(([excluding, taking]) =>
          excluding.exclusions.some(({ field: name, value }) => {
            const field = excluding.fields.find((each) => each.name === name)!;
            const covered = field.pieces.every(({ inWord, width }) =>
              ((taking.mask >>> inWord) & (2 ** width - 1)) === 2 ** width - 1
            );
            return covered && fieldValue(field, fixed) === value;
          })
        );
        assert(apart, `${set.name}: ${one.row.name} and ${other.row.name} overlap`);
      }
    });
  }
});

Deno.test("instructionTable: every operand of the syntax is a field, and every operand of the operation", () => {
  for (const set of sets) {
    for (const row of set.instructions) {
      const { fields } = set.encodingOf(row);
      const named = operandNames(syntaxIn(set.name, row)).filter((name) => name !== "sp").map((name) =>
        name.replace("uimm", "imm")
      );
      // c.nop keeps an immediate that its assembler does not write.
      const shown = row.name === "c.nop" ? [] : fields.map(({ name }) => name as string);
      assertEquals([...named].sort(), [...shown].sort(), `${set.name} ${row.name} ${row.syntax}`);
      if (row.expands !== undefined) continue;
      const { reads, writes } = operands(row);
      for (const register of [...reads, ...writes]) {
        assert(named.includes(register), `${row.name} has no ${register}`);
      }
    }
  }
});

Deno.test("instructionTable: what an instruction stands for is an instruction with as many operands", () => {
  for (const row of instructionTable) {
    if (row.expands === undefined) continue;
    const [name, list] = splitHeading(row.expands);
    const [target] = ri5cy.byName(name);
    assertEquals(operandNames(list).length, operandNames(target.syntax).length, row.name);
    assertEquals([row.operation, row.timing], [target.operation, target.timing], row.name);
  }
});

Deno.test("instructionTable: timing classes agree with what the operations do", () => {
  for (const row of instructionTable) {
    const kinds = operationOf(row).map(({ kind }) => kind);
    const { memory } = operands(row);
    const class_ = row.timing;
    const loads = class_ === "load" || class_ === "eventLoad";
    assertEquals(memory?.kind, loads ? "load" : class_ === "store" ? "store" : undefined, row.name);
    assertEquals(kinds.includes("branch"), class_ === "branch", row.name);
    assertEquals(kinds.includes("jump"), class_ === "jump" || class_ === "jumpRegister", row.name);
    assertEquals(kinds.includes("hwloop"), class_ === "hwloop", row.name);
    assertEquals(kinds.includes("trap"), class_ === "ecall" || class_ === "ebreak", row.name);
    for (const kind of ["fence", "mret", "wfi"] as const) {
      assertEquals(kinds.includes(kind), class_ === kind, row.name);
    }
    assert(row.summary.endsWith("."), row.name);
    operationOf(row, 2018);
  }
});

Deno.test("instructionTable: both sets have all of RV32IMC", () => {
  const base = instructionTable.filter(({ extension }) => extension !== "Xpulp");
  assertEquals(base.filter(({ ri5cy, cv32e40p }) => ri5cy === cv32e40p).length, base.length);
  const names = (extension: string) => base.filter((row) => row.extension === extension).length;
  assertEquals(["I", "M", "C", "Zicsr", "Zifencei", "Machine"].map(names), [38, 8, 27, 6, 1, 4]);
});
