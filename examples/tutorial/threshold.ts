/**
 * The kernel of docs/first-kernel.md.
 * @module
 */
import { type ArgumentValues, ComputeUnit, type KernelSpec } from "@escapement/escapement/pynq";
import type { Process } from "@escapement/escapement/sim";

/** Copies a vector, with 0 for what is not above a limit; an element a cycle. */
export class Threshold extends ComputeUnit {
  /** What the C function's arguments would be. */
  static readonly kernel: KernelSpec = {
    name: "threshold",
    arguments: [
      { name: "src", type: "int const *", port: "gmem" },
      { name: "dst", type: "int*", port: "gmem" },
      { name: "limit", type: "int" },
      { name: "size", type: "int" },
    ],
  };

  /** One run. */
  protected override *execute({ src, dst, limit, size }: ArgumentValues): Process {
    const source = this.port("gmem").reader(src, 4 * size);
    const sink = this.port("gmem").writer(dst, 4 * size);
    yield this.params.pipelineCycles;
    while (!source.finished) {
      const words = yield* source.take();
      yield words.length;
      yield* sink.put(words.map((word) => word > limit ? word : 0));
    }
    yield* sink.flush();
  }
}
