import { assertEquals, assertInstanceOf, assertStringIncludes, assertThrows } from "@std/assert";
import {
  allOf,
  anyOf,
  call,
  Cancelled,
  DeadlockError,
  Event,
  Interrupt,
  Line,
  Mailbox,
  MHz,
  ns,
  type Process,
  type ProcessHandle,
  Simulation,
  SimulationError,
  us,
  type Wait,
  within,
} from "../../sim/mod.ts";
import { Frame } from "../../sim/frame.ts";
import { bytesKept } from "./memory.ts";

Deno.test("Process starts, waits for time and cycles, and ends with a result that a joiner gets", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const worker = sim.spawn("worker", function* () {
    yield 3;
    yield ns(5);
    return sim.now;
  }, { clock });
  const joiner = sim.spawn("joiner", function* () {
    return (yield* worker.join()) + 1;
  });
  sim.run();
  assertEquals([worker.result, joiner.result, worker.state], [35_000, 35_001, "finished"]);
});

Deno.test("Process that ended can be joined later", () => {
  const sim = new Simulation();
  const worker = sim.spawn("worker", function* () {
    return 7;
  });
  const late = sim.spawn("late", function* () {
    yield ns(10);
    return yield* worker.join();
  });
  sim.run();
  assertEquals(late.result, 7);
});

Deno.test("Process failure reaches its joiner, and nobody else", () => {
  const sim = new Simulation();
  const worker = sim.spawn("worker", function* (): Process {
    yield ns(1);
    throw new RangeError("broken");
  });
  const joiner = sim.spawn("joiner", function* () {
    try {
      yield* worker.join();
    } catch (error) {
      return (error as Error).message;
    }
  });
  sim.run();
  assertEquals([joiner.result, worker.state], ["broken", "failed"]);
});

Deno.test("Process failure that nobody joins ends the run and says where it happened", () => {
  const sim = new Simulation();
  sim.spawn("soc.worker", function* (): Process {
    yield ns(1);
    throw new RangeError("broken");
  });
  const error = assertThrows(() => sim.run(), RangeError);
  assertEquals(error.message, "broken\n  in process soc.worker at 1 ns");
  assertThrows(() => sim.run(), RangeError, "broken");
});

Deno.test("cancel runs the finally blocks, also those that wait, and joiners are told", () => {
  const sim = new Simulation();
  const log: string[] = [];
  const worker = sim.spawn("worker", function* () {
    try {
      yield us(1);
      log.push("never");
    } finally {
      log.push(`cleaning at ${sim.now}`);
      yield ns(5);
      log.push(`clean at ${sim.now}`);
    }
  });
  sim.spawn("boss", function* () {
    yield ns(10);
    worker.cancel();
    try {
      yield* worker.join();
    } catch (error) {
      assertInstanceOf(error, Cancelled);
      log.push(`told at ${sim.now}`);
    }
  });
  sim.run();
  assertEquals(log, ["cleaning at 10000", "clean at 15000", "told at 15000"]);
  assertEquals(worker.state, "cancelled");
});

Deno.test("cancel unwinds calls from the inside out", () => {
  const sim = new Simulation();
  const log: string[] = [];
  const level = function* (depth: number): Process {
    try {
      if (depth < 3) yield* call(level(depth + 1));
      else yield us(1);
    } finally {
      if (depth === 2) yield ns(1);
      log.push(`${depth} at ${sim.now}`);
    }
  };
  const worker = sim.spawn("worker", () => level(1));
  sim.spawn("boss", function* () {
    yield ns(10);
    worker.cancel();
  });
  sim.run();
  assertEquals([log, worker.state], [["3 at 10000", "2 at 11000", "1 at 11000"], "cancelled"]);
});

Deno.test("call gives back results and failures like yield*, at any depth, and costs no time", () => {
  const sim = new Simulation();
  const sum = function* (depth: number): Process<number> {
    yield ns(1);
    if (depth === 0) return 0;
    return depth + (yield* call(sum(depth - 1)));
  };
  const fails = function* (): Process<number> {
    yield ns(1);
    throw new RangeError("inside");
  };
  const worker = sim.spawn("worker", function* () {
    const total = yield* call(sum(50));
    try {
      yield* call(fails());
    } catch (error) {
      return `${total} ${(error as Error).message} ${sim.now}`;
    }
  });
  sim.run();
  assertEquals(worker.result, `${50 * 51 / 2} inside ${51_000 + 1_000}`);
});

