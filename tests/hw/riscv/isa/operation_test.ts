import { assert, assertEquals, assertThrows } from "@std/assert";
import type { InstructionSet } from "../../../../hw/riscv/isa/decoder.ts";
import { cv32e40p, ri5cy } from "../../../../hw/riscv/isa/isa.ts";
import { operands } from "../../../../hw/riscv/isa/operands.ts";
import { operationOf, parseOperation } from "../../../../hw/riscv/isa/operation.ts";
import { type Effects, execute, type Machine } from "./interpreter.ts";

/** Registers of the tests: rd is x10, rs1 x11, rs2 x12, rs3 x13. */
interface Given {
  readonly rd?: number;
  readonly rs1?: number;
  readonly rs2?: number;
  readonly rs3?: number;
  readonly imm?: number;
  readonly imm2?: number;
  readonly L?: number;
}

interface Run {
  readonly rd: number;
  readonly rs1: number;
  readonly effects: Effects;
  readonly memory: Map<number, number>;
}

const FIELDS = { rd: 10, rs1: 11, rs2: 12, rs3: 13 } as const;

/** Runs one instruction, through its encoding. */
function run(set: InstructionSet, name: string, given: Given, syntax?: string, year: 2018 | 2019 = 2019): Run {
  const row = set.byName(name).find((each) => syntax === undefined || each.syntax === syntax)!;
  assert(row, `${name} ${syntax}`);
  const fields: Record<string, number> = {};
  for (const { name: field } of set.encodingOf(row).fields) {
    fields[field] = FIELDS[field as "rd"] ?? given[field as "imm"] ?? 0;
  }
  const memory = new Map<number, number>();
  const machine: Machine = {
    registers: new Int32Array(32),
    pc: 0x1000,
    read: (address) => memory.get(address) ?? (address * 37 & 255),
    write: (address, byte) => memory.set(address, byte),
  };
  for (const [register, index] of Object.entries(FIELDS)) machine.registers[index] = given[register as "rd"] ?? 0;
  const decoded = set.decode(set.encode(row, fields))!;
  assertEquals(decoded.instruction, row);
  const effects = execute(operationOf(row, year), decoded, machine);
  return { rd: machine.registers[10] >>> 0, rs1: machine.registers[11] >>> 0, effects, memory };
}

/** What an instruction of both sets leaves in rd. */
function check(name: string, given: Given, expected: number): void {
  const [row] = ri5cy.byName(name);
  assertEquals(run(ri5cy, name, given).rd.toString(16), expected.toString(16), `${name} ${JSON.stringify(given)}`);
  if (row.cv32e40p === undefined) return;
  const moved = run(cv32e40p, row.cv32e40pName ?? name, given, row.syntax);
  assertEquals(moved.rd.toString(16), expected.toString(16), `${row.cv32e40pName} ${JSON.stringify(given)}`);
}

Deno.test("parseOperation: operators bind as in C", () => {
  const text = (operation: string) => JSON.stringify(parseOperation(operation));
  const same = (plain: string, bracketed: string) => assertEquals(text(`rd = ${plain}`), text(`rd = ${bracketed}`));
  same("rs1 + rs2 * 2", "rs1 + (rs2 * 2)");
  same("rs1 - rs2 - 1", "(rs1 - rs2) - 1");
  same("1 << rs1 - 1", "1 << (rs1 - 1)");
  same("rs1 << 1 >> 2 >>> 3", "((rs1 << 1) >> 2) >>> 3");
  same("rs1 & rs2 == 0", "rs1 & (rs2 == 0)");
  same("rs1 < rs2 != rs1 > rs2", "(rs1 < rs2) != (rs1 > rs2)");
  same("rs1 | rs2 ^ rd & 1", "rs1 | (rs2 ^ (rd & 1))");
  same("-rs1 * ~rs2", "(-rs1) * (~rs2)");
  same("rs1 ? 1 : rs2 ? 2 : 3", "rs1 ? 1 : (rs2 ? 2 : 3)");
  same("rs1 == 1 ? rs2 | 1 : 0", "(rs1 == 1) ? (rs2 | 1) : 0");
  same("uimm + uimm2", "imm + imm2");
  same("0xffffffff", "4294967295");
});

