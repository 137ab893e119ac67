/**
 * What CV32E40P's decoder puts on its register wires for a word that is no instruction: it waits for loads all the same.
 * @module
 */

/** Registers that an instruction seems to have, as bits; the numbers are those of the word's fields. */
export const READS_RS1 = 1, READS_RS2 = 2, READS_RD = 4, WRITES_RD = 8, WRITES_RS1 = 16;

const LOAD = 0x03,
  CUSTOM_0 = 0x0b,
  OP_IMM = 0x13,
  STORE = 0x23,
  CUSTOM_1 = 0x2b,
  OP = 0x33,
  CUSTOM_2 = 0x5b,
  BRANCH = 0x63,
  JALR = 0x67,
  SYSTEM = 0x73,
  CUSTOM_3 = 0x7b;

/** The wires of an illegal 32-bit word (cv32e40p_decoder.sv, outputs `reg*_used_o` and `regfile_alu_we`). */
export function illegalWires(word: number): number {
  const kind = word >>> 12 & 7;
  switch (word & 0x7f) {
    case LOAD:
    case CUSTOM_0:
    case JALR:
      return READS_RS1;
    case STORE:
    case BRANCH:
      return READS_RS1 | READS_RS2;
    case OP_IMM:
      return READS_RS1 | WRITES_RD;
    case OP:
      if (word >>> 31 !== 0) return 0;
      return READS_RS1 | WRITES_RD | ((word & 1 << 28) === 0 ? READS_RS2 : 0);
    case SYSTEM:
      return kind === 0 ? 0 : WRITES_RD;
    case CUSTOM_1:
      return kind === 3 ? planeA(word >>> 25) : kind === 4 ? planeB(word >>> 8 & 15) : 0;
    case CUSTOM_2:
      return READS_RS1 | WRITES_RD | (word >>> 30 === 3 && kind === 1 ? READS_RD : 0);
    case CUSTOM_3:
      return READS_RS1 | WRITES_RD | vectorWires(word >>> 26, kind);
  }
  return 0;
}

/**
 * The 32-bit form that the decompressor gives to an illegal 16-bit word, as far as its registers go
 * (cv32e40p_compressed_decoder.sv).
 */
export function expandIllegal(word: number): number {
  const rd = word >>> 7 & 31;
  switch (word & 0xe003) {
    case 0x0000:
      return 2 << 15 | (word >>> 2 & 7 | 8) << 7 | OP_IMM;
    case 0x8001:
      // Shifts by 32 and more; what is not a shift keeps no registers.
      return (word & 0x800) === 0 ? (rd & 7 | 8) << 15 | (rd & 7 | 8) << 7 | OP_IMM : 0;
    case 0x0002:
    case 0x8002:
      return rd << 15 | rd << 7 | OP_IMM;
    case 0x4002:
      return 2 << 15 | LOAD;
  }
  return 0;
}

/** Register loads and stores, bit manipulation, general ALU. */
function planeA(code: number): number {
  if (code < 16) return READS_RS1 | READS_RS2;
  if (code < 24) return READS_RS1 | READS_RS2 | READS_RD | ((code & 4) === 0 ? WRITES_RS1 : 0);
  if (code < 32) return READS_RS1 | READS_RS2 | WRITES_RD;
  if (code >= 64) return 0;
  const unary = code >= 33 && code <= 36 || code >= 48 && code <= 51;
  return READS_RS1 | WRITES_RD | (unary ? 0 : READS_RS2);
}

/** Hardware loops: those with a register have odd codes. */
function planeB(code: number): number {
  return code < 8 && (code & 1) === 1 ? READS_RS1 : 0;
}

/** Packed arithmetic, with a register, a replicated one (kinds 4 and 5) or an immediate (6 and 7). */
function vectorWires(code: number, kind: number): number {
  const second = kind < 6 ? READS_RS2 : 0;
  switch (code) {
    case 0b10011_0:
    case 0b10100_0:
    case 0b10101_0:
      return second | READS_RD;
    case 0b01010_1:
    case 0b11100_0:
    case 0b11111_0:
      return READS_RS2 | READS_RD;
    case 0b01011_1:
      return 0;
    case 0b10111_0:
      return kind >>> 1 === 2 ? second | READS_RD : second;
    case 0b11000_0:
    case 0b11001_0:
    case 0b11010_0:
    case 0b11011_0:
    case 0b11110_0:
    case 0b01100_1:
    case 0b01101_1:
    case 0b01110_1:
      return READS_RS2;
  }
  return second;
}
