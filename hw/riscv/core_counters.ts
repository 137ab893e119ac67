/**
 * The performance counters of a core that runs generator firmware: PCER chooses events, PCMR switches them on, PCCR counts.
 *
 * Source: RI5CY be1fdf50 (riscv_cs_registers) for what counts and for the single counter of a chip, the GAP8 manual for the
 * events and their numbers; the RTL of 2019 has one more, which shifts those from 11 on.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import type { IssuePipeline } from "./issue_pipeline.ts";

/** Events, by the numbers of the GAP8 manual. */
export const CORE_EVENTS = [
  "active_cycles",
  "instr",
  "ld_stall",
  "jr_stall",
  "imiss",
  "ld",
  "st",
  "jump",
  "branch",
  "btaken",
  "rvc",
  "ld_ext",
  "st_ext",
  "ld_ext_cyc",
  "st_ext_cyc",
  "tcdm_cont",
  "csr_hazard",
] as const;

/** An event that a core counts. */
export type CoreEvent = typeof CORE_EVENTS[number];

/** Registers: events that count, mode, first counter, all counters at once. */
export const CounterCsr = { events: 0x7e0, mode: 0x7e1, first: 0x780, all: 0x79f } as const;

/** Bits of the mode: counting, and staying at the largest value. */
export const COUNTER_ACTIVE = 1, COUNTER_SATURATE = 2;

const LARGEST = 0xffff_ffff;

/** How often each event has happened on a core since its start. */
export function eventCount(core: IssuePipeline, event: CoreEvent): number {
  switch (event) {
    case "active_cycles":
      return core.activeCycles;
    case "instr":
      return core.instructions.value;
    case "ld_stall":
      return core.loadStalls.value / core.params.loadUseCycles;
    case "jr_stall":
      return core.jumpHazards.value;
    case "imiss":
      return core.fetchStalls.value;
    case "ld":
      return core.loads.value + core.secondLoads.value;
    case "st":
      return core.stores.value + core.secondStores.value;
    case "jump":
      return core.jumps.value;
    case "branch":
      return core.branches.value;
    case "btaken":
      return core.takenBranches.value;
    case "rvc":
      return core.compressed.value;
    case "ld_ext":
      return core.outsideLoads.value;
    case "st_ext":
      return core.outsideStores.value;
    case "ld_ext_cyc":
      return core.outsideLoadCycles.value;
    case "st_ext_cyc":
      return core.outsideStoreCycles.value;
    case "tcdm_cont":
      return core.contention.value;
    case "csr_hazard":
      return core.statusStalls.value;
  }
}

/** Counts by looking at the core's account when it is switched on and off: nothing happens per instruction. */
export class CoreCounters {
  private events = 0;
  private mode = COUNTER_ACTIVE | COUNTER_SATURATE;
  private readonly values: number[];
  /** The core's account when the running events were last looked at. */
  private readonly before: number[];

  /** Counters of `core`; with one only, as on a chip, one event counts at a time, and each register shows it. */
  constructor(private readonly core: IssuePipeline) {
    this.values = new Array<number>(CORE_EVENTS.length).fill(0);
    this.before = new Array<number>(CORE_EVENTS.length).fill(0);
  }

  /** Whether a register is one of the counters'. */
  static has(csr: number): boolean {
    return csr === CounterCsr.events || csr === CounterCsr.mode || csr >= CounterCsr.first && csr <= CounterCsr.all;
  }

  /** Reads a register; 0 where no counter is. */
  read(csr: number): number {
    if (csr === CounterCsr.events) return this.events;
    if (csr === CounterCsr.mode) return this.mode;
    this.#settle();
    if (this.core.params.counters === 1) return this.events === 0 ? this.values[0] : this.values[this.#only()];
    return this.values[csr - CounterCsr.first] ?? 0;
  }

  /** Writes a register. Throws a SimulationError for more events than there are counters. */
  write(csr: number, value: number): void {
    this.#settle();
    if (csr === CounterCsr.events) this.#choose(value);
    else if (csr === CounterCsr.mode) this.mode = value & (COUNTER_ACTIVE | COUNTER_SATURATE);
    else if (csr === CounterCsr.all) this.values.fill(value >>> 0);
    else if (csr - CounterCsr.first < this.values.length) this.values[csr - CounterCsr.first] = value >>> 0;
  }

  #choose(value: number): void {
    const events = value & (1 << CORE_EVENTS.length) - 1;
    const names = CORE_EVENTS.filter((_, index) => (events >>> index & 1) !== 0);
    if (names.length > this.core.params.counters) {
      throw new SimulationError(
        `Cannot count ${
          names.join(", ")
        } at a time on ${this.core.where()}: the chip has one counter for each core, beside ` +
          "the timer that counts cycles; measure once for each event, or give the cores all counters (counters: 17)",
      );
    }
    this.events = events;
  }

  /** The one event that a single counter counts. */
  #only(): number {
    return 31 - Math.clz32(this.events);
  }

  /** Adds what has happened since the last look. */
  #settle(): void {
    for (let index = 0; index < CORE_EVENTS.length; index++) {
      const now = eventCount(this.core, CORE_EVENTS[index]);
      if ((this.mode & COUNTER_ACTIVE) !== 0 && (this.events >>> index & 1) !== 0) {
        const sum = this.values[index] + now - this.before[index];
        this.values[index] = (this.mode & COUNTER_SATURATE) !== 0 ? Math.min(sum, LARGEST) : sum % (LARGEST + 1);
      }
      this.before[index] = now;
    }
  }
}
