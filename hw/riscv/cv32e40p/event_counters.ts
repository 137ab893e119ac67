/**
 * The performance counters of CV32E40P: mcycle, minstret and one of the user's choice.
 * @module
 */

/** Bits of an event selector (mhpmevent3), as in cv32e40p_cs_registers.sv. */
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
  branchTaken: 1 << 9,
  compressed: 1 << 10,
});

const EVENT_BITS = 16;
const CYCLES = 0, INSTRUCTIONS = 2, CHOSEN = 3;
/** mcountinhibit after reset: none counts. */
const INHIBITED = 1 << CYCLES | 1 << INSTRUCTIONS | 1 << CHOSEN;

/** Counters of 64 bits; NUM_MHPMCOUNTERS is 1. */
export class EventCounters {
  /** mcountinhibit: bit n stops counter n. */
  inhibited = INHIBITED;
  /** mhpmevent3: the events that counter 3 counts. */
  chosen = 0;
  readonly #low = new Uint32Array(4);
  readonly #high = new Uint32Array(4);

  /** Whether any of them counts. */
  get running(): boolean {
    return this.inhibited !== INHIBITED;
  }

  /** The clock edge: counts events, see {@linkcode EVENT}; a counter that is written does not count. */
  commit(events: number, written: number): void {
    this.#count(CYCLES, true, written);
    this.#count(INSTRUCTIONS, (events & EVENT.instr) !== 0, written);
    this.#count(CHOSEN, (events & this.chosen) !== 0, written);
  }

  /** The counter that a CSR holds half of; -1 if none. */
  static indexOf(csr: number): number {
    const block = csr & ~0x1f;
    const index = csr & 0x1f;
    return (block === 0xb00 || block === 0xb80) && index <= CHOSEN && index !== 1 ? index : -1;
  }

  /** Reads a register; 0 for counters that are not there. */
  read(csr: number): number {
    if (csr === 0x320) return this.inhibited;
    if (csr === 0x323) return this.chosen;
    const index = EventCounters.indexOf(csr >= 0xc00 ? csr - 0x100 : csr);
    if (index < 0) return 0;
    return ((csr & 0x80) === 0 ? this.#low : this.#high)[index] | 0;
  }

  /** Writes a register. */
  write(csr: number, value: number): void {
    const index = EventCounters.indexOf(csr);
    if (csr === 0x320) this.inhibited = value & INHIBITED;
    else if (csr === 0x323) this.chosen = value & (1 << EVENT_BITS) - 1;
    else if (index >= 0) ((csr & 0x80) === 0 ? this.#low : this.#high)[index] = value;
  }

  #count(index: number, happened: boolean, written: number): void {
    if (!happened || index === written || (this.inhibited >>> index & 1) !== 0) return;
    this.#low[index]++;
    if (this.#low[index] === 0) this.#high[index]++;
  }
}
