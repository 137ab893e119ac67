/**
 * The first decision about a core's access: what is near goes straight there, the rest onto the bus.
 * @module
 */
import { Component } from "../component.ts";
import type { Initiator, Target } from "../port.ts";
import { type Access, CoreBus } from "./access.ts";
import type { AddressMap } from "./address_map.ts";

/** Splits the accesses of one core, or of all cores of a cluster: no cycles of its own. */
export class CoreDemux extends Component {
  /** Where cores are connected. */
  readonly port: Target<CoreBus> = this.target("port", CoreBus, this);
  /** What is not near. */
  readonly outer: Initiator<CoreBus> = this.initiator("outer", CoreBus);
  /** What is near. */
  readonly near: AddressMap<{ readonly port: Initiator<CoreBus>; readonly alias: number }> = this.addressMap("near");

  /**
   * Adds a near range; `alias` is added to an address to get the one that the target knows. Returns the port to connect.
   */
  add(name: string, base: number, sizeBytes: number, alias: number = 0): Initiator<CoreBus> {
    const port = this.initiator(name, CoreBus);
    this.near.add(name, base, sizeBytes, { port, alias });
    return port;
  }

  /** Passes an access on. */
  request(access: Access): void {
    const range = this.near.find(access.address);
    if (range === undefined) this.outer.request(access);
    else {
      access.address += range.target.alias;
      range.target.port.request(access);
    }
  }
}
