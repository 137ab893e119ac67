import { assert, assertEquals, assertThrows } from "@std/assert";
import { instructionFunction } from "../../../hw/riscv/instruction_function.ts";
import { v2s, v2u, v4s, v4u, Vector, vectorLayouts, type VectorType } from "../../../hw/riscv/vector.ts";
import { select, shuffle } from "../../../hw/riscv/vector_moves.ts";
import { randomOf } from "./random_firmware.ts";

const TYPES = Object.keys(vectorLayouts) as VectorType[];

Deno.test("Vector adds, subtracts, multiplies and divides element by element, and wraps as elements do", () => {
  const a = v4s(100, -100, 7, -7), b = v4s(50, -50, 2, 2);
  assertEquals(a.add(b).elements, [-106, 106, 9, -5]);
  assertEquals(a.sub(b).elements, [50, -50, 5, -9]);
  assertEquals(a.mul(b).elements, [5000 << 24 >> 24, 5000 << 24 >> 24, 14, -14]);
  assertEquals(a.div(b).elements, [2, 2, 3, -3]);
  assertEquals(v4s(-128, 1).neg().elements, [-128, -1, 0, 0]);
  assertEquals(v2u(65535, 1).add(v2u(1, 1)).elements, [0, 2]);
  assertEquals(v2s(0x7fff, 1).not().elements, [-0x8000, -2]);
});

Deno.test("Vector takes a number for all elements, if it fits one", () => {
  assertEquals(v4s(1, 2, 3, 4).add(1).elements, [2, 3, 4, 5]);
  assertEquals(v4u(1, 2, 3, 4).mul(200).elements, [200, 400 & 255, 600 & 255, 800 & 255]);
  assertThrows(() => v4s(1).add(128), RangeError, "Cannot add 128 with a v4s: its elements are -128 to 127");
  assertThrows(() => v4u(1).sub(-1), RangeError, "Cannot subtract -1 with a v4u: its elements are 0 to 255");
  assertThrows(() => v2s(1).and(0.5), RangeError, "Cannot and 0.5 with a v2s");
});

Deno.test("Vector compares to 0 and -1 in a signed vector", () => {
  const a = v4s(1, 2, 3, 4), b = v4s(3, 2, 1, 4);
  assertEquals(a.gt(b).elements, [0, 0, -1, 0]);
  assertEquals(a.eq(b).elements, [0, -1, 0, -1]);
  assertEquals(v4u(200, 1).gt(v4u(100, 2)).toString(), "v4s {-1, 0, 0, 0}");
  assertEquals(v2u(1, 2).le(1).toString(), "v2s {-1, 0}");
  // All elements equal: the word is -1; any: it is not 0.
  assertEquals([a.eq(a).word === -1, a.eq(b).word === -1, a.eq(b).word !== 0], [true, false, true]);
});

Deno.test("Vector shifts by amounts of the element's size, not more", () => {
  assertEquals(v4s(-128, 64, 1, -1).shr(v4s(1, 2, 0, 7)).elements, [-64, 16, 1, -1]);
  assertEquals(v4u(128, 64, 1, 255).shr(1).elements, [64, 32, 0, 127]);
  assertEquals(v2s(1, -1).shl(15).elements, [-32768, -32768]);
  assertThrows(() => v4s(1).shl(8), RangeError, "Cannot shift a v4s by 8: elements have 8 bits");
});

Deno.test("Vector gives its elements as subscripts, and refuses those that are not there", () => {
  const x = v4s(1, -2, 3, -4), y = v2u(1, 0xffff);
  assertEquals([x[0], x[1], x[2], x[3], y[0], y[1]], [1, -2, 3, -4, 1, 0xffff]);
  assertThrows(() => y[2], RangeError, "Cannot take element 2 of a v2u: it has 0 to 1");
  for (const lane of [4, -1, 1.5, 1e9]) {
    assertThrows(() => x[lane], RangeError, `Cannot take element ${lane} of a v4s: it has 0 to 3`);
  }
  assertEquals(`${x}`, "v4s {1, -2, 3, -4}");
  assert(x instanceof Object && Object.keys(x).join() === "type,word");
  assertEquals(x.with(2, 9).elements, [1, -2, 9, -4]);
  assertThrows(() => x.with(4, 0), RangeError, "Cannot take element 4 of a v4s");
  assertThrows(() => x.with(0, 200), RangeError, "Cannot put 200 with a v4s");
});

Deno.test("Vector casts keep the bits; without one, sizes and signs have to agree", () => {
  assertEquals(v4u.cast(v4s(-1, 0, 1, 2)).elements, [255, 0, 1, 2]);
  assertEquals(v2s.cast(v4u(0x34, 0x12, 0xff, 0xff)).elements, [0x1234, -1]);
  assertEquals(v4s.from(0x04030201).elements, [1, 2, 3, 4]);
  const mix = (a: Vector<VectorType>, b: Vector<VectorType>) => () => a.add(b);
  assertThrows(
    mix(v4s(1), v4u(1)),
    TypeError,
    "Cannot add a v4s and a v4u: the signs of their elements differ; cast one",
  );
  assertThrows(
    mix(v4s(1), v2s(1)),
    TypeError,
    "Cannot add a v4s and a v2s: the sizes of their elements differ; cast one",
  );
  assertThrows(() => v4s(1, 2, 3, 4, 5), RangeError, "Cannot make a v4s of 5 elements: it has 4");
  assertThrows(() => v4u(1).div(0), RangeError, "an element of the divisor is 0");
});

