/**
 * The text of SIMD operations: what happens in each lane, put together to a word.
 * @module
 */

/** How a word is divided: 2 halves or 4 bytes. */
export interface LaneSize {
  /** The letter that ends the mnemonics. */
  readonly letter: "h" | "b";
  /** Bits of a lane. */
  readonly bits: 16 | 8;
  /** Lanes of a word. */
  readonly count: 2 | 4;
  /** Bit 12 of the instruction. */
  readonly code: 0 | 1;
}

/** Two halves. */
export const HALVES: LaneSize = { letter: "h", bits: 16, count: 2, code: 0 };

/** Four bytes. */
export const BYTES: LaneSize = { letter: "b", bits: 8, count: 4, code: 1 };

/** Both. */
export const LANE_SIZES: readonly LaneSize[] = [HALVES, BYTES];

/** A lane of a value, sign- or zero-extended. */
export function lane(value: string, size: LaneSize, index: number, signed: boolean): string {
  const low = index * size.bits;
  if (index === size.count - 1) return `(${value} ${signed ? ">>" : ">>>"} ${low})`;
  return `${signed ? "s" : "u"}${size.bits}(${index === 0 ? value : `${value} >> ${low}`})`;
}

/** A word made of lanes; what does not fit a lane is cut off. */
export function word(size: LaneSize, each: (index: number) => string): string {
  const parts = Array.from({ length: size.count }, (_, index) => {
    if (index === size.count - 1) return `(${each(index)}) << ${index * size.bits}`;
    return `u${size.bits}(${each(index)})${index === 0 ? "" : ` << ${index * size.bits}`}`;
  });
  return parts.join(" | ");
}

/** The second operand of a SIMD instruction: a vector, a scalar for all lanes, or an immediate for all lanes. */
export type Second = "" | ".sc" | ".sci";

/** All forms of it. */
export const SECONDS: readonly Second[] = ["", ".sc", ".sci"];

/** A lane of the second operand, sign- or zero-extended. */
export function secondLane(second: Second, size: LaneSize, index: number, signed: boolean): string {
  if (second === ".sci") return "imm";
  return lane("rs2", size, second === ".sc" ? 0 : index, signed);
}
