import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  Barrier,
  Event,
  Fifo,
  Line,
  Mailbox,
  MHz,
  ns,
  Register,
  Semaphore,
  Signal,
  Simulation,
  SimulationError,
  within,
} from "../../sim/mod.ts";

Deno.test("Line changes are seen in the next cycle, whatever the order of the processes", () => {
  for (const [driver, reader] of [["a", "b"], ["b", "a"]]) {
    const sim = new Simulation();
    const clock = sim.clock("clock", MHz(100));
    const line = new Line(sim, "irq");
    const seen: boolean[] = [];
    let woken = -1;
    sim.spawn(driver, function* () {
      yield 3;
      line.raise();
    }, { clock });
    sim.spawn(reader, function* () {
      for (let cycle = 0; cycle < 5; cycle++) {
        yield 1;
        seen.push(line.high);
      }
    }, { clock });
    sim.spawn("waiter", function* () {
      yield line;
      woken = clock.cycles;
    }, { clock });
    sim.run();
    assertEquals([seen, woken], [[false, false, false, true, true], 4]);
  }
});

Deno.test("Line pulses wake once, falls can be waited for, and each waiter wakes at its own clock's next edge", () => {
  const sim = new Simulation();
  const fast = sim.clock("fast", MHz(100)), slow = sim.clock("slow", MHz(25));
  const line = new Line(sim, "done");
  const log: [string, number][] = [];
  for (const clock of [fast, slow]) {
    sim.spawn(`waiter_${clock.name}`, function* () {
      yield line;
      log.push([clock.name, sim.now]);
    }, { clock });
  }
  sim.spawn("fall", function* () {
    yield line.fall;
    log.push(["fall", sim.now]);
  }, { clock: fast });
  sim.spawn("driver", function* () {
    yield 1;
    line.pulse();
  }, { clock: fast });
  sim.run();
  assertEquals(log.toSorted(), [["fall", 20_000], ["fast", 20_000], ["slow", 40_000]]);
});

Deno.test("Event lets all who wait go on in the same moment, and is not remembered", () => {
  const sim = new Simulation();
  const event = new Event(sim, "event");
  const log: (number | boolean)[] = [];
  for (const name of ["a", "b"]) {
    sim.spawn(name, function* () {
      yield event;
      log.push(sim.now);
    });
  }
  sim.spawn("z", function* () {
    yield ns(3);
    event.notify();
    log.push(yield* within(ns(1), event));
  });
  sim.run();
  assertEquals(log, [3_000, 3_000, false]);
});

Deno.test("Fifo keeps the order, holds at most its depth, and lets both sides wait", () => {
  const sim = new Simulation();
  const fifo = new Fifo<number>(sim, "jobs", 3);
  const put: number[] = [], taken: [number, number][] = [];
  sim.spawn("producer", function* () {
    for (let i = 0; i < 6; i++) {
      yield* fifo.put(i);
      put.push(sim.now);
    }
  });
  sim.spawn("consumer", function* () {
    yield ns(10);
    for (let i = 0; i < 6; i++) {
      taken.push([yield* fifo.take(), sim.now]);
      yield ns(1);
    }
  });
  sim.run();
  assertEquals(taken, [0, 1, 2, 3, 4, 5].map((i) => [i, 10_000 + 1_000 * i]));
  assertEquals(put, [0, 0, 0, 10_000, 11_000, 12_000]);
});

Deno.test("Fifo.tryPut and tryTake never wait: they say whether it worked", () => {
  const fifo = new Fifo<string>(new Simulation(), "f", 2);
  assertEquals([fifo.tryTake(), fifo.tryPut("a"), fifo.tryPut("b"), fifo.tryPut("c")], [undefined, true, true, false]);
  assertEquals([fifo.length, fifo.tryTake(), fifo.tryTake(), fifo.tryTake()], [2, "a", "b", undefined]);
  assertThrows(() => new Fifo(new Simulation(), "f", 0), SimulationError, "Cannot make fifo f with depth 0");
});

Deno.test("Mailbox takes any number of messages and gives them back in order", () => {
  const sim = new Simulation();
  const box = new Mailbox<number>(sim, "box");
  const taken: number[] = [];
  sim.spawn("reader", function* () {
    for (let i = 0; i < 1000; i++) taken.push(yield* box.take());
  });
  sim.spawn("writer", function* () {
    for (let i = 0; i < 1000; i++) {
      box.post(i);
      if (i % 7 === 0) yield ns(1);
    }
  });
  sim.run();
  assertEquals(taken, Array.from({ length: 1000 }, (_, i) => i));
});

Deno.test("Semaphore hands its permits out strictly in order of arrival, also past a cancelled waiter", () => {
  const sim = new Simulation();
  const semaphore = new Semaphore(sim, "bus", 2);
  const log: string[] = [];
  const users = [..."abcdef"].map((name, index) =>
    sim.spawn(name, function* () {
      yield ns(1 + index);
      yield* semaphore.acquire();
      log.push(`${name}${sim.now / 1000}`);
      yield ns(20);
      semaphore.release();
    })
  );
  sim.spawn("boss", function* () {
    yield ns(10);
    users[3].cancel();
    assertEquals(semaphore.tryAcquire(), false);
  });
  sim.run();
  assertEquals(log, ["a1", "b2", "c21", "e22", "f41"]);
  assertEquals(semaphore.available, 2);
  assertThrows(() => semaphore.release(), SimulationError, "all 2 permits are free; release is called more often");
});

