/**
 * The row of the instruction table: each instruction of the cores stands once, and the decoder, the assembler, the
 * disassembler, the engines' code and the reference page all come from it.
 * @module
 */

/** The instruction sets: RI5CY's original encodings (GAP8's), and those of CV32E40P, which moved Xpulp. */
export type SetName = "ri5cy" | "cv32e40p";

/** The part of the architecture that an instruction belongs to. */
export type Extension = "I" | "M" | "C" | "Zicsr" | "Zifencei" | "Machine" | "Xpulp";

/** What the pipeline has to know about an instruction's time, apart from the registers that it reads and writes. */
export type TimingClass =
  | "alu"
  | "mul"
  | "mulh"
  | "div"
  | "load"
  | "store"
  | "branch"
  | "jump"
  | "jumpRegister"
  | "csr"
  | "hwloop"
  | "fence"
  | "ecall"
  | "ebreak"
  | "mret"
  | "wfi"
  | "eventLoad";

/** One instruction. Names are not unique: `p.lw` has three addressing modes and so three rows. */
export interface Instruction {
  /** Its mnemonic, as the RI5CY user manual spells it. */
  readonly name: string;
  /** The part of the architecture that it belongs to. */
  readonly extension: Extension;
  /** Operands in assembler order, such as `rd, imm(rs1!)`. */
  readonly syntax: string;
  /** Its bit fields in RI5CY, most significant first (see `parseEncoding`); absent: not an instruction of that set. */
  readonly ri5cy?: string;
  /** Its bit fields in CV32E40P; absent: not an instruction of that set. */
  readonly cv32e40p?: string;
  /** Its mnemonic in CV32E40P, where that differs. */
  readonly cv32e40pName?: string;
  /** Its operands in CV32E40P's assembler order, where that differs. */
  readonly cv32e40pSyntax?: string;
  /** What it does, in the language of `operation.ts`. */
  readonly operation: string;
  /** What it did on the RI5CY of January 2018, where that differs. */
  readonly operation2018?: string;
  /** 2019: the RI5CY of January 2018 refuses it. */
  readonly since?: 2019;
  /**
   * A register field that the decoder of a core counts as read, so that the instruction waits for a load into it, though the
   * operation does not use it: `rs2` is bits 24:20, `rd` bits 11:7 of the word.
   */
  readonly waitsFor?: Partial<Readonly<Record<SetName, "rs2" | "rd">>>;
  /** Its timing class. */
  readonly timing: TimingClass;
  /** What it does, in one line for people. */
  readonly summary: string;
  /** Field values that it excludes, such as `rd != 0, imm != 0`. */
  readonly where?: string;
  /** The same for CV32E40P, where that differs from {@linkcode Instruction.where}. */
  readonly cv32e40pWhere?: string;
  /** Of a compressed instruction, what it stands for: `addi rd, rd, imm`. Operation and timing are that one's. */
  readonly expands?: string;
}

/** The encodings of a row whose two sets differ. */
export interface Encodings {
  /** In RI5CY. */
  readonly ri5cy?: string;
  /** In CV32E40P. */
  readonly cv32e40p?: string;
  /** The mnemonic in CV32E40P where that differs, and its operands where they do: `cv.lw rd, (rs1), imm`. */
  readonly as?: string;
}

/** Writes rows of one extension and timing class; made by {@linkcode rows}. */
export type RowWriter = (
  heading: string,
  encoding: string | Encodings,
  operation: string,
  summary: string,
  more?: Partial<Instruction>,
) => Instruction;

/**
 * Rows of one extension and timing class. The writer takes mnemonic and operands in one string (`addi rd, rs1, imm`); an
 * encoding given as a string holds for both sets.
 */
export function rows(extension: Extension, timing: TimingClass): RowWriter {
  return (heading, encoding, operation, summary, more = {}) => {
    const [name, syntax] = splitHeading(heading);
    if (typeof encoding === "string") {
      return { name, extension, syntax, ri5cy: encoding, cv32e40p: encoding, operation, timing, summary, ...more };
    }
    const { ri5cy, cv32e40p, as = name } = encoding;
    const [cv32e40pName, cv32e40pSyntax] = splitHeading(as);
    return {
      name,
      extension,
      syntax,
      ri5cy,
      cv32e40p,
      cv32e40pName,
      cv32e40pSyntax: cv32e40pSyntax || syntax,
      operation,
      timing,
      summary,
      ...more,
    };
  };
}

/** Mnemonic and operands of a heading such as `addi rd, rs1, imm`. */
export function splitHeading(heading: string): [name: string, operands: string] {
  const blank = heading.indexOf(" ");
  return blank < 0 ? [heading, ""] : [heading.slice(0, blank), heading.slice(blank + 1).trim()];
}

/** The operands of a syntax in order, without punctuation: `rd, imm(rs1!)` is rd, imm and rs1. */
export function operandNames(syntax: string): readonly string[] {
  return syntax.split(/[\s,()!]+/).filter((name) => name !== "");
}

/** The mnemonic of an instruction in a set. */
export function nameIn(set: SetName, instruction: Instruction): string {
  return set === "cv32e40p" ? instruction.cv32e40pName ?? instruction.name : instruction.name;
}

/** The operands of an instruction, in the order that the set's assembler has them. */
export function syntaxIn(set: SetName, instruction: Instruction): string {
  return set === "cv32e40p" ? instruction.cv32e40pSyntax ?? instruction.syntax : instruction.syntax;
}
