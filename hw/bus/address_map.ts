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

/** Addresses that 32 bits can tell apart. */
const ADDRESSES = 2 ** 32;

/**
 * Ranges of 32-bit addresses.
 *
 * @example
 * ```ts
 * import { AddressMap } from "@escapement/escapement/hw";
 *
 * const map = new AddressMap<string>("soc.map");
 * map.add("l2", 0x1c00_0000, 512 * 1024, "the L2 memory");
 * if (map.find(0x1c00_0010)?.target !== "the L2 memory") throw new Error("not mapped");
 * if (map.find(0) !== undefined) throw new Error("nothing should be mapped there");
 * ```
 */
export class AddressMap<T> {
  /** Path. */
  readonly path: string;
  private readonly list: AddressRange<T>[] = [];
  private last: AddressRange<T> | null = null;
  private frozen = false;

  /** An empty map. */
  constructor(path: string) {
    this.path = path;
  }

  /** The ranges, in the order of their addresses. */
  get ranges(): readonly AddressRange<T>[] {
    return this.list;
  }

  /**
   * Adds a range. Throws a SimulationError if it is not within 32-bit addresses. Overlaps are reported at elaboration,
   * and by an error here after that.
   */
  add(name: string, base: number, sizeBytes: number, target: T): void {
    const refusal = `Cannot map ${name} in ${this.path} at ${hex(base)} with ${sizeBytes} bytes: `;
    if (!Number.isInteger(base) || base < 0 || base >= ADDRESSES) {
      throw new SimulationError(`${refusal}its base has to be a whole number from 0 to ${hex(ADDRESSES - 1)}`);
    }
    if (!Number.isInteger(sizeBytes) || sizeBytes <= 0 || base + sizeBytes > ADDRESSES) {
      throw new SimulationError(
        `${refusal}its size has to be a whole number from 1 to ${ADDRESSES - base}, what is left of 32-bit addresses`,
      );
    }
    const range = { name, base, sizeBytes, target };
    const rival = this.frozen ? this.list.find((other) => overlap(other, range)) : undefined;
    if (rival !== undefined) throw new SimulationError(`${refusal}${describeRange(rival)} is there`);
    this.list.push(range);
    this.list.sort((a, b) => a.base - b.base);
  }

  /** Has overlaps refused at once from now on. For elaboration. */
  freeze(): void {
    this.frozen = true;
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
    return this.list.flatMap((range, index) =>
      this.list.slice(0, index).filter((before) => overlap(before, range)).map((before) =>
        `${this.path}: ${describeRange(before)} and ${describeRange(range)} overlap: move or shrink one`
      )
    );
  }
}

/** An address for people: `0x1C000000`; what is none is shown as it is. */
export function hex(address: number): string {
  if (!Number.isInteger(address) || address < -(2 ** 31)) return String(address);
  return `0x${(address < 0 ? address >>> 0 : address).toString(16).toUpperCase().padStart(8, "0")}`;
}

function overlap(a: AddressRange<unknown>, b: AddressRange<unknown>): boolean {
  return a.base < b.base + b.sizeBytes && b.base < a.base + a.sizeBytes;
}

function describeRange(range: AddressRange<unknown>): string {
  return `${range.name} (${hex(range.base)} to ${hex(range.base + range.sizeBytes - 1)})`;
}
