/**
 * An instruction word as the pipeline uses it: decoded once, flags and register numbers ready.
 * @module
 */
import { ARITHMETIC } from "../isa/arithmetic.ts";
import type { Decoded } from "../isa/decoder.ts";
import { type Field, fieldBits } from "../isa/encoding.ts";
import type { Instruction } from "../isa/instruction.ts";
import { javaScript } from "../isa/javascript.ts";
import { operands } from "../isa/operands.ts";
import { type OperandName, operationOf, type Statement } from "../isa/operation.ts";
import type { Hart } from "./hart.ts";
import type { CoreRelease, CoreVariant } from "./variants.ts";

/** Applies an instruction to a hart: registers at once; address, value, target left in the hart. */
export type Execute = (hart: Hart, op: MicroOperation, pc: number) => void;

/** No jump, `jal`, `jalr`, conditional branch. */
export const JUMP_NONE = 0, JUMP_JAL = 1, JUMP_JALR = 2, JUMP_BRANCH = 3;

/** Plain instruction, or one that the controller treats apart. */
export const PLAIN = 0,
  ILLEGAL = 1,
  ECALL = 2,
  EBREAK = 3,
  MRET = 4,
  WFI = 5,
  FENCE = 6,
  CSR_STATUS = 7,
  EVENT_LOAD = 8;

/** Divider operations: none, unsigned, signed. */
export const DIVIDE_NONE = 0, DIVIDE_UNSIGNED = 1, DIVIDE_SIGNED = 2;

/** CSR operations. */
export const CSR_NONE = 0, CSR_WRITE = 1, CSR_SET = 2, CSR_CLEAR = 3;

/** A decoded instruction word. Register numbers are 0 where there is none, since x0 is never waited for. */
export class MicroOperation {
  /** The instruction word, 16 or 32 bits, unsigned. */
  readonly word: number;
  /** Bytes. */
  readonly size: number;
  /** What it decodes to; `undefined` if it is illegal. */
  readonly decoded: Decoded | undefined;
  /** Number of its row in the instruction table; -1 if it is illegal. */
  readonly row: number;
  /** See {@linkcode PLAIN}. */
  readonly control: number;
  /** See {@linkcode JUMP_NONE}. */
  readonly jump: number;
  /** Whether the controller has nothing to do for it: no trap, no flush, no jump from decode. */
  readonly isOrdinary: boolean;
  /** First register that it reads, or that the decoder takes it to read. */
  readonly sourceA: number;
  /** The second, */
  readonly sourceB: number;
  /** and the third. */
  readonly sourceC: number;
  /** Register written by the ALU, the pointer for post-increment forms; */
  readonly aluTarget: number;
  /** and whether one is. */
  readonly writesAlu: boolean;
  /** Register that a load writes. */
  readonly loadTarget: number;
  /** Whether it loads. */
  readonly isLoad: boolean;
  /** Whether it stores. */
  readonly isStore: boolean;
  /** Bytes of the access. */
  readonly bytes: number;
  /** Whether what it loads has a sign. */
  readonly signed: boolean;
  /** Whether the ALU, rather than the multiplier, has it. */
  readonly usesAlu: boolean;
  /** Whether the multiplier has it, dot products too. */
  readonly isMultiply: boolean;
  /** Whether it is one of the multiplications that take several cycles. */
  readonly isMulh: boolean;
  /** See {@linkcode DIVIDE_NONE}. */
  readonly divide: number;
  /** See {@linkcode CSR_NONE}. */
  readonly csrAction: number;
  /** Number of the CSR. */
  readonly csr: number;
  /** Whether it is a CSR instruction. */
  readonly isCsr: boolean;
  /** Whether it sets up a hardware loop. */
  readonly isLoop: boolean;
  /** Whether it is `p.elw`. */
  readonly isEventLoad: boolean;
  /** Destination register. */
  readonly rd: number;
  /** First source register. */
  readonly rs1: number;
  /** Second source register. */
  readonly rs2: number;
  /** Third source register. */
  readonly rs3: number;
  /** Immediate. */
  readonly imm: number;
  /** Second immediate. */
  readonly imm2: number;
  /** Hardware loop. */
  readonly L: number;
  /**
   * Instructions with the same number, which is not 0, take the pipeline the same way, but for their registers and where
   * they jump to; 0 is for those whose way depends on more: on the controller, on CSRs, on hardware loops.
   */
  readonly timingClass: number;
  /** What it does. */
  readonly execute: Execute;

