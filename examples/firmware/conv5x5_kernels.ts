/**
 * The same four versions of the 5x5 convolution as generator firmware, instruction by instruction.
 * @module
 */
import { type FirmwareCore, reg } from "../../runtime/gap8/mod.ts";
import type { Process } from "../../sim/mod.ts";

/** What a version works on; the addresses are the cluster's. */
export interface ConvolutionJob {
  /** Image: `width` x `height` signed bytes. */
  readonly input: number;
  /** 25 signed bytes. */
  readonly coefficients: number;
  /** Result: 4 smaller both ways. */
  readonly output: number;
  /** Pixels in a row of the image. */
  readonly width: number;
  /** Rows of the image. */
  readonly height: number;
}

/** A version: works down some columns of the result, with its arguments in registers. */
export type ConvolutionKernel = (core: FirmwareCore) => Process;

const { zero, a0, a1, a2, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6 } = reg;
const { s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11 } = reg;

/** Leaves the arguments of a kernel in its registers; it is to work down the columns `first` to `last` - 1 of the result. */
export function takeArguments(core: FirmwareCore, job: ConvolutionJob, first: number, last: number): void {
  core.li(a0, job.input);
  core.li(a1, job.coefficients);
  core.li(a2, job.output);
  core.li(a3, job.width);
  core.li(a4, job.height);
  core.li(a5, first);
  core.li(a6, last);
}

function setUp(core: FirmwareCore): void {
  core.addi(t0, a4, -4);
  core.addi(s3, a3, -4);
  core.add(a0, a0, a5);
  core.add(a2, a2, a5);
  core.sub(a6, a6, a5);
}

/** A kernel from what it does for one output: window at s4, sum in t3. */
function strips(row: (core: FirmwareCore) => Process): ConvolutionKernel {
  return function* convolve(core) {
    setUp(core);
    do {
      core.mv(s4, a0);
      core.mv(s5, a2);
      core.mv(s6, t0);
      do {
        yield* row(core);
        core.srai(t3, t3, 12);
        yield* core.sbPostReg(t3, s5, s3);
        core.add(s4, s4, a3);
        core.addi(s6, s6, -1);
      } while (core.bne(s6, zero));
      core.addi(a0, a0, 1);
      core.addi(a2, a2, 1);
      core.addi(a6, a6, -1);
    } while (core.bne(a6, zero));
    core.jumpTo(reg.ra);
  };
}

const initial = strips(function* (core) {
  core.mv(t1, s4);
  core.mv(t2, a1);
  core.li(t3, 0);
  yield* core.hwloop(5, function* () {
    core.mv(a7, t1);
    core.mv(t4, t2);
    yield* core.hwloop(5, function* () {
      yield* core.lbPost(t5, a7, 1);
      yield* core.lbPost(t6, t4, 1);
      core.mac(t3, t5, t6);
    });
    core.add(t1, t1, a3);
    core.addi(t2, t2, 5);
  });
});

const unrolled = strips(function* (core) {
  core.mv(t1, s4);
  core.mv(t2, a1);
  core.addi(s7, a1, 1);
  core.addi(s8, a1, 2);
  core.addi(s9, a1, 3);
  core.addi(s10, a1, 4);
  core.li(t3, 0);
  yield* core.hwloop(5, function* () {
    yield* core.lb(t4, t1, 0);
    yield* core.lbPost(t5, t2, 5);
    yield* core.lb(t6, t1, 1);
    yield* core.lbPost(a7, s7, 5);
    yield* core.lb(s11, t1, 2);
    yield* core.lbPost(s0, s8, 5);
    yield* core.lb(s1, t1, 3);
    yield* core.lbPost(s2, s9, 5);
    core.mac(t3, t4, t5);
    yield* core.lb(t4, t1, 4);
    yield* core.lbPost(t5, s10, 5);
    core.add(t1, t1, a3);
    core.mac(t3, t6, a7);
    core.mac(t3, s11, s0);
    core.mac(t3, s1, s2);
    core.mac(t3, t4, t5);
  });
});

const vectors = strips(function* (core) {
  core.mv(t1, s4);
  core.mv(t2, a1);
  core.li(t3, 0);
  yield* core.hwloop(5, function* () {
    yield* core.lb(t5, t1, 4);
    yield* core.lb(t6, t2, 4);
    yield* core.lwPostReg(a7, t1, a3);
    yield* core.lwPost(s7, t2, 5);
    core.mac(t3, t5, t6);
    core.pvSdotspB(t3, a7, s7);
  });
});

const aggressive: ConvolutionKernel = function* convolve(core) {
  setUp(core);
  yield* core.lw(s0, a1, 0);
  yield* core.lw(s1, a1, 5);
  yield* core.lw(s7, a1, 10);
  yield* core.lw(s8, a1, 15);
  yield* core.lw(s9, a1, 20);
  yield* core.lbu(s10, a1, 4);
  yield* core.lbu(t3, a1, 9);
  yield* core.lbu(t1, a1, 14);
  yield* core.lbu(t2, a1, 19);
  core.pvInsertB(s10, t3, 1);
  core.pvInsertB(s10, t1, 2);
  core.pvInsertB(s10, t2, 3);
  yield* core.lbu(s11, a1, 24);
  core.li(s6, 0x0403_0201);
  do {
    core.mv(s5, a2);
    core.mv(s2, a0);
    core.addi(s4, a0, 4);
    yield* core.lwPostReg(t1, s2, a3);
    yield* core.lwPostReg(t2, s2, a3);
    yield* core.lwPostReg(t4, s2, a3);
    yield* core.lwPostReg(t5, s2, a3);
    core.li(a7, 0);
    yield* core.lbuPostReg(t3, s4, a3);
    yield* core.lbuPostReg(t6, s4, a3);
    core.pvInsertB(a7, t3, 1);
    yield* core.lbuPostReg(t3, s4, a3);
    core.pvInsertB(a7, t6, 2);
    yield* core.lbu(s4, s4, 0);
    core.pvInsertB(a7, t3, 3);
    yield* core.hwloopReg(t0, function* () {
      core.pvDotspB(t3, t1, s0);
      core.pvSdotspB(t3, t2, s1);
      // The manual's C has row j here; the window's new row is j + 4.
      yield* core.lw(t6, s2, 0);
      core.pvSdotspB(t3, t4, s7);
      core.pvSdotspB(t3, t5, s8);
      core.pvShuffle2B(a7, s4, s6);
      core.pvSdotspB(t3, a7, s10);
      yield* core.lw(s4, s2, 4);
      core.pvSdotspB(t3, t6, s9);
      core.pvSdotspB(t3, s4, s11);
      core.srai(t3, t3, 12);
      yield* core.sbPostReg(t3, s5, s3);
      core.mv(t1, t2);
      core.add(s2, s2, a3);
      core.mv(t2, t4);
      core.mv(t4, t5);
      core.mv(t5, t6);
    });
    core.addi(a0, a0, 1);
    core.addi(a2, a2, 1);
    core.addi(a6, a6, -1);
  } while (core.bne(a6, zero));
  core.jumpTo(reg.ra);
};

/** Names of the versions, in the manual's order. */
export type ConvolutionVersion = "initial" | "unrolled" | "vectors" | "aggressive";

/** The versions. */
export const convolutionKernels: Readonly<Record<ConvolutionVersion, ConvolutionKernel>> = {
  initial,
  unrolled,
  vectors,
  aggressive,
};
