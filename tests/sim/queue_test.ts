import { assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { type Activity, MHz, Simulation, type Task } from "../../sim/mod.ts";
import { cases, seed } from "../sampling.ts";

const CYCLES = 60;
const TASKS = 8;

/** What a task does to another one, or to itself, when it runs. */
interface Act {
  readonly on: number;
  /** Whether it takes it out of the queue. */
  readonly unqueue: boolean;
  /** Cycles ahead for which it queues it, if it is in no queue; 0 for not at all. */
  readonly after: number;
}

/** The runs, `task@cycle`, as the kernel has them. `acts` has each task's acts, run by run. */
function kernelRuns(acts: readonly Act[][][]): string[] {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const log: string[] = [];
  const tasks: Task[] = acts.map((runs, number) => {
    let run = 0;
    return sim.task(`task${number}`, () => {
      log.push(`${number}@${clock.cycles}`);
      for (const { on, unqueue, after } of runs[run++ % runs.length]) {
        if (unqueue) tasks[on].unqueue();
        if (after > 0 && !tasks[on].queued) tasks[on].after(after);
      }
    }, { clock });
  });
  tasks.forEach((task) => task.after(1));
  sim.run({ maxCycles: CYCLES });
  return log;
}

/** The same with a plain list for each cycle, all of which are searched whenever a task is looked for. */
function modelRuns(acts: readonly Act[][][]): string[] {
  const lists = Array.from({ length: CYCLES + 2000 }, (): number[] => []);
  const log: string[] = [];
  const done = acts.map(() => 0);
  lists[1].push(...acts.keys());
  for (let cycle = 1; cycle <= CYCLES; cycle++) {
    for (let number; (number = lists[cycle].shift()) !== undefined;) {
      log.push(`${number}@${cycle}`);
      for (const { on, unqueue, after } of acts[number][done[number]++ % acts[number].length]) {
        const list = lists.find((list) => list.includes(on));
        if (unqueue) list?.splice(list.indexOf(on), 1);
        if (after > 0 && (unqueue || list === undefined)) lists[cycle + after].push(on);
      }
    }
  }
  return log;
}

Deno.test("Task.unqueue and Task.after on tasks of the cycle that runs come out as with plain lists", () => {
  const act: fc.Arbitrary<Act> = fc.record({
    on: fc.nat(TASKS - 1),
    unqueue: fc.boolean(),
    after: fc.constantFrom(0, 1, 1, 2, 3, 1500),
  });
  const run = fc.array(act, { maxLength: 6 });
  const acts = fc.array(fc.array(run, { minLength: 1, maxLength: 6 }), { minLength: TASKS, maxLength: TASKS });
  let runs = 0;
  fc.assert(
    fc.property(acts, (acts) => {
      const log = kernelRuns(acts);
      runs += log.length;
      assertEquals(log, modelRuns(acts));
    }),
    { seed, numRuns: cases(400, 20_000) },
  );
  assertEquals(runs > 10_000, true, `only ${runs} runs`);
});

Deno.test("Task.unqueue takes out all that would have run after it in its cycle, and those that it has queued anew", () => {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  const log: string[] = [];
  const others: Task[] = ["a", "b", "c", "d"].map((name) =>
    sim.task(name, () => void log.push(`${name}@${clock.cycles}`), { clock })
  );
  const [a, b, c, d] = others;
  const first = sim.task("first", () => {
    log.push(`first@${clock.cycles}`);
    others.forEach((task) => task.unqueue());
    b.after(2);
    a.after(1);
    a.unqueue();
    d.after(1);
  }, { clock });
  [first, a, b, c, d].forEach((task) => task.after(3));
  sim.run();
  assertEquals(log, ["first@3", "d@4", "b@5"]);
  assertEquals(others.some((task) => task.queued), false);
});

Deno.test("ProcessHandle.cancel reaches a process that would go on next, at an edge of another clock than its own", () => {
  const sim = new Simulation();
  const own = sim.clock("own", MHz(1)), other = sim.clock("other", MHz(100));
  const log: string[] = [];
  const edge = { arm: (waiter: Activity) => other.wakeAfter(waiter, 3), describe: () => "an edge" };
  for (const name of ["a", "b", "c"]) {
    sim.spawn(name, function* () {
      try {
        yield edge;
        log.push(name);
        if (name === "a") b.cancel();
      } finally {
        log.push(`${name} ends`);
      }
    }, { clock: own });
  }
  const b = sim.processes.waiting().find(({ name }) => name === "b")!;
  sim.run();
  assertEquals([log, sim.now], [["a", "b ends", "a ends", "c", "c ends"], 30_000]);
});
