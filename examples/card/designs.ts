/**
 * The designs of PYNQ's notebooks for Alveo, linked out of our models as their makefiles say (Alveo-PYNQ ffc5317).
 * @module
 */
import {
  type KernelModels,
  linkXclbin,
  Machine,
  type MachineOptions,
  StreamVadd,
  StreamVmult,
  VaddNarrow,
  VaddWide,
  VaddWideMultibanks,
  writeXclbin,
} from "../../runtime/pynq/mod.ts";

/** Models of the kernels of `intro.xclbin` and `kernel_opt.xclbin`. */
export const notebookModels: KernelModels = {
  vadd: VaddNarrow,
  vadd_wide: VaddWide,
  vadd_wide_multibanks: VaddWideMultibanks,
  krnl_stream_vadd: StreamVadd,
  krnl_stream_vmult: StreamVmult,
};

/** `intro.xclbin`: a vector addition with one narrow memory port. */
export function introXclbin(): Uint8Array {
  return writeXclbin(linkXclbin({ units: [{ name: "vadd_1", model: VaddNarrow }] }));
}

/** `kernel_opt.xclbin`: wide additions on one bank and on three, and two kernels with a stream between them. */
export function kernelOptXclbin(): Uint8Array {
  return writeXclbin(linkXclbin({
    units: [
      { name: "krnl_stream_vadd_1", model: StreamVadd, memory: "bank0" },
      { name: "krnl_stream_vmult_1", model: StreamVmult, memory: "bank0" },
      { name: "vadd_wide_1", model: VaddWide, memory: "bank1" },
      {
        name: "vadd_wide_multibanks_1",
        model: VaddWideMultibanks,
        memories: { a: "bank0", b: "bank1", c: "bank2" },
      },
    ],
    streams: ["krnl_stream_vadd_1.out_r:krnl_stream_vmult_1.in2"],
  }));
}

/** A machine with both on its disk. */
export function notebookMachine(options: Partial<MachineOptions> = {}): Machine {
  return new Machine({
    files: { "intro.xclbin": introXclbin(), "kernel_opt.xclbin": kernelOptXclbin() },
    models: notebookModels,
    ...options,
  });
}
