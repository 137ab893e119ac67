import { assertEquals, assertThrows } from "@std/assert";
import { asm, assemble, AssemblyError } from "../../../../hw/riscv/isa/assembler.ts";
import { cv32e40p, ri5cy } from "../../../../hw/riscv/isa/isa.ts";
import type { Program } from "../../../../hw/riscv/isa/program.ts";
import { words } from "./program_words.ts";

/** Bytes of a section. */
function bytesOf(program: Program, name: string): number[] {
  return [...program.segments.find((segment) => segment.name === name)?.bytes ?? []];
}

Deno.test("assemble encodes Xpulp as the recorded RI5CY programs do", () => {
  const source = `
    p.lw x5, 4(x6!)
    p.lw x5, x7(x6!)
    p.lw x5, x7(x6)
    p.sb x5, 1(x6!)
    p.mac x5, x6, x7
    pv.add.b x5, x6, x7
    pv.sdotsp.h x5, x6, x7
    p.extbs x5, x6
    p.addN x5, x6, x7, 1`;
  const r = (opcode: number, f3: number, f7: number) => f7 << 25 | 7 << 20 | 6 << 15 | f3 << 12 | 5 << 7 | opcode;
  const expected = [
    4 << 20 | 6 << 15 | 2 << 12 | 5 << 7 | 0x0b,
    r(0x0b, 7, 0x10),
    r(0x03, 7, 0x10),
    5 << 20 | 6 << 15 | 0 << 12 | 1 << 7 | 0x2b,
    r(0x33, 0, 0x21),
    r(0x57, 1, 0x00),
    r(0x57, 0, 0x5c),
    (r(0x33, 6, 0x08) & ~(31 << 20)) | 0,
    r(0x5b, 2, 0x01),
  ];
  assertEquals(words(assemble(source)), expected.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join(" "));
});

Deno.test("assemble takes hardware loops of RI5CY as x0, 0 or L0, and the last instruction as their end", () => {
  const body = "nop; last: add x20, x20, x21; nop";
  for (const name of ["x1", "1", "L1"]) {
    const program = assemble(`.option norvc; lp.setupi ${name}, 10, last; ${body}`);
    const distance = program.symbol("last") / 2;
    assertEquals(program.word(0), 0x507b | 1 << 7 | distance << 15 | 10 << 20);
  }
  const program = assemble(`
    .option norvc
    lp.starti x0, first
    lp.endi x0, last
    lp.count x0, a0
    first: ${body}`);
  assertEquals(program.word(0), 0x007b | (12 / 2) << 20);
  assertEquals(program.word(4), 0x107b | (16 - 4) / 2 << 20);
  assertEquals(program.word(8), 0x207b | 10 << 15);
});

Deno.test("assemble takes the instruction after the body as the end of a CV32E40P hardware loop", () => {
  const program = assemble(".option norvc; cv.setupi 0, 10, after; nop; nop; after: nop", { set: cv32e40p });
  assertEquals(program.word(0), 0x462b | (12 / 4) << 15 | 10 << 20);
  assertThrows(
    () => assemble("cv.setupi 0, 10, after; nop; after: nop", { set: cv32e40p }),
    AssemblyError,
    "target 0x6 is misaligned: it has to lie a multiple of 4 bytes from here",
  );
});

Deno.test("assemble gives every instruction its line and every label its address", () => {
  const program = assemble("start:\n nop\n\n.option norvc\nmid: nop; nop\nend:\n", { base: 0x1c00_0080 });
  assertEquals([...program.lines], [[0x1c00_0080, 2], [0x1c00_0082, 5], [0x1c00_0086, 5]]);
  assertEquals([...program.symbols], [["start", 0x1c00_0080], ["mid", 0x1c00_0082], ["end", 0x1c00_008a]]);
  assertEquals(program.entry, 0x1c00_0080);
  assertEquals(assemble("nop; _start: nop").entry, 2);
});

