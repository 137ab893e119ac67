/**
 * Xpulp: multiply and accumulate, on words and on halves with shift and rounding.
 * Facts: decoders and multipliers of RI5CY be1fdf50 and CV32E40P 360d2728; names: RI5CY user manual.
 * @module
 */
import { type Instruction, rows } from "../instruction.ts";

const multiply = rows("Xpulp", "mul");

/** 16-bit multiplications: which halves, signed or not, accumulating or not, rounding or not. */
const halves: readonly Instruction[] = (["mul", "mac"] as const).flatMap((name, accumulate) =>
  ([["s", 1], ["u", 0]] as const).flatMap(([letter, signed]) =>
    (["", "hh"] as const).flatMap((high, h) =>
      (["", "R"] as const).flatMap((round, r) => {
        const half = (register: string) => {
          if (high) return `(${register} ${signed ? ">>" : ">>>"} 16)`;
          return `${signed ? "s16" : "u16"}(${register})`;
        };
        const product = `${accumulate ? "rd + " : ""}${half("rs1")} * ${half("rs2")}`;
        const text = `Multiply ${high ? "high" : "low"} halves ${signed ? "signed" : "unsigned"}${
          accumulate ? ", add rd" : ""
        }`;
        const shifted = multiply(
          `p.${name}${high}${letter}${round}N rd, rs1, rs2, uimm`,
          {
            ri5cy: `${signed}${h} uimm[4:0] rs2 rs1 ${r}0${accumulate} rd 1011011`,
            cv32e40p: `${r}${h} uimm[4:0] rs2 rs1 1${accumulate}${1 - signed} rd 1011011`,
            as: `cv.${name}${high}${letter}${round}N`,
          },
          `rd = ${product}${round ? " + ((1 << uimm) >>> 1)" : ""} ${signed ? ">>" : ">>>"} uimm`,
          `${text}${round ? ", round" : ""}, shift right by a constant.`,
          accumulate || round ? {} : { where: "uimm != 0" },
        );
        if (accumulate || round) return [shifted];
        // A shift by 0 has a mnemonic of its own.
        const plain = multiply(
          `p.${name}${high}${letter} rd, rs1, rs2`,
          {
            ri5cy: `${signed}${h}00000 rs2 rs1 000 rd 1011011`,
            cv32e40p: `0${h}00000 rs2 rs1 10${1 - signed} rd 1011011`,
            as: `cv.${name}${high}${letter}`,
          },
          `rd = ${product}`,
          `${text}.`,
        );
        return [plain, shifted];
      })
    )
  )
);

/** Multiply and accumulate. */
export const multiplication: readonly Instruction[] = [
  multiply(
    "p.mac rd, rs1, rs2",
    { ri5cy: "0100001 rs2 rs1 000 rd 0110011", cv32e40p: "1001000 rs2 rs1 011 rd 0101011", as: "cv.mac" },
    "rd = rd + rs1 * rs2",
    "Multiply and add to rd.",
  ),
  multiply(
    "p.msu rd, rs1, rs2",
    { ri5cy: "0100001 rs2 rs1 001 rd 0110011", cv32e40p: "1001001 rs2 rs1 011 rd 0101011", as: "cv.msu" },
    "rd = rd - rs1 * rs2",
    "Multiply and subtract from rd.",
  ),
  ...halves,
];
