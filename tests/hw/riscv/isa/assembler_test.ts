import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { asm, assemble, type AssembleOptions, AssemblyError } from "../../../../hw/riscv/isa/assembler.ts";
import { cv32e40p, ri5cy } from "../../../../hw/riscv/isa/isa.ts";
import type { Program } from "../../../../hw/riscv/isa/program.ts";
import { cases, seed } from "../../../sampling.ts";

/** Bytes of the first segment as instruction words or halfwords, in hexadecimal. */
function words(program: Program): string {
  const { address, bytes } = program.segments[0];
  const found: string[] = [];
  for (let pc = address; pc < address + bytes.length;) {
    const half = program.halfword(pc);
    const size = (half & 3) === 3 ? 4 : 2;
    found.push((size === 4 ? program.word(pc) : half).toString(16).padStart(2 * size, "0"));
    pc += size;
  }
  return found.join(" ");
}

/** Bytes of a section. */
function bytesOf(program: Program, name: string): number[] {
  return [...program.segments.find((segment) => segment.name === name)?.bytes ?? []];
}

/** The message of the first mistake in a source. */
function mistake(source: string, options: AssembleOptions = {}): string {
  return assertThrows(() => assemble(source, options), AssemblyError).problems[0].message;
}

/** Output of GNU as 2.40, -march=rv32imc_zicsr_zifencei. */
const GNU = String.raw`
  nop = 0001
  mv a0, a1 = 852e
  mv a0, a0 = 852a
  li a0, 0 = 4501
  li a0, 31 = 457d
  li a0, -32 = 5501
  li a0, 32 = 02000513
  li a0, 2047 = 7ff00513
  li a0, 2048 = 6505 80050513
  li a0, -2048 = 80000513
  li a0, -2049 = 757d 7ff50513
  li a0, 0x12345678 = 12345537 67850513
  li a0, 0x12345000 = 12345537
  li a0, 0x1f000 = 657d
  li a0, -1 = 557d
  li a0, 0xfffff000 = 757d
  li a0, 0x800 = 6505 80050513
  li a0, 0xfffff800 = 80000513
  li x0, 5 = 00500013
  li sp, 0x3000 = 00003137
  addi sp, sp, -16 = 1141
  addi sp, sp, 16 = 0141
  addi sp, sp, 64 = 6121
  addi sp, sp, -512 = 7101
  addi a0, sp, 16 = 0808
  addi a0, sp, 3 = 00310513
  addi t0, sp, 16 = 01010293
  addi a0, a0, 0 = 852a
  addi a0, a1, 0 = 852e
  addi a0, x0, 7 = 451d
  addi x0, x0, 0 = 0001
  addi x0, x0, 5 = 00500013
  add a0, a0, a1 = 952e
  add a0, a1, a0 = 952e
  add a0, x0, a1 = 852e
  add a0, a1, x0 = 00058533
  add a0, a0, x0 = 00050533
  add x0, a0, a1 = 00b50033
  sub a0, a0, a1 = 8d0d
  sub a0, a1, a0 = 40a58533
  sub t0, t0, a1 = 40b282b3
  xor s0, s0, s1 = 8c25
  xor s0, s1, s0 = 8c25
  or a0, a0, a5 = 8d5d
  and a0, a5, a0 = 8d7d
  and t0, t0, t1 = 0062f2b3
  andi a0, a0, 15 = 893d
  andi a0, a0, 63 = 03f57513
  andi a0, a0, -1 = 997d
  slli a0, a0, 3 = 050e
  slli t0, t0, 31 = 02fe
  slli a0, a0, 0 = 00051513
  srli a0, a0, 3 = 810d
  srli t0, t0, 3 = 0032d293
  srai a5, a5, 31 = 87fd
  lui a0, 1 = 6505
  lui a0, 0xfffff = 757d
  lui a0, 31 = 657d
  lui a0, 32 = 00020537
  lui a0, 0xfffe0 = 7501
  lui sp, 1 = 00001137
  lui x0, 1 = 00001037
  lw a0, 0(a1) = 4188
  lw a0, 4(a1) = 41c8
  lw a0, 124(a1) = 5de8
  lw a0, 128(a1) = 0805a503
  lw a0, 3(a1) = 0035a503
  lw a0, -4(a1) = ffc5a503
  lw a0, (a1) = 4188
  lw t0, 0(a1) = 0005a283
  lw a0, 0(sp) = 4502
  lw t0, 252(sp) = 52fe
  lw t0, 256(sp) = 10012283
  lw x0, 0(sp) = 00012003
  sw a0, 0(a1) = c188
  sw x0, 0(sp) = c002
  sw t6, 252(sp) = dffe
  sw a0, 124(a5) = dfe8
  sw a0, 4(t0) = 00a2a223
  lb a0, 0(a0) = 00050503
  sb a0, -1(a0) = fea50fa3
  lhu a0, 2(a0) = 00255503
  jr a0 = 8502
  jr x0 = 00000067
  ret = 8082
  jalr a0 = 9502
  jalr ra, 4(a0) = 004500e7
  jr t0 = 8282
  jalr a1, a0 = 000505e7
  jalr a1, a0, 8 = 008505e7
  jalr a1, 8(a0) = 008505e7
  ebreak = 9002
  ecall = 00000073
  mret = 30200073
  wfi = 10500073
  fence = 0ff0000f
  fence.i = 0000100f
  csrr a0, mstatus = 30002573
  csrw mepc, a0 = 34151073
  csrs mstatus, a0 = 30052073
  csrc mstatus, a0 = 30053073
  csrwi mtvec, 5 = 3052d073
  csrsi mstatus, 8 = 30046073
  csrci mstatus, 8 = 30047073
  csrrw a0, 0x7c0, a1 = 7c059573
  csrrwi a0, mcause, 31 = 342fd573
  csrw mepc, 3 = 3411d073
  seqz a0, a1 = 0015b513
  snez a0, a1 = 00b03533
  sltz a0, a1 = 0005a533
  sgtz a0, a1 = 00b02533
  sgt a0, a1, a2 = 00b62533
  sgtu a0, a1, a2 = 00b63533
  not a0, a0 = fff54513
  neg a0, a0 = 40a00533
  add a0, a0, 4 = 0511
  and a0, a0, 4 = 8911
  sll a0, a0, 4 = 0512
  mul a0, a1, a2 = 02c58533
  mulh a0, a1, a2 = 02c59533
  mulhsu a0, a1, a2 = 02c5a533
  mulhu a0, a1, a2 = 02c5b533
  div a0, a1, a2 = 02c5c533
  divu a0, a1, a2 = 02c5d533
  rem a0, a1, a2 = 02c5e533
  remu a0, a1, a2 = 02c5f533
  li t0, 64*2+1 = 08100293
  li a0, 1+2*3 = 451d
  li a0, (1<<4|3) = 454d
  li a0, 1 + 1 << 2 = 4515
  li a0, 7 & 3 + 1 = 4511
  li a0, ~5 = 5569
  li a0, 'a' = 06100513
  li a0, 010 = 4521
  c.addi a0, 1 = 0505
  c.li a0, 5 = 4515
  c.lui a0, 0xfffff = 757d
  c.lw a0, 4(a1) = 41c8
  c.lwsp a0, 8(sp) = 4522
  c.addi16sp sp, 32 = 6105
  c.addi4spn a0, sp, 8 = 0028
  c.mv a0, a1 = 852e
  c.nop = 0001
`;

