/**
 * RV32I, M, Zicsr, Zifencei and the machine-mode instructions; the same in both sets.
 * Encodings: The RISC-V Instruction Set Manual, Volume I; ignored bits as the decoder of RI5CY be1fdf50 has them.
 * @module
 */
import { type Instruction, rows } from "./instruction.ts";

const alu = rows("I", "alu");
const load = rows("I", "load");
const store = rows("I", "store");
const branch = rows("I", "branch");
const csr = rows("Zicsr", "csr");
const multiplyHigh = rows("M", "mulh");
const divide = rows("M", "div");

/** RV32I: computing. */
const computing: readonly Instruction[] = [
  alu("lui rd, imm", "imm[31:12] rd 0110111", "rd = imm", "Load the upper 20 bits."),
  alu("auipc rd, imm", "imm[31:12] rd 0010111", "rd = pc + imm", "Add the upper 20 bits to the pc."),
  alu("addi rd, rs1, imm", "imm[11:0] rs1 000 rd 0010011", "rd = rs1 + imm", "Add an immediate."),
  alu("slti rd, rs1, imm", "imm[11:0] rs1 010 rd 0010011", "rd = rs1 < imm", "1 if less than an immediate, signed."),
  alu(
    "sltiu rd, rs1, imm",
    "imm[11:0] rs1 011 rd 0010011",
    "rd = ltu(rs1, imm)",
    "1 if less than a sign-extended immediate, unsigned.",
  ),
  alu("xori rd, rs1, imm", "imm[11:0] rs1 100 rd 0010011", "rd = rs1 ^ imm", "Exclusive or with an immediate."),
  alu("ori rd, rs1, imm", "imm[11:0] rs1 110 rd 0010011", "rd = rs1 | imm", "Or with an immediate."),
  alu("andi rd, rs1, imm", "imm[11:0] rs1 111 rd 0010011", "rd = rs1 & imm", "And with an immediate."),
  alu("slli rd, rs1, uimm", "0000000 uimm[4:0] rs1 001 rd 0010011", "rd = rs1 << uimm", "Shift left by a constant."),
  alu(
    "srli rd, rs1, uimm",
    "0000000 uimm[4:0] rs1 101 rd 0010011",
    "rd = rs1 >>> uimm",
    "Shift right by a constant, zeros come in.",
  ),
  alu(
    "srai rd, rs1, uimm",
    "0100000 uimm[4:0] rs1 101 rd 0010011",
    "rd = rs1 >> uimm",
    "Shift right by a constant, the sign comes in.",
  ),
  alu("add rd, rs1, rs2", "0000000 rs2 rs1 000 rd 0110011", "rd = rs1 + rs2", "Add."),
  alu("sub rd, rs1, rs2", "0100000 rs2 rs1 000 rd 0110011", "rd = rs1 - rs2", "Subtract."),
  alu("sll rd, rs1, rs2", "0000000 rs2 rs1 001 rd 0110011", "rd = rs1 << rs2", "Shift left by the low 5 bits."),
  alu("slt rd, rs1, rs2", "0000000 rs2 rs1 010 rd 0110011", "rd = rs1 < rs2", "1 if less than, signed."),
  alu("sltu rd, rs1, rs2", "0000000 rs2 rs1 011 rd 0110011", "rd = ltu(rs1, rs2)", "1 if less than, unsigned."),
  alu("xor rd, rs1, rs2", "0000000 rs2 rs1 100 rd 0110011", "rd = rs1 ^ rs2", "Exclusive or."),
  alu("srl rd, rs1, rs2", "0000000 rs2 rs1 101 rd 0110011", "rd = rs1 >>> rs2", "Shift right, zeros come in."),
  alu("sra rd, rs1, rs2", "0100000 rs2 rs1 101 rd 0110011", "rd = rs1 >> rs2", "Shift right, the sign comes in."),
  alu("or rd, rs1, rs2", "0000000 rs2 rs1 110 rd 0110011", "rd = rs1 | rs2", "Or."),
  alu("and rd, rs1, rs2", "0000000 rs2 rs1 111 rd 0110011", "rd = rs1 & rs2", "And."),
];

/** RV32I: control transfer. */
const transfer: readonly Instruction[] = [
  rows("I", "jump")(
    "jal rd, imm",
    "imm[20|10:1|11|19:12] rd 1101111",
    "rd = pc + size; jump(pc + imm)",
    "Jump and keep the address of what follows.",
  ),
  rows("I", "jumpRegister")(
    "jalr rd, imm(rs1)",
    "imm[11:0] rs1 000 rd 1100111",
    "rd = pc + size; jump((rs1 + imm) & ~1)",
    "Jump to a register's address and keep the address of what follows.",
  ),
  ...([
    ["beq", "000", "rs1 == rs2", "equal"],
    ["bne", "001", "rs1 != rs2", "not equal"],
    ["blt", "100", "rs1 < rs2", "less than, signed"],
    ["bge", "101", "rs1 >= rs2", "greater or equal, signed"],
    ["bltu", "110", "ltu(rs1, rs2)", "less than, unsigned"],
    ["bgeu", "111", "geu(rs1, rs2)", "greater or equal, unsigned"],
  ] as const).map(([name, code, condition, text]) =>
    branch(
      `${name} rs1, rs2, imm`,
      `imm[12|10:5] rs2 rs1 ${code} imm[4:1|11] 1100011`,
      `branch(${condition}, pc + imm)`,
      `Branch if ${text}.`,
    )
  ),
];

