/**
 * The cluster's control registers: where its cores start, and whether they may.
 * @module
 */
import { Mapped } from "../bus/access.ts";
import { RegisterBlock } from "../bus/register_block.ts";
import type { RegisterSpec } from "../bus/register_table.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";

/** What the registers start with. */
export interface ClusterControlParams {
  /** Boot address of every core after reset. */
  readonly bootAddress: number;
  /** From a core's boot address to its first instruction; the trap vectors lie before it. */
  readonly entryOffset: number;
}

/** A core that can be let out of reset. */
export interface StartableCore {
  /** Fetches from `address` on. */
  start(address: number): void;
}

/** What the registers act on. */
export interface ClusterControlWiring {
  /** Cores that run machine code; others do not care. */
  readonly cores: readonly StartableCore[];
  /** The interconnect whose arbitration can be chosen: bit 0 for its first channel, bit 1 for its second. */
  readonly tcdm: { arbitrationPolicy: number };
}

/** Registers of a {@linkcode ClusterControl}; `BOOT_ADDRESS0` is core 0's. */
export type ClusterControlRegister =
  | "END_OF_COMPUTATION"
  | "FETCH_ENABLE"
  | "CLOCK_GATE"
  | "ARBITRATION0"
  | "ARBITRATION1"
  | `BOOT_ADDRESS${number}`;

const BOOT_ADDRESSES = 16;

/** A core starts, once, when its bit of `FETCH_ENABLE` is set, in the 256 bytes of its boot address. */
export class ClusterControl extends Component<ClusterControlParams> {
  /** Values after reset. */
  static override readonly params: ParamTable<ClusterControlParams> = {
    bootAddress: {
      default: 0x1c00_0000,
      unit: "address",
      description: "boot address after reset",
      source: "pulp_cluster 9fd9c3e",
    },
    entryOffset: {
      default: 0x80,
      unit: "B",
      description: "boot address to first instruction",
      source: "RI5CY be1fdf50; GAP8 configuration (gap_sdk a2302650)",
    },
  };

  /** The registers. Offsets: cluster_control_unit of pulp-platform/cluster_peripherals 30aa4d3. */
  readonly registers: RegisterBlock<ClusterControlRegister> = new RegisterBlock<ClusterControlRegister>(
    this,
    "registers",
    {
      END_OF_COMPUTATION: {
        offset: 0x00,
        description: "a flag for who looks",
        fields: { END: { bits: 0, description: "1: the program has ended" } },
      },
      FETCH_ENABLE: {
        offset: 0x08,
        description: "cores that may fetch",
        fields: { CORES: { bits: [0, 7], description: "one bit per core" } },
      },
      CLOCK_GATE: {
        offset: 0x20,
        description: "automatic clock gating; no effect here",
        fields: { ON: { bits: 0, description: "1: on" } },
      },
      ARBITRATION0: policyRegister(0x80, "cores and accelerators"),
      ARBITRATION1: policyRegister(0x88, "DMA and masters outside"),
      ...Object.fromEntries(Array.from({ length: BOOT_ADDRESSES }, (_, core) => [`BOOT_ADDRESS${core}`, {
        offset: 0x40 + 4 * core,
        reset: this.params.bootAddress,
        description: `boot address of core ${core}`,
      }])) as Record<`BOOT_ADDRESS${number}`, RegisterSpec>,
    },
    {
      FETCH_ENABLE: { write: (value, before) => this.#enable(value & ~before) },
      ARBITRATION0: { write: () => this.#choosePolicy() },
      ARBITRATION1: { write: () => this.#choosePolicy() },
    },
  );
  /** The registers over a bus. */
  readonly port: Target<Mapped> = this.target("port", Mapped, this.registers.mapped);

  /** Registers that act on `wiring`. */
  constructor(
    parent: Parent,
    name: string,
    private readonly wiring: ClusterControlWiring,
    params: Partial<ClusterControlParams> = {},
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
  }

  /** Goes back to the state after reset. */
  reset(): void {
    this.registers.reset();
    this.#choosePolicy();
  }

  #enable(cores: number): void {
    const { cores: all } = this.wiring;
    for (let core = 0; core < all.length; core++) {
      if ((cores >>> core & 1) === 0) continue;
      all[core].start((this.registers.get(`BOOT_ADDRESS${core}`) & ~0xff) + this.params.entryOffset);
    }
  }

  #choosePolicy(): void {
    const { registers } = this;
    this.wiring.tcdm.arbitrationPolicy = registers.get("ARBITRATION0") | registers.get("ARBITRATION1") << 1;
  }
}

function policyRegister(offset: number, whose: string): RegisterSpec {
  return {
    offset,
    description: `arbitration of L1 among ${whose}`,
    fields: { STICKY: { bits: 0, description: "1: who was granted last has first priority; 0: it moves on" } },
  };
}
