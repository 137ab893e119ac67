import { assertEquals, assertThrows } from "@std/assert";
import {
  type Duration,
  Event,
  Fifo,
  Line,
  MHz,
  ns,
  Phase,
  type RunOptions,
  Signal,
  Simulation,
  SimulationError,
  us,
  type Waitable,
} from "../../sim/mod.ts";

/** A simulation in which a process counts cycles of 10 ns. */
function counting(cycles: number) {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const counter = { value: 0 };
  const process = sim.spawn("counter", function* () {
    while (counter.value < cycles) {
      yield 1;
      counter.value++;
    }
  }, { clock });
  return { sim, clock, counter, process };
}

Deno.test("run ends when nothing is left to do", () => {
  const { sim, counter } = counting(5);
  assertEquals([sim.run().reason, counter.value, sim.now], ["idle", 5, 50_000]);
});

Deno.test("run stops at a time, at a number of cycles, after a number of events, at the end of a process, and goes on", () => {
  const { sim, counter, process } = counting(1000);
  assertEquals([sim.run({ until: ns(55) }).reason, counter.value, sim.now], ["until", 5, 55_000]);
  assertEquals([sim.run({ maxCycles: 8 }).reason, counter.value, sim.now], ["maxCycles", 8, 80_000]);
  assertEquals([sim.run({ maxEvents: 4 }).reason, counter.value], ["maxEvents", 12]);
  const helper = sim.spawn("helper", function* () {
    yield ns(35);
  });
  assertEquals([sim.run({ until: helper }).reason, sim.now], ["until", 120_000 + 35_000]);
  assertEquals([sim.run({ until: process }).reason, counter.value, process.state], ["until", 1000, "finished"]);
});

Deno.test("run stops where a process says so, after the moment is complete", () => {
  const sim = new Simulation();
  const log: string[] = [];
  sim.spawn("a", function* () {
    yield ns(5);
    sim.stop();
    log.push("a");
  });
  sim.spawn("b", function* () {
    yield ns(5);
    log.push("b");
    yield ns(1);
    log.push("later");
  });
  assertEquals([sim.run().reason, log], ["stopped", ["a", "b"]]);
  assertEquals([sim.run().reason, log], ["idle", ["a", "b", "later"]]);
});

Deno.test("step takes one moment at a time and says whether there was one", () => {
  const { sim, counter } = counting(3);
  const values: number[] = [];
  while (sim.step()) values.push(counter.value);
  assertEquals(values, [0, 1, 2, 3]);
});

Deno.test("run with a number of cycles follows the clock through a change of frequency", () => {
  const { sim, clock } = counting(1000);
  sim.spawn("control", function* () {
    yield ns(100);
    clock.setFrequency(MHz(50));
  });
  sim.run({ maxCycles: 20 });
  assertEquals(sim.now, 11 * 10_000 + 9 * 20_000);
});

Deno.test("Tasks run in their phase: all requests of a moment before any grant, answers after", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const log: string[] = [];
  const respond = sim.task("respond", () => void log.push("respond"), { clock, phase: Phase.respond });
  const arbitrate = sim.task("arbitrate", () => {
    log.push("arbitrate");
    respond.post();
  }, { clock, phase: Phase.arbitrate });
  const observe = sim.task("observe", () => void log.push("observe"), { clock, phase: Phase.observe });
  observe.after(1);
  arbitrate.after(1);
  for (const name of ["a", "b"]) {
    sim.spawn(name, function* () {
      yield 1;
      log.push(name);
    }, { clock });
  }
  sim.run();
  assertEquals(log, ["a", "b", "arbitrate", "respond", "observe"]);
});

Deno.test("Tasks can be scheduled again, by time too, taken back, and not twice at once", () => {
  const sim = new Simulation();
  const times: number[] = [];
  const task = sim.task("task", () => {
    times.push(sim.now);
    if (times.length < 3) task.afterTime(us(1));
  });
  task.afterTime(ns(10));
  assertThrows(() => task.afterTime(ns(5)), SimulationError, "Cannot schedule task task: it is scheduled already");
  const never = sim.task("never", () => times.push(-1));
  never.afterTime(ns(1));
  never.unqueue();
  sim.run();
  assertEquals(times, [10_000, 1_010_000, 2_010_000]);
});

