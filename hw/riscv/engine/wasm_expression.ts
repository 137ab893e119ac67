/**
 * Operations as WebAssembly.
 * @module
 */
import type { BinaryOperator, Expression, FunctionName, OperandName } from "../isa/operation.ts";
import { WASM, type WasmCode } from "./wasm_code.ts";

/** Where expressions find their operands and room for what they need twice. */
export interface ExpressionContext {
  /** Pushes an operand. */
  operand(name: OperandName): void;
  /** The local of a temporary. */
  local(name: string): number;
  /** A 32-bit local that nothing else uses until it is given back. */
  borrow(): number;
  /** Gives it back. */
  giveBack(local: number): void;
}

const BINARY: Readonly<Record<BinaryOperator, number>> = {
  "|": WASM.i32Or,
  "^": WASM.i32Xor,
  "&": WASM.i32And,
  "==": WASM.i32Eq,
  "!=": WASM.i32Ne,
  "<": WASM.i32LtS,
  "<=": WASM.i32LeS,
  ">": WASM.i32GtS,
  ">=": WASM.i32GeS,
  "<<": WASM.i32Shl,
  ">>": WASM.i32ShrS,
  ">>>": WASM.i32ShrU,
  "+": WASM.i32Add,
  "-": WASM.i32Sub,
  "*": WASM.i32Mul,
};

/** Functions that are an instruction. */
const DIRECT: Partial<Record<FunctionName, number>> = {
  ltu: WASM.i32LtU,
  geu: WASM.i32GeU,
  clz: WASM.i32Clz,
  popcount: WASM.i32Popcnt,
  rotr: WASM.i32Rotr,
  s8: WASM.i32Extend8S,
  s16: WASM.i32Extend16S,
};

/** Functions that choose one of two values, by their comparison. */
const CHOICE: Partial<Record<FunctionName, number>> = {
  min: WASM.i32LtS,
  max: WASM.i32GtS,
  minu: WASM.i32LtU,
  maxu: WASM.i32GtU,
};

/** Pushes the value of an expression. */
export function wasmExpression(code: WasmCode, expression: Expression, context: ExpressionContext): void {
  const push = (part: Expression) => wasmExpression(code, part, context);
  switch (expression.kind) {
    case "constant":
      code.constant(expression.value);
      return;
    case "operand":
      context.operand(expression.name);
      return;
    case "local":
      code.index(WASM.localGet, context.local(expression.name));
      return;
    case "unary":
      if (expression.operator === "-") code.constant(0);
      push(expression.value);
      if (expression.operator === "-") code.op(WASM.i32Sub);
      else if (expression.operator === "~") code.constant(-1).op(WASM.i32Xor);
      else code.op(WASM.i32Eqz);
      return;
    case "binary":
      push(expression.left);
      push(expression.right);
      code.op(BINARY[expression.operator]);
      return;
    case "choice":
      push(expression.yes);
      push(expression.no);
      push(expression.condition);
      code.op(WASM.select);
      return;
    case "call":
      call(code, expression.name, expression.args, context);
      return;
    default:
      throw new Error(`Cannot translate ${expression.kind}: the pipeline has to do it`);
  }
}

function call(code: WasmCode, name: FunctionName, args: readonly Expression[], context: ExpressionContext): void {
  const push = (index: number) => wasmExpression(code, args[index], context);
  const direct = DIRECT[name];
  if (direct !== undefined) {
    args.forEach((_, index) => push(index));
    code.op(direct);
    return;
  }
  switch (name) {
    case "u8":
    case "u16":
      push(0);
      code.constant(name === "u8" ? 0xff : 0xffff).op(WASM.i32And);
      return;
    case "mulh":
    case "mulhsu":
    case "mulhu":
      push(0);
      code.op(name === "mulhu" ? WASM.i64ExtendI32U : WASM.i64ExtendI32S);
      push(1);
      code.op(name === "mulh" ? WASM.i64ExtendI32S : WASM.i64ExtendI32U);
      code.op(WASM.i64Mul).constant64(0, 32).op(WASM.i64ShrU).op(WASM.i32WrapI64);
      return;
  }
  const a = context.borrow(), b = context.borrow();
  push(0);
  code.index(WASM.localSet, a);
  push(1);
  code.index(WASM.localSet, b);
  const get = (local: number) => code.index(WASM.localGet, local);
  const choice = CHOICE[name];
  if (choice !== undefined) {
    get(a);
    get(b);
    get(a);
    get(b);
    code.op(choice).op(WASM.select);
  } else {
    // A divisor of 0 is replaced, since it would trap; 64 bits, since the overflow would too.
    const signed = name === "div" || name === "rem";
    const remainder = name === "rem" || name === "remu";
    if (remainder) get(a);
    else code.constant(-1);
    get(a);
    if (signed) code.op(WASM.i64ExtendI32S);
    get(b);
    code.constant(1);
    get(b);
    code.op(WASM.select);
    if (signed) code.op(WASM.i64ExtendI32S).op(remainder ? WASM.i64RemS : WASM.i64DivS).op(WASM.i32WrapI64);
    else code.op(remainder ? WASM.i32RemU : WASM.i32DivU);
    get(b);
    code.op(WASM.i32Eqz).op(WASM.select);
  }
  context.giveBack(a);
  context.giveBack(b);
}