Deno.test("parseOperation says where it stops making sense", () => {
  const fails = (text: string, why: string) => {
    const { message } = assertThrows(() => parseOperation(text), Error);
    assertEquals(message, `Cannot parse operation "${text}": ${why}`);
  };
  fails("rd = rs1 +", 'it ends too early, after "rd = rs1 +"');
  fails("rd = rs9", '"rs9" has no value, after "rd = rs9"');
  fails("rd = min(rs1)", '"," expected, not ")", after "rd = min ( rs1 )"');
  fails("rs2 = 1", '"rs2" is not a statement, after "rs2"');
  fails("hwloop(middle, L, 1)", '"middle" is none of start, end, count, after "hwloop ( middle"');
  fails("rd = rs1 $ 2", 'what is "$ 2"?');
  fails("rd = t; let t = 1", '"t" has no value, after "rd = t"');
});

Deno.test("operands: reads, writes and memory come from the operation", () => {
  const of = (name: string, syntax?: string) =>
    operands(ri5cy.byName(name).find((row) => syntax === undefined || row.syntax === syntax)!);
  assertEquals(of("add"), { reads: ["rs1", "rs2"], writes: ["rd"], memory: undefined });
  assertEquals(of("lui"), { reads: [], writes: ["rd"], memory: undefined });
  assertEquals(of("lhu"), { reads: ["rs1"], writes: ["rd"], memory: { kind: "load", bytes: 2, signed: false } });
  assertEquals(of("sb"), { reads: ["rs1", "rs2"], writes: [], memory: { kind: "store", bytes: 1, signed: false } });
  assertEquals(of("p.lb", "rd, rs2(rs1!)"), {
    reads: ["rs1", "rs2"],
    writes: ["rs1", "rd"],
    memory: { kind: "load", bytes: 1, signed: true },
  });
  assertEquals(of("p.sw", "rs2, rs3(rs1!)"), {
    reads: ["rs1", "rs2", "rs3"],
    writes: ["rs1"],
    memory: { kind: "store", bytes: 4, signed: false },
  });
  assertEquals(of("p.mac").reads, ["rd", "rs1", "rs2"]);
  assertEquals(of("pv.sdotsp.sci.b").reads, ["rd", "rs1"]);
  assertEquals(of("p.elw").memory, { kind: "load", bytes: 4, signed: false });
  assertEquals(of("csrrw"), { reads: ["rs1"], writes: ["rd"], memory: undefined });
});

Deno.test("Xpulp: post-increment uses the pointer from before, and a load into the pointer wins", () => {
  const word = (address: number) => [3, 2, 1, 0].reduce((all, i) => all * 256 + ((address + i) * 37 & 255), 0);
  const loaded = run(ri5cy, "p.lw", { rs1: 0x100, imm: -8 }, "rd, imm(rs1!)");
  assertEquals([loaded.rd, loaded.rs1], [word(0x100), 0xf8]);
  const indexed = run(ri5cy, "p.lw", { rs1: 0x100, rs2: 12 }, "rd, rs2(rs1)");
  assertEquals([indexed.rd, indexed.rs1], [word(0x10c), 0x100]);
  const stored = run(ri5cy, "p.sh", { rs1: 0x200, rs2: 0x12345, rs3: 6 }, "rs2, rs3(rs1!)");
  assertEquals([stored.rs1, [...stored.memory]], [0x206, [[0x200, 0x45], [0x201, 0x23]]]);
  const [row] = ri5cy.byName("p.lbu");
  const decoded = ri5cy.decode(ri5cy.encode(row, { rd: 11, rs1: 11, imm: 4 }))!;
  const registers = new Int32Array(32).fill(0x40);
  execute(operationOf(row), decoded, { registers, pc: 0, read: () => 0x99, write: () => {} });
  assertEquals(registers[11], 0x99);
});

