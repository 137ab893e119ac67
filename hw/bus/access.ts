/**
 * How a core reaches memory and devices.
 * @module
 */
import { Protocol } from "../port.ts";

/**
 * One access of a core, on its way. A core has one at a time and uses the same object again; whoever serves it calls
 * `complete` in the cycle in which the access is granted.
 */
export interface Access {
  /** Path of who asks, for reports. */
  readonly initiator: string;
  /** The interconnect port of who asks: its number among the cores. */
  readonly port: number;
  /** Byte address. */
  address: number;
  /** 1 to 4, all in one word. */
  sizeBytes: number;
  /** Whether it stores. */
  write: boolean;
  /** Whether it is a `p.elw`, which may be held until an event. */
  waits: boolean;
  /** Whether it went past the memories that are near; a core's demultiplexer says so, for the core's counters. */
  outside?: boolean;
  /** What to store. */
  value: number;
  /**
   * Whether nothing but this wait has kept its core's clock on since the cycle before; undefined if the core leaves that to
   * the event unit's params.
   */
  readonly quiet?: boolean;
  /** Of a wait: the first cycle in which its core has nothing but this wait to do, if something else keeps its clock on. */
  stopsFrom?: number;
  /**
   * Grants the access, in the present cycle; `result` is the loaded value, zero-extended but for words, which may be signed.
   * `resumeCycles` is for an access after which the core starts anew: the cycles until its next instruction leaves decode.
   * `cycle` is the present cycle of the initiator's clock, if whoever serves it knows.
   */
  complete(result: number, resumeCycles?: number, cycle?: number): void;
  /** Tells the core that its clock is off from the next cycle on, until `complete`. */
  sleep(): void;
  /** Refuses the access: the error ends the firmware that made it. */
  fail(error: Error): void;
}

/**
 * Memory that takes accesses ahead of their cycle, because nobody but its own arbiter can come between. It has to have the
 * clock of those who use it so.
 */
export interface AheadMemory {
  /** First address. */
  readonly base: number;
  /** Bytes. */
  readonly sizeBytes: number;
  /** Takes an access that is requested in cycle `cycle`; false if that has come already, and `request` is to follow. */
  requestAhead(access: Access, cycle: number): boolean;
}

/** Where a core's accesses go. */
export interface CoreBus {
  /** Takes an access in the cycle in which it is requested. */
  request(access: Access): void;
  /** The memory at an address, if it takes accesses ahead of their cycle. */
  memoryAt?(address: number): AheadMemory | null;
}

/** Where a core's accesses go. */
export const CoreBus: Protocol<CoreBus> = new Protocol<CoreBus>("CoreBus", ["request", "memoryAt"], {
  memoryAt: () => null,
});

/** A block of memory or registers that answers when the bus gets to it. */
export interface Mapped {
  /** Reads `sizeBytes` (1 to 4, all in one word) at an offset into the block; zero-extended. */
  read(offset: number, sizeBytes: number): number;
  /** Writes `sizeBytes` (1 to 4, all in one word) at an offset into the block. */
  write(offset: number, sizeBytes: number, value: number): void;
}

/** A block of memory or registers that answers when the bus gets to it. */
export const Mapped: Protocol<Mapped> = new Protocol<Mapped>("Mapped", ["read", "write"]);

/** Whether a value is a word: a whole number of 32 bits, signed or not. */
export function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32;
}
