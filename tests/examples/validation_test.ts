import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { measureSections } from "../../examples/validation.ts";
import { differencePercent, percent, published } from "../../examples/validation/comparison.ts";
import { validationPage } from "../../examples/validation/section.ts";

/** Measured once, for all tests of this file. */
const measured = measureSections();
const page = fromFileUrl(new URL("../../docs/validation.md", import.meta.url));

Deno.test("docs/validation.md is what the models give today", async () => {
  const now = validationPage(await measured);
  // If figures have changed on purpose: task example validation --write docs/validation.md
  assertEquals((await Deno.readTextFile(page)).split("\n"), now.split("\n"));
});

Deno.test("validationPage says where a figure is from and why ours differs, in each row", async () => {
  for (const { tables } of await measured) {
    for (const { source, explanation, unit, ours } of tables.flatMap((part) => part.rows)) {
      assertEquals([source, explanation, unit].filter((text) => text.trim() === ""), []);
      assertEquals(Number.isFinite(ours) && ours > 0, true);
    }
  }
});

Deno.test("differencePercent counts from the nearer end of a range", () => {
  const of = (theirs: number | readonly [number, number], ours: number) => {
    const row = { what: "", unit: "", source: "", theirs, ours };
    return [differencePercent(row), percent(row), published(row)];
  };
  assertEquals(of(200, 210), [100 * (210 / 200 - 1), "+5.0 %", "200"]);
  assertEquals(of([100, 200], 150), [0, "within", "100 to 200"]);
  assertEquals(of([100, 200], 75), [-25, "-25.0 %", "100 to 200"]);
  assertEquals(of([100, 200], 300), [50, "+50.0 %", "100 to 200"]);
});
