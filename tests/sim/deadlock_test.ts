import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Barrier, DeadlockError, Fifo, MHz, ns, Semaphore, Simulation } from "../../sim/mod.ts";

/** The report of a simulation that gets stuck. */
function stuck(build: (sim: Simulation) => void): DeadlockError {
  const sim = new Simulation();
  build(sim);
  const error = assertThrows(() => sim.run());
  assertInstanceOf(error, DeadlockError);
  return error;
}

Deno.test("DeadlockError lists who waits, for what, since when, and who could serve it", () => {
  const error = stuck((sim) => {
    const jobs = new Fifo<number>(sim, "dma.jobs", 2);
    const bus = new Semaphore(sim, "bus");
    const gate = new Barrier(sim, "gate", 3);
    sim.spawn("driver", function* () {
      for (let i = 0; i < 3; i++) yield* jobs.put(i);
    });
    sim.spawn("hog", function* () {
      yield* bus.acquire();
      yield ns(2);
      yield* gate.wait();
    });
    sim.spawn("user", function* () {
      yield ns(1);
      yield* bus.acquire();
    });
    const idler = sim.spawn("idler", function* () {
      yield* gate.wait();
    }, { background: true });
    sim.spawn("waiter", () => idler.join());
  });
  assertEquals(
    error.message,
    `Cannot go on at 2 ns: nothing is scheduled any more, and 4 processes wait:
  driver waits for fifo dma.jobs to have room (depth 2) since 0 ps
  hog waits for barrier gate since 2 ns; could be served by 1 more of 3 parties (here: idler, hog)
  user waits for semaphore bus since 1 ns; could be served by hog
  waiter waits for the end of process idler since 0 ps; could be served by idler
  (1 background processes are idle)`,
  );
  assertEquals(error.waiting.map(({ process, sincePs }) => [process, sincePs]), [
    ["driver", 0],
    ["hog", 2_000],
    ["user", 1_000],
    ["waiter", 0],
  ]);
});

Deno.test("DeadlockError tells of a gated clock, since when it is gated, and who gated it", () => {
  const error = stuck((sim) => {
    const clock = sim.clock("cluster", MHz(100));
    sim.spawn("core", function* () {
      for (;;) yield 1;
    }, { clock });
    sim.spawn("pmu", function* () {
      yield ns(25);
      clock.gate();
    });
  });
  assertEquals(
    error.message,
    "Cannot go on at 25 ns: nothing is scheduled any more, and 1 process waits:\n" +
      "  core waits for a cycle of clock cluster, which is gated, since 25 ns; could be served by whoever ungates the " +
      "clock (pmu gated it)",
  );
});

Deno.test("DeadlockError is not thrown for background processes alone", () => {
  const sim = new Simulation();
  const jobs = new Fifo<number>(sim, "jobs", 2);
  sim.spawn("server", function* () {
    for (;;) yield* jobs.take();
  }, { background: true });
  sim.spawn("client", () => jobs.put(1));
  assertEquals(sim.run().reason, "idle");
});
