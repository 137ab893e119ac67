/**
 * Xpulp: SIMD arithmetic, comparisons and dot products, as firmware calls them.
 *
 * Written by `deno run -A cli/firmware_interfaces.ts` from hw/riscv/isa/. Change the table there, then run it again.
 * @module
 */
import type { Reg } from "../registers.ts";

/** Xpulp: SIMD arithmetic, comparisons and dot products. */
export interface SimdInstructions {
  /** `pv.add.h rd, rs1, rs2`: Add lanes. */
  pvAddH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.add.sc.h rd, rs1, rs2`: Add lanes. The second operand is the low lane of rs2, for all. */
  pvAddScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.add.sci.h rd, rs1, imm`: Add lanes. The second operand is an immediate, for all. */
  pvAddSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.add.b rd, rs1, rs2`: Add lanes. */
  pvAddB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.add.sc.b rd, rs1, rs2`: Add lanes. The second operand is the low lane of rs2, for all. */
  pvAddScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.add.sci.b rd, rs1, imm`: Add lanes. The second operand is an immediate, for all. */
  pvAddSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sub.h rd, rs1, rs2`: Subtract lanes. */
  pvSubH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sub.sc.h rd, rs1, rs2`: Subtract lanes. The second operand is the low lane of rs2, for all. */
  pvSubScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sub.sci.h rd, rs1, imm`: Subtract lanes. The second operand is an immediate, for all. */
  pvSubSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sub.b rd, rs1, rs2`: Subtract lanes. */
  pvSubB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sub.sc.b rd, rs1, rs2`: Subtract lanes. The second operand is the low lane of rs2, for all. */
  pvSubScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sub.sci.b rd, rs1, imm`: Subtract lanes. The second operand is an immediate, for all. */
  pvSubSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.min.h rd, rs1, rs2`: The smaller lanes, signed. */
  pvMinH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.min.sc.h rd, rs1, rs2`: The smaller lanes, signed. The second operand is the low lane of rs2, for all. */
  pvMinScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.min.sci.h rd, rs1, imm`: The smaller lanes, signed. The second operand is an immediate, for all. */
  pvMinSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.min.b rd, rs1, rs2`: The smaller lanes, signed. */
  pvMinB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.min.sc.b rd, rs1, rs2`: The smaller lanes, signed. The second operand is the low lane of rs2, for all. */
  pvMinScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.min.sci.b rd, rs1, imm`: The smaller lanes, signed. The second operand is an immediate, for all. */
  pvMinSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.minu.h rd, rs1, rs2`: The smaller lanes, unsigned. */
  pvMinuH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.minu.sc.h rd, rs1, rs2`: The smaller lanes, unsigned. The second operand is the low lane of rs2, for all. */
  pvMinuScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.minu.sci.h rd, rs1, uimm`: The smaller lanes, unsigned. The second operand is an immediate, for all. */
  pvMinuSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.minu.b rd, rs1, rs2`: The smaller lanes, unsigned. */
  pvMinuB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.minu.sc.b rd, rs1, rs2`: The smaller lanes, unsigned. The second operand is the low lane of rs2, for all. */
  pvMinuScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.minu.sci.b rd, rs1, uimm`: The smaller lanes, unsigned. The second operand is an immediate, for all. */
  pvMinuSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.max.h rd, rs1, rs2`: The larger lanes, signed. */
  pvMaxH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.max.sc.h rd, rs1, rs2`: The larger lanes, signed. The second operand is the low lane of rs2, for all. */
  pvMaxScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.max.sci.h rd, rs1, imm`: The larger lanes, signed. The second operand is an immediate, for all. */
  pvMaxSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.max.b rd, rs1, rs2`: The larger lanes, signed. */
  pvMaxB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.max.sc.b rd, rs1, rs2`: The larger lanes, signed. The second operand is the low lane of rs2, for all. */
  pvMaxScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.max.sci.b rd, rs1, imm`: The larger lanes, signed. The second operand is an immediate, for all. */
  pvMaxSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.maxu.h rd, rs1, rs2`: The larger lanes, unsigned. */
  pvMaxuH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.maxu.sc.h rd, rs1, rs2`: The larger lanes, unsigned. The second operand is the low lane of rs2, for all. */
  pvMaxuScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.maxu.sci.h rd, rs1, uimm`: The larger lanes, unsigned. The second operand is an immediate, for all. */
  pvMaxuSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.maxu.b rd, rs1, rs2`: The larger lanes, unsigned. */
  pvMaxuB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.maxu.sc.b rd, rs1, rs2`: The larger lanes, unsigned. The second operand is the low lane of rs2, for all. */
  pvMaxuScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.maxu.sci.b rd, rs1, uimm`: The larger lanes, unsigned. The second operand is an immediate, for all. */
  pvMaxuSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.avg.h rd, rs1, rs2`: Half of the sums of lanes, signed; a sum that overflows its lane loses its carry. */
  pvAvgH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.avg.sc.h rd, rs1, rs2`: Half of the sums of lanes, signed; a sum that overflows its lane loses its carry. The second operand is the low lane of rs2, for all. */
  pvAvgScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.avg.sci.h rd, rs1, imm`: Half of the sums of lanes, signed; a sum that overflows its lane loses its carry. The second operand is an immediate, for all. */
  pvAvgSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.avg.b rd, rs1, rs2`: Half of the sums of lanes, signed; a sum that overflows its lane loses its carry. */
  pvAvgB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.avg.sc.b rd, rs1, rs2`: Half of the sums of lanes, signed; a sum that overflows its lane loses its carry. The second operand is the low lane of rs2, for all. */
  pvAvgScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.avg.sci.b rd, rs1, imm`: Half of the sums of lanes, signed; a sum that overflows its lane loses its carry. The second operand is an immediate, for all. */
  pvAvgSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.avgu.h rd, rs1, rs2`: Half of the sums of lanes, unsigned; a sum that overflows its lane loses its carry. */
  pvAvguH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.avgu.sc.h rd, rs1, rs2`: Half of the sums of lanes, unsigned; a sum that overflows its lane loses its carry. The second operand is the low lane of rs2, for all. */
  pvAvguScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.avgu.sci.h rd, rs1, uimm`: Half of the sums of lanes, unsigned; a sum that overflows its lane loses its carry. The second operand is an immediate, for all. */
  pvAvguSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.avgu.b rd, rs1, rs2`: Half of the sums of lanes, unsigned; a sum that overflows its lane loses its carry. */
  pvAvguB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.avgu.sc.b rd, rs1, rs2`: Half of the sums of lanes, unsigned; a sum that overflows its lane loses its carry. The second operand is the low lane of rs2, for all. */
  pvAvguScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.avgu.sci.b rd, rs1, uimm`: Half of the sums of lanes, unsigned; a sum that overflows its lane loses its carry. The second operand is an immediate, for all. */
  pvAvguSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.srl.h rd, rs1, rs2`: Shift lanes right, zeros come in. */
  pvSrlH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.srl.sc.h rd, rs1, rs2`: Shift lanes right, zeros come in. The second operand is the low lane of rs2, for all. */
  pvSrlScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.srl.sci.h rd, rs1, imm`: Shift lanes right, zeros come in. The second operand is an immediate, for all. */
  pvSrlSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.srl.b rd, rs1, rs2`: Shift lanes right, zeros come in. */
  pvSrlB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.srl.sc.b rd, rs1, rs2`: Shift lanes right, zeros come in. The second operand is the low lane of rs2, for all. */
  pvSrlScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.srl.sci.b rd, rs1, imm`: Shift lanes right, zeros come in. The second operand is an immediate, for all. */
  pvSrlSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sra.h rd, rs1, rs2`: Shift lanes right, the sign comes in. */
  pvSraH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sra.sc.h rd, rs1, rs2`: Shift lanes right, the sign comes in. The second operand is the low lane of rs2, for all. */
  pvSraScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sra.sci.h rd, rs1, imm`: Shift lanes right, the sign comes in. The second operand is an immediate, for all. */
  pvSraSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sra.b rd, rs1, rs2`: Shift lanes right, the sign comes in. */
  pvSraB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sra.sc.b rd, rs1, rs2`: Shift lanes right, the sign comes in. The second operand is the low lane of rs2, for all. */
  pvSraScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sra.sci.b rd, rs1, imm`: Shift lanes right, the sign comes in. The second operand is an immediate, for all. */
  pvSraSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sll.h rd, rs1, rs2`: Shift lanes left. */
  pvSllH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sll.sc.h rd, rs1, rs2`: Shift lanes left. The second operand is the low lane of rs2, for all. */
  pvSllScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sll.sci.h rd, rs1, imm`: Shift lanes left. The second operand is an immediate, for all. */
  pvSllSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sll.b rd, rs1, rs2`: Shift lanes left. */
  pvSllB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sll.sc.b rd, rs1, rs2`: Shift lanes left. The second operand is the low lane of rs2, for all. */
  pvSllScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sll.sci.b rd, rs1, imm`: Shift lanes left. The second operand is an immediate, for all. */
  pvSllSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.or.h rd, rs1, rs2`: Or of lanes. */
  pvOrH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.or.sc.h rd, rs1, rs2`: Or of lanes. The second operand is the low lane of rs2, for all. */
  pvOrScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.or.sci.h rd, rs1, imm`: Or of lanes. The second operand is an immediate, for all. */
  pvOrSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.or.b rd, rs1, rs2`: Or of lanes. */
  pvOrB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.or.sc.b rd, rs1, rs2`: Or of lanes. The second operand is the low lane of rs2, for all. */
  pvOrScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.or.sci.b rd, rs1, imm`: Or of lanes. The second operand is an immediate, for all. */
  pvOrSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.xor.h rd, rs1, rs2`: Exclusive or of lanes. */
  pvXorH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.xor.sc.h rd, rs1, rs2`: Exclusive or of lanes. The second operand is the low lane of rs2, for all. */
  pvXorScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.xor.sci.h rd, rs1, imm`: Exclusive or of lanes. The second operand is an immediate, for all. */
  pvXorSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.xor.b rd, rs1, rs2`: Exclusive or of lanes. */
  pvXorB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.xor.sc.b rd, rs1, rs2`: Exclusive or of lanes. The second operand is the low lane of rs2, for all. */
  pvXorScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.xor.sci.b rd, rs1, imm`: Exclusive or of lanes. The second operand is an immediate, for all. */
  pvXorSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.and.h rd, rs1, rs2`: And of lanes. */
  pvAndH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.and.sc.h rd, rs1, rs2`: And of lanes. The second operand is the low lane of rs2, for all. */
  pvAndScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.and.sci.h rd, rs1, imm`: And of lanes. The second operand is an immediate, for all. */
  pvAndSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.and.b rd, rs1, rs2`: And of lanes. */
  pvAndB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.and.sc.b rd, rs1, rs2`: And of lanes. The second operand is the low lane of rs2, for all. */
  pvAndScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.and.sci.b rd, rs1, imm`: And of lanes. The second operand is an immediate, for all. */
  pvAndSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpeq.h rd, rs1, rs2`: All ones in the lanes where rs1 is equal. */
  pvCmpeqH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpeq.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is equal. The second operand is the low lane of rs2, for all. */
  pvCmpeqScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpeq.sci.h rd, rs1, imm`: All ones in the lanes where rs1 is equal. The second operand is an immediate, for all. */
  pvCmpeqSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpeq.b rd, rs1, rs2`: All ones in the lanes where rs1 is equal. */
  pvCmpeqB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpeq.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is equal. The second operand is the low lane of rs2, for all. */
  pvCmpeqScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpeq.sci.b rd, rs1, imm`: All ones in the lanes where rs1 is equal. The second operand is an immediate, for all. */
  pvCmpeqSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpne.h rd, rs1, rs2`: All ones in the lanes where rs1 is not equal. */
  pvCmpneH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpne.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is not equal. The second operand is the low lane of rs2, for all. */
  pvCmpneScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpne.sci.h rd, rs1, imm`: All ones in the lanes where rs1 is not equal. The second operand is an immediate, for all. */
  pvCmpneSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpne.b rd, rs1, rs2`: All ones in the lanes where rs1 is not equal. */
  pvCmpneB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpne.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is not equal. The second operand is the low lane of rs2, for all. */
  pvCmpneScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpne.sci.b rd, rs1, imm`: All ones in the lanes where rs1 is not equal. The second operand is an immediate, for all. */
  pvCmpneSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpgt.h rd, rs1, rs2`: All ones in the lanes where rs1 is greater, signed. */
  pvCmpgtH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgt.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is greater, signed. The second operand is the low lane of rs2, for all. */
  pvCmpgtScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgt.sci.h rd, rs1, imm`: All ones in the lanes where rs1 is greater, signed. The second operand is an immediate, for all. */
  pvCmpgtSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpgt.b rd, rs1, rs2`: All ones in the lanes where rs1 is greater, signed. */
  pvCmpgtB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgt.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is greater, signed. The second operand is the low lane of rs2, for all. */
  pvCmpgtScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgt.sci.b rd, rs1, imm`: All ones in the lanes where rs1 is greater, signed. The second operand is an immediate, for all. */
  pvCmpgtSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpge.h rd, rs1, rs2`: All ones in the lanes where rs1 is greater or equal, signed. */
  pvCmpgeH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpge.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is greater or equal, signed. The second operand is the low lane of rs2, for all. */
  pvCmpgeScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpge.sci.h rd, rs1, imm`: All ones in the lanes where rs1 is greater or equal, signed. The second operand is an immediate, for all. */
  pvCmpgeSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpge.b rd, rs1, rs2`: All ones in the lanes where rs1 is greater or equal, signed. */
  pvCmpgeB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpge.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is greater or equal, signed. The second operand is the low lane of rs2, for all. */
  pvCmpgeScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpge.sci.b rd, rs1, imm`: All ones in the lanes where rs1 is greater or equal, signed. The second operand is an immediate, for all. */
  pvCmpgeSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmplt.h rd, rs1, rs2`: All ones in the lanes where rs1 is less, signed. */
  pvCmpltH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmplt.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is less, signed. The second operand is the low lane of rs2, for all. */
  pvCmpltScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmplt.sci.h rd, rs1, imm`: All ones in the lanes where rs1 is less, signed. The second operand is an immediate, for all. */
  pvCmpltSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmplt.b rd, rs1, rs2`: All ones in the lanes where rs1 is less, signed. */
  pvCmpltB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmplt.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is less, signed. The second operand is the low lane of rs2, for all. */
  pvCmpltScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmplt.sci.b rd, rs1, imm`: All ones in the lanes where rs1 is less, signed. The second operand is an immediate, for all. */
  pvCmpltSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmple.h rd, rs1, rs2`: All ones in the lanes where rs1 is less or equal, signed. */
  pvCmpleH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmple.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is less or equal, signed. The second operand is the low lane of rs2, for all. */
  pvCmpleScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmple.sci.h rd, rs1, imm`: All ones in the lanes where rs1 is less or equal, signed. The second operand is an immediate, for all. */
  pvCmpleSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmple.b rd, rs1, rs2`: All ones in the lanes where rs1 is less or equal, signed. */
  pvCmpleB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmple.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is less or equal, signed. The second operand is the low lane of rs2, for all. */
  pvCmpleScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmple.sci.b rd, rs1, imm`: All ones in the lanes where rs1 is less or equal, signed. The second operand is an immediate, for all. */
  pvCmpleSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpgtu.h rd, rs1, rs2`: All ones in the lanes where rs1 is greater, unsigned. */
  pvCmpgtuH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgtu.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is greater, unsigned. The second operand is the low lane of rs2, for all. */
  pvCmpgtuScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgtu.sci.h rd, rs1, uimm`: All ones in the lanes where rs1 is greater, unsigned. The second operand is an immediate, for all. */
  pvCmpgtuSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpgtu.b rd, rs1, rs2`: All ones in the lanes where rs1 is greater, unsigned. */
  pvCmpgtuB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgtu.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is greater, unsigned. The second operand is the low lane of rs2, for all. */
  pvCmpgtuScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgtu.sci.b rd, rs1, uimm`: All ones in the lanes where rs1 is greater, unsigned. The second operand is an immediate, for all. */
  pvCmpgtuSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpgeu.h rd, rs1, rs2`: All ones in the lanes where rs1 is greater or equal, unsigned. */
  pvCmpgeuH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgeu.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is greater or equal, unsigned. The second operand is the low lane of rs2, for all. */
  pvCmpgeuScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgeu.sci.h rd, rs1, uimm`: All ones in the lanes where rs1 is greater or equal, unsigned. The second operand is an immediate, for all. */
  pvCmpgeuSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpgeu.b rd, rs1, rs2`: All ones in the lanes where rs1 is greater or equal, unsigned. */
  pvCmpgeuB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgeu.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is greater or equal, unsigned. The second operand is the low lane of rs2, for all. */
  pvCmpgeuScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpgeu.sci.b rd, rs1, uimm`: All ones in the lanes where rs1 is greater or equal, unsigned. The second operand is an immediate, for all. */
  pvCmpgeuSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpltu.h rd, rs1, rs2`: All ones in the lanes where rs1 is less, unsigned. */
  pvCmpltuH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpltu.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is less, unsigned. The second operand is the low lane of rs2, for all. */
  pvCmpltuScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpltu.sci.h rd, rs1, uimm`: All ones in the lanes where rs1 is less, unsigned. The second operand is an immediate, for all. */
  pvCmpltuSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpltu.b rd, rs1, rs2`: All ones in the lanes where rs1 is less, unsigned. */
  pvCmpltuB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpltu.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is less, unsigned. The second operand is the low lane of rs2, for all. */
  pvCmpltuScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpltu.sci.b rd, rs1, uimm`: All ones in the lanes where rs1 is less, unsigned. The second operand is an immediate, for all. */
  pvCmpltuSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpleu.h rd, rs1, rs2`: All ones in the lanes where rs1 is less or equal, unsigned. */
  pvCmpleuH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpleu.sc.h rd, rs1, rs2`: All ones in the lanes where rs1 is less or equal, unsigned. The second operand is the low lane of rs2, for all. */
  pvCmpleuScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpleu.sci.h rd, rs1, uimm`: All ones in the lanes where rs1 is less or equal, unsigned. The second operand is an immediate, for all. */
  pvCmpleuSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.cmpleu.b rd, rs1, rs2`: All ones in the lanes where rs1 is less or equal, unsigned. */
  pvCmpleuB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpleu.sc.b rd, rs1, rs2`: All ones in the lanes where rs1 is less or equal, unsigned. The second operand is the low lane of rs2, for all. */
  pvCmpleuScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cmpleu.sci.b rd, rs1, uimm`: All ones in the lanes where rs1 is less or equal, unsigned. The second operand is an immediate, for all. */
  pvCmpleuSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.dotup.h rd, rs1, rs2`: Dot product, unsigned. */
  pvDotupH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotup.sc.h rd, rs1, rs2`: Dot product, unsigned. The second operand is the low lane of rs2, for all. */
  pvDotupScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotup.sci.h rd, rs1, uimm`: Dot product, unsigned. The second operand is an immediate, for all. */
  pvDotupSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.dotup.b rd, rs1, rs2`: Dot product, unsigned. */
  pvDotupB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotup.sc.b rd, rs1, rs2`: Dot product, unsigned. The second operand is the low lane of rs2, for all. */
  pvDotupScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotup.sci.b rd, rs1, uimm`: Dot product, unsigned. The second operand is an immediate, for all. */
  pvDotupSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.dotusp.h rd, rs1, rs2`: Dot product, unsigned by signed. */
  pvDotuspH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotusp.sc.h rd, rs1, rs2`: Dot product, unsigned by signed. The second operand is the low lane of rs2, for all. */
  pvDotuspScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotusp.sci.h rd, rs1, imm`: Dot product, unsigned by signed. The second operand is an immediate, for all. */
  pvDotuspSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.dotusp.b rd, rs1, rs2`: Dot product, unsigned by signed. */
  pvDotuspB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotusp.sc.b rd, rs1, rs2`: Dot product, unsigned by signed. The second operand is the low lane of rs2, for all. */
  pvDotuspScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotusp.sci.b rd, rs1, imm`: Dot product, unsigned by signed. The second operand is an immediate, for all. */
  pvDotuspSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.dotsp.h rd, rs1, rs2`: Dot product, signed. */
  pvDotspH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotsp.sc.h rd, rs1, rs2`: Dot product, signed. The second operand is the low lane of rs2, for all. */
  pvDotspScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotsp.sci.h rd, rs1, imm`: Dot product, signed. The second operand is an immediate, for all. */
  pvDotspSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.dotsp.b rd, rs1, rs2`: Dot product, signed. */
  pvDotspB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotsp.sc.b rd, rs1, rs2`: Dot product, signed. The second operand is the low lane of rs2, for all. */
  pvDotspScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.dotsp.sci.b rd, rs1, imm`: Dot product, signed. The second operand is an immediate, for all. */
  pvDotspSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sdotup.h rd, rs1, rs2`: Dot product, unsigned, added to rd. */
  pvSdotupH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotup.sc.h rd, rs1, rs2`: Dot product, unsigned, added to rd. The second operand is the low lane of rs2, for all. */
  pvSdotupScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotup.sci.h rd, rs1, uimm`: Dot product, unsigned, added to rd. The second operand is an immediate, for all. */
  pvSdotupSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sdotup.b rd, rs1, rs2`: Dot product, unsigned, added to rd. */
  pvSdotupB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotup.sc.b rd, rs1, rs2`: Dot product, unsigned, added to rd. The second operand is the low lane of rs2, for all. */
  pvSdotupScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotup.sci.b rd, rs1, uimm`: Dot product, unsigned, added to rd. The second operand is an immediate, for all. */
  pvSdotupSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sdotusp.h rd, rs1, rs2`: Dot product, unsigned by signed, added to rd. */
  pvSdotuspH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotusp.sc.h rd, rs1, rs2`: Dot product, unsigned by signed, added to rd. The second operand is the low lane of rs2, for all. */
  pvSdotuspScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotusp.sci.h rd, rs1, imm`: Dot product, unsigned by signed, added to rd. The second operand is an immediate, for all. */
  pvSdotuspSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sdotusp.b rd, rs1, rs2`: Dot product, unsigned by signed, added to rd. */
  pvSdotuspB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotusp.sc.b rd, rs1, rs2`: Dot product, unsigned by signed, added to rd. The second operand is the low lane of rs2, for all. */
  pvSdotuspScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotusp.sci.b rd, rs1, imm`: Dot product, unsigned by signed, added to rd. The second operand is an immediate, for all. */
  pvSdotuspSciB(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sdotsp.h rd, rs1, rs2`: Dot product, signed, added to rd. */
  pvSdotspH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotsp.sc.h rd, rs1, rs2`: Dot product, signed, added to rd. The second operand is the low lane of rs2, for all. */
  pvSdotspScH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotsp.sci.h rd, rs1, imm`: Dot product, signed, added to rd. The second operand is an immediate, for all. */
  pvSdotspSciH(rd: Reg, rs1: Reg, imm: number): void;
  /** `pv.sdotsp.b rd, rs1, rs2`: Dot product, signed, added to rd. */
  pvSdotspB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotsp.sc.b rd, rs1, rs2`: Dot product, signed, added to rd. The second operand is the low lane of rs2, for all. */
  pvSdotspScB(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sdotsp.sci.b rd, rs1, imm`: Dot product, signed, added to rd. The second operand is an immediate, for all. */
  pvSdotspSciB(rd: Reg, rs1: Reg, imm: number): void;
}
