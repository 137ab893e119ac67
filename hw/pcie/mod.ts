/**
 * Models of a PCI Express card with compute units: link, DMA, memory, kernels, the embedded scheduler.
 * @module
 */
export { Alveo, AlveoAddress, type AlveoOptions, type AlveoParams, CardRole, UNIT_BYTES } from "../platforms/alveo.ts";
export { AxiMaster, type AxiMasterParams, AxiReader, AxiWriter } from "./axi_master.ts";
export { CardBus, CardRegisters, CardVector, InterruptSink } from "./card_bus.ts";
export {
  type CardDesign,
  designOf,
  type DesignStream,
  type DesignUnit,
  kernelFrequency,
  type KernelModels,
} from "./card_design.ts";
export {
  type ArgumentValues,
  ComputeUnit,
  type ComputeUnitClass,
  type ComputeUnitParams,
  type RunObserver,
  UnitCompletions,
  type UnitRun,
} from "./compute_unit.ts";
export { DmaChannel, type DmaChannelParams } from "./dma_channel.ts";
export type { ChannelRegister } from "./dma_registers.ts";
export type { EmbeddedSchedulerParams } from "./ert_params.ts";
export { EmbeddedScheduler, HostDoorbell } from "./embedded_scheduler.ts";
export type { SchedulerRegister } from "./ert_registers.ts";
export { type Hazard, HazardDetector, type HazardKind, type HazardOptions } from "./hazard_detector.ts";
export { type ByteRange, type Conflict, HazardRun } from "./hazard_run.ts";
export type { HandshakeKind, KernelArgument, KernelSpec, PlacedArgument } from "./hls_registers.ts";
export { HostMemory, type PinnedBlock } from "./host_memory.ts";
export { type AccessObserver, type CardAccess, CardPort, MemoryBank, type MemoryBankParams } from "./memory_bank.ts";
export { CommandState, CommandType, configurePacket, Feature, Opcode, startUnitPacket } from "./ert_packet.ts";
export { HbmChannel, Plram } from "./memory_kinds.ts";
export { MemoryRouter } from "./memory_router.ts";
export { PageStore } from "./page_store.ts";
export { type Direction, PcieLink, type PcieLinkParams } from "./pcie_link.ts";
export { PowerMonitor, type PowerMonitorParams, type RailName } from "./power_monitor.ts";
export { readXclbin } from "./xclbin.ts";
export * from "./xclbin_content.ts";
export { type LinkedUnit, type LinkOptions, linkXclbin, u200Memories } from "./xclbin_design.ts";
export { Wakeup } from "./unit_signals.ts";
export { unitsOf, type XclbinUnit } from "./xclbin_units.ts";
export { writeXclbin } from "./xclbin_writer.ts";
export { formatXml, parseXml, type XmlElement } from "./xclbin_xml.ts";
