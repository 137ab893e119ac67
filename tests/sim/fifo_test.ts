import { assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { call, DeadlockError, Fifo, type Interrupt, MHz, type Process, Simulation } from "../../sim/mod.ts";
import { cases, seed } from "../sampling.ts";

/** The same queue with generators, as one would write it. */
class PlainFifo extends Fifo<number> {
  override *put(item: number): Process {
    while (!this.tryPut(item)) yield this.freed;
  }

  override *take(): Process<number> {
    while (this.length === 0) yield this.filled;
    return this.tryTake()!;
  }
}

type Step = { readonly do: "put" | "take" | "wait"; readonly called: boolean };

interface Plan {
  readonly depth: number;
  /** What each process does. */
  readonly processes: readonly (readonly Step[])[];
  /** What is done to them from outside: at the end of `cycle`, to process `to`. */
  readonly blows: readonly { readonly cycle: number; readonly to: number; readonly cancel: boolean }[];
}

/** Everything that the processes see, in order. */
function logOf(make: (sim: Simulation, depth: number) => Fifo<number>, { depth, processes, blows }: Plan): string[] {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const fifo = make(sim, depth);
  const log: string[] = [];
  const handles = processes.map((steps, number) =>
    sim.spawn(`process${number}`, function* () {
      const say = (text: string) => void log.push(`${number}@${clock.cycles}: ${text}`);
      try {
        for (const [at, { do: what, called }] of steps.entries()) {
          try {
            if (what === "wait") yield 1;
            else if (what === "put") yield* called ? call(fifo.put(100 * number + at)) : fifo.put(100 * number + at);
            else say(`took ${yield* called ? call(fifo.take()) : fifo.take()}`);
            say(what);
          } catch (error) {
            say(`${what} interrupted: ${(error as Interrupt).reason}`);
          }
        }
      } finally {
        say("end");
      }
    }, { clock, background: true })
  );
  sim.spawn("z", function* () {
    for (const { cycle, to, cancel } of blows.toSorted((a, b) => a.cycle - b.cycle)) {
      if (cycle > clock.cycles) yield cycle - clock.cycles;
      const victim = handles[to % handles.length];
      if (cancel) victim.cancel();
      else victim.interrupt(cycle);
    }
  }, { clock });
  sim.run();
  return [...log, `${fifo.length} left, ${sim.events} events`];
}

Deno.test("Fifo.put and take come out as with generators, with many at both ends, cancelled and interrupted", () => {
  const step = fc.record({ do: fc.constantFrom("put", "take", "wait"), called: fc.boolean() }) as fc.Arbitrary<Step>;
  const plan: fc.Arbitrary<Plan> = fc.record({
    depth: fc.integer({ min: 1, max: 3 }),
    processes: fc.array(fc.array(step, { maxLength: 10 }), { minLength: 1, maxLength: 6 }),
    blows: fc.array(fc.record({ cycle: fc.nat(8), to: fc.nat(5), cancel: fc.boolean() }), { maxLength: 8 }),
  });
  fc.assert(
    fc.property(plan, (plan) => {
      assertEquals(
        logOf((sim, depth) => new Fifo<number>(sim, "fifo", depth), plan),
        logOf((sim, depth) => new PlainFifo(sim, "fifo", depth), plan),
      );
    }),
    { seed, numRuns: cases(400, 20_000) },
  );
});

Deno.test("Fifo.put and take can be processes of their own, several at a time", () => {
  const sim = new Simulation();
  const fifo = new Fifo<string>(sim, "fifo", 1);
  const takers = ["a", "b", "c"].map((name) => sim.spawn(name, fifo.take()));
  for (const name of ["x", "y", "z"]) sim.spawn(name, () => fifo.put(name));
  sim.run();
  assertEquals(takers.map(({ result }) => result), ["x", "y", "z"]);
});

Deno.test("Fifo.put does nothing before it is waited for", () => {
  const sim = new Simulation();
  const fifo = new Fifo<number>(sim, "fifo", 2);
  sim.spawn("putter", function* () {
    const later = fifo.put(1);
    yield* fifo.put(2);
    yield* later;
  });
  sim.run();
  assertEquals([fifo.tryTake(), fifo.tryTake()], [2, 1]);
});

Deno.test("Fifo.take of a cancelled process leaves the item to the next one, and runs its finally blocks once", () => {
  const sim = new Simulation();
  const fifo = new Fifo<number>(sim, "fifo", 1);
  const log: string[] = [];
  const [first] = ["first", "second"].map((name) =>
    sim.spawn(name, function* () {
      try {
        log.push(`${name} has ${yield* fifo.take()}`);
      } finally {
        log.push(`${name} ends`);
      }
    })
  );
  sim.spawn("third", function* () {
    yield 0;
    fifo.tryPut(7);
    // It has been let go already, but has not run.
    first.cancel();
  });
  sim.run();
  assertEquals([log, first.state, fifo.length], [["first ends", "second has 7", "second ends"], "cancelled", 0]);
});

Deno.test("Fifo names in deadlock reports who put and took last, whoever made the put or take", () => {
  const sim = new Simulation();
  const fifo = new Fifo<number>(sim, "fifo", 1);
  const put = fifo.put(1);
  sim.spawn("producer", () => put);
  sim.spawn("waiter", function* () {
    yield* fifo.take();
    yield* fifo.take();
  });
  assertThrows(
    () => sim.run(),
    DeadlockError,
    "waiter waits for fifo fifo to hold an item since 0 ps; could be served by producer (served it last)",
  );
});
