import { assertEquals, assertThrows } from "@std/assert";
import { runLayer } from "../../../examples/validation/cnn_layers.ts";
import { ProgramError } from "../../../hw/platforms/core_bench.ts";

Deno.test("runLayer costs 8 instructions a maximum, and a wait in each turn where the loop lies worst", () => {
  const best = runLayer("maxPool", "scalar", 1), worst = runLayer("maxPool", "scalar", 1, 14);
  assertEquals(Math.floor(best.instructions), 4 + 3 + 1);
  // A wait in each turn but a column's last.
  assertEquals(Math.round((worst.cycles - best.cycles) * best.outputs), (112 / 2 - 1) * (112 / 2));
});

Deno.test("runLayer refuses a form that has no assembly", () => {
  const error = assertThrows(() => runLayer("maxPool", "plain", 1), ProgramError);
  assertEquals(error.message, "Cannot run maxPool plain: there is no assembly of it");
});
