/**
 * Host programs of PYNQ's notebooks on kernels: vector addition, optimizations, streams, memory in use.
 * @module
 */
import {
  type Kernel,
  type Machine,
  NdView,
  Pynq,
  type PynqBuffer,
  timeit,
  type XrtMemory,
} from "../../runtime/pynq/mod.ts";
import type { Process } from "../../sim/mod.ts";
import { Random } from "./random.ts";
import { add } from "./software.ts";

const SHAPE = [1024, 1024];
const SIZE = 1024 * 1024;
const ITERATIONS = 10;

/** A measured time and whether the result was right. */
export interface Measured {
  /** Mean of a loop, in ms. */
  readonly meanMs: number;
  /** Whether the output is what software gives. */
  readonly correct: boolean;
}

/** What the notebook on vector addition measures. */
export interface VectorAddition extends Measured {
  /** The kernel's part of it, in ms. */
  readonly kernelMs: number;
  /** Elements of a vector. */
  readonly elements: number;
}

/** `1_introduction/1-vector-addition`: both inputs to the card, the sum, the output back. */
export function vectorAddition(machine: Machine, seed: number): VectorAddition {
  return new Pynq(machine).run(function* (pynq): Process<VectorAddition> {
    const ol = yield* pynq.overlay("intro.xclbin");
    const vadd = ol.kernel("vadd_1");
    const in1 = yield* pynq.allocate(SHAPE, "u4"), in2 = yield* pynq.allocate(SHAPE, "u4");
    const out = yield* pynq.allocate(SHAPE, "u4");
    in1.assign(new Random(seed).integers(100, SHAPE));
    in2.fill(200);
    const { meanMs } = yield* timeit(pynq, () => synced(vadd, in1, in2, out));
    const correct = out.equals(add(in1, in2));
    const { runs, busyTime } = pynq.activeDevice.driver.loaded!.units[0];
    const kernelMs = busyTime.value / runs.value / 1e9;
    for (const buffer of [in1, in2, out]) buffer.free();
    ol.free();
    return { meanMs, correct, kernelMs, elements: SIZE };
  });
}

/** What the notebook on optimizations measures. */
export interface Optimizations {
  /** One bank: transfers and kernel. */
  readonly oneBank: Measured;
  /** One bank: the kernel alone. */
  readonly oneBankCallMs: number;
  /** Three banks: transfers and kernel. */
  readonly threeBanks: Measured;
  /** Three banks: the kernel alone. */
  readonly threeBanksCallMs: number;
  /** Ten slices, one after the other. */
  readonly serial: Measured;
  /** Ten slices, with transfers while the kernel runs. */
  readonly overlapped: Measured;
}

/** `2_kernel_optimization/1-kernel-optimizations`. */
export function kernelOptimizations(machine: Machine, seed: number): Optimizations {
  return new Pynq(machine).run(function* (pynq): Process<Optimizations> {
    const ol = yield* pynq.overlay("kernel_opt.xclbin");
    const random = new Random(seed);
    const [bank0, bank1, bank2] = ["bank0", "bank1", "bank2"].map((name) => ol.memory(name));

    function* compare(kernel: Kernel, banks: readonly XrtMemory[]): Process<[Measured, number]> {
      const [in1, in2, out] = yield* allocateAll(pynq, banks, SHAPE);
      in1.assign(random.integers(1000, SHAPE));
      in2.assign(random.integers(1000, SHAPE));
      const { meanMs } = yield* timeit(pynq, () => synced(kernel, in1, in2, out));
      const correct = out.equals(add(in1, in2));
      const call = yield* timeit(pynq, () => kernel.call(in1, in2, out, SIZE));
      for (const buffer of [in1, in2, out]) buffer.free();
      return [{ meanMs, correct }, call.meanMs];
    }
    const wideMb = ol.kernel("vadd_wide_multibanks_1");
    const [oneBank, oneBankCallMs] = yield* compare(ol.kernel("vadd_wide_1"), [bank1, bank1, bank1]);
    const [threeBanks, threeBanksCallMs] = yield* compare(wideMb, [bank0, bank1, bank2]);

    const shape = [ITERATIONS, ...SHAPE];
    const [in1, in2, out] = yield* allocateAll(pynq, [bank0, bank1, bank2], shape);
    function* loop(body: () => Process): Process<Measured> {
      in1.assign(random.integers(1000, shape));
      in2.assign(random.integers(1000, shape));
      out.fill(0);
      const { meanMs } = yield* timeit(pynq, body, { warmUp: 0 });
      return { meanMs, correct: out.equals(add(in1, in2)) };
    }
    const serial = yield* loop(() => oneByOne(wideMb, in1, in2, out));
    const overlapped = yield* loop(() => overlappingTransfers(wideMb, in1, in2, out));
    for (const buffer of [in1, in2, out]) buffer.free();
    ol.free();
    return { oneBank, oneBankCallMs, threeBanks, threeBanksCallMs, serial, overlapped };
  });
}

function* allocateAll(pynq: Pynq, banks: readonly XrtMemory[], shape: readonly number[]): Process<PynqBuffer[]> {
  const buffers: PynqBuffer[] = [];
  for (const bank of banks) buffers.push(yield* pynq.allocate(shape, "u4", bank));
  return buffers;
}

