/**
 * Xpulp: complex numbers of two halves, the real part in the low one, and sums with a shift after them.
 * Facts: decoders, ALUs and multipliers of RI5CY be1fdf50 and CV32E40P 360d2728 (RI5CY 12e1cda7 has none of them);
 * names: GAP9's assembler.
 * @module
 */
import { type Instruction, rows } from "../instruction.ts";
import { HALVES, lane, word } from "./lanes.ts";

const alu = rows("Xpulp", "alu");
const multiply = rows("Xpulp", "mul");
const since = { since: 2019 } as const;

/** Suffix, bits 14:13, further shift. */
const DIVISORS = [["", "00", 0], [".div2", "01", 1], [".div4", "10", 2], [".div8", "11", 3]] as const;

const products: readonly Instruction[] = DIVISORS.flatMap(([suffix, code, shift]) => {
  const part = (letter: string, bit: number, product: string, store: string, text: string) =>
    multiply(
      `pv.cplxmul.h.${letter}${suffix} rd, rs1, rs2`,
      {
        ri5cy: `010101 ${bit} rs2 rs1 ${code}0 rd 1010111`,
        cv32e40p: `010101 ${bit} rs2 rs1 ${code}0 rd 1111011`,
        as: `cv.cplxmul.${letter}${suffix}`,
      },
      `let t = ${product} >> ${15 + shift}; rd = ${store}`,
      `${text} part of a product of Q15 numbers, shifted right by ${15 + shift}; the other half of rd stays.`,
      since,
    );
  return [
    part("r", 0, "s16(rs1) * s16(rs2) - (rs1 >> 16) * (rs2 >> 16)", "(rd >>> 16) << 16 | u16(t)", "Real"),
    part("i", 1, "s16(rs1) * (rs2 >> 16) + (rs1 >> 16) * s16(rs2)", "t << 16 | u16(rd)", "Imaginary"),
  ];
});

const sums: readonly Instruction[] = DIVISORS.flatMap(([suffix, code, shift]) => {
  const shifted = (sum: string) => shift === 0 ? sum : `s16(${sum}) >> ${shift}`;
  const note = shift === 0 ? "" : `, shifted right by ${shift}`;
  const row = (name: string, ri5cy: string, cv32e40p: string, operation: string, text: string) =>
    alu(
      `pv.${name}.h${suffix} rd, rs1, rs2`,
      {
        ri5cy: `${ri5cy} x rs2 rs1 ${code}0 rd 1010111`,
        cv32e40p: `${cv32e40p} 0 rs2 rs1 ${code}0 rd 1111011`,
        as: `cv.${name}${suffix}`,
      },
      operation,
      `${text}${note}.`,
      since,
    );
  const each = (sign: string) =>
    `rd = ${word(HALVES, (i) => shifted(`${lane("rs1", HALVES, i, true)} ${sign} ${lane("rs2", HALVES, i, true)}`))}`;
  const rotated = row(
    "subrotmj",
    "011011",
    "011001",
    `rd = u16(${shifted("(rs1 >> 16) - (rs2 >> 16)")}) | (${shifted("s16(rs2) - s16(rs1)")}) << 16`,
    "Difference of complex numbers times -j",
  );
  if (shift === 0) return [rotated];
  return [
    rotated,
    row("add", "011101", "011011", each("+"), "Add halves"),
    row("sub", "011001", "011101", each("-"), "Subtract halves"),
  ];
});

/** Complex numbers. */
export const complex: readonly Instruction[] = [
  ...products,
  alu(
    "pv.cplxconj.h rd, rs1",
    { ri5cy: "010111 x 00000 rs1 000 rd 1010111", cv32e40p: "010111 0 00000 rs1 000 rd 1111011", as: "cv.cplxconj" },
    "rd = -(rs1 >> 16) << 16 | u16(rs1)",
    "Complex conjugate.",
    since,
  ),
  ...sums,
];
