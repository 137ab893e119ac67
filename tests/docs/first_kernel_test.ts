import { assert } from "@std/assert";

const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));

Deno.test("docs/first-kernel.md shows examples/tutorial/threshold.ts as it is: a class of some 30 lines", async () => {
  const page = await read("docs/first-kernel.md"), file = await read("examples/tutorial/threshold.ts");
  const listing = file.slice(file.indexOf("import "));
  assert(page.includes("```ts\n" + listing + "```"), "the listing of step 1 differs from the file");
  assert(listing.split("\n").length <= 35, `${listing.split("\n").length} lines`);
});
