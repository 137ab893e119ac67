/**
 * The GAP8 compiler's built-ins on bits of a word, and those that clip. Names are those of Gap8.h without `gap8_`.
 * @module
 */
import { defineBuiltin } from "./builtin.ts";

type OfOne = (x: number) => number;
type OfField = (x: number, size: number, offset: number) => number;
type OfTwoFields = (into: number, x: number, size: number, offset: number) => number;

const signed = (word: number) => word;
const unsigned = (word: number) => word >>> 0;

function single(name: string, instruction: string): OfOne {
  return defineBuiltin(name, instruction, (x: number) => ({ rs1: x }), signed);
}

/** A field of `size` bits from `offset` on, as immediates. */
function field(name: string, instruction: string, result: (word: number) => number): OfField {
  const operands = (x: number, size: number, offset: number) => ({ rs1: x, imm2: size - 1, imm: offset });
  return defineBuiltin(name, instruction, operands, result);
}

/** The same in a register: size - 1 in bits 9:5, offset in bits 4:0. */
function fieldRegister(name: string, instruction: string, result: (word: number) => number): OfField {
  const operands = (x: number, size: number, offset: number) => ({ rs1: x, rs2: (size - 1) << 5 | offset });
  return defineBuiltin(name, instruction, operands, result);
}

/** `gap8_ff1`: number of the lowest 1; 32 if there is none. `p.ff1`. */
export const ff1: OfOne = single("ff1", "p.ff1");
/** `gap8_fl1`: number of the highest 1; 32 if there is none. `p.fl1`. */
export const fl1: OfOne = single("fl1", "p.fl1");
/** `gap8_clb`: how many bits below the sign equal it; 0 for 0. `p.clb`. */
export const clb: OfOne = single("clb", "p.clb");
/** `gap8_cnt`: how many bits are 1. `p.cnt`. */
export const cnt: OfOne = single("cnt", "p.cnt");
/** `gap8_rotr`: rotated right by one bit. `p.ror`. */
export const rotr: OfOne = defineBuiltin("rotr", "p.ror", (x: number) => ({ rs1: x, rs2: 1 }), signed);

/** `gap8_bitextract`: a field, sign-extended. `p.extract`. */
export const bitextract: OfField = field("bitextract", "p.extract", signed);
/** `gap8_bitextractu`: a field, zero-extended. `p.extractu`. */
export const bitextractu: OfField = field("bitextractu", "p.extractu", unsigned);
/** `gap8_bitextract_r`: the same with the field in a register. `p.extractr`. */
export const bitextractR: OfField = fieldRegister("bitextractR", "p.extractr", signed);
/** `gap8_bitextractu_r`: the same with the field in a register. `p.extractur`. */
export const bitextractuR: OfField = fieldRegister("bitextractuR", "p.extractur", unsigned);
/** `gap8_bitset`: a field of ones. `p.bset`. */
export const bitset: OfField = field("bitset", "p.bset", signed);
/** `gap8_bitset_r`: the same with the field in a register. `p.bsetr`. */
export const bitsetR: OfField = fieldRegister("bitsetR", "p.bsetr", signed);
/** `gap8_bitclr`: a field of zeros. `p.bclr`. */
export const bitclr: OfField = field("bitclr", "p.bclr", signed);
/** `gap8_bitclr_r`: the same with the field in a register. `p.bclrr`. */
export const bitclrR: OfField = fieldRegister("bitclrR", "p.bclrr", signed);
/** `gap8_bitinsert`: the low bits of x in a field of another word. `p.insert`. */
export const bitinsert: OfTwoFields = defineBuiltin(
  "bitinsert",
  "p.insert",
  (into: number, x: number, size: number, offset: number) => ({ rd: into, rs1: x, imm2: size - 1, imm: offset }),
  signed,
);
/** `gap8_bitinsert_r`: the same with the field in a register. `p.insertr`. */
export const bitinsertR: OfTwoFields = defineBuiltin(
  "bitinsertR",
  "p.insertr",
  (into: number, x: number, size: number, offset: number) => ({ rd: into, rs1: x, rs2: (size - 1) << 5 | offset }),
  signed,
);

/** `gap8_clip`: x clipped to -2^precision ... 2^precision - 1. `p.clip`. */
export const clip: (x: number, precision: number) => number = defineBuiltin(
  "clip",
  "p.clip",
  (x: number, precision: number) => ({ rs1: x, imm: precision + 1 }),
  signed,
);
/** `gap8_clip_r`: x clipped to -bound - 1 ... bound. `p.clipr`. */
export const clipR: (x: number, bound: number) => number = defineBuiltin(
  "clipR",
  "p.clipr",
  (x: number, bound: number) => ({ rs1: x, rs2: bound }),
  signed,
);
/** `gap8_clipu`: x clipped to 0 ... 2^precision - 1. `p.clipu`. */
export const clipu: (x: number, precision: number) => number = defineBuiltin(
  "clipu",
  "p.clipu",
  (x: number, precision: number) => ({ rs1: x, imm: precision + 1 }),
  unsigned,
);
/** `gap8_clipu_r`: x clipped to 0 ... bound. `p.clipur`. */
export const clipuR: (x: number, bound: number) => number = defineBuiltin(
  "clipuR",
  "p.clipur",
  (x: number, bound: number) => ({ rs1: x, rs2: bound }),
  unsigned,
);
/** `gap8_roundnorm`: x shifted right and rounded, signed. `p.addRN` with 0. */
export const roundnorm: (x: number, scale: number) => number = defineBuiltin(
  "roundnorm",
  "p.addRN",
  (x: number, scale: number) => ({ rs1: x, rs2: 0, imm: scale }),
  signed,
);
/** `gap8_roundnormu`: x shifted right and rounded, unsigned. `p.adduRN` with 0. */
export const roundnormu: (x: number, scale: number) => number = defineBuiltin(
  "roundnormu",
  "p.adduRN",
  (x: number, scale: number) => ({ rs1: x, rs2: 0, imm: scale }),
  unsigned,
);
