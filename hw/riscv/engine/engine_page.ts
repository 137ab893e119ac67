/**
 * The engines' own page of the linear memory.
 * @module
 */
import { Hart } from "../ri5cy/hart.ts";
import type { FastMemory } from "./fast_memory.ts";

/** Where registers, hardware loops and the clock lie, in bytes, and from where on translated code counts visits. */
export const REGISTERS_AT = 0,
  LOOP_STARTS_AT = 136,
  LOOP_ENDS_AT = 144,
  LOOP_COUNTS_AT = 152,
  CLOCK_AT = 160,
  VISITS_AT = 1024;

/** A hart whose registers lie there, so that engines and pipeline have the same ones. */
export function hartIn({ memory: { buffer } }: FastMemory): Hart {
  return new Hart(
    new Int32Array(buffer, REGISTERS_AT, 33),
    new Int32Array(buffer, LOOP_STARTS_AT, 2),
    new Int32Array(buffer, LOOP_ENDS_AT, 2),
    new Int32Array(buffer, LOOP_COUNTS_AT, 2),
  );
}
