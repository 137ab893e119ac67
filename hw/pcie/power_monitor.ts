/**
 * The card's power rails, as its management controller sees them.
 * @module
 */
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { ComputeUnit } from "./compute_unit.ts";
import type { MemoryBank } from "./memory_bank.ts";
import type { PcieLink } from "./pcie_link.ts";

/** What the rails carry. */
export interface PowerMonitorParams {
  /** Core supply. */
  readonly coreVolts: number;
  /** Supply from the slot and from the cable. */
  readonly boardVolts: number;
  /** Core rail of an idle card. */
  readonly coreIdleWatts: number;
  /** Supply from the cable, idle card. */
  readonly cableIdleWatts: number;
  /** Supply from the slot, idle card. */
  readonly slotIdleWatts: number;
  /** More on the core rail for each unit that runs. */
  readonly unitWatts: number;
  /** Energy of a byte to or from memory, on the board. */
  readonly memoryNanojoules: number;
  /** Energy of a byte on the link, on the board. */
  readonly linkNanojoules: number;
  /** Share of the board's power that does not get lost in regulators. */
  readonly regulatorEfficiency: number;
}

/** Name of a rail. */
export type RailName = "vccint" | "12v_aux" | "12v_pex";

const typical = "Alveo-PYNQ ffc5317, 3_advanced_features/2-power-measurement: typical of an idle U200";

/**
 * Power out of activity: what units, memory and link have done since the last look, over the time since then. Idle
 * figures are published; what activity adds is assumed.
 */
export class PowerMonitor extends Component<PowerMonitorParams> {
  /** What the rails carry. */
  static override readonly params: ParamTable<PowerMonitorParams> = {
    coreVolts: { default: 0.851, unit: "V", description: "core supply", source: typical },
    boardVolts: { default: 12.132, unit: "V", description: "supplies from slot and cable", source: typical },
    coreIdleWatts: { default: 10, unit: "W", description: "core rail, idle", source: typical },
    cableIdleWatts: { default: 12.6, unit: "W", description: "supply from the cable, idle", source: typical },
    slotIdleWatts: { default: 13.8, unit: "W", description: "supply from the slot, idle", source: typical },
    unitWatts: {
      default: 5,
      unit: "W",
      description: "more on the core rail for each unit that runs",
      source: "assumed (1 to 20, by the unit)",
    },
    memoryNanojoules: {
      default: 0.5,
      unit: "nJ/B",
      description: "a byte to or from memory",
      source: "assumed (0.2 to 1: DDR4 with controller)",
    },
    linkNanojoules: { default: 0.1, unit: "nJ/B", description: "a byte on the link", source: "assumed (0.05 to 0.2)" },
    regulatorEfficiency: {
      default: 0.85,
      unit: "1",
      description: "share that does not get lost in regulators",
      source: "assumed (0.8 to 0.92)",
      min: 0.1,
      max: 1,
    },
  };

  private readonly units: readonly ComputeUnit[];
  private readonly banks: readonly MemoryBank[];
  private readonly link: PcieLink;
  private lookedPs = 0;
  private before = { unitPs: 0, memoryBytes: 0, linkBytes: 0 };
  private watts: Record<RailName, number>;

  /** Watches units, banks and a link. */
  constructor(
    parent: Parent,
    name: string,
    units: readonly ComputeUnit[],
    banks: readonly MemoryBank[],
    link: PcieLink,
    params: Partial<PowerMonitorParams> = {},
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
    this.units = units;
    this.banks = banks;
    this.link = link;
    this.watts = this.#rails(0, 0);
  }

  /** Voltage of a rail, in V. */
  volts(rail: RailName): number {
    return rail === "vccint" ? this.params.coreVolts : this.params.boardVolts;
  }

  /** Power of a rail in W: the mean since the last look at a later time. */
  power(rail: RailName): number {
    const { sim } = this;
    if (sim.now > this.lookedPs) {
      const now = {
        unitPs: this.units.reduce((sum, unit) => sum + unit.activePs, 0),
        memoryBytes: this.banks.reduce(
          (sum, { bytesRead, bytesWritten }) => sum + bytesRead.value + bytesWritten.value,
          0,
        ),
        linkBytes: this.link.bytesDown.value + this.link.bytesUp.value,
      };
      const ps = sim.now - this.lookedPs;
      const { unitWatts, memoryNanojoules, linkNanojoules } = this.params;
      const core = (now.unitPs - this.before.unitPs) / ps * unitWatts;
      // A nanojoule in a picosecond is a kilowatt.
      const rest = ((now.memoryBytes - this.before.memoryBytes) * memoryNanojoules +
        (now.linkBytes - this.before.linkBytes) * linkNanojoules) * 1000 / ps;
      this.watts = this.#rails(core, rest);
      this.before = now;
      this.lookedPs = sim.now;
    }
    return this.watts[rail];
  }

  /** Rails for power that activity adds on the core rail, and elsewhere on the board. */
  #rails(core: number, rest: number): Record<RailName, number> {
    const { coreIdleWatts, cableIdleWatts, slotIdleWatts, regulatorEfficiency } = this.params;
    const added = (core + rest) / regulatorEfficiency;
    // Slot and cable share what is added.
    return {
      "vccint": coreIdleWatts + core,
      "12v_aux": cableIdleWatts + added / 2,
      "12v_pex": slotIdleWatts + added / 2,
    };
  }
}
