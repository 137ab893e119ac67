/**
 * Instruction words to rows of the table and back.
 * @module
 */
import {
  type Encoding,
  type Field,
  fieldBits,
  type FieldName,
  fieldProblem,
  fieldValue,
  parseEncoding,
} from "./encoding.ts";
import { type Instruction, nameIn, operandNames, type SetName, splitHeading } from "./instruction.ts";

/** An instruction word, taken apart. Fields that the instruction does not have are 0. */
export interface Decoded {
  /** The row; of a compressed word, the row of what it stands for. */
  readonly instruction: Instruction;
  /** The row of the compressed instruction itself. */
  readonly compressed: Instruction | undefined;
  /** The word: 16 bits if {@linkcode Decoded.size} is 2. */
  readonly word: number;
  /** Bytes. */
  readonly size: 2 | 4;
  /** Destination register. */
  readonly rd: number;
  /** First source register. */
  readonly rs1: number;
  /** Second source register. */
  readonly rs2: number;
  /** Third source register. */
  readonly rs3: number;
  /** Immediate, signed or unsigned as the encoding has it. */
  readonly imm: number;
  /** Second immediate. */
  readonly imm2: number;
  /** Hardware loop. */
  readonly L: number;
  /** CSR number. */
  readonly csr: number;
}

/** Values of the fields of an instruction. */
export type Fields = Partial<Readonly<Record<FieldName, number>>>;

/** Where the fields of what a compressed instruction stands for come from: fields of its own, or constants. */
interface Expansion {
  readonly target: Instruction;
  readonly sources: readonly (readonly [name: FieldName, source: Field | number])[];
}

/** A row as the decoder uses it: what {@linkcode Decoded} needs, ready to shift and mask. */
interface Entry {
  readonly instruction: Instruction;
  readonly encoding: Encoding;
  readonly mask: number;
  readonly match: number;
  /** Fields by name. */
  readonly fields: Readonly<Partial<Record<FieldName, Field>>>;
  /** Lowest bit of a register field of a 32-bit instruction; 32 if there is none. */
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly rs3: number;
  readonly imm: Field | undefined;
  readonly imm2: Field | undefined;
  readonly L: Field | undefined;
  readonly csr: Field | undefined;
  /** Of a compressed instruction. */
  readonly expansion: Expansion | undefined;
}

/** Bits 31:25, 14:12 and 6:2 tell nearly all 32-bit instructions apart. */
const KEYS = 1 << 15;

/** An instruction set: a choice of encodings from the table. */
export class InstructionSet {
  /** Its name. */
  readonly name: SetName;
  /** Its instructions, in the order of the table. */
  readonly instructions: readonly Instruction[];
  readonly #byName = new Map<string, Instruction[]>();
  readonly #entries = new Map<Instruction, Entry>();
  readonly #byOpcode: readonly Entry[][] = Array.from({ length: 32 }, () => []);
  readonly #byKey: (readonly Entry[] | undefined)[] = new Array(KEYS).fill(undefined);
  /** Compressed instructions by bits 15:13 and 1:0. */
  readonly #short: readonly Entry[][] = Array.from({ length: 32 }, () => []);
  /** Compressed words taken apart so far; `null` for illegal ones. */
  readonly #words: (Decoded | null | undefined)[] = new Array(1 << 16).fill(undefined);

  /**
   * A set of the table's rows.
   *
   * @param name the set
   * @param table all rows; those without an encoding in the set are left out
   */
  constructor(name: SetName, table: readonly Instruction[]) {
    this.name = name;
    this.instructions = table.filter((instruction) => instruction[name] !== undefined);
    for (const instruction of this.instructions) {
      const entry = this.#makeEntry(instruction);
      this.#entries.set(instruction, entry);
      if (entry.encoding.size === 2) this.#short[shortKey(entry.match)].push(entry);
      else this.#byOpcode[(entry.match >>> 2) & 31].push(entry);
      const spelt = nameIn(name, instruction);
      const forms = this.#byName.get(spelt);
      if (forms) forms.push(instruction);
      else this.#byName.set(spelt, [instruction]);
    }
  }

  /** The rows with a mnemonic, as this set spells it; several where it has several addressing modes, or none. */
  byName(name: string): readonly Instruction[] {
    return this.#byName.get(name) ?? [];
  }

  /** The encoding of a row in this set. Throws if the set does not have it. */
  encodingOf(instruction: Instruction): Encoding {
    return this.#entry(instruction).encoding;
  }

  /**
   * Takes an instruction word apart, or gives `undefined` if it is illegal. A word whose two lowest bits are not both 1 is
   * a compressed instruction; its upper half is then ignored.
   */
  decode(word: number): Decoded | undefined {
    if ((word & 3) !== 3) {
      const half = word & 0xffff;
      let decoded = this.#words[half];
      if (decoded === undefined) this.#words[half] = decoded = this.#decodeShort(half) ?? null;
      return decoded ?? undefined;
    }
    const key = ((word >>> 25) << 8) | ((word >>> 7) & 0xe0) | ((word >>> 2) & 31);
    const candidates = this.#byKey[key] ?? this.#candidates(key, word);
    for (let i = 0; i < candidates.length; i++) {
      const entry = candidates[i];
      if ((word & entry.mask) === entry.match && allowed(entry, word)) return decodeLong(entry, word);
    }
    return undefined;
  }

