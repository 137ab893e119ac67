/**
 * A small machine for tests of the host: kernels whose runs are short.
 * @module
 */
import {
  type ArgumentValues,
  ComputeUnit,
  type KernelSpec,
  linkXclbin,
  Machine,
  type MachineOptions,
  Pynq,
  type PynqOptions,
} from "../../../runtime/pynq/mod.ts";
import type { Process } from "../../../sim/mod.ts";

/** Elements of the test kernels' vectors. */
export const N = 256;

/** out = in + add, element by element. */
export class AddScalar extends ComputeUnit {
  static readonly kernel: KernelSpec = {
    name: "adds",
    arguments: [
      { name: "src", type: "int const *", port: "gmem", shape: [N] },
      { name: "dst", type: "int*", port: "gmem", shape: [N] },
      { name: "add", type: "int" },
    ],
  };

  protected override *execute({ src, dst, add }: ArgumentValues): Process {
    const source = this.port("gmem").reader(src, 4 * N), sink = this.port("gmem").writer(dst, 4 * N);
    while (!source.finished) {
      const words = yield* source.take();
      yield words.length;
      yield* sink.put(words.map((word) => word + add));
    }
    yield* sink.flush();
  }
}

/** Runs for so many cycles; for 0, it never ends. */
export class Waits extends ComputeUnit {
  static readonly kernel: KernelSpec = { name: "waits", arguments: [{ name: "runs", type: "int" }] };

  protected override *execute({ runs }: ArgumentValues): Process {
    if (runs > 0) yield runs;
    else yield { arm: () => {}, describe: () => "a condition that never comes true" };
  }
}

/** Takes new arguments after a third of its run. */
export class Chained extends ComputeUnit {
  static readonly kernel: KernelSpec = {
    name: "chained",
    arguments: [{ name: "cycles", type: "int" }],
    handshake: "ap_ctrl_chain",
  };

  protected override *execute({ cycles }: ArgumentValues, ready: () => void): Process {
    yield cycles;
    ready();
    yield 2 * cycles;
  }
}

/** A machine with `test.xclbin` (two adders on bank1, one on bank0, one unit that waits) and `other.xclbin`. */
export function testMachine(options: Partial<MachineOptions> = {}): Machine {
  return new Machine({
    files: {
      "test.xclbin": linkXclbin({
        units: [
          { name: "adds_1", model: AddScalar },
          { name: "adds_2", model: AddScalar, memory: "bank0" },
          { name: "waits_1", model: Waits },
        ],
      }),
      "one.xclbin": linkXclbin({ units: [{ name: "adds_1", model: AddScalar }] }),
      "chained.xclbin": linkXclbin({ units: [{ name: "chained_1", model: Chained }] }),
      "u250.xclbin": linkXclbin({
        units: [{ name: "adds_1", model: AddScalar }],
        platform: "xilinx_u250_xdma_201830_2",
      }),
      "damaged.xclbin": new TextEncoder().encode("xclbin2\0 and no more"),
    },
    models: { adds: AddScalar, waits: Waits, chained: Chained },
    ...options,
  });
}

/** A program on a machine of its own, unless one is given. */
export function session(options: PynqOptions = {}, machine: Machine = testMachine()): Pynq {
  return new Pynq(machine, options);
}
