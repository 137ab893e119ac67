/**
 * 16-bit forms of 32-bit instructions: read off the compressed rows' `expands`, so that no list of them is kept here.
 * @module
 */
import type { InstructionSet } from "./decoder.ts";
import { type Exclusion, parseEncoding } from "./encoding.ts";
import { operandNames, splitHeading } from "./instruction.ts";
import { type Form, formsOf } from "./assembler_forms.ts";
import { registerNumber } from "./assembler_registers.ts";
import type { Expression } from "./assembler_expression.ts";

/** What an operand of the 32-bit instruction has to be: this number, or the compressed operand at this position. */
type Slot = { readonly is: number } | { readonly position: number };

interface Rule {
  readonly short: Form;
  /** One for each operand of the 32-bit instruction. */
  readonly slots: readonly Slot[];
  /** Values that are hints or reserved in one of the sets: nothing is compressed to those. */
  readonly hints: readonly Exclusion[];
}

/** A compressed instruction. */
export interface Short {
  /** Its row. */
  readonly form: Form;
  /** Its operands. */
  readonly values: readonly Expression[];
}

/** Operations whose sources may be exchanged to fit a form that has the destination as its first source. */
const COMMUTATIVE: ReadonlySet<string> = new Set(["add", "and", "or", "xor"]);

/** What else `c.mv` does, besides the `add` that the architecture defines it by. */
const ALSO: Readonly<Record<string, string>> = { "c.mv": "addi rd, rs2, 0" };

/** The compressed forms of a set's instructions. */
export class Compression {
  readonly #rules = new Map<Form, Rule[]>();

  /** Reads the compressed rows of `set`; see {@linkcode compressionOf}. */
  constructor(set: InstructionSet) {
    const forms = formsOf(set);
    for (const short of forms.of.values()) {
      const { expands } = short.instruction;
      if (expands === undefined) continue;
      this.#add(set, short, expands, false);
      if (COMMUTATIVE.has(splitHeading(expands)[0])) this.#add(set, short, expands, true);
      if (ALSO[short.name]) this.#add(set, short, ALSO[short.name], false);
    }
  }

  /**
   * The 16-bit instructions that do what `form` does with these operands; addresses that are not known stay as they
   * are.
   */
  of(form: Form, values: readonly Expression[]): Short[] {
    const rules = this.#rules.get(form);
    const found: Short[] = [];
    if (rules) {
      for (const rule of rules) {
        const short = match(rule, values);
        if (short) found.push({ form: rule.short, values: short });
      }
    }
    return found;
  }

  #add(set: InstructionSet, short: Form, expands: string, exchange: boolean): void {
    const [name, list] = splitHeading(expands);
    const long = [...formsOf(set).named(name)].find(({ size, operands }) =>
      size === 4 && operands.length === operandNames(list).length
    );
    if (!long) throw new Error(`Cannot compress to ${short.name}: there is no ${expands}`);
    const slots = operandNames(list).map((text): Slot => {
      const position = short.operands.findIndex((operand) => operand.field && operand.name === text);
      if (position >= 0) return { position };
      // A field that the compressed syntax does not show is 0.
      return { is: registerNumber(text) ?? (/^\d+$/.test(text) ? Number(text) : 0) };
    });
    if (exchange) {
      if (slots.some((slot) => "is" in slot)) return;
      slots.push(...slots.splice(1, 1));
    }
    const { where, cv32e40pWhere } = short.instruction;
    const encoding = short.instruction[set.name]!;
    const hints = [where, cv32e40pWhere].flatMap((text) => text ? [...parseEncoding(encoding, text).exclusions] : []);
    hints.push({ field: "rd", value: 0 }, { field: "rs1", value: 0 });
    if (short.name === "c.addi") hints.push({ field: "imm", value: 0 });
    const rules = this.#rules.get(long);
    if (rules) rules.push({ short, slots, hints });
    else this.#rules.set(long, [{ short, slots, hints }]);
  }
}

function match({ short, slots, hints }: Rule, values: readonly Expression[]): Expression[] | undefined {
  const found: (Expression | undefined)[] = short.operands.map(({ field, fixed }) => field ? undefined : fixed);
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    const value = values[i];
    if ("is" in slot) {
      if (value !== slot.is) return undefined;
    } else if (found[slot.position] === undefined) found[slot.position] = value;
    else if (found[slot.position] !== value) return undefined;
  }
  for (let position = 0; position < found.length; position++) {
    const value = found[position];
    const { field, role } = short.operands[position];
    if (typeof value !== "number") {
      if (role !== "target") return undefined;
    } else if (role !== "target") {
      if (short.misfit(position, value, 0) !== undefined) return undefined;
      if (hints.some((hint) => hint.field === field?.name && hint.value === value)) return undefined;
    }
  }
  return found as Expression[];
}

const known = new WeakMap<InstructionSet, Compression>();

/** The compressed forms of a set's instructions. */
export function compressionOf(set: InstructionSet): Compression {
  let compression = known.get(set);
  if (!compression) known.set(set, compression = new Compression(set));
  return compression;
}
