import { assertEquals, assertThrows } from "@std/assert";
import type { FetchClient } from "../../../hw/bus/fetch.ts";
import { L2 } from "../../../hw/memory/l2.ts";
import { ClusterCacheRefill, FcCacheRefill } from "../../../hw/pulp/cache_refill.ts";
import { GAP8_CLUSTER_ICACHE, GAP8_FC_ICACHE } from "../../../hw/pulp/icache_params.ts";
import { type IcacheRegister, InstructionCache } from "../../../hw/pulp/instruction_cache.ts";
import { MHz, Phase, type Process, Simulation, SimulationError } from "../../../sim/mod.ts";

const BASE = 0x1c00_0000, L2_CYCLES = 8, ROUTER_CYCLES = 5;
const LINE = 16;

/** Fetches one line after the other. */
class Fetcher implements FetchClient {
  readonly initiator = "fetcher";
  /** Cycles from request to answer of each fetch, and the first word that came. */
  readonly took: number[] = [];
  readonly words: number[] = [];
  private askedIn = 0;
  private addresses: readonly number[] = [];
  private readonly asking;

  constructor(private readonly sim: Simulation, private readonly cache: InstructionCache, readonly port = 0) {
    this.asking = sim.task(`fetcher${port}`, () => this.ask(), { clock: cache.clock, phase: Phase.respond });
  }

  /** Cycles that fetches of these addresses take. */
  fetch(...addresses: number[]): number[] {
    this.begin(...addresses);
    this.sim.run();
    return this.took;
  }

  begin(...addresses: number[]): void {
    this.addresses = addresses;
    this.took.length = this.words.length = 0;
    this.asking.after(1);
  }

  arrive(words: Int32Array, index: number): void {
    this.took.push(this.cache.clock.cycles - this.askedIn);
    this.words.push(words[index]);
    if (this.took.length < this.addresses.length) this.asking.after(1);
  }

  private ask(): void {
    this.askedIn = this.cache.clock.cycles;
    if (!this.cache.fetch.calls.request(this, this.addresses[this.took.length])) this.asking.after(1);
  }
}

function fcCache() {
  const sim = new Simulation();
  const clock = sim.clock("soc", MHz(100));
  const l2 = new L2(sim, "l2", {}, { clock });
  const words = new Int32Array(l2.bytes.buffer);
  words.forEach((_, index) => words[index] = index);
  const refill = new FcCacheRefill(sim, "refill", l2, { l2Cycles: L2_CYCLES }, { clock });
  const cache = new InstructionCache(sim, "cache", l2, refill, GAP8_FC_ICACHE, { clock });
  const offset = (name: IcacheRegister) => cache.registers.registers.find((register) => register.name === name)!.offset;
  return {
    sim,
    cache,
    fetcher: new Fetcher(sim, cache),
    read: (name: IcacheRegister) => cache.port.calls.read(offset(name), 4),
    write: (name: IcacheRegister, value: number) => {
      cache.port.calls.write(offset(name), 4, value);
      sim.run();
    },
  };
}

/** Request to bus, bus to banks, four words, back, received and looked up again. */
const MISS = 4 + (ROUTER_CYCLES + L2_CYCLES) + 3 + 1 + 3, HIT = 1;
/** A cache that is off asks two cycles earlier, and needs no look. */
const UNCACHED = 2 + (ROUTER_CYCLES + L2_CYCLES) + 3 + 1 + 2;

Deno.test("InstructionCache is off after reset: every fetch goes to L2", () => {
  const { cache, fetcher } = fcCache();
  assertEquals(fetcher.fetch(BASE, BASE, BASE + 4), [UNCACHED, UNCACHED, UNCACHED]);
  assertEquals(fetcher.words, [0, 0, 1]);
  assertEquals([cache.enabled, cache.refills.value, cache.misses.value], [false, 3, 0]);
});

Deno.test("InstructionCache hits once a line is there; ENABLE, FLUSH and FLUSH_ADDRESS empty it", () => {
  const { cache, fetcher, write } = fcCache();
  write("ENABLE", 1);
  assertEquals(fetcher.fetch(BASE, BASE + 12, BASE + LINE, BASE), [MISS, HIT, MISS, HIT]);
  assertEquals(fetcher.words, [0, 3, 4, 0]);
  write("FLUSH_ADDRESS", BASE + LINE);
  assertEquals(fetcher.fetch(BASE, BASE + LINE), [HIT, MISS]);
  write("FLUSH", 1);
  assertEquals(fetcher.fetch(BASE, BASE + LINE), [MISS, MISS]);
  write("ENABLE", 0);
  assertEquals(fetcher.fetch(BASE), [UNCACHED]);
  write("ENABLE", 1);
  assertEquals(fetcher.fetch(BASE), [MISS]);
  assertEquals([cache.misses.value, cache.refills.value, cache.fetches.value], [6, 7, 10]);
});

