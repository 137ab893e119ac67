import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type AddressMap, Component, connect, Design, ElaborationError, Sram } from "../../hw/mod.ts";
import { MHz, type Process, Simulation } from "../../sim/mod.ts";
import { Copier } from "./copier.ts";

class Crossbar extends Component {
  readonly map: AddressMap<string> = this.addressMap("map");
}

class Idle extends Component {
  started = 0;
  protected override *run(): Process {
    this.started++;
    yield 1;
  }
}

Deno.test("Design.elaborate reports everything that is wrong at once, before the first cycle", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const soc = new Component(sim, "soc", {}, { clock });
  const first = new Sram(soc, "first", { sizeBytes: 64 }), second = new Sram(soc, "second", { sizeBytes: 64 });
  new Copier(soc, "open");
  const twice = new Copier(soc, "twice");
  connect(twice.memory, first.port);
  connect(twice.memory, second.port);
  const crossbar = new Crossbar(soc, "crossbar");
  crossbar.map.add("rom", 0x1000, 0x1000, "rom");
  crossbar.map.add("ram", 0x1800, 0x1000, "ram");
  new Idle(sim, "idle");

  const error = assertThrows(() => sim.run(), ElaborationError);
  assertEquals(error.problems, [
    "soc.open.memory is not connected: it takes a target of protocol Memory, and no connect() names it; there are soc.first.port, soc.second.port",
    "soc.twice.memory is connected 2 times, to soc.first.port and soc.second.port: it takes one; remove the others, " +
    "or put an interconnect between",
    "soc.crossbar.map: rom (0x00001000 to 0x00001FFF) and ram (0x00001800 to 0x000027FF) overlap: move or shrink one",
    "idle has a behaviour but no clock; pass { clock } to it or to a component above",
  ]);
  assertEquals(
    error.message,
    `Cannot elaborate before the first cycle: 4 problems:\n${error.problems.map((p) => `  ${p}`).join("\n")}`,
  );
  assertEquals(sim.now, 0);
});

Deno.test("Design.elaborate lets a platform run once what it reported is mended", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const idle = new Idle(sim, "idle", {}, { clock });
  const copier = new Copier(sim, "copier", {}, { clock });
  const sram = new Sram(sim, "sram", { sizeBytes: 64 }, { clock });
  assertThrows(() => sim.run(), ElaborationError, "copier.memory is not connected");
  assertEquals(idle.started, 0);
  connect(copier.memory, sram.port);
  sim.run();
  assertEquals(idle.started, 1);
});

Deno.test("Design.elaborate says so if nothing could be connected, and names no more than four peers", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  new Copier(sim, "copier", {}, { clock });
  assertThrows(
    () => sim.run(),
    ElaborationError,
    "protocol Memory, and no connect() names it; nothing of that kind is there yet",
  );
  for (let bank = 0; bank < 6; bank++) new Sram(sim, `bank${bank}`, { sizeBytes: 64 }, { clock });
  assertThrows(
    () => sim.run(),
    ElaborationError,
    "there are bank0.port, bank1.port, bank2.port, bank3.port and 2 more",
  );
});

Deno.test("Design.elaborate refuses wires between two simulations", () => {
  const sim = new Simulation(), other = new Simulation();
  const copier = new Copier(sim, "copier", {}, { clock: sim.clock("clock", MHz(100)) });
  const sram = new Sram(other, "sram", { sizeBytes: 64 }, { clock: other.clock("clock", MHz(100)) });
  connect(copier.memory, sram.port);
  assertThrows(
    () => sim.run(),
    ElaborationError,
    "copier.memory is connected to sram.port of another simulation: time is not shared between two",
  );
});

Deno.test("Design.elaborate leaves platforms apart that live in one process", () => {
  const [one, two] = [new Simulation(), new Simulation()];
  new Component(one, "soc");
  new Component(two, "soc");
  assertStrictEquals(Design.of(one), Design.of(one));
  assertEquals(Design.of(two).parts.map((part) => part.path), ["soc"]);
});

Deno.test("Design lists parts, ports and counters by path, whatever the order of construction", () => {
  for (const order of [["x", "y"], ["y", "x"]]) {
    const sim = new Simulation();
    const clock = sim.clock("clock", MHz(100));
    for (const name of order) new Copier(sim, name, {}, { clock });
    const design = Design.of(sim);
    assertEquals(design.parts.map(({ path }) => path), ["x", "y"]);
    assertEquals(design.ports.map(({ path }) => path), ["x.memory", "y.memory"]);
    assertEquals(design.counters.map(({ path }) => path), ["x.copied", "y.copied"]);
  }
});