Deno.test("interrupt throws into a waiting process, which may go on", () => {
  const sim = new Simulation();
  const worker = sim.spawn("worker", function* () {
    try {
      yield us(1);
    } catch (error) {
      assertInstanceOf(error, Interrupt);
      yield ns(5);
      return `${error.reason} ${sim.now}`;
    }
  });
  sim.spawn("boss", function* () {
    yield ns(10);
    worker.interrupt("now");
  });
  sim.run();
  assertEquals([worker.result, sim.now], ["now 15000", 15_000]);
});

Deno.test("anyOf gives the place of the first; the others are forgotten", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const event = new Event(sim, "event");
  const log: number[] = [];
  sim.spawn("waiter", function* () {
    log.push(yield* anyOf(event, 5, ns(70)), sim.now);
    log.push(yield* anyOf(event, 50), sim.now);
    log.push(yield* anyOf(2, ns(20)), sim.now);
  }, { clock });
  sim.spawn("notifier", function* () {
    yield ns(101);
    event.notify();
  });
  sim.run();
  assertEquals(log, [1, 50_000, 0, 101_000, 0, 120_000]);
});

Deno.test("allOf waits for all, within for one at most so long", () => {
  const sim = new Simulation();
  const event = new Event(sim, "event");
  const log: unknown[] = [];
  sim.spawn("waiter", function* () {
    yield* allOf(event, ns(10), ns(30));
    log.push(sim.now);
    log.push(yield* within(ns(5), event), sim.now);
    log.push(yield* within(ns(50), event), sim.now);
  });
  sim.spawn("notifier", function* () {
    yield ns(20);
    event.notify();
    yield ns(20);
    event.notify();
  });
  sim.run();
  assertEquals(log, [30_000, false, 35_000, true, 40_000]);
});

Deno.test("A process that is cancelled while it waits for any of several leaves nothing behind", () => {
  const sim = new Simulation();
  const event = new Event(sim, "event");
  const waiter = sim.spawn("waiter", function* () {
    yield* anyOf(event, us(5));
  });
  sim.spawn("boss", function* () {
    yield ns(1);
    waiter.cancel();
    event.notify();
  });
  assertEquals(sim.run().now, 1_000);
});

Deno.test("Processes made before the first step start in the order of their names", () => {
  for (const names of [["b", "a", "c"], ["c", "b", "a"], ["a", "b", "c"]]) {
    const sim = new Simulation();
    const log: string[] = [];
    for (const name of names) {
      sim.spawn(name, function* () {
        log.push(name);
      });
    }
    sim.run();
    assertEquals(log, ["a", "b", "c"]);
  }
});

Deno.test("A million short processes leave no memory behind", () => {
  const sim = new Simulation();
  sim.spawn("parent", function* () {
    for (let i = 0; i < 1_000_000; i++) {
      const child: ProcessHandle<number> = sim.spawn("child", function* () {
        return i;
      });
      if ((yield* child.join()) !== i) throw new Error("wrong child");
    }
  });
  const before = bytesKept();
  sim.run();
  // Less than 1 byte for each process.
  assertEquals(bytesKept() - before < 1_000_000, true);
});

Deno.test("Waits that make no sense are refused with the process and what to do", () => {
  const attempts: [number, string][] = [
    [1.5, "Cannot wait 1.5 cycles in process p: it has to be a whole number, 0 or more"],
    [-1, "Cannot wait -1 cycles in process p: it has to be a whole number, 0 or more"],
    [NaN, "Cannot wait NaN cycles in process p"],
  ];
  for (const [wait, message] of attempts) {
    const sim = new Simulation();
    sim.spawn("p", function* () {
      yield wait;
    }, { clock: sim.clock("clock", MHz(1)) });
    assertStringIncludes(assertThrows(() => sim.run(), SimulationError).message, message);
  }
  const sim = new Simulation();
  sim.spawn("p", function* () {
    yield 1;
  });
  assertThrows(() => sim.run(), SimulationError, "it has no clock; give one to spawn, or yield ns(...)");
});

