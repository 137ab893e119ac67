/**
 * Clock domains: exact edges at any rational frequency, frequency changes, gating, and the wheel on which everything
 * waits that counts this clock's cycles.
 * @module
 */
import type { Activity } from "./activity.ts";
import { SimulationError } from "./errors.ts";
import { Queue } from "./queue.ts";
import type { Simulation } from "./simulation.ts";
import { formatTime, type Frequency, LAST_PS, PS_PER_SECOND } from "./time.ts";
import { TimeHeap } from "./time_heap.ts";

/** Cycles that the wheel of a clock looks ahead; what is later waits in a heap. */
const WHEEL_SLOTS = 1024;
const EXACT = 2 ** 52;

/** A clock's period as an exact fraction of picoseconds: `whole + rest / divisor`. */
class Period {
  readonly whole: number;
  readonly rest: number;
  readonly divisor: number;
  /** About as a number. */
  readonly ps: number;

  constructor(readonly frequency: Frequency) {
    const { numerator, denominator } = frequency;
    const ps = BigInt(PS_PER_SECOND) * BigInt(denominator);
    this.divisor = numerator;
    this.whole = Number(ps / BigInt(numerator));
    this.rest = Number(ps % BigInt(numerator));
    this.ps = this.whole + this.rest / this.divisor;
  }

  /** Picoseconds in `cycles` periods that start `fraction / divisor` ps past a whole one, rounded down. */
  span(cycles: number, fraction: number): number {
    if (this.rest === 0) return cycles * this.whole;
    const parts = cycles * this.rest;
    if (parts + fraction < EXACT) return cycles * this.whole + Math.floor((parts + fraction) / this.divisor);
    const exact = (BigInt(cycles) * BigInt(this.rest) + BigInt(fraction)) / BigInt(this.divisor);
    return cycles * this.whole + Number(exact);
  }

  /** The fraction that is left over after `cycles` periods. */
  fractionAfter(cycles: number, fraction: number): number {
    if (this.rest === 0) return 0;
    const parts = cycles * this.rest;
    // The usual step: no division.
    if (cycles === 1 && parts + fraction < EXACT) {
      return parts + fraction < this.divisor ? parts + fraction : parts + fraction - this.divisor;
    }
    if (parts + fraction < EXACT) return (parts + fraction) % this.divisor;
    return Number((BigInt(cycles) * BigInt(this.rest) + BigInt(fraction)) % BigInt(this.divisor));
  }
}

/**
 * A clock. Edge `n` after an epoch is at `epoch + floor(n * 10^12 / f)` picoseconds; the epoch is time 0, or the edge
 * at which the frequency last changed. Cycle numbers count the edges while the clock ran; gated cycles are not in it.
 */
export class ClockDomain {
  /** Path. */
  readonly name: string;
  private readonly sim: Simulation;
  private period: Period;
  private change: { cycle: number; period: Period } | null = null;
  private gatedNow = false;
  /** When the clock was last gated, in picoseconds, and by whom; for deadlock reports. */
  private gating = { sincePs: 0, by: "" };
  /** Whether the kernel runs those who wait for the present cycle; then the position is now. */
  private draining = false;

  /** The last edge that the kernel has looked at: its cycle, its time, and the fraction of a picosecond past it. */
  private cycleAt = 0;
  /** The wheel's slot of the present cycle. */
  private slotAt = 0;
  private timeAt = 0;
  private fractionAt = 0;

  /** The wheel: who waits for each of the next cycles. */
  private readonly slots: readonly Queue[] = Array.from({ length: WHEEL_SLOTS }, () => new Queue());
  /** One bit for each slot that may have members. */
  private readonly occupied = new Int32Array(WHEEL_SLOTS / 32);
  /** One bit for each word of those that is not 0. */
  private occupiedWords = 0;
  private readonly far = new TimeHeap();
  /** Cycle of the earliest waiting activity, and its time; for the kernel. */
  private nextCycle = Infinity;
  /** Grows with each change of the edges to come. For the kernel. */
  revision = 0;
  /** When the kernel has to come back, in picoseconds; Infinity if never. For the kernel. */
  nextTime: number = Infinity;

  /** Made by `Simulation.clock`. */
  constructor(sim: Simulation, name: string, frequency: Frequency) {
    this.sim = sim;
    this.name = name;
    this.period = new Period(frequency);
  }

  /** The frequency that holds at the next edge but one, at the latest. */
  get frequency(): Frequency {
    return (this.change?.period ?? this.period).frequency;
  }

  /** Edges so far while the clock ran, which is also the number of the running cycle. */
  get cycles(): number {
    this.#catchUp();
    return this.cycleAt;
  }

  /** Whether the clock is stopped. */
  get gated(): boolean {
    return this.gatedNow;
  }

  /** When it was last gated, in picoseconds, and by whom. For reports. */
  get lastGating(): { readonly sincePs: number; readonly by: string } {
    return this.gating;
  }

