import { assertEquals } from "@std/assert";
import { type AddressMap, Component, connect, describePlatform, RegisterBlock, Sram } from "../../hw/mod.ts";
import { type Frequency, MHz, Simulation } from "../../sim/mod.ts";
import { Copier } from "./copier.ts";

class Control extends Component {
  readonly map: AddressMap<string> = this.addressMap("map");
  readonly registers: RegisterBlock<"GO" | "ID"> = new RegisterBlock(this, "registers", {
    ID: { offset: 4, access: "ro", reset: 0xa5, description: "which chip" },
    GO: { offset: 0, description: "start", fields: { NOW: { bits: 0, access: "wo", description: "1 starts" } } },
  });
}

function platform(): Simulation {
  const sim = new Simulation();
  const clock = sim.clock("soc.clock", MHz(100));
  const soc = new Component(sim, "soc", {}, { clock });
  const copier = new Copier(soc, "copier", { depth: 4 });
  connect(copier.memory, new Sram(soc, "sram", { sizeBytes: 64 }).port);
  new Control(soc, "control").map.add("sram", 0x1c00_0000, 64, "sram");
  return sim;
}

Deno.test("describePlatform lists clocks, parts, parameters with units and sources, and counters", () => {
  const { clocks, parts } = describePlatform(platform());
  assertEquals(clocks, [{ name: "soc.clock", hertz: 100e6, gated: false }]);
  assertEquals(parts.map(({ path, type }) => `${path}: ${type}`), [
    "soc: Component",
    "soc.control: Control",
    "soc.copier: Copier",
    "soc.sram: Sram",
  ]);
  assertEquals(parts[2], {
    path: "soc.copier",
    type: "Copier",
    clock: "soc.clock",
    params: [
      { name: "depth", value: 4, unit: "job", description: "jobs that can be queued", source: "given" },
      { name: "setupCycles", value: 3, unit: "cycle", description: "from job to first read", source: "assumed" },
    ],
    counters: [{ path: "soc.copier.copied", unit: "B", description: "bytes copied since reset" }],
  });
});

Deno.test("describePlatform lists registers, address maps and connections", () => {
  const { registerBlocks, addressMaps, connections } = describePlatform(platform());
  const now = { name: "NOW", bits: [0, 0] as const, access: "wo" as const, description: "1 starts" };
  assertEquals(registerBlocks, [{
    path: "soc.control.registers",
    registers: [
      { name: "GO", offset: "0x00000000", access: "rw", reset: "0x00000000", description: "start", fields: [now] },
      { name: "ID", offset: "0x00000004", access: "ro", reset: "0x000000A5", description: "which chip", fields: [] },
    ],
  }]);
  assertEquals(addressMaps, [{
    path: "soc.control.map",
    ranges: [{ name: "sram", base: "0x1C000000", sizeBytes: 64 }],
  }]);
  assertEquals(connections, [
    { from: "soc.copier.memory", to: "soc.sram.port", kind: "a target of protocol Memory" },
  ]);
});

Deno.test("describePlatform lists parts that a part holds without a port, but not those above it or in it", () => {
  class Engine extends Component {
    readonly buffer = new Component(this, "buffer");
    constructor(parent: Component, name: string, readonly near: Component, readonly wiring: object) {
      super(parent, name);
    }
  }
  const sim = new Simulation();
  const soc = new Component(sim, "soc");
  const [bank0, bank1, port] = ["bank0", "bank1", "port"].map((name) => new Component(soc, name));
  new Engine(soc, "engine", port, { banks: 2, soc, bank0, later: null });
  new Engine(soc, "other", bank1, [bank0, bank1]);
  assertEquals(describePlatform(sim).connections.map(({ from, to, kind }) => `${from} -> ${to}: ${kind}`), [
    "soc.engine.near -> soc.port: a part",
    "soc.engine.wiring -> soc.bank0: a part",
    "soc.other.near -> soc.bank1: a part",
    "soc.other.wiring -> soc.bank0: a part",
    "soc.other.wiring -> soc.bank1: a part",
  ]);
});

Deno.test("describePlatform comes through JSON unchanged", () => {
  const description = describePlatform(platform());
  assertEquals(JSON.parse(JSON.stringify(description)), description);
});

Deno.test("describePlatform writes parameters that JSON cannot hold as people do", () => {
  class Odd extends Component<{ frequency: Frequency; mask: bigint; sizes: readonly bigint[]; place: object }> {
    static override readonly params = {
      frequency: { unit: "Hz", description: "frequency", source: "assumed" },
      mask: { unit: "1", description: "mask", source: "assumed" },
      sizes: { unit: "B", description: "sizes", source: "assumed" },
      place: { unit: "um", description: "on the die", source: "assumed" },
    };
  }
  const sim = new Simulation();
  new Odd(sim, "odd", { frequency: MHz(175), mask: 2n ** 64n, sizes: [1n], place: { x: 1, y: 2n } });
  const [{ params }] = describePlatform(sim).parts;
  assertEquals(params.map(({ value }) => value), ["175 MHz", "18446744073709551616", ["1"], { x: 1, y: "2" }]);
});
