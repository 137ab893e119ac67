import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { allOf, anyOf, Event, Line, MHz, ns, Simulation, SimulationError, type Wait, within } from "../../sim/mod.ts";
import { bytesKept } from "./memory.ts";

Deno.test("anyOf gives ties to the one listed first, whether it counts cycles or time", () => {
  const outcome = (make: (event: Event) => Wait[]) => {
    const sim = new Simulation();
    const clock = sim.clock("clock", MHz(100));
    const event = new Event(sim, "event");
    sim.spawn("notifier", function* () {
      yield 2;
      event.notify();
    }, { clock });
    const chooser = sim.spawn("chooser", () => anyOf(...make(event)), { clock });
    sim.run();
    return [chooser.result, sim.now];
  };
  const orders: ((event: Event) => Wait[])[] = [
    () => [2, ns(20)],
    () => [ns(20), 2],
    (event) => [event, 2, ns(20)],
    (event) => [ns(20), event, 2],
    (event) => [2, event],
  ];
  for (const order of orders) assertEquals(outcome(order), [0, 20_000]);
});

Deno.test("within counts what happens at the very limit", () => {
  for (const limit of [3, ns(30)]) {
    const sim = new Simulation();
    const clock = sim.clock("clock", MHz(100));
    const line = new Line(sim, "irq");
    const waiter = sim.spawn("waiter", () => within(limit, line), { clock });
    sim.spawn("driver", function* () {
      yield 2;
      line.raise(); // seen at cycle 3
    }, { clock });
    sim.run();
    assertEquals(waiter.result, true);
  }
});

Deno.test("within leaves nothing of its limit behind: the run ends when the last thing has happened", () => {
  for (const limit of [1000, 5000, ns(5000)]) {
    const sim = new Simulation();
    const clock = sim.clock("clock", MHz(100));
    const event = new Event(sim, "event");
    const waiter = sim.spawn("waiter", () => within(limit, event), { clock });
    sim.spawn("notifier", function* () {
      yield ns(33);
      event.notify();
    });
    assertEquals([sim.run().now, waiter.result], [33_000, true]);
  }
});

Deno.test("anyOf refuses a wait that makes no sense, and forgets those it has begun", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const resumed: string[] = [];
  sim.spawn("chooser", function* () {
    try {
      yield* anyOf(ns(5), 3, -1);
    } catch (error) {
      assertStringIncludes((error as Error).message, "Cannot wait -1 cycles in process chooser");
      resumed.push(`refused at ${sim.now}`);
    }
    yield ns(100);
    resumed.push(`woken at ${sim.now}`);
  }, { clock });
  sim.run();
  assertEquals(resumed, ["refused at 0", "woken at 100000"]);
});

Deno.test("allOf and anyOf can be used a hundred thousand times and leave no memory behind", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const event = new Event(sim, "event");
  sim.spawn("notifier", function* () {
    for (;;) {
      yield 1;
      event.notify();
    }
  }, { clock, background: true });
  sim.spawn("waiter", function* () {
    for (let i = 0; i < 60_000; i++) {
      assertEquals(yield* within(3 + i % 3, event), true);
      yield* allOf(1, event, ns(5));
    }
  }, { clock });
  // Until the compiler is done, whose code counts, too.
  sim.run({ maxCycles: 40_000 });
  const before = bytesKept();
  sim.run({ maxCycles: 240_000 });
  // Less than 2 bytes for each use.
  assertEquals(bytesKept() - before < 200_000, true);
});

Deno.test("anyOf in a deadlock report names everything it waits for, and who could serve it", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const line = new Line(sim, "soc.irq"), event = new Event(sim, "soc.done");
  sim.spawn("dma", function* () {
    yield 1;
    line.pulse();
  }, { clock });
  sim.spawn("core", function* () {
    yield 3;
    yield* anyOf(line, event);
  }, { clock });
  assertThrows(
    () => sim.run(),
    SimulationError,
    "core waits for any of [line soc.irq to rise; event soc.done] since 30 ns; could be served by dma (served it last)",
  );
});

Deno.test("anyOf refuses an empty list, allOf takes it as done", () => {
  const sim = new Simulation();
  sim.spawn("p", function* () {
    yield* allOf();
    yield* anyOf();
  });
  assertThrows(() => sim.run(), SimulationError, "Cannot wait for any of an empty list");
});
