/**
 * Xpulp: loads and stores that move their pointer or take a register as offset, and the event load.
 * Facts: decoders of RI5CY be1fdf50 and CV32E40P 360d2728; names: RI5CY user manual.
 * @module
 */
import { type Instruction, rows } from "../instruction.ts";

const load = rows("Xpulp", "load");
const store = rows("Xpulp", "store");

/** Mnemonic, function of the operation language, funct3, funct7 of the register forms (RI5CY, CV32E40P), what. */
const LOADS = [
  ["lb", "load8s", "000", "0000000", "0000000", "a byte, sign-extended"],
  ["lh", "load16s", "001", "0001000", "0000001", "a half, sign-extended"],
  ["lw", "load32", "010", "0010000", "0000010", "a word"],
  ["lbu", "load8u", "100", "0100000", "0001000", "a byte, zero-extended"],
  ["lhu", "load16u", "101", "0101000", "0001001", "a half, zero-extended"],
] as const;

/** Mnemonic, statement of the operation language, size bits, what. */
const STORES = [
  ["sb", "store8", "00", "a byte"],
  ["sh", "store16", "01", "a half"],
  ["sw", "store32", "10", "a word"],
] as const;

const loads: readonly Instruction[] = LOADS.flatMap(([name, read, funct3, register, moved, what]) => [
  load(
    `p.${name} rd, imm(rs1!)`,
    {
      ri5cy: `imm[11:0] rs1 ${funct3} rd 0001011`,
      cv32e40p: `imm[11:0] rs1 ${funct3} rd 0001011`,
      as: `cv.${name} rd, (rs1), imm`,
    },
    `rs1 = rs1 + imm; rd = ${read}(rs1)`,
    `Load ${what}, then add an immediate to the pointer.`,
  ),
  load(
    `p.${name} rd, rs2(rs1!)`,
    {
      ri5cy: `${register} rs2 rs1 111 rd 0001011`,
      cv32e40p: `${moved} rs2 rs1 011 rd 0101011`,
      as: `cv.${name} rd, (rs1), rs2`,
    },
    `rs1 = rs1 + rs2; rd = ${read}(rs1)`,
    `Load ${what}, then add a register to the pointer.`,
  ),
  load(
    `p.${name} rd, rs2(rs1)`,
    {
      ri5cy: `${register} rs2 rs1 111 rd 0000011`,
      cv32e40p: `${moved.slice(0, 4)}1${moved.slice(5)} rs2 rs1 011 rd 0101011`,
      as: `cv.${name}`,
    },
    `rd = ${read}(rs1 + rs2)`,
    `Load ${what} at the sum of two registers.`,
  ),
]);

const stores: readonly Instruction[] = STORES.flatMap(([name, write, size, what]) => [
  store(
    `p.${name} rs2, imm(rs1!)`,
    {
      ri5cy: `imm[11:5] rs2 rs1 0${size} imm[4:0] 0101011`,
      cv32e40p: `imm[11:5] rs2 rs1 0${size} imm[4:0] 0101011`,
      as: `cv.${name} rs2, (rs1), imm`,
    },
    `${write}(rs1, rs2); rs1 = rs1 + imm`,
    `Store ${what}, then add an immediate to the pointer.`,
  ),
  store(
    `p.${name} rs2, rs3(rs1!)`,
    {
      ri5cy: `xxxxxxx rs2 rs1 1${size} rs3 0101011`,
      cv32e40p: `00100${size} rs2 rs1 011 rs3 0101011`,
      as: `cv.${name} rs2, (rs1), rs3`,
    },
    `${write}(rs1, rs2); rs1 = rs1 + rs3`,
    `Store ${what}, then add a register to the pointer.`,
  ),
  store(
    `p.${name} rs2, rs3(rs1)`,
    {
      ri5cy: `xxxxxxx rs2 rs1 1${size} rs3 0100011`,
      cv32e40p: `00101${size} rs2 rs1 011 rs3 0101011`,
      as: `cv.${name}`,
    },
    `${write}(rs1 + rs3, rs2)`,
    `Store ${what} at the sum of two registers.`,
  ),
]);

/** Loads, stores and the event load. */
export const memory: readonly Instruction[] = [
  ...loads,
  ...stores,
  rows("Xpulp", "eventLoad")(
    "p.elw rd, imm(rs1)",
    {
      ri5cy: "imm[11:0] rs1 110 rd 0000011",
      cv32e40p: "imm[11:0] rs1 011 rd 0001011",
      as: "cv.elw",
    },
    "rd = eventload(rs1 + imm)",
    "Load a word from the event unit, asleep until it answers.",
  ),
];
