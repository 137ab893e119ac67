/**
 * How registers on the card are reached, by the host through the link and by the scheduler's processor.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import type { AddressMap } from "../bus/address_map.ts";
import { hex } from "../bus/address_map.ts";
import type { Mapped } from "../bus/access.ts";
import { Component } from "../component.ts";
import { Protocol, type Target } from "../port.ts";

/** Words at addresses of the card's register space; the caller charges the time. */
export interface CardBus {
  /** The word at `address`. */
  read32(address: number): number;
  /** Stores a word at `address`. */
  write32(address: number, value: number): void;
}

/** Words at addresses of the card's register space; the caller charges the time. */
export const CardBus: Protocol<CardBus> = new Protocol<CardBus>("CardBus", ["read32", "write32"]);

/** Who hears of interrupt messages that have reached the host. */
export interface InterruptSink {
  /** A message of a vector has arrived. */
  interrupt(vector: number): void;
}

/** Who hears of interrupt messages that have reached the host. */
export const InterruptSink: Protocol<InterruptSink> = new Protocol<InterruptSink>("InterruptSink", ["interrupt"]);

/** Interrupt vectors of the card's user function. */
export const CardVector = {
  /** The scheduler has completed commands. */
  scheduler: 0,
  /** First of the DMA channels to the card. */
  hostToCard: 8,
  /** First of the DMA channels from the card. */
  cardToHost: 16,
} as const;

/** The register space of a card: who answers at which address of the BAR. */
export class CardRegisters extends Component implements CardBus {
  /** Where accesses come in. */
  readonly port: Target<CardBus> = this.target("port", CardBus, this);
  private readonly map: AddressMap<Mapped> = this.addressMap<Mapped>("map");
  private readonly removable = new Map<number, { readonly sizeBytes: number; readonly target: Mapped }>();

  /** Adds a block that is always there. */
  add(name: string, base: number, sizeBytes: number, target: Mapped): void {
    this.map.add(name, base, sizeBytes, target);
  }

  /** Adds the block of a compute unit, for as long as its design is loaded. */
  plug(base: number, sizeBytes: number, target: Mapped): void {
    this.removable.set(base, { sizeBytes, target });
  }

  /** Removes all that {@linkcode plug} has added. */
  unplug(): void {
    this.removable.clear();
  }

  /** Reads a word. Throws a SimulationError where nothing answers. */
  read32(address: number): number {
    const { base, target } = this.#find(address, "read");
    return target.read(address - base, 4);
  }

  /** Writes a word. Throws a SimulationError where nothing answers. */
  write32(address: number, value: number): void {
    const { base, target } = this.#find(address, `write ${hex(value)}`);
    target.write(address - base, 4, value);
  }

  #find(address: number, verb: string): { readonly base: number; readonly target: Mapped } {
    const base = address & ~0xffff;
    const unit = this.removable.get(base);
    if (unit !== undefined && address - base < unit.sizeBytes) return { base, target: unit.target };
    const range = this.map.find(address);
    if (range !== undefined) return range;
    const units = [...this.removable.keys()].map(hex).join(", ");
    throw new SimulationError(
      `Cannot ${verb} at ${hex(address)} in ${this.where()} for ${this.sim.runningName}: nothing answers there; ` +
        `${this.map.neighbours(address)}; compute units are at ${units || "no address: no design is loaded"}`,
    );
  }
}
