import { assertEquals, assertThrows } from "@std/assert";
import { reg } from "../../../hw/riscv/registers.ts";
import { v2s, v4s, v4u, Vector, vectorLayouts, type VectorType } from "../../../hw/riscv/vector.ts";
import { max4, sumdotp4, sumdotpus4 } from "../../../hw/riscv/vector_builtins.ts";
import { shuffle } from "../../../hw/riscv/vector_moves.ts";
import { scalarIn, VectorUnit } from "../../../hw/riscv/vector_unit.ts";
import { runFirmware } from "./firmware_bench.ts";
import { randomOf } from "./random_firmware.ts";

const { a0, a1, a2, a3 } = reg;
type Any = Vector<VectorType>;

/** Operators that are instructions, on the host and in firmware. */
const OPERATORS = ["add", "sub", "and", "or", "xor", "shl", "shr", "eq", "ne", "lt", "le", "gt", "ge"] as const;

Deno.test("VectorUnit issues one instruction for each operator of Vector, for vectors, scalars and constants", () => {
  const random = randomOf(3);
  runFirmware((core) => {
    const unit = new VectorUnit(core);
    for (const type of Object.keys(vectorLayouts) as VectorType[]) {
      const { mask, bits } = vectorLayouts[type];
      const make = { type, register: a1 } as const, other = { type, register: a2 } as const;
      for (const name of OPERATORS) {
        const shifts = name === "shl" || name === "shr";
        const result = { type: name[1] === "e" || /^[egln][qet]/.test(name) ? mask : type, register: a0 };
        const x = new Vector(type, random(2 ** 32)) as Any;
        const y = (shifts ? new Vector(type, random(2 ** 32)).and(bits - 1) : new Vector(type, random(2 ** 32))) as Any;
        const constant = random(shifts ? bits : 32);
        for (
          const [second, expected] of [
            [other, x[name](y)],
            [scalarIn(a2), x[name](y[0])],
            [constant, x[name](constant)],
          ] as const
        ) {
          unit.set(make, x);
          unit.set(other, y);
          const before = core.cycle;
          (unit[name] as (...args: unknown[]) => void)(result, make, second);
          assertEquals([core.registers[a0], core.cycle - before], [expected.word, 1], `${name} of ${type}`);
        }
      }
    }
  });
});

Deno.test("VectorUnit moves elements, takes extremes and dot products as the built-ins do", () => {
  const x = v4s(1, -2, 3, -4), y = v4s(5, 6, -7, 8), mask = v4s(1, 2, 3, 4);
  runFirmware((core) => {
    const unit = new VectorUnit(core);
    const [vx, vy, vm, out] = [v4s.in(a1), v4s.in(a2), v4s.in(a3), v4s.in(a0)];
    const load = () => {
      unit.set(vx, x);
      unit.set(vy, y);
      unit.set(vm, mask);
      core.li(a0, 100);
    };
    const check = (act: () => void, expected: number, register = a0) => {
      load();
      act();
      assertEquals(core.registers[register], expected);
    };
    check(() => unit.max(out, vx, vy), max4(x, y).word);
    check(() => unit.min(out, vx, 0), v4s(0, -2, 0, -4).word);
    check(() => unit.abs(out, vx), v4s(1, 2, 3, 4).word);
    check(() => unit.neg(out, vx), x.neg().word);
    check(() => unit.not(out, vx), x.not().word);
    check(() => unit.avg(out, vx, vy), v4s(3, 2, -2, 2).word);
    check(() => unit.shuffle(out, vx, vm), shuffle(x, mask).word);
    check(() => unit.shuffle2(vx, vy, vm), shuffle(x, y, mask).word, a1);
    check(() => unit.sumdotp(a0, vx, vy), sumdotp4(x, y, 100));
    check(() => unit.dotp(a0, vx, 2), 2 * (1 - 2 + 3 - 4));
    check(() => unit.sumdotp(a0, v4u.in(a1), vy), sumdotpus4(v4u.cast(x), y, 100));
    check(() => unit.extract(a0, vx, 1), -2);
    check(() => unit.extract(a0, v4u.in(a1), 1), 254);
    check(() => unit.insert(vx, 2, a0), x.with(2, 100).word, a1);
  });
});

Deno.test("VectorUnit loads and stores vectors, and moves pointers by a vector or as told", () => {
  const data = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  const { memory, instructions, cycles } = runFirmware(function* (core) {
    const unit = new VectorUnit(core);
    const x = v4s.in(a0), y = v4u.in(a1);
    core.lui(a2, 0x1000_0000);
    yield* unit.loadPost(x, a2);
    yield* unit.load(y, a2, 4);
    yield* unit.loadPost(y, a2, 8);
    yield* unit.storePost(y, a2);
    yield* unit.store(x, a2);
    yield* unit.storePost(x, a2, -4);
  }, { data });
  assertEquals([...memory.subarray(12, 24)], [5, 6, 7, 8, 1, 2, 3, 4, 0, 0, 0, 0]);
  assertEquals([instructions, cycles], [7, 7 + 1]); // the store's value comes from the load before
});

Deno.test("VectorUnit refuses what no single instruction does", () => {
  runFirmware((core) => {
    const unit = new VectorUnit(core);
    const x = v4s.in(a1);
    assertThrows(
      () => unit.add(x, x, 32),
      RangeError,
      "Cannot issue pv.add.sci.b: immediate 32 does not fit 6 signed bits",
    );
    assertThrows(() => unit.add(x, x, v4u.in(a2) as never), TypeError, "Cannot use a v4u where a v4s is needed");
    assertThrows(() => unit.and(x, x, v2s.in(a2) as never), TypeError, "the sizes of their elements differ");
    assertThrows(() => unit.dotp(a0, x, v4u.in(a2) as never), TypeError, "Cannot multiply a v4s by a v4u");
    assertThrows(() => unit.extract(a0, x, 4), RangeError, "Cannot take element 4 of a v4s");
    assertThrows(() => unit.set(x, v4u(1) as never), TypeError, "Cannot use a v4u where a v4s is needed");
    assertThrows(() => unit.shuffle(x, x, v2s.in(a2)), TypeError, "the sizes of their elements differ");
  });
});

Deno.test("VectorUnit: registers of other types are refused by the compiler, too", () => {
  runFirmware((core) => {
    const unit = new VectorUnit(core);
    const signed = v4s.in(a1), unsigned = v4u.in(a2), halves = v2s.in(a3);
    // @ts-expect-error signs differ
    assertThrows(() => unit.add(signed, signed, unsigned), TypeError, "Cannot use a v4u where a v4s is needed");
    // @ts-expect-error sizes differ
    assertThrows(() => unit.min(signed, signed, halves), TypeError, "Cannot use a v2s where a v4s is needed");
    // @ts-expect-error a comparison is signed
    assertThrows(() => unit.eq(unsigned, unsigned, unsigned), TypeError, "Cannot use a v4u where a v4s is needed");
    // @ts-expect-error there is no product of signed by unsigned elements
    assertThrows(() => unit.dotp(a0, signed, unsigned), TypeError, "Cannot multiply a v4s by a v4u");
    assertEquals(core.instructions.value, 0);
  });
});
