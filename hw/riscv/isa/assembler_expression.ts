/**
 * Expressions of the assembler: parsed, with what is known folded at once, and the rest evaluated once addresses are.
 * @module
 */
import { Mistake } from "./assembler_error.ts";
import { type Scanner, shorten } from "./assembler_scanner.ts";

/** A place in a section: before the item with this index. */
export interface Anchor {
  /** The section, which knows its items' addresses once they are laid out. */
  readonly section: { readonly addresses: readonly number[] };
  /** Index of the item. */
  readonly index: number;
}

/** A part of an expression whose value is not known before addresses are. */
export type Term =
  | { readonly kind: "symbol"; readonly name: string; readonly at: number; readonly weight: number }
  | { readonly kind: "anchor"; readonly anchor: Anchor; readonly weight: number }
  /** So many bytes past the instruction. */
  | { readonly kind: "ahead"; readonly bytes: number; readonly weight: number }
  | { readonly kind: "unary"; readonly sign: string; readonly of: Expression; readonly weight: number }
  | {
    readonly kind: "binary";
    readonly sign: string;
    readonly left: Expression;
    readonly right: Expression;
    readonly weight: number;
  }
  | {
    readonly kind: "part";
    readonly part: Part;
    readonly of: Expression;
    readonly at: number;
    readonly weight: number;
  };

/** A number, or a term to evaluate later. */
export type Expression = number | Term;

/** The upper 20 or lower 12 bits of an address, absolute or relative to the pc. */
export type Part = "hi" | "lo" | "pcrel_hi" | "pcrel_lo";

/** What symbols mean where an expression is parsed. */
export interface Scope {
  /** The value of a symbol that is already known for good, else a term that stands for it. */
  resolve(name: string, at: number): Expression;
  /** The numeric local label `number`, the last one before (`b`) or the next one after (`f`). */
  local(number: number, direction: "b" | "f", at: number): Expression;
  /** The address of the statement. */
  here(): Expression;
}

/** What symbols mean once addresses are known. */
export interface Values {
  /** Value of a symbol; throws a {@linkcode Mistake} when there is none. */
  symbol(name: string, at: number): number;
  /** Address of the instruction whose operand is evaluated. */
  readonly pc: number;
  /** The address that the `%pcrel_hi` of the instruction at `address` refers to. */
  pcrelTarget(address: number): number | undefined;
}

/** GNU as's precedence: `* / % << >>` bind closest, then `| & ^`, then `+ -` and comparisons, then `&&`, `||`. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ...["||"].map((sign) => [sign, 1] as const),
  ...["&&"].map((sign) => [sign, 2] as const),
  ...["+", "-", "==", "!=", "<>", "<", ">", "<=", ">="].map((sign) => [sign, 3] as const),
  ...["|", "&", "^"].map((sign) => [sign, 4] as const),
  ...["*", "/", "%", "<<", ">>"].map((sign) => [sign, 5] as const),
]);

/** Most operators and operands in one expression, and most nested parentheses. */
const HEAVIEST = 250;
const DEEPEST = 100;

/** Parses an expression at the scanner's position and stops behind it. */
export function parseExpression(scanner: Scanner, scope: Scope, depth = 0): Expression {
  return binary(scanner, scope, 1, depth);
}

function binary(scanner: Scanner, scope: Scope, lowest: number, depth: number): Expression {
  let left = unary(scanner, scope, depth);
  while (scanner.kind === "sign") {
    const sign = scanner.word;
    const precedence = PRECEDENCE.get(sign);
    if (precedence === undefined || precedence < lowest) break;
    const at = scanner.start;
    scanner.next();
    left = combine(sign, left, binary(scanner, scope, precedence + 1, depth), at);
  }
  return left;
}

function unary(scanner: Scanner, scope: Scope, depth: number): Expression {
  const at = scanner.start;
  if (depth > DEEPEST) throw new Mistake("Cannot read expression: it is nested too deeply", at);
  switch (scanner.kind) {
    case "number": {
      const value = scanner.value;
      scanner.next();
      return value;
    }
    case "local": {
      const word = scanner.word;
      scanner.next();
      return scope.local(parseInt(word, 10), word.endsWith("b") ? "b" : "f", at);
    }
    case "name": {
      const name = scanner.word;
      scanner.next();
      return name === "." ? scope.here() : scope.resolve(name, at);
    }
    case "sign": {
      const sign = scanner.word;
      if (sign === "%") return part(scanner, scope, depth);
      if (sign !== "(" && sign !== "-" && sign !== "~" && sign !== "!" && sign !== "+") break;
      scanner.next();
      if (sign === "(") {
        const inner = parseExpression(scanner, scope, depth + 1);
        scanner.expect(")");
        return inner;
      }
      const of = unary(scanner, scope, depth + 1);
      if (typeof of === "number") return applyUnary(sign, of);
      return { kind: "unary", sign, of, weight: heavier(of.weight, 0, at) };
    }
  }
  throw new Mistake(`Cannot read ${scanner.describe()}: a number, a symbol or '(' has to stand here`, at);
}

