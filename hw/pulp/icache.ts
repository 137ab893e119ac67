/**
 * The instruction cache that the cores of a cluster share (and, with one core, the fabric controller's).
 *
 * Source: pulp-platform/icache_mp_128_pf ea28b3b and icache-intc e3be45a, against the recordings in tests/golden/fabric.
 * @module
 */

import { treeWinner } from "../bus/tree_arbiter.ts";
import type { IcacheParams, IcacheRefillPort } from "./icache_params.ts";
import { IcacheRefills, MissOutcome } from "./icache_refills.ts";

/** What the cache as a whole does. */
export enum IcacheMode {
  /** Every fetch goes to the bus. */
  Bypassed,
  /** Fetches are looked up. */
  Enabled,
  /** Takes no miss and waits for the lines that are on their way. */
  Draining,
  /** Clears one set per cycle; takes no miss. */
  Invalidating,
}

/**
 * Answers a fetch with the line that holds its address: in the next cycle on a hit, after a refill on a miss.
 *
 * Only tags are kept: instruction bytes are read where they lie. In every cycle in which {@link busy} is true or a fetch is
 * raised, the owner calls {@link answer}, then raises the cores' fetches of that cycle, then calls {@link commit}.
 */
export class Icache {
  /** The sizes it was built with. */
  readonly params: IcacheParams;
  /** Sets. */
  readonly sets: number;
  /** Per core: fetches granted since the counters were cleared. */
  readonly fetches: Float64Array;
  /** Per core: fetches that hit at once. */
  readonly hits: Float64Array;
  /** Per core: fetches that missed. */
  readonly misses: Float64Array;
  /** Fetches that missed, of all cores. */
  missCount = 0;
  /** Misses that threw out a line. */
  evictions = 0;
  /** What the cache as a whole does. */
  mode: IcacheMode = IcacheMode.Bypassed;
  readonly #refills: IcacheRefills;
  readonly #lineShift: number;
  /** Line number per set and way; -1 where there is none. */
  readonly #tags: Int32Array;
  readonly #line: Int32Array;
  readonly #requestedLine: Int32Array;
  readonly #way: Uint8Array;
  readonly #random: Uint8Array;
  /** Cores by what they do in this cycle, one bit per core. */
  #requested = 0;
  #checking = 0;
  #rechecking = 0;
  #missing = 0;
  #offering = 0;
  #waiting = 0;
  #retrying = 0;
  #answered = 0;
  #missed = 0;
  #flag = 0;
  readonly #flagMask: number;
  #afterDrain = IcacheMode.Bypassed;
  #enabling = false;
  #flushSet = -1;
  #invalidUntil = 0;

  /** A cache in front of `port`, disabled and empty. Throws RangeError for sizes that are no powers of two. */
  constructor(params: IcacheParams, port: IcacheRefillPort) {
    const sets = params.sizeBytes / (params.ways * params.lineBytes);
    if (![sets, params.ways, params.lineBytes].every(isPowerOfTwo) || params.ways > 8 || params.cores > 16) {
      throw new RangeError(
        `Cannot build an instruction cache of ${params.sizeBytes} bytes, ${params.ways} ways, ${params.lineBytes}-byte lines ` +
          `for ${params.cores} cores: sizes must be powers of two, with at most 8 ways and 16 cores. Change the parameters`,
      );
    }
    this.params = params;
    this.sets = sets;
    this.fetches = new Float64Array(params.cores);
    this.hits = new Float64Array(params.cores);
    this.misses = new Float64Array(params.cores);
    this.#refills = new IcacheRefills(params, port);
    this.#lineShift = 31 - Math.clz32(params.lineBytes);
    this.#tags = new Int32Array(sets * params.ways).fill(-1);
    this.#line = new Int32Array(params.cores);
    this.#requestedLine = new Int32Array(params.cores);
    this.#flagMask = 2 ** Math.ceil(Math.log2(params.cores)) - 1;
    this.#way = new Uint8Array(params.cores);
    this.#random = new Uint8Array(params.cores);
  }

