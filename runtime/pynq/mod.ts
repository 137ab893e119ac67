/**
 * A PYNQ-like host for simulated Alveo cards: overlays, buffers, kernels, the scheduler.
 * @module
 */
export * from "../../hw/pcie/mod.ts";
export { Hello } from "../../hw/pcie/kernels/hello.ts";
export { Mmult } from "../../hw/pcie/kernels/mmult.ts";
export { Nop } from "../../hw/pcie/kernels/nop.ts";
export { StreamVadd, StreamVmult } from "../../hw/pcie/kernels/stream_kernels.ts";
export { Vadd } from "../../hw/pcie/kernels/vadd.ts";
export { VaddNarrow, VaddWide, VaddWideMultibanks } from "../../hw/pcie/kernels/vadd_wide.ts";
export { advancedXclbin } from "../../hw/pcie/xclbin_advanced.ts";
export { DataRecorder, type Frame } from "./data_recorder.ts";
export { type BufferState, type BufferUser, PynqBuffer } from "./buffer.ts";
export { Device } from "./device.ts";
export { type DType, type DTypeCode, type DTypeLike, type DTypeName, type Elements } from "./dtype.ts";
export { HazardWatch } from "./hazard_watch.ts";
export { HostMachine } from "./host_machine.ts";
export { type HostParams, hostParams } from "./host_params.ts";
export { Kernel, type KernelValue, type StartArguments, type StartOptions, type XrtArgument } from "./kernel.ts";
export { XrtMemory } from "./memory.ts";
export type { NdIndex, NdRange } from "./nd_index.ts";
export type { NdLayout } from "./nd_layout.ts";
export { NdView, type NestedArray } from "./nd_view.ts";
export type { FieldEntry, IpEntry, MemEntry, RegisterEntry } from "./dictionaries.ts";
export { Overlay } from "./overlay.ts";
export { Machine, type MachineOptions, type ProgramObserver, Pynq, type PynqOptions } from "./pynq.ts";
export { RegisterMap } from "./register_map.ts";
export { type Rail, Sensor, type Sensors } from "./sensors.ts";
export { duration, formatTimeIt, type TimeIt, timeit, type TimeItOptions } from "./timeit.ts";
export { ErtWaitHandle, PolledHandle, type WaitHandle } from "./wait_handle.ts";
export { type WrittenRange, WrittenRanges } from "./written_ranges.ts";
export { type BufferObject, type BufferObserver, CardDriver, type Client, type SyncDirection } from "./xrt/driver.ts";
export { Errno, PynqError, type PythonException } from "./xrt/errors.ts";
export { Command, Kds, MAX_DEPENDENCIES, type SchedulerMode } from "./xrt/kds.ts";
