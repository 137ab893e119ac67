/**
 * Who answers at which address.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";

/** Some consecutive addresses and who answers there. */
export interface AddressRange<T> {
  /** Name, for reports. */
  readonly name: string;
  /** First address. */
  readonly base: number;
  /** Number of bytes. */
  readonly sizeBytes: number;
  /** Who answers. */
  readonly target: T;
}

/** Ranges of 32-bit addresses. */
export class AddressMap<T> {
  /** Path. */
  readonly path: string;
  private readonly list: AddressRange<T>[] = [];
  private last: AddressRange<T> | null = null;

  /** An empty map. */
  constructor(path: string) {
    this.path = path;
  }

  /** The ranges, in the order of their addresses. */
  get ranges(): readonly AddressRange<T>[] {
    return this.list;
  }

  /** Adds a range; overlaps are reported at elaboration. Throws a SimulationError if it is not within 32 bits. */
  add(name: string, base: number, sizeBytes: number, target: T): void {
    const usable = Number.isInteger(base) && Number.isInteger(sizeBytes) && base >= 0 && sizeBytes > 0 &&
      base + sizeBytes <= 2 ** 32;
    if (!usable) {
      throw new SimulationError(
        `Cannot map ${name} in ${this.path} at ${hex(base)} with ${sizeBytes} bytes: it is not within 32-bit addresses`,
      );
    }
    this.list.push({ name, base, sizeBytes, target });
    this.list.sort((a, b) => a.base - b.base);
  }

  /** The range of an address, or undefined. */
  find(address: number): AddressRange<T> | undefined {
    const { last } = this;
    if (last !== null && address >= last.base && address < last.base + last.sizeBytes) return last;
    let low = 0, high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.list[middle].base <= address) low = middle + 1;
      else high = middle;
    }
    const range = this.list[low - 1];
    if (range === undefined || address >= range.base + range.sizeBytes) return undefined;
    this.last = range;
    return range;
  }

  /** What lies around an address that nobody answers, for error messages. */
  neighbours(address: number): string {
    const below = this.list.findLast((range) => range.base <= address);
    const above = this.list.find((range) => range.base > address);
    const parts = [below, above].filter((range) => range !== undefined).map(describeRange);
    return parts.length === 0 ? "the map is empty" : `the nearest are ${parts.join(" and ")}`;
  }

  /** One sentence for each pair of ranges that overlap. */
  overlaps(): string[] {
    const problems: string[] = [];
    for (let i = 1; i < this.list.length; i++) {
      const before = this.list[i - 1], range = this.list[i];
      if (before.base + before.sizeBytes > range.base) {
        problems.push(`${this.path}: ${describeRange(before)} and ${describeRange(range)} overlap`);
      }
    }
    return problems;
  }
}

/** An address for people: `0x1C000000`. */
export function hex(address: number): string {
  return `0x${(address >>> 0).toString(16).toUpperCase().padStart(8, "0")}`;
}

function describeRange(range: AddressRange<unknown>): string {
  return `${range.name} (${hex(range.base)} to ${hex(range.base + range.sizeBytes - 1)})`;
}
