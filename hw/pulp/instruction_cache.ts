/**
 * An instruction cache on a chip: between the fetches of cores and the way to L2.
 * @module
 */
import { type Counter, Phase, type TracePoint } from "../../sim/mod.ts";
import { Mapped } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { FetchBus, type FetchClient } from "../bus/fetch.ts";
import { RegisterBlock } from "../bus/register_block.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import { Icache, IcacheMode } from "./icache.ts";
import { GAP8_CLUSTER_ICACHE, type IcacheParams, type IcacheRefillPort } from "./icache_params.ts";

/** A way to the memory behind a cache, which can be reset. */
export interface CacheRefill extends IcacheRefillPort {
  /** Forgets what is on its way. */
  reset(): void;
}

/** The memory whose instructions a cache hands out. */
export interface CodeMemory {
  /** Its contents, from its first address on. */
  readonly bytes: Uint8Array;
  /** Where it lies. */
  readonly params: { readonly base: number };
  /** Whether `sizeBytes` bytes from `address` on lie in it. */
  holds(address: number, sizeBytes: number): boolean;
}

/** Registers of an {@linkcode InstructionCache}. */
export type IcacheRegister =
  | "ENABLE"
  | "FLUSH"
  | "FLUSH_ADDRESS"
  | "CLEAR_COUNTERS"
  | "ENABLE_COUNTERS"
  | "HITS"
  | "FETCHES"
  | "MISSES";

const rtl = "icache_mp_128_pf ea28b3b, as pulp_cluster 9fd9c3e has it";
const NOTHING = new Int32Array(16);

/**
 * Hands out lines: in the next cycle on a hit, after a refill on a miss; several cores that miss the same line are answered
 * together. It is off after reset, when every fetch goes to L2. Only the time is the cache's: instructions are read where
 * they lie, so code that changes is never stale, as it would be on a chip until a flush.
 */
export class InstructionCache extends Component<IcacheParams> {
  /** Sizes. */
  static override readonly params: ParamTable<IcacheParams> = {
    cores: { default: 8, unit: "port", description: "fetch ports", source: rtl, min: 1, max: 16 },
    sizeBytes: {
      default: GAP8_CLUSTER_ICACHE.sizeBytes,
      unit: "B",
      description: "size",
      source: "GAP8 product brief (16 KiB; 4 KiB in the fabric controller); the vendor's simulator has 4 and 1 KiB",
    },
    ways: { default: GAP8_CLUSTER_ICACHE.ways, unit: "way", description: "ways per set", source: rtl },
    lineBytes: { default: GAP8_CLUSTER_ICACHE.lineBytes, unit: "B", description: "line", source: rtl },
    refills: { default: GAP8_CLUSTER_ICACHE.refills, unit: "line", description: "lines on their way", source: rtl },
    addressDepth: {
      default: GAP8_CLUSTER_ICACHE.addressDepth,
      unit: "line",
      description: "refill addresses that wait for the bus",
      source: rtl,
    },
    receiveCycles: {
      default: GAP8_CLUSTER_ICACHE.receiveCycles,
      unit: "cycle",
      description: "last beat on the bus to the write into the arrays",
      source: `RTL simulation of ${rtl}`,
    },
  };