Deno.test("Xpulp: bit manipulation at the edges, as the RTL has it", () => {
  for (const [name, results] of Object.entries({ "p.ff1": [32, 0, 31, 4], "p.fl1": [32, 0, 31, 7] })) {
    [0, 1, 0x80000000, 0xf0].forEach((rs1, i) => check(name, { rs1 }, results[i]));
  }
  const leading: [number, number][] = [[0, 0], [-1, 31], [1, 30], [-2, 30], [0x7fffffff, 0], [0x80000000, 0]];
  for (const [rs1, expected] of leading) check("p.clb", { rs1 }, expected);
  check("p.cnt", { rs1: -1 }, 32);
  check("p.cnt", { rs1: 0 }, 0);
  check("p.ror", { rs1: 0x12345678, rs2: 36 }, 0x81234567);
  check("p.ror", { rs1: 0x12345678, rs2: 32 }, 0x12345678);
  // Is3 = 7 (8 bits) at Is2 = 28: only 4 bits are left, the sign fills.
  check("p.extract", { rs1: 0x9abcdef0, imm2: 7, imm: 28 }, 0xfffffff9);
  check("p.extractu", { rs1: 0x9abcdef0, imm2: 7, imm: 28 }, 0x9);
  check("p.extract", { rs1: 0x80, imm2: 7, imm: 0 }, 0xffffff80);
  check("p.extract", { rs1: 0x9abcdef0, imm2: 31, imm: 0 }, 0x9abcdef0);
  check("p.insert", { rs1: 0xff, rd: 0x11111111, imm2: 7, imm: 28 }, 0xf1111111);
  check("p.insert", { rs1: 0xab, rd: 0x11111111, imm2: 3, imm: 8 }, 0x11111b11);
  check("p.bclr", { rs1: -1, imm2: 3, imm: 4 }, 0xffffff0f);
  check("p.bset", { rs1: 0, imm2: 31, imm: 31 }, 0x80000000);
  const packed = (7 << 5) | 4;
  check("p.extractr", { rs1: 0xff0, rs2: packed }, 0xffffffff);
  check("p.extractur", { rs1: 0xff0, rs2: packed | 0xfffffc00 }, 0xff);
  check("p.insertr", { rs1: 0x5a, rs2: packed, rd: -1 }, 0xfffff5af);
  check("p.bclrr", { rs1: -1, rs2: packed }, 0xfffff00f);
  check("p.bsetr", { rs1: 0, rs2: packed }, 0xff0);
  check("p.bitrev", { rs1: 0x00000001, imm2: 0, imm: 0 }, 0x80000000);
  check("p.bitrev", { rs1: 0x0000000b, imm2: 1, imm: 0 }, 0xe0000000);
  check("p.bitrev", { rs1: 0x80000000, imm2: 2, imm: 0 }, 0x4);
  check("p.bitrev", { rs1: 0x00000001, imm2: 3, imm: 4 }, 0x08000000);
});

