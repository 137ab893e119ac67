/**
 * Two steps of the vendor's edge detector, whose cycles do not depend on the picture, in our assembly.
 * @module
 */
import { GAP8_TCDM } from "../../hw/memory/tcdm.ts";
import { ProgramError } from "../../hw/platforms/core_bench.ts";
import { digits } from "./comparison.ts";
import type { ValidationRow, ValidationTable } from "./section.ts";
import { runTeam, type TeamCost } from "./team_bench.ts";

const WIDTH = 360;
/** Rows of a stripe; the picture has 14 of them and one of a row less. */
const ROWS = 21;
const STRIPES = 14;
const BORDER = 4, COLUMNS = WIDTH - BORDER, WORD = 4;
const CORES: readonly number[] = [1, 2, 4, 8];

/** A Gaussian: four weights of each row, the fifth of rows 0 to 3, the last; and what the sum is divided by. */
const WEIGHTS = [[2, 4, 5, 4], [4, 9, 12, 9], [5, 12, 15, 12], [4, 9, 12, 9], [2, 4, 5, 4], [2, 4, 5, 4], [2, 0, 0, 0]];
const FACTOR = Math.trunc(32767 / 159), SHIFT = 15;

/** A step: cycles published for all stripes, on 1, 2, 4 and 8 cores, and ours. */
interface Step {
  readonly what: string;
  readonly unit: string;
  readonly published: readonly number[];
  readonly loop: string;
  /** Results of a stripe of as many rows. */
  readonly outputs: (rows: number) => number;
  readonly run: (cores: number) => TeamCost;
}

const steps: readonly Step[] = [
  {
    what: "smoothing",
    unit: "cycles/output",
    published: [1984659, 994220, 500909, 256015],
    loop:
      "2 loads, across two words in 3 columns of 4, 7 dot products, shuffle, 4 moves, product, shift, store; the simulator's sources " +
      "delay the use of a product by a cycle",
    outputs: (rows) => COLUMNS * (rows - BORDER),
    run: runSmoothing,
  },
  {
    what: "removal of weak edges",
    unit: "cycles/word",
    published: [116464, 58784, 29796, 15290],
    loop: "twice a load, the comparison that waits for it, and a store",
    outputs: (rows) => WIDTH * rows / WORD,
    run: runRemoval,
  },
];

/** Both steps' table. */
export function cannyTable(): ValidationTable {
  return {
    title: "Steps of the vendor's edge detector",
    introduction:
      `A picture of ${WIDTH} x 202 bytes in stripes of ${ROWS} rows, in the vendor's simulator of 2018, which ` +
      "also copies the next stripe meanwhile; ours is one stripe in our assembly of the same C, results checked, a fork in place " +
      "of its barrier. The other steps depend on the picture.",
    rows: steps.flatMap((step) => CORES.map((cores, index) => rowOf(step, cores, step.published[index]))),
  };
}

function rowOf({ what, unit, loop, outputs, run }: Step, cores: number, published: number): ValidationRow {
  const { cycles, instructions, conflicts } = run(cores);
  const each = outputs(ROWS);
  const theirs = published / (STRIPES * each + outputs(ROWS - 1)), ours = cycles / each;
  return {
    what: `${what}, ${cores} core${cores === 1 ? "" : "s"}`,
    unit,
    theirs,
    ours,
    source: "gap8_docs f19afd96, doc_canny",
    explanation: `${cores === 1 ? `${loop}; ` : ""}${digits(instructions / each)} instructions, ` +
      `${(conflicts / each).toFixed(2)} waits for banks, all cores together; theirs ${
        digits(cores * Math.abs(theirs - ours))
      } ` +
      `${theirs > ours ? "more" : "less"}`,
  };
}

