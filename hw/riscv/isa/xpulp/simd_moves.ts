/**
 * Xpulp: SIMD instructions that move lanes about, and the absolute value.
 * Facts: decoders and ALUs of RI5CY be1fdf50, 12e1cda7 and CV32E40P 360d2728; names: RI5CY user manual, except
 * `pv.pack.h.h`, which is GAP9's assembler's name for an encoding that the manual leaves out.
 * @module
 */
import { type Instruction, rows } from "../instruction.ts";
import { BYTES, HALVES, lane, LANE_SIZES, type LaneSize, word } from "./lanes.ts";

const alu = rows("Xpulp", "alu");

const absolute: readonly Instruction[] = LANE_SIZES.map((size) =>
  alu(
    `pv.abs.${size.letter} rd, rs1`,
    {
      ri5cy: `011100 x 00000 rs1 0x${size.code} rd 1010111`,
      cv32e40p: `011100 0 00000 rs1 00${size.code} rd 1111011`,
      as: `cv.abs.${size.letter}`,
    },
    `rd = ${
      word(size, (i) => {
        const a = lane("rs1", size, i, true);
        return `max(${a}, -${a})`;
      })
    }`,
    "Absolute values of lanes; the least number stays.",
  )
);

/** Extraction and insertion of one lane, whose number is an immediate. */
const single: readonly Instruction[] = LANE_SIZES.flatMap((size) => {
  const { letter, code, bits } = size;
  const ones = bits === 16 ? "0xffff" : "0xff";
  const old = bits === 16 ? "uimm[0] xxxxx" : "uimm[0] xxxx uimm[1]";
  const moved = bits === 16 ? "uimm[0] 00000" : "uimm[0] 0000 uimm[1]";
  return ([
    ["extract", "011110", "00", `rd = s${bits}(rs1 >> uimm * ${bits})`, "Take a lane out, sign-extended."],
    ["extractu", "100100", "01", `rd = u${bits}(rs1 >> uimm * ${bits})`, "Take a lane out, zero-extended."],
    [
      "insert",
      "101100",
      "10",
      `let m = ${ones} << uimm * ${bits}; rd = rs1 << uimm * ${bits} & m | rd & ~m`,
      "Put the low lane of rs1 into a lane of rd.",
    ],
  ] as const).map(([name, ri5cy, kind, operation, text]) =>
    alu(
      `pv.${name}.${letter} rd, rs1, uimm`,
      {
        ri5cy: `${ri5cy} ${old} rs1 11${code} rd 1010111`,
        cv32e40p: `101110 ${moved} rs1 ${kind}${code} rd 1111011`,
        as: `cv.${name}.${letter}`,
      },
      operation,
      text,
      // CV32E40P's decoder counts the bits of the lane number as a register.
      { waitsFor: { cv32e40p: "rs2" } },
    )
  );
});

/** The lane of a register whose number stands in the low bits of a selector. */
function selected(register: string, selector: string, size: LaneSize): string {
  return `${register} >> ((${selector} & ${size.count - 1}) * ${size.bits})`;
}

const shuffles: readonly Instruction[] = LANE_SIZES.flatMap((size) => {
  const { letter, code, bits } = size;
  return [
    alu(
      `pv.shuffle.${letter} rd, rs1, rs2`,
      {
        ri5cy: `110000 x rs2 rs1 0x${code} rd 1010111`,
        cv32e40p: `110000 0 rs2 rs1 00${code} rd 1111011`,
        as: `cv.shuffle.${letter}`,
      },
      `rd = ${word(size, (i) => selected("rs1", `rs2 >>> ${i * bits}`, size))}`,
      "Each lane is the lane of rs1 whose number stands in that lane of rs2.",
    ),
    alu(
      `pv.shuffle2.${letter} rd, rs1, rs2`,
      {
        ri5cy: `110010 x rs2 rs1 0x${code} rd 1010111`,
        cv32e40p: `111000 0 rs2 rs1 00${code} rd 1111011`,
        as: `cv.shuffle2.${letter}`,
      },
      `rd = ${
        word(size, (i) => {
          const from = `(rs2 >>> ${i * bits + (bits === 16 ? 1 : 2)} & 1 ? rs1 : rd)`;
          return selected(from, `rs2 >>> ${i * bits}`, size);
        })
      }`,
      "Each lane is the lane of rd, or with the next bit set of rs1, whose number stands in that lane of rs2.",
    ),
  ];
});

