/**
 * The language in which the instruction table says what an instruction does, and its syntax tree.
 *
 * Values are 32-bit integers. Statements are separated by `;`. Every right side sees the registers from before the
 * instruction; writes happen in the order in which they stand, so that a later one to the same register wins.
 *
 * - operands: `rs1 rs2 rs3 rd imm imm2 uimm uimm2 L csr size pc`; `uimm` is the same field as `imm`
 * - operators, with the precedence they have in C: `?: | ^ & == != < <= > >= << >> >>> + - * ~ !`; comparisons are signed
 *   and give 0 or 1, `>>` brings in the sign, shift amounts count modulo 32
 * - functions: see {@linkcode FUNCTIONS}; loads `load8s load8u load16s load16u load32` of an address;
 *   `csr(write|set|clear, csr, value)`, which gives the old value; `eventload(address)`
 * - statements: `let t = value`, `rd = value`, `rs1 = value`, `store8(address, value) store16 store32`,
 *   `branch(condition, target)`, `jump(target)`, `trap(cause)`, `hwloop(start|end|count, L, value)`, `fence()`, `mret()`,
 *   `wfi()`
 * @module
 */
import type { Instruction } from "./instruction.ts";

/** Functions of values, with how many they take; `div` to `remu` give RISC-V's results for 0 and for overflow. */
export const FUNCTIONS = {
  /** 1 if a < b, unsigned. */
  ltu: 2,
  /** 1 if a >= b, unsigned. */
  geu: 2,
  /** The smaller, signed. */
  min: 2,
  /** The larger, signed. */
  max: 2,
  /** The smaller, unsigned. */
  minu: 2,
  /** The larger, unsigned. */
  maxu: 2,
  /** Zeros above the highest 1; 32 for 0. */
  clz: 1,
  /** How many bits are 1. */
  popcount: 1,
  /** a rotated right by the low 5 bits of b. */
  rotr: 2,
  /** High half of signed by signed. */
  mulh: 2,
  /** High half of signed by unsigned. */
  mulhsu: 2,
  /** High half of unsigned by unsigned. */
  mulhu: 2,
  /** Signed quotient. */
  div: 2,
  /** Unsigned quotient. */
  divu: 2,
  /** Signed remainder. */
  rem: 2,
  /** Unsigned remainder. */
  remu: 2,
  /** Low byte, sign-extended. */
  s8: 1,
  /** Low byte, zero-extended. */
  u8: 1,
  /** Low half, sign-extended. */
  s16: 1,
  /** Low half, zero-extended. */
  u16: 1,
} as const;

/** A function of values. */
export type FunctionName = keyof typeof FUNCTIONS;

/** What an expression may name. `uimm` and `uimm2` are read as `imm` and `imm2`. */
export type OperandName = "rs1" | "rs2" | "rs3" | "rd" | "imm" | "imm2" | "L" | "csr" | "size" | "pc";

/** Operators of two values. */
export type BinaryOperator =
  | "|"
  | "^"
  | "&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "<<"
  | ">>"
  | ">>>"
  | "+"
  | "-"
  | "*";

/** An expression. */
export type Expression =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "operand"; readonly name: OperandName }
  | { readonly kind: "local"; readonly name: string }
  | { readonly kind: "unary"; readonly operator: "-" | "~" | "!"; readonly value: Expression }
  | {
    readonly kind: "binary";
    readonly operator: BinaryOperator;
    readonly left: Expression;
    readonly right: Expression;
  }
  | { readonly kind: "choice"; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "call"; readonly name: FunctionName; readonly args: readonly Expression[] }
  | { readonly kind: "load"; readonly bytes: 1 | 2 | 4; readonly signed: boolean; readonly address: Expression }
  | {
    readonly kind: "csr";
    readonly action: "write" | "set" | "clear";
    readonly csr: Expression;
    readonly value: Expression;
  }
  | { readonly kind: "eventLoad"; readonly address: Expression };

/** A statement. */
export type Statement =
  | { readonly kind: "let"; readonly name: string; readonly value: Expression }
  | { readonly kind: "write"; readonly register: "rd" | "rs1"; readonly value: Expression }
  | { readonly kind: "store"; readonly bytes: 1 | 2 | 4; readonly address: Expression; readonly value: Expression }
  | { readonly kind: "branch"; readonly condition: Expression; readonly target: Expression }
  | { readonly kind: "jump"; readonly target: Expression }
  | { readonly kind: "trap"; readonly cause: Expression }
  | {
    readonly kind: "hwloop";
    readonly part: "start" | "end" | "count";
    readonly loop: Expression;
    readonly value: Expression;
  }
  | { readonly kind: "fence" | "mret" | "wfi" };

/** What an instruction does. */
export type Operation = readonly Statement[];

const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  "|": 1,
  "^": 2,
  "&": 3,
  "==": 4,
  "!=": 4,
  "<": 5,
  "<=": 5,
  ">": 5,
  ">=": 5,
  "<<": 6,
  ">>": 6,
  ">>>": 6,
  "+": 7,
  "-": 7,
  "*": 8,
};
const OPERANDS: ReadonlySet<string> = new Set(["rs1", "rs2", "rs3", "rd", "imm", "imm2", "L", "csr", "size", "pc"]);
const TOKEN = /\s*(0x[0-9a-fA-F]+|\d+|\w+|>>>|<<|>>|[=!<>]=|[-|^&<>+*?:~!(),;=])/y;

/** Parses an operation. Throws an error that quotes the text and the place where it stops making sense. */
export function parseOperation(text: string): Operation {
  return new Parser(text).operation();
}

