/**
 * The timer unit: two counters of 32 bits, or one of 64, that count cycles or edges of the 32 768 Hz reference clock.
 * @module
 */
import { type ClockDomain, SimulationError } from "../../sim/mod.ts";
import { Mapped } from "../bus/access.ts";
import { RegisterBlock } from "../bus/register_block.ts";
import type { Field, RegisterSpec } from "../bus/register_table.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import { TimerCounter } from "./timer_counter.ts";

/** Delays of a timer unit. */
export interface TimerUnitParams {
  /** From an access to the first cycle in which a counter shows what it did. */
  readonly accessCycles: number;
  /** From the edge of the timer's clock that samples an edge of the reference clock to the counter. */
  readonly synchroniserCycles: number;
}

/** Offsets of the registers; those of the second counter lie 4 bytes further. */
export const TimerOffset = { config: 0x00, value: 0x08, compare: 0x10, start: 0x18, reset: 0x20 } as const;

/** Bytes of the registers. */
export const TIMER_BYTES = 0x40;

/** Bits of a configuration register. */
export const TimerBit = {
  enable: 0,
  reset: 1,
  event: 2,
  clearAtCompare: 4,
  oneShot: 5,
  prescale: 6,
  reference: 7,
  wide: 31,
} as const;

/** One of the two counters. */
export type TimerHalf = "LO" | "HI";
/** Registers of a timer unit. */
export type TimerRegister = `${"CFG" | "CNT" | "CMP" | "START" | "RESET"}_${TimerHalf}`;

const read = "timer_unit e9d3cf12, read";

const FIELDS: Readonly<Record<string, Field>> = {
  ENABLE: { bits: 0, description: "1: counts" },
  RESET: { bits: 1, access: "wo", description: "1: the counter goes to 0" },
  EVENT: { bits: 2, description: "1: an event when the counter reaches CMP" },
  EXTERNAL: { bits: 3, description: "start by an input event; nothing is wired to it here" },
  CMP_CLEAR: { bits: 4, description: "1: back to 0 after CMP" },
  ONE_SHOT: { bits: 5, description: "1: stops at CMP" },
  PRESCALE: { bits: 6, description: "1: counts every PRESCALER + 1 ticks" },
  REFERENCE: { bits: 7, description: "1: counts edges of the reference clock, not cycles" },
  PRESCALER: { bits: [8, 15], description: "ticks for each count, less one" },
};

/** Counts cycles or reference edges; nothing happens per cycle, values are computed when somebody looks. */
export class TimerUnit extends Component<TimerUnitParams> {
  /** Delays. */
  static override readonly params: ParamTable<TimerUnitParams> = {
    accessCycles: {
      default: 1,
      unit: "cycle",
      description: "access to its effect, and to the value read",
      source: read,
    },
    synchroniserCycles: { default: 2, unit: "cycle", description: "sampled reference edge to counter", source: read },
  };

  /** The registers. */
  readonly registers: RegisterBlock<TimerRegister>;
  /** The registers over a bus. */
  readonly port: Target<Mapped>;
  private readonly counters: Readonly<Record<TimerHalf, TimerCounter>>;

  /** Stopped counters; `reference` is the slow clock, `reached` is told when counter 0 or 1 comes to its CMP. */
  constructor(
    parent: Parent,
    name: string,
    private readonly reference: ClockDomain,
    reached: (counter: number) => void,
    params: Partial<TimerUnitParams> = {},
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
    const counter = (half: TimerHalf, index: number) =>
      new TimerCounter(this.sim, {
        path: `${this.path}.${half.toLowerCase()}`,
        clock: this.clock,
        reference: this.reference,
        params: this.params,
        reached: () => {
          if (this.registers.getField(`CFG_${half}`, "ONE_SHOT") === 1) {
            this.registers.setField(`CFG_${half}`, "ENABLE", 0);
          }
          if (this.registers.getField(`CFG_${half}`, "EVENT") === 1) {
            reached(index);
          }
        },
      });
    this.counters = { LO: counter("LO", 0), HI: counter("HI", 1) };
    const { LO, HI } = this.counters;
    this.registers = new RegisterBlock(this, "registers", registerTable(), {
      CFG_LO: { write: (value) => this.#configure("LO", value) },
      CFG_HI: { write: (value) => this.#configure("HI", value) },
      CNT_LO: { read: () => LO.value, write: (value) => LO.set(value) },
      CNT_HI: { read: () => this.#high(), write: (value) => HI.set(value) },
      CMP_LO: { write: (value) => LO.compareWith(value) },
      CMP_HI: { write: (value) => HI.compareWith(value) },
      START_LO: { write: () => this.#start("LO") },
      START_HI: { write: () => this.#start("HI") },
      RESET_LO: { write: () => LO.set(0) },
      RESET_HI: { write: () => HI.set(0) },
    });
    this.port = this.target("port", Mapped, this.registers.mapped);
  }

  /** Back to stopped counters at 0. */
  reset(): void {
    this.registers.reset();
    for (const half of ["LO", "HI"] as const) {
      this.counters[half].compareWith(0);
      this.#configure(half, 0);
      this.counters[half].set(0);
    }
  }

  #start(half: TimerHalf): void {
    this.registers.setField(`CFG_${half}`, "ENABLE", 1);
    this.#configure(half, this.registers.get(`CFG_${half}`));
  }

  #configure(half: TimerHalf, value: number): void {
    const counter = this.counters[half];
    const bit = (index: number) => (value >>> index & 1) === 1;
    const wide = half === "LO" && bit(TimerBit.wide);
    if (wide && (bit(TimerBit.event) || bit(TimerBit.oneShot) || bit(TimerBit.clearAtCompare))) {
      throw new SimulationError(
        `Cannot compare the counter of 64 bits of ${this.where()}: only those of 32 bits do that here; clear WIDE, or EVENT, ` +
          "ONE_SHOT and CMP_CLEAR",
      );
    }
    counter.configure({
      running: bit(TimerBit.enable),
      reference: bit(TimerBit.reference),
      ticksPerCount: bit(TimerBit.prescale) ? (value >>> 8 & 0xff) + 1 : 1,
      stops: bit(TimerBit.oneShot),
      clears: bit(TimerBit.clearAtCompare),
      signals: bit(TimerBit.event),
      bits: wide ? 64 : 32,
    });
    if (bit(TimerBit.reset)) {
      counter.set(0);
      this.registers.setField(`CFG_${half}`, "RESET", 0);
    }
  }

  #high(): number {
    return this.registers.getField("CFG_LO", "WIDE") === 1 ? this.counters.LO.upperValue : this.counters.HI.value;
  }
}

function registerTable(): Record<TimerRegister, RegisterSpec> {
  const wide = { WIDE: { bits: TimerBit.wide, description: "1: one counter of 64 bits, which CFG_LO configures" } };
  const table = {} as Record<TimerRegister, RegisterSpec>;
  for (const [half, further] of [["LO", 0], ["HI", 4]] as const) {
    const fields = half === "LO" ? { ...FIELDS, ...wide } : FIELDS;
    table[`CFG_${half}`] = { offset: TimerOffset.config + further, description: "what the counter does", fields };
    table[`CNT_${half}`] = { offset: TimerOffset.value + further, description: "the counter" };
    table[`CMP_${half}`] = { offset: TimerOffset.compare + further, description: "what it is compared with" };
    table[`START_${half}`] = {
      offset: TimerOffset.start + further,
      access: "wo",
      description: "any write: ENABLE is 1",
    };
    table[`RESET_${half}`] = { offset: TimerOffset.reset + further, access: "wo", description: "any write: back to 0" };
  }
  return table;
}
