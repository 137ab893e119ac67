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

Deno.test("deno.jsr.json is deno.json without the links, for machines that reach the JSR registry", async () => {
  const read = async (name: string) => JSON.parse(await Deno.readTextFile(new URL(`../${name}`, import.meta.url)));
  const { links, ...rest } = await read("deno.json");
  assertEquals(links.length > 0, true);
  assertEquals(await read("deno.jsr.json"), rest);
});
