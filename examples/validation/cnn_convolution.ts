/**
 * The 5x5 convolution of GreenWaves' CNN benchmark for GAP8 in our assembly, which adds to what is in the result; see
 * `cnn_assembly.ts` for its registers.
 * @module
 */

/** The fixed-point shift of sums. */
export const NORM = 6;

/** A convolution around one output: window at s4, result at s5, sum in t3. */
const convolution = (outputStride: string, row: string) => `
        add  a0, a0, a5
        add  a2, a2, a5
        sub  a6, a6, a5
        addi a4, a4, -4
1:      mv   s4, a0
        mv   s5, a2
        mv   s6, a4
2:      lb   t3, 0(s5)
        mv   t1, s4
        mv   t2, a1
${row}
        srai t3, t3, ${NORM}
        ${outputStride}
        add  s4, s4, a3
        addi s6, s6, -1
        bnez s6, 2b
        addi a0, a0, 1
        addi a2, a2, 1
        addi a6, a6, -1
        bnez a6, 1b
`;

/** With RV32IMC alone, with GAP8's instructions, and with vectors. */
export const convolutionAssembly = {
  scalar: convolution(
    "p.sb t3, a3(s5!)         # the C's rows of the result are as far apart as the image's",
    `        addi s7, a1, 1
        addi s8, a1, 2
        addi s9, a1, 3
        addi s10, a1, 4
        slli t3, t3, ${NORM}
        lp.setupi x1, 5, 3f
hot:    lb   t4, 0(t1)
        p.lb t5, 5(t2!)
        lb   t6, 1(t1)
        p.lb a7, 5(s7!)
        lb   s11, 2(t1)
        p.lb s0, 5(s8!)
        lb   s1, 3(t1)
        p.lb s2, 5(s9!)
        p.mac t3, t4, t5
        lb   t4, 4(t1)
        p.lb t5, 5(s10!)
        add  t1, t1, a3
        p.mac t3, t6, a7
        p.mac t3, s11, s0
        p.mac t3, s1, s2
3:      p.mac t3, t4, t5`,
  ),
  plain: convolution(
    "sb   t3, 0(s5)\n        add  s5, s5, a3",
    `        addi s7, a1, 25
        slli t3, t3, ${NORM}
hot:    lb   t4, 0(t1)
        lb   t5, 0(t2)
        lb   t6, 1(t1)
        lb   a7, 1(t2)
        mul  t4, t4, t5
        lb   s11, 2(t1)
        lb   s0, 2(t2)
        mul  t6, t6, a7
        add  t3, t3, t4
        lb   s1, 3(t1)
        lb   s2, 3(t2)
        mul  s11, s11, s0
        add  t3, t3, t6
        lb   t4, 4(t1)
        lb   t5, 4(t2)
        mul  s1, s1, s2
        add  t3, t3, s11
        add  t1, t1, a3
        addi t2, t2, 5
        mul  t4, t4, t5
        add  t3, t3, s1
        add  t3, t3, t4
        bne  t2, s7, hot`,
  ),
  vector: `
        add  a0, a0, a5
        add  a2, a2, a5
        sub  a6, a6, a5
        addi a4, a4, -4
        addi s3, a3, -4
        lw   s0, 0(a1)          # C0 to C4: four weights of each row
        lw   s1, 5(a1)
        lw   s7, 10(a1)
        lw   s8, 15(a1)
        lw   s9, 20(a1)
        lb   s10, 4(a1)         # C5: the fifth of rows 0 to 3
        lb   t3, 9(a1)
        lb   t1, 14(a1)
        lb   t2, 19(a1)
        pv.insert.b s10, t3, 1
        pv.insert.b s10, t1, 2
        pv.insert.b s10, t2, 3
        lbu  s11, 24(a1)        # C6: the last
        li   s6, 0x04030201     # shuffle: V5 loses its first row and gets V6's
1:      mv   s5, a2
        mv   s2, a0
        p.lw t1, 4(s2!)
        p.lb a7, s3(s2!)
        p.lw t2, 4(s2!)
        p.lb t3, s3(s2!)
        p.lw t4, 4(s2!)
        p.lb t6, s3(s2!)
        p.lw t5, 4(s2!)
        p.lb s4, s3(s2!)
        pv.insert.b a7, t3, 1
        pv.insert.b a7, t6, 2
        pv.insert.b a7, s4, 3
        lp.setup x1, a4, 2f
hot:    lb   t3, 0(s5)
        p.lw t6, 4(s2!)
        slli t3, t3, ${NORM}
        p.lb s4, s3(s2!)
        pv.sdotsp.b t3, t1, s0
        pv.sdotsp.b t3, t2, s1
        pv.sdotsp.b t3, t4, s7
        pv.sdotsp.b t3, t5, s8
        pv.sdotsp.b t3, t6, s9
        pv.sdotsp.b t3, a7, s10
        pv.sdotsp.b t3, s4, s11
        pv.shuffle2.b a7, s4, s6
        mv   t1, t2
        mv   t2, t4
        mv   t4, t5
        mv   t5, t6
        srai t3, t3, ${NORM}
2:      p.sb t3, s3(s5!)
        addi a0, a0, 1
        addi a2, a2, 1
        addi a6, a6, -1
        bnez a6, 1b
`,
} as const;
