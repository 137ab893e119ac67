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
  /** Stores `count` words of an array, from its word `from` on, to consecutive addresses, all of one block. */
  writeWords(address: number, words: Uint32Array, from: number, count: number): void;
}

/** Words at addresses of the card's register space; the caller charges the time. */
export const CardBus: Protocol<CardBus> = new Protocol<CardBus>("CardBus", ["read32", "write32", "writeWords"]);

/** Who hears of interrupt messages on their way to the host. */
export interface InterruptSink {
  /** A message of a vector arrives at a time, in picoseconds: now or later, and not before those announced before it. */
  interrupt(vector: number, arrivalPs: number): void;
}

/** Who hears of interrupt messages on their way to the host. */
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

/** Compute units begin at multiples of 64 KiB. */
const UNIT_MASK = ~0xffff;

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
    const base = address & UNIT_MASK;
    const unit = this.removable.get(base);
    if (unit !== undefined && address - base < unit.sizeBytes) return unit.target.read(address - base, 4);
    const range = this.map.find(address);
    if (range === undefined) throw this.#nobody(address, "read");
    return range.target.read(address - range.base, 4);
  }

  /** Writes a word. Throws a SimulationError where nothing answers. */
  write32(address: number, value: number): void {
    const base = address & UNIT_MASK;
    const unit = this.removable.get(base);
    if (unit !== undefined && address - base < unit.sizeBytes) return unit.target.write(address - base, 4, value);
    const range = this.map.find(address);
    if (range === undefined) throw this.#nobody(address, `write ${hex(value)}`);
    range.target.write(address - range.base, 4, value);
  }

  /** Writes words of an array. Throws a SimulationError where nothing answers. */
  writeWords(address: number, words: Uint32Array, from: number, count: number): void {
    const unit = this.removable.get(address & UNIT_MASK);
    let base = address & UNIT_MASK, target = unit?.target;
    if (target === undefined) {
      const range = this.map.find(address);
      if (range === undefined) throw this.#nobody(address, "write a block");
      ({ base, target } = range);
    }
    const offset = address - base;
    for (let word = 0; word < count; word++) target.write(offset + 4 * word, 4, words[from + word]);
  }

  #nobody(address: number, verb: string): SimulationError {
    const units = [...this.removable.keys()].map(hex).join(", ");
    return new SimulationError(
      `Cannot ${verb} at ${hex(address)} in ${this.where()} for ${this.sim.runningName}: nothing answers there; ` +
        `${this.map.neighbours(address)}; compute units are at ${units || "no address: no design is loaded"}`,
    );
  }
}
