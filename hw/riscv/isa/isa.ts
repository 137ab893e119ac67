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

/** Instructions that belong together, under one heading of the reference page. */
export interface InstructionGroup {
  /** The heading. */
  readonly title: string;
  /** The instructions. */
  readonly rows: readonly Instruction[];
}

/** All instructions of both sets, in groups. */
export const instructionGroups: readonly InstructionGroup[] = [
  { title: "RV32I, M, Zicsr, Zifencei and machine mode", rows: rv32 },
  { title: "RV32C", rows: rvc },
  { title: "Xpulp: loads and stores", rows: memory },
  { title: "Xpulp: hardware loops", rows: hardwareLoop },
  { title: "Xpulp: bit manipulation", rows: bits },
  { title: "Xpulp: general ALU and immediate branches", rows: generalAlu },
  { title: "Xpulp: multiply and accumulate", rows: multiplication },
  { title: "Xpulp: SIMD arithmetic, comparisons and dot products", rows: simd },
  { title: "Xpulp: SIMD moves", rows: simdMoves },
  { title: "Xpulp: complex numbers", rows: complex },
];

/** All instructions of both sets. */
export const instructionTable: readonly Instruction[] = instructionGroups.flatMap(({ rows }) => rows);

/** RI5CY's instructions, in the encodings that GAP8 has. */
export const ri5cy: InstructionSet = new InstructionSet("ri5cy", instructionTable);

/** CV32E40P's: Xpulp with new mnemonics in new places. */
export const cv32e40p: InstructionSet = new InstructionSet("cv32e40p", instructionTable);
