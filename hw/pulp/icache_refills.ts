/**
 * The refill side of an instruction cache: lines on their way, and the cores that wait for each.
 * @module
 */

import type { IcacheParams, IcacheRefillPort } from "./icache_params.ts";

/** What became of a miss that was offered to {@link IcacheRefills.offer}. */
export enum MissOutcome {
  /** Not taken; it is to be offered again. */
  Refused,
  /** It waits for a line that is now on its way. */
  Waiting,
  /** Its line arrives in this cycle or did in the one before: it is to look again. */
  Retry,
}

/** Merges misses on one line, sends the others to the bus and reports what arrives. */
export class IcacheRefills {
  /** Identifier of the line that arrived in this cycle, or -1. */
  arrived: number = -1;
  /** Line numbers by identifier. */
  readonly line: Int32Array;
  /** Way that each line is to be written to. */
  readonly way: Uint8Array;
  /** Cores that wait for each line, one bit per core. */
  readonly waiters: Int32Array;
  /** No line was on its way at the start of the cycle. */
  empty = true;
  /** Addresses sent to the bus since reset. */
  issued = 0;
  readonly #params: IcacheParams;
  readonly #port: IcacheRefillPort;
  readonly #all: number;
  /** Identifiers in use at the start of the cycle. */
  #used = 0;
  #nextUsed = 0;
  /** Line that arrived in the previous cycle, or -1. */
  #lastLine = -1;
  readonly #addressId: Int32Array;
  readonly #addressLine: Int32Array;
  #addressHead = 0;
  #addressLevel = 0;
  #addressCount = 0;
  readonly #doneId: Int32Array;
  readonly #doneAt: Float64Array;
  #doneHead = 0;
  #doneCount = 0;
  #underWay = 0;

  /** The refill side of a cache in front of `port`. */
  constructor(params: IcacheParams, port: IcacheRefillPort) {
    const entries = Math.max(params.refills, params.cores);
    this.#params = params;
    this.#port = port;
    this.#all = 2 ** params.refills - 1;
    this.line = new Int32Array(entries);
    this.way = new Uint8Array(entries);
    this.waiters = new Int32Array(entries);
    this.#addressId = new Int32Array(params.addressDepth);
    this.#addressLine = new Int32Array(params.addressDepth);
    this.#doneId = new Int32Array(entries);
    this.#doneAt = new Float64Array(entries);
  }

  /** True while a line is on its way. */
  get busy(): boolean {
    return this.#underWay > 0 || this.#lastLine >= 0;
  }

  /** Begins cycle `cycle`: finds the line that arrives in it. */
  begin(cycle: number): void {
    this.arrived = -1;
    this.empty = this.#underWay === 0;
    if (this.#doneCount === 0 || this.#doneAt[this.#doneHead]! > cycle) return;
    this.arrived = this.#doneId[this.#doneHead]!;
    this.#doneHead = (this.#doneHead + 1) % this.#doneId.length;
    this.#doneCount--;
    this.#underWay--;
  }

  /** Offers the miss of `core` on `line`, to be written to `way`. */
  offer(core: number, line: number, way: number): MissOutcome {
    if (line === this.#lastLine) return MissOutcome.Retry;
    for (let left = this.#used; left !== 0; left &= left - 1) {
      const id = 31 - Math.clz32(left & -left);
      if (this.line[id] !== line) continue;
      if (id === this.arrived) return MissOutcome.Retry;
      this.waiters[id]! |= 1 << core;
      return MissOutcome.Waiting;
    }
    if (this.#used === this.#all) return MissOutcome.Refused;
    const id = 31 - Math.clz32(~this.#used & (this.#used + 1));
    if (!this.send(id, line)) return MissOutcome.Refused;
    this.#nextUsed |= 1 << id;
    this.line[id] = line;
    this.way[id] = way;
    this.waiters[id] = 1 << core;
    return MissOutcome.Waiting;
  }

  /** Sends a line's address to the bus under this identifier; false when there is no room for it in this cycle. */
  send(id: number, line: number): boolean {
    if (this.#addressLevel === this.#params.addressDepth) return false;
    const at = (this.#addressHead + this.#addressCount++) % this.#params.addressDepth;
    this.#addressId[at] = id;
    this.#addressLine[at] = line;
    this.#underWay++;
    this.issued++;
    return true;
  }

  /** Ends cycle `cycle`: talks to the bus and frees the entry of the line that arrived, if it is a cache line. */
  end(cycle: number, cached: boolean): void {
    if (this.#addressLevel > 0) {
      const at = this.#addressHead;
      const address = (this.#addressLine[at]! * this.#params.lineBytes) >>> 0;
      if (this.#port.startRefill(cycle, this.#addressId[at]!, address)) {
        this.#addressHead = (at + 1) % this.#params.addressDepth;
        this.#addressCount--;
      }
    }
    this.#addressLevel = this.#addressCount;
    if (this.#underWay > 0) {
      const id = this.#port.refillDone(cycle);
      if (id >= 0) {
        const at = (this.#doneHead + this.#doneCount++) % this.#doneId.length;
        this.#doneId[at] = id;
        this.#doneAt[at] = cycle + this.#params.receiveCycles;
      }
    }
    this.#lastLine = -1;
    if (cached && this.arrived >= 0) {
      this.#lastLine = this.line[this.arrived]!;
      this.#nextUsed &= ~(1 << this.arrived);
    }
    this.#used = this.#nextUsed;
  }
}
