/**
 * The layers of GreenWaves' CNN benchmark for GAP8 in our assembly: what its C asks for, as a compiler for each instruction
 * set could have made it. The compiled code was not published.
 *
 * Each is a part of a function: image at a0, weights at a1, result at a2, image width in a3, image height in a4; it does
 * columns (or outputs) a5 to a6 - 1 of the result, of which there is at least one. Registers t0 to t6, a7, s0 to s11 are free.
 * @module
 */
import { convolutionAssembly, NORM } from "./cnn_convolution.ts";

/** A pooling layer: goes down the columns of the result; `pointers` lead through the image, and `row` is one output. */
const pooling = (pointers: string, row: string) => `
        slli t0, a5, 1
        add  a0, a0, t0
        add  a2, a2, a5
        sub  a6, a6, a5
        slli s3, a3, 1          # two rows of the image
        srli s8, a3, 1          # a row of the result
        srli a4, a4, 1
1:      mv   s9, a2
${pointers}
        lp.setup x1, a4, 2f
hot:
${row}
2:      p.sb t0, s8(s9!)
        addi a0, a0, 2
        addi a2, a2, 1
        addi a6, a6, -1
        bnez a6, 1b
`;

/** A pointer for each of the four pixels. */
const FOUR_POINTERS = `
        mv   s4, a0
        addi s5, a0, 1
        add  s6, a0, a3
        addi s7, s6, 1`;
const FOUR_LOADS = `
        p.lb t0, s3(s4!)
        p.lb t1, s3(s5!)
        p.lb t2, s3(s6!)
        p.lb t3, s3(s7!)`;

/** A pointer for each of the two rows, from which two pixels are loaded at once. */
const TWO_POINTERS = `
        mv   s4, a0
        add  s5, a0, a3`;
const TWO_LOADS = `
        p.lh t0, s3(s4!)
        p.lh t1, s3(s5!)`;

/** A fully connected layer around four or eight products of one output: inputs at s4, weights at t1, sum in t3. */
const linear = (log2PerTurn: number, turn: string) => `
        mul  t1, a5, a3
        add  t1, t1, a1         # weights go on from output to output
        add  a2, a2, a5
        sub  a6, a6, a5
        srli s3, a3, ${log2PerTurn}
1:      lb   t3, 0(a2)
        mv   s4, a0
        slli t3, t3, ${NORM}
        lp.setup x1, s3, 2f
hot:
${turn}
        srai t3, t3, ${NORM}
        p.sb t3, 1(a2!)
        addi a6, a6, -1
        bnez a6, 1b
`;

/** The layers, by what they use. */
export const cnnAssembly = {
  maxPool: {
    scalar: pooling(
      FOUR_POINTERS,
      `${FOUR_LOADS}
        p.max t0, t0, t1
        p.max t2, t2, t3
        p.max t0, t0, t2`,
    ),
    vector: pooling(
      TWO_POINTERS,
      `${TWO_LOADS}
        pv.max.b t0, t0, t1
        pv.extract.b t1, t0, 1
        pv.extract.b t0, t0, 0
        p.max t0, t0, t1`,
    ),
  },
  averagePool: {
    scalar: pooling(
      FOUR_POINTERS,
      `${FOUR_LOADS}
        add  t0, t0, t1
        add  t2, t2, t3
        p.addN t0, t0, t2, 2`,
    ),
    vector: pooling(
      `${TWO_POINTERS}
        li   s10, 0x05040100    # shuffle: the two pixels of each row
        li   s11, 0x01010101`,
      `${TWO_LOADS}
        pv.shuffle2.b t0, t1, s10
        pv.dotsp.b t0, t0, s11
        srai t0, t0, 2`,
    ),
  },
  convolution: convolutionAssembly,
  linear: {
    scalar: linear(
      2,
      `        p.lb t0, 1(s4!)
        p.lb t2, 1(t1!)
        p.lb t4, 1(s4!)
        p.lb t5, 1(t1!)
        p.mac t3, t0, t2
        p.lb t0, 1(s4!)
        p.lb t2, 1(t1!)
        p.mac t3, t4, t5
        p.lb t4, 1(s4!)
        p.lb t5, 1(t1!)
        p.mac t3, t0, t2
2:      p.mac t3, t4, t5`,
    ),
    vector: linear(
      3,
      `        p.lw t0, 4(s4!)
        p.lw t2, 4(t1!)
        p.lw t4, 4(s4!)
        p.lw t5, 4(t1!)
        pv.sdotsp.b t3, t0, t2
2:      pv.sdotsp.b t3, t4, t5`,
    ),
  },
} as const;
