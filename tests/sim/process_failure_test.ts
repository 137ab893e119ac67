import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  anyOf,
  call,
  MHz,
  ns,
  type Process,
  type ProcessHandle,
  Simulation,
  SimulationError,
  us,
} from "../../sim/mod.ts";

Deno.test("Process failure that a joiner passes on names the process in which it arose", () => {
  const sim = new Simulation();
  const worker = sim.spawn("worker", function* (): Process {
    yield ns(1);
    throw new RangeError("broken");
  });
  sim.spawn("joiner", () => worker.join());
  assertEquals(
    assertThrows(() => sim.run(), RangeError).message,
    "broken\n  in process worker at 1 ns; not caught in process joiner at 1 ns",
  );
});

Deno.test("Process failure ends the run when its joiner has given up", () => {
  for (const cancelled of [false, true]) {
    const sim = new Simulation();
    const worker = sim.spawn("worker", function* (): Process {
      yield ns(10);
      throw new RangeError("broken");
    });
    const joiner = sim.spawn("joiner", function* () {
      if (cancelled) yield* worker.join();
      else yield* anyOf(worker, ns(2));
    });
    sim.spawn("boss", function* () {
      yield ns(5);
      joiner.cancel();
    });
    assertThrows(() => sim.run(), RangeError, "in process worker at 10 ns");
  }
});

Deno.test("Process that throws something other than an error ends the run with one", () => {
  const sim = new Simulation();
  sim.spawn("worker", function* (): Process {
    yield ns(1);
    throw "no error at all";
  });
  const error = assertThrows(() => sim.run(), SimulationError);
  assertEquals(error.message, "Cannot go on: no error at all was thrown in process worker at 1 ns");
  assertEquals(error.cause, "no error at all");
});

Deno.test("Task that throws ends the run, which cannot go on, and is named", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  sim.task("soc.arbiter", () => {
    throw new RangeError("broken");
  }, { clock }).after(3);
  assertEquals(assertThrows(() => sim.run(), RangeError).message, "broken\n  in soc.arbiter at 30 ns");
  assertThrows(() => sim.step(), RangeError, "broken");
});

Deno.test("Process that yields a wait that makes no sense gets the error there, and its finally blocks run", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const log: string[] = [];
  sim.spawn("worker", function* () {
    try {
      yield 1.5;
    } catch (error) {
      assertInstanceOf(error, SimulationError);
      log.push(error.message);
    } finally {
      yield 1;
      log.push(`clean at ${sim.now}`);
    }
    yield* call((function* (): Process {
      try {
        yield -1;
      } finally {
        log.push("inner");
      }
    })());
  }, { clock });
  assertThrows(() => sim.run(), SimulationError, "Cannot wait -1 cycles in process worker");
  assertEquals(log, [
    "Cannot wait 1.5 cycles in process worker: it has to be a whole number, 0 or more",
    "clean at 10000",
    "inner",
  ]);
});

Deno.test("Process that ignores such errors for ever is a runaway", () => {
  const sim = new Simulation();
  sim.runawayEvents = 1000;
  sim.spawn("worker", function* () {
    for (;;) {
      try {
        yield -1;
      } catch { /* stubborn */ }
    }
  });
  assertThrows(() => sim.run(), SimulationError, "1000 activities ran and time did not move; worker is among them");
});

Deno.test("cancel and interrupt have no effect on a process that is cleaning up, or has ended", () => {
  const sim = new Simulation();
  const log: string[] = [];
  const worker = sim.spawn("worker", function* () {
    try {
      yield us(1);
    } finally {
      yield ns(5);
      log.push(`clean at ${sim.now}`);
    }
  });
  sim.spawn("boss", function* () {
    yield ns(1);
    for (let i = 0; i < 8; i++) {
      worker.cancel();
      worker.interrupt("hurry");
      yield ns(1);
    }
  });
  sim.run();
  assertEquals([log, worker.state], [["clean at 6000"], "cancelled"]);
});

Deno.test("cancel before the first step, and twice in a moment, ends a process that never ran", () => {
  const sim = new Simulation();
  const ran: string[] = [];
  const make = (name: string): ProcessHandle =>
    sim.spawn(name, function* (): Process {
      ran.push(name);
      yield ns(1);
    });
  const early = make("early");
  make("other");
  early.cancel();
  early.cancel();
  sim.run();
  assertEquals([ran, early.state], [["other"], "cancelled"]);
});

Deno.test("cancel and interrupt refuse a process that runs, also one that waits for a finally block it set off", () => {
  const sim = new Simulation();
  const handles: Record<string, ProcessHandle> = {};
  const refused: string[] = [];
  const attempt = (act: () => void) => refused.push(assertThrows(act, SimulationError).message);
  handles.inner = sim.spawn("inner", function* () {
    try {
      yield us(1);
    } finally {
      attempt(() => handles.outer.cancel());
    }
  });
  handles.outer = sim.spawn("outer", function* (): Process {
    yield ns(1);
    handles.inner.cancel();
    attempt(() => handles.outer.cancel());
    attempt(() => handles.outer.interrupt("now"));
    yield ns(1);
  });
  sim.run();
  assertEquals(refused, [
    "Cannot cancel process outer from inside: return instead",
    "Cannot cancel process outer from inside: return instead",
    "Cannot interrupt process outer from inside: throw instead",
  ]);
  assertEquals([handles.inner.state, handles.outer.state], ["cancelled", "finished"]);
});

Deno.test("interrupt reaches a process wherever it waits, and takes it out of that queue", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const other = sim.spawn("other", function* () {
    yield us(9);
  });
  const waits: (() => Process<unknown>)[] = [
    function* () {
      yield 7;
    },
    function* () {
      yield 7000;
    },
    function* () {
      yield ns(70);
    },
    () => other.join(),
    () => anyOf(other, 7000),
  ];
  const log: [number, number][] = [];
  const sleepers = waits.map((wait, index) =>
    sim.spawn(`sleeper${index}`, function* () {
      try {
        yield* wait();
      } catch {
        log.push([index, sim.now]);
        yield ns(500);
        log.push([index, sim.now]);
      }
    }, { clock })
  );
  sim.spawn("boss", function* () {
    yield ns(10);
    for (const sleeper of sleepers) sleeper.interrupt("up");
  });
  sim.run();
  const each = waits.map((_, index) => index);
  assertEquals(log, [
    ...each.map((n): [number, number] => [n, 10_000]),
    ...each.map((n): [number, number] => [n, 510_000]),
  ]);
});
