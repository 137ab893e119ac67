import { assert, assertEquals, assertThrows } from "@std/assert";
import * as bits from "../../../hw/riscv/bit_builtins.ts";
import { type Builtin, builtins } from "../../../hw/riscv/builtin.ts";
import { instructionMethods } from "../../../hw/riscv/firmware_methods.ts";
import { reg } from "../../../hw/riscv/registers.ts";
import * as scalars from "../../../hw/riscv/scalar_builtins.ts";
import { v2s, v2u, v4s, v4u, Vector } from "../../../hw/riscv/vector.ts";
import * as vectors from "../../../hw/riscv/vector_builtins.ts";
import * as packs from "../../../hw/riscv/vector_pack_builtins.ts";
import { runFirmware } from "./firmware_bench.ts";
import { type Random, randomOf } from "./random_firmware.ts";

/** Arguments that a built-in could get. */
function someArguments({ name, operands }: Builtin, random: Random): unknown[] {
  const word = () => random(3) === 0 ? random(512) - 256 : random(2 ** 32) | 0;
  const someVector = () => new Vector("v4s", word());
  if (/^(sum)?dotp.*sc\d$/.test(name)) return [someVector(), word(), word()];
  if (/^(sum)?dotp/.test(name)) return [someVector(), someVector(), word()];
  if (Object.hasOwn(vectors, name) || /^(neg|cplx|add2|sub2)/.test(name)) {
    return [someVector(), someVector(), word()];
  }
  if (name === "clip" || name === "clipu") return [word(), random(31)];
  if (name.startsWith("roundnorm")) return [word(), random(32)];
  if (name.startsWith("bitinsert")) return [word(), word(), 1 + random(32), random(32)];
  if (name.startsWith("bit")) return [word(), 1 + random(32), random(32)];
  const shift = 1 + random(31);
  // The last parameter of those with a shift.
  const hasShift = /N$|norm/.test(name);
  return /^ma?c|^msu/.test(name) ? [word(), word(), word(), ...hasShift ? [shift] : []] : [word(), word(), shift].slice(
    0,
    hasShift ? 3 : name.startsWith("mul") ? 2 : operands.length,
  );
}

Deno.test("builtins give what a core leaves that executes their instruction", () => {
  const random = randomOf(11);
  assert(builtins.size > 120);
  runFirmware((core) => {
    for (const builtin of builtins.values()) {
      const method = instructionMethods.find(({ instruction }) => instruction.name === builtin.instruction)!;
      const issue = (core as unknown as Record<string, (...args: number[]) => void>)[method.name];
      for (let i = 0; i < 50; i++) {
        const args = someArguments(builtin, random) as never[];
        const { rd = 0, rs1 = 0, rs2 = 0, imm = 0, imm2 = 0 } = builtin.operands(...args);
        core.registers.set([rd, rs1, rs2], reg.a0);
        const values: Readonly<Record<string, number>> = { rd: reg.a0, rs1: reg.a1, rs2: reg.a2, imm, imm2 };
        issue.call(core, ...method.parameters.map(({ name }) => values[name]));
        const result = builtin.call(...args);
        const word = result instanceof Vector ? result.word : (result as number) | 0;
        assertEquals(word, core.registers[reg.a0], `${builtin.name} of ${args.map(String)}`);
      }
    }
  });
});

Deno.test("dotp and sumdotp add products of elements, with their signs", () => {
  const random = randomOf(12);
  const plain = (x: readonly number[], y: readonly number[], z = 0) => x.reduce((sum, a, i) => sum + a * y[i], z);
  for (let i = 0; i < 200; i++) {
    const [a, b] = [random(2 ** 32), random(2 ** 32)];
    const z = random(2 ** 20) - 2 ** 19;
    const s = [v4s.from(a), v4s.from(b)] as const, u = [v4u.from(a), v4u.from(b)] as const;
    assertEquals(vectors.dotp4(...s), plain(s[0].elements, s[1].elements));
    assertEquals(vectors.dotpu4(...u), plain(u[0].elements, u[1].elements));
    assertEquals(vectors.dotpus4(u[0], s[1]), plain(u[0].elements, s[1].elements));
    assertEquals(vectors.sumdotp4(...s, z), plain(s[0].elements, s[1].elements, z));
    assertEquals(vectors.sumdotpus4(u[0], s[1], z), plain(u[0].elements, s[1].elements, z));
    assertEquals(vectors.dotpsc4(s[0], b), plain(s[0].elements, new Array(4).fill(s[1][0])));
    const h = [v2s.from(a >>> 1), v2s.from(b >>> 1)] as const;
    assertEquals(vectors.dotp2(...h), plain(h[0].elements, h[1].elements) | 0);
    assertEquals(
      vectors.sumdotpu2(v2u.from(a & 0xff_00ff), v2u.from(b), 7),
      plain(v2u.from(a & 0xff_00ff).elements, v2u.from(b).elements, 7),
    );
  }
});

Deno.test("pack, clip and field built-ins do what Gap8.h says", () => {
  assertEquals(packs.pack2(1, -2).elements, [1, -2]);
  assertEquals(packs.packu2(1, -2).elements, [1, 0xfffe]);
  assertEquals(packs.pack4(1, -2, 300, 4).elements, [1, -2, 300 & 255, 4]);
  assertEquals(packs.neg4(v4s(1, -128, 0, 5)).elements, [-1, -128, 0, -5]);
  assertEquals(vectors.abs4(v4s(-128, 127, -1, 0)).elements, [128, 127, 1, 0]);
  assertEquals(packs.cplxmuls(v2s(16384, 0), v2s(0, 16384)).elements, [0, 8192]);
  assertEquals(packs.cplxconj(v2s(3, 4)).elements, [3, -4]);
  assertEquals(packs.sub2rotmj(v2s(5, 7), v2s(1, 2)).elements, [7 - 2, 1 - 5]);
  assertEquals(packs.add2div2(v2s(5, -7), v2s(2, 2)).elements, [7 >> 1, -5 >> 1]);
  assertEquals([bits.clip(300, 7), bits.clip(-300, 7), bits.clipu(300, 8), bits.clipu(-3, 8)], [127, -128, 255, 0]);
  assertEquals([bits.bitextract(0x00f0, 4, 4), bits.bitextractu(0x00f0, 4, 4)], [-1, 15]);
  assertEquals(bits.bitinsert(-1, 0x12, 8, 8), 0xffff_12ff | 0);
  assertEquals([bits.bitset(0, 3, 2), bits.bitclr(-1, 3, 2)], [0b11100, ~0b11100]);
  assertEquals([bits.ff1(0b1000), bits.fl1(0b1010), bits.ff1(0), bits.cnt(-1), bits.clb(-1)], [3, 3, 32, 32, 31]);
  assertEquals(bits.rotr(1), 0x8000_0000 | 0);
  assertEquals(scalars.mulsRN(3, 5, 1), (3 * 5 + 1) >> 1);
  assertEquals(scalars.macsN(100, -3, 5, 2), (100 - 15) >> 2);
  assertEquals(scalars.addroundnorm(7, 2, 2), (7 + 2 + 2) >> 2);
  assertThrows(
    () => bits.bitextract(0, 33, 0),
    RangeError,
    "Cannot compute p.extract: immediate 32 does not fit 5 unsigned bits",
  );
});