/** Shuffles by an immediate. The decoders of both cores count bits 24:20 as a register all the same. */
const constantShuffles: readonly Instruction[] = [
  alu(
    "pv.shuffle.sci.h rd, rs1, uimm",
    {
      ri5cy: "110000 uimm[0] xxxx uimm[1] rs1 110 rd 1010111",
      cv32e40p: "110000 uimm[0] 0000 uimm[1] rs1 110 rd 1111011",
      as: "cv.shuffle.sci.h",
    },
    `rd = ${word(HALVES, (i) => selected("rs1", `uimm >>> ${i}`, HALVES))}`,
    "Each half is the half of rs1 whose number stands in that bit of the immediate.",
    { waitsFor: { ri5cy: "rs2", cv32e40p: "rs2" } },
  ),
  ...([["I0", "110000", "110000"], ["I1", "111010", "110010"], ["I2", "111100", "110100"], [
    "I3",
    "111110",
    "110110",
  ]] as const)
    .map(([name, ri5cy, cv32e40p], top) =>
      alu(
        `pv.shuffle${name}.sci.b rd, rs1, uimm`,
        {
          ri5cy: `${ri5cy} uimm[0] uimm[5:1] rs1 111 rd 1010111`,
          cv32e40p: `${cv32e40p} uimm[0] uimm[5:1] rs1 111 rd 1111011`,
          as: `cv.shuffle${name}.sci.b`,
        },
        `rd = ${word(BYTES, (i) => i === 3 ? `rs1 >> ${8 * top}` : selected("rs1", `uimm >>> ${2 * i}`, BYTES))}`,
        `The highest byte is byte ${top} of rs1, the others those whose numbers stand in the immediate, 2 bits each.`,
        { waitsFor: { ri5cy: "rs2", cv32e40p: "rs2" } },
      )
    ),
];

const packs: readonly Instruction[] = [
  alu(
    "pv.pack.h rd, rs1, rs2",
    { ri5cy: "110100 0 rs2 rs1 0x0 rd 1010111", cv32e40p: "111100 0 rs2 rs1 000 rd 1111011", as: "cv.pack" },
    "rd = rs1 << 16 | u16(rs2)",
    "The low halves of rs1 and rs2, that of rs1 on top.",
  ),
  alu(
    "pv.pack.h.h rd, rs1, rs2",
    { ri5cy: "110100 1 rs2 rs1 0x0 rd 1010111", cv32e40p: "111100 1 rs2 rs1 000 rd 1111011", as: "cv.pack.h" },
    "rd = (rs1 >>> 16) << 16 | rs2 >>> 16",
    "The high halves of rs1 and rs2, that of rs1 on top.",
    // The older decoder ignores the bit that tells it from pv.pack.h.
    { operation2018: "rd = rs1 << 16 | u16(rs2)" },
  ),
  alu(
    "pv.packhi.b rd, rs1, rs2",
    { ri5cy: "110110 x rs2 rs1 0x1 rd 1010111", cv32e40p: "111110 1 rs2 rs1 001 rd 1111011", as: "cv.packhi.b" },
    "rd = rs1 << 24 | u8(rs2) << 16 | u16(rd)",
    "The low bytes of rs1 and rs2 into the high half of rd.",
  ),
  alu(
    "pv.packlo.b rd, rs1, rs2",
    { ri5cy: "111000 x rs2 rs1 0x1 rd 1010111", cv32e40p: "111110 0 rs2 rs1 001 rd 1111011", as: "cv.packlo.b" },
    "rd = (rd >>> 16) << 16 | u8(rs1) << 8 | u8(rs2)",
    "The low bytes of rs1 and rs2 into the low half of rd.",
  ),
];

/** SIMD moves and absolute values. */
export const simdMoves: readonly Instruction[] = [
  ...absolute,
  ...single,
  ...shuffles,
  ...constantShuffles,
  ...packs,
];
