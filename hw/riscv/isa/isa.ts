/**
 * The two instruction sets.
 * @module
 */
import { rvc } from "./compressed.ts";
import { InstructionSet } from "./decoder.ts";
import type { Instruction } from "./instruction.ts";
import { rv32 } from "./rv32.ts";
import { bits } from "./xpulp/bits.ts";
import { complex } from "./xpulp/complex.ts";
import { generalAlu } from "./xpulp/general_alu.ts";
import { hardwareLoop } from "./xpulp/hardware_loop.ts";
import { memory } from "./xpulp/memory.ts";
import { multiplication } from "./xpulp/multiply.ts";
import { simd } from "./xpulp/simd.ts";
import { simdMoves } from "./xpulp/simd_moves.ts";

/** All instructions, of both sets. */
export const instructionTable: readonly Instruction[] = [
  ...rv32,
  ...rvc,
  ...memory,
  ...hardwareLoop,
  ...bits,
  ...generalAlu,
  ...multiplication,
  ...simd,
  ...simdMoves,
  ...complex,
];

/** RI5CY's instructions, in the encodings that GAP8 has. */
export const ri5cy: InstructionSet = new InstructionSet("ri5cy", instructionTable);

/** CV32E40P's: Xpulp with new mnemonics in new places. */
export const cv32e40p: InstructionSet = new InstructionSet("cv32e40p", instructionTable);
