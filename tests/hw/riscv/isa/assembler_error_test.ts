import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { assemble, type AssembleOptions, AssemblyError } from "../../../../hw/riscv/isa/assembler.ts";
import { cv32e40p } from "../../../../hw/riscv/isa/isa.ts";
import { cases, seed } from "../../../sampling.ts";
import { words } from "./program_words.ts";

/** The message of the first mistake in a source. */
function mistake(source: string, options: AssembleOptions = {}): string {
  return assertThrows(() => assemble(source, options), AssemblyError).problems[0].message;
}

for (
  const [source, message] of [
    ["adi a0, a0, 1", "Cannot assemble 'adi a0, a0, 1': there is no instruction adi; the nearest is addi rd, rs1, imm"],
    [
      "addi a0, a0, 5000",
      "Cannot assemble 'addi a0, a0, 5000': immediate 5000 does not fit 12 signed bits (-2048..2047)",
    ],
    ["c.lw t0, 0(a0)", "Cannot assemble 'c.lw t0, 0(a0)': register must be one of x8..x15, not x5"],
    ["c.lwsp x0, 0(sp)", "Cannot assemble 'c.lwsp x0, 0(sp)': rd of c.lwsp must not be x0"],
    ["loop: j lop", "Cannot assemble 'j lop': there is no label lop; the nearest is loop"],
    ["j 1f", "Cannot assemble 'j 1f': there is no label 1: after this"],
    ["j 1b", "Cannot assemble 'j 1b': there is no label 1: before this"],
    ["a: nop\na: nop", "Cannot define label 'a': line 1 has it already"],
    ["a0: nop", "Cannot define label 'a0': it is a register"],
    [
      "beq a0, a1, . + 3",
      "Cannot assemble 'beq a0, a1, . + 3': target 0x3 is misaligned: it has to lie a multiple of 2 bytes from here",
    ],
    [
      "j . + 0x200000",
      "Cannot assemble 'j . + 0x200000': target 0x200000 is too far away: its distance of 2097152 is not in -1048576..1048574",
    ],
    ["addi a0, a0", "Cannot assemble 'addi a0, a0': addi takes rd, rs1, imm"],
    ["add a0, a1, a2, a3", "Cannot assemble 'add a0, a1, a2, a3': add takes rd, rs1, rs2 or rd, rs1, imm"],
    ["addi a8, a0, 1", "Cannot assemble 'addi a8, a0, 1': a8 is no register; addi takes rd, rs1, imm"],
    ["csrr a0, mstats", "Cannot assemble 'csrr a0, mstats': there is no CSR mstats; the nearest is mstatus"],
    [
      "csrr a0, lpstart0",
      "Cannot assemble 'csrr a0, lpstart0': CSR lpstart0 is 0x7b0 in the RI5CY of 2018 and 0x7c0 in that of 2019: write the number",
    ],
    ["lp.count x2, a0", "Cannot assemble 'lp.count x2, a0': a hardware loop is x0 or x1"],
    ["cv.lw a0, 4(a1!)", "Cannot assemble 'cv.lw a0, 4(a1!)': ri5cy has no cv.lw; it calls it p.lw rd, imm(rs1!)"],
    ["lui a0, 0x100000", "Cannot assemble 'lui a0, 0x100000': immediate 1048576 does not fit 20 bits (0..1048575)"],
    [
      "li a0, 1 << 32",
      "Cannot assemble 'li a0, 1 << 32': immediate 4294967296 does not fit 32 bits (-2147483648..4294967295)",
    ],
    [".byte 256", "Cannot assemble '.byte 256': value 256 does not fit 8 bits (-128..255)"],
    [".byte 1; nop", "Cannot assemble 'nop': its address 0x1 is odd: put .align 1 before it"],
    [".wrod 3", "Cannot find directive .wrod; the nearest is .word"],
    ["addi a0, a0, %low(x)", "Cannot read '%low': there are %hi, %lo, %pcrel_hi and %pcrel_lo"],
    [
      "addi a0, a0, %pcrel_lo(x); x:",
      "Cannot find %pcrel_hi: %pcrel_lo takes the label of the instruction that has the %pcrel_hi",
    ],
    [".word 1 / 0", "Cannot compute 1 / 0: division by zero"],
    [".word 08", "Cannot read number '08'"],
    ['.ascii "abc', "Cannot read text: its closing quote is missing"],
    ["nop\nnop /* open\nfoo", "Cannot find */: the comment that begins here never ends"],
    [".align 40", "Cannot align to 40: .align takes 0 to 16, the power of two"],
    [".space -1", "Cannot move to an address before this one: .space would take -1 bytes"],
    [".space 1 << 40", "Cannot make room: .space would take 1099511627776 bytes, the most is 67108864"],
    [".set a, b\n.set b, a\n.word a", "Cannot assemble '.set a, b': symbol b is defined by itself"],
    [".org later\n.byte 1\nlater:", "Cannot place what comes before: its size depends on itself"],
    [".macro m\n.byte 1", "Cannot find .endm: the block that begins here never ends"],
    [".macro m x:req\n.endm\nm", "Cannot expand m: argument x is missing"],
    [
      ".macro m\nm\n.endm\nm",
      "Cannot expand: macros and repetitions use each other more than 64 deep (in macro m, used in line 4)",
    ],
    [".if 1", "Cannot find .endif: the condition that begins here never ends"],
    [".endif", "Cannot end with .endif: there is no .if before it"],
    [".option pop", "Cannot take back options: there is no .option push before this .option pop"],
  ] as const
) {
  Deno.test(`assemble refuses ${JSON.stringify(source)}`, () => {
    assertEquals(mistake(source), message);
  });
}

