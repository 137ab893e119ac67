/**
 * The functions of the operation language that JavaScript has no operator for, on 32-bit integers.
 * @module
 */
import type { FunctionName } from "./operation.ts";

/** High half of the product of two unsigned numbers. */
function mulhu(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16;
  const bLow = b & 0xffff, bHigh = b >>> 16;
  const middle = aHigh * bLow + (aLow * bLow >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000) | 0;
}

/** Each function by its name; arguments and results are signed 32-bit integers. */
export const ARITHMETIC: Readonly<Record<FunctionName, (a: number, b: number) => number>> = {
  ltu: (a, b) => a >>> 0 < b >>> 0 ? 1 : 0,
  geu: (a, b) => a >>> 0 >= b >>> 0 ? 1 : 0,
  min: (a, b) => a < b ? a : b,
  max: (a, b) => a > b ? a : b,
  minu: (a, b) => a >>> 0 < b >>> 0 ? a : b,
  maxu: (a, b) => a >>> 0 > b >>> 0 ? a : b,
  clz: (a) => Math.clz32(a),
  popcount: (a) => {
    a -= a >>> 1 & 0x5555_5555;
    a = (a & 0x3333_3333) + (a >>> 2 & 0x3333_3333);
    return Math.imul(a + (a >>> 4) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
  },
  rotr: (a, b) => a >>> b | a << 32 - b,
  mulh: (a, b) => mulhu(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0) | 0,
  mulhsu: (a, b) => mulhu(a, b) - (a < 0 ? b : 0) | 0,
  mulhu,
  div: (a, b) => b === 0 ? -1 : a / b | 0,
  divu: (a, b) => b === 0 ? -1 : (a >>> 0) / (b >>> 0) | 0,
  rem: (a, b) => b === 0 ? a : a % b | 0,
  remu: (a, b) => b === 0 ? a : (a >>> 0) % (b >>> 0) | 0,
  s8: (a) => a << 24 >> 24,
  u8: (a) => a & 255,
  s16: (a) => a << 16 >> 16,
  u16: (a) => a & 0xffff,
};
