import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { parseArgs } from "@std/flags";
import { describe } from "@std/testing/bdd";

Deno.test("links give the JSR names that the project declares", () => {
  assertEquals(join("a", "b"), "a/b");
  assertEquals(parseArgs(["--x", "1"]).x, 1);
  assertThrows(() => assertEquals(1, 2));
  assertEquals(typeof describe, "function");
});