Deno.test("assemble tells of CV32E40P's mnemonics", () => {
  assertStringIncludes(
    mistake("p.lw a0, 4(a1!)", { set: cv32e40p }),
    "cv32e40p has no p.lw; it calls it cv.lw rd, imm(rs1!)",
  );
  assertEquals(words(assemble("rdcycle a0", { set: cv32e40p })), "c0002573");
  assertStringIncludes(mistake("rdcycle a0"), "there is no instruction rdcycle");
});

Deno.test("assemble tells all mistakes of a source, each with its place and a caret", () => {
  const error = assertThrows(
    () => assemble("  nop\n  adi a0, a0, 1\nx: addi a0, a0, 5000 # much\n\tj nowhere", { file: "boot.s" }),
    AssemblyError,
  );
  assertEquals(
    error.message,
    [
      "boot.s:2:3: Cannot assemble 'adi a0, a0, 1': there is no instruction adi; the nearest is addi rd, rs1, imm",
      "      adi a0, a0, 1",
      "      ^",
      "boot.s:3:17: Cannot assemble 'addi a0, a0, 5000': immediate 5000 does not fit 12 signed bits (-2048..2047)",
      "    x: addi a0, a0, 5000 # much",
      "                    ^",
    ].join("\n"),
  );
  assertEquals(error.problems.map(({ line, column }) => [line, column]), [[2, 3], [3, 17]]);
});

Deno.test("assemble refuses a base that is odd or no address", () => {
  for (const base of [1, -2, 2 ** 32, 0.5]) {
    assertThrows(() => assemble("nop", { base }), RangeError, "Cannot assemble at base");
  }
});

/** Whether a source assembles or is refused as it should be. */
function survives(source: string): void {
  try {
    const program = assemble(source);
    assert(program.segments.length >= 0);
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
  }
}

Deno.test("assemble throws nothing but AssemblyError at random characters", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), survives), {
    seed,
    numRuns: cases(300, 50_000),
  });
});

Deno.test("assemble throws nothing but AssemblyError at random words", () => {
  const word = fc.constantFrom(
    ..."addi lw li la call j beqz p.lw lp.setupi csrr .word .byte .ascii .space .align .org .set .equ .macro .endm .rept"
      .split(" "),
    ..."1 0 -1 0x7fffffff 999999999999 1b 1f x a0 sp x5 mstatus m \\x \\@ .endr .if .else .endif .section .option rvc"
      .split(" "),
    ..."push pop 1: x: m ( ) , ! + - * / % << >> & | ^ ~ = \" ' # ; . %hi( %lo( %pcrel_hi( %pcrel_lo( /* */".split(" "),
    "\n",
    "\n",
  );
  fc.assert(fc.property(fc.array(word, { maxLength: 60 }), (words) => survives(words.join(" "))), {
    seed,
    numRuns: cases(1000, 100_000),
  });
});

for (
  const [what, source] of [
    ["nested parentheses", `.word ${"(".repeat(50_000)}1`],
    ["a long chain of signs", `.word ${"-".repeat(50_000)}1`],
    ["a long sum of symbols", `.word ${"x+".repeat(50_000)}1`],
    ["a symbol that doubles", ".set x, y\n.rept 200\n.set x, x + x\n.endr\n.word x\ny:"],
    [
      "names that stand for each other",
      Array.from({ length: 20_000 }, (_, n) => `.set n${n}, n${n + 1} + n${n + 1}`).join("\n"),
    ],
    ["repetitions in repetitions", ".rept 1000000\n.rept 1000000\n.byte 1\n.endr\n.endr"],
    ["empty repetitions", `.rept 1000000\n.rept 0\n${".byte 1\n".repeat(1000)}.endr\n.endr`],
    ["a macro that doubles its argument", ".macro m x\nm \\x\\x\n.endm\nm abcdefgh"],
    ["a macro that uses itself twice", ".macro m\nm\nm\n.endm\nm"],
    ["a %pcrel_hi of its own %pcrel_lo", "1: auipc a0, %pcrel_hi(%pcrel_lo(1b)); 2: beqz a0, %pcrel_lo(2b)"],
    ["many unknown names", Array.from({ length: 20_000 }, (_, n) => `label${n}: j lable${n}`).join("\n")],
    ["many large spaces", ".space 60000000\n".repeat(1000)],
    ["a long blank", `.macro m${" ".repeat(200_000)}x\n.endm\n${" ".repeat(200_000)}`],
    ["a long operand list", `add ${"a0,".repeat(100_000)}a0`],
    ["many branches in a chain", Array.from({ length: 3000 }, (_, n) => `l${n}: beqz a0, l${n + 90}`).join("\n")],
  ] as const
) {
  Deno.test(`assemble comes to an end with ${what}`, () => survives(source));
}
