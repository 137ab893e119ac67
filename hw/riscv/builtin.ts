/**
 * The built-ins of the GAP8 compiler (`gap8_*` of Gap8.h): functions that stand for one instruction.
 * @module
 */
import { instructionFunction, type OperandValues } from "./instruction_function.ts";

/** A built-in. */
export interface Builtin {
  /** Its name without `gap8_`, in camel case. */
  readonly name: string;
  /** The instruction that it stands for. */
  readonly instruction: string;
  /** What the instruction's operands are, given the arguments. */
  readonly operands: (...args: never[]) => OperandValues;
  /** The built-in itself. */
  readonly call: (...args: never[]) => unknown;
}

const defined = new Map<string, Builtin>();

/** All built-ins of the modules that are loaded, by name. */
export const builtins: ReadonlyMap<string, Builtin> = defined;

/** Makes a built-in: what it computes is what the instruction table says. */
export function defineBuiltin<A extends readonly unknown[], R>(
  name: string,
  instruction: string,
  operands: (...args: A) => OperandValues,
  result: (word: number) => R,
): (...args: A) => R {
  const compute = instructionFunction(instruction);
  const call = (...args: A) => result(compute(operands(...args)));
  defined.set(name, { name, instruction, operands, call } as unknown as Builtin);
  return call;
}
