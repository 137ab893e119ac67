/**
 * The single-core board on which the core recordings were made: one core, its own memory, a few registers.
 * @module
 */
import type { Elf } from "../riscv/elf.ts";
import { type FetchPort, Ri5cyPipeline } from "../riscv/ri5cy/pipeline.ts";
import type { Prefetcher } from "../riscv/ri5cy/prefetcher.ts";
import type { CoreVariant } from "../riscv/ri5cy/variants.ts";

/** Slow memory, in cycles; all 0 by default. */
export interface CoreBenchDelays {
  /** Cycles that a data access waits for its grant. */
  readonly dataGrant?: number;
  /** Cycles that its answer comes later than one cycle after the grant. */
  readonly dataValid?: number;
  /** Cycles that an instruction fetch waits for its grant. */
  readonly fetchGrant?: number;
}

/** An interrupt to raise. */
export interface CoreBenchInterrupt {
  /** Number of the line, 0 to 31. */
  readonly id: number;
  /** The cycle whose ending edge samples it first; counted from the first instruction, as everything here. */
  readonly cycle: number;
}

/** Code, data and stack. */
export const RAM_BASE = 0x1c00_0000, RAM_BYTES = 1 << 20;
/** Data alone. */
export const DATA_BASE = 0x1000_0000, DATA_BYTES = 256 << 10;
/** Where a core starts. */
export const RESET_ADDRESS = 0x1c00_0080;
/** Registers: status word that ends the run, character out, word out in hex, drop of the interrupt line. */
export const EXIT = 0x1a10_40a0, PUT_CHARACTER = 0x1a10_f000, PUT_WORD = 0x1a10_f004, DROP_INTERRUPT = 0x1a10_f008;

/** What a run printed and how it ended. */
export class CoreBench implements FetchPort {
  /** The core. */
  readonly core: Ri5cyPipeline;
  /** Cycle of the next step; 0 is the one in which the first instruction leaves decode. */
  cycle = 0;
  /** Status word that the program stored; undefined while it runs. */
  exitCode: number | undefined;
  /** What it printed. */
  console = "";
  /** Instructions that left decode. */
  retired = 0;

  readonly #ram = new Int32Array(RAM_BYTES >> 2);
  readonly #data = new Int32Array(DATA_BYTES >> 2);
  readonly #delays: Required<CoreBenchDelays>;
  readonly #interrupts: CoreBenchInterrupt[];
  #started = false;
  #dataWait = 0;
  #fetchWait = 0;
  /** Cycles until the answers in flight arrive, bit n for n cycles. */
  #answers = 0;

  /** Loads a program. Throws if a segment lies outside of memory. */
  constructor(
    variant: CoreVariant,
    elf: Elf,
    delays: CoreBenchDelays = {},
    interrupts: readonly CoreBenchInterrupt[] = [],
  ) {
    this.#delays = { dataGrant: 0, dataValid: 0, fetchGrant: 0, ...delays };
    this.#interrupts = [...interrupts].sort((a, b) => b.cycle - a.cycle);
    for (const { address, bytes, sizeInMemory } of elf.segments) {
      const [memory, base] = address >= RAM_BASE ? [this.#ram, RAM_BASE] : [this.#data, DATA_BASE];
      if (address < base || address + sizeInMemory > base + memory.byteLength) {
        throw new Error(
          `Cannot load segment 0x${address.toString(16)} (${sizeInMemory} bytes): the board has memory at ` +
            `0x1c000000 (1 MiB) and at 0x10000000 (256 KiB)`,
        );
      }
      new Uint8Array(memory.buffer).set(bytes, address - base);
    }
    this.core = new Ri5cyPipeline(variant, this, { core: 0, cluster: 0, bootAddress: RESET_ADDRESS });
  }

  /** Answers a fetch: ideal memory, or one that grants late. */
  request(address: number, prefetcher: Prefetcher): boolean {
    if (this.#fetchWait < this.#delays.fetchGrant) {
      this.#fetchWait++;
      return false;
    }
    this.#fetchWait = 0;
    this.#fetched = address;
    this.#fetchPending = true;
    void prefetcher;
    return true;
  }
  #fetched = 0;
  #fetchPending = false;

  /** One cycle. */
  step(): void {
    const { core } = this;
    const { lsu, prefetcher } = core;
    while (this.#started && this.#interrupts.length > 0 && this.#interrupts.at(-1)!.cycle <= this.cycle) {
      core.irq = true;
      core.irqId = this.#interrupts.pop()!.id;
    }
    prefetcher.dataValid = this.#fetchPending;
    if (this.#fetchPending) {
      this.#fetchPending = false;
      for (let i = 0; i < prefetcher.words; i++) prefetcher.data[i] = this.#peek(this.#fetched + 4 * i);
    }
    lsu.answered = (this.#answers & 1) !== 0;
    this.#answers >>>= 1;
    core.begin();
    let dropInterrupt = false;
    if (lsu.request) {
      if (this.#dataWait < this.#delays.dataGrant) this.#dataWait++;
      else {
        this.#dataWait = 0;
        lsu.granted = true;
        this.#answers |= 1 << this.#delays.dataValid;
        if (lsu.address === DROP_INTERRUPT && lsu.write) dropInterrupt = true;
        else this.#access();
      }
    }
    core.finish();
    if (dropInterrupt) core.irq = false;
    if (core.retired) {
      if (!this.#started) {
        this.#started = true;
        this.cycle = 0;
      }
      this.retired++;
    }
    if (this.#started) this.cycle++;
  }

  #access(): void {
    const { lsu } = this.core;
    const { address } = lsu;
    const inRam = address >= RAM_BASE && address < RAM_BASE + RAM_BYTES;
    if (inRam || address >= DATA_BASE && address < DATA_BASE + DATA_BYTES) {
      const memory = inRam ? this.#ram : this.#data;
      const index = address - (inRam ? RAM_BASE : DATA_BASE) >>> 2;
      if (!lsu.write) lsu.readData = memory[index];
      else if (lsu.lanes === 15) memory[index] = lsu.data;
      else {
        const mask = LANES[lsu.lanes];
        memory[index] = memory[index] & ~mask | lsu.data & mask;
      }
      return;
    }
    if (lsu.write) {
      switch (address) {
        case EXIT:
          this.exitCode = lsu.data >>> 0;
          return;
        case PUT_CHARACTER:
          this.console += String.fromCharCode(lsu.data & 0xff);
          return;
        case PUT_WORD:
          this.console += (lsu.data >>> 0).toString(16).padStart(8, "0") + "\n";
          return;
      }
    }
    throw new Error(
      `Cannot ${lsu.write ? "store to" : "load from"} 0x${(address >>> 0).toString(16)}: nothing is mapped there; ` +
        `pc 0x${this.core.pc.toString(16)}, cycle ${this.cycle}`,
    );
  }

  #peek(address: number): number {
    if (address >= RAM_BASE && address < RAM_BASE + RAM_BYTES) return this.#ram[address - RAM_BASE >>> 2];
    if (address >= DATA_BASE && address < DATA_BASE + DATA_BYTES) return this.#data[address - DATA_BASE >>> 2];
    return 0;
  }
}

/** Bits of the byte lanes. */
const LANES = Int32Array.from({ length: 16 }, (_, lanes) => {
  let mask = 0;
  for (let i = 0; i < 4; i++) if ((lanes >>> i & 1) !== 0) mask |= 0xff << 8 * i;
  return mask;
});
