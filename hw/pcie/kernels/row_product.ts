/**
 * Products of rows with one matrix, as fast as the machine that runs the simulation multiplies.
 * @module
 */
import { WASM, WasmCode, wasmModule } from "../../riscv/engine/wasm_code.ts";

/** Vector instructions (WebAssembly 2.0, 5.4.8): the prefix, and what follows it. */
const SIMD = 0xfd, V128_LOAD = 0x00, V128_STORE = 0x0b, SPLAT = 0x11, ADD = 0xae, MULTIPLY = 0xb5;
/** Rows of the matrix that one pass over the product takes in, and bytes that a vector instruction does. */
const ROWS = 8, VECTOR_BYTES = 16;
/** Locals of the code: offset in the row, of the rows' block, in the product; address in the block; then factors. */
const AT = 0, BLOCK = 1, COLUMN = 2, ADDRESS = 3, FACTOR = 4;

/** Multiplies rows of `size` signed words with a matrix, modulo 2^32. */
export class RowProduct {
  /** The matrix, row by row; whoever owns it fills it. */
  readonly matrix: Int32Array;
  private readonly row: Int32Array;
  private readonly product: Int32Array;
  private readonly multiply: () => void;

  /** A product of `size` columns, a multiple of 8. */
  constructor(size: number) {
    const rowBytes = 4 * size;
    const pages = Math.ceil((2 + size) * rowBytes / 2 ** 16);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const run = { name: "run", parameters: 0, locals32: FACTOR + ROWS, body: body(rowBytes) };
    const module = new WebAssembly.Module(wasmModule([run], { pages }));
    this.multiply = new WebAssembly.Instance(module, { env: { memory } }).exports.run as () => void;
    this.row = new Int32Array(memory.buffer, 0, size);
    this.product = new Int32Array(memory.buffer, rowBytes, size);
    this.matrix = new Int32Array(memory.buffer, 2 * rowBytes, size * size);
  }

  /** The product of a row, in memory of its own. */
  of(row: Int32Array): Int32Array {
    this.row.set(row);
    this.product.fill(0);
    this.multiply();
    return this.product.slice();
  }
}

/** The row lies at 0, the product after it, then the matrix. */
function body(rowBytes: number): WasmCode {
  const code = new WasmCode().begin(WASM.loop);
  for (let i = 0; i < ROWS; i++) {
    code.index(WASM.localGet, AT).memory(WASM.i32Load, 4 * i).index(WASM.localSet, FACTOR + i);
  }
  code.constant(0).index(WASM.localSet, COLUMN).begin(WASM.loop);
  code.index(WASM.localGet, BLOCK).index(WASM.localGet, COLUMN).op(WASM.i32Add).index(WASM.localSet, ADDRESS);
  code.index(WASM.localGet, COLUMN).index(WASM.localGet, COLUMN).op(SIMD).memory(V128_LOAD, rowBytes);
  for (let i = 0; i < ROWS; i++) {
    code.index(WASM.localGet, ADDRESS).op(SIMD).memory(V128_LOAD, (2 + i) * rowBytes);
    code.index(WASM.localGet, FACTOR + i).index(SIMD, SPLAT);
    code.index(SIMD, MULTIPLY).index(SIMD, ADD);
  }
  code.op(SIMD).memory(V128_STORE, rowBytes);
  again(code, COLUMN, VECTOR_BYTES, rowBytes);
  code.index(WASM.localGet, BLOCK).constant(ROWS * rowBytes).op(WASM.i32Add).index(WASM.localSet, BLOCK);
  again(code, AT, 4 * ROWS, rowBytes);
  return code.constant(0);
}

/** The end of a loop in which a local goes up to a limit. */
function again(code: WasmCode, local: number, step: number, limit: number): void {
  code.index(WASM.localGet, local).constant(step).op(WASM.i32Add).index(WASM.localTee, local);
  code.constant(limit).op(WASM.i32LtU).index(WASM.brIf, 0).op(WASM.end);
}
