/**
 * Xpulp: general ALU operations, and branches that compare with an immediate.
 * Facts: decoders and ALUs of RI5CY be1fdf50, 12e1cda7 and CV32E40P 360d2728; names: RI5CY user manual.
 * @module
 */
import { type Instruction, rows } from "../instruction.ts";

const alu = rows("Xpulp", "alu");
const branch = rows("Xpulp", "branch");

/** Name, CV32E40P's name, funct7 and funct3 of RI5CY, funct7 of CV32E40P, operation, summary. */
const PAIRS = [
  ["slet", "sle", "0000010 010", "0101001", "rd = rs1 <= rs2", "1 if less or equal, signed."],
  ["sletu", "sleu", "0000010 011", "0101010", "rd = geu(rs2, rs1)", "1 if less or equal, unsigned."],
  ["min", "min", "0000010 100", "0101011", "rd = min(rs1, rs2)", "The smaller, signed."],
  ["minu", "minu", "0000010 101", "0101100", "rd = minu(rs1, rs2)", "The smaller, unsigned."],
  ["max", "max", "0000010 110", "0101101", "rd = max(rs1, rs2)", "The larger, signed."],
  ["maxu", "maxu", "0000010 111", "0101110", "rd = maxu(rs1, rs2)", "The larger, unsigned."],
] as const;

/** The same for instructions of one source; RI5CY's rs2 field as its decoder has it. */
const SINGLES = [
  ["abs", "0000010 00000 rs1 000", "0101000", "rd = max(rs1, -rs1)", "Absolute value; the least number stays."],
  ["exths", "0001000 xxxxx rs1 100", "0110000", "rd = s16(rs1)", "Sign-extend the low half."],
  ["exthz", "0001000 xxxxx rs1 101", "0110001", "rd = u16(rs1)", "Zero-extend the low half."],
  ["extbs", "0001000 xxxx0 rs1 110", "0110010", "rd = s8(rs1)", "Sign-extend the low byte."],
  ["extbz", "0001000 xxxx0 rs1 111", "0110011", "rd = u8(rs1)", "Zero-extend the low byte."],
] as const;

const clipping: readonly Instruction[] = [
  alu(
    "p.clip rd, rs1, uimm",
    { ri5cy: "0001010 uimm[4:0] rs1 001 rd 0110011", cv32e40p: "0111000 uimm[4:0] rs1 011 rd 0101011", as: "cv.clip" },
    "let b = (1 << uimm) - 1 >>> 1; rd = rs1 <= ~b ? ~b : min(rs1, b)",
    "Clip to -2^(n-1)..2^(n-1)-1, and to -1..0 for n = 0.",
  ),
  alu(
    "p.clipu rd, rs1, uimm",
    { ri5cy: "0001010 uimm[4:0] rs1 010 rd 0110011", cv32e40p: "0111001 uimm[4:0] rs1 011 rd 0101011", as: "cv.clipu" },
    "rd = max(0, min(rs1, (1 << uimm) - 1 >>> 1))",
    "Clip to 0..2^(n-1)-1, and to 0 for n = 0.",
  ),
  alu(
    "p.clipr rd, rs1, rs2",
    { ri5cy: "0001010 rs2 rs1 101 rd 0110011" },
    "rd = rs1 <= ~rs2 ? ~rs2 : min(rs1, rs2)",
    "Clip to -rs2-1..rs2.",
    { operation2018: "rd = rs1 > rs2 ? rs2 : max(rs1, ~rs2)" },
  ),
  alu(
    "p.clipur rd, rs1, rs2",
    { ri5cy: "0001010 rs2 rs1 110 rd 0110011" },
    "rd = rs1 <= 0 ? 0 : min(rs1, rs2)",
    "Clip to 0..rs2.",
    { operation2018: "rd = rs1 > rs2 ? rs2 : max(rs1, 0)" },
  ),
  // CV32E40P's decode stage clears the sign of the bound.
  alu(
    "cv.clipr rd, rs1, rs2",
    { cv32e40p: "0111010 rs2 rs1 011 rd 0101011" },
    "let b = rs2 & 0x7fffffff; rd = max(~b, min(rs1, b))",
    "Clip to -b-1..b, b being rs2 without its sign bit.",
  ),
  alu(
    "cv.clipur rd, rs1, rs2",
    { cv32e40p: "0111011 rs2 rs1 011 rd 0101011" },
    "rd = max(0, min(rs1, rs2 & 0x7fffffff))",
    "Clip to 0..b, b being rs2 without its sign bit.",
  ),
];

