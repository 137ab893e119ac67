/**
 * Xpulp: SIMD arithmetic, logic, comparisons and dot products on 2 halves or 4 bytes, each with a vector, a scalar or an
 * immediate as second operand.
 * Facts: decoders, ALUs and multipliers of RI5CY be1fdf50, 12e1cda7 and CV32E40P 360d2728; names: RI5CY user manual.
 * @module
 */
import { type Instruction, rows, type TimingClass } from "../instruction.ts";
import { lane, LANE_SIZES, type LaneSize, type Second, secondLane, SECONDS, word } from "./lanes.ts";

/** What tells one family of instructions from another. */
interface Family {
  readonly name: string;
  /** Bits 31:26 in RI5CY and CV32E40P. */
  readonly ri5cy: string;
  readonly cv32e40p: string;
  readonly timing: TimingClass;
  /** Whether the immediate of the .sci forms is signed. */
  readonly signedImmediate: boolean;
  readonly operation: (size: LaneSize, second: Second) => string;
  /** The operation on the RI5CY of January 2018, where that differs. */
  readonly operation2018?: (size: LaneSize, second: Second) => string | undefined;
  /** CV32E40P leaves the immediate only the bits of a shift amount. */
  readonly shift?: boolean;
  readonly text: string;
}

const SCALAR: Readonly<Record<Second, string>> = {
  "": "",
  ".sc": " The second operand is the low lane of rs2, for all.",
  ".sci": " The second operand is an immediate, for all.",
};

/** All rows of a family. */
function family(made: Family): readonly Instruction[] {
  const u = made.signedImmediate ? "" : "u";
  return LANE_SIZES.flatMap((size) =>
    SECONDS.map((second) => {
      const { code, letter } = size;
      const name = `${made.name}${second}.${letter}`;
      const immediate = second === ".sci";
      const amount = size.bits === 16 ? "uimm[0] 00 uimm[3:1]" : "uimm[0] 000 uimm[2:1]";
      const any = `${u}imm[0] ${u}imm[5:1]`;
      const funct3 = immediate ? `11${code}` : second ? `10${code}` : `0x${code}`;
      return rows("Xpulp", made.timing)(
        `pv.${name} rd, rs1, ${immediate ? `${u}imm` : "rs2"}`,
        {
          ri5cy: `${made.ri5cy} ${immediate ? any : "x rs2"} rs1 ${funct3} rd 1010111`,
          cv32e40p: `${made.cv32e40p} ${immediate ? made.shift ? amount : any : "0 rs2"} rs1 ${
            funct3.replace("x", "0")
          } rd 1111011`,
          as: `cv.${name}`,
        },
        made.operation(size, second),
        `${made.text}${SCALAR[second]}`,
        { operation2018: made.operation2018?.(size, second) },
      );
    })
  );
}

/** Families that work lane by lane: name, code, signed, expression of the lanes a and b, text. */
const LANEWISE = [
  ["add", "000000", true, (a: string, b: string) => `${a} + ${b}`, "Add lanes."],
  ["sub", "000010", true, (a: string, b: string) => `${a} - ${b}`, "Subtract lanes."],
  ["min", "001000", true, (a: string, b: string) => `min(${a}, ${b})`, "The smaller lanes, signed."],
  ["minu", "001010", false, (a: string, b: string) => `min(${a}, ${b})`, "The smaller lanes, unsigned."],
  ["max", "001100", true, (a: string, b: string) => `max(${a}, ${b})`, "The larger lanes, signed."],
  ["maxu", "001110", false, (a: string, b: string) => `max(${a}, ${b})`, "The larger lanes, unsigned."],
] as const;

const lanewise = LANEWISE.flatMap(([name, code, signed, expression, text]) =>
  family({
    name,
    ri5cy: code,
    cv32e40p: code,
    timing: "alu",
    signedImmediate: signed,
    operation: (size, second) =>
      `rd = ${word(size, (i) => expression(lane("rs1", size, i, signed), secondLane(second, size, i, signed)))}`,
    text,
  })
);

/** Averages: the sum is cut to the lane before it is halved. */
const averages = ([["avg", "000100", true], ["avgu", "000110", false]] as const).flatMap(([name, code, signed]) =>
  family({
    name,
    ri5cy: code,
    cv32e40p: code,
    timing: "alu",
    signedImmediate: signed,
    operation: (size, second) =>
      `rd = ${
        word(size, (i) => {
          const sum = `${lane("rs1", size, i, signed)} + ${secondLane(second, size, i, signed)}`;
          return `${signed ? "s" : "u"}${size.bits}(${sum}) >> 1`;
        })
      }`,
    text: `Half of the sums of lanes, ${
      signed ? "signed" : "unsigned"
    }; a sum that overflows its lane loses its carry.`,
  })
);

