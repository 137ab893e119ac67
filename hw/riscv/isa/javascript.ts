/**
 * Operations as JavaScript source text.
 * @module
 */
import type { Expression, FunctionName, OperandName } from "./operation.ts";

/** Source text of the operands, as the code around wants them. */
export type OperandText = (name: OperandName) => string;

/** Functions that read better as operators than as calls. */
const INLINE: Partial<Record<FunctionName, (...args: string[]) => string>> = {
  ltu: (a, b) => `(${a}>>>0<${b}>>>0?1:0)`,
  geu: (a, b) => `(${a}>>>0>=${b}>>>0?1:0)`,
  clz: (a) => `Math.clz32(${a})`,
  min: (a, b) => `Math.min(${a},${b})`,
  max: (a, b) => `Math.max(${a},${b})`,
  s8: (a) => `(${a}<<24>>24)`,
  u8: (a) => `(${a}&255)`,
  s16: (a) => `(${a}<<16>>16)`,
  u16: (a) => `(${a}&65535)`,
};

/**
 * An expression as JavaScript whose value is a signed 32-bit integer. Functions that have no operator are called by their
 * name in the operation language; loads, CSR accesses and event loads are the caller's business and refused here.
 */
export function javaScript(expression: Expression, operand: OperandText): string {
  const text = (part: Expression): string => javaScript(part, operand);
  switch (expression.kind) {
    case "constant":
      return expression.value < 0 ? `(${expression.value})` : String(expression.value);
    case "operand":
      return operand(expression.name);
    case "local":
      return expression.name;
    case "unary":
      if (expression.operator === "!") return `(${text(expression.value)}===0?1:0)`;
      return expression.operator === "~" ? `(~${text(expression.value)})` : `(-${text(expression.value)}|0)`;
    case "binary": {
      const { operator } = expression;
      const left = text(expression.left);
      const right = text(expression.right);
      switch (operator) {
        case "*":
          return `Math.imul(${left},${right})`;
        case "+":
        case "-":
        case ">>>":
          return `(${left}${operator}${right}|0)`;
        case "==":
        case "!=":
          return `(${left}${operator}=${right}?1:0)`;
        case "<":
        case "<=":
        case ">":
        case ">=":
          return `(${left}${operator}${right}?1:0)`;
        default:
          return `(${left}${operator}${right})`;
      }
    } // falls through: the switch before returns in every case
    case "choice":
      return `(${text(expression.condition)}!==0?${text(expression.yes)}:${text(expression.no)})`;
    case "call": {
      const args = expression.args.map(text);
      return INLINE[expression.name]?.(...args) ?? `${expression.name}(${args.join(",")})`;
    }
    default:
      throw new Error(`Cannot write ${expression.kind} as an expression: the engine has to do it`);
  }
}