/** Additions and subtractions that shift their result right: mnemonic, sign, minus, codes. */
const normalising: readonly Instruction[] = (["add", "sub"] as const).flatMap((name, minus) =>
  (["", "u"] as const).flatMap((unsigned, u) =>
    (["", "R"] as const).flatMap((round, r) => {
      const sign = minus ? "-" : "+";
      const shift = unsigned ? ">>>" : ">>";
      const half = (amount: string) => round ? ` + ((1 << ${amount}) >>> 1)` : "";
      const text = `${minus ? "Subtract" : "Add"}, ${round ? "round, " : ""}shift right${unsigned ? " unsigned" : ""}`;
      return [
        alu(
          `p.${name}${unsigned}${round}N rd, rs1, rs2, uimm`,
          {
            ri5cy: `${u}0 uimm[4:0] rs2 rs1 ${r}1${minus} rd 1011011`,
            cv32e40p: `${r}${u} uimm[4:0] rs2 rs1 01${minus} rd 1011011`,
            as: `cv.${name}${unsigned}${round}N`,
          },
          `rd = rs1 ${sign} rs2${half("uimm")} ${shift} uimm`,
          `${text} by a constant.`,
        ),
        alu(
          `p.${name}${unsigned}${round}Nr rd, rs1, rs2`,
          {
            ri5cy: `${u}1 xxxxx rs2 rs1 ${r}1${minus} rd 1011011`,
            cv32e40p: `1000${minus}${r}${u} rs2 rs1 011 rd 0101011`,
            as: `cv.${name}${unsigned}${round}Nr`,
          },
          `rd = rd ${sign} rs1${half("rs2")} ${shift} rs2`,
          `${text} by a register; rd is the first operand.`,
        ),
      ];
    })
  )
);

/** General ALU operations and immediate branches. */
export const generalAlu: readonly Instruction[] = [
  ...SINGLES.map(([name, code, funct7, operation, text]) =>
    alu(
      `p.${name} rd, rs1`,
      { ri5cy: `${code} rd 0110011`, cv32e40p: `${funct7} 00000 rs1 011 rd 0101011`, as: `cv.${name}` },
      operation,
      text,
    )
  ),
  ...PAIRS.map(([name, other, code, funct7, operation, text]) =>
    alu(
      `p.${name} rd, rs1, rs2`,
      {
        ri5cy: `${code.slice(0, 7)} rs2 rs1 ${code.slice(8)} rd 0110011`,
        cv32e40p: `${funct7} rs2 rs1 011 rd 0101011`,
        as: `cv.${other}`,
      },
      operation,
      text,
    )
  ),
  ...clipping,
  ...normalising,
  ...([["beqimm", "010", "110", "=="], ["bneimm", "011", "111", "!="]] as const).map(([name, old, moved, operator]) =>
    branch(
      `p.${name} rs1, imm2, imm`,
      {
        ri5cy: `imm[12|10:5] imm2[4:0] rs1 ${old} imm[4:1|11] 1100011`,
        cv32e40p: `imm[12|10:5] imm2[4:0] rs1 ${moved} imm[4:1|11] 0001011`,
        as: `cv.${name}`,
      },
      `branch(rs1 ${operator} imm2, pc + imm)`,
      `Branch if ${operator === "==" ? "" : "not "}equal to a signed 5-bit immediate.`,
    )
  ),
];
