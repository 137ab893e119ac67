/**
 * Xpulp: bit manipulation. A field is given by its width - 1 (Is3, `uimm2`) and its lowest bit (Is2, `uimm`); the forms
 * ending in r take both from a register, in bits 9:5 and 4:0.
 * Facts: decoders and ALUs of RI5CY be1fdf50 and CV32E40P 360d2728; names: RI5CY user manual.
 * @module
 */
import { type Encodings, type Instruction, rows } from "../instruction.ts";

const alu = rows("Xpulp", "alu");

/** Name; codes of RI5CY (funct3) and CV32E40P (bits 31:30 with bit 12, funct7 of the r form); operations; summary. */
const FIELDS = [
  [
    "extract",
    "000",
    ["00", "0", "0011000"],
    "rd = (rs1 >> uimm) << (31 - uimm2) >> (31 - uimm2)",
    "let n = 31 - (rs2 >>> 5); rd = (rs1 >> rs2) << n >> n",
    "Take a field out, sign-extended; above bit 31 the field continues with the sign.",
  ],
  [
    "extractu",
    "001",
    ["01", "0", "0011001"],
    "rd = (rs1 >>> uimm) << (31 - uimm2) >>> (31 - uimm2)",
    "let n = 31 - (rs2 >>> 5); rd = (rs1 >>> rs2) << n >>> n",
    "Take a field out, zero-extended.",
  ],
  [
    "insert",
    "010",
    ["10", "0", "0011010"],
    "let m = ~(-2 << uimm2) << uimm; rd = (rs1 << uimm) & m | rd & ~m",
    "let m = ~(-2 << (rs2 >>> 5)) << rs2; rd = (rs1 << rs2) & m | rd & ~m",
    "Put the low bits of rs1 into a field of rd.",
  ],
  [
    "bclr",
    "011",
    ["00", "1", "0011100"],
    "rd = rs1 & ~(~(-2 << uimm2) << uimm)",
    "rd = rs1 & ~(~(-2 << (rs2 >>> 5)) << rs2)",
    "Clear a field.",
  ],
  [
    "bset",
    "100",
    ["01", "1", "0011101"],
    "rd = rs1 | ~(-2 << uimm2) << uimm",
    "rd = rs1 | ~(-2 << (rs2 >>> 5)) << rs2",
    "Set a field.",
  ],
] as const;

const fields: readonly Instruction[] = FIELDS.flatMap((
  [name, funct3, [high, low, funct7], immediate, register, text],
) => [
  alu(
    `p.${name} rd, rs1, uimm2, uimm`,
    {
      ri5cy: `11 uimm2[4:0] uimm[4:0] rs1 ${funct3} rd 0110011`,
      cv32e40p: `${high} uimm2[4:0] uimm[4:0] rs1 00${low} rd 1011011`,
      as: `cv.${name}`,
    },
    immediate,
    text,
  ),
  alu(
    `p.${name}r rd, rs1, rs2`,
    {
      ri5cy: `1000000 rs2 rs1 ${funct3} rd 0110011`,
      cv32e40p: `${funct7} rs2 rs1 011 rd 0101011`,
      as: `cv.${name}r`,
    },
    register,
    `${text} Width - 1 is in bits 9:5, the lowest bit in bits 4:0 of rs2.`,
  ),
]);

/** Instructions of one source: RI5CY ignores rs2, CV32E40P wants 0. */
function single(name: string, funct3: string, low5: string): Encodings & { readonly heading: string } {
  return {
    heading: `p.${name} rd, rs1`,
    ri5cy: `0001000 xxxxx rs1 ${funct3} rd 0110011`,
    cv32e40p: `01${low5} 00000 rs1 011 rd 0101011`,
    as: `cv.${name}`,
  };
}

const counting: readonly Instruction[] = ([
  ["ff1", "000", "00001", "rd = popcount(~rs1 & (rs1 - 1))", "Number of the lowest 1; 32 if there is none."],
  ["fl1", "001", "00010", "rd = rs1 == 0 ? 32 : 31 - clz(rs1)", "Number of the highest 1; 32 if there is none."],
  [
    "clb",
    "010",
    "00011",
    "rd = rs1 == 0 ? 0 : clz(rs1 ^ rs1 >> 31) - 1",
    "How many bits below the sign equal it; 0 for 0.",
  ],
  ["cnt", "011", "00100", "rd = popcount(rs1)", "How many bits are 1."],
] as const).map(([name, funct3, low5, operation, text]) => {
  const { heading, ...encodings } = single(name, funct3, low5);
  return alu(heading, encodings, operation, text);
});

/** Groups of `width` bits in the opposite order, from the top of `word` on; what is left over is 0. */
function reversed(word: string, width: 1 | 2 | 3): string {
  const groups = Math.floor(32 / width);
  const part = (group: number) => {
    const from = 32 - width * (group + 1);
    return `(${word} >>> ${from} & ${2 ** width - 1}) << ${width * group}`;
  };
  return Array.from({ length: groups }, (_, group) => part(group)).join(" | ");
}

/** Bit manipulation. */
export const bits: readonly Instruction[] = [
  ...fields,
  ...counting,
  alu(
    "p.ror rd, rs1, rs2",
    { ri5cy: "0000100 rs2 rs1 101 rd 0110011", cv32e40p: "0100000 rs2 rs1 011 rd 0101011", as: "cv.ror" },
    "rd = rotr(rs1, rs2)",
    "Rotate right.",
  ),
  alu(
    "p.bitrev rd, rs1, uimm2, uimm",
    {
      ri5cy: "11 xxx uimm2[1:0] uimm[4:0] rs1 101 rd 0110011",
      cv32e40p: "11 000 uimm2[1:0] uimm[4:0] rs1 001 rd 1011011",
      as: "cv.bitrev",
    },
    `let t = rs1 << uimm; rd = uimm2 == 1 ? ${reversed("t", 2)} : uimm2 == 2 ? ${reversed("t", 3)} : ${
      reversed("t", 1)
    }`,
    "Shift left, then reverse the order of single bits (0, 3), pairs (1) or triples (2).",
    { since: 2019, waitsFor: { ri5cy: "rd", cv32e40p: "rd" } },
  ),
];