  /**
   * The word of an instruction. Fields that are not given are 0.
   *
   * Throws a RangeError for a mnemonic that this set does not have or that stands for several rows, for values that do not
   * fit, and for values that the encoding excludes.
   */
  encode(instruction: string | Instruction, fields: Fields): number {
    const entry = this.#entry(typeof instruction === "string" ? this.#only(instruction) : instruction);
    const { encoding } = entry;
    const fail = (why: string): never => {
      throw new RangeError(`Cannot encode ${nameIn(this.name, entry.instruction)}: ${why}`);
    };
    for (const name of Object.keys(fields)) {
      if (!entry.fields[name as FieldName]) {
        fail(`it has no operand ${name}; its operands are ${this.#describe(entry)}`);
      }
    }
    let word = encoding.match | encoding.ones;
    for (const field of encoding.fields) {
      const value = fields[field.name] ?? 0;
      const problem = fieldProblem(field, value);
      if (problem) fail(problem);
      word |= fieldBits(field, value);
    }
    for (const { field, value } of encoding.exclusions) {
      if ((fields[field] ?? 0) === value) fail(`${field} must not be ${value}`);
    }
    return word >>> 0;
  }

  #describe(entry: Entry): string {
    return entry.encoding.fields.map(({ name }) => name).join(", ") || "none";
  }

  #only(name: string): Instruction {
    const forms = this.byName(name);
    if (forms.length === 1) return forms[0];
    const why = forms.length === 0
      ? `${this.name} has no such instruction`
      : `it has ${forms.length} forms (${forms.map(({ syntax }) => syntax).join("; ")}): give the row of one`;
    throw new RangeError(`Cannot encode ${name}: ${why}`);
  }

  #entry(instruction: Instruction): Entry {
    const entry = this.#entries.get(instruction);
    if (!entry) throw new RangeError(`Cannot encode ${instruction.name}: ${this.name} has no such instruction`);
    return entry;
  }

  #makeEntry(instruction: Instruction): Entry {
    const where = this.name === "cv32e40p" ? instruction.cv32e40pWhere ?? instruction.where : instruction.where;
    const encoding = parseEncoding(instruction[this.name]!, where);
    const fields: Partial<Record<FieldName, Field>> = {};
    for (const field of encoding.fields) fields[field.name] = field;
    const at = (name: FieldName) => fields[name]?.pieces[0].inWord ?? 32;
    return {
      instruction,
      encoding,
      mask: encoding.mask,
      match: encoding.match,
      fields,
      rd: at("rd"),
      rs1: at("rs1"),
      rs2: at("rs2"),
      rs3: at("rs3"),
      imm: fields.imm,
      imm2: fields.imm2,
      L: fields.L,
      csr: fields.csr,
      expansion: instruction.expands === undefined ? undefined : this.#expansion(instruction.expands, fields),
    };
  }

  #expansion(expands: string, fields: Entry["fields"]): Expansion {
    const [name, list] = splitHeading(expands);
    const [target] = this.byName(name);
    const values = operandNames(list);
    const sources = operandNames(target.syntax).map((operand, index) => {
      const value = values[index];
      const source = fields[fieldName(value)] ?? Number(value.replace(/^x/, ""));
      return [fieldName(operand), source] as const;
    });
    return { target, sources };
  }

  /** The rows that a word with these key bits may be: worked out when the first such word comes. */
  #candidates(key: number, word: number): readonly Entry[] {
    const bits = 0xfe00_707f | 0;
    const rows = this.#byOpcode[(word >>> 2) & 31].filter(({ mask, match }) => ((word ^ match) & mask & bits) === 0);
    return this.#byKey[key] = rows;
  }

  #decodeShort(word: number): Decoded | undefined {
    for (const entry of this.#short[shortKey(word)]) {
      if ((word & entry.mask) === entry.match && allowed(entry, word)) return decodeShort(entry, word);
    }
    return undefined;
  }
}

/** The field of an operand: `uimm` is `imm`. */
function fieldName(operand: string): FieldName {
  return operand.replace(/^uimm/, "imm") as FieldName;
}

function shortKey(word: number): number {
  return ((word >>> 11) & 28) | (word & 3);
}

/** A compressed word as the instruction that it stands for. */
function decodeShort(entry: Entry, word: number): Decoded {
  const { target, sources } = entry.expansion!;
  let rd = 0, rs1 = 0, rs2 = 0, imm = 0;
  for (const [name, source] of sources) {
    const value = typeof source === "number" ? source : fieldValue(source, word);
    if (name === "rd") rd = value;
    else if (name === "rs1") rs1 = value;
    else if (name === "rs2") rs2 = value;
    else imm = value;
  }
  return {
    instruction: target,
    compressed: entry.instruction,
    word,
    size: 2,
    rd,
    rs1,
    rs2,
    rs3: 0,
    imm,
    imm2: 0,
    L: 0,
    csr: 0,
  };
}

function decodeLong(entry: Entry, word: number): Decoded {
  return {
    instruction: entry.instruction,
    compressed: undefined,
    word: word >>> 0,
    size: 4,
    rd: entry.rd === 32 ? 0 : (word >>> entry.rd) & 31,
    rs1: entry.rs1 === 32 ? 0 : (word >>> entry.rs1) & 31,
    rs2: entry.rs2 === 32 ? 0 : (word >>> entry.rs2) & 31,
    rs3: entry.rs3 === 32 ? 0 : (word >>> entry.rs3) & 31,
    imm: entry.imm === undefined ? 0 : fieldValue(entry.imm, word),
    imm2: entry.imm2 === undefined ? 0 : fieldValue(entry.imm2, word),
    L: entry.L === undefined ? 0 : fieldValue(entry.L, word),
    csr: entry.csr === undefined ? 0 : fieldValue(entry.csr, word),
  };
}

function allowed(entry: Entry, word: number): boolean {
  const { exclusions } = entry.encoding;
  for (let i = 0; i < exclusions.length; i++) {
    const { field, value } = exclusions[i];
    if (fieldValue(entry.fields[field]!, word) === value) return false;
  }
  return true;
}
