/**
 * Records: nodes as numbers in the linear memory, as the interpreter reads them. All places are in bytes.
 * @module
 */

/** Bytes of a record, a multiple of {@linkcode ALIGNMENT}. */
export const RECORD_BYTES = 48;
/** Records lie at multiples of this. */
export const ALIGNMENT = 16;

/**
 * Places in a record, first those of 16 bits: what to do; where the registers lie that it reads and writes, or, in the third
 * one's place, the number of a hardware loop; where a moved pointer goes, or how long the instruction is; the hardware loops
 * that were counted before. Then those of 32 bits: an instruction and its cycles, as the clock counts them in 64 bits; the
 * records behind the answers 0 and 1, or, of those that ask nothing, the address in place of the latter; immediates; the
 * last answer that was neither 0 nor 1; visits; the number of the node, from 1 on, 0 for none. Of those that ask for a
 * target: the table of targets that were met, and which bits of a target tell its place there.
 */
export const CODE = 0,
  RD = 2,
  RS1 = 4,
  RS2 = 6,
  RS3 = 8,
  LOOP_NUMBER = RS3,
  POINTER = 10,
  BYTES = POINTER,
  COUNTED = 12,
  TICK = 16,
  CYCLES = 20,
  NEXT0 = 24,
  TABLE = NEXT0,
  NEXT1 = 28,
  PC = NEXT1,
  TABLE_MASK = NEXT1,
  IMM = 32,
  IMM2 = 36,
  ANSWER = IMM2,
  VISITS = 40,
  NODE = 44;

/** Whether a place has 16 bits. */
export function isHalf(field: number): boolean {
  return field < TICK;
}

/**
 * Places that are always 0, as if a record began there that is to be found out: what follows the answers 0 and 1, until
 * somebody goes there. The first is the upper half of the cycles.
 */
export const STUB0 = 22, STUB1 = 14;

/**
 * Of a request: the segment that follows its grant, the access for which it was made (the record of the instruction, and
 * what it does), and the last access that came by.
 */
export const SEGMENT = RD,
  LAST_ACCESS = RS1,
  SEGMENT_ACCESS = RS2,
  SEGMENT_RECORD = IMM,
  LAST_RECORD = IMM2;

/**
 * What to do: find out; stop; count hardware loops; questions about loop, target, divisor, grant; let cycles pass;
 * instructions from here on.
 */
export const RESOLVE = 0,
  STOP = 1,
  COUNT = 2,
  LOOP = 3,
  TARGET = 4,
  GHOST = 5,
  GRANT = 6,
  PASS = 7,
  FIRST_INSTRUCTION = 8;

/** Bytes of a table's entry, a target and the record to which it leads, by half words of the target. */
export const TABLE_FACTOR = 4;

/** Where in a table a target is. */
export function tableOffset(target: number, mask: number): number {
  return (target & mask) * TABLE_FACTOR;
}
