/**
 * Control and status registers of RI5CY: machine mode only (PULP_SECURE=0).
 * @module
 */
import { CSR_CLEAR, CSR_SET } from "./micro_operation.ts";
import type { Hart } from "./hart.ts";
import type { PerformanceCounters } from "./performance_counters.ts";
import type { CoreVariant } from "./variants.ts";

/** What distinguishes one core of a platform from the others. */
export interface CoreIdentity {
  /** Number of the core in its cluster, 0 to 15. */
  readonly core: number;
  /** Number of the cluster, 0 to 63. */
  readonly cluster: number;
  /** Where it starts; traps go to the 256 bytes around. */
  readonly bootAddress: number;
}

/** The registers; an access to one that is not there reads 0 and writes nothing, as on the RTL. */
export class CsrFile {
  /** Interrupts enabled (mstatus.MIE). */
  interruptsEnabled = false;
  /** Enabled before the trap (mstatus.MPIE). */
  previouslyEnabled = false;
  /** Where the trap came from. */
  mepc = 0;
  /** Why: the interrupt's number with bit 31, or the exception's. */
  mcause = 0;
  /** A word for the handler. */
  mscratch = 0;

  /** Base of the trap vectors. */
  readonly trapBase: number;
  readonly #hart: Hart;
  readonly #counters: PerformanceCounters;
  readonly #hartId: number;
  readonly #early: boolean;
  readonly #loopBase: number;

  /** The registers of a core as it leaves reset; they show the hardware loops of `hart`. */
  constructor(variant: CoreVariant, hart: Hart, counters: PerformanceCounters, identity: CoreIdentity) {
    this.#hart = hart;
    this.#counters = counters;
    this.#early = variant.release === "2018_01";
    this.#loopBase = this.#early ? 0x7b0 : 0x7c0;
    this.#hartId = identity.cluster << 5 | identity.core;
    this.trapBase = identity.bootAddress & ~0xff;
  }

  /** Reads a register. */
  read(csr: number): number {
    switch (csr) {
      case 0x300:
        return 0x1800 | (this.previouslyEnabled ? 0x80 : 0) | (this.interruptsEnabled ? 8 : 0);
      case 0x301:
        // misa: MXL 32, X, M, I, C of RI5CY be1fdf50; reads 0 on 12e1cda7.
        return this.#early ? 0 : 0x4080_1104;
      case 0x305:
        return this.trapBase | (this.#early ? 0 : 1);
      case 0x340:
        return this.#early ? 0 : this.mscratch;
      case 0x341:
        return this.mepc;
      case 0x342:
        return this.mcause;
      case 0x014:
      case 0xf14:
        return this.#hartId;
      case 0xc10:
        return 3;
    }
    const loop = csr - this.#loopBase;
    if (loop >= 0 && loop < 7) {
      const index = loop >>> 2;
      return [this.#hart.loopStart[index], this.#hart.loopEnd[index], this.#hart.loopCount[index], 0][loop & 3];
    }
    return this.#counters.read(csr);
  }

  /** The value that a CSR instruction leaves, given what the register held. */
  static result(action: number, held: number, value: number): number {
    return action === CSR_SET ? held | value : action === CSR_CLEAR ? held & ~value : value;
  }

  /** Writes a register. */
  write(csr: number, value: number): void {
    switch (csr) {
      case 0x300:
        this.interruptsEnabled = (value & 8) !== 0;
        this.previouslyEnabled = (value & 0x80) !== 0;
        return;
      case 0x340:
        this.mscratch = value;
        return;
      case 0x341:
        this.mepc = value & ~1;
        return;
      case 0x342:
        this.mcause = value & 0x8000_001f;
        return;
    }
    const loop = csr - this.#loopBase;
    if (loop >= 0 && loop < 7) {
      const { loopStart, loopEnd, loopCount } = this.#hart;
      const part = [loopStart, loopEnd, loopCount][loop & 3];
      if (part) part[loop >>> 2] = value;
      return;
    }
    this.#counters.write(csr, value);
  }

  /** Enters a trap. */
  enterTrap(pc: number, cause: number): void {
    this.mepc = pc;
    this.mcause = cause;
    this.previouslyEnabled = this.interruptsEnabled;
    this.interruptsEnabled = false;
  }

  /** Leaves one. */
  leaveTrap(): void {
    this.interruptsEnabled = this.previouslyEnabled;
    this.previouslyEnabled = true;
  }
}
