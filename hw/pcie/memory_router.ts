/**
 * The way of the DMA engine to all banks of card memory.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { Component, type Parent } from "../component.ts";
import type { Target } from "../port.ts";
import { type CardAccess, CardPort, type MemoryBank, wide } from "./memory_bank.ts";

/** Hands bursts to the bank that has their address. The time that this takes is in the costs of who asks. */
export class MemoryRouter extends Component implements CardPort {
  /** Where bursts come in. */
  readonly port: Target<CardPort> = this.target("port", CardPort, this);
  private readonly banks: readonly MemoryBank[];

  /** A router to these banks. */
  constructor(parent: Parent, name: string, banks: readonly MemoryBank[]) {
    super(parent, name);
    this.banks = banks;
  }

  /** The bank that has an address, if any. */
  bankOf(address: number): MemoryBank | undefined {
    return this.banks.find(({ params }) => address >= params.base && address < params.base + params.sizeBytes);
  }

  /** Hands a burst on. Throws a SimulationError if no bank has its address. */
  submit(access: CardAccess): void {
    const bank = this.bankOf(access.address);
    if (bank === undefined) {
      const known = this.banks.map(({ name, params }) =>
        `${name} (${wide(params.base)} to ${wide(params.base + params.sizeBytes - 1)})`
      );
      throw new SimulationError(
        `Cannot ${access.write ? "write" : "read"} ${access.data.byteLength} bytes at ${wide(access.address)} in ` +
          `${this.where()} for ${access.initiator}: no bank has that address; there are ${known.join(", ")}`,
      );
    }
    bank.submit(access);
  }
}
