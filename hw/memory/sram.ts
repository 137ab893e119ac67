/**
 * Static memory that answers after a fixed number of cycles.
 * @module
 */
import { type Counter, type Process, SimulationError } from "../../sim/mod.ts";
import { isWord } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import { Memory } from "./memory.ts";

/** Where a memory lies, how much it holds, and how long an access takes. */
export interface SramParams {
  /** First address, a multiple of 4. */
  readonly base: number;
  /** Number of bytes. */
  readonly sizeBytes: number;
  /** From a read's request to its data. */
  readonly readCycles: number;
  /** From a write's request to its end. */
  readonly writeCycles: number;
}

const synchronous = "synchronous SRAM: an access in one cycle, its data in the next";

/**
 * Words, little endian, 0 at the start. Accesses by several initiators do not disturb one another: it has a port for
 * each. Where they would, an arbiter belongs in front of it.
 *
 * @example
 * ```ts
 * import { Sram } from "@escapement/escapement/hw";
 * import { MHz, Simulation } from "@escapement/escapement/sim";
 *
 * const sim = new Simulation();
 * const clock = sim.clock("clock", MHz(100));
 * const sram = new Sram(sim, "sram", { sizeBytes: 1024, readCycles: 2 }, { clock });
 * sim.spawn("host", function* () {
 *   yield* sram.port.calls.write32(0x10, 42);
 *   if ((yield* sram.port.calls.read32(0x10)) !== 42) throw new Error("forgotten");
 *   if (clock.cycles !== 1 + 2) throw new Error(`took ${clock.cycles} cycles`);
 * }, { clock });
 * sim.run();
 * ```
 */
export class Sram extends Component<SramParams> {
  /** Place, size and latencies. */
  static override readonly params: ParamTable<SramParams> = {
    base: { default: 0, unit: "address", description: "first address", source: "memory map of the platform" },
    sizeBytes: { unit: "B", description: "size", source: "memory map of the platform", min: 4 },
    readCycles: { default: 1, unit: "cycle", description: "read, request to data", source: synchronous },
    writeCycles: { default: 1, unit: "cycle", description: "write, request to end", source: synchronous },
  };

  /** Where it is read and written. */
  readonly port: Target<Memory> = this.target("port", Memory, this);
  /** Words read. */
  readonly reads: Counter = this.counter("reads", "word", "words read since the start");
  /** Words written. */
  readonly writes: Counter = this.counter("writes", "word", "words written since the start");
  /** The contents, in the order of the addresses. */
  readonly words: Uint32Array = new Uint32Array(this.params.sizeBytes >>> 2);

  /** An empty memory. Throws a SimulationError if its size or base is not a whole number of words. */
  constructor(parent: Parent, name: string, params: Partial<SramParams> = {}, placement: Placement = {}) {
    super(parent, name, params, placement);
    const { base, sizeBytes } = this.params;
    if (base % 4 === 0 && sizeBytes % 4 === 0) return;
    throw new SimulationError(
      `Cannot make ${this.path} with ${sizeBytes} bytes from ${
        hex(base)
      }: both have to be multiples of 4, because it ` +
        "holds words",
    );
  }

  /** Reads a word. Throws a SimulationError if there is none at `address`. */
  *read32(address: number): Process<number> {
    const word = this.wordAt(address, "read");
    yield this.cycles(this.params.readCycles);
    this.reads.add();
    return this.words[word];
  }

  /** Writes a word. Throws a SimulationError if there is none at `address`, or `value` has no 32 bits. */
  *write32(address: number, value: number): Process {
    const word = this.wordAt(address, `write ${hex(value)}`);
    if (!isWord(value)) {
      throw new SimulationError(
        `Cannot write ${value} at ${
          hex(address)
        } in ${this.where()} for ${this.sim.runningName}: a word is a whole number ` +
          "of 32 bits; an overflow, or a value that was never computed",
      );
    }
    yield this.cycles(this.params.writeCycles);
    this.writes.add();
    this.words[word] = value;
  }

  /** The number of the word at an address. */
  private wordAt(address: number, verb: string): number {
    const { base } = this.params;
    const word = (address - base) / 4;
    if (Number.isInteger(word) && word >= 0 && word < this.words.length) return word;
    const why = address % 4 === 0
      ? `it has ${hex(base)} to ${hex(base + 4 * this.words.length - 1)}; a stale or miscounted address`
      : "a word's address is a multiple of 4";
    throw new SimulationError(
      `Cannot ${verb} at ${hex(address)} in ${this.where()} for ${this.sim.runningName}: ${why}`,
    );
  }
}