  /** False when no cycle would change anything until the next fetch. */
  get busy(): boolean {
    return (this.#requested | this.#checking | this.#missing | this.#offering | this.#waiting) !== 0 ||
      this.#refills.busy || this.mode >= IcacheMode.Draining;
  }

  /** Lines requested from the bus since reset. */
  get refillsIssued(): number {
    return this.#refills.issued;
  }

  /** True when the line that holds `address` is in the cache, so that a fetch of it hits. */
  contains(address: number): boolean {
    return this.mode !== IcacheMode.Bypassed && this.#lookup(address >>> this.#lineShift) >= 0;
  }

  /** Enables the cache: it empties itself first. */
  enable(): void {
    if (this.mode !== IcacheMode.Bypassed) return;
    this.#drain(IcacheMode.Invalidating);
  }

  /** Disables the cache once the lines on their way have arrived. */
  disable(): void {
    if (this.mode === IcacheMode.Enabled) this.#drain(IcacheMode.Bypassed);
  }

  /** Empties the cache: one cycle per set, after the lines on their way have arrived. */
  flush(): void {
    if (this.mode === IcacheMode.Enabled) this.#drain(IcacheMode.Invalidating);
  }

  /** Empties the set that holds `address`, after the lines on their way have arrived. */
  flushAddress(address: number): void {
    if (this.mode !== IcacheMode.Enabled) return;
    this.#flushSet = (address >>> this.#lineShift) & (this.sets - 1);
    this.#drain(IcacheMode.Enabled);
  }

  /** Sets all counters to 0. */
  clearCounters(): void {
    this.fetches.fill(0);
    this.hits.fill(0);
    this.misses.fill(0);
    this.missCount = this.evictions = 0;
  }

  /** Whether a fetch that `core` raises now, after {@link answer}, is granted by {@link commit}. */
  accepts(core: number): boolean {
    return !this.#closed && (((this.#checking | this.#missing | this.#waiting) & ~this.#answered) >> core & 1) === 0;
  }

  /**
   * Raises the fetch of `core`; it stays raised until granted, and is granted when the core's previous fetch is answered.
   * Throws Error when the previous one is still raised.
   */
  request(core: number, address: number): void {
    if ((this.#requested >> core) & 1) {
      throw new Error(
        `Cannot raise a fetch of core ${core}: the one before has not been granted yet. ` +
          "A core raises one fetch at a time",
      );
    }
    this.#requested |= 1 << core;
    this.#requestedLine[core] = address >>> this.#lineShift;
  }

  /** Begins cycle `cycle`; returns the cores whose fetch is answered in it, one bit each. */
  answer(cycle: number): number {
    this.#refills.begin(cycle);
    this.#answered = 0;
    this.#missed = 0;
    if (this.#uncached) {
      if (this.#refills.arrived >= 0) this.#answered = 1 << this.#refills.arrived;
      return this.#answered;
    }
    for (let left = this.#checking; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      const bit = 1 << core;
      if (this.#lookup(this.#line[core]!) < 0) {
        this.#missed |= bit;
        this.#way[core] = this.#freeWay(this.#line[core]!);
      } else {
        this.#answered |= bit;
        if ((this.#rechecking & bit) === 0) this.hits[core]!++;
      }
    }
    return this.#answered;
  }

  /** Ends cycle `cycle`; returns the cores whose fetch is granted in it, one bit each. */
  commit(cycle: number): number {
    const uncached = this.#uncached;
    const arrived = uncached ? -1 : this.#refills.arrived;
    const ready = this.#retrying | (arrived >= 0 ? this.#refills.waiters[arrived]! : 0);
    const taken = this.#offerMiss(uncached);
    this.#countMisses();
    const grants = this.#grant();
    const started = this.#missing | (uncached ? grants : 0);
    this.#offering = (this.#offering & ~taken) | started;
    this.#waiting = ((this.#waiting & ~(uncached ? this.#answered : 0)) | started) & ~ready;
    this.#missing = this.#missed;
    this.#rechecking = ready;
    this.#checking = ready | (uncached ? 0 : grants);
    if (arrived >= 0) {
      const line = this.#refills.line[arrived]!;
      this.#tags[(line & (this.sets - 1)) * this.params.ways + this.#refills.way[arrived]!] = line;
    }
    this.#changeMode(cycle);
    this.#refills.end(cycle, !uncached);
    return grants;
  }

  /** Fetches go to the bus one by one: the cache is off, or not yet on. */
  get #uncached(): boolean {
    return this.mode === IcacheMode.Bypassed || (this.mode === IcacheMode.Draining && this.#enabling);
  }

  /** Takes one waiting miss, in the order of the arbitration tree; returns its core's bit, or 0. */
  #offerMiss(uncached: boolean): number {
    this.#retrying = 0;
    const closed = this.mode === IcacheMode.Invalidating ||
      (this.mode === IcacheMode.Draining && !uncached && this.#afterDrain !== IcacheMode.Bypassed);
    if (this.#offering === 0 || closed) return 0;
    const core = treeWinner(this.#offering, this.#flag);
    const line = this.#line[core]!;
    const outcome = uncached
      ? (this.#refills.send(core, line) ? MissOutcome.Waiting : MissOutcome.Refused)
      : this.#refills.offer(core, line, this.#way[core]!);
    if (outcome === MissOutcome.Refused) return 0;
    if (outcome === MissOutcome.Retry) this.#retrying = 1 << core;
    this.#flag = (this.#flag + 1) & this.#flagMask;
    return 1 << core;
  }

  /** Switching the cache on or off waits until no fetch is under way. */
  get #closed(): boolean {
    return this.mode === IcacheMode.Draining && (this.#enabling || this.#afterDrain === IcacheMode.Bypassed);
  }

  #grant(): number {
    if (this.#closed) return 0;
    const occupied = (this.#checking | this.#missing | this.#waiting) & ~this.#answered;
    const grants = this.#requested & ~occupied;
    this.#requested &= ~grants;
    for (let left = grants; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      this.#line[core] = this.#requestedLine[core]!;
      this.fetches[core]!++;
    }
    return grants;
  }

  #lookup(line: number): number {
    const first = (line & (this.sets - 1)) * this.params.ways;
    for (let way = 0; way < this.params.ways; way++) if (this.#tags[first + way] === line) return way;
    return -1;
  }

  /** The highest way without a line, or `ways` when there is none. */
  #freeWay(line: number): number {
    const first = (line & (this.sets - 1)) * this.params.ways;
    for (let way = this.params.ways - 1; way >= 0; way--) if (this.#tags[first + way] === -1) return way;
    return this.params.ways;
  }

  /** Counts the misses found in the previous cycle; those in a full set throw out the line that the core's random sequence names. */
  #countMisses(): void {
    for (let left = this.#missing; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      this.misses[core]!++;
      this.missCount++;
      if (this.#way[core] !== this.params.ways) continue;
      const state = this.#random[core]!;
      this.#way[core] = (state >> 1) & (this.params.ways - 1);
      const feedback = ~((state >> 7) ^ (state >> 3) ^ (state >> 2) ^ (state >> 1)) & 1;
      this.#random[core] = (state << 1) | feedback;
      this.evictions++;
    }
  }

  #drain(then: IcacheMode): void {
    this.#enabling = this.mode === IcacheMode.Bypassed;
    this.#afterDrain = then;
    this.mode = IcacheMode.Draining;
  }

  #changeMode(cycle: number): void {
    if (this.mode === IcacheMode.Invalidating) {
      if (cycle >= this.#invalidUntil) this.mode = IcacheMode.Enabled;
      return;
    }
    if (this.mode !== IcacheMode.Draining || !this.#refills.empty) return;
    const switching = this.#enabling || this.#afterDrain === IcacheMode.Bypassed;
    if (switching && (this.#checking | this.#missing | this.#offering | this.#waiting) !== 0) return;
    this.#enabling = false;
    this.mode = this.#afterDrain;
    if (this.mode === IcacheMode.Invalidating) {
      this.#tags.fill(-1);
      this.#invalidUntil = cycle + this.sets;
    } else if (this.#flushSet >= 0) {
      this.#tags.fill(-1, this.#flushSet * this.params.ways, (this.#flushSet + 1) * this.params.ways);
      this.#flushSet = -1;
    }
  }
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && (value & (value - 1)) === 0;
}
