/**
 * The two instruction sets.
 * @module
 */
import { rvc } from "./compressed.ts";
import { InstructionSet } from "./decoder.ts";
import type { Instruction } from "./instruction.ts";
import { rv32 } from "./rv32.ts";

/** All instructions, of both sets. */
export const instructionTable: readonly Instruction[] = [...rv32, ...rvc];

/** RI5CY's instructions, in the encodings that GAP8 has. */
export const ri5cy: InstructionSet = new InstructionSet("ri5cy", instructionTable);

/** CV32E40P's: Xpulp with new mnemonics in new places. */
export const cv32e40p: InstructionSet = new InstructionSet("cv32e40p", instructionTable);
