/**
 * Encodings as the manuals print them, `imm[11:0] rs1 000 rd 0010011`, made into masks and bit fields.
 * @module
 */

/** The fields that a decoded instruction has; `uimm` and `uimm2` are `imm` and `imm2`, zero-extended. */
export type FieldName = "rd" | "rs1" | "rs2" | "rs3" | "imm" | "imm2" | "L" | "csr";

/** A run of bits of a field. */
export interface Piece {
  /** Its lowest bit in the instruction word. */
  readonly inWord: number;
  /** Its lowest bit in the field's value. */
  readonly inValue: number;
  /** How many bits. */
  readonly width: number;
}

/** A field of an encoding. */
export interface Field {
  /** Its name. */
  readonly name: FieldName;
  /** Where its bits are. */
  readonly pieces: readonly Piece[];
  /** Whether its value is sign-extended from its highest bit. */
  readonly signed: boolean;
  /** Its highest bit. */
  readonly high: number;
  /** Its lowest bit; those below are 0. */
  readonly low: number;
  /** Added to the bits: 8 for the registers x8 to x15 of compressed instructions. */
  readonly base: number;
}

/** A field value that an encoding excludes. */
export interface Exclusion {
  /** The field. */
  readonly field: FieldName;
  /** The value. */
  readonly value: number;
}

/** An encoding. */
export interface Encoding {
  /** Bytes. */
  readonly size: 2 | 4;
  /** Bits that are fixed. */
  readonly mask: number;
  /** Their values. */
  readonly match: number;
  /** Bits that the decoder ignores and that are written as 1. */
  readonly ones: number;
  /** Its fields, the most significant first. */
  readonly fields: readonly Field[];
  /** Field values that belong to another instruction, or to none. */
  readonly exclusions: readonly Exclusion[];
}

const REGISTER = /^(rd|rs1|rs2|rs3)('?)$/;
const IMMEDIATE = /^(u?)(imm2?)\[([\d:|]+)\]$/;

interface OpenField {
  readonly pieces: Piece[];
  readonly signed: boolean;
  readonly base: number;
}

/**
 * Parses an encoding. Tokens, separated by blanks, most significant first: bits (`0`, `1`, `x` ignored and written as 0,
 * `X` ignored and written as 1), registers `rd rs1 rs2 rs3` (5 bits) and `rd' rs1' rs2'` (3 bits, x8 to x15), pieces of
 * immediates such as `imm[12|10:5]` or `uimm2[4:0]`, `L` (1 bit), `csr` (12 bits).
 *
 * @param text the encoding
 * @param where values that it excludes, such as `rd != 0, imm != 0`
 */
export function parseEncoding(text: string, where = ""): Encoding {
  const open = new Map<FieldName, OpenField>();
  const bits: string[] = [];
  const take = (name: FieldName, width: number, inValue: number, signed: boolean, base: number) => {
    const field = open.get(name) ?? { pieces: [], signed, base };
    if (field.signed !== signed) throw new Error(`Cannot parse encoding ${text}: ${name} is signed and unsigned`);
    open.set(name, field);
    // Until the width of the whole is known, positions count from the most significant bit.
    field.pieces.push({ inWord: bits.length + width, inValue, width });
    for (let i = 0; i < width; i++) bits.push("f");
  };
  for (const token of text.split(/\s+/)) {
    const register = REGISTER.exec(token);
    const immediate = IMMEDIATE.exec(token);
    if (/^[01xX]+$/.test(token)) bits.push(...token);
    else if (register) take(register[1] as FieldName, register[2] ? 3 : 5, 0, false, register[2] ? 8 : 0);
    else if (token === "L") take("L", 1, 0, false, 0);
    else if (token === "csr") take("csr", 12, 0, false, 0);
    else if (immediate) {
      for (const range of immediate[3].split("|")) {
        const [high, low = high] = range.split(":").map(Number);
        take(immediate[2] as FieldName, high - low + 1, low, immediate[1] === "", 0);
      }
    } else throw new Error(`Cannot parse encoding ${text}: what is ${token}?`);
  }
  if (bits.length !== 16 && bits.length !== 32) {
    throw new Error(`Cannot parse encoding ${text}: it has ${bits.length} bits, not 16 or 32`);
  }
  const select = (chosen: string) => bits.reduce((word, bit) => (word << 1) | (chosen.includes(bit) ? 1 : 0), 0);
  return {
    size: bits.length === 16 ? 2 : 4,
    mask: select("01"),
    match: select("1"),
    ones: select("X"),
    fields: Array.from(open, ([name, { pieces, signed, base }]) => ({
      name,
      signed,
      base,
      pieces: pieces.map((piece) => ({ ...piece, inWord: bits.length - piece.inWord })),
      high: Math.max(...pieces.map((piece) => piece.inValue + piece.width - 1)),
      low: Math.min(...pieces.map((piece) => piece.inValue)),
    })),
    exclusions: where === "" ? [] : where.split(",").map((text) => parseExclusion(text.trim())),
  };
}

function parseExclusion(text: string): Exclusion {
  const parts = /^u?(rd|rs1|rs2|rs3|imm2?|csr) != (\d+)$/.exec(text);
  if (!parts) throw new Error(`Cannot parse condition ${text}: it has to read "field != number"`);
  return { field: parts[1] as FieldName, value: Number(parts[2]) };
}

/** The value of a field in an instruction word: as a 32-bit integer, with its sign. */
export function fieldValue(field: Field, word: number): number {
  let value = 0;
  for (const { inWord, inValue, width } of field.pieces) {
    value |= ((word >>> inWord) & ones(width)) << inValue;
  }
  const spare = 31 - field.high;
  return (field.signed ? (value << spare) >> spare : value) + field.base;
}

/** The bits of a field that has a value, in place in the instruction word; see {@linkcode fieldProblem}. */
export function fieldBits(field: Field, value: number): number {
  let word = 0;
  for (const { inWord, inValue, width } of field.pieces) {
    word |= (((value - field.base) >>> inValue) & ones(width)) << inWord;
  }
  return word;
}

/** Why a value does not fit a field, or `undefined` if it does. A field up to bit 31 takes both readings of it. */
export function fieldProblem(field: Field, value: number): string | undefined {
  const { name, high, low, signed, base } = field;
  if (!Number.isInteger(value)) return `${name} ${value} is not an integer`;
  const span = 2 ** (high + 1);
  const least = high === 31 || signed ? -span / 2 : base;
  const most = (high === 31 || !signed ? span : span / 2) - 2 ** low + base;
  if (name.startsWith("imm")) {
    if (value < least || value > most) {
      const kind = high === 31 ? "" : signed ? "signed " : "unsigned ";
      return `immediate ${value} does not fit ${high + 1} ${kind}bits (${least}..${most})`;
    }
    if (value % 2 ** low !== 0) return `immediate ${value} is not a multiple of ${2 ** low}`;
  } else if (value < least || value > most) {
    if (name === "L") return `hardware loop ${value} is not 0 or 1`;
    if (name === "csr") return `CSR ${value} is not in 0..4095`;
    return `${name} is register ${value}, it has to be one of x${least} to x${most}`;
  }
  return undefined;
}

function ones(width: number): number {
  return width === 32 ? -1 : (1 << width) - 1;
}
