/**
 * The power management unit, as far as the cluster's supply goes.
 * @module
 */
import { type ClockDomain, type Event, Event as KernelEvent, ns, type TracePoint } from "../../sim/mod.ts";
import { Mapped } from "../bus/access.ts";
import { RegisterBlock } from "../bus/register_block.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import type { EventUnit } from "./event_unit.ts";
import { EventBit } from "./event_unit.ts";

/** How long switching takes. */
export interface PmuParams {
  /** From the request to the cluster's supply being up or down, in ns. */
  readonly switchNs: number;
}

/** What the unit switches. */
export interface PowerDomain {
  /** Stopped while the domain is off. */
  readonly clock: ClockDomain;
  /** Brings everything in the domain back to its reset state. */
  reset(): void;
}

/** Switches the cluster: power, then reset and clock. Each change of power ends in an event to the fabric controller. */
export class Pmu extends Component<PmuParams> {
  /** Delays. */
  static override readonly params: ParamTable<PmuParams> = {
    switchNs: {
      default: 2000,
      unit: "ns",
      description: "switching the cluster's supply",
      source: "assumed (1 to 100 us); the vendor's simulator takes none",
    },
  };

  /** The registers; their layout is ours, the steps are the driver's. */
  readonly registers: RegisterBlock<"CLUSTER"> = new RegisterBlock(this, "registers", {
    CLUSTER: {
      offset: 0x0,
      description: "cluster supply, reset and clock",
      fields: {
        POWER: { bits: 0, description: "1: supply on; the change ends in a CLUSTER_ON_OFF event" },
        RELEASED: { bits: 1, description: "1: out of reset, not isolated" },
        CLOCK: { bits: 2, description: "1: clock runs" },
        UP: { bits: 8, access: "ro", description: "1: the supply is up" },
      },
    },
  }, { CLUSTER: { write: (value, before) => this.#change(value, before) } });
  /** The registers over the bus. */
  readonly port: Target<Mapped> = this.target("port", Mapped, this.registers.mapped);
  /** Happens when the cluster leaves reset with its clock running. */
  readonly clusterStarted: Event = new KernelEvent(this.sim, `${this.path}.cluster_started`);
  /** Happens when the cluster's clock stops. */
  readonly clusterStopped: Event = new KernelEvent(this.sim, `${this.path}.cluster_stopped`);
  private readonly cluster: PowerDomain;
  private readonly listener: EventUnit;
  private readonly trace: TracePoint<boolean> = this.tracePoint("cluster_up", {
    kind: "level",
    unit: "bool",
    description: "cluster supply",
    width: 1,
    canonical: true,
  });
  private readonly switched = this.sim.task(`${this.path}.switched`, () => this.#supplyChanged());

  /** A unit that keeps `cluster` stopped until told otherwise, and tells `listener` of changes. */
  constructor(
    parent: Parent,
    name: string,
    cluster: PowerDomain,
    listener: EventUnit,
    params: Partial<PmuParams> = {},
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
    this.cluster = cluster;
    this.listener = listener;
    cluster.clock.gate();
  }

  /** Whether the cluster runs. */
  get clusterRuns(): boolean {
    return !this.cluster.clock.gated;
  }

  #change(value: number, before: number): void {
    if (((value ^ before) & 1) !== 0) this.switched.afterTime(ns(this.params.switchNs));
    const runs = (value & 0b110) === 0b110 && this.registers.getField("CLUSTER", "UP") === 1;
    const { clock } = this.cluster;
    if (runs && clock.gated) {
      this.cluster.reset();
      clock.restart(clock.frequency);
      this.clusterStarted.notify();
    } else if (!runs && !clock.gated) {
      clock.gate();
      this.clusterStopped.notify();
    }
  }

  #supplyChanged(): void {
    const on = this.registers.getField("CLUSTER", "POWER");
    this.registers.setField("CLUSTER", "UP", on);
    this.trace.emit(on === 1);
    this.listener.raise(1, EventBit.socEvent);
  }
}
