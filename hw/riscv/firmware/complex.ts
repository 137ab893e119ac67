/**
 * Xpulp: complex numbers, as firmware calls them.
 *
 * Written by `deno run -A cli/firmware_interfaces.ts` from hw/riscv/isa/. Change the table there, then run it again.
 * @module
 */
import type { Reg } from "../registers.ts";

/** Xpulp: complex numbers. */
export interface ComplexInstructions {
  /** `pv.cplxmul.h.r rd, rs1, rs2`: Real part of a product of Q15 numbers, shifted right by 15; the other half of rd stays. */
  pvCplxmulHR(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cplxmul.h.i rd, rs1, rs2`: Imaginary part of a product of Q15 numbers, shifted right by 15; the other half of rd stays. */
  pvCplxmulHI(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cplxmul.h.r.div2 rd, rs1, rs2`: Real part of a product of Q15 numbers, shifted right by 16; the other half of rd stays. */
  pvCplxmulHRDiv2(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cplxmul.h.i.div2 rd, rs1, rs2`: Imaginary part of a product of Q15 numbers, shifted right by 16; the other half of rd stays. */
  pvCplxmulHIDiv2(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cplxmul.h.r.div4 rd, rs1, rs2`: Real part of a product of Q15 numbers, shifted right by 17; the other half of rd stays. */
  pvCplxmulHRDiv4(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cplxmul.h.i.div4 rd, rs1, rs2`: Imaginary part of a product of Q15 numbers, shifted right by 17; the other half of rd stays. */
  pvCplxmulHIDiv4(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cplxmul.h.r.div8 rd, rs1, rs2`: Real part of a product of Q15 numbers, shifted right by 18; the other half of rd stays. */
  pvCplxmulHRDiv8(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cplxmul.h.i.div8 rd, rs1, rs2`: Imaginary part of a product of Q15 numbers, shifted right by 18; the other half of rd stays. */
  pvCplxmulHIDiv8(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.cplxconj.h rd, rs1`: Complex conjugate. */
  pvCplxconjH(rd: Reg, rs1: Reg): void;
  /** `pv.subrotmj.h rd, rs1, rs2`: Difference of complex numbers times -j. */
  pvSubrotmjH(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.subrotmj.h.div2 rd, rs1, rs2`: Difference of complex numbers times -j, shifted right by 1. */
  pvSubrotmjHDiv2(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.add.h.div2 rd, rs1, rs2`: Add halves, shifted right by 1. */
  pvAddHDiv2(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sub.h.div2 rd, rs1, rs2`: Subtract halves, shifted right by 1. */
  pvSubHDiv2(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.subrotmj.h.div4 rd, rs1, rs2`: Difference of complex numbers times -j, shifted right by 2. */
  pvSubrotmjHDiv4(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.add.h.div4 rd, rs1, rs2`: Add halves, shifted right by 2. */
  pvAddHDiv4(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sub.h.div4 rd, rs1, rs2`: Subtract halves, shifted right by 2. */
  pvSubHDiv4(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.subrotmj.h.div8 rd, rs1, rs2`: Difference of complex numbers times -j, shifted right by 3. */
  pvSubrotmjHDiv8(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.add.h.div8 rd, rs1, rs2`: Add halves, shifted right by 3. */
  pvAddHDiv8(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `pv.sub.h.div8 rd, rs1, rs2`: Subtract halves, shifted right by 3. */
  pvSubHDiv8(rd: Reg, rs1: Reg, rs2: Reg): void;
}