Deno.test("Program tells what it does not have", () => {
  const program = assemble("start: nop", { file: "boot.s" });
  assertThrows(() => program.symbol("stop"), RangeError, "Cannot find symbol 'stop' in boot.s: it defines start");
  assertThrows(() => program.word(0), RangeError, "Cannot read 0x2: no segment of boot.s holds that address");
});

Deno.test("assemble resolves numeric local labels by direction", () => {
  const program = assemble("1: .word 1b, 1f; 1: .word 1b, 1f; 1:", { base: 0x100 });
  assertEquals([0, 4, 8, 12].map((at) => program.word(0x100 + at)), [0x100, 0x108, 0x108, 0x110]);
});

Deno.test("assemble puts code first, then .rodata, .data and .bss", () => {
  const program = assemble(
    ".bss; b: .space 8; .data; d: .byte 1; .section .rodata.x; r: .byte 2; .text; nop; .data; .byte 3",
  );
  assertEquals(program.segments.map(({ name, address, bytes }) => [name, address, bytes.length]), [
    [".text", 0, 2],
    [".rodata.x", 4, 1],
    [".data", 8, 2],
    [".bss", 12, 8],
  ]);
  assertEquals(bytesOf(program, ".data"), [1, 3]);
});

Deno.test("assemble writes data of all widths, texts with escapes, and distances", () => {
  const program = assemble(String.raw`.data
    .byte 1, -1, 255, 'a', '\n', ';'  # ; comment
    .half 0x1234 /* inside */, -2
    .word 0xdeadbeef, end - start
    start: .ascii "a#;\"\x41\0", "é" // comment
    .asciz "b"
    end: .zero 2
    .space 2, 7`);
  assertEquals(bytesOf(program, ".data"), [
    ...[1, 255, 255, 97, 10, 59],
    ...[0x34, 0x12, 0xfe, 0xff],
    ...[0xef, 0xbe, 0xad, 0xde, 10, 0, 0, 0],
    ...[97, 35, 59, 34, 0x41, 0, 0xc3, 0xa9],
    ...[98, 0],
    ...[0, 0, 7, 7],
  ]);
});

Deno.test("assemble aligns code with nops, data with zeros, and moves with .org and .space", () => {
  assertEquals(words(assemble("nop; .align 3; ret")), "0001 0001 00000013 8082");
  assertEquals(bytesOf(assemble(".data; .byte 1; .balign 4; .byte 2; .p2align 2, 9; .byte 3"), ".data"), [
    ...[1, 0, 0, 0],
    ...[2, 9, 9, 9],
    3,
  ]);
  assertEquals(bytesOf(assemble(".data; .byte 1; .p2align 3, 0, 4; .byte 2"), ".data"), [1, 2]);
  assertEquals(bytesOf(assemble(".data; s: .byte 1; .org 3; .byte 2; .org s + 5; .byte 3", { base: 64 }), ".data"), [
    ...[1, 0, 0, 2, 0],
    3,
  ]);
  assertEquals(bytesOf(assemble(".data; s: .byte 1; .space 4 - (. - s); .byte 2"), ".data"), [1, 0, 0, 0, 2]);
});

for (
  const [expression, value] of [
    ["1 + 2 * 3", 7],
    ["1 + 1 << 2", 5],
    ["7 & 3 + 1", 4],
    ["1 << 4 | 3 ^ 1", 18],
    ["-7 / 2", -3],
    ["-7 % 4", -3],
    ["~5 & 0xff", 250],
    ["-(2 + 3) * 2", -10],
    ["0b101 + 010 + 0x10", 29],
    ["'a' + 1", 98],
    ["-1 >> 4", -1],
    ["(3 > 2) + (2 == 2)", -2],
    ["SIZE / 4 + later", 21],
  ] as const
) {
  Deno.test(`assemble computes ${expression}`, () => {
    const program = assemble(`.equ SIZE, 64; .word ${expression}; .equ later, 5`);
    assertEquals(program.word(0) | 0, value);
  });
}

