/**
 * A 5x5 filter over a real picture on 1, 2, 4 and 8 cores of the cluster.
 *
 * The picture lies in L2. Core 0 .. n-1 copy a stripe of it to cluster L1, filter the stripe's rows in turn, and copy
 * the result back; every load, multiply-accumulate and store is an instruction on the pipeline model.
 * @module
 */
import type { Process } from "../../sim/mod.ts";
import { type FcRuntime, type Gap8Result, Gap8System, type PeRuntime, reg } from "../../runtime/gap8/mod.ts";

/** A grey picture, one byte a pixel, row after row. */
export interface Picture {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Brightness, 0 black to 255 white. */
  readonly pixels: Uint8Array;
}

/** Thrown for a picture that the filter cannot take; the message is one sentence. */
export class PictureError extends Error {}

/** 25 signed weights, row after row; the sum of products is shifted right by `shift` and clipped to a byte. */
export interface Kernel {
  /** What it does. */
  readonly description: string;
  /** Weights, -128 to 127. */
  readonly weights: readonly number[];
  /** Bits by which the sum is shifted right. */
  readonly shift: number;
}

/** The filters to choose from. */
export const kernels: Readonly<Record<string, Kernel>> = {
  blur: {
    description: "binomial blur",
    weights: [1, 4, 6, 4, 1, 4, 16, 24, 16, 4, 6, 24, 36, 24, 6, 4, 16, 24, 16, 4, 1, 4, 6, 4, 1],
    shift: 8,
  },
  sharpen: {
    description: "the picture and half of what a blur takes away",
    weights: [-1, -1, -1, -1, -1, -1, 2, 2, 2, -1, -1, 2, 8, 2, -1, -1, 2, 2, 2, -1, -1, -1, -1, -1, -1],
    shift: 3,
  },
  edges: {
    description: "Laplacian of a Gaussian",
    weights: [0, 0, -1, 0, 0, 0, -1, -2, -1, 0, -1, -2, 16, -2, -1, 0, -1, -2, -1, 0, 0, 0, -1, 0, 0],
    shift: 1,
  },
};

/** How long the filter took on so many cores, and whether every pixel was right. */
export interface FilterRow {
  /** Cores. */
  readonly cores: number;
  /** Cluster cycles for each pixel of the result, copies included. */
  readonly cyclesPerPixel: number;
  /** Whether the result equals the plain filter. */
  readonly correct: boolean;
}

/** What the example gives back. */
export interface FilterResult {
  /** One row for each number of cores. */
  readonly rows: readonly FilterRow[];
  /** The filtered picture, from the run on most cores. */
  readonly output: Picture;
  /** Rows of the picture on which fewer cores were timed and checked: all, or the first ones of a large picture. */
  readonly timedRows: number;
  /** The chip's report. */
  readonly report: Gap8Result;
}

const CORE_COUNTS = [1, 2, 4, 8];
/** Rows of the result that a stripe holds, if they fit: one for each core. */
const MOST_STRIPE_ROWS = 8;
/** Bytes of cluster L1 that are not for the stripe: eight stacks, weights, the runtime's own. */
const OTHER_BYTES = 10_240;
const BORDER = 4;

/** The same filter in plain TypeScript, to compare with; the result is 4 pixels smaller both ways. */
export function plainFilter(picture: Picture, kernel: Kernel): Picture {
  const { width, height, pixels } = picture;
  const out = new Uint8Array((width - BORDER) * (height - BORDER));
  for (let y = 0, at = 0; y < height - BORDER; y++) {
    for (let x = 0; x < width - BORDER; x++) {
      let sum = 0;
      for (let k = 0; k < 25; k++) {
        sum += kernel.weights[k] * pixels[(y + Math.trunc(k / 5)) * width + x + k % 5];
      }
      out[at++] = Math.min(Math.max(sum >> kernel.shift, 0), 255);
    }
  }
  return { width: width - BORDER, height: height - BORDER, pixels: out };
}

/** Bytes of a row as it lies in memory: whole words. */
function pitchOf(width: number): number {
  return (width + 3) & ~3;
}

