/**
 * The simplest way to memory: one word per call, and the call takes as long as the access.
 * @module
 */
import type { Process } from "../../sim/mod.ts";
import { Protocol } from "../port.ts";

/** Word accesses by byte address, for components that wait for each: `yield* memory.read32(address)`. */
export interface Memory {
  /** The word at `address`, a multiple of 4, as an unsigned number. */
  read32(address: number): Process<number>;
  /** Stores a word at `address`, a multiple of 4. */
  write32(address: number, value: number): Process;
}

/** Word accesses by byte address, for components that wait for each: `yield* memory.read32(address)`. */
export const Memory: Protocol<Memory> = new Protocol<Memory>("Memory", ["read32", "write32"]);