class Parser {
  readonly #text: string;
  readonly #tokens: string[] = [];
  readonly #locals = new Set<string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    const end = text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (!match) throw new Error(`Cannot parse operation "${text}": what is "${text.slice(from).trim()}"?`);
      this.#tokens.push(match[1]);
    }
  }

  operation(): Operation {
    const statements: Statement[] = [];
    while (this.#at < this.#tokens.length) {
      statements.push(this.#statement());
      if (this.#at < this.#tokens.length) this.#expect(";");
    }
    return statements;
  }

  #statement(): Statement {
    const word = this.#next();
    switch (word) {
      case "let": {
        const name = this.#next();
        this.#expect("=");
        const value = this.#expression();
        this.#locals.add(name);
        return { kind: "let", name, value };
      }
      case "rd":
      case "rs1":
        this.#expect("=");
        return { kind: "write", register: word, value: this.#expression() };
      case "store8":
      case "store16":
      case "store32": {
        const [address, value] = this.#arguments(2);
        return { kind: "store", bytes: byteCount(word), address, value };
      }
      case "branch": {
        const [condition, target] = this.#arguments(2);
        return { kind: "branch", condition, target };
      }
      case "jump":
        return { kind: "jump", target: this.#arguments(1)[0] };
      case "trap":
        return { kind: "trap", cause: this.#arguments(1)[0] };
      case "hwloop": {
        const part = this.#keyword("start", "end", "count");
        const [loop, value] = this.#rest(2);
        return { kind: "hwloop", part, loop, value };
      }
      case "fence":
      case "mret":
      case "wfi":
        this.#arguments(0);
        return { kind: word };
    }
    return this.#fail(`"${word}" is not a statement`);
  }

  #expression(): Expression {
    const condition = this.#binary(1);
    if (this.#peek() !== "?") return condition;
    this.#next();
    const yes = this.#expression();
    this.#expect(":");
    return { kind: "choice", condition, yes, no: this.#expression() };
  }

  #binary(least: number): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = this.#peek() as BinaryOperator;
      const precedence = PRECEDENCE[operator] ?? 0;
      if (precedence < least) return left;
      this.#next();
      left = { kind: "binary", operator, left, right: this.#binary(precedence + 1) };
    }
  }

  #unary(): Expression {
    const token = this.#next();
    if (token === "-" || token === "~" || token === "!") {
      return { kind: "unary", operator: token, value: this.#unary() };
    }
    if (token === "(") {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    if (/^\d/.test(token)) return { kind: "constant", value: Number(token) | 0 };
    if (this.#locals.has(token)) return { kind: "local", name: token };
    if (token in FUNCTIONS) {
      const name = token as FunctionName;
      return { kind: "call", name, args: this.#arguments(FUNCTIONS[name]) };
    }
    if (/^load(8s|8u|16s|16u|32)$/.test(token)) {
      return { kind: "load", bytes: byteCount(token), signed: token.endsWith("s"), address: this.#arguments(1)[0] };
    }
    if (token === "csr" && this.#peek() === "(") {
      const action = this.#keyword("write", "set", "clear");
      const [csr, value] = this.#rest(2);
      return { kind: "csr", action, csr, value };
    }
    if (token === "eventload") return { kind: "eventLoad", address: this.#arguments(1)[0] };
    const name = token.replace(/^uimm/, "imm");
    if (OPERANDS.has(name)) return { kind: "operand", name: name as OperandName };
    return this.#fail(`"${token}" has no value`);
  }

  /** The opening parenthesis and a keyword as first argument. */
  #keyword<K extends string>(...allowed: readonly K[]): K {
    this.#expect("(");
    const word = this.#next();
    return allowed.find((each) => each === word) ?? this.#fail(`"${word}" is none of ${allowed.join(", ")}`);
  }

  /** The arguments that follow a keyword, and the closing parenthesis. */
  #rest(count: number): Expression[] {
    const args: Expression[] = [];
    for (let i = 0; i < count; i++) {
      this.#expect(",");
      args.push(this.#expression());
    }
    this.#expect(")");
    return args;
  }

  #arguments(count: number): Expression[] {
    this.#expect("(");
    const args: Expression[] = [];
    for (let i = 0; i < count; i++) {
      if (i > 0) this.#expect(",");
      args.push(this.#expression());
    }
    this.#expect(")");
    return args;
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? "";
  }

  #next(): string {
    if (this.#at >= this.#tokens.length) this.#fail("it ends too early");
    return this.#tokens[this.#at++];
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) this.#fail(`"${token}" expected, not "${found}"`);
  }

  #fail(why: string): never {
    const before = this.#tokens.slice(0, this.#at).join(" ");
    throw new Error(`Cannot parse operation "${this.#text}": ${why}, after "${before}"`);
  }
}

function byteCount(name: string): 1 | 2 | 4 {
  return name.includes("8") ? 1 : name.includes("16") ? 2 : 4;
}

const parsed = new WeakMap<Instruction, Operation>();
const parsed2018 = new WeakMap<Instruction, Operation>();

/** What an instruction does, parsed once; with `year` 2018, what it did on the RI5CY of January 2018. */
export function operationOf(instruction: Instruction, year: 2018 | 2019 = 2019): Operation {
  const old = year === 2018 ? instruction.operation2018 : undefined;
  const cache = old === undefined ? parsed : parsed2018;
  let operation = cache.get(instruction);
  if (!operation) cache.set(instruction, operation = parseOperation(old ?? instruction.operation));
  return operation;
}
