/**
 * An Alveo card: PCIe link, DMA engine, memory banks, embedded scheduler, and the designs that can be loaded.
 *
 * Addresses are those of XRT 2019.2 and of the U200 shell xdma_201830_2.
 * @module
 */
import { type ClockDomain, MHz, SimulationError } from "../../sim/mod.ts";
import { Component, type Parent } from "../component.ts";
import type { ParamTable } from "../params.ts";
import { connect } from "../port.ts";
import type { CardDesign } from "../pcie/card_design.ts";
import { CardRegisters, CardVector } from "../pcie/card_bus.ts";
import type { ComputeUnit } from "../pcie/compute_unit.ts";
import { DmaChannel } from "../pcie/dma_channel.ts";
import { CHANNEL_BYTES } from "../pcie/dma_registers.ts";
import { EmbeddedScheduler, HostDoorbell } from "../pcie/embedded_scheduler.ts";
import { HostMemory } from "../pcie/host_memory.ts";
import { MemoryBank } from "../pcie/memory_bank.ts";
import { HbmChannel, Plram } from "../pcie/memory_kinds.ts";
import { MemoryRouter } from "../pcie/memory_router.ts";
import type { XclbinBank } from "../pcie/xclbin_content.ts";
import { PowerMonitor } from "../pcie/power_monitor.ts";
import { PcieLink, type PcieLinkParams } from "../pcie/pcie_link.ts";

/** Where things are in the card's register space. */
export const AlveoAddress = {
  scheduler: 0x18_0000,
  queue: 0x19_0000,
  dmaToCard: 0x40_0000,
  dmaFromCard: 0x41_0000,
  units: 0x180_0000,
} as const;

/** Bytes of register space that a unit has. */
export const UNIT_BYTES = 0x1_0000;

/** What varies between cards. */
export interface AlveoParams {
  /** Name of the shell. */
  readonly shell: string;
  /** DMA channels each way. */
  readonly dmaChannels: number;
  /** Clock of the scheduler's microcontroller, in Hz. */
  readonly schedulerHz: number;
  /** Seed of the contents of memory that nobody has written. */
  readonly seed: number;
}

/** What a card is built with. */
export interface AlveoOptions {
  /** Designs that can be loaded. */
  readonly designs: readonly CardDesign[];
  /** Memory of the host that the card can reach. */
  readonly host?: HostMemory;
  /** The link, where it is not Gen3 x16. */
  readonly link?: Partial<PcieLinkParams>;
}

/** The units of one design, with their clock. */
export class CardRole extends Component {
  /** What it is. */
  readonly content: CardDesign;
  /** Clock of the kernels. */
  readonly kernelClock: ClockDomain;
  /** The units, in the order of the design. */
  readonly units: readonly ComputeUnit[];

  /** The units of `design`, not yet connected to the card's registers. */
  constructor(card: Alveo, design: CardDesign, banks: ReadonlyMap<number, MemoryBank>) {
    // The name of the file, so that no design is called like a part of the card.
    super(card, `${design.name.replace(/[^A-Za-z0-9_]/g, "_")}_xclbin`);
    this.content = design;
    this.kernelClock = this.sim.clock(`${this.path}.kernel`, design.kernelClock);
    const placement = { clock: this.kernelClock };
    this.units = design.units.map(({ name, model, baseAddress }) =>
      new model(this, name, { address: baseAddress }, placement)
    );
    this.units.forEach((unit, index) => {
      connect(unit.completions, card.scheduler.completions);
      const { memoryOf } = design.units[index];
      for (const [portName, port] of unit.ports) {
        const places = new Set(unit.placed.filter((a) => a.port === portName).map((a) => memoryOf.get(a.name)));
        const bank = banks.get([...places][0] ?? -1);
        if (places.size !== 1 || bank === undefined) {
          throw new SimulationError(
            `Cannot build ${unit.path}: its memory port ${portName} would go to ${places.size} memories; all ` +
              "arguments of a port go to one, which has to be in the topology",
          );
        }
        connect(port.bank, bank.port);
      }
    });
    const unitOf = (name: string) => this.units.find((unit) => unit.name === name)!;
    for (const { sourceUnit, sourcePort, sinkUnit, sinkPort } of design.streams) {
      unitOf(sourceUnit).connectStream(sourcePort, unitOf(sinkUnit), sinkPort);
    }
  }
}

/** The card. */
export class Alveo extends Component<AlveoParams> {
  /** What varies between cards. */
  static override readonly params: ParamTable<AlveoParams> = {
    shell: {
      default: "xilinx_u200_xdma_201830_2",
      unit: "text",
      description: "name of the shell",
      source: "Alveo U200",
    },
    dmaChannels: {
      default: 2,
      unit: "1",
      description: "DMA channels each way",
      source: "shell xdma_201830_2 (XDMA has up to 4)",
      min: 1,
      max: 4,
    },
    schedulerHz: {
      default: 50e6,
      unit: "Hz",
      description: "clock of the scheduler's microcontroller",
      source: "calibrated (assumed 50 to 300 MHz): gives the 98 253 commands a second of XRT issue 2963, a U200",
    },
    seed: { default: 1, unit: "1", description: "seed of memory that nobody has written", source: "of our own" },
  };