Deno.test("assemble lets .set change a value, and knows what is given from outside", () => {
  const program = assemble(".set n, 1; .rept 3; .word n * UNIT; .set n, n + 1; .endr; m = n; .word m", {
    symbols: { UNIT: 10 },
  });
  assertEquals([0, 4, 8, 12].map((at) => program.word(at)), [10, 20, 30, 4]);
  assertEquals([...program.symbols.keys()], ["n", "m"]);
});

Deno.test("assemble splits addresses with %hi and %lo, and with %pcrel_hi and %pcrel_lo", () => {
  const source = (target: number) => `
    lui a0, %hi(${target}); addi a0, a0, %lo(${target})
    1: auipc a1, %pcrel_hi(${target}); addi a1, a1, %pcrel_lo(1b)
    la a2, x; li a3, x; x = ${target}`;
  for (const target of [0x1c00_0000, 0x1c00_07ff, 0x1c00_0800, 0x8000_0000, 0xffff_f800, 0x10]) {
    const base = 0x1c00_1000;
    const program = assemble(`.option norvc; ${source(target)}`, { base });
    for (const [pc, relative] of [[0, 0], [8, base + 8], [16, base + 16], [24, 0]]) {
      const upper = program.word(base + pc) & 0xffff_f000;
      const lower = program.word(base + pc + 4) >> 20;
      assertEquals((relative + upper + lower) >>> 0, target);
    }
  }
});

Deno.test("assemble reads and writes memory by symbol", () => {
  const program = assemble("lw a0, x; sw a0, x, t0; .data; x: .word 0");
  assertEquals(words(program).split(" ").slice(0, 4), ["00000517", "01052503", "00000297", "00a2a423"]);
});

Deno.test("assemble expands macros with arguments, defaults and numbered labels", () => {
  const source = String.raw`
    .macro count rd, times=2, step:req
      li \rd, \times
    again\@:
      addi \rd, \rd, -(\step)
      bnez \rd, again\@
    .endm
    count a0, 3, 1
    count a1, step=2
    .macro lanes op, a
      pv.\op\().h \a, \a, \a
      pv.\op.b \a, \a, \a
    .endm
    lanes sub, a0
    .macro pair a
      .byte \a
      .if \a > 0
      pair \a-1
      .endif
    .endm
    pair 2`;
  const program = assemble(source);
  assertEquals([...program.symbols.keys()], ["again0", "again1"]);
  const code = Array.from({ length: 6 }, (_, index) => program.halfword(2 * index).toString(16));
  assertEquals(code, ["450d", "157d", "fd7d", "4589", "15f9", "fdfd"]);
  assertEquals([program.word(12), program.word(16)].map((word) => ri5cy.decode(word)?.instruction.name), [
    "pv.sub.h",
    "pv.sub.b",
  ]);
  assertEquals(program.segments[0].bytes.slice(-3).join(), "2,1,0");
  assertEquals(program.lines.get(0), 8);
});

Deno.test("assemble leaves out what conditions exclude", () => {
  const source = (set: string) => `
    ${set}
    .ifdef BIG
      .if BIG == 2
        .byte 2
      .elseif BIG > 2
        .byte 3
      .else
        .byte 1
      .endif
    .else
      .byte 0
    .endif`;
  for (const [set, byte] of [["BIG = 1", 1], ["BIG = 2", 2], ["BIG = 5", 3]] as const) {
    assertEquals(bytesOf(assemble(source(set)), ".text"), [byte]);
  }
  assertEquals(bytesOf(assemble(source("")), ".text"), [0]);
});

Deno.test("asm assembles a template with numbers and names, and takes options", () => {
  assertEquals(words(asm`li ${"a0"}, ${-5}`), words(assemble("li a0, -5")));
  assertEquals(asm({ base: 0x80 })`nop; x: nop`.symbol("x"), 0x82);
  assertEquals(bytesOf(asm`.ascii "\n\\"`, ".text"), [10, 92]);
  assertThrows(() => asm`li a0, ${1.5}`, RangeError, "Cannot assemble ${1.5}: numbers have to be integers");
});
