/**
 * Xpulp: SIMD moves, as firmware calls them.
 *
 * Written by `deno run -A cli/firmware_interfaces.ts` from hw/riscv/isa/. Change the table there, then run it again.
 * @module
 */
import type { Reg } from "../registers.ts";

/** Xpulp: SIMD moves. */
export interface SimdMoveInstructions {
  /** `pv.abs.h rd, rs1`: Absolute values of lanes; the least number stays. */
  pvAbsH(rd: Reg, rs1: Reg): void;
  /** `pv.abs.b rd, rs1`: Absolute values of lanes; the least number stays. */
  pvAbsB(rd: Reg, rs1: Reg): void;
  /** `pv.extract.h rd, rs1, uimm`: Take a lane out, sign-extended. */
  pvExtractH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.extractu.h rd, rs1, uimm`: Take a lane out, zero-extended. */
  pvExtractuH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.insert.h rd, rs1, uimm`: Put the low lane of rs1 into a lane of rd. */
  pvInsertH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.extract.b rd, rs1, uimm`: Take a lane out, sign-extended. */
  pvExtractB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.extractu.b rd, rs1, uimm`: Take a lane out, zero-extended. */
  pvExtractuB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.insert.b rd, rs1, uimm`: Put the low lane of rs1 into a lane of rd. */
  pvInsertB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.shuffle.h rd, rs1, rs2`: Each lane is the lane of rs1 whose number stands in that lane of rs2. */
  pvShuffleH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.shuffle2.h rd, rs1, rs2`: Each lane is the lane of rd, or with the next bit set of rs1, whose number stands in that lane of rs2. */
  pvShuffle2H(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.shuffle.b rd, rs1, rs2`: Each lane is the lane of rs1 whose number stands in that lane of rs2. */
  pvShuffleB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.shuffle2.b rd, rs1, rs2`: Each lane is the lane of rd, or with the next bit set of rs1, whose number stands in that lane of rs2. */
  pvShuffle2B(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.shuffle.sci.h rd, rs1, uimm`: Each half is the half of rs1 whose number stands in that bit of the immediate. */
  pvShuffleSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.shuffleI0.sci.b rd, rs1, uimm`: The highest byte is byte 0 of rs1, the others those whose numbers stand in the immediate, 2 bits each. */
  pvShuffleI0SciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.shuffleI1.sci.b rd, rs1, uimm`: The highest byte is byte 1 of rs1, the others those whose numbers stand in the immediate, 2 bits each. */
  pvShuffleI1SciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.shuffleI2.sci.b rd, rs1, uimm`: The highest byte is byte 2 of rs1, the others those whose numbers stand in the immediate, 2 bits each. */
  pvShuffleI2SciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.shuffleI3.sci.b rd, rs1, uimm`: The highest byte is byte 3 of rs1, the others those whose numbers stand in the immediate, 2 bits each. */
  pvShuffleI3SciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.pack.h rd, rs1, rs2`: The low halves of rs1 and rs2, that of rs1 on top. */
  pvPackH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.pack.h.h rd, rs1, rs2`: The high halves of rs1 and rs2, that of rs1 on top. */
  pvPackHH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.packhi.b rd, rs1, rs2`: The low bytes of rs1 and rs2 into the high half of rd. */
  pvPackhiB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.packlo.b rd, rs1, rs2`: The low bytes of rs1 and rs2 into the low half of rd. */
  pvPackloB(rd: Reg, rs1: Reg, rs2: Reg): void;
}