Deno.test("Barrier opens when all parties are there, and again for the next round", () => {
  const sim = new Simulation();
  const barrier = new Barrier(sim, "gate", 3);
  const log: number[] = [];
  for (const delay of [1, 5, 9]) {
    sim.spawn(`p${delay}`, function* () {
      for (let round = 0; round < 2; round++) {
        yield ns(delay);
        yield* barrier.wait();
        log.push(sim.now);
      }
    });
  }
  sim.run();
  assertEquals(log, [9_000, 9_000, 9_000, 18_000, 18_000, 18_000]);
});

Deno.test("Signal shows its new value after the commit, and wakes who follows it in the same moment", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const a = new Signal(sim, "a", 0), twice = new Signal(sim, "twice", 0);
  const seen: [number, number][] = [];
  sim.spawn("driver", function* () {
    for (let i = 1; i <= 3; i++) {
      yield 1;
      a.set(i);
      assertEquals(a.value, i - 1);
    }
  }, { clock });
  sim.spawn("logic", function* () {
    for (;;) {
      yield a;
      twice.set(2 * a.value);
    }
  }, { background: true });
  sim.spawn("observer", function* () {
    for (;;) {
      yield twice;
      seen.push([twice.value, sim.now]);
    }
  }, { background: true });
  sim.run();
  assertEquals(seen, [[2, 10_000], [4, 20_000], [6, 30_000]]);
});

Deno.test("Signal refuses two drivers that disagree, and takes two that agree", () => {
  const attempt = (values: number[]) => {
    const sim = new Simulation();
    const signal = new Signal(sim, "bus", 0);
    for (const [index, value] of values.entries()) {
      sim.spawn(`driver${index}`, function* () {
        yield ns(1);
        signal.set(value);
      });
    }
    sim.run();
    return signal.value;
  };
  assertEquals(attempt([5, 5]), 5);
  assertThrows(
    () => attempt([5, 6]),
    SimulationError,
    "Cannot set signal bus to 6 in driver1: it has been set to 5 by driver0 for the same commit",
  );
});

Deno.test("Signal keeps a value that two have agreed on from being changed by one of them, whoever was first", () => {
  for (const names of [["a", "b"], ["b", "a"]]) {
    const sim = new Simulation();
    const signal = new Signal(sim, "bus", 0);
    sim.spawn(names[0], function* () {
      yield ns(1);
      signal.set(1);
      yield 0;
      signal.set(2);
    });
    sim.spawn(names[1], function* () {
      yield ns(1);
      signal.set(1);
    });
    assertThrows(
      () => sim.run(),
      SimulationError,
      `Cannot set signal bus to 2 in ${names[0]}: it has been set to 1 by a and b`,
    );
  }
});

Deno.test("Line refuses two drivers that disagree in a moment, takes two that agree, and one that changes its mind", () => {
  type Deed = "raise" | "lower" | "pulse";
  const attempt = (...deeds: [process: string, deed: Deed][]) => {
    const sim = new Simulation();
    const line = new Line(sim, "irq");
    let rises = 0;
    sim.spawn("watcher", function* () {
      for (;;) {
        yield line;
        rises++;
      }
    }, { background: true });
    for (const process of new Set(deeds.map(([process]) => process))) {
      sim.spawn(process, function* () {
        yield ns(1);
        for (const [who, deed] of deeds) if (who === process) line[deed]();
      });
    }
    sim.run();
    return { high: line.high, rises };
  };
  const refusal = (...deeds: [process: string, deed: Deed][]) =>
    assertThrows(() => attempt(...deeds), SimulationError).message;
  const why = "in the same moment, and the last one would win; a line has one driver";
  assertStringIncludes(
    refusal(["a", "raise"], ["b", "lower"]),
    `Cannot lower line irq in b: it has been raised by a ${why}, so give each its own and combine them\n  in process b at 1 ns`,
  );
  assertStringIncludes(
    refusal(["a", "lower"], ["b", "raise"]),
    `Cannot raise line irq in b: it has been lowered by a ${why}`,
  );
  assertStringIncludes(
    refusal(["a", "raise"], ["b", "pulse"]),
    `Cannot pulse line irq in b: it has been raised by a ${why}`,
  );
  assertStringIncludes(
    refusal(["a", "pulse"], ["b", "raise"]),
    `Cannot raise line irq in b: it has been lowered by a ${why}`,
  );
  assertStringIncludes(
    refusal(["a", "raise"], ["b", "raise"], ["c", "lower"]),
    "in c: it has been raised by a and b in",
  );
  assertEquals(attempt(["a", "raise"], ["b", "raise"]), { high: true, rises: 1 });
  assertEquals(attempt(["a", "pulse"], ["b", "lower"]), { high: false, rises: 1 });
  assertEquals(attempt(["a", "pulse"], ["b", "pulse"]), { high: false, rises: 1 });
  assertEquals(attempt(["a", "raise"], ["a", "lower"]), { high: false, rises: 0 });
});

Deno.test("Register goes back to its reset value", () => {
  const sim = new Simulation();
  const register = new Register(sim, "count", 7);
  sim.spawn("p", function* () {
    register.set(9);
    yield ns(1);
    assertEquals(register.value, 9);
    register.reset();
  });
  sim.run();
  assertEquals(register.value, 7);
});
