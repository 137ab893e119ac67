/**
 * Plain software versions of what the kernels do, to check them against.
 * @module
 */
import { NdView } from "../../runtime/pynq/mod.ts";

/** `a @ b` for two-dimensional views of whole numbers, modulo 2^32; two rows of `b` at a time. */
export function matmul(a: NdView, b: NdView): NdView {
  const [rows, depth] = a.shape, columns = b.shape[1];
  const left = a.copy().toTypedArray(), right = b.copy().toTypedArray();
  const product = new Int32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const out = product.subarray(row * columns, (row + 1) * columns);
    for (let k = 0; k < depth; k += 2) {
      const first = left[row * depth + k], second = k + 1 < depth ? left[row * depth + k + 1] : 0;
      const base = k * columns, next = k + 1 < depth ? base + columns : base;
      for (let column = 0; column < columns; column++) {
        out[column] = out[column] + Math.imul(first, right[base + column]) + Math.imul(second, right[next + column]) |
          0;
      }
    }
  }
  return NdView.over(product, [rows, columns]);
}

/** `a + b`, element by element, modulo 2^32. */
export function add(a: NdView, b: NdView): NdView {
  const left = a.copy().toTypedArray(), right = b.copy().toTypedArray();
  const sum = new Int32Array(left.length);
  for (let i = 0; i < sum.length; i++) sum[i] = left[i] + right[i];
  return NdView.over(sum, a.shape);
}
