import { assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { type Frequency, Hz, kHz, LAST_PS, MHz, ms, ns, sec, Simulation, SimulationError, us } from "../../sim/mod.ts";
import { cases, seed } from "../sampling.ts";

/** Edge n of a clock that has run at one frequency from time 0, exactly. */
function exactEdge(n: number, frequency: Frequency): number {
  return Number(BigInt(n) * 10n ** 12n * BigInt(frequency.denominator) / BigInt(frequency.numerator));
}

/** When a process is at the given cycles. */
function timesAt(frequency: Frequency, cycles: readonly number[]): number[] {
  const sim = new Simulation();
  const clock = sim.clock("clock", frequency);
  const times: number[] = [];
  sim.spawn("walker", function* () {
    for (const [index, cycle] of cycles.entries()) {
      yield cycle - (cycles[index - 1] ?? 0);
      times.push(sim.now);
    }
  }, { clock });
  sim.run();
  return times;
}

for (const hertz of [175_000_000, 32_768, 155_555_555]) {
  Deno.test(`ClockDomain does not drift in 10^9 edges, or to the end of time, at ${hertz} Hz`, () => {
    const last = Math.min(1e9, Math.floor(LAST_PS / 1e12 * hertz) - 1);
    const cycles = [1, 2, 3, 1000, 1023, 1024, 1025, 123_456_789, last - 1, last].filter((c) => c <= last).sort((
      a,
      b,
    ) => a - b);
    assertEquals(timesAt(Hz(hertz), cycles), cycles.map((cycle) => exactEdge(cycle, Hz(hertz))));
  });
}

Deno.test("ClockDomain is at exact edges, at random rational frequencies and steps", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 1, max: 2_000_000_000 }), fc.integer({ min: 1e9, max: Number.MAX_SAFE_INTEGER })),
      fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1000, max: 2_000_000_000 })),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5000 })), {
        minLength: 1,
        maxLength: 60,
      }),
      (numerator, denominator, steps) => {
        if (numerator > 1e12 * denominator || 1e12 * denominator > LAST_PS * numerator) return;
        const frequency = Hz(numerator, denominator);
        let cycle = 0;
        const cycles = steps.map((step) => cycle += step);
        if (exactEdge(cycle, frequency) > LAST_PS) return;
        assertEquals(timesAt(frequency, cycles), cycles.map((cycle) => exactEdge(cycle, frequency)));
      },
    ),
    { seed, numRuns: cases(300, 20_000) },
  );
});

Deno.test("ClockDomain steps edge by edge to the same random places as in one leap", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000_000, max: 999_999_999 }),
      fc.integer({ min: 1, max: 3000 }),
      (hertz, cycles) => {
        const steps = Array.from({ length: cycles }, (_, index) => index + 1);
        assertEquals(timesAt(Hz(hertz), steps).at(-1), timesAt(Hz(hertz), [cycles])[0]);
      },
    ),
    { seed, numRuns: cases(30, 2000) },
  );
});

Deno.test("ClockDomain changes frequency at the next edge, which is the new epoch", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const times: number[] = [];
  sim.spawn("walker", function* () {
    yield 3;
    clock.setFrequency(Hz(300_000_000));
    for (let i = 0; i < 4; i++) {
      yield 1;
      times.push(sim.now);
    }
  }, { clock });
  sim.run();
  const change = 4 * 10_000;
  assertEquals(times, [change, change + 3_333, change + 6_666, change + 10_000]);
});

Deno.test("ClockDomain keeps far waits to their cycle when the frequency changes", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  sim.spawn("sleeper", function* () {
    yield 5000;
  }, { clock });
  sim.spawn("control", function* () {
    yield ns(105);
    clock.setFrequency(MHz(200));
  });
  assertEquals(sim.run().now, 11 * 10_000 + (5000 - 11) * 5_000);
});

Deno.test("ClockDomain makes no edges while gated, does not count them, and goes on on its grid", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const seen: [time: number, cycle: number][] = [];
  sim.spawn("walker", function* () {
    for (let i = 0; i < 4; i++) {
      yield 1;
      seen.push([sim.now, clock.cycles]);
    }
  }, { clock });
  sim.spawn("control", function* () {
    yield ns(25);
    clock.gate();
    yield ns(42);
    clock.ungate();
  });
  sim.run();
  assertEquals(seen, [[10_000, 1], [20_000, 2], [70_000, 3], [80_000, 4]]);
});

Deno.test("ClockDomain restarted begins a new grid", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  clock.gate();
  sim.spawn("walker", function* () {
    yield 2;
  }, { clock });
  sim.spawn("control", function* () {
    yield ns(7);
    clock.restart(MHz(50));
  });
  assertEquals(sim.run().now, 7_000 + 2 * 20_000);
});

