/**
 * The rows of an instruction set as assembler and disassembler use them: operands in the order of the syntax, each with
 * the values that it takes.
 * @module
 */
import type { InstructionSet } from "./decoder.ts";
import { type Encoding, type Field, fieldBits, type FieldName, fieldProblem, fieldValue } from "./encoding.ts";
import { type Instruction, nameIn, operandNames, type SetName } from "./instruction.ts";
import { expressions, visit } from "./operands.ts";
import { operationOf } from "./operation.ts";
import { registerNumber } from "./assembler_registers.ts";

/**
 * How an operand is written: a register, a hardware loop, a CSR, a number, a number of pages (`lui`), or an address.
 */
export type Role = "register" | "loop" | "csr" | "number" | "upper" | "target";

/** An operand of a syntax. */
export interface Operand {
  /** As the syntax spells it. */
  readonly name: string;
  /** How it is written. */
  readonly role: Role;
  /** Its bits; `undefined` for a register that the syntax spells out, such as `sp`. */
  readonly field: Field | undefined;
  /** The register that the syntax spells out. */
  readonly fixed: number;
}

/** A row of the table in one set. */
export class Form {
  /** The row. */
  readonly instruction: Instruction;
  /** Its mnemonic in this set. */
  readonly name: string;
  /** Its operands in the order of the syntax. */
  readonly operands: readonly Operand[];
  /** The syntax with `R` for registers and hardware loops and `E` for expressions: `R,E(R!)`. */
  readonly shape: string;
  /** Bytes. */
  readonly size: 2 | 4;
  /** Position of the operand that is an address relative to the pc, or -1. */
  readonly target: number;
  readonly #encoding: Encoding;

