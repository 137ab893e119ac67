/**
 * The cluster DMA as a part of the chip: the cores' command ports, its TCDM ports, its way to L2, its event lines.
 * @module
 */
import { type Counter, Phase, SimulationError, type TracePoint } from "../../sim/mod.ts";
import { type Access, CoreBus } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ClusterTcdm } from "../memory/cluster_tcdm.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import { DmaCommandWords } from "./dma_command.ts";
import type { EventUnit } from "./event_unit.ts";
import { EventBit } from "./event_unit_registers.ts";
import { Mchan } from "./mchan.ts";
import { COMMAND_REGISTER, STATUS_REGISTER } from "./mchan_command_port.ts";
import type { MchanExternalPort } from "./mchan_external.ts";
import { GAP8_MCHAN } from "./mchan_params.ts";

/** Sizes of a cluster DMA; what takes how long follows from its stages. */
export interface ClusterDmaParams {
  /** Command ports: one per core, then that of the peripheral interconnect. */
  readonly commandPorts: number;
  /** Identifiers that transfers can have at a time. */
  readonly counters: number;
  /** Transfers that a command port holds. */
  readonly portQueueDepth: number;
  /** Transfers that the control unit holds. */
  readonly globalQueueDepth: number;
  /** Bursts under way per direction. */
  readonly outstandingBursts: number;
  /** Rows are cut at multiples of this external address. */
  readonly burstBytes: number;
  /** The recorded RTL's defect that length, count and stride have 15 bits: 32772 bytes move 4. */
  readonly fifteenBitFields: boolean;
  /** Its defect that a short last row counts as a full one: no end event if that had crossed a burst's boundary. */
  readonly raggedRowCountedFull: boolean;
  /** Its defect that a row word next to another core's last word is lost: no end event of that 2D transfer. */
  readonly rowWordLost: boolean;
}

/** Memory outside as the DMA needs it for its messages. */
export interface DmaOuterMemory {
  /** Whether `sizeBytes` bytes from `address` on lie in it. */
  holds(address: number, sizeBytes: number): boolean;
}

/** The way to that memory, which can be reset. */
export interface DmaOuterPort extends MchanExternalPort {
  /** Forgets what is on its way. */
  reset(): void;
}

/** What the DMA is wired to. */
export interface ClusterDmaWiring {
  /** Its side in the cluster. */
  readonly tcdm: ClusterTcdm;
  /** Its side outside, */
  readonly l2: DmaOuterMemory;
  /** and the way there. */
  readonly axi: DmaOuterPort;
  /** Who hears of ends. */
  readonly events: EventUnit;
}

const dmacWrap = "dmac_wrap of pulp_cluster 9fd9c3e";
/** The GAP8 manual allows 65535 bytes and any last row, so that its block is not the recorded one in this. */
const defect = "RTL simulation of mchan cc86ae2 has it; the GAP8 manual does not, so off";

/** Copies blocks between L1 and L2 while the cores do something else. Cores push commands through a port each. */
export class ClusterDma extends Component<ClusterDmaParams> {
  /** Sizes. */
  static override readonly params: ParamTable<ClusterDmaParams> = {
    commandPorts: {
      default: GAP8_MCHAN.commandPorts,
      unit: "port",
      description: "cores, and the peripheral interconnect",
      source: dmacWrap,
    },
    counters: {
      default: GAP8_MCHAN.counters,
      unit: "transfer",
      description: "identifiers of transfers",
      source: dmacWrap,
    },
    portQueueDepth: {
      default: GAP8_MCHAN.portQueueDepth,
      unit: "transfer",
      description: "queue of each command port",
      source: dmacWrap,
    },
    globalQueueDepth: {
      default: GAP8_MCHAN.globalQueueDepth,
      unit: "transfer",
      description: "queue of the control unit",
      source: dmacWrap,
    },
    outstandingBursts: {
      default: GAP8_MCHAN.outstandingBursts,
      unit: "burst",
      description: "bursts under way per direction",
      source: dmacWrap,
    },
    burstBytes: {
      default: GAP8_MCHAN.burstBytes,
      unit: "B",
      description: "longest burst; rows are cut at multiples of it",
      source: dmacWrap,
    },
    fifteenBitFields: {
      default: GAP8_MCHAN.defects.fifteenBitFields,
      unit: "bool",
      description: "defect: lengths, counts and strides lose bit 15",
      source: defect,
    },
    raggedRowCountedFull: {
      default: GAP8_MCHAN.defects.raggedRowCountedFull,
      unit: "bool",
      description: "defect: no end event of some 2D transfers whose last row is short",
      source: defect,
    },
    rowWordLost: {
      default: GAP8_MCHAN.defects.rowWordLost,
      unit: "bool",
      description: "defect: no end event of a 2D transfer whose last word comes right after another core's",
      source: defect,
    },
  };

