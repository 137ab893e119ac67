/**
 * A frequency-locked loop: it makes a clock from the 32 768 Hz reference.
 * @module
 */
import { type ClockDomain, Frequency, SimulationError } from "../../sim/mod.ts";
import { Mapped } from "../bus/access.ts";
import { RegisterBlock } from "../bus/register_block.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";

/** What the loop multiplies, and what it starts with. */
export interface FllParams {
  /** Reference frequency. */
  readonly referenceHz: number;
  /** Multiplier after reset. */
  readonly multiplier: number;
  /** Output divider after reset, as a power of two. */
  readonly divider: number;
}

const source = "GAP8 driver (pmu_driver.c, release-v1.0)";

/** Output frequency = reference * multiplier / 2^divider, from the next edge after a write on; lock time is not modelled. */
export class Fll extends Component<FllParams> {
  /** Reference and reset values. */
  static override readonly params: ParamTable<FllParams> = {
    referenceHz: { default: 32768, unit: "Hz", description: "reference clock", source },
    multiplier: { default: 1525, unit: "1", description: "multiplier after reset", source },
    divider: { default: 1, unit: "log2", description: "output divider after reset", source },
  };

  /** The registers. */
  readonly registers: RegisterBlock<"STATUS" | "CONF1" | "CONF2" | "INTEGRATOR"> = new RegisterBlock(
    this,
    "registers",
    {
      STATUS: { offset: 0x0, access: "ro", description: "multiplier in force" },
      CONF1: {
        offset: 0x4,
        reset: this.params.multiplier | (this.params.divider << 26),
        description: "multiplier and divider",
        fields: {
          MULT: { bits: [0, 15], description: "multiplier" },
          DCO: { bits: [16, 25], description: "oscillator input, stand-alone mode" },
          DIV: { bits: [26, 29], description: "output divider, power of two" },
          LOCK: { bits: 30, description: "gate the output until locked" },
          MODE: { bits: 31, description: "1: locked to the reference" },
        },
      },
      CONF2: { offset: 0x8, reset: 0x02009, description: "loop gain and tolerances; no effect here" },
      INTEGRATOR: { offset: 0xc, description: "integrator state; no effect here" },
    },
    {
      STATUS: { read: () => this.registers.getField("CONF1", "MULT") },
      CONF1: { write: () => this.output.setFrequency(this.frequency) },
    },
  );
  /** The registers over the bus. */
  readonly port: Target<Mapped> = this.target("port", Mapped, this.registers.mapped);

  /** The clock that it makes. */
  readonly output: ClockDomain;

  /** A loop that drives `output`, which gets the reset frequency. */
  constructor(
    parent: Parent,
    name: string,
    output: string,
    params: Partial<FllParams> = {},
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
    this.output = this.sim.clock(output, this.frequency);
  }

  /** The frequency that the registers ask for. Throws a SimulationError if that is 0. */
  get frequency(): Frequency {
    const multiplier = this.registers.getField("CONF1", "MULT");
    if (multiplier === 0) {
      throw new SimulationError(
        `Cannot set ${this.path}.CONF1 with multiplier 0 (${this.path}): the clock would stop; ` +
          `it has to be ${this.params.referenceHz} Hz * MULT / 2^DIV`,
      );
    }
    return new Frequency(this.params.referenceHz * multiplier, 2 ** this.registers.getField("CONF1", "DIV"));
  }
}
