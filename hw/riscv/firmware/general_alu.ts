/**
 * Xpulp: general ALU and immediate branches, as firmware calls them.
 *
 * Written by `deno run -A cli/firmware_interfaces.ts` from hw/riscv/isa/. Change the table there, then run it again.
 * @module
 */
import type { Reg } from "../registers.ts";

/** Xpulp: general ALU and immediate branches. */
export interface GeneralAluInstructions {
  /** `p.abs rd, rs1`: Absolute value; the least number stays. */
  abs(rd: Reg, rs1: Reg): void;
  /** `p.exths rd, rs1`: Sign-extend the low half. */
  exths(rd: Reg, rs1: Reg): void;
  /** `p.exthz rd, rs1`: Zero-extend the low half. */
  exthz(rd: Reg, rs1: Reg): void;
  /** `p.extbs rd, rs1`: Sign-extend the low byte. */
  extbs(rd: Reg, rs1: Reg): void;
  /** `p.extbz rd, rs1`: Zero-extend the low byte. */
  extbz(rd: Reg, rs1: Reg): void;
  /** `p.slet rd, rs1, rs2`: 1 if less or equal, signed. */
  slet(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.sletu rd, rs1, rs2`: 1 if less or equal, unsigned. */
  sletu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.min rd, rs1, rs2`: The smaller, signed. */
  min(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.minu rd, rs1, rs2`: The smaller, unsigned. */
  minu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.max rd, rs1, rs2`: The larger, signed. */
  max(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.maxu rd, rs1, rs2`: The larger, unsigned. */
  maxu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.clip rd, rs1, uimm`: Clip to -2^(n-1)..2^(n-1)-1, and to -1..0 for n = 0. */
  clip(rd: Reg, rs1: Reg, imm: number): void;
  /** `p.clipu rd, rs1, uimm`: Clip to 0..2^(n-1)-1, and to 0 for n = 0. */
  clipu(rd: Reg, rs1: Reg, imm: number): void;
  /** `p.clipr rd, rs1, rs2`: Clip to -rs2-1..rs2. */
  clipr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.clipur rd, rs1, rs2`: Clip to 0..rs2. */
  clipur(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.addN rd, rs1, rs2, uimm`: Add, shift right by a constant. */
  addN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.addNr rd, rs1, rs2`: Add, shift right by a register; rd is the first operand. */
  addNr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.addRN rd, rs1, rs2, uimm`: Add, round, shift right by a constant. */
  addRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.addRNr rd, rs1, rs2`: Add, round, shift right by a register; rd is the first operand. */
  addRNr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.adduN rd, rs1, rs2, uimm`: Add, shift right unsigned by a constant. */
  adduN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.adduNr rd, rs1, rs2`: Add, shift right unsigned by a register; rd is the first operand. */
  adduNr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.adduRN rd, rs1, rs2, uimm`: Add, round, shift right unsigned by a constant. */
  adduRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.adduRNr rd, rs1, rs2`: Add, round, shift right unsigned by a register; rd is the first operand. */
  adduRNr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.subN rd, rs1, rs2, uimm`: Subtract, shift right by a constant. */
  subN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.subNr rd, rs1, rs2`: Subtract, shift right by a register; rd is the first operand. */
  subNr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.subRN rd, rs1, rs2, uimm`: Subtract, round, shift right by a constant. */
  subRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.subRNr rd, rs1, rs2`: Subtract, round, shift right by a register; rd is the first operand. */
  subRNr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.subuN rd, rs1, rs2, uimm`: Subtract, shift right unsigned by a constant. */
  subuN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.subuNr rd, rs1, rs2`: Subtract, shift right unsigned by a register; rd is the first operand. */
  subuNr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.subuRN rd, rs1, rs2, uimm`: Subtract, round, shift right unsigned by a constant. */
  subuRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.subuRNr rd, rs1, rs2`: Subtract, round, shift right unsigned by a register; rd is the first operand. */
  subuRNr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.beqimm rs1, imm2, imm`: Branch if equal to a signed 5-bit immediate. */
  beqimm(rs1: Reg, imm2: number): boolean;
  /** `p.bneimm rs1, imm2, imm`: Branch if not equal to a signed 5-bit immediate. */
  bneimm(rs1: Reg, imm2: number): boolean;
}
