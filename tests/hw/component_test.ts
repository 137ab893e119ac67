import { assertEquals, assertThrows } from "@std/assert";
import { Component, connect, Sram } from "../../hw/mod.ts";
import { type Line, MHz, ns, type Process, Simulation, SimulationError } from "../../sim/mod.ts";
import { Copier } from "./copier.ts";

function platform(readCycles = 1, writeCycles = 1) {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const sram = new Sram(sim, "sram", { sizeBytes: 256, readCycles, writeCycles }, { clock });
  const copier = new Copier(sim, "copier", {}, { clock });
  connect(copier.memory, sram.port);
  return { sim, clock, sram, copier };
}

Deno.test("Component takes setup, then a read and a write per word", () => {
  for (const [read, write] of [[1, 1], [2, 1], [5, 3]]) {
    const { sim, clock, sram, copier } = platform(read, write);
    sram.words.set([7, 8, 9]);
    copier.jobs.tryPut({ from: 0, to: 64, bytes: 12 });
    sim.run();
    assertEquals(clock.cycles, 3 + 3 * (read + write));
    assertEquals([...sram.words.subarray(16, 19)], [7, 8, 9]);
    assertEquals(copier.copied.value, 12);
    assertEquals(copier.done.lastRise, clock.cycles * 10_000);
  }
});

Deno.test("Component queues as many jobs as its depth, and serves them one after the other", () => {
  const { sim, clock, copier } = platform();
  const job = { from: 0, to: 64, bytes: 8 };
  assertEquals([1, 2, 3].map(() => copier.jobs.tryPut(job)), [true, true, false]);
  sim.run();
  assertEquals(clock.cycles, 2 * (3 + 2 * (1 + 1)));
});

/** Writes its path down when it starts. */
class Starter extends Component {
  static readonly log: string[] = [];
  protected override *run(): Process {
    Starter.log.push(`${this.path} at ${this.clock.name}`);
    yield 1;
  }
}

Deno.test("Component behaviours start in the order of their paths, with the clock of the nearest above", () => {
  const orders = [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]];
  for (const order of orders) {
    Starter.log.length = 0;
    const sim = new Simulation();
    const slow = sim.clock("slow", MHz(1)), fast = sim.clock("fast", MHz(2));
    const board = new Component(sim, "board", {}, { clock: slow });
    for (const name of order) {
      const chip = new Component(board, name, {}, name === "b" ? { clock: fast } : {});
      new Starter(chip, "core");
    }
    sim.run();
    assertEquals(Starter.log, ["board.a.core at slow", "board.b.core at fast", "board.c.core at slow"]);
  }
});

Deno.test("Component names the clock that is missing", () => {
  const part = new Component(new Simulation(), "soc");
  assertThrows(
    () => part.clock,
    SimulationError,
    "Cannot find the clock of soc: neither it nor a component above has one; pass { clock } as the last argument of " +
      "its constructor",
  );
});

Deno.test("Component.where gives path, time and cycle", () => {
  const sim = new Simulation();
  const clock = sim.clock("soc.clock", MHz(50));
  const part = new Component(sim, "soc", {}, { clock });
  const dma = new Component(part, "dma");
  sim.run({ until: ns(1200) });
  assertEquals(dma.where(), "soc.dma at 1.2 us, cycle 60 of soc.clock");
});

Deno.test("Component refuses names that are malformed or taken", () => {
  const sim = new Simulation();
  const soc = new Component(sim, "soc");
  assertThrows(
    () => new Component(soc, "core 0"),
    SimulationError,
    'Cannot place component soc.core 0: its name is "core 0"; a name has letters, digits and _, and does not begin ' +
      "with a digit",
  );
  assertThrows(() => new Component(soc, "0"), SimulationError, 'its name is "0"');
  assertThrows(() => new Component(soc, "a.b"), SimulationError, 'its name is "a.b"');
  new Component(soc, "core");
  assertThrows(
    () => new Component(soc, "core"),
    SimulationError,
    "Cannot place component soc.core: there is a component of that path; siblings need different names",
  );
});

