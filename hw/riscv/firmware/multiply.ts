/**
 * Xpulp: multiply and accumulate, as firmware calls them.
 *
 * Written by `deno run -A cli/firmware_interfaces.ts` from hw/riscv/isa/. Change the table there, then run it again.
 * @module
 */
import type { Reg } from "../registers.ts";

/** Xpulp: multiply and accumulate. */
export interface MultiplyInstructions {
  /** `p.mac rd, rs1, rs2`: Multiply and add to rd. */
  mac(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.msu rd, rs1, rs2`: Multiply and subtract from rd. */
  msu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.muls rd, rs1, rs2`: Multiply low halves signed. */
  muls(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.mulsN rd, rs1, rs2, uimm`: Multiply low halves signed, shift right by a constant. */
  mulsN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.mulsRN rd, rs1, rs2, uimm`: Multiply low halves signed, round, shift right by a constant. */
  mulsRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.mulhhs rd, rs1, rs2`: Multiply high halves signed. */
  mulhhs(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.mulhhsN rd, rs1, rs2, uimm`: Multiply high halves signed, shift right by a constant. */
  mulhhsN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.mulhhsRN rd, rs1, rs2, uimm`: Multiply high halves signed, round, shift right by a constant. */
  mulhhsRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.mulu rd, rs1, rs2`: Multiply low halves unsigned. */
  mulu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.muluN rd, rs1, rs2, uimm`: Multiply low halves unsigned, shift right by a constant. */
  muluN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.muluRN rd, rs1, rs2, uimm`: Multiply low halves unsigned, round, shift right by a constant. */
  muluRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.mulhhu rd, rs1, rs2`: Multiply high halves unsigned. */
  mulhhu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.mulhhuN rd, rs1, rs2, uimm`: Multiply high halves unsigned, shift right by a constant. */
  mulhhuN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.mulhhuRN rd, rs1, rs2, uimm`: Multiply high halves unsigned, round, shift right by a constant. */
  mulhhuRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.macsN rd, rs1, rs2, uimm`: Multiply low halves signed, add rd, shift right by a constant. */
  macsN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.macsRN rd, rs1, rs2, uimm`: Multiply low halves signed, add rd, round, shift right by a constant. */
  macsRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.machhsN rd, rs1, rs2, uimm`: Multiply high halves signed, add rd, shift right by a constant. */
  machhsN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.machhsRN rd, rs1, rs2, uimm`: Multiply high halves signed, add rd, round, shift right by a constant. */
  machhsRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.macuN rd, rs1, rs2, uimm`: Multiply low halves unsigned, add rd, shift right by a constant. */
  macuN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.macuRN rd, rs1, rs2, uimm`: Multiply low halves unsigned, add rd, round, shift right by a constant. */
  macuRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.machhuN rd, rs1, rs2, uimm`: Multiply high halves unsigned, add rd, shift right by a constant. */
  machhuN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
  /** `p.machhuRN rd, rs1, rs2, uimm`: Multiply high halves unsigned, add rd, round, shift right by a constant. */
  machhuRN(rd: Reg, rs1: Reg, rs2: Reg, imm: number): void;
}
