/**
 * Locals of the cluster's loop, behind those that all loops have.
 * @module
 */
import { LIMIT } from "./interpreter_module.ts";

/** A 64-bit local for slots of the ring; LIMIT serves as another one. */
export const BANK_BIT: number = LIMIT + 1;
/** The core's part of the page; cycle; masks of cores; what an access is beside its kind; its segment; scratch. */
export const CORE: number = BANK_BIT + 1,
  NOW: number = CORE + 1,
  UNTIL: number = CORE + 2,
  WINNERS: number = CORE + 3,
  LOSERS: number = CORE + 4,
  OTHERS: number = CORE + 5,
  MASK: number = CORE + 6,
  SEEN: number = CORE + 7,
  TWICE: number = CORE + 8,
  REST: number = CORE + 9,
  BIT: number = CORE + 10,
  BEST: number = CORE + 11,
  LAST_BLOCKED: number = CORE + 12,
  OUTSIDE: number = CORE + 13,
  SPECIAL: number = CORE + 14,
  SEGMENT: number = CORE + 15,
  MORE_LOCALS = 16;