/** RV32I: memory. */
const memory: readonly Instruction[] = [
  load("lb rd, imm(rs1)", "imm[11:0] rs1 000 rd 0000011", "rd = load8s(rs1 + imm)", "Load a byte, sign-extended."),
  load("lh rd, imm(rs1)", "imm[11:0] rs1 001 rd 0000011", "rd = load16s(rs1 + imm)", "Load a half, sign-extended."),
  load("lw rd, imm(rs1)", "imm[11:0] rs1 010 rd 0000011", "rd = load32(rs1 + imm)", "Load a word."),
  load("lbu rd, imm(rs1)", "imm[11:0] rs1 100 rd 0000011", "rd = load8u(rs1 + imm)", "Load a byte, zero-extended."),
  load("lhu rd, imm(rs1)", "imm[11:0] rs1 101 rd 0000011", "rd = load16u(rs1 + imm)", "Load a half, zero-extended."),
  store("sb rs2, imm(rs1)", "imm[11:5] rs2 rs1 000 imm[4:0] 0100011", "store8(rs1 + imm, rs2)", "Store a byte."),
  store("sh rs2, imm(rs1)", "imm[11:5] rs2 rs1 001 imm[4:0] 0100011", "store16(rs1 + imm, rs2)", "Store a half."),
  store("sw rs2, imm(rs1)", "imm[11:5] rs2 rs1 010 imm[4:0] 0100011", "store32(rs1 + imm, rs2)", "Store a word."),
];

/** Fences: RI5CY's decoder looks at funct3 alone. */
const fences: readonly Instruction[] = [
  rows("I", "fence")(
    "fence",
    "xxxx XXXXXXXX xxxxx 000 xxxxx 0001111",
    "fence()",
    "Order memory accesses; the cores fetch anew, as for fence.i.",
    { since: 2019 },
  ),
  rows("Zifencei", "fence")("fence.i", "xxxxxxxxxxxx xxxxx 001 xxxxx 0001111", "fence()", "Fetch anew what follows.", {
    since: 2019,
  }),
];

/** Zicsr. */
const csrs: readonly Instruction[] = ([
  ["w", "01", "write", "Write a CSR"],
  ["s", "10", "set", "Set bits of a CSR"],
  ["c", "11", "clear", "Clear bits of a CSR"],
] as const).flatMap(([letter, code, action, text]) => [
  csr(
    `csrr${letter} rd, csr, rs1`,
    `csr rs1 0${code} rd 1110011`,
    `rd = csr(${action}, csr, rs1)`,
    `${text} and read what it was.`,
  ),
  csr(
    `csrr${letter}i rd, csr, uimm`,
    `csr uimm[4:0] 1${code} rd 1110011`,
    `rd = csr(${action}, csr, uimm)`,
    `${text} from an immediate and read what it was.`,
  ),
]);

/** Machine mode. */
const machine: readonly Instruction[] = [
  rows("Machine", "ecall")("ecall", "000000000000 00000 000 00000 1110011", "trap(11)", "Call the environment."),
  rows("Machine", "ebreak")("ebreak", "000000000001 00000 000 00000 1110011", "trap(3)", "Break into the debugger."),
  rows("Machine", "mret")("mret", "001100000010 00000 000 00000 1110011", "mret()", "Return from a trap."),
  rows("Machine", "wfi")("wfi", "000100000101 00000 000 00000 1110011", "wfi()", "Sleep until an interrupt."),
];

/** RV32M. */
const multiplication: readonly Instruction[] = [
  rows("M", "mul")("mul rd, rs1, rs2", "0000001 rs2 rs1 000 rd 0110011", "rd = rs1 * rs2", "Multiply, low 32 bits."),
  multiplyHigh(
    "mulh rd, rs1, rs2",
    "0000001 rs2 rs1 001 rd 0110011",
    "rd = mulh(rs1, rs2)",
    "Multiply signed, high 32 bits.",
  ),
  multiplyHigh(
    "mulhsu rd, rs1, rs2",
    "0000001 rs2 rs1 010 rd 0110011",
    "rd = mulhsu(rs1, rs2)",
    "Multiply signed by unsigned, high 32 bits.",
  ),
  multiplyHigh(
    "mulhu rd, rs1, rs2",
    "0000001 rs2 rs1 011 rd 0110011",
    "rd = mulhu(rs1, rs2)",
    "Multiply unsigned, high 32 bits.",
  ),
  divide("div rd, rs1, rs2", "0000001 rs2 rs1 100 rd 0110011", "rd = div(rs1, rs2)", "Divide signed."),
  divide("divu rd, rs1, rs2", "0000001 rs2 rs1 101 rd 0110011", "rd = divu(rs1, rs2)", "Divide unsigned."),
  divide("rem rd, rs1, rs2", "0000001 rs2 rs1 110 rd 0110011", "rd = rem(rs1, rs2)", "Remainder, signed."),
  divide("remu rd, rs1, rs2", "0000001 rs2 rs1 111 rd 0110011", "rd = remu(rs1, rs2)", "Remainder, unsigned."),
];

/** All of them. */
export const rv32: readonly Instruction[] = [
  ...computing,
  ...transfer,
  ...memory,
  ...fences,
  ...csrs,
  ...machine,
  ...multiplication,
];
