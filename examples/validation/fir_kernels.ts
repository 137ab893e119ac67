/**
 * The FIR filters of GreenWaves' SDK for GAP8 in our assembly, on one tile of samples in L1.
 *
 * Samples and coefficients are halfwords. The SDK's program cuts 32768 samples into tiles that fit L1 twice, inputs and
 * results, and copies one by DMA while eight cores filter another; each core has a stretch of the tile.
 * @module
 */
import { GAP8_TCDM } from "../../hw/memory/tcdm.ts";
import { ProgramError } from "../../hw/platforms/core_bench.ts";
import { runTeam, type TeamCost } from "./team_bench.ts";

/** A filter: product by product, in pairs of samples, or in pairs and with the coefficients in registers. */
export type FirForm = "scalar" | "vector" | "unrolled";

/** L1 that the SDK's program gives to its tiles. */
const TILE_BYTES = 51200;
const HALFWORD = 2;
/** Shift of the sums; those of samples in Q15 and coefficients in Q16. */
const NORM = 16;
const CORES = 8;

/** Coefficients in registers, as many as fit. */
const COEFFICIENT_REGISTERS = ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"];
/** Words of samples, as long as they are needed. */
const SAMPLE_REGISTERS = ["t1", "t2", "t4", "t5", "t6"];

/** A result: the sum in t3 rounded, clipped and stored. The samples' pointer is at a0. */
const RESULT = `
        addi a0, a0, 2
        p.addRN t3, t3, zero, ${NORM}
        p.clip t3, t3, 16
        p.sh t3, 2(a2!)`;

/** Filters, as functions of the oldest sample of the first window (a0), coefficients (a1), result (a2) and results (a6). */
function assembly(form: FirForm, taps: number): string {
  if (form === "unrolled") {
    const words = Array.from({ length: taps / 2 }, (_, index) => index);
    const samples = (index: number) => SAMPLE_REGISTERS[index % SAMPLE_REGISTERS.length];
    const load = (index: number) => `        lw   ${samples(index)}, ${4 * index}(a0)\n`;
    const product = (index: number) =>
      `        pv.${index === 0 ? "dotsp" : "sdotsp"}.h t3, ${samples(index)}, ${COEFFICIENT_REGISTERS[index]}\n`;
    // Each load two instructions ahead of its use.
    const body = words.map((index) => (index + 2 < words.length ? load(index + 2) : "") + product(index)).join("");
    return `${words.map((index) => `        lw   ${COEFFICIENT_REGISTERS[index]}, ${4 * index}(a1)`).join("\n")}
        lp.setup x0, a6, last
hot:
${load(0)}${load(1)}${body}
        addi a0, a0, 2
        p.addRN t3, t3, zero, ${NORM}
        p.clip t3, t3, 16
last:   p.sh t3, 2(a2!)`;
  }
  const turn = form === "scalar"
    ? `        p.lh t0, 2(s4!)
        p.lh t1, 2(s5!)
3:      p.mac t3, t0, t1`
    : `        p.lw t0, 4(s4!)
        p.lw t1, 4(s5!)
3:      pv.sdotsp.h t3, t0, t1`;
  return `
        li   s3, ${form === "scalar" ? taps : taps / 2}
1:      mv   s4, a0
        mv   s5, a1
        li   t3, 0
        lp.setup x1, s3, 3f
hot:
${turn}
${RESULT}
        addi a6, a6, -1
        bnez a6, 1b`;
}

/** Samples of a tile: inputs with the samples before them, and results, all twice, fill the memory. */
export function tileSamples(taps: number): number {
  return Math.trunc((TILE_BYTES / (2 * HALFWORD) - taps) / 2);
}

/**
 * Filters a tile on eight cores; the cost is per result. Throws a ProgramError if one is not what plain TypeScript gives.
 */
export function runFir(form: FirForm, taps: number, place: number = 0): TeamCost {
  const samples = tileSamples(taps);
  const inputs = someHalfwords(1, samples + taps - 1), coefficients = someHalfwords(2, taps);
  const results = inputs.byteLength + 3 & ~3, after = results + HALFWORD * samples + 3 & ~3;
  const chunk = Math.ceil(samples / CORES);
  const run = runTeam({
    name: `FIR ${form} ${taps}`,
    cores: CORES,
    place,
    data: [
      { offset: 0, bytes: new Uint8Array(inputs.buffer) },
      { offset: after, bytes: new Uint8Array(coefficients.buffer) },
    ],
    source: `
        li   a5, ${chunk}
        mul  a5, a5, tp
        li   a6, ${samples}
        sub  a6, a6, a5
        li   t0, ${chunk}
        p.min a6, a6, t0
        slli t0, a5, 1
        li   a0, ${GAP8_TCDM.base}
        li   a1, ${GAP8_TCDM.base + after}
        li   a2, ${GAP8_TCDM.base + results}
        add  a0, a0, t0
        add  a2, a2, t0
        blez a6, leave
${assembly(form, taps)}
leave:  p.elw t0, 0x21c(gp)
        bnez tp, done
        li   a0, ${GAP8_TCDM.base + HALFWORD * samples}
        li   a2, ${GAP8_TCDM.base + after + HALFWORD * taps}
        li   a6, ${taps - 1}
4:      p.lh t0, 2(a0!)         # the tile's last samples, for the next
        p.sh t0, 2(a2!)
        addi a6, a6, -1
        bnez a6, 4b
done:   p.elw t0, 0x21c(gp)
        ret`,
  }, 1);
  const got = new Int16Array(run.l1.slice(results, results + HALFWORD * samples).buffer);
  for (let at = 0; at < samples; at++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum = sum + inputs[at + tap] * coefficients[tap] | 0;
    const expected = Math.max(-32768, Math.min(32767, sum + (1 << NORM - 1) >> NORM));
    if (got[at] !== expected) throw new ProgramError(`Cannot trust FIR ${form} of ${taps} taps: result ${at} is wrong`);
  }
  return {
    cycles: run.cycles / samples,
    instructions: run.instructions / samples,
    conflicts: run.conflicts / samples,
  };
}

function someHalfwords(seed: number, count: number): Int16Array {
  let state = seed;
  return Int16Array.from({ length: count }, () => (state = Math.imul(state, 1103515245) + 12345 | 0) >>> 16);
}
