/**
 * The engines' page of the linear memory, as the cluster's engine uses it: a part for each core, then what they share.
 * @module
 */

/** Bytes of a core's part; registers, hardware loops and clock lie in it where a single core's engine has them. */
export const CORE_BYTES = 256;

/** In a core's part: the record that comes next, */
export const RECORD_AT = 168,
  /** its access: what it does, the place, a store's value, where a load's value goes, */
  ACCESS_AT = 172,
  ACCESS_PLACE_AT = 176,
  ACCESS_VALUE_AT = 180,
  ACCESS_TARGET_AT = 184,
  /** the first word of a load that crosses, the record of the instruction, */
  ACCESS_FIRST_AT = 188,
  ACCESS_RECORD_AT = 192,
  /** whether its last request was granted; how many were, and how many were not. */
  WON_AT = 196,
  GRANTED_AT = 200,
  REFUSED_AT = 204,
  /** the segment that goes on after the grant, or 0: then record, access and its record are those of the segment. */
  SEGMENT_AT = 208;

/**
 * What an access does: loads of byte, half and word with and without sign, stores by size; a test-and-set; the first and the
 * second part of an access that crosses a word; nothing that is still to be done.
 */
export const LOAD_KINDS: readonly string[] = ["1true", "1false", "2true", "2false", "4true"];
/** The first store's code; sizes 1, 2 and 4 follow one another. */
export const FIRST_STORE: number = LOAD_KINDS.length;
/** Added to a code. */
export const TEST_AND_SET = 8, FIRST_PART = 16, SECOND_PART = 24;
/** Nothing to do. */
export const NO_ACCESS = 32;

/** Arbiters: state of the trees of both channels, whose turn it is, from which cycle on a bank grants again. */
export const FLAGS0_AT = 4096,
  FLAGS1_AT = 4128,
  TURNS_AT = 4160,
  FREE_FROM_AT = 4192,
  /** Scratch: requests by bank. */
  REQUESTS_AT = 4448;
/** Grants with more than one requester; test-and-sets; cores that need the pipeline, one bit each. */
export const CONTENDED_AT = 4480, TEST_AND_SETS_AT = 4484, ESCAPED_AT = 4488;
/**
 * Arguments: the last cycle that passed, the last one to pass, winners, losers and others that go on, whether somebody else
 * arbitrated; the cycle from which these are counted, in 64 bits of floating point.
 */
export const NOW_AT = 4492,
  UNTIL_AT = 4496,
  WINNERS_AT = 4500,
  LOSERS_AT = 4504,
  OTHERS_AT = 4508,
  OUTSIDE_AT = 4512,
  EPOCH_AT = 4520;

/** Requests that were raised outside segments. */
export const UNTRANSLATED_AT = 4528;

/**
 * Who does something in which cycle, 64 bits for each: one byte for who asks for an access, one for who goes on, 16 bits for
 * the banks that are asked for, 16 for those that are asked for twice.
 */
export const RING_AT = 8192, RING_SLOTS = 2048, SLOT_BYTES = 8;

/**
 * Segments: the record of the request, the record of the instruction that accesses, what it does; the segment that waits for
 * the grant after a refusal, or 0, and the cycles until then. The first one is none.
 */
export const SEGMENTS_AT: number = RING_AT + SLOT_BYTES * RING_SLOTS,
  SEGMENT_BYTES = 20,
  IF_REFUSED = 12,
  REFUSED_CYCLES = 16;
/** As many as there is room for. */
export const MOST_SEGMENTS = 2000;