/** Where a stripe's data lies in cluster L1. */
export interface Stripe {
  /** Pixels in a row of the picture. */
  readonly width: number;
  /** Bytes from row to row. */
  readonly pitch: number;
  /** Rows of the result. */
  readonly rows: number;
  /** Address of the pixels. */
  readonly input: number;
  /** Address of the result. */
  readonly output: number;
  /** Address of the weights. */
  readonly weights: number;
  /** Bits by which a sum is shifted right. */
  readonly shift: number;
}

/** A stripe, where it comes from and goes to in L2, and on how many cores. */
interface Job extends Stripe {
  readonly l2In: number;
  readonly l2Out: number;
  readonly cores: number;
}

/** Copies words, eight cores in turn: `p.lw`, `p.sw` in a hardware loop. */
function* copy(rt: PeRuntime, from: number, to: number, bytes: number, cores: number) {
  const { core } = rt;
  const id = core.coreId;
  const words = bytes >> 2;
  core.alu(6);
  core.li(reg.a0, from + 4 * id);
  core.li(reg.a1, to + 4 * id);
  core.loopBegin();
  for (let word = id; word < words; word += cores) {
    yield* core.lwPost(reg.t0, reg.a0, 4 * cores);
    yield* core.swPost(reg.t0, reg.a1, 4 * cores);
  }
  core.loopEnd();
}

/** One row of the result: 25 loads of pixels, 25 of weights, 25 multiply-accumulates for each pixel. */
export function* filterRow(rt: PeRuntime, job: Stripe, row: number): Process {
  const { core } = rt;
  const { a0, a1, a2, a3, t0, t1, t2, t3 } = reg;
  core.alu(4);
  core.li(t3, job.pitch);
  core.li(a0, job.input + row * job.pitch);
  core.li(a1, job.output + row * job.pitch);
  core.loopBegin();
  for (let x = 0; x < job.width - BORDER; x++) {
    core.add(a2, a0, reg.zero);
    core.li(a3, job.weights);
    core.li(t2, 0);
    core.loopBegin();
    for (let k1 = 0; k1 < 5; k1++) {
      // The inner five are unrolled, so that each weight is there before it is used.
      for (let k0 = 0; k0 < 5; k0++) {
        yield* core.lbPost(t1, a3, 1);
        yield* core.lbu(t0, a2, k0);
        if (k0 === 4) core.add(a2, a2, t3);
        core.mac(t2, t0, t1);
      }
    }
    core.loopEnd();
    core.srai(t2, t2, job.shift);
    core.clipu(t2, t2, 9);
    yield* core.sbPost(t2, a1, 1);
    core.addi(a0, a0, 1);
  }
  core.loopEnd();
}

/** Filters picture bands of any height with `cores` cores; the result overwrites the input, stripe by stripe. */
function filterProgram(job: Omit<Job, "l2In" | "l2Out">, height: number, l2: number) {
  const stripeRows = job.rows;
  return function* filterBand(rt: PeRuntime) {
    let stripe: Job;
    function* stripeTask(rt: PeRuntime) {
      const { core } = rt;
      const first = stripe.l2In === l2;
      // The last four rows of one stripe are the first four of the next; only the rest is copied.
      if (!first) {
        const kept = BORDER * job.pitch;
        yield* copy(rt, stripe.input + stripeRows * job.pitch, stripe.input, kept, job.cores);
        yield* rt.teamBarrier();
      }
      const have = first ? 0 : BORDER;
      const bytes = (stripe.rows + BORDER - have) * job.pitch;
      yield* copy(rt, stripe.l2In + have * job.pitch, stripe.input + have * job.pitch, bytes, job.cores);
      yield* rt.teamBarrier();
      for (let row = core.coreId; row < stripe.rows; row += job.cores) yield* filterRow(rt, stripe, row);
      yield* rt.teamBarrier();
      yield* copy(rt, stripe.output, stripe.l2Out, stripe.rows * job.pitch, job.cores);
    }
    for (let y = 0; y < height - BORDER; y += stripeRows) {
      stripe = {
        ...job,
        rows: Math.min(stripeRows, height - BORDER - y),
        l2In: l2 + y * job.pitch,
        l2Out: l2 + y * job.pitch,
      };
      yield* rt.teamFork(job.cores, stripeTask);
    }
  };
}

