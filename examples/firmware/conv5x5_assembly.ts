/**
 * The 5x5 convolution of the GAP8 manual in four versions, as assembly after the manual's listings.
 *
 * Each version is a function of image (a0), coefficients (a1), result (a2), width (a3), height (a4), first and last strip
 * (a5, a6): it works down columns a5 to a6 - 1 of the result, which is 4 smaller than the image both ways. Registers are
 * the caller's to save.
 * @module
 */

/** What all versions have around the work of one output: strips outside, rows inside. */
const strips = (row: string) => `
        addi t0, a4, -4         # rows of the result
        addi s3, a3, -4         # bytes of its rows
        add a0, a0, a5
        add a2, a2, a5
        sub a6, a6, a5
1:      mv s4, a0
        mv s5, a2
        mv s6, t0
2:${row}
        srai t3, t3, 12
        p.sb t3, s3(s5!)
        add s4, s4, a3
        addi s6, s6, -1
        bnez s6, 2b
        addi a0, a0, 1
        addi a2, a2, 1
        addi a6, a6, -1
        bnez a6, 1b
        ret
`;

/** Two nested hardware loops; the multiply-accumulate waits for the load right before it. */
export const initial: string = strips(
  `      mv t1, s4
        mv t2, a1
        li t3, 0
        lp.setupi x0, 5, 4f
        mv a7, t1
        mv t4, t2
        lp.setupi x1, 5, 3f
        p.lb t5, 1(a7!)
        p.lb t6, 1(t4!)
3:      p.mac t3, t5, t6
        add t1, t1, a3
4:      addi t2, t2, 5`,
);

/** A row of the window at a time: ten loads, five multiply-accumulates, no waits; a pointer for each column of weights. */
export const unrolled: string = strips(
  `      mv t1, s4
        mv t2, a1
        addi s7, a1, 1
        addi s8, a1, 2
        addi s9, a1, 3
        addi s10, a1, 4
        li t3, 0
        lp.setupi x1, 5, 3f
        lb t4, 0(t1)
        p.lb t5, 5(t2!)
        lb t6, 1(t1)
        p.lb a7, 5(s7!)
        lb s11, 2(t1)
        p.lb s0, 5(s8!)
        lb s1, 3(t1)
        p.lb s2, 5(s9!)
        p.mac t3, t4, t5
        lb t4, 4(t1)
        p.lb t5, 5(s10!)
        add t1, t1, a3
        p.mac t3, t6, a7
        p.mac t3, s11, s0
        p.mac t3, s1, s2
3:      p.mac t3, t4, t5`,
);

/** Four columns by one dot product, the fifth by itself. */
export const vectors: string = strips(
  `      mv t1, s4
        mv t2, a1
        li t3, 0
        lp.setupi x1, 5, 3f
        lb t5, 4(t1)
        lb t6, 4(t2)
        p.lw a7, a3(t1!)
        p.lw s7, 5(t2!)
        p.mac t3, t5, t6
3:      pv.sdotsp.b t3, a7, s7`,
);

/**
 * Coefficients and window stay in registers: C0 to C4 in s0, s1, s7 to s9, C5 (the fifth column's first four) in s10, C6 (its last) in
 * s11; V0 to V4 in t1, t2, t4 to t6, V5 in a7, V6 in s4. Each output loads one word of the window's new row, and one
 * with its fifth pixel.
 */
export const aggressive: string = `
        addi t0, a4, -4         # rows of the result
        addi s3, a3, -4         # bytes of its rows
        add a0, a0, a5
        add a2, a2, a5
        sub a6, a6, a5
        lw s0, 0(a1)
        lw s1, 5(a1)
        lw s7, 10(a1)
        lw s8, 15(a1)
        lw s9, 20(a1)
        lbu s10, 4(a1)
        lbu t3, 9(a1)
        lbu t1, 14(a1)
        lbu t2, 19(a1)
        pv.insert.b s10, t3, 1
        pv.insert.b s10, t1, 2
        pv.insert.b s10, t2, 3
        lbu s11, 24(a1)
        li s6, 0x04030201       # shuffle: lanes 1, 2, 3 of V5, then lane 0 of V6
1:      mv s5, a2
        mv s2, a0
        addi s4, a0, 4
        p.lw t1, a3(s2!)        # rows 0 to 3: V0 to V3; s2 ends on row 4
        p.lw t2, a3(s2!)
        p.lw t4, a3(s2!)
        p.lw t5, a3(s2!)
        li a7, 0                # V5: 0 and the fifth column's rows 0 to 2; V6: its row 3
        p.lbu t3, a3(s4!)
        p.lbu t6, a3(s4!)
        pv.insert.b a7, t3, 1
        p.lbu t3, a3(s4!)
        pv.insert.b a7, t6, 2
        lbu s4, 0(s4)
        pv.insert.b a7, t3, 3
        lp.setup x1, t0, 2f
        pv.dotsp.b t3, t1, s0
        pv.sdotsp.b t3, t2, s1
        lw t6, 0(s2)
        pv.sdotsp.b t3, t4, s7
        pv.sdotsp.b t3, t5, s8
        pv.shuffle2.b a7, s4, s6
        pv.sdotsp.b t3, a7, s10
        lw s4, 4(s2)
        pv.sdotsp.b t3, t6, s9
        pv.sdotsp.b t3, s4, s11
        srai t3, t3, 12
        p.sb t3, s3(s5!)
        mv t1, t2
        add s2, s2, a3
        mv t2, t4
        mv t4, t5
2:      mv t5, t6
        addi a0, a0, 1
        addi a2, a2, 1
        addi a6, a6, -1
        bnez a6, 1b
        ret
`;

/** The versions by the names of the result. */
export const assembly: Readonly<Record<"initial" | "unrolled" | "vectors" | "aggressive", string>> = {
  initial,
  unrolled,
  vectors,
  aggressive,
};
