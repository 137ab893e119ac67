/**
 * Bandwidth of card memory through a kernel's ports, as the vendor's examples measure it.
 * @module
 */
import {
  type ArgumentValues,
  type AxiMasterParams,
  ComputeUnit,
  type ComputeUnitClass,
  type KernelSpec,
  linkXclbin,
  Machine,
  Pynq,
  type XclbinBank,
} from "../../runtime/pynq/mod.ts";
import type { Process } from "../../sim/mod.ts";

/** Words in a beat of 512 bits. */
const BEAT_WORDS = 16;

/** A kernel that reads, writes or copies as fast as a port of this shape allows. */
function streamingKernel(does: "read" | "write" | "copy", ports: Partial<AxiMasterParams>): ComputeUnitClass {
  return class extends ComputeUnit {
    static readonly kernel: KernelSpec = {
      name: does,
      arguments: [
        ...(does === "write" ? [] : [{ name: "from", type: "int const *", port: "gmem_from" }]),
        ...(does === "read" ? [] : [{ name: "to", type: "int*", port: "gmem_to" }]),
        { name: "bytes", type: "int" },
      ],
    };
    static override readonly ports = { widthBytes: 64, ...ports };

    protected override *execute({ from, to, bytes }: ArgumentValues): Process {
      const source = does === "write" ? null : this.port("gmem_from").reader(from, bytes);
      const sink = does === "read" ? null : this.port("gmem_to").writer(to, bytes);
      const wordsPerCycle = (ports.widthBytes ?? 64) / 4;
      const zeros = new Int32Array(BEAT_WORDS * 16);
      for (let done = 0; done < bytes;) {
        const words = source === null
          ? zeros.subarray(0, Math.min(zeros.length, (bytes - done) / 4))
          : yield* source.take();
        done += words.byteLength;
        yield Math.ceil(words.length / wordsPerCycle);
        if (sink !== null) yield* sink.put(words);
      }
      if (sink !== null) yield* sink.flush();
    }
  };
}

/** What to measure. */
export interface MemoryTest {
  /** What each unit does. */
  readonly does: "read" | "write" | "copy";
  /** Bytes that each unit reads, writes or copies. */
  readonly bytes: number;
  /** Shape of the ports, where it is not the default. */
  readonly ports?: Partial<AxiMasterParams>;
  /** Memories, one unit for each; with `copy`, one for each pair. */
  readonly memories: readonly string[];
  /** The card's memories, where it is not a U200. */
  readonly topology?: readonly Omit<XclbinBank, "used">[];
  /** The kernels' clock, in MHz. */
  readonly clockMHz?: number;
}

/** Bytes that memory delivered and took, all units together, in GB per second; software's share is not in it. */
export function memoryBandwidth({ does, bytes, ports = {}, memories, topology, clockMHz = 300 }: MemoryTest): number {
  const model = streamingKernel(does, ports);
  const perUnit = does === "copy" ? 2 : 1;
  const units = Array.from({ length: memories.length / perUnit }, (_, index) => ({
    name: `${does}_${index + 1}`,
    model,
    memories: { from: memories[index * perUnit], to: memories[index * perUnit + perUnit - 1] },
  }));
  const machine = new Machine({
    files: { "memory.xclbin": linkXclbin({ units, clockMHz, memories: topology }) },
    models: { [does]: model },
  });
  return new Pynq(machine).run(function* (pynq): Process<number> {
    const overlay = yield* pynq.overlay("memory.xclbin");
    const buffers = [], handles = [];
    const start = pynq.sim.now;
    const spans: number[] = [];
    for (const [index, { name }] of units.entries()) {
      const args = [];
      for (const memory of memories.slice(index * perUnit, (index + 1) * perUnit)) {
        args.push(yield* overlay.memory(memory).allocate(bytes / 4, "i4"));
      }
      buffers.push(...args);
      handles.push(yield* overlay.kernel(name).startErt(...args, bytes));
    }
    for (const handle of handles) yield* handle.wait();
    for (const unit of pynq.activeDevice.driver.loaded!.units) spans.push(unit.busyTime.value);
    for (const buffer of buffers) buffer.free();
    // The units run side by side, each for about as long; what the host does before and after is not memory's.
    const longestPs = Math.max(...spans);
    if (longestPs > pynq.sim.now - start) throw new Error("a unit cannot have run for longer than the program");
    return memories.length * bytes / (longestPs / 1e12) / 1e9;
  });
}

/** Pseudo-channels of HBM2, 256 MiB each (Alveo U280). */
export const hbmTopology: readonly Omit<XclbinBank, "used">[] = Array.from({ length: 32 }, (_, index) => ({
  streaming: false as const,
  type: "MEM_DRAM" as const,
  tag: `HBM[${index}]`,
  baseAddress: index * 2 ** 28,
  sizeBytes: 2 ** 28,
}));