  /** The row `instruction` of `set`. */
  constructor(set: InstructionSet, instruction: Instruction) {
    this.instruction = instruction;
    this.name = nameIn(set.name, instruction);
    this.#encoding = set.encodingOf(instruction);
    this.size = this.#encoding.size;
    const targets = targetFields(instruction);
    this.operands = operandNames(instruction.syntax).map((name) => operand(name, this.#encoding, targets));
    this.target = this.operands.findIndex(({ role }) => role === "target");
    let next = 0;
    this.shape = instruction.syntax.replaceAll(" ", "").replace(/[^,()!]+/g, () => {
      const { role } = this.operands[next++];
      return role === "register" || role === "loop" ? "R" : "E";
    });
  }

  /** Mnemonic and operands, for messages. */
  toString(): string {
    return `${this.name} ${this.instruction.syntax}`.trim();
  }

  /** Why operand `position` cannot have this value in an instruction at `pc`, or `undefined` if it can. */
  misfit(position: number, value: number, pc: number): string | undefined {
    const { role, field, fixed } = this.operands[position];
    if (!field) return value === fixed ? undefined : `register ${position + 1} has to be x${fixed}`;
    if (role === "upper") {
      if (fieldProblem(field, upperValue(value)) === undefined && value >= -0x8_0000 && value <= 0xf_ffff) {
        return undefined;
      }
      if (field.high === 31) return `immediate ${value} does not fit 20 bits (0..1048575)`;
      return `immediate ${value} does not fit c.lui (1..31 and 0xfffe0..0xfffff)`;
    }
    if (role === "target" && (value > 0xffff_ffff || value < -0x8000_0000)) {
      return `target ${value} is no 32-bit address`;
    }
    if (role === "target") return targetProblem(field, (value - pc) | 0, value);
    const problem = fieldProblem(field, wrap(field, value));
    if (problem === undefined || role !== "register") return problem;
    return field.base === 8 ? `register must be one of x8..x15, not x${value}` : problem;
  }

  /** Why the encoding excludes these values together, or `undefined` if it does not; `pc` as in {@linkcode misfit}. */
  excluded(values: readonly number[], pc: number): string | undefined {
    for (const { field, value } of this.#encoding.exclusions) {
      const position = this.operands.findIndex((operand) => operand.field?.name === field);
      if (position < 0) continue;
      const operand = this.operands[position];
      if (fieldNumber(operand, values[position], pc) !== value) continue;
      return `${operand.name} of ${this.name} must not be ${operand.role === "register" ? "x" : ""}${value}`;
    }
    return undefined;
  }

  /** Whether an instruction at `pc` can have these operands. */
  fits(values: readonly number[], pc: number): boolean {
    for (let position = 0; position < values.length; position++) {
      if (this.misfit(position, values[position], pc) !== undefined) return false;
    }
    return this.excluded(values, pc) === undefined;
  }

  /** The word of an instruction at `pc` whose operands {@linkcode fits}. */
  encode(values: readonly number[], pc: number): number {
    let word = this.#encoding.match | this.#encoding.ones;
    for (let position = 0; position < values.length; position++) {
      const operand = this.operands[position];
      if (operand.field) word |= fieldBits(operand.field, fieldNumber(operand, values[position], pc));
    }
    return word >>> 0;
  }

  /** The operands of a word of this row at `pc`. */
  read(word: number, pc: number): number[] {
    return this.operands.map(({ field, role, fixed }) => {
      if (!field) return fixed;
      const value = fieldValue(field, word);
      if (role === "upper") return (value >>> 12) & 0xf_ffff;
      return role === "target" ? (pc + value) >>> 0 : value;
    });
  }
}

/** The forms of a set. */
export class Forms {
  /** The set. */
  readonly set: SetName;
  /** Each row's form. */
  readonly of: ReadonlyMap<Instruction, Form>;
  readonly #byName = new Map<string, Form[]>();
  readonly #byKey = new Map<string, Form>();

  /** All forms of `set`; made once, see {@linkcode formsOf}. */
  constructor(set: InstructionSet) {
    this.set = set.name;
    this.of = new Map(set.instructions.map((instruction) => [instruction, new Form(set, instruction)]));
    for (const form of this.of.values()) {
      const known = this.#byName.get(form.name);
      if (known) known.push(form);
      else this.#byName.set(form.name, [form]);
      this.#byKey.set(`${form.name} ${form.shape}`, form);
      // A hardware loop may be written x0, or 0, or L0.
      if (form.operands[0]?.role === "loop") this.#byKey.set(`${form.name} ${form.shape.replace("R", "E")}`, form);
    }
  }

  /** The form with a mnemonic whose syntax has this shape. */
  find(name: string, shape: string): Form | undefined {
    return this.#byKey.get(`${name} ${shape}`);
  }

  /** The forms with a mnemonic. */
  named(name: string): readonly Form[] {
    return this.#byName.get(name) ?? [];
  }

  /** All mnemonics. */
  names(): Iterable<string> {
    return this.#byName.keys();
  }
}

const known = new WeakMap<InstructionSet, Forms>();

/** The forms of a set. */
export function formsOf(set: InstructionSet): Forms {
  let forms = known.get(set);
  if (!forms) known.set(set, forms = new Forms(set));
  return forms;
}

function operand(name: string, encoding: Encoding, targets: ReadonlySet<string>): Operand {
  const fieldName = name.replace(/^uimm/, "imm") as FieldName;
  const field = encoding.fields.find((field) => field.name === fieldName);
  if (!field) {
    const fixed = registerNumber(name);
    if (fixed === undefined) throw new Error(`Cannot read syntax: operand ${name} has no bits in the encoding`);
    return { name, role: "register", field, fixed };
  }
  const role = fieldName === "L"
    ? "loop"
    : fieldName === "csr"
    ? "csr"
    : !fieldName.startsWith("imm")
    ? "register"
    : targets.has(fieldName)
    ? "target"
    : field.low === 12
    ? "upper"
    : "number";
  return { name, role, field, fixed: 0 };
}

/** The immediates that are added to the pc to give where a jump, a branch or a hardware loop goes. */
function targetFields(instruction: Instruction): ReadonlySet<string> {
  const found = new Set<string>();
  for (const statement of operationOf(instruction)) {
    if (statement.kind !== "branch" && statement.kind !== "jump" && statement.kind !== "hwloop") continue;
    for (const expression of expressions(statement)) {
      visit(expression, (sum) => {
        if (sum.kind !== "binary" || sum.operator !== "+") return;
        if (sum.left.kind !== "operand" || sum.left.name !== "pc" || sum.right.kind !== "operand") return;
        found.add(sum.right.name);
      });
    }
  }
  return found;
}

/** What a field gets for an operand as it is written. */
function fieldNumber({ role, field, fixed }: Operand, value: number, pc: number): number {
  if (!field) return fixed;
  if (role === "upper") return upperValue(value);
  return role === "target" ? (value - pc) | 0 : wrap(field, value);
}

/** Pages to bytes, as a signed number: 0xfffff is -4096. */
function upperValue(pages: number): number {
  return (pages << 12) | 0;
}

/** A signed field takes 0xffffffff for -1. */
function wrap(field: Field, value: number): number {
  return field.signed && value > 0x7fff_ffff && value <= 0xffff_ffff ? value | 0 : value;
}

function targetProblem(field: Field, distance: number, target: number): string | undefined {
  if (fieldProblem(field, distance) === undefined) return undefined;
  const step = 2 ** field.low;
  const where = `0x${(target >>> 0).toString(16)}`;
  if (distance % step !== 0) {
    return `target ${where} is misaligned: it has to lie a multiple of ${step} bytes from here`;
  }
  const span = 2 ** (field.high + 1);
  const [least, most] = field.signed ? [-span / 2, span / 2 - step] : [0, span - step];
  return `target ${where} is too far away: its distance of ${distance} is not in ${least}..${most}`;
}