  /**
   * The time of cycle `cycle`, in picoseconds, if the clock goes on as it runs now; Infinity for the cycles to come of a
   * gated clock. Throws a SimulationError for past cycles, which are not kept.
   */
  timeOf(cycle: number): number {
    this.#catchUp();
    if (cycle < this.cycleAt) {
      throw new SimulationError(
        `Cannot tell the time of cycle ${cycle} of clock ${this.name}: it is past, the clock is at ${this.cycleAt}`,
      );
    }
    return this.gatedNow && cycle > this.cycleAt ? Infinity : this.#reachable(cycle);
  }

  /** Changes the frequency; it takes effect at the next edge, which becomes the new epoch. */
  setFrequency(frequency: Frequency): void {
    this.#catchUp();
    this.change = { cycle: this.cycleAt + 1, period: new Period(frequency) };
    this.revision++;
    this.#reschedule();
  }

  /** Stops the clock: no edges until {@linkcode ungate}. What waits for its cycles waits on. */
  gate(): void {
    if (this.gatedNow) return;
    this.#catchUp();
    this.gatedNow = true;
    this.gating = { sincePs: this.sim.now, by: this.sim.runningName };
    this.revision++;
    this.#reschedule();
  }

  /** Lets the clock run again, on the grid that it would have kept: the next edge is the grid's next one. */
  ungate(): void {
    if (!this.gatedNow) return;
    const { cycleAt: cycle, change } = this;
    this.gatedNow = false;
    this.revision++;
    this.change = null;
    this.#moveTo(cycle + this.#edgesUntil(this.sim.now));
    this.#placeAt(cycle);
    if (change !== null) this.change = { cycle: cycle + 1, period: change.period };
    this.#reschedule();
  }

  /** Starts a stopped clock afresh at `frequency`: now is the new epoch, the first edge comes one period later. */
  restart(frequency: Frequency): void {
    this.#catchUp();
    this.gatedNow = false;
    this.revision++;
    this.change = null;
    this.period = new Period(frequency);
    this.timeAt = this.sim.now;
    this.fractionAt = 0;
    this.#reschedule();
  }

  /** Queues an activity for `cycles` (1 or more) cycles from now. For the kernel. */
  wakeAfter(activity: Activity, cycles: number): void {
    if (this.draining === false) this.#expect(cycles);
    if (cycles < WHEEL_SLOTS) this.#insert((this.slotAt + cycles) & (WHEEL_SLOTS - 1), activity);
    else this.far.push(this.cycleAt + cycles, activity);
  }

  /** Moves on to the earliest waiting cycle and returns the queue of those who wait for it. For the kernel. */
  enterNext(): Queue {
    const step = this.nextCycle - this.cycleAt;
    if (this.change === null && step < WHEEL_SLOTS) {
      this.timeAt = this.nextTime;
      this.fractionAt = this.period.fractionAfter(step, this.fractionAt);
      this.cycleAt = this.nextCycle;
      this.slotAt = (this.slotAt + (step | 0)) & (WHEEL_SLOTS - 1);
    } else this.#moveTo(this.nextCycle);
    if (this.far.size > 0) this.#collectFar();
    this.nextTime = Infinity;
    this.draining = true;
    return this.slots[this.slotAt];
  }

  /** After all in the slot's queue have gone. For the kernel. */
  leave(): void {
    this.slots[this.slotAt].clear();
    this.#vacate(this.slotAt);
    this.draining = false;
    if (!this.slots[(this.slotAt + 1) & (WHEEL_SLOTS - 1)].isEmpty) {
      this.nextCycle = this.cycleAt + 1;
      this.nextTime = this.gatedNow ? Infinity : this.#reachable(this.nextCycle);
    } else this.#look();
  }

  /** The time of a later cycle, in picoseconds, if nobody waits for it or for one before it; else Infinity. For the kernel. */
  timeIfFree(cycle: number): number {
    return this.gatedNow || this.nextCycle <= cycle ? Infinity : this.#reachable(cycle);
  }

  /** Goes on to a later cycle, at `time`, for which nobody waits, nor for one before it. For the kernel. */
  leapTo(cycle: number, time: number): void {
    const step = cycle - this.cycleAt;
    if (this.change === null && step < WHEEL_SLOTS) {
      this.timeAt = time;
      this.fractionAt = this.period.fractionAfter(step, this.fractionAt);
      this.cycleAt = cycle;
      this.slotAt = (this.slotAt + step) & (WHEEL_SLOTS - 1);
    } else this.#moveTo(cycle);
    if (this.far.size > 0) this.#collectFar();
  }

  /** Somebody has left the queue early: nothing has to happen at its cycle, unless others wait for it. For the kernel. */
  left(): void {
    const { nextCycle } = this;
    if (this.draining || nextCycle === Infinity || nextCycle === this.far.first) return;
    if (this.slots[nextCycle % WHEEL_SLOTS].isEmpty) this.#look();
  }

  /** Whether anything waits for a cycle of this clock. For the kernel. */
  get busy(): boolean {
    return this.nextCycle !== Infinity;
  }