function* synced(kernel: Kernel, in1: PynqBuffer, in2: PynqBuffer, out: PynqBuffer): Process {
  yield* in1.syncToDevice();
  yield* in2.syncToDevice();
  yield* kernel.call(in1, in2, out, SIZE);
  yield* out.syncFromDevice();
}

function* oneByOne(kernel: Kernel, in1: PynqBuffer, in2: PynqBuffer, out: PynqBuffer): Process {
  for (let i = 0; i < ITERATIONS; i++) yield* synced(kernel, in1.slice(i), in2.slice(i), out.slice(i));
}

function* overlappingTransfers(kernel: Kernel, in1: PynqBuffer, in2: PynqBuffer, out: PynqBuffer): Process {
  yield* in1.slice(0).syncToDevice();
  yield* in2.slice(0).syncToDevice();
  for (let i = 0; i < ITERATIONS; i++) {
    const handle = yield* kernel.start(in1.slice(i), in2.slice(i), out.slice(i), SIZE);
    if (i < ITERATIONS - 1) {
      yield* in1.slice(i + 1).syncToDevice();
      yield* in2.slice(i + 1).syncToDevice();
    }
    if (i > 0) yield* out.slice(i - 1).syncFromDevice();
    yield* handle.wait();
  }
  yield* out.slice(ITERATIONS - 1).syncFromDevice();
}

/** What the notebook on streams shows. */
export interface Streams {
  /** Signatures of both kernels, without the streams. */
  readonly signatures: readonly string[];
  /** Ends of the stream. */
  readonly stream: { readonly source: string; readonly sink: string };
  /** The producer started, then the consumer called. */
  readonly started: Measured;
}

/** `2_kernel_optimization/2-using-streams`; with `deadlock`, the producer is called, not started, and it never ends. */
export function kernelStreams(machine: Machine, seed: number, deadlock: boolean): Streams {
  return new Pynq(machine).run(function* (pynq): Process<Streams> {
    const ol = yield* pynq.overlay("kernel_opt.xclbin");
    const vadd = ol.kernel("krnl_stream_vadd_1"), vmult = ol.kernel("krnl_stream_vmult_1");
    const random = new Random(seed);
    const buffers: PynqBuffer[] = [];
    for (let i = 0; i < 4; i++) buffers.push(yield* pynq.allocate(SHAPE, "i4", ol.memory("bank0")));
    const [in1Vadd, in2Vadd, in1Vmult, out] = buffers;
    for (const buffer of [in1Vadd, in2Vadd, in1Vmult]) {
      buffer.assign(random.integers(1000, SHAPE));
      yield* buffer.syncToDevice();
    }
    function* both(): Process {
      if (deadlock) yield* vadd.call(in1Vadd, in2Vadd, SIZE);
      else yield* vadd.start(in1Vadd, in2Vadd, SIZE);
      yield* vmult.call(in1Vmult, out, SIZE);
    }
    const { meanMs } = yield* timeit(pynq, both, { warmUp: 0 });
    yield* out.syncFromDevice();
    const sums = add(in1Vadd, in2Vadd).toTypedArray(), factors = in1Vmult.toTypedArray();
    const products = Int32Array.from(sums, (sum, i) => Math.imul(sum, factors[i]));
    const correct = out.equals(NdView.over(products, SHAPE));
    for (const buffer of buffers) buffer.free();
    ol.free();
    return {
      signatures: [vadd.signature, vmult.signature],
      stream: vadd.streams.out_r,
      started: { meanMs, correct },
    };
  });
}

/** Memory in use, step by step, in bytes. */
export interface MemoryUsage {
  /** Before anything is allocated. */
  readonly before: number;
  /** With a buffer of 1024 x 1024 words. */
  readonly allocated: number;
  /** With another reference to it left. */
  readonly referenced: number;
  /** When it was given back. */
  readonly freed: number;
  /** Buffers while one was there. */
  readonly buffers: number;
  /** What a fresh buffer shows on the host, and what is on the card, as the host sees it after `invalidate`. */
  readonly freshOnHost: number;
  /** The card's own contents: undefined on the card, a pattern here. */
  readonly freshOnCard: number;
}

/** `2_kernel_optimization/3-memories-and-streams`: `del` leaves memory in use as long as a reference is left. */
export function memoryUsage(machine: Machine): MemoryUsage {
  return new Pynq(machine).run(function* (pynq): Process<MemoryUsage> {
    const ol = yield* pynq.overlay("kernel_opt.xclbin");
    const bank = ol.memory("bank1");
    const before = bank.memUsed;
    let buffer: PynqBuffer | null = yield* pynq.allocate(SHAPE, "u4", bank);
    const allocated = bank.memUsed, buffers = bank.numBuffers;
    const freshOnHost = buffer.at(0, 0);
    yield* buffer.invalidate();
    const freshOnCard = buffer.at(0, 0);
    const view = buffer.slice(0); // as IPython's cache of outputs keeps one
    buffer = null;
    const referenced = bank.memUsed;
    view.free();
    const freed = bank.memUsed;
    ol.free();
    return { before, allocated, referenced, freed, buffers, freshOnHost, freshOnCard };
  });
}
