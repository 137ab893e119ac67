/**
 * Plain software versions of what the kernels do, to check them against.
 * @module
 */
import { NdView } from "../../runtime/pynq/mod.ts";

/** `a @ b` for square views of whole numbers, modulo 2^32; four rows of `b` at a time, as many as a multiple of 4. */
export function matmul(a: NdView, b: NdView): NdView {
  const [size] = a.shape;
  const left = a.copy().toTypedArray(), right = b.copy().toTypedArray();
  const product = new Int32Array(size * size);
  for (let row = 0; row < size; row++) {
    const out = product.subarray(row * size, (row + 1) * size);
    for (let k = 0; k < size; k += 4) {
      const [l0, l1, l2, l3] = left.subarray(row * size + k, row * size + k + 4);
      const r0 = k * size, r1 = r0 + size, r2 = r1 + size, r3 = r2 + size;
      for (let j = 0; j < size; j++) {
        out[j] = out[j] + Math.imul(l0, right[r0 + j]) + Math.imul(l1, right[r1 + j]) + Math.imul(l2, right[r2 + j]) +
            Math.imul(l3, right[r3 + j]) | 0;
      }
    }
  }
  return NdView.over(product, a.shape);
}

/** `a + b`, element by element, modulo 2^32. */
export function add(a: NdView, b: NdView): NdView {
  const left = a.copy().toTypedArray(), right = b.copy().toTypedArray();
  const sum = new Int32Array(left.length);
  for (let i = 0; i < sum.length; i++) sum[i] = left[i] + right[i];
  return NdView.over(sum, a.shape);
}
