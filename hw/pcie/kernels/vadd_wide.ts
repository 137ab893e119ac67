/**
 * Vector additions with wide and with narrow memory ports.
 * @module
 */
import type { Process } from "../../../sim/mod.ts";
import type { AxiMasterParams } from "../axi_master.ts";
import { type ArgumentValues, ComputeUnit } from "../compute_unit.ts";
import type { KernelSpec } from "../hls_registers.ts";
import { addStreams } from "./vadd.ts";

/** Elements of 32 bits in a beat of 512. */
const LANES = 16;

/**
 * c = a + b with a memory port of 512 bits for each: 16 elements a cycle, if memory can (Alveo-PYNQ 3958c47,
 * kernel_opt.cpp). On one bank the three ports share it.
 */
export class VaddWide extends ComputeUnit {
  /** Three vectors and the number of elements. */
  static readonly kernel: KernelSpec = {
    name: "vadd_wide",
    arguments: [
      { name: "a", type: "ap_uint<512>*", port: "gmem_a" },
      { name: "b", type: "ap_uint<512>*", port: "gmem_b" },
      { name: "c", type: "ap_uint<512>*", port: "gmem_c" },
      { name: "count", type: "int" },
    ],
  };
  /** 512 bits. */
  static override readonly ports: Partial<AxiMasterParams> = { widthBytes: 4 * LANES };

  /** Adds as many elements as there are whole beats. */
  protected override *execute({ a, b, c, count }: ArgumentValues): Process {
    const bytes = (count >> 4) * 4 * LANES;
    const left = this.port("gmem_a").reader(a, bytes), right = this.port("gmem_b").reader(b, bytes);
    const sink = this.port("gmem_c").writer(c, bytes);
    yield this.params.pipelineCycles;
    yield* addStreams(left, right, (sums) => sink.put(sums), LANES);
    yield* sink.flush();
  }
}

/** The same kernel, linked with a bank for each port. */
export class VaddWideMultibanks extends VaddWide {
  /** The same arguments under another name. */
  static override readonly kernel: KernelSpec = { ...VaddWide.kernel, name: "vadd_wide_multibanks" };
}

/** Elements that are copied before they are added. */
const BLOCK = 1024;

/**
 * out = in1 + in2 with one memory port of 32 bits: a block of in1 is copied, then in2 is read and the sums written
 * (Vitis_Accel_Examples 63bae10d, hello_world/src/vadd.cpp). Bursts of 16 beats, the default of Vitis 2019.2.
 */
export class VaddNarrow extends ComputeUnit {
  /** Three vectors and the number of elements. */
  static readonly kernel: KernelSpec = {
    name: "vadd",
    arguments: [
      { name: "in1", type: "unsigned int const *", port: "gmem" },
      { name: "in2", type: "unsigned int const *", port: "gmem" },
      { name: "out_r", type: "unsigned int*", port: "gmem" },
      { name: "size", type: "int" },
    ],
  };
  /** 32 bits, 16 beats a burst, 16 reads and writes in flight (UG902, defaults of m_axi). */
  static override readonly ports: Partial<AxiMasterParams> = {
    widthBytes: 4,
    burstBeats: 16,
    outstandingReads: 16,
    outstandingWrites: 16,
  };

  /** Adds block by block. */
  protected override *execute({ in1, in2, out_r, size }: ArgumentValues): Process {
    const port = this.port("gmem");
    const block = new Int32Array(BLOCK);
    for (let at = 0; at < size; at += BLOCK) {
      const count = Math.min(BLOCK, size - at);
      const first = port.reader(in1 + 4 * at, 4 * count);
      for (let filled = 0; filled < count;) {
        const words = yield* first.take();
        block.set(words, filled);
        filled += words.length;
        yield words.length;
      }
      const second = port.reader(in2 + 4 * at, 4 * count);
      const sink = port.writer(out_r + 4 * at, 4 * count);
      yield this.params.pipelineCycles;
      for (let done = 0; done < count;) {
        const words = yield* second.take();
        const sums = words.map((word, i) => word + block[done + i]);
        done += words.length;
        yield words.length;
        yield* sink.put(sums);
      }
      yield* sink.flush();
    }
  }
}
