/**
 * The engines' own page of the linear memory.
 * @module
 */
import { Hart } from "../ri5cy/hart.ts";
import type { FastMemory } from "./fast_memory.ts";

/** Where registers, hardware loops, the clock and its limits lie, in bytes, and the exit by which translated code was left. */
export const REGISTERS_AT = 0,
  LOOP_STARTS_AT = 136,
  LOOP_ENDS_AT = 144,
  LOOP_COUNTS_AT = 152,
  CLOCK_AT = 160,
  LIMIT_AT = 168,
  LAST_LIMIT_AT = 176,
  EXIT_AT = 184;

/** A hart whose registers lie there, so that engines and pipeline have the same ones. */
export function hartIn({ memory: { buffer } }: FastMemory): Hart {
  return new Hart(
    new Int32Array(buffer, REGISTERS_AT, 33),
    new Int32Array(buffer, LOOP_STARTS_AT, 2),
    new Int32Array(buffer, LOOP_ENDS_AT, 2),
    new Int32Array(buffer, LOOP_COUNTS_AT, 2),
  );
}
