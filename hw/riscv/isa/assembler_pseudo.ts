/**
 * Pseudo-instructions: names for common uses of other instructions.
 *
 * Source: The RISC-V Assembly Programmer's Manual; those with an immediate where the instruction takes a register (`add
 * a0, a0, 4`) are GNU as's.
 * @module
 */
import type { SetName } from "./instruction.ts";
import { operandNames, splitHeading } from "./instruction.ts";
import { registerNumber } from "./assembler_registers.ts";

/** What an operand of an expansion is: a number or register written out, or the operand at this position. */
export type Source = { readonly is: number } | { readonly position: number };

/** One instruction of an expansion. */
export interface Step {
  /** Its mnemonic. */
  readonly name: string;
  /** Shape of its operands, see `Form.shape`. */
  readonly shape: string;
  /** Its operands. */
  readonly sources: readonly Source[];
}

/** A pseudo-instruction. */
export interface Pseudo {
  /** Its mnemonic. */
  readonly name: string;
  /** Its operands: `R` names are registers, others expressions. */
  readonly syntax: string;
  /** Shape of its operands, see `Form.shape`. */
  readonly shape: string;
  /** What it stands for. */
  readonly steps: readonly Step[];
  /** The set that it is for; both if absent. */
  readonly only?: SetName;
}

const TABLE: readonly (readonly [heading: string, expansion: string, only?: SetName])[] = [
  ["nop", "addi x0, x0, 0"],
  ["mv rd, rs1", "addi rd, rs1, 0"],
  ["not rd, rs1", "xori rd, rs1, -1"],
  ["neg rd, rs1", "sub rd, x0, rs1"],
  ["seqz rd, rs1", "sltiu rd, rs1, 1"],
  ["snez rd, rs1", "sltu rd, x0, rs1"],
  ["sltz rd, rs1", "slt rd, rs1, x0"],
  ["sgtz rd, rs1", "slt rd, x0, rs1"],
  ["sgt rd, rs1, rs2", "slt rd, rs2, rs1"],
  ["sgtu rd, rs1, rs2", "sltu rd, rs2, rs1"],
  ["zext.b rd, rs1", "andi rd, rs1, 255"],
  ["sext.b rd, rs1", "slli rd, rs1, 24; srai rd, rd, 24"],
  ["sext.h rd, rs1", "slli rd, rs1, 16; srai rd, rd, 16"],
  ["zext.h rd, rs1", "slli rd, rs1, 16; srli rd, rd, 16"],

  ["beqz rs1, target", "beq rs1, x0, target"],
  ["bnez rs1, target", "bne rs1, x0, target"],
  ["blez rs1, target", "bge x0, rs1, target"],
  ["bgez rs1, target", "bge rs1, x0, target"],
  ["bltz rs1, target", "blt rs1, x0, target"],
  ["bgtz rs1, target", "blt x0, rs1, target"],
  ["bgt rs1, rs2, target", "blt rs2, rs1, target"],
  ["ble rs1, rs2, target", "bge rs2, rs1, target"],
  ["bgtu rs1, rs2, target", "bltu rs2, rs1, target"],
  ["bleu rs1, rs2, target", "bgeu rs2, rs1, target"],

  ["j target", "jal x0, target"],
  ["jal target", "jal x1, target"],
  ["jr rs1", "jalr x0, 0(rs1)"],
  ["jr imm(rs1)", "jalr x0, imm(rs1)"],
  ["jalr rs1", "jalr x1, 0(rs1)"],
  ["jalr imm(rs1)", "jalr x1, imm(rs1)"],
  ["jalr rd, rs1", "jalr rd, 0(rs1)"],
  ["jalr rd, rs1, imm", "jalr rd, imm(rs1)"],
  ["ret", "jalr x0, 0(x1)"],

  ["csrr rd, csr", "csrrs rd, csr, x0"],
  ["csrw csr, rs1", "csrrw x0, csr, rs1"],
  ["csrs csr, rs1", "csrrs x0, csr, rs1"],
  ["csrc csr, rs1", "csrrc x0, csr, rs1"],
  ["csrwi csr, imm", "csrrwi x0, csr, imm"],
  ["csrsi csr, imm", "csrrsi x0, csr, imm"],
  ["csrci csr, imm", "csrrci x0, csr, imm"],
  ["csrw csr, imm", "csrrwi x0, csr, imm"],
  ["csrs csr, imm", "csrrsi x0, csr, imm"],
  ["csrc csr, imm", "csrrci x0, csr, imm"],
  ["csrrw rd, csr, imm", "csrrwi rd, csr, imm"],
  ["csrrs rd, csr, imm", "csrrsi rd, csr, imm"],
  ["csrrc rd, csr, imm", "csrrci rd, csr, imm"],
  // RI5CY has no cycle CSR.
  ["rdcycle rd", "csrrs rd, 0xc00, x0", "cv32e40p"],
  ["rdcycleh rd", "csrrs rd, 0xc80, x0", "cv32e40p"],
  ["rdinstret rd", "csrrs rd, 0xc02, x0", "cv32e40p"],
  ["rdinstreth rd", "csrrs rd, 0xc82, x0", "cv32e40p"],

  ...["add", "and", "or", "xor", "sll", "srl", "sra", "slt"].map((name) =>
    [`${name} rd, rs1, imm`, `${name}i rd, rs1, imm`] as const
  ),
  ["sltu rd, rs1, imm", "sltiu rd, rs1, imm"],
];

/** All of them but those whose length depends on their operands: see `assembler_expansion.ts`. */
export const pseudoInstructions: readonly Pseudo[] = TABLE.map(([heading, expansion, only]) => {
  const [name, syntax] = splitHeading(heading);
  const operands = operandNames(syntax);
  const steps = expansion.split("; ").map((text): Step => {
    const [name, list] = splitHeading(text);
    const sources = operandNames(list).map((word): Source => {
      const position = operands.indexOf(word);
      return position >= 0 ? { position } : { is: registerNumber(word) ?? Number(word) };
    });
    return { name, shape: shapeOf(list), sources };
  });
  return { name, syntax, shape: shapeOf(syntax), steps, only };
});

function shapeOf(syntax: string): string {
  return syntax.replaceAll(" ", "").replace(/[^,()!]+/g, (word) => /^(r[ds][123]?|x\d+)$/.test(word) ? "R" : "E");
}

const BY_KEY: ReadonlyMap<string, Pseudo> = new Map(pseudoInstructions.map((row) => [`${row.name} ${row.shape}`, row]));

/** The pseudo-instruction with a mnemonic whose operands have this shape. */
export function findPseudo(set: SetName, name: string, shape: string): Pseudo | undefined {
  const found = BY_KEY.get(`${name} ${shape}`);
  return found?.only === undefined || found.only === set ? found : undefined;
}
