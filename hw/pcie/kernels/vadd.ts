/**
 * The vector addition of the scheduling notebook's design, as a dataflow model.
 * @module
 */
import type { Process } from "../../../sim/mod.ts";
import type { AxiReader } from "../axi_master.ts";
import { type ArgumentValues, ComputeUnit } from "../compute_unit.ts";
import type { KernelSpec } from "../hls_registers.ts";
import { MMULT_SIZE, SQUARE } from "./mmult.ts";

/** C = A + B for 512 x 512 words: A and B stream in side by side, C streams out, an element a cycle: 512^2 cycles. */
export class Vadd extends ComputeUnit {
  /** Arguments: A and C share a memory port. */
  static readonly kernel: KernelSpec = {
    name: "vadd",
    arguments: [
      { name: "A", type: "int const *", port: "gmem_AC", shape: SQUARE },
      { name: "B", type: "int const *", port: "gmem_B", shape: SQUARE },
      { name: "C", type: "int*", port: "gmem_AC", shape: SQUARE },
    ],
  };

  /** Adds. */
  protected override *execute({ A, B, C }: ArgumentValues): Process {
    const bytes = 4 * MMULT_SIZE * MMULT_SIZE;
    const a = this.port("gmem_AC").reader(A, bytes), b = this.port("gmem_B").reader(B, bytes);
    const sink = this.port("gmem_AC").writer(C, bytes);
    yield this.params.pipelineCycles;
    yield* addStreams(a, b, (sums) => sink.put(sums), 1);
    yield* sink.flush();
  }
}

/** Adds two streams, `perCycle` elements a cycle, whatever the lengths of their bursts, and hands the sums on. */
export function* addStreams(
  a: AxiReader,
  b: AxiReader,
  put: (sums: Int32Array) => Process,
  perCycle: number,
): Process {
  let left: Int32Array = new Int32Array(0), right: Int32Array = left;
  for (;;) {
    if (left.length === 0) {
      if (a.finished) return;
      left = yield* a.take();
    }
    if (right.length === 0) {
      if (b.finished) return;
      right = yield* b.take();
    }
    const count = Math.min(left.length, right.length);
    const sums = new Int32Array(count);
    for (let i = 0; i < count; i++) sums[i] = left[i] + right[i];
    left = left.subarray(count);
    right = right.subarray(count);
    yield Math.ceil(count / perCycle);
    yield* put(sums);
  }
}
