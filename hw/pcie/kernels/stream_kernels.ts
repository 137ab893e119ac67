/**
 * An addition that streams its sums into a multiplication, without a way over memory.
 * @module
 */
import type { Process } from "../../../sim/mod.ts";
import { type ArgumentValues, ComputeUnit } from "../compute_unit.ts";
import type { KernelSpec } from "../hls_registers.ts";
import { addStreams } from "./vadd.ts";

/** Elements that go through a stream at once. */
const PIECE = 16;

/** out = in1 + in2, into a stream (Vitis_Accel_Examples 63bae10d, streaming_k2k_mm). */
export class StreamVadd extends ComputeUnit {
  /** Two vectors in memory and the number of elements; the sums go into a stream. */
  static readonly kernel: KernelSpec = {
    name: "krnl_stream_vadd",
    arguments: [
      { name: "in1", type: "int*", port: "gmem0" },
      { name: "in2", type: "int*", port: "gmem1" },
      { name: "size", type: "int" },
    ],
    streams: [{ name: "out_r", direction: "out" }],
  };

  /** Adds, an element a cycle. */
  protected override *execute({ in1, in2, size }: ArgumentValues): Process {
    const a = this.port("gmem0").reader(in1, 4 * size), b = this.port("gmem1").reader(in2, 4 * size);
    const out = this.stream("out_r");
    yield this.params.pipelineCycles;
    yield* addStreams(a, b, function* (sums): Process {
      for (let at = 0; at < sums.length; at += PIECE) yield* out.put(sums.subarray(at, at + PIECE));
    }, 1);
  }
}

/** out = in1 * in2, with in2 out of a stream (Vitis_Accel_Examples 63bae10d, streaming_k2k_mm). */
export class StreamVmult extends ComputeUnit {
  /** Two vectors in memory and the number of elements; the other factor comes out of a stream. */
  static readonly kernel: KernelSpec = {
    name: "krnl_stream_vmult",
    arguments: [
      { name: "in1", type: "int*", port: "gmem0" },
      { name: "out_r", type: "int*", port: "gmem1" },
      { name: "size", type: "int" },
    ],
    streams: [{ name: "in2", direction: "in" }],
  };
  /** One piece waits while one is worked on: 32 elements in all. */
  static override readonly streamDepth: number = 1;

  /** Multiplies, an element a cycle. */
  protected override *execute({ in1, out_r, size }: ArgumentValues): Process {
    const factors = this.port("gmem0").reader(in1, 4 * size);
    const sink = this.port("gmem1").writer(out_r, 4 * size);
    const sums = this.stream("in2");
    let left: Int32Array = new Int32Array(0);
    yield this.params.pipelineCycles;
    for (let done = 0; done < size;) {
      const sum = yield* sums.take();
      if (left.length === 0) left = yield* factors.take();
      const count = Math.min(sum.length, left.length);
      const products = new Int32Array(count);
      for (let i = 0; i < count; i++) products[i] = Math.imul(sum[i], left[i]);
      left = left.subarray(count);
      done += count;
      yield count;
      yield* sink.put(products);
    }
    yield* sink.flush();
  }
}