Deno.test("Xpulp: absolute values, clipping, normalising, as the RTL has them", () => {
  check("p.abs", { rs1: -5 }, 5);
  check("p.abs", { rs1: 0x80000000 }, 0x80000000);
  check("p.slet", { rs1: -1, rs2: -1 }, 1);
  check("p.sletu", { rs1: -1, rs2: 1 }, 0);
  check("p.clip", { rs1: 1000, imm: 8 }, 127);
  check("p.clip", { rs1: -1000, imm: 8 }, 0xffffff80);
  check("p.clip", { rs1: 5, imm: 0 }, 0);
  check("p.clip", { rs1: -5, imm: 0 }, 0xffffffff);
  check("p.clipu", { rs1: 1000, imm: 8 }, 127);
  check("p.clipu", { rs1: -1, imm: 8 }, 0);
  check("p.clip", { rs1: 0x7fffffff, imm: 31 }, 0x3fffffff);
  check("p.addN", { rs1: 0x7fffffff, rs2: 1, imm: 1 }, 0xc0000000);
  check("p.adduN", { rs1: 0x7fffffff, rs2: 1, imm: 1 }, 0x40000000);
  check("p.addRN", { rs1: 5, rs2: 1, imm: 2 }, 2);
  check("p.addRN", { rs1: 5, rs2: 1, imm: 0 }, 6);
  check("p.subRN", { rs1: -7, rs2: 0, imm: 1 }, 0xfffffffd);
  check("p.subuRN", { rs1: 0, rs2: 1, imm: 31 }, 0);
  check("p.addNr", { rd: 100, rs1: 28, rs2: 0xffffffe3 }, 16);
  check("p.adduRNr", { rd: -1, rs1: 0, rs2: 4 }, 0);
  check("p.muls", { rs1: 0x18000, rs2: 0x8000 }, 0x40000000);
  check("p.mulu", { rs1: 0xffff, rs2: 0xffff }, 0xfffe0001);
  check("p.mulhhs", { rs1: 0x8000ffff, rs2: 0x00027fff }, 0xffff0000);
  check("p.muluRN", { rs1: 3, rs2: 1, imm: 1 }, 2);
  check("p.macsN", { rd: -16, rs1: 2, rs2: 4, imm: 1 }, 0xfffffffc);
  check("p.machhuRN", { rd: 1, rs1: 0x20000, rs2: 0x30000, imm: 3 }, 1);
  check("p.msu", { rd: 10, rs1: 3, rs2: 4 }, 0xfffffffe);
});

Deno.test("Xpulp: clipping to a negative bound differs from core to core", () => {
  const given = { rs1: 7, rs2: -5 };
  assertEquals(run(ri5cy, "p.clipr", given).rd, 0xfffffffb);
  assertEquals(run(ri5cy, "p.clipr", { rs1: 4, rs2: -5 }).rd, 4);
  assertEquals(run(ri5cy, "p.clipr", { rs1: 4, rs2: -5 }, undefined, 2018).rd, 0xfffffffb);
  assertEquals(run(cv32e40p, "cv.clipr", given).rd, 7);
  assertEquals(run(ri5cy, "p.clipur", { rs1: 0, rs2: -5 }).rd, 0);
  assertEquals(run(ri5cy, "p.clipur", { rs1: 0, rs2: -5 }, undefined, 2018).rd, 0xfffffffb);
});

Deno.test("Xpulp: SIMD lanes wrap, compare and shift by themselves", () => {
  check("pv.add.b", { rs1: 0x7f80ff01, rs2: 0x01800101 }, 0x80000002);
  check("pv.add.sc.h", { rs1: 0x0001ffff, rs2: 0x1234ffff }, 0x0000fffe);
  check("pv.sub.sci.b", { rs1: 0, imm: -32 }, 0x20202020);
  check("pv.avg.b", { rs1: 0x7f80fe03, rs2: 0x7f80ff00 }, 0xff00fe01);
  check("pv.avgu.b", { rs1: 0xff80fe03, rs2: 0x01800300 }, 0x00000001);
  check("pv.min.h", { rs1: 0x80007fff, rs2: 0x0001ffff }, 0x8000ffff);
  check("pv.minu.h", { rs1: 0x80007fff, rs2: 0x0001ffff }, 0x00017fff);
  check("pv.max.sci.b", { rs1: 0x80ff007f, imm: -1 }, 0xffff007f);
  check("pv.maxu.sci.b", { rs1: 0x80ff007f, imm: 63 }, 0x80ff3f7f);
  check("pv.srl.b", { rs1: 0x80ff4001, rs2: 0x08090107 }, 0x807f2000);
  check("pv.sra.h", { rs1: 0x80004000, rs2: 0x0011000f }, 0xc0000000);
  check("pv.sll.sc.b", { rs1: 0x01ff8103, rs2: 9 }, 0x02fe0206);
  check("pv.and.sc.b", { rs1: 0x12345678, rs2: 0xf0 }, 0x10305070);
  check("pv.or.sci.h", { rs1: 0x00010002, imm: -32 }, 0xffe1ffe2);
  check("pv.abs.b", { rs1: 0x80ff7f01 }, 0x80017f01);
  check("pv.abs.h", { rs1: 0x8000fffe }, 0x80000002);
  check("pv.cmpgt.b", { rs1: 0x017f80ff, rs2: 0x0000007f }, 0xffff0000);
  check("pv.cmpgtu.b", { rs1: 0x017f80ff, rs2: 0x0000007f }, 0xffffffff);
  check("pv.cmpeq.sci.h", { rs1: 0xffff0001, imm: -1 }, 0xffff0000);
  check("pv.cmpleu.sci.b", { rs1: 0x3f40ff00, imm: 63 }, 0xff0000ff);
});