/**
 * Filters a picture on the simulated chip, on 1, 2, 4 and 8 cores. `prepare` sees the system before it runs; fewer than
 * eight cores are timed on the rows that hold `timedPixels`, so that a large picture does not take ages.
 */
export function filter(
  picture: Picture,
  kernel: Kernel,
  prepare: (system: Gap8System) => void = () => {},
  timedPixels: number = 30_000,
): FilterResult {
  const { width, height } = picture;
  if (width <= BORDER || height <= BORDER) {
    throw new PictureError(
      `Cannot filter a picture of ${width} x ${height} pixels: a 5x5 filter needs 5 or more both ways`,
    );
  }
  const pitch = pitchOf(width);
  const system = new Gap8System();
  prepare(system);
  const room = system.gap8.clusterL1.params.sizeBytes - OTHER_BYTES;
  const stripeRows = Math.min(MOST_STRIPE_ROWS, Math.floor((room / pitch - BORDER) / 2));
  if (stripeRows < 1) {
    throw new PictureError(
      `Cannot filter a picture ${width} pixels wide: five rows and one of the result have to fit cluster L1, which has ` +
        `room for ${Math.floor(room / (BORDER + 2))} pixels a row`,
    );
  }
  const bandRows = Math.min(height, Math.floor((system.l2Allocator.freeBytes - 1024) / pitch));
  const timedRows = Math.min(bandRows, Math.max(BORDER + stripeRows, Math.ceil(timedPixels / width) + BORDER));
  const expected = plainFilter(picture, kernel);
  const output = { width: width - BORDER, height: height - BORDER, pixels: new Uint8Array(expected.pixels.length) };
  const rows: FilterRow[] = [];

  function* main(rt: FcRuntime) {
    const l2 = yield* rt.alloc("l2ClData", bandRows * pitch);
    const memory = system.gap8.l2;
    const load = (top: number, count: number) => {
      for (let y = 0; y < count; y++) {
        memory.bytes.set(
          picture.pixels.subarray((top + y) * width, (top + y + 1) * width),
          l2 - memory.params.base + y * pitch,
        );
      }
    };
    const take = (top: number, count: number) => {
      for (let y = 0; y < count; y++) {
        const at = l2 - memory.params.base + y * pitch;
        output.pixels.set(memory.bytes.subarray(at, at + output.width), (top + y) * output.width);
      }
    };
    yield* rt.clusterMount(true);
    const input = yield* rt.alloc("clData", (stripeRows + BORDER) * pitch);
    const result = yield* rt.alloc("clData", stripeRows * pitch);
    const weights = yield* rt.alloc("clData", 25);
    for (let k = 0; k < 25; k++) yield* rt.core.store(weights + k, kernel.weights[k] & 0xff, 1);
    const job = { width, pitch, rows: stripeRows, input, output: result, weights, shift: kernel.shift };
    for (const cores of CORE_COUNTS) {
      let cycles = 0, pixels = 0, correct = true;
      const last = cores === CORE_COUNTS[CORE_COUNTS.length - 1];
      const height = last ? picture.height : timedRows;
      for (let top = 0; top < height - BORDER; top += bandRows - BORDER) {
        const count = Math.min(bandRows, height - top);
        load(top, count);
        const measure = function* filterAndMeasure(rt: PeRuntime) {
          const start = rt.core.cycle;
          yield* filterProgram({ ...job, cores }, count, l2)(rt);
          cycles += rt.core.cycle - start;
        };
        yield* rt.clusterCall(0, measure, 0, { cores });
        take(top, count - BORDER);
        pixels += (count - BORDER) * output.width;
      }
      const done = (height - BORDER) * output.width;
      for (let i = 0; i < done; i++) correct &&= output.pixels[i] === expected.pixels[i];
      rows.push({ cores, cyclesPerPixel: cycles / pixels, correct });
      yield* rt.printf(
        `%d core${cores === 1 ? "" : "s"}: %d cycles for %d pixel${pixels === 1 ? "" : "s"}\n`,
        cores,
        cycles,
        pixels,
      );
    }
    yield* rt.clusterMount(false);
    return rows.every((row) => row.correct) ? 0 : 1;
  }
  const report = system.run(main);
  return { rows, output, timedRows, report };
}
