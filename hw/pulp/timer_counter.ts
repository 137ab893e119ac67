/**
 * One counter of a timer unit.
 * @module
 */
import type { ClockDomain, Simulation, Task } from "../../sim/mod.ts";
import type { TimerUnitParams } from "./timer_unit.ts";

/** What a counter belongs to. */
export interface TimerCounterWiring {
  /** Path, for reports. */
  readonly path: string;
  /** The timer unit's clock. */
  readonly clock: ClockDomain;
  /** The slow clock. */
  readonly reference: ClockDomain;
  /** Delays. */
  readonly params: TimerUnitParams;
  /** Is told when the counter has come to its compare value, if it stops or signals there. */
  reached(): void;
}

/** How a counter counts. */
export interface TimerCounterConfig {
  /** Whether it counts. */
  readonly running: boolean;
  /** Edges of the reference clock, not cycles. */
  readonly reference: boolean;
  /** Ticks for each count. */
  readonly ticksPerCount: number;
  /** Whether it stops at the compare value. */
  readonly stops: boolean;
  /** Whether it goes to 0 after the compare value. */
  readonly clears: boolean;
  /** Whether anybody wants to know of it. */
  readonly signals: boolean;
  /** Width. */
  readonly bits: 32 | 64;
}

const WORD = 2 ** 32;

/**
 * A counter whose value follows from the ticks since it was last touched. A tick is a cycle or a reference edge, which is
 * seen some cycles late. Only a counter that stops or signals at its compare value has anything scheduled.
 */
export class TimerCounter {
  private config: TimerCounterConfig = {
    running: false,
    reference: false,
    ticksPerCount: 1,
    stops: false,
    clears: false,
    signals: false,
    bits: 32,
  };
  /** The count when it was last touched, and the ticks then. */
  private base = 0;
  private since = 0;
  private compare = 0;
  private readonly edge: Task;
  private readonly match: Task;

  /** A stopped counter at 0. */
  constructor(private readonly sim: Simulation, private readonly wiring: TimerCounterWiring) {
    const { path, clock, reference } = wiring;
    this.edge = sim.task(`${path}.edge`, () => this.#sampled(), { clock: reference });
    this.match = sim.task(`${path}.match`, () => this.#reach(), { clock });
  }

  /** The lower word, as an access in this cycle reads it. */
  get value(): number {
    return this.#count() % WORD;
  }

  /** The upper word of a counter of 64 bits. */
  get upperValue(): number {
    return Math.floor(this.#count() / WORD) % WORD;
  }

  /** Puts the counter to a value. */
  set(value: number): void {
    this.base = value >>> 0;
    this.since = this.#ticks();
    this.#schedule();
  }

  /** Changes how it counts. */
  configure(config: TimerCounterConfig): void {
    this.base = this.#count();
    this.config = config;
    this.since = this.#ticks();
    this.#schedule();
  }

  /** Changes what it is compared with. */
  compareWith(value: number): void {
    this.base = this.#count();
    this.since = this.#ticks();
    this.compare = value >>> 0;
    this.#schedule();
  }

  #count(): number {
    const { running, ticksPerCount, bits } = this.config;
    if (!running) return this.base;
    const counted = this.base + Math.floor((this.#ticks() - this.since) / ticksPerCount);
    const period = this.#period();
    if (this.base < period && counted >= period) return counted % period;
    return bits === 32 ? counted % WORD : counted;
  }

  /** Counts from one 0 to the next. One that clears itself shows its compare value for a cycle only. */
  #period(): number {
    const { clears, reference, bits } = this.config;
    if (!clears) return bits === 32 ? WORD : Infinity;
    return reference ? Math.max(1, this.compare) : this.compare + 1;
  }

  /** Ticks so far, as an access in this cycle sees them: reference edges have to come through the synchroniser. */
  #ticks(): number {
    const { clock, reference, params } = this.wiring;
    const now = clock.cycles;
    if (!this.config.reference) return now;
    const edges = reference.cycles;
    if (clock.gated || edges === 0) return edges;
    const late = clock.timeOf(now + params.synchroniserCycles - params.accessCycles) - clock.timeOf(now);
    return clock.timeOf(now) - reference.timeOf(edges) < late ? edges - 1 : edges;
  }

  /** Sees to it that somebody hears of the compare value. */
  #schedule(): void {
    const { running, reference, ticksPerCount, stops, signals } = this.config;
    this.edge.unqueue();
    this.match.unqueue();
    if (!running || !(stops || signals)) return;
    const now = this.#ticks();
    const counts = (this.compare - this.value + WORD) % WORD;
    const ticks = (counts === 0 ? this.#period() : counts) * ticksPerCount - (now - this.since) % ticksPerCount;
    if (!reference) {
      this.match.after(ticks + this.wiring.params.accessCycles);
      return;
    }
    const edges = now + ticks - this.wiring.reference.cycles;
    if (edges > 0) this.edge.after(edges);
    else this.#sampled();
  }

  /** The reference edge that counts: the timer's next edge samples it. */
  #sampled(): void {
    const { clock, params } = this.wiring;
    const together = clock.timeOf(clock.cycles) === this.sim.now;
    this.match.after(params.synchroniserCycles + (together ? 0 : 1));
  }

  /** The counter shows its compare value, in this cycle. */
  #reach(): void {
    const { stops, clears } = this.config;
    if (stops || clears) {
      this.base = clears ? 0 : this.compare;
      this.since = this.#ticks();
      if (stops) this.config = { ...this.config, running: false };
    }
    this.#schedule();
    this.wiring.reached();
  }
}