function runSmoothing(cores: number): TeamCost {
  const image = someBytes(WIDTH * ROWS), weights = Uint8Array.from(WEIGHTS.flat());
  const results = image.length, after = 2 * image.length, chunk = Math.ceil(COLUMNS / cores);
  const run = runTeam({
    name: "smoothing",
    cores,
    data: [{ offset: 0, bytes: image }, { offset: after, bytes: weights }],
    source: `
        li   a0, ${GAP8_TCDM.base}
        li   a1, ${GAP8_TCDM.base + after}
        li   a2, ${GAP8_TCDM.base + results + 2 * WIDTH + 2}
        li   a3, ${WIDTH}
        li   a4, ${ROWS - BORDER}
        li   a5, ${chunk}
        mul  a5, a5, tp
        li   a6, ${COLUMNS}
        sub  a6, a6, a5
        li   t0, ${chunk}
        p.min a6, a6, t0
        blez a6, leave
        add  a0, a0, a5
        add  a2, a2, a5
        addi s3, a3, -4
        lw   s0, 0(a1)          # C0 to C6
        lw   s1, 4(a1)
        lw   s7, 8(a1)
        lw   s8, 12(a1)
        lw   s9, 16(a1)
        lw   s10, 20(a1)
        lw   s11, 24(a1)
        li   a1, ${FACTOR}
        li   s6, 0x04030201     # shuffle: V5 loses its first row and gets V6's
1:      mv   s2, a0
        mv   s5, a2
        li   a7, 0              # V5: nothing, then the fifth column's rows 0 to 2
        p.lw t2, 4(s2!)
        p.lbu t0, s3(s2!)
        p.lw t4, 4(s2!)
        p.lbu t1, s3(s2!)
        p.lw t5, 4(s2!)
        p.lbu t3, s3(s2!)
        p.lw t6, 4(s2!)
        p.lw s4, s3(s2!)
        pv.insert.b a7, t0, 1
        pv.insert.b a7, t1, 2
        pv.insert.b a7, t3, 3
        lp.setup x1, a4, 2f
hot:    mv   t1, t2
        mv   t2, t4
        mv   t4, t5
        mv   t5, t6
        pv.shuffle2.b a7, s4, s6
        p.lw t6, 4(s2!)
        p.lw s4, s3(s2!)
        pv.dotusp.b t3, t1, s0
        pv.sdotusp.b t3, t2, s1
        pv.sdotusp.b t3, t4, s7
        pv.sdotusp.b t3, t5, s8
        pv.sdotusp.b t3, t6, s9
        pv.sdotusp.b t3, a7, s10
        pv.sdotusp.b t3, s4, s11
        mul  t3, t3, a1
        srai t3, t3, ${SHIFT}
2:      p.sb t3, a3(s5!)
        addi a0, a0, 1
        addi a2, a2, 1
        addi a6, a6, -1
        bnez a6, 1b
leave:  ret`,
  }, 1);
  for (let row = 0; row < ROWS - BORDER; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      let sum = 0;
      for (let k = 0; k < 25; k++) {
        const y = Math.trunc(k / 5), x = k % 5;
        const weight = x < 4 ? WEIGHTS[y][x] : y < 4 ? WEIGHTS[5][y] : WEIGHTS[6][0];
        sum += weight * image[(row + y) * WIDTH + column + x];
      }
      const at = results + (row + 2) * WIDTH + column + 2;
      if (run.l1[at] !== (sum * FACTOR >> SHIFT & 0xff)) {
        throw new ProgramError(`Cannot trust the smoothing: byte ${at}`);
      }
    }
  }
  return run;
}

function runRemoval(cores: number): TeamCost {
  const image = someBytes(WIDTH * ROWS).map((byte) => byte < 128 ? 255 : byte);
  const words = image.length / WORD, chunk = Math.ceil(words / cores);
  const run = runTeam({
    name: "removal of weak edges",
    cores,
    data: [{ offset: 0, bytes: image }],
    source: `
        li   a0, ${GAP8_TCDM.base}
        li   a5, ${chunk}
        mul  a5, a5, tp
        li   a6, ${words}
        sub  a6, a6, a5
        li   t0, ${chunk}
        p.min a6, a6, t0
        blez a6, leave
        slli a5, a5, 2
        add  a0, a0, a5
        addi a6, a6, 1
        srli a6, a6, 1
        li   s6, -1
        lp.setup x1, a6, 2f
hot:    lw   t0, 0(a0)
        pv.cmpeq.b t0, t0, s6
        p.sw t0, 4(a0!)
        lw   t0, 0(a0)
        pv.cmpeq.b t0, t0, s6
2:      p.sw t0, 4(a0!)
leave:  ret`,
  }, 1);
  const wrong = image.findIndex((byte, at) => run.l1[at] !== (byte === 255 ? 255 : 0));
  if (wrong >= 0) throw new ProgramError(`Cannot trust the removal of weak edges: byte ${wrong}`);
  return run;
}

function someBytes(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => (state = Math.imul(state, 1103515245) + 12345 | 0) >>> 16);
}
