/**
 * GAP8 and the first part of its SDK's runtime (rt_*), for firmware written as generators.
 * @module
 */
export { Gap8, Gap8Address, type Gap8Params, Gap8Size } from "../../hw/platforms/gap8.ts";
export { CORE_EVENTS, type CoreEvent } from "../../hw/riscv/core_counters.ts";
export { FirmwareCore } from "../../hw/riscv/firmware_core.ts";
export { CoreDataPort } from "../../hw/riscv/core_data_port.ts";
export { type CoreParams, type CoreStack, CoreState } from "../../hw/riscv/core_state.ts";
export { IssuePipeline } from "../../hw/riscv/issue_pipeline.ts";
export { type Reg, reg } from "../../hw/riscv/registers.ts";
export { Allocator, type AllocKind } from "./allocator.ts";
export { MemoryRequest } from "./cluster_requests.ts";
export { type CodeCost, codeCosts } from "./costs.ts";
export { DmaCopy, type DmaDirection } from "./dma.ts";
export { type EventCallback, EventScheduler, RtEvent } from "./events.ts";
export { type ClusterCallOptions, FcRuntime } from "./fc.ts";
export { FunctionTable } from "./function_table.ts";
export type { LockBytes } from "./locks.ts";
export { Notification } from "./notifications.ts";
export { type ClusterFunction, PeRuntime } from "./pe.ts";
export { Perf, PERF_BYTES, PERF_EVENTS, type PerfEvent } from "./perf.ts";
export { formatPrintf, type PrintfArgument } from "./printf.ts";
export { Rt } from "./rt.ts";
export { type CoreReport, type Gap8Result, Gap8System, type Main } from "./system.ts";
