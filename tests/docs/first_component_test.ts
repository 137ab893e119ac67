import { assert, assertEquals } from "@std/assert";
import { platformDiagram } from "../../cli/diagram.ts";
import { Summer } from "../../examples/tutorial/summer.ts";
import { connect, describePlatform, Sram } from "../../hw/mod.ts";
import { MHz, Simulation } from "../../sim/mod.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));

Deno.test("docs/first-component.md shows examples/tutorial/summer.ts as it is", async () => {
  const page = await read("docs/first-component.md"), file = await read("examples/tutorial/summer.ts");
  const listing = file.slice(file.indexOf("import "));
  assert(page.includes("```ts\n" + listing + "```"), "the listing of step 3 differs from the file");
});

Deno.test("docs/first-component.svg is what platformDiagram draws of the tutorial's platform", async () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const summer = new Summer(sim, "summer", {}, { clock });
  connect(summer.memory, new Sram(sim, "sram", { sizeBytes: 1024 }, { clock }).port);
  const drawn = await platformDiagram(describePlatform(sim));
  assertEquals(await read("docs/first-component.svg"), drawn, "step 6 writes a new one to out/summer.svg");
});
