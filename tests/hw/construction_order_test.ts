import { assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { CoreDemux } from "../../hw/bus/core_demux.ts";
import { Component, connect } from "../../hw/mod.ts";
import { ClusterTcdm } from "../../hw/memory/cluster_tcdm.ts";
import { Ram } from "../../hw/memory/ram.ts";
import { FirmwareCore } from "../../hw/riscv/firmware_core.ts";
import { reg } from "../../hw/riscv/registers.ts";
import { MHz, Simulation } from "../../sim/mod.ts";
import { canonicalOnly, CanonicalTrace } from "../../sim/trace/mod.ts";
import { cases, seed } from "../sampling.ts";

const L1 = 0x1000_0000, OUTER = 0x1C00_0000;
const CORES = [0, 1, 2, 3];

/** Four cores fight for two banks; the parts are made, and the wires laid, in the given orders. */
function outcome(parts: readonly number[], wires: readonly number[]) {
  const sim = new Simulation();
  const trace = new CanonicalTrace();
  sim.trace.attach(trace, canonicalOnly);
  const cluster = new Component(sim, "cluster", {}, { clock: sim.clock("cluster.clock", MHz(175)) });
  const cores: FirmwareCore[] = [];
  let demux!: CoreDemux, l1!: ClusterTcdm, outer!: Ram;
  const makers = [
    ...CORES.map((coreId) => () => {
      const core = new FirmwareCore(cluster, `core${coreId}`, { coreId, clusterId: 0 });
      core.start(function* () {
        for (let round = 0; round < 8; round++) {
          core.li(reg.a0, L1 + 64 * coreId + 4 * (round & 1));
          yield* core.lw(reg.t0, reg.a0);
          core.addi(reg.t0, reg.t0, coreId + 1);
          yield* core.sw(reg.t0, reg.a0);
        }
      }, false);
      cores[coreId] = core;
    }),
    () => demux = new CoreDemux(cluster, "demux"),
    () => l1 = new ClusterTcdm(cluster, "l1"),
    () => outer = new Ram(cluster, "outer", { base: OUTER, sizeBytes: 64 }),
  ];
  for (const part of parts) makers[part]();
  const layers = [
    ...CORES.map((coreId) => () => connect(cores[coreId].data, demux.port)),
    () => connect(demux.add("l1", L1, 0x1_0000), l1.cores),
    () => connect(demux.outer, outer.local),
  ];
  for (const wire of wires) layers[wire]();
  sim.run();
  const contended = cores.map((core) => core.memoryStalls.value);
  return { hash: trace.traceHash(), lines: trace.lines, cycles: cores.map((core) => core.totalCycles), contended };
}

Deno.test("A platform has the same cycles and the same trace hash in random orders of its parts and wires", () => {
  const parts = [...CORES, 4, 5, 6], wires = [...CORES, 4, 5];
  const first = outcome(parts, wires);
  assertEquals(first.lines, CORES.length * 8 * 2); // a load and a store of L1 in each round
  assertEquals(first.contended.some((cycles) => cycles > 0), true, "nobody has waited for a bank");
  const shuffled = (all: number[]) => fc.shuffledSubarray(all, { minLength: all.length });
  fc.assert(
    fc.property(shuffled(parts), shuffled(wires), (parts, wires) => assertEquals(outcome(parts, wires), first)),
    { seed, numRuns: cases(40, 400) },
  );
});
