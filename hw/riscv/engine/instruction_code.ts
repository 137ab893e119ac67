/**
 * Rows of the instruction table as code with holes, made once for each row.
 * @module
 */
import type { Instruction } from "../isa/instruction.ts";
import {
  type BinaryOperator,
  type Expression,
  type FunctionName,
  type OperandName,
  type Operation,
  operationOf,
  type Statement,
} from "../isa/operation.ts";
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import * as hole from "./code_template.ts";
import { type CodeTemplate, TemplateWriter } from "./code_template.ts";
import { WASM } from "./wasm_code.ts";
import { wasmExpression } from "./wasm_expression.ts";
import { MEMORY_OPCODES } from "./wasm_memory.ts";

/** An instruction's code. */
export interface InstructionCode {
  /** Computes its temporaries; what may be the place of an access, left on the stack. */
  readonly before: CodeTemplate;
  /** Whether a branch is taken, left on the stack: anything but 0; */
  readonly taken: CodeTemplate;
  /** whether it is not. */
  readonly notTaken: CodeTemplate;
  /** What it does to registers and memory, with an access's place in a local. */
  readonly after: CodeTemplate;
  /** Locals that it needs for temporaries. */
  readonly temporaries: number;
}

/** Operands that are 0 make code of their own, since much of it falls away. */
const ZERO_RS1 = 1, ZERO_RS2 = 2, ZERO_RD = 4, ZERO_IMM = 8, VARIANTS = 16;

const HOLES: Readonly<Partial<Record<OperandName, number>>> = {
  rs1: hole.RS1,
  rs2: hole.RS2,
  rs3: hole.RS3,
  rd: hole.RD,
  imm: hole.IMM,
  imm2: hole.IMM2,
  L: hole.LOOP_NUMBER,
  size: hole.SIZE,
  pc: hole.PC,
};

/** Comparisons and their opposites. */
const OPPOSITE_OPERATORS: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
};
const OPPOSITE_FUNCTIONS: Readonly<Partial<Record<FunctionName, FunctionName>>> = { ltu: "geu", geu: "ltu" };

/** The code of all rows for one year's core, for certain locals. */
export class InstructionCodes {
  readonly #year: 2018 | 2019;
  readonly #placeLocal: number;
  readonly #firstTemporary: number;
  readonly #memoryOffset: number;
  readonly #rows = new Map<Instruction, (InstructionCode | undefined)[]>();

  /**
   * @param year whose operations
   * @param placeLocal the local with an access's place, counted from where memory begins
   * @param memoryOffset where memory begins in the linear memory
   * @param firstTemporary from where on locals may be borrowed
   */
  constructor(year: 2018 | 2019, placeLocal: number, memoryOffset: number, firstTemporary: number) {
    this.#year = year;
    this.#placeLocal = placeLocal;
    this.#memoryOffset = memoryOffset;
    this.#firstTemporary = firstTemporary;
  }

  /** The code of an instruction. */
  of(op: MicroOperation): InstructionCode {
    const { instruction } = op.decoded!;
    let variants = this.#rows.get(instruction);
    if (variants === undefined) this.#rows.set(instruction, variants = new Array(VARIANTS).fill(undefined));
    const variant = (op.rs1 === 0 ? ZERO_RS1 : 0) | (op.rs2 === 0 ? ZERO_RS2 : 0) | (op.rd === 0 ? ZERO_RD : 0) |
      (op.imm === 0 ? ZERO_IMM : 0);
    return variants[variant] ??= this.#make(operationOf(instruction, this.#year), variant);
  }

  #make(operation: Operation, variant: number): InstructionCode {
    const locals = new Map<string, number>();
    const free: number[] = [];
    let borrowed = 0;
    const borrow = () => free.pop() ?? this.#firstTemporary + borrowed++;
    const push = (writer: TemplateWriter, expression: Expression) =>
      wasmExpression(writer.code, expression, {
        operand: (name) => {
          const found = HOLES[name];
          if (found === undefined) throw new Error(`Cannot translate ${name}: the pipeline has to use it`);
          writer.hole(found);
        },
        local: (name) => locals.get(name)!,
        borrow,
        giveBack: (local) => free.push(local),
      });
    const simple = (expression: Expression) => withZeros(expression, variant);

