/**
 * A PYNQ-like host for simulated Alveo cards: overlays, buffers, kernels, the scheduler.
 * @module
 */
export { type CardDesign, designOf, kernelFrequency, type KernelModels } from "../../hw/pcie/card_design.ts";
export {
  type ArgumentValues,
  ComputeUnit,
  type ComputeUnitClass,
  type ComputeUnitParams,
} from "../../hw/pcie/compute_unit.ts";
export type { KernelArgument, KernelSpec } from "../../hw/pcie/hls_registers.ts";
export { Mmult } from "../../hw/pcie/kernels/mmult.ts";
export { Vadd } from "../../hw/pcie/kernels/vadd.ts";
export { readXclbin } from "../../hw/pcie/xclbin.ts";
export { advancedXclbin } from "../../hw/pcie/xclbin_advanced.ts";
export { writeXclbin } from "../../hw/pcie/xclbin_writer.ts";
export type { XclbinContent } from "../../hw/pcie/xclbin_content.ts";
export { Alveo, AlveoAddress, type AlveoParams } from "../../hw/platforms/alveo.ts";
export { PynqBuffer } from "./buffer.ts";
export { Device } from "./device.ts";
export { HostMachine } from "./host_machine.ts";
export { type HostParams, hostParams } from "./host_params.ts";
export { Kernel, type KernelValue, type StartOptions, type XrtArgument } from "./kernel.ts";
export { XrtMemory } from "./memory.ts";
export { NdView, type NestedArray } from "./nd_view.ts";
export { type IpEntry, type MemEntry, Overlay } from "./overlay.ts";
export { Machine, type MachineOptions, Pynq, type PynqOptions } from "./pynq.ts";
export { RegisterMap } from "./register_map.ts";
export { duration, formatTimeIt, type TimeIt, timeit, type TimeItOptions } from "./timeit.ts";
export { ErtWaitHandle, PolledHandle, type WaitHandle } from "./wait_handle.ts";
export { Errno, PynqError } from "./xrt/errors.ts";
export { MAX_DEPENDENCIES, type SchedulerMode } from "./xrt/kds.ts";
