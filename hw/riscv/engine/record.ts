/**
 * Records: nodes as numbers in the linear memory, as the interpreter reads them.
 * @module
 */

/** Numbers of a record, and bytes. */
export const RECORD_WORDS = 16, RECORD_BYTES = 4 * RECORD_WORDS;

/**
 * Places in a record: what to do; where the registers lie that it reads and writes, or, in the third one's place, the number
 * of a hardware loop; immediates; an instruction and its cycles, as the clock counts them in 64 bits; the records behind the
 * answers 0 and 1; then what some kinds need. `POINTER` is where a moved pointer goes, `ANSWER` the last answer that was
 * neither 0 nor 1, `TABLE` where a table of targets is that were met, and `TABLE_MASK` which bits of a target tell its place there, `COUNTED` the hardware loops that were counted before.
 */
export const CODE = 0,
  RD = 1,
  RS1 = 2,
  RS2 = 3,
  RS3 = 4,
  LOOP_NUMBER = RS3,
  TABLE = RS3,
  TABLE_MASK = RS2,
  IMM = 5,
  TICK = 6,
  CYCLES = 7,
  NEXT0 = 8,
  NEXT1 = 9,
  PC = 10,
  IMM2 = 11,
  BYTES = 12,
  POINTER = 13,
  ANSWER = 13,
  VISITS = 14,
  COUNTED = 15;

/** Of what stands for a way that nobody has gone yet, in words and bytes: the record, the place in it, the answer. */
export const STUB_PARENT = 1, STUB_SLOT = 2, STUB_ANSWER = 3, STUB_BYTES = 16;

/**
 * Of a request: the segment that follows its grant, the access for which it was made (the record of the instruction, and
 * what it does), and the last access that came by.
 */
export const SEGMENT = RD,
  SEGMENT_RECORD = RS1,
  SEGMENT_ACCESS = RS2,
  LAST_RECORD = RS3,
  LAST_ACCESS = IMM;

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