    const before = new TemplateWriter();
    for (const statement of operation) {
      if (statement.kind !== "let") continue;
      push(before, simple(statement.value));
      const local = borrow();
      before.code.index(WASM.localSet, local);
      locals.set(statement.name, local);
    }
    const taken = new TemplateWriter(), notTaken = new TemplateWriter();
    const after = new TemplateWriter();
    const writes: Extract<Statement, { kind: "write" }>[] = [];
    const address = (expression: Expression) => {
      // The immediate and where memory begins are one constant.
      const { left, hasImmediate } = splitAddress(simple(expression));
      if (left !== undefined) push(before, left);
      before.hole(hasImmediate ? hole.IMM_IN_MEMORY : hole.ZERO_IN_MEMORY);
      if (left !== undefined) before.code.op(WASM.i32Add);
    };
    for (const statement of operation) {
      switch (statement.kind) {
        case "branch": {
          const condition = simple(statement.condition);
          push(taken, truth(condition));
          push(notTaken, opposite(condition));
          break;
        }
        case "hwloop":
          if (statement.part !== "count") break;
          push(after, simple(statement.value));
          after.hole(hole.SET_LOOP_COUNT);
          break;
        case "store":
          address(statement.address);
          after.code.index(WASM.localGet, this.#placeLocal);
          push(after, simple(statement.value));
          after.code.memory(MEMORY_OPCODES[`store${statement.bytes}`], this.#memoryOffset);
          break;
        case "write":
          if (statement.value.kind === "load") address(statement.value.address);
          if ((variant & (statement.register === "rd" ? ZERO_RD : ZERO_RS1)) === 0) writes.push(statement);
          break;
      }
    }
    // All values are there before a register changes; the last one of the same register wins.
    for (const { value } of writes.toReversed()) {
      if (value.kind === "load") {
        after.code.index(WASM.localGet, this.#placeLocal);
        after.code.memory(MEMORY_OPCODES[`${value.bytes}${value.signed}`], this.#memoryOffset);
      } else push(after, simple(value));
    }
    for (const { register } of writes) after.hole(register === "rd" ? hole.SET_RD : hole.SET_RS1);
    return {
      before: before.finish(),
      taken: taken.finish(),
      notTaken: notTaken.finish(),
      after: after.finish(),
      temporaries: borrowed,
    };
  }
}

const ZERO: Expression = { kind: "constant", value: 0 };

function isZero(expression: Expression): boolean {
  return expression.kind === "constant" && expression.value === 0;
}

/** An expression of which some operands are 0. */
function withZeros(expression: Expression, variant: number): Expression {
  const simple = (part: Expression) => withZeros(part, variant);
  switch (expression.kind) {
    case "operand": {
      const bits: Partial<Record<OperandName, number>> = { rs1: ZERO_RS1, rs2: ZERO_RS2, rd: ZERO_RD, imm: ZERO_IMM };
      return (variant & (bits[expression.name] ?? 0)) !== 0 ? ZERO : expression;
    }
    case "unary":
      return { ...expression, value: simple(expression.value) };
    case "binary": {
      const { operator } = expression;
      const left = simple(expression.left), right = simple(expression.right);
      if (["+", "|", "^"].includes(operator) && isZero(left)) return right;
      if (["+", "|", "^", "-", "<<", ">>", ">>>"].includes(operator) && isZero(right)) return left;
      if (operator === "&" && (isZero(left) || isZero(right))) return ZERO;
      if (operator === "==" && isZero(right)) return { kind: "unary", operator: "!", value: left };
      return { kind: "binary", operator, left, right };
    }
    case "choice": {
      const { condition, yes, no } = expression;
      return { kind: "choice", condition: simple(condition), yes: simple(yes), no: simple(no) };
    }
    case "call":
      return { ...expression, args: expression.args.map(simple) };
    default:
      return expression;
  }
}

/** What is 0 only if a condition is. */
function truth(condition: Expression): Expression {
  const isNotZero = condition.kind === "binary" && condition.operator === "!=" && isZero(condition.right);
  return isNotZero ? condition.left : condition;
}

/** What is 0 unless a condition is. */
function opposite(condition: Expression): Expression {
  if (condition.kind === "unary" && condition.operator === "!") return condition.value;
  if (condition.kind === "binary") {
    const operator = OPPOSITE_OPERATORS[condition.operator];
    if (operator !== undefined) return withZeros({ ...condition, operator }, 0);
  }
  if (condition.kind === "call") {
    const name = OPPOSITE_FUNCTIONS[condition.name];
    if (name !== undefined) return { ...condition, name };
  }
  return { kind: "unary", operator: "!", value: condition };
}

function splitAddress(address: Expression): { left: Expression | undefined; hasImmediate: boolean } {
  const isImmediate = (part: Expression) => part.kind === "operand" && part.name === "imm";
  if (isZero(address)) return { left: undefined, hasImmediate: false };
  if (isImmediate(address)) return { left: undefined, hasImmediate: true };
  if (address.kind === "binary" && address.operator === "+" && isImmediate(address.right)) {
    return { left: address.left, hasImmediate: true };
  }
  return { left: address, hasImmediate: false };
}
