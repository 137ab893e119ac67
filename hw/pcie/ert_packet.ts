/**
 * Commands of the embedded scheduler, as they lie in its queue (XRT 2019.2, `ert.h`).
 * @module
 */

/** States of a command. */
export const CommandState = {
  new: 1,
  queued: 2,
  running: 3,
  completed: 4,
  error: 5,
  abort: 6,
  submitted: 7,
  timeout: 8,
  noResponse: 9,
} as const;

/** Operation codes that are understood. */
export const Opcode = { startUnit: 0, configure: 2, exit: 3, abort: 4 } as const;

/** Types of commands. */
export const CommandType = { default: 0, kdsLocal: 1, control: 2, unit: 3 } as const;

/** Features that a configure command switches on. */
export const Feature = {
  ert: 1,
  polling: 2,
  unitDma: 4,
  unitInterrupts: 8,
  queueInterrupts: 16,
  cdma: 32,
  dataflow: 64,
} as const;

/** The first word of a command: `count` words follow. */
export function header(opcode: number, count: number, type: number): number {
  return (CommandState.new | (count << 12) | (opcode << 23) | (type << 28)) >>> 0;
}

/** State in a header. */
export function stateOf(word: number): number {
  return word & 0xf;
}

/** Number of words after a header. */
export function countOf(word: number): number {
  return (word >>> 12) & 0x7ff;
}

/** Operation code in a header. */
export function opcodeOf(word: number): number {
  return (word >>> 23) & 0x1f;
}

/**
 * A command that starts one of the units in `unitMask` (bit n is unit n) with a register image, which begins at offset
 * 0 of the unit's registers.
 */
export function startUnitPacket(unitMask: number, image: Uint32Array): Uint32Array {
  const packet = new Uint32Array(2 + image.length);
  packet[0] = header(Opcode.startUnit, image.length + 1, CommandType.unit);
  packet[1] = unitMask;
  packet.set(image, 2);
  return packet;
}

/** A command that tells the scheduler its slots and the units, by address; bit n of the masks is the nth of them. */
export function configurePacket(slotBytes: number, features: number, unitAddresses: readonly number[]): Uint32Array {
  const count = 5 + unitAddresses.length;
  return Uint32Array.of(
    header(Opcode.configure, count, CommandType.control),
    slotBytes,
    unitAddresses.length,
    16, // shift of unit addresses
    unitAddresses.length === 0 ? 0 : Math.min(...unitAddresses),
    features,
    ...unitAddresses,
  );
}
