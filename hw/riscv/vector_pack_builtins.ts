/**
 * The GAP8 compiler's built-ins that pack vectors, negate them, and compute with complex numbers of two halves, the
 * real part first.
 * @module
 */
import { defineBuiltin } from "./builtin.ts";
import { Vector } from "./vector.ts";

type V4s = Vector<"v4s">;
type V4u = Vector<"v4u">;
type V2s = Vector<"v2s">;
type V2u = Vector<"v2u">;
type OfTwo = (x: V2s, y: V2s) => V2s;

/** `gap8_pack2`: two numbers as elements, cut to their size. `pv.pack.h`. */
export const pack2: (x: number, y: number) => V2s = defineBuiltin(
  "pack2",
  "pv.pack.h",
  (x: number, y: number) => ({ rs1: y, rs2: x }),
  (word) => new Vector("v2s", word),
);

/** `gap8_packu2`: the same, unsigned. `pv.pack.h`. */
export const packu2: (x: number, y: number) => V2u = defineBuiltin(
  "packu2",
  "pv.pack.h",
  (x: number, y: number) => ({ rs1: y, rs2: x }),
  (word) => new Vector("v2u", word),
);

const low = defineBuiltin(
  "pack4 (low half)",
  "pv.packlo.b",
  (x: number, y: number) => ({ rs1: y, rs2: x }),
  (word) => word,
);
const high = defineBuiltin(
  "pack4 (high half)",
  "pv.packhi.b",
  (half: number, z: number, t: number) => ({ rd: half, rs1: t, rs2: z }),
  (word) => word,
);

/** `gap8_pack4`: four numbers as elements, cut to their size. `pv.packlo.b` and `pv.packhi.b`. */
export function pack4(x: number, y: number, z: number, t: number): V4s {
  return new Vector("v4s", high(low(x, y), z, t));
}

/** `gap8_packu4`: the same, unsigned. */
export function packu4(x: number, y: number, z: number, t: number): V4u {
  return new Vector("v4u", high(low(x, y), z, t));
}

/** `gap8_neg4`: unary minus. `pv.sub.b` from 0. */
export const neg4: (x: V4s) => V4s = defineBuiltin(
  "neg4",
  "pv.sub.b",
  (x: V4s) => ({ rs1: 0, rs2: x.word }),
  (word) => new Vector("v4s", word),
);

/** `gap8_neg2`: unary minus. `pv.sub.h` from 0. */
export const neg2: (x: V2s) => V2s = defineBuiltin(
  "neg2",
  "pv.sub.h",
  (x: V2s) => ({ rs1: 0, rs2: x.word }),
  (word) => new Vector("v2s", word),
);

function ofTwo(name: string, instruction: string): OfTwo {
  return defineBuiltin(
    name,
    instruction,
    (x: V2s, y: V2s) => ({ rs1: x.word, rs2: y.word }),
    (word) => new Vector("v2s", word),
  );
}

function product(name: string, suffix: string): OfTwo {
  const real = defineBuiltin(
    `${name} (real part)`,
    `pv.cplxmul.h.r${suffix}`,
    (x: V2s, y: V2s) => ({ rs1: x.word, rs2: y.word }),
    (word) => word,
  );
  const both = defineBuiltin(
    `${name} (imaginary part)`,
    `pv.cplxmul.h.i${suffix}`,
    (x: V2s, y: V2s, real: number) => ({ rd: real, rs1: x.word, rs2: y.word }),
    (word) => new Vector("v2s", word),
  );
  return (x, y) => both(x, y, real(x, y));
}

/** `gap8_cplxmuls`: product of Q15 numbers, in two instructions. `pv.cplxmul.h.r`, `pv.cplxmul.h.i`. */
export const cplxmuls: OfTwo = product("cplxmuls", "");
/** `gap8_cplxmulsdiv2`: its half. */
export const cplxmulsdiv2: OfTwo = product("cplxmulsdiv2", ".div2");
/** `gap8_cplxmulsdiv4`: its quarter. */
export const cplxmulsdiv4: OfTwo = product("cplxmulsdiv4", ".div4");
/** `gap8_cplxconj`: complex conjugate. `pv.cplxconj.h`. */
export const cplxconj: (x: V2s) => V2s = defineBuiltin(
  "cplxconj",
  "pv.cplxconj.h",
  (x: V2s) => ({ rs1: x.word }),
  (word) => new Vector("v2s", word),
);
/** `gap8_sub2rotmj`: difference, turned by -90 degrees. `pv.subrotmj.h`. */
export const sub2rotmj: OfTwo = ofTwo("sub2rotmj", "pv.subrotmj.h");
/** `gap8_add2div2`: half of the sum. `pv.add.h.div2`. */
export const add2div2: OfTwo = ofTwo("add2div2", "pv.add.h.div2");
/** `gap8_add2div4`: quarter of the sum. `pv.add.h.div4`. */
export const add2div4: OfTwo = ofTwo("add2div4", "pv.add.h.div4");
/** `gap8_sub2div2`: half of the difference. `pv.sub.h.div2`. */
export const sub2div2: OfTwo = ofTwo("sub2div2", "pv.sub.h.div2");
/** `gap8_sub2div4`: quarter of the difference. `pv.sub.h.div4`. */
export const sub2div4: OfTwo = ofTwo("sub2div4", "pv.sub.h.div4");
