/**
 * The first decision about a core's access: what is near goes straight there, the rest onto the bus.
 * @module
 */
import { Component } from "../component.ts";
import type { Initiator, Target } from "../port.ts";
import { type Access, type AheadMemory, CoreBus } from "./access.ts";
import type { AddressMap } from "./address_map.ts";

/** Something near. */
export interface NearTarget {
  /** The way there. */
  readonly port: Initiator<CoreBus>;
  /** What is added to an address. */
  readonly alias: number;
  /** Whether it is memory. */
  readonly memory: boolean;
}

/** Splits the accesses of one core, or of all cores of a cluster: no cycles of its own. */
export class CoreDemux extends Component {
  /** Where cores are connected. */
  readonly port: Target<CoreBus> = this.target("port", CoreBus, this);
  /** What is not near. */
  readonly outer: Initiator<CoreBus> = this.initiator("outer", CoreBus);
  /** What is near. */
  readonly near: AddressMap<NearTarget> = this.addressMap("near");

  /**
   * Adds near registers; `alias` is added to an address to get the one that the target knows. Returns the port to connect.
   */
  add(name: string, base: number, sizeBytes: number, alias: number = 0): Initiator<CoreBus> {
    return this.#add(name, base, sizeBytes, alias, false);
  }

  /** The same for memory: everything else counts as outside in the core's counters. */
  addMemory(name: string, base: number, sizeBytes: number, alias: number = 0): Initiator<CoreBus> {
    return this.#add(name, base, sizeBytes, alias, true);
  }

  /** Passes an access on. */
  request(access: Access): void {
    const range = this.near.find(access.address);
    if (range === undefined) {
      access.outside = true;
      this.outer.request(access);
    } else {
      access.outside = !range.target.memory;
      access.address += range.target.alias;
      range.target.port.request(access);
    }
  }

  /** Near memory that takes accesses ahead of their cycle, by the address that it goes by itself. */
  memoryAt(address: number): AheadMemory | null {
    const range = this.near.find(address);
    if (range === undefined || !range.target.memory || range.target.alias !== 0) return null;
    return range.target.port.memoryAt!(address);
  }

  #add(name: string, base: number, sizeBytes: number, alias: number, memory: boolean): Initiator<CoreBus> {
    const port = this.initiator(name, CoreBus);
    this.near.add(name, base, sizeBytes, { port, alias, memory });
    return port;
  }
}
