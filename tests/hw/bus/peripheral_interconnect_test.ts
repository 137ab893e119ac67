import { assertEquals, assertThrows } from "@std/assert";
import {
  DEFERRED,
  GAP8_PERIPHERAL_INTERCONNECT,
  PeripheralInterconnect,
  type PeripheralTarget,
  REFUSED,
} from "../../../hw/bus/peripheral_interconnect.ts";
import { readGolden } from "../../golden/fabric/read_golden.ts";

interface Scenario {
  slave_latency: number;
  masters: number;
  per_master: number;
  slave: number;
  events: ["slave" | "gnt" | "rvalid", number, number][];
}

/** A target that answers after a fixed time with what `read` gives, and notes who came when. */
class Target implements PeripheralTarget {
  readData = 0;
  readonly seen: [number, number][] = [];
  constructor(readonly cycles: number, readonly ready: (cycle: number) => boolean = () => true) {}

  access(cycle: number, port: number, address: number): number {
    if (!this.ready(cycle)) return REFUSED;
    this.seen.push([cycle, port]);
    this.readData = address + cycle;
    return this.cycles;
  }
}

function build(target: Target): PeripheralInterconnect {
  return new PeripheralInterconnect(GAP8_PERIPHERAL_INTERCONNECT, Array.from({ length: 8 }, () => target));
}

/** The order in which the recordings list the events of a cycle is of no meaning. */
function sorted(events: readonly (readonly [string, number, number])[]): string[] {
  return events.map((event) => JSON.stringify(event)).sort();
}

const scenarios = await readGolden<Scenario[]>("periph_demux.json.gz");

scenarios.forEach((scenario, index) => {
  Deno.test(`PeripheralInterconnect plays recorded scenario ${index}`, () => {
    const target = new Target(scenario.slave_latency);
    const bus = build(target);
    const left = Array.from({ length: 9 }, (_, port) => (scenario.masters >> port) & 1 ? scenario.per_master : 0);
    let raise = scenario.masters;
    const events: [string, number, number][] = [];
    for (let cycle = 0; raise !== 0 || bus.busy; cycle++) {
      for (let port = 0; port < 9; port++) {
        if (((raise >> port) & 1) === 0 || left[port] === 0) continue;
        left[port]!--;
        bus.request(cycle, port, scenario.slave, 0x10200000, false, 15, 0);
      }
      raise = bus.step(cycle);
      for (let port = 0; port < 9; port++) {
        if ((raise >> port) & 1) events.push(["gnt", cycle, port]);
        if ((bus.answered >> port) & 1) events.push(["rvalid", cycle, port]);
      }
    }
    for (const [cycle, port] of target.seen) events.push(["slave", cycle, port]);
    assertEquals(sorted(events), sorted(scenario.events));
  });
});

/** Steps until `port` is granted and answered; returns both cycles. */
function finish(bus: PeripheralInterconnect, from: number, port: number): { granted: number; answered: number } {
  let granted = -1;
  for (let cycle = from;; cycle++) {
    if ((bus.step(cycle) >> port) & 1) granted = cycle;
    if ((bus.answered >> port) & 1) return { granted, answered: cycle };
  }
}

Deno.test("PeripheralInterconnect waits for a target that does not take the access", () => {
  const target = new Target(1, (cycle) => cycle >= 7);
  const bus = build(target);
  bus.request(0, 3, 1, 0x100, false, 15, 0);
  assertEquals(finish(bus, 0, 3), { granted: 7 + 1 + 1, answered: 7 + 1 + 2 });
  assertEquals(target.seen, [[7, 3]]);
  assertEquals(bus.readData[3], 0x100 + 7);
});

Deno.test("PeripheralInterconnect lets a target answer later", () => {
  const bus = build(new Target(DEFERRED));
  bus.request(0, 2, 0, 0x100, false, 15, 0);
  for (let cycle = 0; cycle < 40; cycle++) assertEquals(bus.step(cycle), 0);
  bus.respond(40, 2, 99);
  assertEquals(finish(bus, 40, 2), { granted: 41, answered: 42 });
  assertEquals(bus.readData[2], 99);
});

Deno.test("PeripheralInterconnect keeps accesses to different targets apart", () => {
  const bus = build(new Target(1));
  bus.request(0, 0, 0, 0, true, 15, 1);
  bus.request(0, 1, 1, 0, true, 15, 1);
  bus.step(0);
  bus.step(1);
  bus.step(2);
  assertEquals(bus.step(3), 0b11);
});

Deno.test("PeripheralInterconnect refuses wrong use with errors that say why", () => {
  const bus = build(new Target(1));
  assertThrows(() => bus.request(0, 0, 9, 0x1234, false, 15, 0), RangeError, "no target 9 of 8");
  bus.request(0, 0, 0, 0x1234, false, 15, 0);
  assertThrows(() => bus.request(0, 0, 0, 0, false, 15, 0), Error, "the one to 0x1234 has not been granted");
});
