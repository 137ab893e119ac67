/**
 * Code has addresses: functions written in TypeScript can be handed over in 32-bit words, as on the chip.
 * @module
 */
import { hex } from "../../hw/mod.ts";
import { SimulationError } from "../../sim/mod.ts";

/** Gives each function an address, and finds it again. */
export class FunctionTable<F extends { readonly name: string }> {
  private readonly base: number;
  private readonly addresses = new Map<F, number>();
  private readonly functions = new Map<number, F>();

  /** Addresses are given out from `base` on, 4 bytes apart, so that bit 0 is free for flags. */
  constructor(base: number) {
    this.base = base;
  }

  /** The address of a function; the first call gives it one. */
  addressOf(entry: F): number {
    let address = this.addresses.get(entry);
    if (address === undefined) {
      address = this.base + 4 * this.addresses.size;
      this.addresses.set(entry, address);
      this.functions.set(address, entry);
    }
    return address;
  }

  /** The function at an address. Throws a SimulationError if there is none. */
  at(address: number): F {
    const entry = this.functions.get(address);
    if (entry === undefined) {
      throw new SimulationError(
        `Cannot call ${hex(address)}: no function has that address; a stale or overwritten function pointer`,
      );
    }
    return entry;
  }
}
