/**
 * What an event unit keeps for each core: which events have come, and which of them matter.
 * @module
 */
import { EventUnitOffset as at } from "./event_unit_registers.ts";
import { InterruptRequests } from "./interrupt_requests.ts";

/** Buffers and masks, as registers of the cores' private windows. */
export class CoreEventRegisters {
  /** Per core: events that have come, */
  readonly buffer: Int32Array;
  /** those that it waits for, */
  readonly mask: Int32Array;
  /** and the cores for which its waits trigger software events. */
  readonly softwareMask: Int32Array;
  /** Who is asked to take an interrupt. */
  readonly interrupts: InterruptRequests;
  /** Per core: events that are written off in this cycle. */
  readonly #cleared: Int32Array;
  readonly #everybody: number;

  /** Everything is 0. */
  constructor(cores: number) {
    this.buffer = new Int32Array(cores);
    this.mask = new Int32Array(cores);
    this.softwareMask = new Int32Array(cores);
    this.interrupts = new InterruptRequests(cores);
    this.#cleared = new Int32Array(cores);
    this.#everybody = 2 ** cores - 1;
  }

  /** Back to the state after reset. */
  reset(): void {
    for (const perCore of [this.buffer, this.mask, this.softwareMask, this.#cleared]) perCore.fill(0);
    this.interrupts.reset();
  }

  /** A core's buffer in the next cycle, with its event lines of this one; `clears` is for the end of a wait that clears. */
  next(core: number, lines: number, clears: boolean): number {
    const events = (this.buffer[core] | lines) & ~this.interrupts.taken(core);
    return clears ? events & ~this.mask[core] : events & ~(this.#cleared[core] & ~lines);
  }

  /** The clock edge of a core; its buffer. */
  commit(core: number, lines: number, clears: boolean): number {
    const buffer = this.buffer[core] = this.next(core, lines, clears);
    this.#cleared[core] = 0;
    return buffer;
  }

  /** A register's value in the cycle after the access, given the buffer then; undefined if it is none of these. */
  read(core: number, offset: number, buffer: number): number | undefined {
    switch (offset) {
      case at.mask:
        return this.mask[core];
      case at.interruptMask:
        return this.interrupts.mask[core];
      case at.status:
        return 1;
      case at.buffer:
        return buffer;
      case at.bufferMasked:
        return buffer & this.mask[core];
      case at.bufferInterruptMasked:
        return buffer & this.interrupts.mask[core];
      case at.softwareEventMask:
        return this.softwareMask[core];
    }
    return undefined;
  }

  /** Writes a register; false if it is none of these. */
  write(core: number, offset: number, value: number): boolean {
    const { mask, softwareMask, interrupts } = this;
    switch (offset) {
      case at.mask:
        mask[core] = value;
        return true;
      case at.maskAnd:
        mask[core] &= ~value;
        return true;
      case at.maskOr:
        mask[core] |= value;
        return true;
      case at.interruptMask:
        interrupts.setMask(core, value);
        return true;
      case at.interruptMaskAnd:
        interrupts.setMask(core, interrupts.mask[core] & ~value);
        return true;
      case at.interruptMaskOr:
        interrupts.setMask(core, interrupts.mask[core] | value);
        return true;
      case at.bufferClear:
        this.#cleared[core] = value;
        return true;
      case at.softwareEventMask:
        softwareMask[core] = value & this.#everybody;
        return true;
      case at.softwareEventMaskAnd:
        softwareMask[core] &= ~value;
        return true;
      case at.softwareEventMaskOr:
        softwareMask[core] |= value & this.#everybody;
        return true;
    }
    return false;
  }
}
