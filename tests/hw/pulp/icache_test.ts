import { assertEquals, assertThrows } from "@std/assert";
import { Icache, IcacheMode } from "../../../hw/pulp/icache.ts";
import { GAP8_CLUSTER_ICACHE, type IcacheRefillPort, MR_WOLF_CLUSTER_ICACHE } from "../../../hw/pulp/icache_params.ts";
import { readGolden } from "../../golden/fabric/read_golden.ts";

interface Scenario {
  name: string;
  axi_latency: number;
  cores: [number, number, number, number][][];
  axi: (["AR", number, number, number, number] | ["RLAST", number, number])[];
}

const BEATS_PER_LINE = 2;

/** A bus that accepts every address and gives one beat per cycle, lines in order. */
class IdealBus implements IcacheRefillPort {
  readonly log: (string | number)[][] = [];
  readonly #pending: { id: number; last: number }[] = [];
  #free = 0;
  constructor(readonly latency: number) {}

  startRefill(cycle: number, id: number, address: number): boolean {
    this.log.push(["AR", cycle, address, BEATS_PER_LINE, id]);
    const first = Math.max(cycle + this.latency, this.#free);
    this.#free = first + BEATS_PER_LINE;
    this.#pending.push({ id, last: this.#free - 1 });
    return true;
  }

  refillDone(cycle: number): number {
    if (this.#pending.length === 0 || this.#pending[0]!.last !== cycle) return -1;
    const { id } = this.#pending.shift()!;
    this.log.push(["RLAST", cycle, id]);
    return id;
  }
}

/** Cores that fetch in order: each fetch is raised at its time, but not before the one before is answered. */
class Bench {
  readonly cache: Icache;
  readonly bus: IdealBus;
  cycle = 0;

  constructor(latency: number, params = MR_WOLF_CLUSTER_ICACHE, enabled = true) {
    this.bus = new IdealBus(latency);
    this.cache = new Icache(params, this.bus);
    if (!enabled) return;
    this.cache.enable();
    while (this.cache.mode !== IcacheMode.Enabled) {
      this.cache.answer(this.cycle);
      this.cache.commit(this.cycle++);
    }
  }

  /** Plays [address, earliest request] lists; returns address, request, grant and response per fetch. */
  play(plan: (readonly [number, number])[][]): [number, number, number, number][][] {
    const start = this.cycle;
    const done = plan.map(() => [] as [number, number, number, number][]);
    const raised = plan.map(() => false);
    while (plan.some((fetches, core) => done[core]!.length < fetches.length || raised[core])) {
      const now = this.cycle - start;
      const answered = this.cache.answer(this.cycle);
      plan.forEach((fetches, core) => {
        if ((answered >> core) & 1) {
          done[core]!.at(-1)![3] = now;
          raised[core] = false;
        }
        const next = fetches[done[core]!.length];
        if (raised[core] || next === undefined || next[1] > now) return;
        this.cache.request(core, next[0]);
        done[core]!.push([next[0], now, -1, -1]);
        raised[core] = true;
      });
      const grants = this.cache.commit(this.cycle++);
      plan.forEach((_, core) => {
        if ((grants >> core) & 1) done[core]!.at(-1)![2] = now;
      });
    }
    return done;
  }

  log(from: number): (string | number)[][] {
    return this.bus.log.map(([kind, cycle, ...rest]) => [kind!, Number(cycle) - from, ...rest]);
  }
}

const scenarios = await readGolden<Scenario[]>("icache_scenarios.json.gz");

scenarios.forEach((scenario, index) => {
  Deno.test(`Icache plays recorded scenario ${index} ${scenario.name}`, () => {
    const bench = new Bench(scenario.axi_latency);
    const start = bench.cycle;
    const played = bench.play(
      scenario.cores.map((core) => core.map(([address, request]) => [address, request] as const)),
    );
    assertEquals(played, scenario.cores);
    const sorted = (log: readonly (readonly (string | number)[])[]) => log.map((entry) => JSON.stringify(entry)).sort();
    assertEquals(sorted(bench.log(start)), sorted(scenario.axi));
  });
});

Deno.test("Icache counts fetches, hits, misses and evictions", () => {
  const bench = new Bench(1);
  const line = (index: number) => [0x1c000000 + 1024 * index, 0] as const;
  bench.play([[line(0), line(0), line(1), line(2), line(3), line(4)]]);
  const { cache } = bench;
  assertEquals([cache.fetches[0], cache.hits[0], cache.misses[0], cache.evictions], [6, 1, 5, 1]);
  assertEquals(cache.refillsIssued, 5);
  cache.clearCounters();
  assertEquals([cache.fetches[0], cache.hits[0], cache.misses[0], cache.evictions], [0, 0, 0, 0]);
});

Deno.test("Icache forgets its lines when flushed, after a cycle per set", () => {
  const bench = new Bench(5);
  bench.play([[[0x1c000000, 0]]]);
  assertEquals(bench.cache.contains(0x1c000004), true);
  bench.cache.flush();
  const [[fetch]] = bench.play([[[0x1c000000, 1]]]) as [[[number, number, number, number]]];
  assertEquals(bench.cache.contains(0x1c000000), true);
  // One cycle to drain, one per set; the miss, which waited since cycle 4, then takes what follows its third cycle: 8 + L - 3.
  assertEquals(fetch[3], 1 + bench.cache.sets + (8 + 5 - 3));
});

Deno.test("Icache flushes a single set", () => {
  const bench = new Bench(5);
  bench.play([[[0x1c000000, 0], [0x1c000010, 0]]]);
  bench.cache.flushAddress(0x1c000000);
  bench.play([[[0x1c000010, 3]]]);
  assertEquals([bench.cache.contains(0x1c000000), bench.cache.contains(0x1c000010)], [false, true]);
});

Deno.test("Icache sends every fetch to the bus while it is disabled", () => {
  const bench = new Bench(5, MR_WOLF_CLUSTER_ICACHE, false);
  const [first] = bench.play([[[0x1c000000, 0], [0x1c000000, 0]]]);
  // Request, AR two cycles later, two beats after the latency, buffer and assembly.
  const once = 2 + 5 + 1 + 2;
  assertEquals(first!.map(([, , , response]) => response), [once, 2 * once]);
  bench.cache.enable();
  const [second] = bench.play([[[0x1c000000, 0], [0x1c000000, 0]]]);
  assertEquals(second![1]![3] - second![1]![1], 1);
  bench.cache.disable();
  const [third] = bench.play([[[0x1c000000, 3]]]);
  assertEquals(third![0]![3], 3 + once);
});

Deno.test("Icache of GAP8 holds 16 KiB and is idle when nobody fetches", () => {
  const bench = new Bench(5, GAP8_CLUSTER_ICACHE);
  assertEquals(bench.cache.sets, 16384 / 4 / 16);
  bench.play([Array.from({ length: 1024 }, (_, index) => [0x1c000000 + 16 * index, 0] as const)]);
  assertEquals(bench.cache.evictions, 0);
  bench.cache.answer(bench.cycle);
  bench.cache.commit(bench.cycle);
  assertEquals(bench.cache.busy, false);
});

Deno.test("Icache refuses wrong sizes and a second raised fetch", () => {
  const bus = new IdealBus(1);
  assertThrows(() => new Icache({ ...MR_WOLF_CLUSTER_ICACHE, ways: 3 }, bus), RangeError, "must be powers of two");
  const cache = new Icache(MR_WOLF_CLUSTER_ICACHE, bus);
  cache.request(2, 0);
  assertThrows(() => cache.request(2, 16), Error, "a fetch of core 2");
});
