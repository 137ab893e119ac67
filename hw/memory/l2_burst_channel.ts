/**
 * One direction of the cluster's AXI port into L2: bursts, beat by beat, onto two ports of the banks.
 * @module
 */
import { Component } from "../component.ts";
import type { L2 } from "./l2.ts";

/** A burst of 8-byte beats. */
export interface L2Burst {
  /** Address of the next beat, a multiple of 8. */
  address: number;
  /** Beats left. */
  beats: number;
  /** Bytes from one beat to the next: 8 or 0. */
  readonly step: number;
  /** Cycle from which on the next beat can go: its data is there, or there is room for what is read; Infinity if unknown. */
  readonly readyCycle: number;
  /** What to write to the low word. */
  readonly low: number;
  /** What to write to the high word. */
  readonly high: number;
  /** Bytes of the beat that matter, one bit each. */
  readonly enable: number;
  /** Told of a beat that is done, with what was read, in the cycle of the later grant. */
  deliver(low: number, high: number, last: boolean): void;
}

/** Where bursts come from; a burst goes on for as long as it has beats. */
export interface L2BurstSource {
  /** Cycle from which on the next burst can begin; Infinity if there is none. */
  readonly nextCycle: number;
  /** The next burst, or undefined if none can begin in this cycle. */
  readonly front: L2Burst | undefined;
  /** Takes it. */
  take(): void;
}

/** Takes bursts of its sources in turn, one at a time, and one beat per cycle. */
export class L2BurstChannel extends Component {
  private readonly sources: L2BurstSource[] = [];
  private burst: L2Burst | null = null;
  /** The source that is asked first for the next burst. */
  private turn = 0;
  /** Words of the beat that have not been granted, one bit each. */
  private lanes = 0;
  private low = 0;
  private high = 0;
  /** The cycle in which a beat was served last: there is one per cycle. */
  private servedIn = -1;
  /** The cycle for which the next is scheduled, if it is. */
  private beatIn = 0;
  private readonly beat = this.sim.task(`${this.path}.beat`, () => this.#beat(), { clock: this.clock });

  /** The channel that has ports `firstPort` and the next of `l2`. */
  constructor(
    private readonly l2: L2,
    name: string,
    private readonly write: boolean,
    private readonly firstPort: number,
  ) {
    super(l2, name);
  }

  /** Adds a source; whoever owns it calls {@linkcode wake} or {@linkcode wakeLater} when it has something new. */
  addSource(source: L2BurstSource): void {
    this.sources.push(source);
  }

  /** A source has something new, in the request phase of a cycle of this clock: it may begin in this cycle. */
  wake(): void {
    this.#schedule(this.servedIn === this.clock.cycles ? 1 : 0);
  }

  /** Something has changed at any time: nothing comes of it before the next cycle. */
  wakeLater(): void {
    this.#schedule(1);
  }

  /** Forgets everything. */
  reset(): void {
    this.beat.unqueue();
    this.burst = null;
    this.lanes = 0;
  }

  #schedule(soonest: number): void {
    if (this.lanes !== 0) return;
    let next = Infinity;
    if (this.burst !== null) next = this.burst.readyCycle;
    else for (const source of this.sources) next = Math.min(next, source.nextCycle);
    if (next === Infinity) return;
    const now = this.clock.cycles;
    const cycle = Math.max(now + soonest, next);
    // What is due already must not be put off: edges of the two clocks may coincide.
    if (this.beat.queued && this.beatIn <= cycle) return;
    this.beat.unqueue();
    this.beatIn = cycle;
    if (cycle === now) this.beat.post();
    else this.beat.after(cycle - now);
  }

  #beat(): void {
    this.burst ??= this.#choose();
    const { burst } = this;
    if (burst === null || burst.readyCycle > this.clock.cycles) return this.#schedule(1);
    const enable = this.write ? burst.enable : burst.beats === 1 ? burst.enable : 0xff;
    const { low, high, address } = burst;
    this.lanes = ((enable & 15) !== 0 ? 1 : 0) | ((enable >> 4) !== 0 ? 2 : 0);
    this.low = this.high = 0;
    if (this.lanes === 0) return this.#served();
    if ((this.lanes & 1) !== 0) this.#raise(0, address, enable & 15, low);
    if ((this.lanes & 2) !== 0) this.#raise(1, address + 4, enable >> 4, high);
  }

  #choose(): L2Burst | null {
    const { sources } = this;
    for (let i = 0; i < sources.length; i++) {
      const index = (this.turn + i) % sources.length;
      const burst = sources[index].front;
      if (burst === undefined) continue;
      sources[index].take();
      this.turn = (index + 1) % sources.length;
      return burst;
    }
    return null;
  }

  #raise(lane: number, address: number, enable: number, data: number): void {
    this.l2.request(this.firstPort + lane, address, this.write, enable, data, (value) => {
      if (lane === 0) this.low = value;
      else this.high = value;
      this.lanes &= ~(1 << lane);
      if (this.lanes === 0) this.#served();
    });
  }

  #served(): void {
    const burst = this.burst!;
    this.servedIn = this.clock.cycles;
    burst.beats--;
    burst.address += burst.step;
    if (burst.beats === 0) this.burst = null;
    burst.deliver(this.low, this.high, burst.beats === 0);
    this.#schedule(1);
  }
}
