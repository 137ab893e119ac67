/**
 * Describing hardware: components with typed parameters and ports, registers as tables, address maps, and the models
 * that platforms are made of.
 * @module
 */
export { type Access, type AheadMemory, CoreBus, Mapped } from "./bus/access.ts";
export { AddressMap, type AddressRange, hex } from "./bus/address_map.ts";
export { RegisterBlock, type RegisterEffects, type RegisterOwner } from "./bus/register_block.ts";
export type { Field, RegisterAccess, RegisterSpec, RegisterTable } from "./bus/register_table.ts";
export { ClockCycles } from "./clock_cycles.ts";
export { Component, type Parent, type Placement } from "./component.ts";
export {
  describePlatform,
  type PartDescription,
  type PlatformDescription,
  type RegisterBlockDescription,
} from "./describe.ts";
export { Design, ElaborationError, type MemberKind } from "./design.ts";
export { Memory } from "./memory/memory.ts";
export { Sram, type SramParams } from "./memory/sram.ts";
export { type Param, type ParamTable, type ParamValue, resolveParams } from "./params.ts";
export { connect, type Connectable, type Initiator, InitiatorPort, Plug, Protocol, Target } from "./port.ts";
export { CoreDemux, type NearTarget } from "./bus/core_demux.ts";
export { type Route, SystemBus, type SystemBusParams } from "./bus/system_bus.ts";
export { ClusterTcdm, type ClusterTcdmParams, TcdmDmaSide } from "./memory/cluster_tcdm.ts";
export { L2, L2BusPort, type L2Params, L2Port } from "./memory/l2.ts";
export { type L2Burst, L2BurstChannel, type L2BurstSource } from "./memory/l2_burst_channel.ts";
export { Ram, type RamParams } from "./memory/ram.ts";
export { ClusterBench, type ClusterEngineName } from "./platforms/cluster_bench.ts";
export { ClusterBenchCore } from "./platforms/cluster_bench_core.ts";
export { TcdmInterconnect, type TcdmInterconnectParams } from "./bus/tcdm_interconnect.ts";
export { Mchan } from "./pulp/mchan.ts";
export type { MchanDefects, MchanParams } from "./pulp/mchan_params.ts";
export { MchanChannel } from "./pulp/mchan_channel.ts";
export { MchanFifo } from "./pulp/mchan_fifo.ts";
export { MchanTransfers } from "./pulp/mchan_transfers.ts";
export { MchanToTcdm } from "./pulp/mchan_to_tcdm.ts";
export { MchanFromTcdm } from "./pulp/mchan_from_tcdm.ts";
export {
  type BenchCore,
  CoreBench,
  type CoreBenchDelays,
  type CoreBenchInterrupt,
  type EngineName,
  type LoadableProgram,
  ProgramError,
} from "./platforms/core_bench.ts";
export {
  type CoreKind,
  FC_CLUSTER_ID,
  fetchingCores,
  firmwareCores,
  Gap8,
  Gap8Address,
  type Gap8CoreIdentity,
  type Gap8Params,
  Gap8Size,
  machineCores,
} from "./platforms/gap8.ts";
export { Gap8Board, type Gap8CoreReport, type Gap8Program } from "./platforms/gap8_board.ts";
export { BarrierOffset } from "./pulp/barrier_unit.ts";
export {
  ClusterControl,
  type ClusterControlParams,
  type ClusterControlRegister,
  type ClusterControlWiring,
  type StartableCore,
} from "./pulp/cluster_control.ts";
export { ClusterPeripherals, type ClusterPeripheralsParams } from "./bus/cluster_peripherals.ts";
export { FetchBus, type FetchClient } from "./bus/fetch.ts";
export { type InterruptSink as CoreInterruptSink, InterruptSource } from "./bus/interrupts.ts";
export type { IcacheParams, IcacheRefillPort } from "./pulp/icache_params.ts";
export { type CacheRefill, type CodeMemory, type IcacheRegister, InstructionCache } from "./pulp/instruction_cache.ts";
export {
  ClusterDma,
  type ClusterDmaParams,
  type ClusterDmaWiring,
  type DmaOuterMemory,
  type DmaOuterPort,
} from "./pulp/cluster_dma.ts";
export { DmaAxiPort, type DmaAxiPortParams, type WriteBeat } from "./pulp/dma_axi_port.ts";
export { EventBit, EventUnit, EventUnitOffset, type EventUnitParams } from "./pulp/event_unit.ts";
export type { MchanExternalPort } from "./pulp/mchan_external.ts";
export type { MchanTcdmPort } from "./pulp/mchan_tcdm_side.ts";
export { Fll, type FllParams } from "./pulp/fll.ts";
export { Pmu, type PmuParams, type PowerDomain } from "./pulp/pmu.ts";
export { SocControl } from "./pulp/soc_control.ts";
export { Stdout } from "./pulp/stdout.ts";
export {
  TimerBit,
  type TimerHalf,
  TimerOffset,
  type TimerRegister,
  TimerUnit,
  type TimerUnitParams,
} from "./pulp/timer_unit.ts";
export { Tcdm, type TcdmParams } from "./memory/tcdm.ts";
export * from "./pcie/mod.ts";
export * from "./riscv/mod.ts";
