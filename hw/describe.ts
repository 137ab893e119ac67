/**
 * A platform prints itself: parts, parameters, address maps, connections.
 * @module
 */
import type { Simulation } from "../sim/mod.ts";
import { hex } from "./bus/address_map.ts";
import { Design } from "./design.ts";
import type { ParamValue } from "./params.ts";

/** A platform as plain data, ready for JSON. */
export interface PlatformDescription {
  /** Clock domains: name and frequency in Hz. */
  readonly clocks: readonly { readonly name: string; readonly hertz: number; readonly gated: boolean }[];
  /** Components, in the order of their paths. */
  readonly parts: readonly {
    readonly path: string;
    readonly type: string;
    readonly clock: string | null;
    readonly params: readonly ParamValue[];
  }[];
  /** Address maps and their ranges. */
  readonly addressMaps: readonly {
    readonly path: string;
    readonly ranges: readonly { readonly name: string; readonly base: string; readonly sizeBytes: number }[];
  }[];
  /** Port to port. */
  readonly connections: readonly { readonly from: string; readonly to: string; readonly kind: string }[];
}

/** Describes everything in a simulation. */
export function describePlatform(sim: Simulation): PlatformDescription {
  const design = Design.of(sim);
  return {
    clocks: sim.clocks.map((clock) => ({ name: clock.name, hertz: clock.frequency.hertz, gated: clock.gated })),
    parts: design.parts.map((part) => ({
      path: part.path,
      type: part.constructor.name,
      clock: part.clocked ? part.clock.name : null,
      params: part.paramValues(),
    })),
    addressMaps: design.addressMaps.map((map) => ({
      path: map.path,
      ranges: map.ranges.map(({ name, base, sizeBytes }) => ({ name, base: hex(base), sizeBytes })),
    })),
    connections: design.ports.flatMap((port) => port.peers.map((to) => ({ from: port.path, to, kind: port.kind }))),
  };
}