  /** The link to the host. */
  readonly link: PcieLink;
  /** Who answers at which address of the BAR. */
  readonly registers: CardRegisters;
  /** DMA channels to the card. */
  readonly toCard: readonly DmaChannel[];
  /** DMA channels from the card. */
  readonly fromCard: readonly DmaChannel[];
  /** Memory, by its place in the topology. */
  readonly banks: ReadonlyMap<number, MemoryBank>;
  /** The embedded scheduler. */
  readonly scheduler: EmbeddedScheduler;
  /** Memory of the host that it can reach. */
  readonly host: HostMemory;
  /** The power rails. */
  readonly power: PowerMonitor;
  /** The designs that can be loaded, by name. */
  readonly roles: ReadonlyMap<string, CardRole>;
  private active: CardRole | null = null;

  /** A card on which nothing is loaded. Throws a SimulationError if designs have different memories. */
  constructor(parent: Parent, name: string, options: AlveoOptions, params: Partial<AlveoParams> = {}) {
    super(parent, name, params);
    const p = this.params;
    this.host = options.host ?? new HostMemory();
    this.link = new PcieLink(this, "link", options.link);
    this.registers = new CardRegisters(this, "registers");
    const schedulerClock = this.sim.clock(`${this.path}.ert`, MHz(p.schedulerHz / 1e6));
    this.scheduler = new EmbeddedScheduler(this, "ert", { vector: CardVector.scheduler }, { clock: schedulerClock });
    const banks = new Map(
      banksOf(options.designs).map(({ place, memory }) => {
        const name = memory.tag.replace(/\[(\d+)\]/, "$1");
        const { baseAddress: base, sizeBytes } = memory;
        return [place, new (bankModel(memory))(this, name, { base, sizeBytes, seed: p.seed })];
      }),
    );
    this.banks = banks;
    const router = new MemoryRouter(this, "memory", [...banks.values()]);
    const channel = (toCard: boolean, index: number) => {
      const vector = (toCard ? CardVector.hostToCard : CardVector.cardToHost) + index;
      const placement = { clock: schedulerClock };
      const name = `${toCard ? "h2c" : "c2h"}${index}`;
      const dma = new DmaChannel(this, name, toCard, this.link, this.host, { vector }, placement);
      connect(dma.memory, router.port);
      const base = (toCard ? AlveoAddress.dmaToCard : AlveoAddress.dmaFromCard) + index * CHANNEL_BYTES;
      this.registers.add(name, base, CHANNEL_BYTES, dma.control.calls);
      return dma;
    };
    this.toCard = Array.from({ length: p.dmaChannels }, (_, index) => channel(true, index));
    this.fromCard = Array.from({ length: p.dmaChannels }, (_, index) => channel(false, index));

    connect(this.link.bar, this.registers.port);
    connect(this.scheduler.units, this.registers.port);
    const doorbell = this.target("doorbell", HostDoorbell, this.link);
    connect(this.scheduler.doorbell, doorbell);
    this.registers.add("ert", AlveoAddress.scheduler, 0x1000, this.scheduler.control.calls);
    this.registers.add("queue", AlveoAddress.queue, this.scheduler.params.queueBytes, this.scheduler.queue.calls);
    this.roles = new Map(options.designs.map((design) => [design.name, new CardRole(this, design, banks)]));
    const units = [...this.roles.values()].flatMap((role) => role.units);
    this.power = new PowerMonitor(this, "cmc", units, [...banks.values()], this.link);
  }

  /** The design that is loaded, if any. */
  get loaded(): CardRole | null {
    return this.active;
  }

  /** Loads a design: its units answer at their addresses. Throws a SimulationError if the card was built without it. */
  load(name: string): CardRole {
    const role = this.roles.get(name);
    if (role === undefined) {
      throw new SimulationError(
        `Cannot load design ${name} into ${this.path}: the card was built with ${
          [...this.roles.keys()].join(", ") || "none"
        }; designs are given when the platform is built`,
      );
    }
    this.registers.unplug();
    for (const unit of role.units) this.registers.plug(unit.params.address, UNIT_BYTES, unit.control.calls);
    return this.active = role;
  }
}

/** The model of a memory of the topology. */
function bankModel({ type, tag }: XclbinBank): typeof MemoryBank {
  if (tag.startsWith("PLRAM") || type === "MEM_BRAM" || type === "MEM_URAM") return Plram;
  return type === "MEM_HBM" || tag.startsWith("HBM") ? HbmChannel : MemoryBank;
}

/** The memories that all designs have: they belong to the shell. */
function banksOf(designs: readonly CardDesign[]): readonly { readonly place: number; readonly memory: XclbinBank }[] {
  const lists = designs.map(({ content }) =>
    content.memories.flatMap((memory, place) => memory.streaming ? [] : [{ place, memory }])
  );
  const [first = [], ...others] = lists;
  others.forEach((list, index) => {
    const same = list.length === first.length &&
      list.every(({ memory }, i) =>
        memory.baseAddress === first[i].memory.baseAddress && memory.sizeBytes === first[i].memory.sizeBytes
      );
    if (!same) {
      throw new SimulationError(
        `Cannot build a card for designs ${designs[0].name} and ${
          designs[index + 1].name
        }: their memories differ, so ` +
          "they are for different shells",
      );
    }
  });
  return first;
}
