/**
 * The matrix product of the scheduling notebook's design, as a dataflow model.
 * @module
 */
import { Fifo, type Process } from "../../../sim/mod.ts";
import type { AxiReader } from "../axi_master.ts";
import type { ParamTable } from "../../params.ts";
import { type ArgumentValues, ComputeUnit, type ComputeUnitParams } from "../compute_unit.ts";
import type { KernelSpec } from "../hls_registers.ts";
import { RowProduct } from "./row_product.ts";

/** Rows and columns of its matrices (Alveo-PYNQ 3958c47, `#define N 512`). */
export const MMULT_SIZE = 512;
/** Shape of its matrices. */
export const SQUARE: readonly number[] = [MMULT_SIZE, MMULT_SIZE];
/** Elements that go to memory in one burst: half a row. */
const HALF_ROW = MMULT_SIZE / 2;
/** Rows of A that wait between the process that assembles them and the one that uses them: two, the default depth. */
const WAITING_ROWS = 2;

/**
 * C = A * B for 512 x 512 signed words. B is loaded first, an element a cycle; then C comes out at an element a cycle,
 * while A streams in, a row ahead: 2 * 512^2 cycles and the latencies. C is written in the second half only.
 */
export class Mmult extends ComputeUnit {
  /** Arguments: A and C share a memory port. */
  static readonly kernel: KernelSpec = {
    name: "mmult",
    arguments: [
      { name: "A", type: "int const *", port: "gmem_AC", shape: SQUARE },
      { name: "B", type: "int const *", port: "gmem_B", shape: SQUARE },
      { name: "C", type: "int*", port: "gmem_AC", shape: SQUARE },
    ],
  };

  /** Costs: a deeper pipeline than most. */
  static override readonly params: ParamTable<ComputeUnitParams> = {
    ...ComputeUnit.params,
    pipelineCycles: {
      ...ComputeUnit.params.pipelineCycles,
      default: 24,
      source: "assumed (15 to 40: a multiplier and an adder tree of 512 inputs)",
    },
  };

  private readonly product = new RowProduct(MMULT_SIZE);

  /** Loads B, then multiplies row by row. */
  protected override *execute({ A, B, C }: ArgumentValues): Process {
    const n = MMULT_SIZE;
    const bytes = 4 * n * n;
    const rows = new Fifo<Int32Array>(this.sim, `${this.path}.a_wide`, WAITING_ROWS);
    const source = this.port("gmem_AC").reader(A, bytes);
    const assembly = this.fork("to_wide_a", () => assemble(source, n, rows));
    yield* load(this.port("gmem_B").reader(B, bytes), this.product.matrix);
    yield this.params.pipelineCycles;
    const sink = this.port("gmem_AC").writer(C, bytes);
    for (let row = 0; row < n; row++) {
      const c = this.product.of(yield* rows.take());
      for (let at = 0; at < n; at += HALF_ROW) {
        yield HALF_ROW;
        yield* sink.put(c.subarray(at, at + HALF_ROW));
      }
    }
    yield* assembly.join();
    yield* sink.flush();
  }
}

/** Takes all of a stream, an element a cycle. */
function* load(source: AxiReader, into: Int32Array): Process {
  for (let at = 0; at < into.length;) {
    const words = yield* source.take();
    into.set(words, at);
    at += words.length;
    yield words.length;
  }
}

/** Makes rows of a stream, an element a cycle. */
function* assemble(source: AxiReader, n: number, rows: Fifo<Int32Array>): Process {
  let row = new Int32Array(n), filled = 0;
  while (!source.finished) {
    const words = yield* source.take();
    for (let at = 0; at < words.length;) {
      const count = Math.min(words.length - at, n - filled);
      row.set(words.subarray(at, at + count), filled);
      at += count;
      filled += count;
      yield count;
      if (filled < n) continue;
      yield* rows.put(row);
      row = new Int32Array(n);
      filled = 0;
    }
  }
}
