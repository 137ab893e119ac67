/**
 * The kernel alone: processes, tasks, a FIFO, and what stays in memory.
 * @module
 */
import { Activity } from "../sim/activity.ts";
import { Fifo, MHz, Phase, type Process, Simulation, type Task } from "../sim/mod.ts";
import { type Bench, perCpuSecond } from "./bench.ts";

/** Activities between two looks at the CPU clock. */
const EVENTS = 10_000_000;

/** `count` processes that each wait one cycle, again and again. */
function waiting(count: number): Simulation {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  for (let i = 0; i < count; i++) {
    sim.spawn(`waiter${i}`, function* () {
      for (;;) yield 1;
    }, { clock });
  }
  return sim;
}

/** `count` tasks that each schedule themselves again and again, every 1 to 16 cycles. */
function ticking(count: number): Simulation {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  for (let i = 0; i < count; i++) {
    const period = 1 + i % 16;
    const task: Task = sim.task(`ticker${i}`, () => task.after(period), { clock });
    sim.beforeStart(() => task.after(period));
  }
  return sim;
}

/** The same, but a task's next delay is not its last one, so that tasks overtake each other. */
function overtaking(count: number): Simulation {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  let turn = 0;
  for (let i = 0; i < count; i++) {
    const task: Task = sim.task(`overtaker${i}`, () => task.after(1 + (turn++ & 15)), { clock });
    sim.beforeStart(() => task.after(1 + i % 16));
  }
  return sim;
}

/** An activity that is queued again and again. */
class Held extends Activity {
  /** Cycles from one time to the next. */
  period = 1;
}

/**
 * The queue alone, as the hold model has it: the earliest of `count` activities leaves the clock's wheel and is queued
 * again, 1 to 16 cycles ahead. Nothing runs.
 */
function holdRate(count: number): number {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  for (let i = 0; i < count; i++) {
    const held = new Held(sim, `held${i}`, Phase.request, clock);
    held.period = 1 + i % 16;
    clock.wakeAfter(held, held.period);
  }
  // A function of its own, called often, so that the compiler gets to optimise it.
  const holdMoments = (moments: number) => {
    let held = 0;
    for (let moment = 0; moment < moments; moment++) {
      const queue = clock.enterNext();
      for (let activity; (activity = queue.shift()) !== null;) {
        clock.wakeAfter(activity, (activity as Held).period);
        held++;
      }
      clock.leave();
    }
    return held;
  };
  const hold = (events: number) => {
    let held = 0;
    while (held < events) held += holdMoments(100);
    return held;
  };
  hold(EVENTS / 2);
  return perCpuSecond(() => hold(EVENTS));
}

/** Activities per second, after a tenth of them as a warm-up. */
function eventRate(sim: Simulation): number {
  sim.run({ maxEvents: EVENTS / 10 });
  return perCpuSecond(() => {
    const before = sim.events;
    return sim.run({ maxEvents: EVENTS }).events - before;
  });
}

/** Brings `items` items through a FIFO of 16 places from one process to another. */
function transfer(
  produce: (fifo: Fifo<number>, items: number) => Process,
  consume: typeof produce,
  items: number,
): number {
  const sim = new Simulation();
  const fifo = new Fifo<number>(sim, "fifo", 16);
  sim.spawn("producer", produce(fifo, items));
  sim.spawn("consumer", consume(fifo, items));
  sim.run();
  return items;
}

/** Items per second, after short transfers that give the compiler whole runs to look at. */
function fifoRate(produce: (fifo: Fifo<number>, items: number) => Process, consume: typeof produce): number {
  for (let warmUp = 0; warmUp < 20; warmUp++) transfer(produce, consume, EVENTS / 20);
  return perCpuSecond(() => transfer(produce, consume, EVENTS));
}

function* tryPuts(fifo: Fifo<number>, items: number): Process {
  for (let i = 0; i < items; i++) if (!fifo.tryPut(i)) yield* fifo.put(i);
}

function* tryTakes(fifo: Fifo<number>, items: number): Process {
  let sum = 0;
  for (let i = 0; i < items; i++) sum = (sum + (fifo.tryTake() ?? (yield* fifo.take()))) | 0;
  check(sum, items);
}

