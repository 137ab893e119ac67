/**
 * Describing hardware: components with typed parameters and ports, registers as tables, address maps, and the models
 * that platforms are made of.
 * @module
 */
export { type Access, CoreBus, Mapped } from "./bus/access.ts";
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