Deno.test("Xpulp: dot products, and what the .sci immediate was in 2018", () => {
  check("pv.dotsp.b", { rs1: 0x80808080, rs2: 0x80808080 }, 4 * 128 * 128);
  check("pv.dotup.b", { rs1: 0xffffffff, rs2: 0xffffffff }, 4 * 255 * 255);
  check("pv.dotusp.b", { rs1: 0xffffffff, rs2: 0xffffffff }, 0xfffffc04);
  check("pv.dotup.h", { rs1: 0xffffffff, rs2: 0xffffffff }, (2 * 65535 * 65535) % 2 ** 32);
  check("pv.sdotsp.sc.h", { rd: 1, rs1: 0x00020003, rs2: 0xffff }, 0xfffffffc);
  check("pv.dotup.sci.b", { rs1: 0x01010101, imm: 63 }, 4 * 63);
  const old = run(ri5cy, "pv.dotup.sci.b", { rs1: 0x01010101, imm: 63 }, undefined, 2018);
  assertEquals(old.rd, 4 * 255);
  const older = run(ri5cy, "pv.sdotup.sci.h", { rd: 1, rs1: 0x00010001, imm: 32 }, undefined, 2018);
  assertEquals(older.rd, 1 + 2 * 0xffe0);
});

Deno.test("Xpulp: shuffles, packs, lanes in and out", () => {
  const rs1 = 0x33221100, rd = 0x77665544;
  check("pv.shuffle.b", { rs1, rs2: 0x00010203 }, 0x00112233);
  check("pv.shuffle.h", { rs1, rs2: 0x00000001 }, 0x11003322);
  check("pv.shuffle2.b", { rs1, rd, rs2: 0x04000703 }, 0x00443377);
  check("pv.shuffle2.h", { rs1, rd, rs2: 0x00020001 }, 0x11007766);
  check("pv.shuffle.sci.h", { rs1, imm: 1 }, 0x11003322);
  check("pv.shuffleI0.sci.b", { rs1, imm: 0b011011 }, 0x00112233);
  check("pv.shuffleI3.sci.b", { rs1, imm: 0b000110 }, 0x33001122);
  check("pv.pack.h", { rs1: 0x1111aaaa, rs2: 0x2222bbbb }, 0xaaaabbbb);
  check("pv.pack.h.h", { rs1: 0x1111aaaa, rs2: 0x2222bbbb }, 0x11112222);
  check("pv.packhi.b", { rs1: 0x12, rs2: 0x34, rd }, 0x12345544);
  check("pv.packlo.b", { rs1: 0x12, rs2: 0x34, rd }, 0x77661234);
  check("pv.extract.b", { rs1: 0x80, imm: 0 }, 0xffffff80);
  check("pv.extractu.b", { rs1, imm: 3 }, 0x33);
  check("pv.extract.h", { rs1: 0x80000000, imm: 1 }, 0xffff8000);
  check("pv.insert.b", { rs1: 0x1ee, rd, imm: 2 }, 0x77ee5544);
  check("pv.insert.h", { rs1: 0x1eeee, rd, imm: 1 }, 0xeeee5544);
});

