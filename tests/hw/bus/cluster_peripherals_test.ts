import { assertEquals, assertThrows } from "@std/assert";
import type { Access } from "../../../hw/bus/access.ts";
import { ClusterPeripherals } from "../../../hw/bus/cluster_peripherals.ts";
import { Ram } from "../../../hw/memory/ram.ts";
import { connect } from "../../../hw/port.ts";
import { type ClockDomain, MHz, Simulation, SimulationError } from "../../../sim/mod.ts";

const A = 0x1020_0000, B = 0x1020_0400;

/** An access, and the cycle in which it was granted. */
function access(
  clock: ClockDomain,
  port: number,
  address: number,
  write?: number,
): Access & { done: number; result: number } {
  return {
    initiator: `core${port}`,
    port,
    address,
    sizeBytes: 4,
    write: write !== undefined,
    waits: false,
    value: write ?? 0,
    done: -1,
    result: -1,
    complete(result) {
      this.done = clock.cycles;
      this.result = result;
    },
    sleep: () => {},
    fail: (error) => {
      throw error;
    },
  };
}

function peripherals() {
  const sim = new Simulation();
  const clock = sim.clock("cluster", MHz(100));
  const fabric = new ClusterPeripherals(sim, "peripherals", {}, { clock });
  const a = new Ram(sim, "a", { base: A, sizeBytes: 0x100 }, { clock });
  const b = new Ram(sim, "b", { base: B, sizeBytes: 0x100 }, { clock });
  connect(fabric.add("a", A, 0x100), a.port);
  connect(fabric.add("b", B, 0x100), b.port);
  /** Cycles from request to grant of accesses that are all requested in one cycle. */
  const play = (...accesses: (Access & { done: number })[]): number[] => {
    sim.run();
    let start = 0;
    sim.spawn("requests", function* () {
      yield 1;
      start = clock.cycles;
      for (const each of accesses) fabric.cores.calls.request(each);
    }, { clock });
    sim.run();
    return accesses.map(({ done }) => done - start);
  };
  return { sim, clock, fabric, a, b, play };
}

/** To the block, its answer, and back. */
const GRANT = 1 + 1 + 1;

Deno.test("ClusterPeripherals brings a core's access to a block and grants it when the answer is back", () => {
  const { clock, fabric, a, b, play } = peripherals();
  assertEquals(play(access(clock, 0, A + 8, 7)), [GRANT]);
  assertEquals([a.bytes[8], b.bytes[8]], [7, 0]);
  const load = access(clock, 3, A + 8);
  assertEquals(play(load), [GRANT]);
  assertEquals([load.result, fabric.accesses.value], [7, 2]);
});

Deno.test("ClusterPeripherals lets one access per cycle through to a block, and does not hold up another block", () => {
  const { clock, play } = peripherals();
  assertEquals(
    play(access(clock, 0, A), access(clock, 1, A), access(clock, 2, A), access(clock, 3, B)),
    [GRANT, GRANT + 1, GRANT + 2, GRANT],
  );
});

Deno.test("ClusterPeripherals takes a master outside the cluster at its next edge, between the cores", () => {
  const { sim, clock, fabric } = peripherals();
  const outside = access(clock, 0, B, 9);
  const start = clock.cycles;
  fabric.external.calls.request(outside);
  sim.run();
  // Its edge, then the block's answer; no queue in front of it.
  assertEquals(outside.done - start, 1 + 1);
  clock.gate();
  assertThrows(() => fabric.external.calls.request(outside), SimulationError, "the cluster is off");
});

Deno.test("ClusterPeripherals refuses what nobody answers, and waits", () => {
  const { clock, fabric } = peripherals();
  const ask = (each: Access) => fabric.cores.calls.request(each);
  assertThrows(() => ask(access(clock, 2, 0x1020_0200)), SimulationError, "no peripheral of the cluster is there");
  assertThrows(
    () => ask({ ...access(clock, 2, A), waits: true }),
    SimulationError,
    "Cannot wait (p.elw) at 0x10200000",
  );
});

Deno.test("ClusterPeripherals forgets what is under way on reset", () => {
  const { sim, clock, fabric, play } = peripherals();
  const lost = access(clock, 0, A, 1);
  fabric.cores.calls.request(lost);
  fabric.reset();
  sim.run();
  assertEquals(lost.done, -1);
  assertEquals(play(access(clock, 0, A)), [GRANT]);
});
