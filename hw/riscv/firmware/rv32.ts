/**
 * RV32I, M, Zicsr, Zifencei and machine mode, as firmware calls them.
 *
 * Written by `deno run -A cli/firmware_interfaces.ts` from hw/riscv/isa/. Change the table there, then run it again.
 * @module
 */
import type { Process } from "../../../sim/mod.ts";
import type { Reg } from "../registers.ts";

/** RV32I, M, Zicsr, Zifencei and machine mode. */
export interface BaseInstructions {
  /** `lui rd, imm`: Load the upper 20 bits. */
  lui(rd: Reg, imm: number): void;
  /** `auipc rd, imm`: Add the upper 20 bits to the pc. */
  auipc(rd: Reg, imm: number, pc?: number): void;
  /** `addi rd, rs1, imm`: Add an immediate. */
  addi(rd: Reg, rs1: Reg, imm: number): void;
  /** `slti rd, rs1, imm`: 1 if less than an immediate, signed. */
  slti(rd: Reg, rs1: Reg, imm: number): void;
  /** `sltiu rd, rs1, imm`: 1 if less than a sign-extended immediate, unsigned. */
  sltiu(rd: Reg, rs1: Reg, imm: number): void;
  /** `xori rd, rs1, imm`: Exclusive or with an immediate. */
  xori(rd: Reg, rs1: Reg, imm: number): void;
  /** `ori rd, rs1, imm`: Or with an immediate. */
  ori(rd: Reg, rs1: Reg, imm: number): void;
  /** `andi rd, rs1, imm`: And with an immediate. */
  andi(rd: Reg, rs1: Reg, imm: number): void;
  /** `slli rd, rs1, uimm`: Shift left by a constant. */
  slli(rd: Reg, rs1: Reg, imm: number): void;
  /** `srli rd, rs1, uimm`: Shift right by a constant, zeros come in. */
  srli(rd: Reg, rs1: Reg, imm: number): void;
  /** `srai rd, rs1, uimm`: Shift right by a constant, the sign comes in. */
  srai(rd: Reg, rs1: Reg, imm: number): void;
  /** `add rd, rs1, rs2`: Add. */
  add(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `sub rd, rs1, rs2`: Subtract. */
  sub(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `sll rd, rs1, rs2`: Shift left by the low 5 bits. */
  sll(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `slt rd, rs1, rs2`: 1 if less than, signed. */
  slt(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `sltu rd, rs1, rs2`: 1 if less than, unsigned. */
  sltu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `xor rd, rs1, rs2`: Exclusive or. */
  xor(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `srl rd, rs1, rs2`: Shift right, zeros come in. */
  srl(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `sra rd, rs1, rs2`: Shift right, the sign comes in. */
  sra(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `or rd, rs1, rs2`: Or. */
  or(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `and rd, rs1, rs2`: And. */
  and(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `jal rd, imm`: Jump and keep the address of what follows. */
  jal(rd: Reg, pc?: number): void;
  /** `jalr rd, imm(rs1)`: Jump to a register's address and keep the address of what follows. */
  jalr(rd: Reg, rs1: Reg, pc?: number): void;
  /** `beq rs1, rs2, imm`: Branch if equal. */
  beq(rs1: Reg, rs2: Reg): boolean;
  /** `bne rs1, rs2, imm`: Branch if not equal. */
  bne(rs1: Reg, rs2: Reg): boolean;
  /** `blt rs1, rs2, imm`: Branch if less than, signed. */
  blt(rs1: Reg, rs2: Reg): boolean;
  /** `bge rs1, rs2, imm`: Branch if greater or equal, signed. */
  bge(rs1: Reg, rs2: Reg): boolean;
  /** `bltu rs1, rs2, imm`: Branch if less than, unsigned. */
  bltu(rs1: Reg, rs2: Reg): boolean;
  /** `bgeu rs1, rs2, imm`: Branch if greater or equal, unsigned. */
  bgeu(rs1: Reg, rs2: Reg): boolean;
  /** `lb rd, imm(rs1)`: Load a byte, sign-extended. */
  lb(rd: Reg, rs1: Reg, imm?: number): Process;
  /** `lh rd, imm(rs1)`: Load a half, sign-extended. */
  lh(rd: Reg, rs1: Reg, imm?: number): Process;
  /** `lw rd, imm(rs1)`: Load a word. */
  lw(rd: Reg, rs1: Reg, imm?: number): Process;
  /** `lbu rd, imm(rs1)`: Load a byte, zero-extended. */
  lbu(rd: Reg, rs1: Reg, imm?: number): Process;
  /** `lhu rd, imm(rs1)`: Load a half, zero-extended. */
  lhu(rd: Reg, rs1: Reg, imm?: number): Process;
  /** `sb rs2, imm(rs1)`: Store a byte. */
  sb(rs2: Reg, rs1: Reg, imm?: number): Process;
  /** `sh rs2, imm(rs1)`: Store a half. */
  sh(rs2: Reg, rs1: Reg, imm?: number): Process;
  /** `sw rs2, imm(rs1)`: Store a word. */
  sw(rs2: Reg, rs1: Reg, imm?: number): Process;
  /** `fence`: Order memory accesses; the cores fetch anew, as for fence.i. */
  fence(): void;
  /** `fence.i`: Fetch anew what follows. */
  fenceI(): void;
  /** `csrrw rd, csr, rs1`: Write a CSR and read what it was. */
  csrrw(rd: Reg, csr: number, rs1: Reg): void;
  /** `csrrwi rd, csr, uimm`: Write a CSR from an immediate and read what it was. */
  csrrwi(rd: Reg, csr: number, imm: number): void;
  /** `csrrs rd, csr, rs1`: Set bits of a CSR and read what it was. */
  csrrs(rd: Reg, csr: number, rs1: Reg): void;
  /** `csrrsi rd, csr, uimm`: Set bits of a CSR from an immediate and read what it was. */
  csrrsi(rd: Reg, csr: number, imm: number): void;
  /** `csrrc rd, csr, rs1`: Clear bits of a CSR and read what it was. */
  csrrc(rd: Reg, csr: number, rs1: Reg): void;
  /** `csrrci rd, csr, uimm`: Clear bits of a CSR from an immediate and read what it was. */
  csrrci(rd: Reg, csr: number, imm: number): void;
  /** `mul rd, rs1, rs2`: Multiply, low 32 bits. */
  mul(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `mulh rd, rs1, rs2`: Multiply signed, high 32 bits. */
  mulh(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `mulhsu rd, rs1, rs2`: Multiply signed by unsigned, high 32 bits. */
  mulhsu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `mulhu rd, rs1, rs2`: Multiply unsigned, high 32 bits. */
  mulhu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `div rd, rs1, rs2`: Divide signed. */
  div(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `divu rd, rs1, rs2`: Divide unsigned. */
  divu(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `rem rd, rs1, rs2`: Remainder, signed. */
  rem(rd: Reg, rs1: Reg, rs2: Reg): void;
  /** `remu rd, rs1, rs2`: Remainder, unsigned. */
  remu(rd: Reg, rs1: Reg, rs2: Reg): void;
}
