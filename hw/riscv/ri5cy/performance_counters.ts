/**
 * RI5CY's performance counters: PCER chooses events, PCMR switches them on, PCCR counts.
 * @module
 */
import type { CoreVariant } from "./variants.ts";

/** Number of counters: 12 of the core and 5 of what is around it. */
export const COUNTERS = 17;

/** Number of counters that are the core's own. */
export const CORE_EVENTS = 12;

/** Bit of an event in {@linkcode PerformanceCounters.count}. */
export const EVENT = Object.freeze({
  cycles: 1 << 0,
  instr: 1 << 1,
  ldStall: 1 << 2,
  jrStall: 1 << 3,
  imiss: 1 << 4,
  ld: 1 << 5,
  st: 1 << 6,
  jump: 1 << 7,
  branch: 1 << 8,
  btaken: 1 << 9,
  rvc: 1 << 10,
  elwStall: 1 << 11,
  ldExt: 1 << 12,
  stExt: 1 << 13,
  ldExtCycles: 1 << 14,
  stExtCycles: 1 << 15,
  tcdmContention: 1 << 16,
});

/** Counts events of a core, as riscv_cs_registers.sv does outside of an ASIC: every event has a counter of its own. */
export class PerformanceCounters {
  /** PCER: which events count. */
  enabledEvents = 0;
  /** PCMR: bit 0 counts, bit 1 saturates. */
  mode = 3;
  /** PCCR. */
  readonly values: Uint32Array = new Uint32Array(COUNTERS);
  /** Called before a register is read or written: whoever counts ahead of the clock then hands in what is still missing. */
  onAccess: (() => void) | undefined;
  #late = 0;
  readonly #selectors: readonly number[];
  readonly #modes: readonly number[];

  /** Counters at 0; the variant decides on the addresses of PCER and PCMR. */
  constructor(variant: CoreVariant) {
    const early = variant.release === "2018_01";
    this.#selectors = early ? [0x7a0] : [0x7e0, 0xcc0];
    this.#modes = early ? [0x7a1] : [0x7e1, 0xcc1];
  }

  /** Whether there is anything to count. */
  get counting(): boolean {
    return this.enabledEvents !== 0 && (this.mode & 1) !== 0 || this.#late !== 0;
  }

  /** The clock edge: counts what the last cycle brought, and keeps the events of this one, see {@linkcode EVENT}. */
  count(events: number): void {
    let left = this.#late;
    this.#late = (this.mode & 1) !== 0 ? events & this.enabledEvents : 0;
    while (left !== 0) {
      const index = 31 - Math.clz32(left);
      left ^= 1 << index;
      if (this.values[index] !== 0xffff_ffff || (this.mode & 2) === 0) this.values[index]++;
    }
  }

  /** Counts what the last cycle brought at once, which nothing can see that does not read a register in the next cycle. */
  settle(): void {
    this.count(0);
  }

  /** Counts, several times, how often each of the core's own events happened; nothing if it is not said. */
  add(events: Uint8Array, times: number): void {
    if ((this.mode & 1) === 0 || events.length < CORE_EVENTS) return;
    for (let left = this.enabledEvents & (1 << CORE_EVENTS) - 1; left !== 0;) {
      const index = 31 - Math.clz32(left);
      left ^= 1 << index;
      const sum = this.values[index] + events[index] * times;
      this.values[index] = (this.mode & 2) !== 0 ? Math.min(sum, 0xffff_ffff) : sum;
    }
  }

  /** Reads PCER, PCMR or a counter; 0 elsewhere. */
  read(csr: number): number {
    this.onAccess?.();
    if (this.#selectors.includes(csr)) return this.enabledEvents;
    if (this.#modes.includes(csr)) return this.mode;
    const index = csr - 0x780;
    return index >= 0 && index < COUNTERS ? this.values[index] | 0 : 0;
  }

  /** Writes PCER, PCMR or a counter; 0x79f writes all counters. */
  write(csr: number, value: number): void {
    this.onAccess?.();
    if (csr === this.#selectors[0]) this.enabledEvents = value & (1 << COUNTERS) - 1;
    else if (csr === this.#modes[0]) this.mode = value & 3;
    else if (csr === 0x79f) this.values.fill(value >>> 0);
    else if (csr >= 0x780 && csr < 0x780 + COUNTERS) this.values[csr - 0x780] = value;
  }
}
