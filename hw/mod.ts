/**
 * Describing hardware: components with typed parameters and ports, registers as tables, address maps, and the models
 * that platforms are made of.
 * @module
 */
export { AddressMap, type AddressRange, hex } from "./bus/address_map.ts";
export {
  type Access,
  type Field,
  RegisterBlock,
  type RegisterEffects,
  type RegisterSpec,
  type RegisterTable,
} from "./bus/register_block.ts";
export { Component, type Parent, type Placement } from "./component.ts";
export { describePlatform, type PlatformDescription } from "./describe.ts";
export { Design, ElaborationError } from "./design.ts";
export { type Param, type ParamTable, type ParamValue, resolveParams } from "./params.ts";
export { connect, type Connectable, type Initiator, InitiatorPort, Plug, Protocol, Target } from "./port.ts";
