/**
 * The symbols of an assembly source: labels, numeric local labels, and names given to values.
 * @module
 */
import { Mistake } from "./assembler_error.ts";
import { addresses, type Anchor, evaluate, type Expression } from "./assembler_expression.ts";
import type { LayoutValues } from "./assembler_items.ts";
import { nearest } from "./assembler_nearest.ts";
import { registerNumber } from "./assembler_registers.ts";
import { shorten } from "./assembler_scanner.ts";
import type { Statement } from "./assembler_source.ts";

interface Entry {
  readonly kind: "label" | "value" | "given";
  readonly value: Expression;
  readonly statement: Statement | undefined;
  /** Its value in the pass `pass`, or why it has none. */
  computed: number | string;
  pass: number;
}

/** How many names may stand for each other in a row. */
const DEEPEST = 16;

/** How many unknown names are told with the nearest known one: finding it takes time. */
const MOST_SUGGESTIONS = 100;

/** Between the number of a local label and its count: no name contains it. */
const LOCAL = "\0";

/** The symbols, and their values while the program is laid out. */
export class Symbols implements LayoutValues {
  /** Address of the instruction whose operand is evaluated. */
  pc = 0;
  /** Finds the targets of all `%pcrel_hi` by the addresses of their instructions; asked when the first is needed. */
  pcrelTargets: () => ReadonlyMap<number, number> = () => new Map();
  readonly #entries = new Map<string, Entry>();
  readonly #locals = new Map<number, number>();
  /** Those whose values are being computed. */
  readonly #open: Entry[] = [];
  #suggestions = 0;
  #pass = 0;
  #pcrel: ReadonlyMap<number, number> | undefined;

  /** Starts with symbols from outside. */
  constructor(given: Readonly<Record<string, number>>) {
    for (const [name, value] of Object.entries(given)) this.#set(name, "given", value, undefined);
  }

  /** Defines a label that stands at `at` of its statement; `1` and the like are numeric local ones. */
  label(name: string, anchor: Anchor, statement: Statement, at: number): void {
    if (/^\d+$/.test(name)) {
      const number = Number(name);
      const count = (this.#locals.get(number) ?? 0) + 1;
      this.#locals.set(number, count);
      name = `${number}${LOCAL}${count}`;
    } else this.#refuse(name, "define label", statement, at);
    this.#set(name, "label", { kind: "anchor", anchor, weight: 1 }, statement);
  }

  /** Gives a name to a value; it may be given another value later. */
  assign(name: string, value: Expression, statement: Statement): void {
    if (this.#entries.get(name)?.kind !== "value") this.#refuse(name, "set", statement, -1);
    this.#set(name, "value", value, statement);
  }

  /** Whether a name has been defined up to here. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The value of a name as it is known at this place, else a term that stands for it. */
  resolve(name: string, at: number): Expression {
    return this.#entries.get(name)?.value ?? { kind: "symbol", name, at, weight: 1 };
  }

  /** The numeric local label that `1b` or `1f` means at this place. */
  local(number: number, direction: "b" | "f", at: number): Expression {
    const count = this.#locals.get(number) ?? 0;
    if (direction === "f") return this.resolve(`${number}${LOCAL}${count + 1}`, at);
    if (count === 0) throw new Mistake(`there is no label ${number}: before this`, at);
    return this.resolve(`${number}${LOCAL}${count}`, at);
  }

  /** Says that what has no value is told from now on, so that names near to it are worth looking for. */
  startWriting(): void {
    this.startPass();
    this.#suggestions = MOST_SUGGESTIONS;
  }

  /** Forgets values that were computed from addresses. */
  startPass(): void {
    this.#pass++;
    this.#pcrel = undefined;
  }

  symbol(name: string, at: number): number {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new Mistake(this.#unknown(name), at);
    if (entry.kind === "label") return evaluate(entry.value, this);
    if (entry.pass !== this.#pass) {
      entry.computed = this.#compute(name, entry);
      entry.pass = this.#pass;
    }
    if (typeof entry.computed === "string") throw new Mistake(entry.computed, at);
    return entry.computed;
  }

  /**
   * The value of a name, or why it has none: kept either way, so that names which stand for each other take no longer.
   */
  #compute(name: string, entry: Entry): number | string {
    if (this.#open.length >= DEEPEST) {
      return `symbol ${shorten(name)} ${
        this.#open.includes(entry) ? "is defined by itself" : "stands for too many others"
      }`;
    }
    this.#open.push(entry);
    try {
      return evaluate(entry.value, this);
    } catch (error) {
      // The place in the other statement means nothing in this one.
      if (error instanceof Mistake) return error.message;
      throw error;
    } finally {
      this.#open.pop();
    }
  }

  pcrelTarget(address: number): number | undefined {
    if (!this.#pcrel) {
      // A target that itself asks for one finds none.
      this.#pcrel = new Map();
      this.#pcrel = this.pcrelTargets();
    }
    return this.#pcrel.get(address);
  }

  /**
   * Whether an expression is an address: it moves with the place of its section, as a number or a distance does not.
   */
  isAddress(expression: Expression, depth: number = 0): boolean {
    return addresses(expression, (name) => {
      const entry = this.#entries.get(name);
      return entry !== undefined && depth < DEEPEST && this.isAddress(entry.value, depth + 1) ? 1 : 0;
    }) !== 0;
  }

  /** Names and values of labels and of `.equ`s, as 32-bit numbers; `refuse` is told of those without a value. */
  values(refuse: (mistake: Mistake, statement: Statement) => void): Map<string, number> {
    const values = new Map<string, number>();
    for (const [name, { kind, statement }] of this.#entries) {
      if (kind === "given" || name.includes(LOCAL)) continue;
      try {
        values.set(name, this.symbol(name, -1) >>> 0);
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
        refuse(new Mistake(error.message), statement!);
      }
    }
    return values;
  }

  #set(name: string, kind: Entry["kind"], value: Expression, statement: Statement | undefined): void {
    this.#entries.set(name, { kind, value, statement, computed: 0, pass: -1 });
  }

  #refuse(name: string, verb: string, statement: Statement, at: number): void {
    if (registerNumber(name) !== undefined) throw new Mistake(`Cannot ${verb} '${name}': it is a register`, at);
    const known = this.#entries.get(name);
    if (known === undefined) return;
    const where = known.statement === undefined
      ? "it is given from outside"
      : known.statement.line === statement.line
      ? "this line has it already"
      : `line ${known.statement.line} has it already`;
    throw new Mistake(`Cannot ${verb} '${shorten(name)}': ${where}`, at);
  }

  #unknown(name: string): string {
    if (name.includes(LOCAL)) return `there is no label ${name.split(LOCAL)[0]}: after this`;
    const near = this.#suggestions-- > 0
      ? nearest(name, [...this.#entries.keys()].filter((known) => !known.includes(LOCAL)))
      : undefined;
    return `there is no label ${shorten(name)}${near === undefined ? "" : `; the nearest is ${shorten(near)}`}`;
  }
}
