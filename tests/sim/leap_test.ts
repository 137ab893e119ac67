import { assertEquals } from "@std/assert";
import { Hz, MHz, ns, Phase, type RunOptions, Simulation } from "../../sim/mod.ts";

/** A task that tries to leap by `step` cycles as often as it can; what it was granted. */
function leaper(step: number, prepare: (sim: Simulation) => void = () => {}, options: RunOptions = {}) {
  const sim = new Simulation();
  const clock = sim.clock("core", MHz(100));
  const slow = sim.clock("slow", Hz(32768));
  const cycles: number[] = [];
  let calls = 0;
  const task = sim.task("leaper", () => {
    calls++;
    cycles.push(clock.cycles);
    while (cycles.length < 10 && sim.leap(clock, clock.cycles + step)) cycles.push(clock.cycles);
    if (cycles.length < 10) task.after(step);
  }, { clock, phase: Phase.arbitrate });
  sim.beforeStart(() => task.after(1));
  prepare(sim);
  const result = sim.run(options);
  return { cycles, calls, result, sim, clock, slow };
}

Deno.test("leap takes a task that acts alone from cycle to cycle in one go", () => {
  const { cycles, calls, sim, clock, slow } = leaper(1000);
  assertEquals(cycles, Array.from({ length: 10 }, (_, i) => 1 + 1000 * i));
  assertEquals([calls, sim.now, clock.cycles], [1, 9001 * 10_000, 9001]);
  assertEquals(slow.cycles, Math.floor(9001 * 10e-9 * 32768));
});

Deno.test("leap is refused where anybody else has something to do, up to and with the cycle", () => {
  for (const at of [35, 30, 31]) {
    const seen: number[] = [];
    const { cycles, calls } = leaper(10, (sim) => {
      const [clock] = sim.clocks;
      sim.spawn("other", function* () {
        yield at;
        seen.push(clock.cycles);
      }, { clock });
    });
    assertEquals(cycles, Array.from({ length: 10 }, (_, i) => 1 + 10 * i));
    assertEquals(seen, [at]);
    assertEquals(calls, 2);
  }
});

Deno.test("leap is refused past what waits for a time, and past another clock's edge that somebody waits for", () => {
  const seen: number[] = [];
  const timed = leaper(10, (sim) => {
    sim.spawn("other", function* () {
      yield ns(155);
      seen.push(sim.now);
    });
  });
  const edges = leaper(1000, (sim) => {
    sim.spawn("other", function* () {
      yield 1;
      seen.push(sim.now);
    }, { clock: sim.clocks[1] });
  });
  assertEquals([timed.calls, edges.calls], [2, 2]);
  assertEquals(seen, [155_000, Math.floor(1e12 / 32768)]);
});

Deno.test("leap keeps the limits of a run: time, cycles, events, single steps", () => {
  assertEquals(leaper(10, undefined, { until: ns(500) }).result, { reason: "until", now: 500_000, events: 5 });
  const { cycles, result } = leaper(10, undefined, { maxCycles: 25 });
  assertEquals([cycles, result.reason, result.now], [[1, 11, 21], "maxCycles", 250_000]);
  assertEquals(leaper(10, undefined, { maxEvents: 4 }).cycles.length, 4);
  const sim = new Simulation();
  const clock = sim.clock("core", MHz(100));
  const granted: boolean[] = [];
  const task = sim.task("leaper", () => granted.push(sim.leap(clock, clock.cycles + 5)), {
    clock,
    phase: Phase.arbitrate,
  });
  sim.beforeStart(() => task.after(1));
  sim.step();
  assertEquals(granted, [false]);
});

Deno.test("leap is refused while somebody records what happens moment by moment", () => {
  const { cycles, calls } = leaper(10, (sim) => sim.trace.attach({ record: () => {}, endMoment: () => {} }));
  assertEquals([cycles.length, calls], [10, 10]);
});

Deno.test("leap is refused in the first phase, in which others may still raise requests", () => {
  const sim = new Simulation();
  const clock = sim.clock("core", MHz(100));
  const granted: boolean[] = [];
  const task = sim.task("early", () => granted.push(sim.leap(clock, clock.cycles + 5)), { clock });
  sim.beforeStart(() => task.after(1));
  sim.run();
  assertEquals(granted, [false]);
});
