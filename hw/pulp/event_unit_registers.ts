/**
 * The event unit's registers: where they are, and what a read of them waits for.
 *
 * Source: event_unit_flex 6b7a494 (event_unit_core, hw_barrier_unit).
 * @module
 */
import { BARRIER_STRIDE, BarrierOffset } from "./barrier_unit.ts";

/** Offsets of the registers as a core sees them, from the base of its private window. */
export const EventUnitOffset = {
  mask: 0x00,
  maskAnd: 0x04,
  maskOr: 0x08,
  interruptMask: 0x0c,
  interruptMaskAnd: 0x10,
  interruptMaskOr: 0x14,
  status: 0x18,
  buffer: 0x1c,
  bufferMasked: 0x20,
  bufferInterruptMasked: 0x24,
  bufferClear: 0x28,
  softwareEventMask: 0x2c,
  softwareEventMaskAnd: 0x30,
  softwareEventMaskOr: 0x34,
  wait: 0x38,
  waitClear: 0x3c,
  dispatchFifo: 0x80,
  dispatchTeam: 0x84,
  mutex: 0xc0,
  softwareEvent: 0x100,
  softwareEventWait: 0x140,
  softwareEventWaitClear: 0x180,
  barrier: 0x200,
} as const;

/** Size of a core's private window; unit: bytes. */
export const EVENT_UNIT_BYTES = 0x400;

/** Event bits that have a fixed meaning; the timer's two counters have one each. */
export const EventBit = {
  dma: 8,
  dmaInterrupt: 9,
  timer: 10,
  barrier: 16,
  mutex: 17,
  dispatch: 18,
  socEvent: 27,
} as const;

/** What a read of a register waits for, and so what it triggers: nothing to wait for, then the kinds of waits. */
export const NO_WAIT = 0, WAIT = 1, WAIT_SOFTWARE = 2, WAIT_DISPATCH = 3, WAIT_MUTEX = 4, WAIT_BARRIER = 5;

/** A register that holds reads back until an event. */
export interface WaitRegister {
  /** One of {@linkcode WAIT} and its neighbours. */
  readonly action: number;
  /** Number of the software event or barrier that the read triggers. */
  readonly index: number;
  /** Whether the events that ended the wait are cleared after it. */
  readonly clears: boolean;
  /** Whether the read returns those events; of the barriers, the RTL decodes only the last. */
  readonly returnsEvents: boolean;
}

/** The waiting registers of an event unit with so many barriers, by word offset; undefined where none is. */
export function waitRegisters(barriers: number): readonly (WaitRegister | undefined)[] {
  const table = new Array<WaitRegister | undefined>(EVENT_UNIT_BYTES >> 2).fill(undefined);
  const add = (offset: number, action: number, index: number, clears: boolean, returnsEvents: boolean) => {
    table[offset >> 2] = { action, index, clears, returnsEvents };
  };
  const at = EventUnitOffset;
  add(at.wait, WAIT, 0, false, true);
  add(at.waitClear, WAIT, 0, true, true);
  add(at.dispatchFifo, WAIT_DISPATCH, 0, true, false);
  add(at.mutex, WAIT_MUTEX, 0, true, false);
  for (let index = 0; index < 8; index++) {
    add(at.softwareEventWait + 4 * index, WAIT_SOFTWARE, index, false, true);
    add(at.softwareEventWaitClear + 4 * index, WAIT_SOFTWARE, index, true, true);
  }
  for (let index = 0; index < barriers; index++) {
    const barrier = at.barrier + BARRIER_STRIDE * index;
    const decoded = index >= 6;
    add(barrier + BarrierOffset.triggerWait, WAIT_BARRIER, index, false, decoded);
    add(barrier + BarrierOffset.triggerWaitClear, WAIT_BARRIER, index, true, decoded);
  }
  return table;
}

/** Whether an offset is one of the registers of interrupts, which not every event unit has. */
export function isOfInterrupts(offset: number): boolean {
  const at = EventUnitOffset;
  return offset >= at.interruptMask && offset <= at.interruptMaskOr || offset === at.bufferInterruptMasked;
}

/** Whether there is a register to be read at an offset, with so many barriers. */
export function isReadable(offset: number, barriers: number): boolean {
  const at = EventUnitOffset;
  if (offset >= at.barrier) {
    const register = offset % BARRIER_STRIDE;
    return offset < at.barrier + BARRIER_STRIDE * barriers && register !== 0x08 && register !== BarrierOffset.trigger &&
      register !== BarrierOffset.triggerSelf;
  }
  if (offset >= at.softwareEventWait) return (offset & 0x3f) < 32 && offset < at.softwareEventWaitClear + 32;
  return offset === at.mask || offset === at.interruptMask ||
    offset >= at.status && offset <= at.bufferInterruptMasked || offset === at.softwareEventMask ||
    offset === at.wait || offset === at.waitClear || offset === at.dispatchFifo || offset === at.dispatchTeam ||
    offset === at.mutex;
}

/** Whether there is a register to be written at an offset, with so many barriers. */
export function isWritable(offset: number, barriers: number): boolean {
  const at = EventUnitOffset;
  if (offset >= at.barrier) {
    const register = offset % BARRIER_STRIDE;
    return offset < at.barrier + BARRIER_STRIDE * barriers && register <= BarrierOffset.triggerSelf &&
      register !== BarrierOffset.status && register !== 0x08;
  }
  if (offset >= at.softwareEvent) return offset < at.softwareEvent + 32;
  return offset <= at.interruptMaskOr || offset >= at.bufferClear && offset <= at.softwareEventMaskOr ||
    offset === at.dispatchFifo || offset === at.dispatchTeam || offset === at.mutex;
}