function* inlinePuts(fifo: Fifo<number>, items: number): Process {
  for (let i = 0; i < items; i++) while (!fifo.tryPut(i)) yield fifo.freed;
}

function* inlineTakes(fifo: Fifo<number>, items: number): Process {
  let sum = 0;
  for (let i = 0; i < items; i++) {
    let item: number | undefined;
    while ((item = fifo.tryTake()) === undefined) yield fifo.filled;
    sum = (sum + item) | 0;
  }
  check(sum, items);
}

function* puts(fifo: Fifo<number>, items: number): Process {
  for (let i = 0; i < items; i++) yield* fifo.put(i);
}

function* takes(fifo: Fifo<number>, items: number): Process {
  let sum = 0;
  for (let i = 0; i < items; i++) sum = (sum + (yield* fifo.take())) | 0;
  check(sum, items);
}

/** Throws unless `sum` is that of the numbers below `items`, in 32 bits. */
function check(sum: number, items: number): void {
  const expected = BigInt(items) * BigInt(items - 1) / 2n;
  if (BigInt(sum) !== BigInt.asIntN(32, expected)) throw new Error("the FIFO lost or doubled an item");
}

/** Bytes that are reachable, after a collection. */
function bytesKept(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("Cannot collect garbage: run with --v8-flags=--expose-gc");
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** How much more is kept after 10^8 events than after 10^6. */
function heapGrowth(): number {
  const sim = waiting(10);
  const clock = sim.clocks[0];
  // A far and a near task besides, so that the wheel, its overflow and the heap of plain times are all used.
  const far: Task = sim.task("far", () => far.after(5000), { clock });
  const near: Task = sim.task("near", () => near.after(7), { clock });
  sim.beforeStart(() => [far, near].forEach((task) => task.after(1)));
  sim.run({ maxEvents: 1e6 });
  const early = bytesKept();
  sim.run({ maxEvents: 99e6 });
  return bytesKept() - early;
}

/** The kernel's rows. */
export const benches: readonly Bench[] = [
  ...[10, 1000].map((count): Bench => ({
    name: `kernel.resume.${count}`,
    unit: "resumes/s",
    better: "higher",
    note: `${count} processes each wait one cycle`,
    goal: 25e6,
    run: () => eventRate(waiting(count)),
  })),
  {
    name: "kernel.events.near",
    unit: "events/s",
    better: "higher",
    note: "1000 tasks schedule themselves, each with a period of 1 to 16 cycles",
    goal: 60e6,
    run: () => eventRate(ticking(1000)),
  },
  {
    name: "kernel.events.mixed",
    unit: "events/s",
    better: "higher",
    note: "1000 tasks schedule themselves 1 to 16 cycles ahead, each time another number",
    run: () => eventRate(overtaking(1000)),
  },
  {
    name: "kernel.events.10",
    unit: "events/s",
    better: "higher",
    note: "10 tasks schedule themselves, each with a period of 1 to 10 cycles: few events in a cycle",
    run: () => eventRate(ticking(10)),
  },
  {
    name: "kernel.queue.near",
    unit: "events/s",
    better: "higher",
    note: "the queue alone, nothing runs: 1000 activities leave the wheel and are queued again, 1 to 16 cycles ahead",
    run: () => holdRate(1000),
  },
  {
    name: "kernel.fifo.16",
    unit: "items/s",
    better: "higher",
    note: "producer and consumer, FIFO of 16, tryPut and tryTake, yield* put and take when they fail",
    run: () => fifoRate(tryPuts, tryTakes),
  },
  {
    name: "kernel.fifo.inline",
    unit: "items/s",
    better: "higher",
    note: "producer and consumer, FIFO of 16, tryPut and tryTake, yield freed and filled while they fail",
    run: () => fifoRate(inlinePuts, inlineTakes),
  },
  {
    name: "kernel.fifo.wait",
    unit: "items/s",
    better: "higher",
    note: "producer and consumer, FIFO of 16, put and take",
    run: () => fifoRate(puts, takes),
  },
  {
    name: "kernel.heap.growth",
    unit: "B",
    better: "lower",
    note: "memory kept after 10^8 events, less that after 10^6, both after a collection",
    samples: 1,
    run: heapGrowth,
  },
];
