/**
 * The 16-bit instructions of RV32C, each standing for a 32-bit one.
 * Encodings: The RISC-V Instruction Set Manual, Volume I; what is legal and what is not as the decoders of RI5CY be1fdf50
 * and CV32E40P 360d2728 have it (RI5CY refuses most hints, and takes `c.jr x0`).
 * @module
 */
import { type Instruction, splitHeading } from "./instruction.ts";
import { rv32 } from "./rv32.ts";

/** Writes a row: mnemonic and operands, encoding, what it stands for, values that RI5CY and CV32E40P exclude. */
function compressed(
  heading: string,
  encoding: string,
  expands: string,
  where?: string,
  cv32e40p?: string,
): Instruction {
  const [name, syntax] = splitHeading(heading);
  const [target] = splitHeading(expands);
  const meaning = rv32.find((row) => row.name === target);
  if (!meaning) throw new Error(`Cannot define ${name}: there is no ${target} that it could stand for`);
  return {
    name,
    extension: "C",
    syntax,
    ri5cy: encoding,
    cv32e40p: encoding,
    operation: meaning.operation,
    timing: meaning.timing,
    summary: meaning.summary,
    where,
    cv32e40pWhere: cv32e40p ?? where,
    expands,
  };
}

/** All of them. Operands in `expands` are fields of the compressed encoding, registers or numbers. */
export const rvc: readonly Instruction[] = [
  compressed(
    "c.addi4spn rd, sp, uimm",
    "000 uimm[5:4|9:6|2|3] rd' 00",
    "addi rd, x2, uimm",
    "imm != 0",
  ),
  compressed("c.lw rd, uimm(rs1)", "010 uimm[5:3] rs1' uimm[2|6] rd' 00", "lw rd, uimm(rs1)"),
  compressed("c.sw rs2, uimm(rs1)", "110 uimm[5:3] rs1' uimm[2|6] rs2' 00", "sw rs2, uimm(rs1)"),
  compressed("c.nop", "000 imm[5] 00000 imm[4:0] 01", "addi x0, x0, imm"),
  compressed("c.addi rd, imm", "000 imm[5] rd imm[4:0] 01", "addi rd, rd, imm", "rd != 0"),
  compressed("c.jal imm", "001 imm[11|4|9:8|10|6|7|3:1|5] 01", "jal x1, imm"),
  compressed("c.li rd, imm", "010 imm[5] rd imm[4:0] 01", "addi rd, x0, imm", "rd != 0", ""),
  compressed("c.addi16sp sp, imm", "011 imm[9] 00010 imm[4|6|8:7|5] 01", "addi x2, x2, imm", "imm != 0"),
  compressed(
    "c.lui rd, imm",
    "011 imm[17] rd imm[16:12] 01",
    "lui rd, imm",
    "rd != 0, rd != 2, imm != 0",
    "rd != 2, imm != 0",
  ),
  compressed("c.srli rd, uimm", "100 0 00 rd' uimm[4:0] 01", "srli rd, rd, uimm", "imm != 0", ""),
  compressed("c.srai rd, uimm", "100 0 01 rd' uimm[4:0] 01", "srai rd, rd, uimm", "imm != 0", ""),
  compressed("c.andi rd, imm", "100 imm[5] 10 rd' imm[4:0] 01", "andi rd, rd, imm"),
  compressed("c.sub rd, rs2", "100 0 11 rd' 00 rs2' 01", "sub rd, rd, rs2"),
  compressed("c.xor rd, rs2", "100 0 11 rd' 01 rs2' 01", "xor rd, rd, rs2"),
  compressed("c.or rd, rs2", "100 0 11 rd' 10 rs2' 01", "or rd, rd, rs2"),
  compressed("c.and rd, rs2", "100 0 11 rd' 11 rs2' 01", "and rd, rd, rs2"),
  compressed("c.j imm", "101 imm[11|4|9:8|10|6|7|3:1|5] 01", "jal x0, imm"),
  compressed("c.beqz rs1, imm", "110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "beq rs1, x0, imm"),
  compressed("c.bnez rs1, imm", "111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "bne rs1, x0, imm"),
  compressed("c.slli rd, uimm", "000 0 rd uimm[4:0] 10", "slli rd, rd, uimm", "rd != 0, imm != 0", ""),
  compressed("c.lwsp rd, uimm(sp)", "010 uimm[5] rd uimm[4:2|7:6] 10", "lw rd, uimm(x2)", "rd != 0"),
  compressed("c.jr rs1", "100 0 rs1 00000 10", "jalr x0, 0(rs1)", "", "rs1 != 0"),
  compressed("c.mv rd, rs2", "100 0 rd rs2 10", "add rd, x0, rs2", "rs2 != 0"),
  compressed("c.ebreak", "100 1 00000 00000 10", "ebreak"),
  compressed("c.jalr rs1", "100 1 rs1 00000 10", "jalr x1, 0(rs1)", "rs1 != 0"),
  compressed("c.add rd, rs2", "100 1 rd rs2 10", "add rd, rd, rs2", "rd != 0, rs2 != 0", "rs2 != 0"),
  compressed("c.swsp rs2, uimm(sp)", "110 uimm[5:2|7:6] rs2 10", "sw rs2, uimm(x2)"),
];