  /** Where cores fetch. */
  readonly fetch: Target<FetchBus> = this.target("fetch", FetchBus, {
    request: (client, address) => this.#request(client, address),
    hits: (address) => this.cache.contains(address),
    hit: (client, address) => this.#hit(client, address),
    holds: (address) => this.#holds(address),
  });
  /** The registers. Offsets: mp_pf_icache_ctrl_unit of pulp-platform/cluster_peripherals 072ddd8. */
  readonly registers: RegisterBlock<IcacheRegister> = new RegisterBlock<IcacheRegister>(this, "registers", {
    ENABLE: {
      offset: 0x00,
      description: "whether fetches are looked up",
      fields: { ON: { bits: 0, description: "1: on; it empties itself first" } },
    },
    FLUSH: {
      offset: 0x04,
      access: "wo",
      description: "empties the cache",
      fields: { GO: { bits: 0, description: "1: empty all sets, one per cycle" } },
    },
    FLUSH_ADDRESS: { offset: 0x0c, access: "wo", description: "empties the set that has this address" },
    CLEAR_COUNTERS: { offset: 0x10, access: "wo", description: "sets the counters to 0" },
    ENABLE_COUNTERS: { offset: 0x14, description: "not 0: the counters count" },
    HITS: { offset: 0x40, access: "ro", description: "fetches that hit at once" },
    FETCHES: { offset: 0x44, access: "ro", description: "fetches" },
    MISSES: { offset: 0x48, access: "ro", description: "fetches that missed" },
  }, {
    ENABLE: { write: (value) => this.#switch(value !== 0) },
    FLUSH: { write: (value) => this.#change(() => value !== 0 && this.cache.flush()) },
    FLUSH_ADDRESS: { write: (value) => this.#change(() => this.cache.flushAddress(value)) },
    CLEAR_COUNTERS: { write: () => this.#clearCounters() },
    ENABLE_COUNTERS: { write: (value, before) => this.#count(value !== 0, before !== 0) },
    HITS: { read: () => this.#counted(0) },
    FETCHES: { read: () => this.#counted(1) },
    MISSES: { read: () => this.#counted(2) },
  });
  /** The registers over a bus. */
  readonly port: Target<Mapped> = this.target("port", Mapped, this.registers.mapped);
  /** Fetches. */
  readonly fetches: Counter = this.counter("fetches", "fetch", "fetches since the start");
  /** Fetches whose line was not there, or on its way. */
  readonly misses: Counter = this.counter("misses", "fetch", "fetches that missed since the start");
  /** Lines that were asked for from L2. */
  readonly refills: Counter = this.counter("refills", "line", "lines asked for from L2 since the start");

  private cache: Icache;
  private readonly clients: (FetchClient | undefined)[];
  private readonly address: Float64Array;
  private readonly words: Int32Array;
  /** The cycle in which the cache has answered already. */
  private answeredIn = -1;
  /** Cores that fetched where nothing is, one bit each. */
  private astray = 0;
  /** What the registers' counters held when they last stopped, and what has been counted until they last started. */
  private readonly held = [0, 0, 0];
  private readonly since = [0, 0, 0];
  /** Misses and refills of the cache before the present one. */
  private earlierMisses = 0;
  private readonly trace: TracePoint<string> = this.tracePoint("refills_asked", {
    kind: "event",
    unit: "text",
    description: "lines asked for from L2",
    canonical: true,
  });
  private readonly answering = this.sim.task(`${this.path}.answer`, () => this.#answer(), { clock: this.clock });
  private readonly committing = this.sim.task(`${this.path}.commit`, () => this.#commit(), {
    clock: this.clock,
    phase: Phase.commit,
  });

  /** A cache that is off and empty, of code in `code`, which comes through `refill`. */
  constructor(
    parent: Parent,
    name: string,
    private readonly code: CodeMemory,
    private readonly refill: CacheRefill,
    params: Partial<IcacheParams> = {},
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
    const { cores } = this.params;
    this.clients = new Array<FetchClient | undefined>(cores).fill(undefined);
    this.address = new Float64Array(cores);
    this.words = new Int32Array(code.bytes.buffer, code.bytes.byteOffset, code.bytes.length >> 2);
    this.cache = this.#build();
  }

  /** Whether fetches are looked up, and nothing keeps them waiting. */
  get enabled(): boolean {
    return this.cache.mode === IcacheMode.Enabled;
  }

  /** Whether the line of an address is in it. */
  contains(address: number): boolean {
    return this.cache.contains(address);
  }

  /** Fetches of a core that missed since the last reset. */
  missesOf(core: number): number {
    return this.cache.misses[core];
  }

  /** Goes back to the state after reset: off, empty, nothing under way. */
  reset(): void {
    this.answering.unqueue();
    this.committing.unqueue();
    this.refill.reset();
    this.registers.reset();
    this.clients.fill(undefined);
    this.earlierMisses = this.misses.value;
    this.cache = this.#build();
    this.answeredIn = -1;
    this.astray = 0;
    this.held.fill(0);
  }

  #build(): Icache {
    return new Icache(this.params, {
      startRefill: (cycle, id, address) => {
        const accepted = this.refill.startRefill(cycle, id, address);
        if (!accepted) return false;
        this.refills.value++;
        if (this.trace.on) this.trace.emit(hex(address));
        return true;
      },
      refillDone: (cycle) => this.refill.refillDone(cycle),
    });
  }

  #holds(address: number): boolean {
    return this.code.holds(address & -this.params.lineBytes, this.params.lineBytes);
  }

  #request(client: FetchClient, address: number): boolean {
    const { port } = client;
    this.clients[port] = client;
    if (!this.#holds(address)) {
      this.astray |= 1 << port;
      if (!this.answering.queued) this.answering.after(1);
      return true;
    }
    const now = this.clock.cycles;
    if (this.answeredIn !== now) {
      this.answeredIn = now;
      this.cache.answer(now);
    }
    if (!this.cache.accepts(port)) return false;
    this.cache.request(port, address);
    this.address[port] = address;
    this.fetches.value++;
    if (!this.committing.queued) this.committing.post();
    return true;
  }

  #hit({ port }: FetchClient, address: number): boolean {
    if (!this.cache.contains(address)) return false;
    this.cache.fetches[port]++;
    this.cache.hits[port]++;
    this.fetches.value++;
    return true;
  }

  #answer(): void {
    const now = this.answeredIn = this.clock.cycles;
    const { base } = this.code.params;
    for (let left = this.cache.answer(now); left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      this.clients[core]!.arrive(this.words, (this.address[core] - base) >> 2);
    }
    for (let left = this.astray; left !== 0; left &= left - 1) {
      this.clients[31 - Math.clz32(left & -left)]!.arrive(NOTHING, 0);
    }
    this.astray = 0;
    this.committing.post();
  }

  #commit(): void {
    const { cache } = this;
    cache.commit(this.clock.cycles);
    this.misses.value = this.earlierMisses + cache.missCount;
    if (cache.busy && !this.answering.queued) this.answering.after(1);
  }

  #switch(on: boolean): void {
    this.#change(() => on ? this.cache.enable() : this.cache.disable());
  }

  /** Lets the cache do something that takes cycles. */
  #change(what: () => void): void {
    what();
    if (this.cache.busy && !this.answering.queued) this.answering.after(1);
  }

  #total(counter: number): number {
    const { hits, fetches, misses } = this.cache;
    return [hits, fetches, misses][counter].reduce((sum, count) => sum + count, 0);
  }

  #counted(counter: number): number {
    const counting = this.registers.get("ENABLE_COUNTERS") !== 0;
    return this.held[counter] + (counting ? this.#total(counter) - this.since[counter] : 0);
  }

  #clearCounters(): void {
    for (let counter = 0; counter < this.held.length; counter++) {
      this.held[counter] = 0;
      this.since[counter] = this.#total(counter);
    }
  }

  #count(on: boolean, before: boolean): void {
    if (on === before) return;
    for (let counter = 0; counter < this.held.length; counter++) {
      if (!on) this.held[counter] += this.#total(counter) - this.since[counter];
      this.since[counter] = this.#total(counter);
    }
  }
}
