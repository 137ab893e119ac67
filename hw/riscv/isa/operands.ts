/**
 * What an operation reads and writes: derived from its syntax tree, never stated a second time.
 * @module
 */
import type { Instruction } from "./instruction.ts";
import { type Expression, type Operation, operationOf, type Statement } from "./operation.ts";

/** A register field that an instruction reads; `rd` where it accumulates. */
export type RegisterRead = "rs1" | "rs2" | "rs3" | "rd";

/** A register field that an instruction writes; `rs1` where it moves a pointer. */
export type RegisterWrite = "rd" | "rs1";

/** The memory access of an instruction. */
export interface MemoryAccess {
  /** Its direction. */
  readonly kind: "load" | "store";
  /** Its size. */
  readonly bytes: 1 | 2 | 4;
  /** Whether a loaded value is sign-extended. */
  readonly signed: boolean;
}

/** What an instruction reads and writes. */
export interface OperandUse {
  /** Registers read, each once. */
  readonly reads: readonly RegisterRead[];
  /** Registers written, in the order of the writes. */
  readonly writes: readonly RegisterWrite[];
  /** Its access to memory, if it has one. */
  readonly memory?: MemoryAccess;
}

const known = new WeakMap<Operation, OperandUse>();

/** What an instruction reads and writes. */
export function operands(instruction: Instruction): OperandUse {
  const operation = operationOf(instruction);
  let use = known.get(operation);
  if (!use) known.set(operation, use = derive(operation));
  return use;
}

function derive(operation: Operation): OperandUse {
  const reads = new Set<RegisterRead>();
  const writes: RegisterWrite[] = [];
  let memory: MemoryAccess | undefined;
  for (const statement of operation) {
    if (statement.kind === "write") writes.push(statement.register);
    if (statement.kind === "store") memory = { kind: "store", bytes: statement.bytes, signed: false };
    for (const expression of expressions(statement)) {
      visit(expression, (part) => {
        if (part.kind === "operand" && /^r/.test(part.name)) reads.add(part.name as RegisterRead);
        if (part.kind === "load") memory = { kind: "load", bytes: part.bytes, signed: part.signed };
        if (part.kind === "eventLoad") memory = { kind: "load", bytes: 4, signed: false };
      });
    }
  }
  return { reads: [...reads], writes, memory };
}

/** The expressions of a statement, in the order in which they stand. */
export function expressions(statement: Statement): readonly Expression[] {
  return Object.values(statement).filter((part) => typeof part === "object") as Expression[];
}

/** Calls `see` for an expression and all its parts. */
export function visit(expression: Expression, see: (part: Expression) => void): void {
  see(expression);
  for (const part of Object.values(expression)) {
    if (Array.isArray(part)) { for (const each of part) visit(each, see); }
    else if (typeof part === "object") visit(part as Expression, see);
  }
}
