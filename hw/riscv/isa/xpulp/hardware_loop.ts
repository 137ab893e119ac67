/**
 * Xpulp: hardware loops. Addresses of RI5CY count in halves, those of CV32E40P in words.
 * Facts: decoders and ID stages of RI5CY be1fdf50 and CV32E40P 360d2728; names: RI5CY user manual.
 * @module
 */
import { type Instruction, rows } from "../instruction.ts";

const loop = rows("Xpulp", "hwloop");

/** Hardware loops. */
export const hardwareLoop: readonly Instruction[] = [
  loop(
    "lp.starti L, uimm",
    {
      ri5cy: "uimm[12:1] xxxxx 000 xxxx L 1111011",
      cv32e40p: "uimm[13:2] 00000 100 0000 L 0101011",
      as: "cv.starti",
    },
    "hwloop(start, L, pc + uimm)",
    "Set a loop's first address, relative to the pc.",
  ),
  loop(
    "lp.endi L, uimm",
    {
      ri5cy: "uimm[12:1] xxxxx 001 xxxx L 1111011",
      cv32e40p: "uimm[13:2] 00000 100 0010 L 0101011",
      as: "cv.endi",
    },
    "hwloop(end, L, pc + uimm)",
    "Set a loop's end address, relative to the pc.",
  ),
  loop(
    "lp.count L, rs1",
    {
      ri5cy: "xxxxxxxxxxxx rs1 010 xxxx L 1111011",
      cv32e40p: "000000000000 rs1 100 0101 L 0101011",
      as: "cv.count",
    },
    "hwloop(count, L, rs1)",
    "Set a loop's number of rounds from a register.",
  ),
  loop(
    "lp.counti L, uimm",
    {
      ri5cy: "uimm[11:0] xxxxx 011 xxxx L 1111011",
      cv32e40p: "uimm[11:0] 00000 100 0100 L 0101011",
      as: "cv.counti",
    },
    "hwloop(count, L, uimm)",
    "Set a loop's number of rounds.",
  ),
  loop(
    "lp.setup L, rs1, uimm",
    {
      ri5cy: "uimm[12:1] rs1 100 xxxx L 1111011",
      cv32e40p: "uimm[13:2] rs1 100 0111 L 0101011",
      as: "cv.setup",
    },
    "hwloop(start, L, pc + 4); hwloop(end, L, pc + uimm); hwloop(count, L, rs1)",
    "Loop from the next instruction to an end relative to the pc, as often as a register says.",
  ),
  loop(
    "lp.setupi L, uimm, uimm2",
    {
      ri5cy: "uimm[11:0] uimm2[5:1] 101 xxxx L 1111011",
      cv32e40p: "uimm[11:0] uimm2[6:2] 100 0110 L 0101011",
      as: "cv.setupi",
    },
    "hwloop(start, L, pc + 4); hwloop(end, L, pc + uimm2); hwloop(count, L, uimm)",
    "Loop a constant number of rounds from the next instruction to an end relative to the pc.",
  ),
  loop(
    "cv.start L, rs1",
    { cv32e40p: "000000000000 rs1 100 0001 L 0101011" },
    "hwloop(start, L, rs1 & ~3)",
    "Set a loop's first address from a register.",
  ),
  loop(
    "cv.end L, rs1",
    { cv32e40p: "000000000000 rs1 100 0011 L 0101011" },
    "hwloop(end, L, rs1 & ~3)",
    "Set a loop's end address from a register.",
  ),
];
