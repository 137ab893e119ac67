import { assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { assemble } from "../../../../hw/riscv/isa/assembler.ts";
import { ri5cy } from "../../../../hw/riscv/isa/isa.ts";
import type { Program } from "../../../../hw/riscv/isa/program.ts";
import { cases, seed } from "../../../sampling.ts";
import { words } from "./program_words.ts";

Deno.test("assemble makes call and tail one jump where that reaches, and two instructions else", () => {
  assertEquals(words(assemble("call f; f: ret")), "2009 8082");
  assertEquals(words(assemble(".option norvc; tail f; f: ret")), "0040006f 00008067");
  assertEquals(words(assemble(".option norelax; .option norvc; call f; f: ret")), "00000097 008080e7 00008067");
  const far = assemble(".option norvc; call f; tail f; f = 0x1c000000");
  assertEquals(words(far), "1c000097 000080e7 1c000317 ff830067");
});

Deno.test("assemble inverts conditional branches that do not reach, and takes 16-bit ones only where they do", () => {
  const first = (bytes: number, text: string) =>
    words(assemble(`${text}; .space ${bytes}; far:`)).split(" ").slice(0, 2);
  // A c.beqz reaches 254 bytes ahead, a beq 4094.
  assertEquals(first(254 - 2, "beqz a0, far")[0], "cd7d");
  assertEquals(first(256 - 2, "beqz a0, far")[0], "10050163");
  assertEquals(first(4094 - 4, "beq a0, a1, far")[0], "7eb50fe3");
  assertEquals(first(4096 - 4, "beq a0, a1, far"), ["00b51463", "0000106f"]);
  // The inverted branch may be a short one.
  assertEquals(first(4096 - 4, "beqz a0, far"), ["e119", "0000106f"]);
});

/** Where a conditional branch or jump at `pc` goes when it is taken, past an inverted branch. */
function destination(program: Program, pc: number): number {
  const decoded = ri5cy.decode(program.halfword(pc) & 3 ^ 3 ? program.halfword(pc) : program.word(pc))!;
  const target = pc + decoded.imm;
  if (decoded.instruction.name === "jal") return target;
  const after = pc + decoded.size;
  // An inverted branch skips a jump that belongs to the same line.
  return target === after + 4 && program.lines.get(after) === program.lines.get(pc)
    ? destination(program, after)
    : target;
}

Deno.test("assemble makes every branch of random programs reach its label, in the fewest bytes that do", () => {
  const line = fc.oneof(
    fc.record({
      kind: fc.constantFrom("beqz a0,", "bne a1, a2,", "bltz a3,", "p.beqimm a4, 3,", "j", "call"),
      to: fc.nat(99),
    }),
    fc.record({ kind: fc.constantFrom(".space", ".balign"), to: fc.integer({ min: 0, max: 700 }) }),
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 60 }), fc.boolean(), (lines, rvc) => {
      const text = [rvc ? ".option rvc" : ".option norvc"];
      lines.forEach(({ kind, to }, index) => {
        if (kind === ".space") text.push(`l${index}: .space ${to * 2}`);
        else if (kind === ".balign") text.push(`l${index}: .balign ${2 << to % 7}`);
        else text.push(`l${index}: ${kind} l${to % lines.length}`);
      });
      const program = assemble(text.join("\n"));
      lines.forEach(({ kind, to }, index) => {
        if (kind.startsWith(".")) return;
        const pc = program.symbol(`l${index}`);
        const target = program.symbol(`l${to % lines.length}`);
        assertEquals(destination(program, pc), target);
        const short = rvc && !/^(bne|p\.|bltz)/.test(kind);
        const reach = kind.startsWith("beqz") ? 256 : 2048;
        // Branches only ever grow, and alignment may take back what made one grow: hence the margin.
        const bytes = [...program.lines.keys()].filter((at) => program.lines.get(at) === index + 2).at(-1)! - pc;
        if (short && Math.abs(target - pc) < reach - 256) assertEquals([program.halfword(pc) & 3, bytes], [1, 0]);
      });
    }),
    { seed, numRuns: cases(100, 5000) },
  );
});