Deno.test("Component refuses two members of one name", () => {
  class Twice extends Component {
    readonly done = this.line("done");
    readonly count = this.counter("done", "1", "jobs done");
  }
  assertThrows(
    () => new Twice(new Simulation(), "dma"),
    SimulationError,
    "Cannot add counter dma.done: there is a line of that path; siblings need different names",
  );
});

Deno.test("Component refuses to be placed once the simulation runs", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(50));
  const soc = new Component(sim, "soc", {}, { clock });
  sim.run({ until: ns(40) });
  assertThrows(
    () => new Component(soc, "late"),
    SimulationError,
    "Cannot place component soc.late: the simulation runs already (40 ns); hardware is built before the first cycle",
  );
});

Deno.test("Component.cycles counts the component's clock, whoever waits", () => {
  const sim = new Simulation();
  const slow = sim.clock("slow", MHz(10)), fast = sim.clock("fast", MHz(100));
  const sram = new Sram(sim, "sram", { sizeBytes: 16, readCycles: 3 }, { clock: slow });
  sim.spawn("host", function* () {
    yield 25; // 250 ns: within the slow clock's third cycle
    yield* sram.port.calls.read32(0);
    assertEquals(sim.now, (2 + 3) * 100_000);
    yield 1;
    assertEquals(sim.now, (2 + 3) * 100_000 + 10_000);
  }, { clock: fast });
  sim.run();
});

Deno.test("Component.cycles of a gated clock end in a deadlock report that says so", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(10));
  const sram = new Sram(sim, "sram", { sizeBytes: 16 }, { clock });
  clock.gate();
  sim.spawn("host", () => sram.port.calls.read32(0));
  assertThrows(() => sim.run(), SimulationError, "host waits for 1 cycles of clock clock, which is gated");
});

Deno.test("Component.cycles refuses parts of a cycle", () => {
  class Half extends Component {
    wait() {
      return this.cycles(0.5);
    }
  }
  const sim = new Simulation();
  const half = new Half(sim, "half", {}, { clock: sim.clock("clock", MHz(10)) });
  assertThrows(
    () => half.wait(),
    SimulationError,
    "Cannot wait 0.5 cycles of clock clock: it has to be a whole number",
  );
});

Deno.test("Component.process runs beside run, in the component's clock", () => {
  class Two extends Component {
    readonly ticks: string[] = [];
    readonly led: Line = this.line("led");
    readonly beside = this.process("beside", () => this.count("beside", 3));
    protected override *run(): Process {
      yield* this.count("run", 2);
    }
    private *count(who: string, cycles: number): Process {
      for (let pass = 0; pass < 2; pass++) {
        yield cycles;
        this.ticks.push(`${who} ${this.clock.cycles}`);
      }
    }
  }
  const sim = new Simulation();
  const two = new Two(sim, "two", {}, { clock: sim.clock("clock", MHz(10)) });
  sim.run();
  assertEquals(two.ticks, ["run 2", "beside 3", "run 4", "beside 6"]);
});

Deno.test("Component.cycles of 0 do not take time", () => {
  const sim = new Simulation();
  const sram = new Sram(sim, "sram", { sizeBytes: 16, readCycles: 0 }, { clock: sim.clock("clock", MHz(10)) });
  const host = sim.spawn("host", () => sram.port.calls.read32(0));
  assertEquals(sim.run().now, 0);
  assertEquals(host.state, "finished");
});

Deno.test("Component.tracePoint is a point under the component's path", () => {
  class Lamp extends Component {
    readonly lit = this.tracePoint<boolean>("lit", { kind: "level", unit: "bool", description: "it shines" });
  }
  const sim = new Simulation();
  const lamp = new Lamp(new Component(sim, "board"), "lamp");
  const seen: string[] = [];
  sim.trace.attach({ record: ({ path }, time, value) => seen.push(`${path} ${time} ${value}`) });
  lamp.lit.emit(true);
  assertEquals(seen, ["board.lamp.lit 0 true"]);
});
