import { assertEquals } from "@std/assert";
import { runFir } from "../../../examples/validation/fir_kernels.ts";

Deno.test("runFir takes three instructions a tap, or a pair of taps; unrolled two", () => {
  const forTen = (form: "scalar" | "vector" | "unrolled") => {
    return Math.round(runFir(form, 20).instructions - runFir(form, 10).instructions);
  };
  assertEquals([forTen("scalar"), forTen("vector"), forTen("unrolled")], [10 * 3, 10 / 2 * 3, 10 / 2 * 2]);
});
