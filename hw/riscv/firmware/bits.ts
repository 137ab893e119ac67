/**
 * Xpulp: bit manipulation, as firmware calls them.
 *
 * Written by `deno run -A cli/firmware_interfaces.ts` from hw/riscv/isa/. Change the table there, then run it again.
 * @module
 */
import type { Reg } from "../registers.ts";

/** Xpulp: bit manipulation. */
export interface BitInstructions {
  /** `p.extract rd, rs1, uimm2, uimm`: Take a field out, sign-extended; above bit 31 the field continues with the sign. */
  extract(rd: Reg, rs1: Reg, imm2: number, imm: number): void;
  /** `p.extractr rd, rs1, rs2`: Take a field out, sign-extended; above bit 31 the field continues with the sign. Width - 1 is in bits 9:5, the lowest bit in bits 4:0 of rs2. */
  extractr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.extractu rd, rs1, uimm2, uimm`: Take a field out, zero-extended. */
  extractu(rd: Reg, rs1: Reg, imm2: number, imm: number): void;
  /** `p.extractur rd, rs1, rs2`: Take a field out, zero-extended. Width - 1 is in bits 9:5, the lowest bit in bits 4:0 of rs2. */
  extractur(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.insert rd, rs1, uimm2, uimm`: Put the low bits of rs1 into a field of rd. */
  insert(rd: Reg, rs1: Reg, imm2: number, imm: number): void;
  /** `p.insertr rd, rs1, rs2`: Put the low bits of rs1 into a field of rd. Width - 1 is in bits 9:5, the lowest bit in bits 4:0 of rs2. */
  insertr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.bclr rd, rs1, uimm2, uimm`: Clear a field. */
  bclr(rd: Reg, rs1: Reg, imm2: number, imm: number): void;
  /** `p.bclrr rd, rs1, rs2`: Clear a field. Width - 1 is in bits 9:5, the lowest bit in bits 4:0 of rs2. */
  bclrr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.bset rd, rs1, uimm2, uimm`: Set a field. */
  bset(rd: Reg, rs1: Reg, imm2: number, imm: number): void;
  /** `p.bsetr rd, rs1, rs2`: Set a field. Width - 1 is in bits 9:5, the lowest bit in bits 4:0 of rs2. */
  bsetr(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.ff1 rd, rs1`: Number of the lowest 1; 32 if there is none. */
  ff1(rd: Reg, rs1: Reg): void;
  /** `p.fl1 rd, rs1`: Number of the highest 1; 32 if there is none. */
  fl1(rd: Reg, rs1: Reg): void;
  /** `p.clb rd, rs1`: How many bits below the sign equal it; 0 for 0. */
  clb(rd: Reg, rs1: Reg): void;
  /** `p.cnt rd, rs1`: How many bits are 1. */
  cnt(rd: Reg, rs1: Reg): void;
  /** `p.ror rd, rs1, rs2`: Rotate right. */
  ror(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `p.bitrev rd, rs1, uimm2, uimm`: Shift left, then reverse the order of single bits (0, 3), pairs (1) or triples (2). */
  bitrev(rd: Reg, rs1: Reg, imm2: number, imm: number): void;
}
