/**
 * Pieces of code that interpreter and translator share.
 * @module
 */
import { WASM, type WasmCode } from "./wasm_code.ts";

/** Loads by size and sign, stores by size. */
export const MEMORY_OPCODES: Readonly<Record<string, number>> = {
  "4false": WASM.i32Load,
  "4true": WASM.i32Load,
  "2false": WASM.i32Load16U,
  "2true": WASM.i32Load16S,
  "1false": WASM.i32Load8U,
  "1true": WASM.i32Load8S,
  store4: WASM.i32Store,
  store2: WASM.i32Store16,
  store1: WASM.i32Store8,
};

/**
 * How far a divisor is shifted, see `divisorShift` of the divider: takes the kind of division from the stack (2 is signed)
 * and the divisor from a local, uses another local, and leaves the shift.
 */
export function writeDivisorShift(code: WasmCode, divisor: number, negative: number): void {
  const get = (local: number) => code.index(WASM.localGet, local);
  code.constant(1).op(WASM.i32ShrU);
  get(divisor).constant(31).op(WASM.i32ShrU).op(WASM.i32And).index(WASM.localSet, negative);
  get(divisor).constant(0);
  get(negative).op(WASM.i32Sub).op(WASM.i32Xor).op(WASM.i32Clz);
  get(negative).op(WASM.i32Sub);
}
