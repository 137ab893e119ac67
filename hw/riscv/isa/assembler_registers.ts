/**
 * Registers as assembly writes them.
 * @module
 */
import { reg } from "../registers.ts";

const NUMBERS: ReadonlyMap<string, number> = new Map<string, number>([
  ...Object.entries(reg),
  ["fp", 8],
  ...Array.from({ length: 32 }, (_, number) => [`x${number}`, number] as const),
]);

const NAMES: readonly string[] = Object.keys(reg);

/** The number of a register by its name: `x10`, `a0`, `fp`. */
export function registerNumber(name: string): number | undefined {
  return NUMBERS.get(name);
}

/** The ABI name of a register. */
export function registerName(number: number): string {
  return NAMES[number];
}
