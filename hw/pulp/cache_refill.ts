/**
 * The ways of instruction caches to L2: that of the cluster's cache over AXI, that of the fabric controller's over the
 * interconnect of its own clock.
 * @module
 */
import { ClockCrossing } from "../bus/clock_crossing.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import { type L2, L2Port } from "../memory/l2.ts";
import type { L2Burst } from "../memory/l2_burst_channel.ts";
import type { ParamTable } from "../params.ts";
import type { CacheRefill } from "./instruction_cache.ts";

/** Latencies of a {@linkcode ClusterCacheRefill}. */
export interface ClusterCacheRefillParams {
  /** From the cache to the cluster's border; unit: cycles of the cluster. */
  readonly clusterCycles: number;
  /** From there to the banks; unit: cycles of L2's clock. */
  readonly socCycles: number;
  /** Bytes of a line. */
  readonly lineBytes: number;
}

/** Bytes of an AXI beat, and of a word. */
const BEAT_BYTES = 8, WORD_BYTES = 4;

/** Brings lines of the cluster's cache as bursts of 64-bit beats, through the port that the cluster's DMA and cores use too. */
export class ClusterCacheRefill extends Component<ClusterCacheRefillParams> implements CacheRefill {
  /** Latencies. */
  static override readonly params: ParamTable<ClusterCacheRefillParams> = {
    clusterCycles: { unit: "cycle", description: "cache to the cluster's border", source: "platform" },
    socCycles: { unit: "cycle", description: "border to the banks of L2", source: "platform" },
    lineBytes: { default: 16, unit: "B", description: "line", source: "icache_mp_128_pf ea28b3b" },
  };

  private readonly asked: ClockCrossing<L2Burst>;
  /** Beats on their way back, each with the time from which on it can be taken. */
  private readonly beats: { readonly id: number; readonly last: boolean; readonly at: number }[] = [];

  /** A way into `l2`; the clock of `placement` is the cluster's. */
  constructor(
    parent: Parent,
    name: string,
    private readonly l2: L2,
    params: Partial<ClusterCacheRefillParams>,
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
    const { clusterCycles: fromCycles, socCycles: toCycles } = this.params;
    const route = { path: `${this.path}.asked`, from: this.clock, fromCycles, to: l2.clock, toCycles };
    this.asked = new ClockCrossing<L2Burst>(this.sim, route, () => l2.axiReads.wakeLater());
    l2.axiReads.addSource(this.asked);
  }

  /** Sends a line's address; there is room for as many as the cache can ask for. */
  startRefill(_cycle: number, id: number, address: number): boolean {
    const { clock } = this.l2;
    this.asked.push({
      address,
      beats: this.params.lineBytes / BEAT_BYTES,
      step: BEAT_BYTES,
      readyCycle: 0,
      low: 0,
      high: 0,
      enable: 0xff,
      // What leaves L2 in a cycle can be seen from its next edge on.
      deliver: (_low, _high, last) => this.beats.push({ id, last, at: clock.timeOf(clock.cycles + 1) }),
    });
    return true;
  }

  /** Takes the beat that has come, one per cycle; the identifier of its line if it is the last, or -1. */
  refillDone(_cycle: number): number {
    const { beats } = this;
    if (beats.length === 0 || beats[0].at > this.sim.now) return -1;
    const { id, last } = beats.shift()!;
    return last ? id : -1;
  }

  /** Forgets what is on its way. */
  reset(): void {
    this.asked.reset();
    this.beats.length = 0;
  }
}

/** Latencies of an {@linkcode FcCacheRefill}. */
export interface FcCacheRefillParams {
  /** From the cache to the interconnect. */
  readonly routerCycles: number;
  /** From there to the banks. */
  readonly l2Cycles: number;
  /** Bytes of a line. */
  readonly lineBytes: number;
}

/** Brings lines of the fabric controller's cache word by word, one line at a time. */
export class FcCacheRefill extends Component<FcCacheRefillParams> implements CacheRefill {
  /** Latencies. */
  static override readonly params: ParamTable<FcCacheRefillParams> = {
    routerCycles: {
      default: 5,
      unit: "cycle",
      description: "cache to the interconnect",
      source: "vendor simulator, GAP8 configuration (gap_sdk a2302650, soc_gen.py)",
    },
    l2Cycles: { unit: "cycle", description: "interconnect to the banks of L2", source: "platform" },
    lineBytes: { default: 16, unit: "B", description: "line", source: "icache_mp_128_pf ea28b3b" },
  };

  private id = -1;
  private address = 0;
  private words = 0;
  private doneIn = -1;
  private readonly word = this.sim.task(`${this.path}.word`, () => this.#ask(), { clock: this.clock });

  /** A way into `l2`, which has the same clock. */
  constructor(
    parent: Parent,
    name: string,
    private readonly l2: L2,
    params: Partial<FcCacheRefillParams>,
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
  }

  /** Takes a line's address if no other is on its way. */
  startRefill(_cycle: number, id: number, address: number): boolean {
    if (this.id >= 0) return false;
    this.id = id;
    this.address = address;
    this.words = this.params.lineBytes / WORD_BYTES;
    this.word.after(this.params.routerCycles + this.params.l2Cycles);
    return true;
  }

  /** The identifier of the line whose last word comes in this cycle, or -1. */
  refillDone(cycle: number): number {
    if (this.doneIn < 0 || cycle < this.doneIn) return -1;
    const { id } = this;
    this.id = this.doneIn = -1;
    return id;
  }

  /** Forgets what is on its way. */
  reset(): void {
    this.word.unqueue();
    this.id = this.doneIn = -1;
  }

  #ask(): void {
    this.l2.request(L2Port.fcFetch, this.address, false, 0xf, 0, () => {
      this.address += WORD_BYTES;
      if (--this.words > 0) this.word.after(1);
      else this.doneIn = this.clock.cycles + 1;
    });
  }
}
