/**
 * Hardware loops that the manuals forbid: cores do not refuse them, but run them in ways of their own.
 * @module
 */
import type { Instruction } from "../isa/instruction.ts";
import type { CoreVariant } from "./variants.ts";

/** Instructions that leave a loop complete, as a rule: those that set its count. */
const LAST_PARTS: ReadonlySet<string> = new Set(["lp.setup", "lp.setupi", "lp.count", "lp.counti"]);
const TRANSFERS: ReadonlySet<string> = new Set(["branch", "jump", "jumpRegister"]);
/** Bytes of the shortest body of CV32E40P, three instructions. */
const SHORTEST_CV32E40P_BYTES = 12;

/** Whether an instruction is one after which {@linkcode loopFault} can be asked. */
export function startsLoop({ name }: Instruction): boolean {
  return LAST_PARTS.has(name);
}

/**
 * What is wrong with the body of a hardware loop that runs more than once (RI5CY user manual and CV32E40P user manual,
 * "Hardware Loops"), or undefined.
 *
 * @param start address of its first instruction
 * @param end its end register: the last instruction on RI5CY, what follows it on CV32E40P
 * @param words gives the word at an address that is a multiple of 4
 */
export function loopFault(
  start: number,
  end: number,
  variant: CoreVariant,
  words: (address: number) => number,
): string | undefined {
  const bytes = (end >>> 0) - (start >>> 0);
  if (variant.release === "1_8_3") {
    if (bytes <= 0) return "it ends before it begins";
    return bytes < SHORTEST_CV32E40P_BYTES ? "its body has fewer than three instructions" : undefined;
  }
  if (bytes < 0) return "it ends before it begins";
  if (bytes === 0) return "its body has fewer than two instructions";
  const low = words(end & ~3);
  const word = (end & 2) === 0 ? low : words((end & ~3) + 4) << 16 | low >>> 16;
  const last = variant.instructions.decode((word & 3) === 3 ? word : word & 0xffff)?.instruction;
  if (last === undefined || !TRANSFERS.has(last.timing)) return undefined;
  return `its last instruction, ${last.name}, is a branch or jump`;
}
