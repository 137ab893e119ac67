import { assert } from "@std/assert";
import { builtinsPage } from "../../cli/builtins_page.ts";

Deno.test("docs/builtins.md is what builtinsPage writes", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/builtins.md", import.meta.url));
  assert(page === builtinsPage(), "it is out of date: run deno run -A cli/builtins_page.ts");
});