Deno.test("select takes where the mask is not 0, and numbers for one or both", () => {
  const a = v4s(1, 2, 3, 4), b = v4s(5, 6, 7, 8);
  assertEquals(select(v4s(0, 1, -1, 0), a, b).elements, [5, 2, 3, 8]);
  assertEquals(select(a.gt(2), a, 0).elements, [0, 0, 3, 4]);
  assertEquals(select(a.gt(2), 9, a).elements, [1, 2, 9, 9]);
  assertEquals(select(a.gt(2), 1, 0).toString(), "v4s {0, 0, 1, 1}");
  assertEquals(select(v4u(1, 2).lt(2), v4u(200), v4u(9, 9, 9, 9)).elements, [200, 9, 0, 0]);
  assertThrows(() => select(v2s(1, 0) as never, a, b), TypeError, "a mask needs as many elements, it has 2");
  assertThrows(() => select(v4s(1), a, v4u(1) as never), TypeError, "the signs of their elements differ");
});

Deno.test("shuffle picks from one vector or two, numbers modulo what there is: the manual's examples", () => {
  const a = v4s(1, 2, 3, 4), b = v4s(5, 6, 7, 8);
  assertEquals(shuffle(a, v4s(0, 1, 1, 3)).elements, [1, 2, 2, 4]);
  assertEquals(shuffle(a, b, v4s(0, 4, 2, 5)).elements, [1, 5, 3, 6]);
  assertEquals(shuffle(a, v4s(4, 5, -1, 7)).elements, [1, 2, 4, 4]);
  assertEquals(shuffle(a, b, v4u(8, 12, 255, 7)).elements, [1, 5, 8, 8]);
  assertEquals(shuffle(v2u(1, 2), v2u(3, 4), v2s(3, 0)).toString(), "v2u {4, 1}");
  assertThrows(() => shuffle(a, v2s(0, 1)), TypeError, "Cannot shuffle a v4s by a v2s");
  assertThrows(() => shuffle(a, v4u(1) as never, v4s(0)), TypeError, "the signs of their elements differ");
});

Deno.test("Vector computes what the SIMD instructions do, on random words", () => {
  const random = randomOf(5);
  for (const type of TYPES) {
    const { bits, signed } = vectorLayouts[type];
    const letter = bits === 8 ? "b" : "h", u = signed ? "" : "u";
    const instructions: [string, (a: Vector<VectorType>, b: Vector<VectorType>) => Vector<VectorType>][] = [
      [`pv.add.${letter}`, (a, b) => a.add(b)],
      [`pv.sub.${letter}`, (a, b) => a.sub(b)],
      [`pv.and.${letter}`, (a, b) => a.and(b)],
      [`pv.or.${letter}`, (a, b) => a.or(b)],
      [`pv.xor.${letter}`, (a, b) => a.xor(b)],
      [`pv.sll.${letter}`, (a, b) => a.shl(b.and(bits - 1))],
      [`pv.${signed ? "sra" : "srl"}.${letter}`, (a, b) => a.shr(b.and(bits - 1))],
      [`pv.cmpeq.${letter}`, (a, b) => a.eq(b)],
      [`pv.cmpne.${letter}`, (a, b) => a.ne(b)],
      [`pv.cmpgt${u}.${letter}`, (a, b) => a.gt(b)],
      [`pv.cmpge${u}.${letter}`, (a, b) => a.ge(b)],
      [`pv.cmplt${u}.${letter}`, (a, b) => a.lt(b)],
      [`pv.cmple${u}.${letter}`, (a, b) => a.le(b)],
      [`pv.shuffle.${letter}`, (a, b) => shuffle(a, b)],
      [`pv.sub.${letter} from 0`, (_, b) => b.neg()],
    ];
    for (const [name, operation] of instructions) {
      const instruction = instructionFunction(name.split(" ")[0]);
      for (let i = 0; i < 100; i++) {
        const rs1 = name.endsWith("0") ? 0 : random(2 ** 32) | 0;
        const rs2 = random(4) === 0 ? rs1 : random(2 ** 32) | 0;
        const got = operation(new Vector(type, rs1), new Vector(type, rs2)).word;
        assertEquals(got, instruction({ rs1, rs2 }), `${name} of ${type}, ${rs1}, ${rs2}`);
      }
    }
    const second = instructionFunction(`pv.shuffle2.${letter}`);
    for (let i = 0; i < 100; i++) {
      const [rd, rs1, rs2] = [random(2 ** 32) | 0, random(2 ** 32) | 0, random(2 ** 32) | 0];
      const got = shuffle(new Vector(type, rd), new Vector(type, rs1), new Vector(type, rs2)).word;
      assertEquals(got, second({ rd, rs1, rs2 }));
    }
  }
});

Deno.test("Vector: mixing sizes or signs is refused by the compiler, too", () => {
  // @ts-expect-error signs differ
  assertThrows(() => v4s(1).add(v4u(1)), TypeError, "the signs of their elements differ");
  // @ts-expect-error sizes differ
  assertThrows(() => v2s(1).eq(v4s(1)), TypeError, "the sizes of their elements differ");
  // @ts-expect-error a mask of v2s has not as many elements
  assertThrows(() => select(v2s(1), v4s(1), v4s(2)), TypeError, "a mask needs as many elements");
  // @ts-expect-error a comparison is signed
  const mask: Vector<"v4u"> = v4u(1).gt(v4u(0));
  assertEquals(mask.type as string, "v4s");
});
