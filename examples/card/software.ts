/**
 * Plain software versions of what the kernels do, to check them against.
 * @module
 */
import { NdView } from "../../runtime/pynq/mod.ts";

/** `a @ b` for two-dimensional views of whole numbers, modulo 2^32. */
export function matmul(a: NdView, b: NdView): NdView {
  const [rows, depth] = a.shape, columns = b.shape[1];
  const left = a.copy().toTypedArray(), right = b.copy().toTypedArray();
  const product = new Int32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const out = product.subarray(row * columns, (row + 1) * columns);
    for (let k = 0; k < depth; k++) {
      const factor = left[row * depth + k], base = k * columns;
      for (let column = 0; column < columns; column++) {
        out[column] = (out[column] + Math.imul(factor, right[base + column])) | 0;
      }
    }
  }
  return NdView.over(product, [rows, columns]);
}

/** `a + b`, element by element, modulo 2^32. */
export function add(a: NdView, b: NdView): NdView {
  const left = a.copy().toTypedArray(), right = b.copy().toTypedArray();
  return NdView.over(Int32Array.from(left, (value, i) => (value + right[i]) | 0), a.shape);
}
