/**
 * Instructions of the table as functions of their operands.
 * @module
 */
import { ARITHMETIC } from "./isa/arithmetic.ts";
import { fieldProblem } from "./isa/encoding.ts";
import { ri5cy } from "./isa/isa.ts";
import { javaScript } from "./isa/javascript.ts";
import { type Operation, operationOf } from "./isa/operation.ts";

/** Values of the operands that an instruction has: registers as 32-bit integers. */
export interface OperandValues {
  /** What the destination register holds before, for instructions that accumulate or insert. */
  readonly rd?: number;
  /** First source. */
  readonly rs1?: number;
  /** Second source. */
  readonly rs2?: number;
  /** Immediate. */
  readonly imm?: number;
  /** Second immediate. */
  readonly imm2?: number;
}

/** What an instruction leaves in its destination register, as a signed 32-bit integer. */
export type InstructionFunction = (operands: OperandValues) => number;

/**
 * An ALU or multiplier instruction as a function. Throws a RangeError for a mnemonic that RI5CY does not have once; the
 * function throws one for an immediate that does not fit.
 */
export function instructionFunction(name: string): InstructionFunction {
  const rows = ri5cy.byName(name);
  if (rows.length !== 1) {
    throw new RangeError(`Cannot compute ${name}: ri5cy has ${rows.length} instructions of that name`);
  }
  const { fields } = ri5cy.encodingOf(rows[0]);
  const checked = fields.filter((field) => field.name === "imm" || field.name === "imm2");
  let compute: Compute | undefined;
  return ({ rd = 0, rs1 = 0, rs2 = 0, imm = 0, imm2 = 0 }) => {
    for (const field of checked) {
      const problem = fieldProblem(field, field.name === "imm" ? imm : imm2);
      if (problem !== undefined) throw new RangeError(`Cannot compute ${name}: ${problem}`);
    }
    compute ??= compile(operationOf(rows[0]));
    return compute(rd | 0, rs1 | 0, rs2 | 0, imm, imm2) | 0;
  };
}

type Compute = (rd: number, rs1: number, rs2: number, imm: number, imm2: number) => number;

function compile(operation: Operation): Compute {
  const lines = operation.map((statement) => {
    if (statement.kind === "let") return `const ${statement.name}=${javaScript(statement.value, (name) => name)};`;
    if (statement.kind === "write") return `return ${javaScript(statement.value, (name) => name)};`;
    throw new RangeError(`Cannot compute a ${statement.kind}: it is more than a value`);
  });
  const source = `return (rd,rs1,rs2,imm,imm2)=>{${lines.join("")}}`;
  return new Function(...Object.keys(ARITHMETIC), source)(...Object.values(ARITHMETIC));
}