Deno.test("ClockDomains whose edges coincide share the moment; signals of both commit together", () => {
  const sim = new Simulation();
  const slow = sim.clock("slow", MHz(50)), fast = sim.clock("fast", MHz(100));
  const log: string[] = [];
  sim.spawn("a", function* () {
    yield 2;
    log.push(`fast ${sim.now}`);
  }, { clock: fast });
  sim.spawn("b", function* () {
    yield 1;
    log.push(`slow ${sim.now}`);
  }, { clock: slow });
  let moments = 0;
  while (sim.step()) moments++;
  assertEquals(log.toSorted(), ["fast 20000", "slow 20000"]);
  assertEquals(moments, 2); // the start, and 20 ns
});

Deno.test("ClockDomain counts a wait from the edge before, when its process was woken between edges", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  sim.spawn("walker", function* () {
    yield ns(14);
    yield 1;
  }, { clock });
  assertEquals(sim.run().now, 20_000);
});

Deno.test("ClockDomain and durations refuse to go past 2^53 ps, about 2.5 hours", () => {
  const refusals: ((sim: Simulation) => void)[] = [
    (sim) =>
      sim.spawn("p", () =>
        (function* () {
          yield 2 ** 40;
        })(), { clock: sim.clock("clock", MHz(1)) }),
    (sim) =>
      sim.spawn("p", function* () {
        yield sec(9000);
        yield sec(9000);
      }),
  ];
  for (const build of refusals) {
    const sim = new Simulation();
    build(sim);
    const error = assertThrows(() => sim.run(), SimulationError);
    assertEquals(/2\^53( - 1)? ps \(2 h|2\^53( - 1)? ps \(9007/.test(error.message), true, error.message);
  }
  assertThrows(() => sec(10_000), SimulationError, "Cannot make a duration of 10000000000000000 ps");
});

Deno.test("Frequencies and durations that make no sense are refused", () => {
  assertThrows(
    () => Hz(0),
    SimulationError,
    "Cannot make a frequency of 0/1 Hz: both have to be positive whole numbers",
  );
  assertThrows(() => ns(0.0001), SimulationError, "Cannot make a duration of 0.0001 ns: it is not a whole number");
  assertThrows(() => ns(-1), SimulationError, "from 0 to 2^53 - 1");
});

Deno.test("Frequencies may have any denominator, as long as their period is from 1 ps to the end of time", () => {
  assertEquals(timesAt(Hz(1_000_000_007, 100_003), [1, 3]), [100_002_999, 300_008_997]);
  assertEquals(timesAt(Hz(1, 9007), [1]), [9007 * 1e12]);
  assertThrows(
    () => Hz(1, 9008),
    SimulationError,
    "Cannot use a frequency of 1/9008 Hz: its period is past 2^53 ps (9007.199254740991 s), the end of simulated time",
  );
  assertEquals(timesAt(Hz(1e12), [1, 2]), [1, 2]);
  assertThrows(() => Hz(1e12 + 1), SimulationError, "its period is under one picosecond");
});

Deno.test("Frequencies and durations are not rounded behind anybody's back", () => {
  assertEquals([MHz(24.98).hertz, kHz(32.768).hertz, MHz(155.555555).hertz], [24_980_000, 32_768, 155_555_555]);
  const { numerator, denominator } = kHz(0.0005);
  assertEquals([numerator, denominator], [1, 2]);
  assertThrows(
    () => MHz(100 / 3),
    SimulationError,
    "Cannot make a frequency of 33.333333333333336 MHz: it is not a whole number of millihertz; where it is a fraction, " +
      "give both parts, as in MHz(100, 3)",
  );
  assertThrows(() => ms(1234.5678901234567), SimulationError, "it is not a whole number of picoseconds");
  assertEquals([ns(0.1 * 3).ps, us(24.98).ps, sec(1.1).ps, sec(9007.1).ps], [300, 24_980_000, 1.1e12, 9.0071e15]);
});

Deno.test("ClockDomain.timeOf a cycle of a gated clock is never, and run waits for nothing that has been", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100)), other = sim.clock("other", MHz(10));
  sim.spawn("walker", function* () {
    yield 5;
    clock.gate();
    yield ns(20);
    assertEquals([clock.cycles, clock.timeOf(5), clock.timeOf(6)], [5, 50_000, Infinity]);
  }, { clock });
  sim.spawn("ticker", function* () {
    for (;;) yield 1;
  }, { clock: other, background: true });
  assertEquals(sim.run({ maxCycles: 5, clock }).reason, "maxCycles");
  assertEquals(sim.run({ until: ns(1000), maxCycles: 6, clock }), {
    reason: "until",
    now: 1_000_000,
    events: sim.events,
  });
  clock.ungate();
  assertEquals(clock.timeOf(6), 1_010_000);
});

Deno.test("Frequencies stay fractions: 1400/9 MHz has its edge 7 at exactly 45 ns", () => {
  assertEquals(timesAt(MHz(1400, 9), [7, 14, 1400]), [45_000, 90_000, 9_000_000]);
});