/** Shifts, by the low bits of the lanes of the second operand. */
const shifts = ([
  ["srl", "010000", false, ">>>", "Shift lanes right, zeros come in."],
  ["sra", "010010", true, ">>", "Shift lanes right, the sign comes in."],
  ["sll", "010100", false, "<<", "Shift lanes left."],
] as const).flatMap(([name, code, signed, operator, text]) =>
  family({
    name,
    ri5cy: code,
    cv32e40p: code,
    timing: "alu",
    signedImmediate: true,
    shift: true,
    operation: (size, second) =>
      `rd = ${
        word(size, (i) => {
          const amount = `(${secondLane(second, size, i, false)} & ${size.bits - 1})`;
          return `${lane("rs1", size, i, signed)} ${operator} ${amount}`;
        })
      }`,
    text,
  })
);

/** Logic needs no lanes, except to spread a scalar. */
const logic =
  ([["or", "010110", "|", "Or"], ["xor", "011000", "^", "Exclusive or"], ["and", "011010", "&", "And"]] as const)
    .flatMap(([name, code, operator, text]) =>
      family({
        name,
        ri5cy: code,
        cv32e40p: code,
        timing: "alu",
        signedImmediate: true,
        operation: (size, second) => {
          const spread = size.bits === 16 ? "0x10001" : "0x1010101";
          const scalar = `u${size.bits}(${second === ".sci" ? "imm" : "rs2"}) * ${spread}`;
          return `rd = rs1 ${operator} ${second === "" ? "rs2" : scalar}`;
        },
        text: `${text} of lanes.`,
      })
    );

/** Comparisons: all ones where they hold, 0 elsewhere. */
const comparisons = ([
  ["cmpeq", "000001", true, "==", "equal"],
  ["cmpne", "000011", true, "!=", "not equal"],
  ["cmpgt", "000101", true, ">", "greater, signed"],
  ["cmpge", "000111", true, ">=", "greater or equal, signed"],
  ["cmplt", "001001", true, "<", "less, signed"],
  ["cmple", "001011", true, "<=", "less or equal, signed"],
  ["cmpgtu", "001101", false, ">", "greater, unsigned"],
  ["cmpgeu", "001111", false, ">=", "greater or equal, unsigned"],
  ["cmpltu", "010001", false, "<", "less, unsigned"],
  ["cmpleu", "010011", false, "<=", "less or equal, unsigned"],
] as const).flatMap(([name, code, signed, operator, text]) =>
  family({
    name,
    ri5cy: code,
    cv32e40p: code,
    timing: "alu",
    signedImmediate: signed,
    operation: (size, second) =>
      `rd = ${
        word(size, (i) => `-(${lane("rs1", size, i, signed)} ${operator} ${secondLane(second, size, i, signed)})`)
      }`,
    text: `All ones in the lanes where rs1 is ${text}.`,
  })
);

/** Dot products: name, codes, signedness of the first and the second operand, whether rd is added. */
const dotProducts = ([
  ["dotup", "100000", "100000", false, false, false],
  ["dotusp", "100010", "100010", false, true, false],
  ["dotsp", "100110", "100100", true, true, false],
  ["sdotup", "101000", "100110", false, false, true],
  ["sdotusp", "101010", "101000", false, true, true],
  ["sdotsp", "101110", "101010", true, true, true],
] as const).flatMap(([name, ri5cy, cv32e40p, signed, secondSigned, accumulate]) => {
  const products = (size: LaneSize, second: (index: number) => string) => {
    const terms = Array.from({ length: size.count }, (_, i) => `${lane("rs1", size, i, signed)} * ${second(i)}`);
    return `rd = ${[...(accumulate ? ["rd"] : []), ...terms].join(" + ")}`;
  };
  const kind = !secondSigned ? "unsigned" : signed ? "signed" : "unsigned by signed";
  return family({
    name,
    ri5cy,
    cv32e40p,
    timing: "mul",
    signedImmediate: secondSigned,
    operation: (size, second) => products(size, (i) => secondLane(second, size, i, secondSigned)),
    // The older decoder sign-extends the immediate before the multiplier reads its lanes as unsigned.
    operation2018: (size, second) =>
      second === ".sci" && !secondSigned ? products(size, () => `u${size.bits}(imm << 26 >> 26)`) : undefined,
    text: `Dot product, ${kind}${accumulate ? ", added to rd" : ""}.`,
  });
});

/** SIMD instructions with all three forms of the second operand. */
export const simd: readonly Instruction[] = [
  ...lanewise,
  ...averages,
  ...shifts,
  ...logic,
  ...comparisons,
  ...dotProducts,
];
