/**
 * The memory allocator: sizes are given at both ends, so that blocks need no headers.
 * @module
 */
import { hex } from "../../hw/mod.ts";
import { SimulationError } from "../../sim/mod.ts";

/** What memory is wanted for (rt_alloc_e). */
export type AllocKind = "fcCode" | "fcData" | "fcRetData" | "clCode" | "clData" | "l2ClData" | "periph";

/** All of them. */
export const ALLOC_KINDS: readonly AllocKind[] = [
  "fcCode",
  "fcData",
  "fcRetData",
  "clCode",
  "clData",
  "l2ClData",
  "periph",
];

/** Sizes are rounded up to this, and blocks are aligned to it. Source: SDK 1.0, rt_alloc. */
const GRAIN = 8;

interface Free {
  base: number;
  size: number;
}

/** First fit over free blocks in the order of their addresses; a block is cut from the end of the first that is big enough. */
export class Allocator {
  /** Name, for reports: `cluster L1`. */
  readonly name: string;
  /** First address it manages. */
  readonly base: number;
  /** Bytes it manages. */
  readonly sizeBytes: number;
  private readonly free: Free[];
  private readonly taken = new Map<number, number>();
  private readonly where: () => string;
  /** Free blocks that the last call looked at. */
  visited = 0;

  /** All of `sizeBytes` bytes from `base` are free; `where` says who calls and when, for errors. */
  constructor(name: string, base: number, sizeBytes: number, where: () => string) {
    this.name = name;
    this.base = base;
    this.sizeBytes = sizeBytes;
    this.where = where;
    this.free = [{ base, size: sizeBytes }];
  }

  /** Bytes that are free. */
  get freeBytes(): number {
    return this.free.reduce((sum, block) => sum + block.size, 0);
  }

  /** Takes `size` bytes and gives their address. Throws a SimulationError if no free block is big enough. */
  allocate(size: number): number {
    if (!Number.isInteger(size) || size <= 0) {
      throw new SimulationError(`Cannot allocate ${size} bytes of ${this.name} (${this.where()}): it needs 1 or more`);
    }
    const rounded = Math.ceil(size / GRAIN) * GRAIN;
    const at = this.free.findIndex((block) => block.size >= rounded);
    this.visited = at < 0 ? this.free.length : at + 1;
    if (at < 0) {
      const largest = this.free.reduce((most, block) => Math.max(most, block.size), 0);
      throw new SimulationError(
        `Cannot allocate ${size} bytes of ${this.name} (${this.where()}): ${this.freeBytes} of ${this.sizeBytes} bytes ` +
          `are free, the largest block has ${largest}; work in smaller tiles, or free what is not needed`,
      );
    }
    const block = this.free[at];
    block.size -= rounded;
    const address = block.base + block.size;
    if (block.size === 0) this.free.splice(at, 1);
    this.taken.set(address, rounded);
    return address;
  }

  /** Gives a block back. Throws a SimulationError unless it was taken with this size and is not free already. */
  release(address: number, size: number): void {
    const rounded = Math.ceil(size / GRAIN) * GRAIN;
    const known = this.taken.get(address);
    if (known !== rounded) throw this.#badFree(address, size, known);
    this.taken.delete(address);
    const after = this.free.findIndex((block) => block.base > address);
    const at = after < 0 ? this.free.length : after;
    this.visited = at + 1;
    this.free.splice(at, 0, { base: address, size: rounded });
    this.#merge(at);
    this.#merge(at - 1);
  }

  #badFree(address: number, size: number, known: number | undefined): SimulationError {
    const attempt = `Cannot free ${size} bytes at ${hex(address)} of ${this.name} (${this.where()})`;
    if (known !== undefined) {
      return new SimulationError(
        `${attempt}: the block was allocated with ${known} bytes (rounded up to ${GRAIN}); free takes the same size as ` +
          "alloc, because blocks carry no header",
      );
    }
    const around = this.free.find((block) => address >= block.base && address < block.base + block.size);
    const outside = address < this.base || address >= this.base + this.sizeBytes;
    return new SimulationError(
      `${attempt}: ` +
        (outside
          ? `it is not in ${this.name} (${hex(this.base)} to ${hex(this.base + this.sizeBytes - 1)})`
          : around !== undefined
          ? "it is free already; it was freed twice, or never allocated"
          : "no block begins there; free takes the address that alloc gave"),
    );
  }

  #merge(at: number): void {
    const block = this.free[at], next = this.free[at + 1];
    if (block === undefined || next === undefined || block.base + block.size !== next.base) return;
    block.size += next.size;
    this.free.splice(at + 1, 1);
  }
}
