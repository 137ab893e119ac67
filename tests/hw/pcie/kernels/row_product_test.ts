import { assertEquals } from "@std/assert";
import { RowProduct } from "../../../../hw/pcie/kernels/row_product.ts";

/** The same, as obvious as it can be. */
function plainly(row: Int32Array, matrix: Int32Array): Int32Array {
  const size = row.length;
  return Int32Array.from({ length: size }, (_, column) => {
    let sum = 0;
    for (let k = 0; k < size; k++) sum = sum + Math.imul(row[k], matrix[k * size + column]) | 0;
    return sum;
  });
}

Deno.test("RowProduct.of gives the product that plain loops give, overflows included, for several sizes", () => {
  let state = 1;
  const word = () => state = Math.imul(state, 0x0019_660d) + 0x3c6e_f35f | 0;
  for (const size of [8, 16, 24, 64, 136]) {
    const product = new RowProduct(size);
    for (let i = 0; i < size * size; i++) product.matrix[i] = word();
    const rows = Array.from({ length: 5 }, () => Int32Array.from({ length: size }, word));
    rows.push(new Int32Array(size).fill(-(2 ** 31)), new Int32Array(size));
    const results = rows.map((row) => product.of(row));
    results.forEach((result, i) => assertEquals(result, plainly(rows[i], product.matrix), `row ${i} of ${size}`));
  }
});