Deno.test("InstructionCache counts in its registers while it is told to, and from 0 when it is told so", () => {
  const { fetcher, read, write } = fcCache();
  const counters = () => [read("HITS"), read("FETCHES"), read("MISSES")];
  write("ENABLE", 1);
  fetcher.fetch(BASE, BASE);
  assertEquals(counters(), [0, 0, 0]);
  write("ENABLE_COUNTERS", 1);
  fetcher.fetch(BASE, BASE + 4, BASE + LINE);
  assertEquals(counters(), [2, 3, 1]);
  write("ENABLE_COUNTERS", 0);
  fetcher.fetch(BASE);
  assertEquals(counters(), [2, 3, 1]);
  write("ENABLE_COUNTERS", 1);
  fetcher.fetch(BASE + LINE);
  assertEquals(counters(), [3, 4, 1]);
  write("CLEAR_COUNTERS", 1);
  assertEquals(counters(), [0, 0, 0]);
  fetcher.fetch(BASE + 2 * LINE);
  assertEquals(counters(), [0, 1, 1]);
  assertThrows(() => read("FLUSH"), SimulationError, "it is write-only");
});

Deno.test("InstructionCache gives zeros where there is no instruction memory, and says so", () => {
  const { cache, fetcher, write } = fcCache();
  write("ENABLE", 1);
  assertEquals(fetcher.fetch(BASE + 0x8_0000, BASE), [HIT, MISS]);
  assertEquals(fetcher.words, [0, 0]);
  assertEquals([BASE, BASE + 0x7_ffff, BASE + 0x8_0000, 0].map((at) => cache.fetch.calls.holds(at)), [
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("InstructionCache forgets everything on reset, also what is on its way", () => {
  const { sim, cache, fetcher, write } = fcCache();
  write("ENABLE", 1);
  fetcher.fetch(BASE);
  fetcher.begin(BASE + LINE);
  sim.run({ maxCycles: cache.clock.cycles + 10 });
  cache.reset();
  sim.run();
  assertEquals([cache.enabled, fetcher.took.length], [false, 0]);
  assertEquals(fetcher.fetch(BASE), [UNCACHED]);
});

/** A cluster's cache at a frequency of its own. */
function clusterCache(megahertz: number) {
  const sim = new Simulation();
  const soc = sim.clock("soc", MHz(100)), clock = sim.clock("cluster", MHz(megahertz));
  const l2 = new L2(sim, "l2", {}, { clock: soc });
  const refill = new ClusterCacheRefill(sim, "refill", l2, { clusterCycles: 2, socCycles: 9 + L2_CYCLES }, { clock });
  const cache = new InstructionCache(sim, "cache", l2, refill, GAP8_CLUSTER_ICACHE, { clock });
  cache.registers.write(0, 1);
  sim.run();
  return { sim, cache };
}

Deno.test("InstructionCache of the cluster: a miss costs what both clocks make of the way to L2", () => {
  const miss = (megahertz: number) => {
    const { sim, cache } = clusterCache(megahertz);
    return new Fetcher(sim, cache).fetch(BASE, BASE + 4);
  };
  // Request to bus, to the border, to the banks, the second beat, back, received and looked up again.
  assertEquals(miss(100), [4 + 2 + (9 + L2_CYCLES) + 1 + 1 + 3, HIT]);
  const [slow, fast] = [50, 200].map(miss);
  // The way through the other clock takes half or twice as many cycles, and up to one more to meet an edge.
  const inside = 4 + 2 + 3, outside = 9 + L2_CYCLES + 1 + 1;
  assertEquals(slow[0] - inside >= outside / 2 && slow[0] - inside <= outside / 2 + 1, true, `${slow}`);
  assertEquals(fast[0] - inside >= outside * 2 - 1 && fast[0] - inside <= outside * 2 + 1, true, `${fast}`);
  assertEquals([slow[1], fast[1]], [HIT, HIT]);
});

Deno.test("InstructionCache of the cluster answers all who miss a line in one cycle, and asks for it once", () => {
  const { sim, cache } = clusterCache(100);
  const cores = Array.from({ length: 8 }, (_, core) => new Fetcher(sim, cache, core));
  sim.spawn("cores", function* (): Process {
    for (const core of cores) {
      core.begin(BASE, BASE + LINE);
      yield 1;
    }
  }, { clock: cache.clock });
  sim.run();
  const first = cores[0].took[0];
  assertEquals(cores.map(({ took }) => took[0]), cores.map((_, core) => first - core));
  assertEquals([cache.refills.value, cache.misses.value], [2, 16]);
});
