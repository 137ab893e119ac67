/**
 * Why a core's cycles pass.
 * @module
 */

/** A cycle in which an instruction left decode, and reasons why none did. */
export const ISSUE = 0,
  LOAD_USE = 1,
  JUMP_REGISTER = 2,
  BRANCH = 3,
  JUMP = 4,
  MISALIGNED = 5,
  DIVISION = 6,
  MULTIPLICATION = 7,
  MEMORY = 8,
  FETCH = 9,
  CONTROL = 10;

/** Their names, in that order. */
export const STALL_NAMES: readonly string[] = [
  "issue",
  "load-use",
  "jump register",
  "branch",
  "jump",
  "misaligned",
  "division",
  "mulh",
  "memory",
  "fetch",
  "control",
];