  /** Prepares a word for a core; `decoded` is undefined if it is illegal. */
  constructor(word: number, decoded: Decoded | undefined, variant: CoreVariant) {
    const row = decoded === undefined ? ILLEGAL_ROW : rowOf(decoded.instruction, variant);
    this.word = word;
    this.decoded = decoded;
    this.row = row.number;
    this.size = (word & 3) === 3 ? 4 : 2;
    const rd = this.rd = decoded === undefined ? 0 : decoded.rd;
    const rs1 = this.rs1 = decoded === undefined ? 0 : decoded.rs1;
    const rs2 = this.rs2 = decoded === undefined ? 0 : decoded.rs2;
    const rs3 = this.rs3 = decoded === undefined ? 0 : decoded.rs3;
    this.imm = decoded === undefined ? 0 : decoded.imm;
    this.imm2 = decoded === undefined ? 0 : decoded.imm2;
    this.L = decoded === undefined ? 0 : decoded.L;
    this.csr = decoded === undefined ? 0 : decoded.csr;
    this.control = row.isCsr && row.control === PLAIN && STATUS_CSRS[variant.release].has(this.csr)
      ? CSR_STATUS
      : row.control;
    this.jump = row.jump;
    this.isOrdinary = this.control === PLAIN && row.jump !== JUMP_JAL && row.jump !== JUMP_JALR;
    this.sourceA = row.readsRs1 ? rs1 : 0;
    this.sourceB = row.readsRs2 ? rs2 : row.waitsForRs2 ? word >>> 20 & 31 : 0;
    this.sourceC = row.readsRd ? rd : row.readsRs3 ? rs3 : 0;
    this.aluTarget = row.targetsRs1
      ? rs1
      : decoded === undefined || this.size === 4
      ? word >>> 7 & 31
      : shortTarget(row, decoded);
    this.writesAlu = row.writesAlu;
    this.loadTarget = rd;
    this.isLoad = row.isLoad;
    this.isStore = row.isStore;
    this.bytes = row.bytes;
    this.signed = row.signed;
    this.usesAlu = !row.isMultiply;
    this.isMultiply = row.isMultiply;
    this.isMulh = row.isMulh;
    this.divide = row.divide;
    this.csrAction = row.isCsr ? csrAction(decoded!, rs1) : CSR_NONE;
    this.isCsr = row.isCsr;
    this.isLoop = row.isLoop;
    this.isEventLoad = row.isEventLoad;
    this.timingClass = this.control !== PLAIN ? 0 : this.size === 2 ? row.shortClass : row.longClass;
    this.execute = row.execute;
  }
}

/** What all words of a row of the instruction table have in common. */
interface Row {
  readonly number: number;
  readonly control: number;
  readonly jump: number;
  readonly readsRs1: boolean;
  readonly readsRs2: boolean;
  readonly waitsForRs2: boolean;
  readonly readsRs3: boolean;
  readonly readsRd: boolean;
  readonly targetsRs1: boolean;
  readonly writesAlu: boolean;
  readonly isLoad: boolean;
  readonly isStore: boolean;
  readonly bytes: number;
  readonly signed: boolean;
  readonly isMultiply: boolean;
  readonly isMulh: boolean;
  readonly divide: number;
  readonly isCsr: boolean;
  readonly isLoop: boolean;
  readonly isEventLoad: boolean;
  readonly execute: Execute;
  readonly shortClass: number;
  readonly longClass: number;
  /** Bits 11:7 of its 32-bit form that are fixed, and the fields that have the others. */
  readonly fixedTarget: number;
  readonly targetFields: readonly Field[];
}

const rows = new WeakMap<CoreVariant, Map<Instruction, Row>>();

