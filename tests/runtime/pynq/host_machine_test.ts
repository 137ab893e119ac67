import { assertEquals } from "@std/assert";
import { Simulation } from "../../../sim/mod.ts";
import { HostMachine } from "../../../runtime/pynq/host_machine.ts";

Deno.test("HostMachine handles with one interrupt the messages that have arrived by then, and the later ones with another", () => {
  const sim = new Simulation();
  const host = new HostMachine(sim, "host", { interruptNs: 10 });
  const handled: [number, number][] = [];
  const { calls } = host.interruptPort("card0", (vector) => handled.push([sim.now, vector]));
  calls.interrupt(8, 1000); // its handler runs in 11000
  calls.interrupt(0, 5000);
  calls.interrupt(8, 11_000); // in that very moment
  calls.interrupt(16, 11_001);
  calls.interrupt(0, 500_000);
  sim.run();
  assertEquals(handled, [[11_000, 0], [11_000, 8], [21_001, 16], [510_000, 0]]);
  assertEquals(host.interrupts.value, 3);
});
