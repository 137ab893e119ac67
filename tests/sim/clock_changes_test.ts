import { assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { type Frequency, Hz, MHz, ns, type Process, ps, Simulation } from "../../sim/mod.ts";
import { cases, seed } from "../sampling.ts";

interface Change {
  readonly at: number;
  readonly do: "gate" | "ungate" | "set" | "restart";
  /** Of a set or restart. */
  readonly frequency: Frequency;
}

/** The edges of a clock up to `end`, one by one in big integers: slow and obvious. */
function edges(first: Frequency, changes: readonly Change[], end: number): number[] {
  let epoch = 0n, n = 0n, frequency = first;
  let gated = false, next: Frequency | null = null;
  const found: number[] = [];
  const edge = () =>
    Number(epoch + (n + 1n) * 10n ** 12n * BigInt(frequency.denominator) / BigInt(frequency.numerator));
  const runTo = (time: number) => {
    while (edge() <= time) {
      const at = edge();
      n++;
      if (gated) continue;
      found.push(at);
      if (next !== null) {
        epoch = BigInt(at);
        n = 0n;
        frequency = next;
        next = null;
      }
    }
  };
  for (const change of changes) {
    runTo(change.at);
    if (change.do === "gate") gated = true;
    else if (change.do === "ungate") gated = false;
    else if (change.do === "set") next = change.frequency;
    else {
      epoch = BigInt(change.at);
      n = 0n;
      frequency = change.frequency;
      gated = false;
      next = null;
    }
  }
  runTo(end);
  return found;
}

const frequency = fc.constantFrom(MHz(100), MHz(200), MHz(50), MHz(175), MHz(1400, 9), Hz(155_555_555));
/** Times in picoseconds, often on an edge. */
const time = fc.oneof(fc.nat({ max: 400 }).map((n) => n * 5_000), fc.nat({ max: 2_000_000 }));
const change: fc.Arbitrary<Change> = fc.record({
  at: time,
  do: fc.constantFrom("gate", "ungate", "set", "restart"),
  frequency,
});
const END = 30_000_000;

Deno.test("ClockDomain has the edges of a slow model, whoever changes it when, however far its waiters look ahead", () => {
  fc.assert(
    fc.property(
      frequency,
      fc.array(change, { maxLength: 8 }),
      fc.array(
        fc.record({
          start: time,
          steps: fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1500 })), {
            minLength: 1,
            maxLength: 8,
          }),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      fc.constantFrom("a_control", "z_control"),
      (first, changes, walkers, control) => {
        const sorted = changes.toSorted((a, b) => a.at - b.at);
        const expected = edges(first, sorted, END);
        const sim = new Simulation();
        const clock = sim.clock("clock", first);
        // A clock of 1 THz lets the changes come from the wheel of another domain, before or after this one's.
        const other = sim.clock(control, Hz(1e12));
        sim.spawn("control", function* () {
          for (const step of sorted) {
            if (step.at > sim.now) yield step.at - sim.now;
            if (step.do === "gate") clock.gate();
            else if (step.do === "ungate") clock.ungate();
            else if (step.do === "set") clock.setFrequency(step.frequency);
            else clock.restart(step.frequency);
            assertEquals(clock.cycles, expected.filter((edge) => edge <= sim.now).length);
          }
        }, { clock: other });
        const seen = walkers.map((): number[] => []);
        for (const [index, { start, steps }] of walkers.entries()) {
          sim.spawn(`walker${index}`, function* () {
            yield ps(start);
            for (const step of steps) {
              yield step;
              seen[index].push(sim.now);
            }
          }, { clock, background: true });
        }
        sim.run({ until: ps(END) });
        const wanted = walkers.map(({ start, steps }) => {
          let at = expected.filter((edge) => edge <= start).length;
          return steps.map((step) => expected[(at += step) - 1]).filter((edge) => edge !== undefined);
        });
        assertEquals(seen, wanted);
      },
    ),
    { seed, numRuns: cases(400, 20_000) },
  );
});

for (const control of ["a", "z"]) {
  Deno.test(`ClockDomain.gate spares those who wait for the edge of the same moment, seen from a clock named ${control}`, () => {
    const sim = new Simulation();
    const clock = sim.clock("clock", MHz(100)), other = sim.clock(control, MHz(100));
    const log: number[] = [];
    sim.spawn("control", function* () {
      yield 1;
      clock.gate();
      yield 1;
      clock.ungate();
      yield 1;
      clock.setFrequency(MHz(50));
    }, { clock: other });
    sim.spawn("walker", function* () {
      for (let i = 0; i < 4; i++) {
        yield 1;
        log.push(sim.now);
      }
    }, { clock });
    sim.run();
    // 20 ns falls into the gated time; the change at 30 ns takes effect at 40 ns.
    assertEquals(log, [10_000, 30_000, 40_000, 60_000]);
  });
}

Deno.test("ClockDomain can be gated, and its frequency set, by a process of its own", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const log: number[] = [];
  sim.spawn("a", function* () {
    yield 1;
    clock.setFrequency(MHz(50));
    clock.gate();
  }, { clock });
  for (const name of ["b", "c"]) {
    sim.spawn(name, function* (): Process {
      for (let i = 0; i < 3; i++) {
        yield 1;
        log.push(sim.now);
      }
    }, { clock });
  }
  sim.spawn("wake", function* () {
    yield ns(38);
    clock.ungate();
  });
  sim.run();
  assertEquals(log, [10_000, 10_000, 40_000, 40_000, 60_000, 60_000]);
});

Deno.test("ClockDomain makes no moment of a cycle that nobody waits for any more", () => {
  for (const cycles of [1, 2, 100, 5000]) {
    const sim = new Simulation();
    const clock = sim.clock("clock", MHz(100));
    const sleeper = sim.spawn("sleeper", function* () {
      yield 3;
      yield cycles;
    }, { clock });
    sim.spawn("boss", function* () {
      yield ns(30);
      yield ns(5);
      sleeper.cancel();
    });
    assertEquals([sim.run().now, sleeper.state], [35_000, "cancelled"]);
  }
});
