/**
 * Xpulp: loads and stores, as firmware calls them.
 *
 * Written by `deno run -A cli/firmware_interfaces.ts` from hw/riscv/isa/. Change the table there, then run it again.
 * @module
 */
import type { Process } from "../../../sim/mod.ts";
import type { Reg } from "../registers.ts";

/** Xpulp: loads and stores. */
export interface MemoryInstructions {
  /** `p.lb rd, imm(rs1!)`: Load a byte, sign-extended, then add an immediate to the pointer. */
  lbPost(rd: Reg, rs1: Reg, imm: number): Process;
  /** `p.lb rd, rs2(rs1!)`: Load a byte, sign-extended, then add a register to the pointer. */
  lbPostReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.lb rd, rs2(rs1)`: Load a byte, sign-extended at the sum of two registers. */
  lbReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.lh rd, imm(rs1!)`: Load a half, sign-extended, then add an immediate to the pointer. */
  lhPost(rd: Reg, rs1: Reg, imm: number): Process;
  /** `p.lh rd, rs2(rs1!)`: Load a half, sign-extended, then add a register to the pointer. */
  lhPostReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.lh rd, rs2(rs1)`: Load a half, sign-extended at the sum of two registers. */
  lhReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.lw rd, imm(rs1!)`: Load a word, then add an immediate to the pointer. */
  lwPost(rd: Reg, rs1: Reg, imm: number): Process;
  /** `p.lw rd, rs2(rs1!)`: Load a word, then add a register to the pointer. */
  lwPostReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.lw rd, rs2(rs1)`: Load a word at the sum of two registers. */
  lwReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.lbu rd, imm(rs1!)`: Load a byte, zero-extended, then add an immediate to the pointer. */
  lbuPost(rd: Reg, rs1: Reg, imm: number): Process;
  /** `p.lbu rd, rs2(rs1!)`: Load a byte, zero-extended, then add a register to the pointer. */
  lbuPostReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.lbu rd, rs2(rs1)`: Load a byte, zero-extended at the sum of two registers. */
  lbuReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.lhu rd, imm(rs1!)`: Load a half, zero-extended, then add an immediate to the pointer. */
  lhuPost(rd: Reg, rs1: Reg, imm: number): Process;
  /** `p.lhu rd, rs2(rs1!)`: Load a half, zero-extended, then add a register to the pointer. */
  lhuPostReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.lhu rd, rs2(rs1)`: Load a half, zero-extended at the sum of two registers. */
  lhuReg(rd: Reg, rs1: Reg, rs2: Reg): Process;
  /** `p.sb rs2, imm(rs1!)`: Store a byte, then add an immediate to the pointer. */
  sbPost(rs2: Reg, rs1: Reg, imm: number): Process;
  /** `p.sb rs2, rs3(rs1!)`: Store a byte, then add a register to the pointer. */
  sbPostReg(rs2: Reg, rs1: Reg, rs3: Reg): Process;
  /** `p.sb rs2, rs3(rs1)`: Store a byte at the sum of two registers. */
  sbReg(rs2: Reg, rs1: Reg, rs3: Reg): Process;
  /** `p.sh rs2, imm(rs1!)`: Store a half, then add an immediate to the pointer. */
  shPost(rs2: Reg, rs1: Reg, imm: number): Process;
  /** `p.sh rs2, rs3(rs1!)`: Store a half, then add a register to the pointer. */
  shPostReg(rs2: Reg, rs1: Reg, rs3: Reg): Process;
  /** `p.sh rs2, rs3(rs1)`: Store a half at the sum of two registers. */
  shReg(rs2: Reg, rs1: Reg, rs3: Reg): Process;
  /** `p.sw rs2, imm(rs1!)`: Store a word, then add an immediate to the pointer. */
  swPost(rs2: Reg, rs1: Reg, imm: number): Process;
  /** `p.sw rs2, rs3(rs1!)`: Store a word, then add a register to the pointer. */
  swPostReg(rs2: Reg, rs1: Reg, rs3: Reg): Process;
  /** `p.sw rs2, rs3(rs1)`: Store a word at the sum of two registers. */
  swReg(rs2: Reg, rs1: Reg, rs3: Reg): Process;
}