function rowOf(instruction: Instruction, variant: CoreVariant): Row {
  let known = rows.get(variant);
  if (known === undefined) rows.set(variant, known = new Map());
  let row = known.get(instruction);
  if (row === undefined) known.set(instruction, row = makeRow(instruction, variant));
  return row;
}

function makeRow(instruction: Instruction, { release, instructions }: CoreVariant): Row {
  const { timing } = instruction;
  const use = operands(instruction);
  const waitsFor = instruction.waitsFor?.[instructions.name];
  const moves = use.writes.includes("rs1");
  const isLoad = use.memory?.kind === "load";
  const { fields, match, ones } = instructions.encodingOf(instruction);
  return classified({
    number: instructions.instructions.indexOf(instruction),
    control: instruction.since === 2019 && release === "2018_01" ? ILLEGAL : CONTROLS[timing] ?? PLAIN,
    jump: JUMPS[timing] ?? JUMP_NONE,
    readsRs1: use.reads.includes("rs1"),
    readsRs2: use.reads.includes("rs2"),
    waitsForRs2: waitsFor === "rs2",
    readsRs3: use.reads.includes("rs3"),
    readsRd: use.reads.includes("rd") || waitsFor === "rd",
    // What the RTL has on its write-address wires, also where nothing is written: the 2018 core compares it all the same.
    targetsRs1: moves || isPostIncrement(instruction),
    writesAlu: moves || !isLoad && use.writes.includes("rd"),
    isLoad,
    isStore: use.memory?.kind === "store",
    bytes: use.memory?.bytes ?? 0,
    signed: use.memory?.signed ?? false,
    isMultiply: timing === "mul" || timing === "mulh",
    isMulh: timing === "mulh",
    divide: timing !== "div" ? DIVIDE_NONE : /u$/.test(instruction.name) ? DIVIDE_UNSIGNED : DIVIDE_SIGNED,
    isCsr: timing === "csr",
    isLoop: timing === "hwloop",
    isEventLoad: timing === "eventLoad",
    execute: executor(instruction, release === "2018_01" ? 2018 : 2019),
    fixedTarget: (match | ones) >>> 7 & 31,
    targetFields: fields.filter(({ pieces }) => pieces.some(({ inWord, width }) => inWord < 12 && inWord + width > 7)),
  });
}

/** Classes by what decides on a way through the pipeline, beside registers and targets. */
const classes = new Map<string, number>();
/** Classes at most, so that a number of seven bits holds one. */
const MOST_CLASSES = 127;

function classified(row: Omit<Row, "shortClass" | "longClass">): Row {
  if (row.isCsr || row.isLoop || row.isEventLoad) return { ...row, shortClass: 0, longClass: 0 };
  const { jump, writesAlu, isLoad, isStore, bytes, isMultiply, isMulh, divide } = row;
  const classOf = (size: number): number => {
    const key = [size, jump, writesAlu, isLoad, isStore, bytes, isMultiply, isMulh, divide].join();
    if (!classes.has(key) && classes.size < MOST_CLASSES) classes.set(key, classes.size + 1);
    return classes.get(key) ?? 0;
  };
  return { ...row, shortClass: classOf(2), longClass: classOf(4) };
}

const ILLEGAL_ROW: Row = {
  number: -1,
  control: ILLEGAL,
  jump: JUMP_NONE,
  readsRs1: false,
  readsRs2: false,
  waitsForRs2: false,
  readsRs3: false,
  readsRd: false,
  targetsRs1: false,
  writesAlu: false,
  isLoad: false,
  isStore: false,
  bytes: 0,
  signed: false,
  isMultiply: false,
  isMulh: false,
  divide: DIVIDE_NONE,
  isCsr: false,
  isLoop: false,
  isEventLoad: false,
  execute: () => {},
  shortClass: 0,
  longClass: 0,
  fixedTarget: 0,
  targetFields: [],
};

