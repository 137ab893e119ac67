import { assertEquals } from "@std/assert";
import { ClockCrossing } from "../../../hw/bus/clock_crossing.ts";
import { Gap8Address, Gap8System } from "../../../runtime/gap8/mod.ts";
import { MHz, Phase, Simulation } from "../../../sim/mod.ts";

/** When things that are sent in these cycles of the sender's clock can be taken, in cycles of the receiver's. */
function taken(
  fromMHz: number,
  toMHz: number,
  fromCycles: number,
  toCycles: number,
  sent: readonly number[],
): number[] {
  const sim = new Simulation();
  const from = sim.clock("from", MHz(fromMHz)), to = sim.clock("to", MHz(toMHz));
  const cycles: number[] = [];
  const route = { path: "crossing", from, fromCycles, to, toCycles };
  const taking = sim.task("take", () => {
    while (crossing.front !== undefined) {
      cycles.push(to.cycles);
      crossing.take();
    }
    if (crossing.nextCycle !== Infinity) taking.after(1);
  }, { clock: to, phase: Phase.respond });
  const crossing = new ClockCrossing<number>(sim, route, () => {
    if (!taking.queued) taking.after(1);
  });
  sim.spawn("sender", function* () {
    for (const cycle of sent) {
      yield cycle - from.cycles;
      crossing.push(cycle);
    }
  }, { clock: from });
  sim.run();
  return cycles;
}

Deno.test("ClockCrossing takes the sender's cycles, then the receiver's, and keeps one thing per cycle", () => {
  assertEquals(taken(100, 100, 2, 5, [10, 11, 12]), [10 + 2 + 5, 11 + 2 + 5, 12 + 2 + 5]);
  // In 20 cycles at 200 MHz there are 10 at 100 MHz.
  assertEquals(taken(200, 100, 2, 5, [18]), [(18 + 2) / 2 + 5]);
  assertEquals(taken(50, 100, 2, 5, [18]), [(18 + 2) * 2 + 5]);
});

/** Cluster cycles of a load from L2 by core 0, with both clocks as given; the earliest and the latest of several. */
function loadCycles(fcMultiplier: number, clusterMultiplier: number): [least: number, most: number] {
  const cycles: number[] = [];
  new Gap8System().run(function* (rt) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, function* ({ core, system }) {
      const { fcFll, clusterFll } = system.gap8;
      fcFll.registers.write(4, (0x8000_0000 | 1 << 26 | fcMultiplier) >>> 0);
      clusterFll.registers.write(4, (0x8000_0000 | 1 << 26 | clusterMultiplier) >>> 0);
      yield* core.store(Gap8Address.clusterL1 + 0x8000, 0);
      core.alu(300); // both have changed
      for (let i = 0; i < 20; i++) {
        core.alu(1 + i);
        yield* core.store(Gap8Address.clusterL1 + 0x8000, 0);
        const start = core.cycle;
        yield* core.store(Gap8Address.l2 + 0x4_0000, 0);
        cycles.push(core.cycle - start);
      }
    });
  });
  return [Math.min(...cycles), Math.max(...cycles)];
}

Deno.test("clock domains: an access to L2 costs the cluster's cycles there, and the other clock's cycles in its own", () => {
  // Leaves decode, to the border; the bus and L2 by their own clock; back at the next edge.
  const inside = 1 + 2, outside = 9 + 8;
  const at = (fc: number, cluster: number) => {
    const [least, most] = loadCycles(fc, cluster);
    const ratio = cluster / fc;
    // An access comes to the border anywhere between two edges of the other clock, and goes back at the next of its own.
    const fits = least >= inside + (outside - 1) * ratio && most <= inside + outside * ratio + 2;
    assertEquals(fits, true, `${fc} and ${cluster}: ${least} to ${most}`);
    return least;
  };
  const [slow, even, fast] = [at(2000, 1000), at(2000, 2000), at(2000, 4000)];
  assertEquals(slow < even && even < fast, true);
  // The cluster's own clock does not matter to what the other domain takes.
  assertEquals(Math.abs(at(1000, 2000) - fast) <= 1, true);
  at(1999, 2741);
});