Deno.test("What is no wait is refused where it is yielded, with what was meant", () => {
  const attempts: [unknown, string][] = [
    [null, "Cannot wait for null"],
    [undefined, "Cannot wait for undefined in process p: yield a number of cycles, a duration such as ns(5), a line"],
    ["5 ns", 'Cannot wait for "5 ns" in process p: yield a number of cycles'],
    [Promise.resolve(), "Cannot wait for a Promise in process p: yield a number of cycles"],
    [(function* () {})(), "in process p: a process runs another behaviour with yield*, not yield"],
    [() => 1, "Cannot wait for a function in process p: yield a number"],
  ];
  function* plainly(wait: Wait) {
    yield wait;
  }
  for (const [wait, message] of attempts) {
    for (const wrap of [plainly, (wait: Wait) => anyOf(wait, ns(5))]) {
      const sim = new Simulation();
      sim.spawn("p", function* () {
        yield ns(3);
        yield* wrap(wait as Wait);
      });
      const error = assertThrows(() => sim.run(), SimulationError);
      assertStringIncludes(error.message, message);
      assertStringIncludes(error.message, "in process p at 3 ns");
    }
  }
});

Deno.test("Simulation.spawn refuses what is no behaviour, and takes any iterator of waits", () => {
  const sim = new Simulation();
  const attempts: [unknown, string][] = [
    [
      () => 3,
      "Cannot run process p: its behaviour is 3, not a generator; a behaviour is a function* or the call of one",
    ],
    [() => {}, "its behaviour is undefined, not a generator"],
    [async () => {}, "its behaviour is a Promise, not a generator"],
    [{ run: 1 }, "its behaviour is an object, not a generator"],
  ];
  for (const [behaviour, message] of attempts) {
    assertThrows(() => sim.spawn("p", behaviour as () => Process), SimulationError, message);
  }
  assertThrows(() => new Frame(3 as unknown as Process), SimulationError, "Cannot run a call: its behaviour is 3");
  sim.spawn("p", [ns(2), ns(3)][Symbol.iterator]() as unknown as Process);
  assertEquals(sim.run().now, 5_000);
});

Deno.test("A deadlock names who waits, for what, since when, and who could have served it", () => {
  const sim = new Simulation();
  const line = new Line(sim, "irq");
  const server = sim.spawn("server", function* () {
    yield ns(3);
    yield line;
  });
  sim.spawn("client", function* () {
    yield ns(5);
    yield* server.join();
  });
  sim.spawn("idle_hardware", function* () {
    yield new Event(sim, "work");
  }, { background: true });
  const error = assertThrows(() => sim.run(), DeadlockError);
  assertEquals(
    error.message,
    "Cannot go on at 5 ns: nothing is scheduled any more, and 2 processes wait:\n" +
      "  client waits for the end of process server since 5 ns; could be served by server\n" +
      "  server waits for line irq to rise since 3 ns\n" +
      "  (1 background processes are idle)",
  );
  assertEquals(error.waiting.map(({ process, sincePs }) => [process, sincePs]), [["client", 5_000], ["server", 3_000]]);
});

Deno.test("A run in which time stands still is an error that names a culprit", () => {
  const sim = new Simulation();
  sim.runawayEvents = 1000;
  sim.spawn("spinner", function* () {
    yield ns(2);
    for (;;) yield 0;
  });
  assertThrows(
    () => sim.run(),
    SimulationError,
    "Cannot go on at 2 ns: 1000 activities ran and time did not move; spinner",
  );
});

Deno.test("A run in which processes wake each other for ever is an error that names all of them", () => {
  const sim = new Simulation();
  sim.runawayEvents = 1000;
  const ping = new Mailbox<number>(sim, "ping"), pong = new Mailbox<number>(sim, "pong");
  const player = (hear: Mailbox<number>, say: Mailbox<number>) =>
    function* () {
      for (;;) {
        const ball = yield* hear.take();
        say.post(ball + 1);
      }
    };
  sim.spawn("a", player(ping, pong));
  sim.spawn("b", player(pong, ping));
  ping.post(0);
  const { message } = assertThrows(() => sim.run(), SimulationError);
  assertStringIncludes(
    message,
    "Cannot go on at 0 ps: 1000 activities ran and time did not move; a, b are among them. A",
  );
});
