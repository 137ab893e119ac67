/**
 * A platform prints itself: parts, parameters, counters, registers, address maps, connections.
 * @module
 */
import type { Simulation } from "../sim/mod.ts";
import { hex } from "./bus/address_map.ts";
import type { RegisterBlock } from "./bus/register_block.ts";
import type { RegisterAccess } from "./bus/register_table.ts";
import { Component } from "./component.ts";
import { Design } from "./design.ts";
import type { ParamValue } from "./params.ts";

/** A component, as plain data. */
export interface PartDescription {
  /** Path. */
  readonly path: string;
  /** Name of its class. */
  readonly type: string;
  /** Name of its clock, if it has one. */
  readonly clock: string | null;
  /** Parameters in force. */
  readonly params: readonly ParamValue[];
  /** What it counts, by path. */
  readonly counters: readonly { readonly path: string; readonly unit: string; readonly description: string }[];
}

/** A block of registers, as plain data. */
export interface RegisterBlockDescription {
  /** Path. */
  readonly path: string;
  /** Registers in the order of their offsets; `offset` and `reset` as `0x00000010`. */
  readonly registers: readonly {
    readonly name: string;
    readonly offset: string;
    readonly access: RegisterAccess;
    readonly reset: string;
    readonly description: string;
    readonly fields: readonly {
      readonly name: string;
      readonly bits: readonly [low: number, high: number];
      readonly access: RegisterAccess;
      readonly description: string;
    }[];
  }[];
}

/** A platform as plain data, ready for JSON. */
export interface PlatformDescription {
  /** Clock domains: name and frequency in Hz. */
  readonly clocks: readonly { readonly name: string; readonly hertz: number; readonly gated: boolean }[];
  /** Components, in the order of their paths. */
  readonly parts: readonly PartDescription[];
  /** Register blocks, in the order of their paths. */
  readonly registerBlocks: readonly RegisterBlockDescription[];
  /** Address maps and their ranges; `base` as `0x1C000000`. */
  readonly addressMaps: readonly {
    readonly path: string;
    readonly ranges: readonly { readonly name: string; readonly base: string; readonly sizeBytes: number }[];
  }[];
  /**
   * Port to port: the one that calls or listens, the one that answers or drives, and what the first takes. Clocked models
   * also call each other without a port: then `from` is the field that holds the other part, and the kind `a part`.
   */
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
      params: part.paramValues().map((param) => ({ ...param, value: plain(param.value) })),
      counters: design.counters.filter(({ path }) => path.slice(0, path.lastIndexOf(".")) === part.path)
        .map(({ path, unit, description }) => ({ path, unit, description })),
    })),
    registerBlocks: design.registerBlocks.map(describeRegisters),
    addressMaps: design.addressMaps.map((map) => ({
      path: map.path,
      ranges: map.ranges.map(({ name, base, sizeBytes }) => ({ name, base: hex(base), sizeBytes })),
    })),
    connections: [
      ...design.ports.flatMap((port) => port.peers.map((to) => ({ from: port.path, to, kind: port.kind }))),
      ...design.parts.flatMap(heldBy),
    ],
  };
}

/** The parts outside of it, and not above it, that a part's own fields hold. */
function heldBy(part: Component): PlatformDescription["connections"] {
  const inOneLine = (path: string, other: string) => `${other}.`.startsWith(`${path}.`);
  return Object.entries(part).flatMap(([field, value]) =>
    partsIn(value).filter(({ path }) => !inOneLine(path, part.path) && !inOneLine(part.path, path))
      .map(({ path }) => ({ from: `${part.path}.${field}`, to: path, kind: "a part" }))
  );
}

/** A part, those of a list, or those of a plain record. */
function partsIn(value: unknown): Component[] {
  if (value instanceof Component) return [value];
  if (typeof value !== "object" || value === null) return [];
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return plain ? Object.values(value).filter((inner) => inner instanceof Component) : [];
}

function describeRegisters(block: RegisterBlock<string>): RegisterBlockDescription {
  return {
    path: block.path,
    registers: block.registers.map(({ name, offset, access = "rw", reset = 0, description, fields = {} }) => ({
      name,
      offset: hex(offset),
      access,
      reset: hex(reset),
      description,
      fields: Object.entries(fields).map(([name, field]) => ({
        name,
        bits: typeof field.bits === "number" ? [field.bits, field.bits] as const : field.bits,
        access: field.access ?? access,
        description: field.description,
      })),
    })),
  };
}

/** A parameter's value as JSON can hold it: frequencies and the like as people write them. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "bigint" || typeof value === "function") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value.toString !== Object.prototype.toString) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