  /** The private windows of the cores; `access.port` says whose, bit 2 of the address which register. */
  readonly demux: Target<CoreBus> = this.target("demux", CoreBus, { request: (access) => this.#ask(access) });
  /** Transfers that were commanded. */
  readonly transfers: Counter = this.counter("transfers", "transfer", "transfers commanded");
  /** Bytes that were to be copied into L1. */
  readonly bytesIn: Counter = this.counter("bytes_in", "B", "bytes commanded from L2 to L1");
  /** Bytes that were to be copied out of L1. */
  readonly bytesOut: Counter = this.counter("bytes_out", "B", "bytes commanded from L1 to L2");
  /** Cycles in which it had something to do. */
  readonly busyCycles: Counter = this.counter("busy_cycles", "cycle", "cycles with a transfer or a command under way");
  private mchan: Mchan;
  private readonly held: (Access | null)[];
  private readonly words: DmaCommandWords[];
  private readonly trace: TracePoint<string> = this.tracePoint("commands", {
    kind: "event",
    unit: "text",
    description: "commands, and ends as event lines see them",
    canonical: true,
  });
  private readonly activity: TracePoint<boolean> = this.tracePoint("busy", {
    kind: "level",
    unit: "bool",
    description: "a transfer is under way",
    width: 1,
  });
  private readonly raiser = this.sim.task(`${this.path}.requests`, () => this.#raise(), { clock: this.clock });
  private readonly stepper = this.sim.task(`${this.path}.step`, () => this.#step(), {
    clock: this.clock,
    phase: Phase.respond,
  });

  /** A DMA with nothing to do. */
  constructor(
    parent: Parent,
    name: string,
    private readonly wiring: ClusterDmaWiring,
    params: Partial<ClusterDmaParams> = {},
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
    const { commandPorts } = this.params;
    this.held = new Array<Access | null>(commandPorts).fill(null);
    this.words = Array.from({ length: commandPorts }, () => new DmaCommandWords());
    this.mchan = this.#build();
  }

  /** Loses all transfers and commands. */
  reset(): void {
    this.raiser.unqueue();
    this.stepper.unqueue();
    this.wiring.axi.reset();
    this.held.fill(null);
    for (const words of this.words) words.reset();
    this.mchan = this.#build();
    this.activity.emit(false);
  }

  /** What the command that a core is about to give waits for, in words; undefined if none does. For reports. */
  describeWait(core: number): string | undefined {
    return this.held[core] === null ? undefined : this.mchan.blockedBy(core);
  }

  #build(): Mchan {
    const { wiring: { tcdm, axi }, params } = this;
    const { base, sizeBytes } = tcdm.params;
    const { fifteenBitFields, raggedRowCountedFull, rowWordLost, ...sizes } = params;
    const defects = { fifteenBitFields, raggedRowCountedFull, rowWordLost };
    const place = { tcdmBase: base, tcdmSizeBytes: sizeBytes };
    return new Mchan({ ...GAP8_MCHAN, ...sizes, ...place, defects }, tcdm.dma, axi);
  }

  #ask(access: Access): void {
    const { port, write, value } = access;
    const offset = access.address & 0x3fc;
    try {
      if (access.waits || (offset !== COMMAND_REGISTER && offset !== STATUS_REGISTER)) {
        throw new SimulationError(`no register is there that could be ${access.waits ? "waited for" : "accessed"}`);
      }
      if (write && offset === COMMAND_REGISTER) this.#takeWord(port, value);
    } catch (error) {
      const verb = write ? `write ${hex(value >>> 0)} to` : "read";
      access.fail(
        new SimulationError(
          `Cannot ${verb} offset ${hex(offset)} of ${this.path} for ${access.initiator} (${this.where()}): ` +
            (error as Error).message,
        ),
      );
      return;
    }
    this.mchan.request(port, offset, write, value);
    this.held[port] = access;
    if (!this.stepper.queued) {
      this.stepper.post();
      this.activity.emit(true);
    }
  }

  #takeWord(port: number, word: number): void {
    const { wiring: { tcdm, l2 } } = this;
    const command = this.words[port].add(word);
    command.check(tcdm.params.base, tcdm.params.sizeBytes, (address, bytes) => l2.holds(address, bytes));
    if (!command.complete) return;
    this.words[port].reset();
    this.transfers.add();
    (command.toLocal ? this.bytesIn : this.bytesOut).add(command.bytes);
    if (this.trace.on) this.trace.emit(`core ${port} ${command.describe()}`);
  }

  #raise(): void {
    this.mchan.raise();
    if (!this.stepper.queued) this.stepper.post();
  }

  #step(): void {
    const { mchan, held, wiring } = this;
    this.busyCycles.value++;
    let grants: number;
    try {
      grants = mchan.arbitrate();
      mchan.commit(this.clock.cycles, wiring.tcdm.dma.grants);
    } catch (error) {
      throw error instanceof SimulationError
        ? error
        : new SimulationError(`${(error as Error).message} (${this.where()})`);
    }
    for (let left = grants; left !== 0; left &= left - 1) {
      const port = 31 - Math.clz32(left & -left);
      const access = held[port]!;
      held[port] = null;
      access.complete(access.write ? 0 : mchan.responses[port] >>> 0);
    }
    const { events, interrupts } = mchan.transfers;
    if (events !== 0) wiring.events.raise(events, EventBit.dma);
    if (interrupts !== 0) wiring.events.raise(interrupts, EventBit.dmaInterrupt);
    if (this.trace.on && (events | interrupts) !== 0) this.trace.emit(`end ${hex(events)} ${hex(interrupts)}`);
    // A core that waits for an identifier is none of our business until another frees one, which is an access.
    if (mchan.busy && !mchan.stuck) this.raiser.after(1);
    else this.activity.emit(false);
  }
}
