/**
 * The operands of a statement as they are written, before it is known which instruction takes them.
 * @module
 */
import { Mistake } from "./assembler_error.ts";
import { type Expression, parseExpression, type Scope } from "./assembler_expression.ts";
import { registerNumber } from "./assembler_registers.ts";
import type { Scanner } from "./assembler_scanner.ts";

/** Operands as they are written. */
export interface WrittenOperands {
  /** `R` for a register, `E` for an expression, and signs: `R,E(R!)`. */
  readonly shape: string;
  /** Register numbers and expressions in order. */
  readonly values: readonly Expression[];
  /** 0-based offsets of the operands in the statement. */
  readonly starts: readonly number[];
}

/** Most operands of a statement. */
const MOST = 16;

/** Parses operands up to the end of the statement. `(a0)` is read as `0(a0)`. */
export function parseOperands(scanner: Scanner, scope: Scope): WrittenOperands {
  const values: Expression[] = [];
  const starts: number[] = [];
  let shape = "";
  if (scanner.atEnd()) return { shape, values, starts };
  const take = (kind: "R" | "E", value: Expression, start: number) => {
    shape += kind;
    values.push(value);
    starts.push(start);
  };
  for (;;) {
    const start = scanner.start;
    const register = registerAt(scanner);
    if (register !== undefined) {
      scanner.next();
      take("R", register, start);
    } else if (scanner.is("(") && baseFollows(scanner)) take("E", 0, start);
    else take("E", parseExpression(scanner, scope), start);
    if (scanner.is("(")) {
      scanner.next();
      const base = registerAt(scanner);
      if (base === undefined) throw new Mistake(`${scanner.describe()} is no register`, scanner.start);
      shape += "(";
      take("R", base, scanner.start);
      scanner.next();
      if (scanner.accept("!")) shape += "!";
      scanner.expect(")");
      shape += ")";
    }
    if (scanner.atEnd()) return { shape, values, starts };
    scanner.expect(",");
    shape += ",";
    if (values.length > MOST) throw new Mistake(`it has more than ${MOST} operands`, scanner.start);
  }
}

function registerAt(scanner: Scanner): number | undefined {
  return scanner.kind === "name" ? registerNumber(scanner.word) : undefined;
}

const BASE = /\s*([A-Za-z]\w*)\s*[!)]/y;

/** Whether what follows the parenthesis at hand is a register, so that an offset of 0 is left out before it. */
function baseFollows(scanner: Scanner): boolean {
  BASE.lastIndex = scanner.end;
  const name = BASE.exec(scanner.text)?.[1];
  return name !== undefined && registerNumber(name) !== undefined;
}