Deno.test("Xpulp: complex numbers", () => {
  // (0.5 + 0.25j) * (0.5 - 0.5j) = 0.375 - 0.125j, in Q15.
  const given = { rs1: 0x20004000, rs2: 0xc0004000, rd: 0x55556666 };
  check("pv.cplxmul.h.r", given, 0x55553000);
  check("pv.cplxmul.h.i", given, 0xf0006666);
  check("pv.cplxmul.h.i.div4", given, 0xfc006666);
  check("pv.cplxconj.h", { rs1: 0x00015678 }, 0xffff5678);
  check("pv.cplxconj.h", { rs1: 0x80005678 }, 0x80005678);
  check("pv.subrotmj.h", { rs1: 0x00050003, rs2: 0x00010001 }, 0xfffe0004);
  check("pv.subrotmj.h.div2", { rs1: 0x00050003, rs2: 0x00010001 }, 0xffff0002);
  check("pv.add.h.div2", { rs1: 0x7fff8000, rs2: 0x00018000 }, 0xc0000000);
  check("pv.sub.h.div8", { rs1: 0x00400000, rs2: 0x00000040 }, 0x0008fff8);
});

Deno.test("Xpulp: hardware loops and immediate branches", () => {
  const { effects } = run(ri5cy, "lp.setupi", { L: 1, imm: 4095, imm2: 62 });
  assertEquals(effects.hwloop, [["start", 1, 0x1004], ["end", 1, 0x103e], ["count", 1, 4095]]);
  assertEquals(run(ri5cy, "lp.starti", { imm: 8190 }).effects.hwloop, [["start", 0, 0x1000 + 8190]]);
  assertEquals(run(cv32e40p, "cv.endi", { imm: 16380 }).effects.hwloop, [["end", 0, 0x1000 + 16380]]);
  assertEquals(run(cv32e40p, "cv.start", { rs1: 0x2003 }).effects.hwloop, [["start", 0, 0x2000]]);
  assertEquals(run(ri5cy, "lp.count", { rs1: -1 }).effects.hwloop, [["count", 0, -1]]);
  assertEquals(run(ri5cy, "p.beqimm", { rs1: -16, imm2: -16, imm: -4096 }).effects.nextPc, 0);
  assertEquals(run(ri5cy, "p.bneimm", { rs1: 15, imm2: 15, imm: 64 }).effects.nextPc, 0x1004);
});

Deno.test("RV32IM: division by zero and overflow, jumps, traps", () => {
  const least = 0x80000000 | 0;
  check("div", { rs1: 7, rs2: 0 }, 0xffffffff);
  check("divu", { rs1: 7, rs2: 0 }, 0xffffffff);
  check("rem", { rs1: -7, rs2: 0 }, 0xfffffff9);
  check("remu", { rs1: 7, rs2: 0 }, 7);
  check("div", { rs1: least, rs2: -1 }, 0x80000000);
  check("rem", { rs1: least, rs2: -1 }, 0);
  check("div", { rs1: -7, rs2: 2 }, 0xfffffffd);
  check("rem", { rs1: -7, rs2: 2 }, 0xffffffff);
  check("mulhsu", { rs1: -1, rs2: -1 }, 0xffffffff);
  check("sltiu", { rs1: 5, imm: -1 }, 1);
  check("srai", { rs1: least, imm: 31 }, 0xffffffff);
  const jump = run(ri5cy, "jalr", { rs1: 0x2001, imm: 2 });
  assertEquals([jump.rd, jump.effects.nextPc], [0x1004, 0x2002]);
  assertEquals(run(ri5cy, "bltu", { rs1: 1, rs2: -1, imm: 16 }).effects.nextPc, 0x1010);
  assertEquals([run(ri5cy, "ecall", {}).effects.trap, run(ri5cy, "ebreak", {}).effects.trap], [11, 3]);
});