/** CSRs that empty the pipeline: those of the status, and in RI5CY be1fdf50 also `uepc` and the debugger's. */
const LATE_STATUS_CSRS = new Set([0x300, 0x000, 0x041, 0x7b0, 0x7b1, 0x7b2, 0x7b3]);
const STATUS_CSRS: Readonly<Record<CoreRelease, ReadonlySet<number>>> = {
  "2018_01": new Set([0x300, 0x000]),
  "2019_11": LATE_STATUS_CSRS,
  "1_8_3": LATE_STATUS_CSRS,
};

const CONTROLS: Readonly<Record<string, number>> = {
  fence: FENCE,
  ecall: ECALL,
  ebreak: EBREAK,
  mret: MRET,
  wfi: WFI,
  eventLoad: EVENT_LOAD,
};

const JUMPS: Readonly<Record<string, number>> = { jump: JUMP_JAL, jumpRegister: JUMP_JALR, branch: JUMP_BRANCH };

function isPostIncrement(instruction: Instruction): boolean {
  return instruction.syntax.includes("!");
}

/** Bits 11:7 of the 32-bit form of a compressed instruction. */
function shortTarget({ fixedTarget, targetFields }: Row, decoded: Decoded): number {
  let target = fixedTarget;
  for (const field of targetFields) target |= fieldBits(field, decoded[field.name]) >>> 7 & 31;
  return target;
}

function csrAction(decoded: Decoded, rs1: number): number {
  const [first] = operationOf(decoded.instruction);
  if (first.kind !== "write" || first.value.kind !== "csr") return CSR_NONE;
  if (first.value.action === "write") return CSR_WRITE;
  const immediate = decoded.instruction.syntax.includes("imm");
  if ((immediate ? decoded.imm : rs1) === 0) return CSR_NONE;
  return first.value.action === "set" ? CSR_SET : CSR_CLEAR;
}

const executors = { 2018: new Map<Instruction, Execute>(), 2019: new Map<Instruction, Execute>() };

const OPERANDS: Readonly<Record<OperandName, string>> = {
  rs1: "r[op.rs1]",
  rs2: "r[op.rs2]",
  rs3: "r[op.rs3]",
  rd: "r[op.rd]",
  imm: "op.imm",
  imm2: "op.imm2",
  L: "op.L",
  csr: "op.csr",
  size: "op.size",
  pc: "pc",
};

/** The function that executes a row of the table, made when it is first met. */
function executor(instruction: Instruction, year: 2018 | 2019): Execute {
  let execute = executors[year].get(instruction);
  if (!execute) executors[year].set(instruction, execute = compile(operationOf(instruction, year)));
  return execute;
}

function compile(operation: readonly Statement[]): Execute {
  const text = (expression: Parameters<typeof javaScript>[0]) => javaScript(expression, (name) => OPERANDS[name]);
  const lines: string[] = [];
  const writes: string[] = [];
  for (const statement of operation) {
    switch (statement.kind) {
      case "let":
        lines.push(`const ${statement.name}=${text(statement.value)};`);
        break;
      case "write": {
        const { value, register } = statement;
        if (value.kind === "load" || value.kind === "eventLoad") lines.push(`hart.address=${text(value.address)};`);
        else if (value.kind === "csr") lines.push(`hart.value=${text(value.value)};`);
        else {
          const name = `w${writes.length}`;
          lines.push(`const ${name}=${text(value)};`);
          writes.push(`if(op.${register}!==0)r[op.${register}]=${name};`);
        }
        break;
      }
      case "store":
        lines.push(`hart.address=${text(statement.address)};hart.value=${text(statement.value)};`);
        break;
      case "branch":
        lines.push(`hart.taken=${text(statement.condition)}!==0;hart.target=${text(statement.target)};`);
        break;
      case "jump":
        lines.push(`hart.target=${text(statement.target)};`);
        break;
      case "hwloop": {
        const part = { start: "loopStart", end: "loopEnd", count: "loopCount" }[statement.part];
        lines.push(`hart.${part}[${text(statement.loop)}]=${text(statement.value)};`);
        break;
      }
    }
  }
  const names = Object.keys(ARITHMETIC);
  const source = `return (hart,op,pc)=>{const r=hart.registers;${lines.join("")}${writes.join("")}}`;
  return new Function(...names, source)(...Object.values(ARITHMETIC));
}
