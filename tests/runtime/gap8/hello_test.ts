import { assertEquals } from "@std/assert";
import { main } from "../../../examples/firmware/hello.ts";
import { Gap8System } from "../../../runtime/gap8/mod.ts";
import { helloHash } from "../../hello_hash.ts";

Deno.test("hello prints the manual's lines: main, cluster entry, every core, end of cluster, event, end of main", () => {
  const { console, exitCode } = new Gap8System().run(main);
  const hellos = console.slice(2, 10);
  assertEquals(exitCode, 0);
  assertEquals(console.slice(0, 2), ["Entering main controller", "Entering cluster on core 0"]);
  assertEquals(
    hellos.toSorted(),
    [0, 1, 2, 3, 4, 5, 6, 7].map((core) => `[clusterID: 0x 0] Hello from core ${core}`),
  );
  assertEquals(console.slice(10), [
    "Leaving cluster on core 0",
    "[clusterID: 0x20] Hello from core 0",
    "Leaving main controller",
  ]);
});

Deno.test("hello accounts for every cycle of every core", () => {
  const { cores, cycles } = new Gap8System().run(main);
  for (const core of cores) {
    const { active, stalled, asleep, stalls } = core;
    assertEquals(active + stalled + asleep, core.name === "fc" ? cycles.fc : cycles.cluster, core.name);
    assertEquals(stalls.loadUse + stalls.jump + stalls.compute + stalls.memory, stalled, core.name);
  }
});

Deno.test("hello lets cores sleep while they wait: the slaves most of the time", () => {
  const { cores } = new Gap8System().run(main);
  for (const core of cores.slice(2)) assertEquals(core.asleep > core.active + core.stalled, true, core.name);
});

Deno.test("hello takes the same cycles and has the same trace hash in each of 20 runs", () => {
  const first = new Gap8System().run(main), { hash } = helloHash();
  for (let run = 1; run < 20; run++) {
    assertEquals(new Gap8System().run(main), first);
    assertEquals(helloHash().hash, hash);
  }
});