Deno.test("assemble makes of RV32IMC and pseudo-instructions what GNU as does", () => {
  for (const line of GNU.trim().split("\n")) {
    const [text, expected] = line.trim().split(" = ");
    assertEquals(`${text} = ${words(assemble(text))}`, `${text} = ${expected}`);
  }
});

Deno.test("assemble takes no 16-bit forms after .option norvc, and .option pop brings them back", () => {
  const source = ".option push; .option norvc; addi a0, a0, 1; c.addi a0, 1; .option pop; addi a0, a0, 1";
  assertEquals(words(assemble(source)), "00150513 0505 0505");
});

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
  assertStringIncludes(
    mistake("cv.setupi 0, 10, after; nop; after: nop", { set: cv32e40p }),
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

Deno.test("assemble makes call and tail one jump where that reaches, and two instructions else", () => {
  assertEquals(words(assemble("call f; f: ret")), "2009 8082");
  assertEquals(words(assemble(".option norvc; tail f; f: ret")), "0040006f 00008067");
  assertEquals(words(assemble(".option norelax; .option norvc; call f; f: ret")), "00000097 008080e7 00008067");
  const far = assemble(".option norvc; call f; tail f; f = 0x1c000000");
  assertEquals(words(far), "1c000097 000080e7 1c000317 ff830067");
});

Deno.test("assemble reads and writes memory by symbol", () => {
  const program = assemble("lw a0, x; sw a0, x, t0; .data; x: .word 0");
  assertEquals(words(program).split(" ").slice(0, 4), ["00000517", "01052503", "00000297", "00a2a423"]);
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
    ["many large spaces", ".space 60000000\n".repeat(1000)],
    ["a long blank", `.macro m${" ".repeat(200_000)}x\n.endm\n${" ".repeat(200_000)}`],
    ["a long operand list", `add ${"a0,".repeat(100_000)}a0`],
    ["many branches in a chain", Array.from({ length: 3000 }, (_, n) => `l${n}: beqz a0, l${n + 90}`).join("\n")],
  ] as const
) {
  Deno.test(`assemble comes to an end with ${what}`, () => survives(source));
}
