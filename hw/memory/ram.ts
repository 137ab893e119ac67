/**
 * On-chip memory without banks or arbitration: contents, and an access in the cycle in which it is asked for.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { type Access, CoreBus, Mapped } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { Component } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";

/** Where a memory lies and how much it holds. */
export interface RamParams {
  /** First address. */
  readonly base: number;
  /** Number of bytes. */
  readonly sizeBytes: number;
}

/** Bytes, little endian, 0 at the start. */
export class Ram extends Component<RamParams> {
  /** Address and size. */
  static override readonly params: ParamTable<RamParams> = {
    base: { unit: "address", description: "first address", source: "memory map" },
    sizeBytes: { unit: "B", description: "size", source: "memory map" },
  };

  /** For buses that bring offsets. */
  readonly port: Target<Mapped> = this.target("port", Mapped, this);
  /** For a core of its own: granted at once. */
  readonly local: Target<CoreBus> = this.target("local", CoreBus, this);
  /** The contents. */
  readonly bytes: Uint8Array = new Uint8Array(this.params.sizeBytes);

  /** Reads at an offset. */
  read(offset: number, sizeBytes: number): number {
    this.#check("read", offset, sizeBytes);
    let value = 0;
    for (let byte = sizeBytes - 1; byte >= 0; byte--) value = (value << 8) | this.bytes[offset + byte];
    return value >>> 0;
  }

  /** Writes at an offset. */
  write(offset: number, sizeBytes: number, value: number): void {
    this.#check("write", offset, sizeBytes);
    for (let byte = 0; byte < sizeBytes; byte++) this.bytes[offset + byte] = value >>> (8 * byte);
  }

  /** Serves an access at once. */
  request(access: Access): void {
    const offset = access.address - this.params.base;
    if (access.write) {
      this.write(offset, access.sizeBytes, access.value);
      access.complete(0);
    } else access.complete(this.read(offset, access.sizeBytes));
  }

  #check(verb: string, offset: number, sizeBytes: number): void {
    if (offset < 0 || offset + sizeBytes > this.params.sizeBytes) {
      throw new SimulationError(
        `Cannot ${verb} ${sizeBytes} bytes at ${hex(this.params.base + offset)} in ${this.where()}: it has ` +
          `${this.params.sizeBytes} bytes from ${hex(this.params.base)}`,
      );
    }
  }
}
