/**
 * Control and status registers of CV32E40P: machine mode only (PULP_SECURE=0), no FPU, no debugger.
 * @module
 */
import type { CoreIdentity } from "../ri5cy/csr_file.ts";
import type { Hart } from "../ri5cy/hart.ts";
import { EventCounters } from "./event_counters.ts";

/** Interrupt lines that the core has: 3, 7, 11, 16 to 31 (cv32e40p_pkg.sv, IRQ_MASK). */
export const INTERRUPT_LINES = 0xffff_0888 | 0;

/** The registers; which of them an instruction may touch is the decoder's matter. */
export class CsrFile {
  /** Interrupts enabled (mstatus.MIE). */
  interruptsEnabled = false;
  /** Enabled before the trap (mstatus.MPIE). */
  previouslyEnabled = false;
  /** Interrupt lines that are enabled. */
  mie = 0;
  /** Interrupt lines that were high in the last cycle. */
  mip = 0;
  /** Where the trap came from. */
  mepc = 0;
  /** Why: the interrupt's number with bit 31, or the exception's. */
  mcause = 0;
  /** A word for the handler. */
  mscratch = 0;
  /** Base of the trap vectors. */
  trapBase: number;
  /** Whether interrupts have entries of their own (mtvec.MODE). */
  vectored = true;
  /** mcycle, minstret, mhpmcounter3. */
  readonly counters: EventCounters = new EventCounters();

  readonly #hart: Hart;
  readonly #hartId: number;

  /** @param hart whose hardware loops the registers show */
  constructor(hart: Hart, identity: CoreIdentity) {
    this.#hart = hart;
    this.#hartId = identity.cluster << 5 | identity.core;
    this.trapBase = identity.bootAddress & ~0xff;
  }

  /** Reads a register. */
  read(csr: number): number {
    const { loopStart, loopEnd, loopCount } = this.#hart;
    switch (csr) {
      case 0x300:
        return 0x1800 | (this.previouslyEnabled ? 0x80 : 0) | (this.interruptsEnabled ? 8 : 0);
      case 0x301:
        // misa of CV32E40P 360d2728: MXL 32, X, M, I, C.
        return 0x4080_1104;
      case 0x304:
        return this.mie;
      case 0x305:
        return this.trapBase | (this.vectored ? 1 : 0);
      case 0x340:
        return this.mscratch;
      case 0x341:
        return this.mepc;
      case 0x342:
        return this.mcause;
      case 0x344:
        return this.mip;
      case 0x7a1:
        // tdata1: one execution trigger, which only a debugger can arm.
        return 0x2800_1040;
      case 0x7a4:
        return 4;
      case 0xcc0:
      case 0xcc4:
        return loopStart[csr >>> 2 & 1];
      case 0xcc1:
      case 0xcc5:
        return loopEnd[csr >>> 2 & 1];
      case 0xcc2:
      case 0xcc6:
        return loopCount[csr >>> 2 & 1];
      case 0xcd0:
      case 0xf14:
        return this.#hartId;
      case 0xcd1:
        return 3;
      case 0xf11:
        return 0x602;
      case 0xf12:
        return 4;
      case 0xf13:
        return 1;
    }
    return this.counters.read(csr);
  }

  /** Writes a register. */
  write(csr: number, value: number): void {
    switch (csr) {
      case 0x300:
        this.interruptsEnabled = (value & 8) !== 0;
        this.previouslyEnabled = (value & 0x80) !== 0;
        return;
      case 0x304:
        this.mie = value & INTERRUPT_LINES;
        return;
      case 0x305:
        this.trapBase = value & ~0xff;
        this.vectored = (value & 1) !== 0;
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
    this.counters.write(csr, value);
  }

  /** Where an interrupt goes. */
  vectorOf(id: number): number {
    return this.trapBase + (this.vectored ? 4 * id : 0);
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

/** The interrupt that goes first among lines that are high and enabled, -1 for none (cv32e40p_int_controller.sv). */
export function firstInterrupt(lines: number): number {
  if (lines === 0) return -1;
  if ((lines & 0xffff_0000) !== 0) return 31 - Math.clz32(lines);
  return (lines & 1 << 11) !== 0 ? 11 : (lines & 1 << 3) !== 0 ? 3 : 7;
}