function part(scanner: Scanner, scope: Scope, depth: number): Expression {
  const at = scanner.start;
  scanner.next();
  const name = scanner.word;
  if (name !== "hi" && name !== "lo" && name !== "pcrel_hi" && name !== "pcrel_lo") {
    throw new Mistake(`Cannot read '%${shorten(name)}': there are %hi, %lo, %pcrel_hi and %pcrel_lo`, at);
  }
  scanner.next();
  scanner.expect("(");
  const of = parseExpression(scanner, scope, depth + 1);
  scanner.expect(")");
  return partOf(name, of, at);
}

/** `%hi(of)` and the like. */
export function partOf(part: Part, of: Expression, at: number): Expression {
  if (typeof of === "number") {
    if (part === "hi") return upper(of);
    if (part === "lo") return lower(of);
  }
  return { kind: "part", part, of, at, weight: heavier(typeof of === "number" ? 1 : of.weight, 0, at) };
}

function combine(sign: string, left: Expression, right: Expression, at: number): Expression {
  if (typeof left === "number" && typeof right === "number") return applyBinary(sign, left, right, at);
  const weight = heavier(weigh(left), weigh(right), at);
  return { kind: "binary", sign, left, right, weight };
}

function weigh(expression: Expression): number {
  return typeof expression === "number" ? 1 : expression.weight;
}

function heavier(left: number, right: number, at: number): number {
  if (left + right >= HEAVIEST) throw new Mistake(`Cannot read expression: it has more than ${HEAVIEST} operands`, at);
  return left + right + 1;
}

/** The value of an expression; throws a {@linkcode Mistake} where it has none. */
export function evaluate(expression: Expression, values: Values): number {
  if (typeof expression === "number") return expression;
  switch (expression.kind) {
    case "symbol":
      return values.symbol(expression.name, expression.at);
    case "anchor":
      return expression.anchor.section.addresses[expression.anchor.index] ?? 0;
    case "ahead":
      return values.pc + expression.bytes;
    case "unary":
      return applyUnary(expression.sign, evaluate(expression.of, values));
    case "binary":
      return applyBinary(expression.sign, evaluate(expression.left, values), evaluate(expression.right, values), -1);
    case "part": {
      const of = evaluate(expression.of, values);
      switch (expression.part) {
        case "hi":
          return upper(of);
        case "lo":
          return lower(of);
        case "pcrel_hi":
          return upper(of - values.pc);
        case "pcrel_lo": {
          const target = values.pcrelTarget(of);
          if (target !== undefined) return lower(target - of);
          throw new Mistake(
            "Cannot find %pcrel_hi: %pcrel_lo takes the label of the instruction that has the %pcrel_hi",
            expression.at,
          );
        }
      }
    }
  }
}

/** Whether the value moves with the place where sections are put: 1 for an address, 0 for a number or a distance. */
export function addresses(expression: Expression, ofSymbol: (name: string) => number): number {
  if (typeof expression === "number") return 0;
  switch (expression.kind) {
    case "symbol":
      return ofSymbol(expression.name);
    case "anchor":
      return 1;
    case "binary": {
      const left = addresses(expression.left, ofSymbol);
      const right = addresses(expression.right, ofSymbol);
      return expression.sign === "+" ? left + right : expression.sign === "-" ? left - right : 0;
    }
    default:
      return 0;
  }
}

function upper(address: number): number {
  return (address + 0x800 >>> 12) & 0xf_ffff;
}

function lower(address: number): number {
  return address << 20 >> 20;
}

function applyUnary(sign: string, value: number): number {
  if (sign === "-") return 0 - value;
  if (sign === "~") return -1 - value;
  return sign === "!" ? (value === 0 ? 1 : 0) : value;
}

function applyBinary(sign: string, left: number, right: number, at: number): number {
  const value = operate(sign, left, right, at);
  if (Number.isSafeInteger(value)) return value + 0;
  throw new Mistake(`Cannot compute ${left} ${sign} ${right}: the result is past 2^53`, at);
}

function operate(sign: string, left: number, right: number, at: number): number {
  switch (sign) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
    case "%":
      if (right === 0) throw new Mistake(`Cannot compute ${left} ${sign} 0: division by zero`, at);
      return sign === "/" ? Math.trunc(left / right) : left % right;
    case "<<":
    case ">>":
      if (right < 0 || right > 63) throw new Mistake(`Cannot shift by ${right}: the amount has to be 0 to 63`, at);
      return sign === "<<" ? left * 2 ** right : Math.floor(left / 2 ** right);
    case "|":
      return Number(BigInt(left) | BigInt(right));
    case "&":
      return Number(BigInt(left) & BigInt(right));
    case "^":
      return Number(BigInt(left) ^ BigInt(right));
    case "&&":
      return left !== 0 && right !== 0 ? 1 : 0;
    case "||":
      return left !== 0 || right !== 0 ? 1 : 0;
    default:
      return compare(sign, left, right) ? -1 : 0; // GNU as's true
  }
}

function compare(sign: string, left: number, right: number): boolean {
  switch (sign) {
    case "==":
      return left === right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    default:
      return left !== right;
  }
}