  /** Somebody will wait for a cycle `cycles` from now: it may be the next one that the kernel has to come back for. */
  #expect(cycles: number): void {
    if (this.timeAt !== this.sim.now) this.#catchUp();
    const cycle = this.cycleAt + cycles;
    if (cycle < this.nextCycle) {
      this.nextCycle = cycle;
      this.nextTime = this.gatedNow ? Infinity : this.#reachable(cycle);
    }
  }

  #insert(slot: number, activity: Activity): void {
    if (this.slots[slot].append(activity)) {
      this.occupied[slot >> 5] |= 1 << (slot & 31);
      this.occupiedWords |= 1 << (slot >> 5);
    }
  }

  #vacate(slot: number): void {
    if ((this.occupied[slot >> 5] &= ~(1 << (slot & 31))) === 0) this.occupiedWords &= ~(1 << (slot >> 5));
  }

  /** Moves far activities that have come near onto the wheel. */
  #collectFar(): void {
    const { far } = this;
    while (far.first < this.cycleAt + WHEEL_SLOTS) {
      const cycle = far.first;
      this.#insert(cycle % WHEEL_SLOTS, far.pop());
    }
  }

  /** Finds the time of the earliest waiting cycle again, after the edges to come have changed. */
  #reschedule(): void {
    // The edge of the present moment has been: those who wait for it still go on, and the kernel looks again after them.
    if (this.nextCycle !== this.cycleAt) this.#look();
  }

  /** Finds the earliest waiting cycle. */
  #look(): void {
    this.nextCycle = this.#nextOccupied();
    if (this.far.first < this.nextCycle) this.nextCycle = this.far.first;
    this.nextTime = this.gatedNow || this.nextCycle === Infinity ? Infinity : this.#reachable(this.nextCycle);
  }

  #nextOccupied(): number {
    if (this.occupiedWords === 0) return Infinity;
    const { occupied, slots } = this;
    const from = (this.slotAt + 1) & (WHEEL_SLOTS - 1);
    for (let step = 0; step <= WHEEL_SLOTS / 32; step++) {
      const word = ((from >> 5) + step) & (WHEEL_SLOTS / 32 - 1);
      let bits = occupied[word];
      if (step === 0) bits &= -1 << (from & 31);
      else if (step === WHEEL_SLOTS / 32) bits &= ~(-1 << (from & 31));
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits & -bits);
        const slot = word * 32 + bit;
        if (!slots[slot].isEmpty) return this.cycleAt + 1 + ((slot - from) & (WHEEL_SLOTS - 1));
        this.#vacate(slot);
        bits &= bits - 1;
      }
    }
    return Infinity;
  }

  /** Brings the position up to now: the last edge that is not later. */
  #catchUp(): void {
    if (this.gatedNow || this.timeAt === this.sim.now) return;
    const edges = this.#edgesUntil(this.sim.now);
    if (edges > 0) {
      this.#moveTo(this.cycleAt + edges);
      this.#collectFar();
    }
  }

  /** Edges after the position, up to and with `time`. */
  #edgesUntil(time: number): number {
    const at = this.cycleAt;
    let past = 0;
    let period = this.period, start = this.timeAt;
    if (this.change !== null) {
      const changeTime = this.#edge(this.change.cycle);
      if (time < changeTime) return this.change.cycle - 1 - at;
      past = this.change.cycle - at;
      period = this.change.period;
      start = changeTime;
    }
    let edges = past + Math.floor((time - start) / period.ps);
    while (edges > past && this.#edge(at + edges) > time) edges--;
    while (this.#edge(at + edges + 1) <= time) edges++;
    return edges;
  }

  #edge(cycle: number): number {
    const { change } = this;
    if (change !== null && cycle > change.cycle) {
      return this.#edge(change.cycle) + change.period.span(cycle - change.cycle, 0);
    }
    return this.timeAt + this.period.span(cycle - this.cycleAt, this.fractionAt);
  }

  /** The time of an edge that has to come. */
  #reachable(cycle: number): number {
    const time = this.#edge(cycle);
    if (time > LAST_PS) {
      throw new SimulationError(
        `Cannot schedule cycle ${cycle} of clock ${this.name}: it would be past 2^53 ps (${
          formatTime(LAST_PS)
        }), the end of simulated time; split the run, or simulate less of it`,
      );
    }
    return time;
  }

  #moveTo(cycle: number): void {
    const { change } = this;
    if (change !== null && cycle >= change.cycle) {
      this.timeAt = this.#edge(change.cycle);
      this.#placeAt(change.cycle);
      this.fractionAt = 0;
      this.period = change.period;
      this.change = null;
    }
    const step = cycle - this.cycleAt;
    if (step === 0) return;
    this.timeAt = this.#edge(cycle);
    this.fractionAt = this.period.fractionAfter(step, this.fractionAt);
    this.#placeAt(cycle);
  }

  #placeAt(cycle: number): void {
    this.slotAt = (this.slotAt + (cycle - this.cycleAt)) & (WHEEL_SLOTS - 1);
    this.cycleAt = cycle;
  }
}