Deno.test("Simulations do not touch one another", () => {
  const one = counting(10), two = counting(20);
  one.sim.step();
  two.sim.run();
  one.sim.run();
  assertEquals([one.sim.now, two.sim.now], [100_000, 200_000]);
});

Deno.test("Names of clocks and trace points are unique", () => {
  const sim = new Simulation();
  sim.clock("clock", MHz(1));
  assertThrows(() => sim.clock("clock", MHz(2)), SimulationError, "Cannot make clock clock: there is one of that name");
  sim.trace.point("a.b", { kind: "level", unit: "B", description: "x" });
  assertThrows(
    () => sim.trace.point("a.b", { kind: "level", unit: "B", description: "x" }),
    SimulationError,
    "Cannot make trace point a.b",
  );
});

Deno.test("run never goes back in time, whatever limit it is given", () => {
  const { sim, counter } = counting(1000);
  sim.run({ until: ns(125) });
  assertEquals([sim.run({ until: ns(40) }).reason, sim.now], ["until", 125_000]);
  assertEquals([sim.run({ maxCycles: 3 }).reason, sim.now], ["maxCycles", 125_000]);
  assertEquals([sim.run({ maxCycles: 12 }).reason, sim.now, counter.value], ["maxCycles", 125_000, 12]);
});

Deno.test("Simulation refuses to start two processes of one name: their order would depend on who made them first", () => {
  const sim = new Simulation();
  for (let i = 0; i < 2; i++) {
    sim.spawn("soc.core", function* () {
      yield ns(1);
    });
  }
  assertThrows(() => sim.run(), SimulationError, "Cannot start process soc.core: there are two of that name");
  assertThrows(() => sim.step(), SimulationError, "there are two of that name");
});

Deno.test("run refuses limits that cannot be meant", () => {
  const { sim } = counting(3);
  const attempts: [RunOptions, string][] = [
    [{ maxCycles: NaN }, "Cannot run with maxCycles NaN: it has to be a whole number, 0 or more"],
    [{ maxCycles: 2.5 }, "Cannot run with maxCycles 2.5"],
    [{ maxEvents: -1 }, "Cannot run with maxEvents -1"],
    [{ until: 50 as unknown as Duration }, "Cannot run until 50: it has to be a duration such as ns(50)"],
    [
      { maxCycles: 3, clock: new Simulation().clock("other", MHz(1)) },
      "Cannot run with clock other: it belongs to another",
    ],
  ];
  for (const [options, message] of attempts) assertThrows(() => sim.run(options), SimulationError, message);
  assertThrows(() => new Simulation().run({ maxCycles: 3 }), SimulationError, "this simulation has no clock");
  assertEquals(sim.run({ maxCycles: Infinity }).reason, "idle");
});

Deno.test("run and step cannot be called by a process: time passes by yield", () => {
  for (const call of ["run", "step"] as const) {
    const { sim, clock } = counting(3);
    sim.spawn("impatient", function* () {
      yield 1;
      sim[call]();
    }, { clock });
    const { message } = assertThrows(() => sim.run(), SimulationError);
    assertEquals(
      message,
      "Cannot run the simulation in impatient: it runs already; a process lets time pass with yield\n" +
        "  in process impatient at 10 ns",
    );
  }
});

Deno.test("Simulations do not take each other's clocks, and their processes do not wait for each other", () => {
  const one = new Simulation(), other = new Simulation();
  const clock = other.clock("theirs", MHz(1));
  const why = "it belongs to another simulation, whose time is not this one's";
  assertThrows(
    () => one.spawn("p", function* () {}, { clock }),
    SimulationError,
    `start process p with clock theirs: ${why}`,
  );
  assertThrows(() => one.task("t", () => {}, { clock }), SimulationError, `make task t with clock theirs: ${why}`);
  const handle = other.spawn("theirs", function* () {
    yield 1;
  }, { clock });
  const waits: [Waitable, string][] = [
    [new Event(other, "bell"), "event bell"],
    [new Line(other, "irq"), "line irq to rise"],
    [new Signal(other, "bus", 0), "signal bus to change"],
    [new Fifo(other, "queue", 1).filled, "fifo queue to hold an item"],
    [handle, "the end of process theirs"],
  ];
  for (const [wait, name] of waits) {
    const sim = new Simulation();
    sim.spawn("p", function* () {
      yield wait;
    });
    assertThrows(() => sim.run(), SimulationError, `Cannot wait for ${name} in process p: ${why}`);
  }
});
