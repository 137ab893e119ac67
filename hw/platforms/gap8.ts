/**
 * GAP8: a fabric controller with its own memory, a cluster of eight cores, and what connects them.
 *
 * Addresses and sizes are those of the GAP8 SDK 1.0 (memory map, linker scripts, chip configuration); latencies of
 * the bus are the vendor simulator's for GAP8, because no RTL of the chip is public.
 * @module
 */
import { type ClockDomain, Hz, type Process, type ProcessHandle, SimulationError } from "../../sim/mod.ts";
import { ClusterPeripherals } from "../bus/cluster_peripherals.ts";
import { CoreDemux } from "../bus/core_demux.ts";
import { SystemBus } from "../bus/system_bus.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import { ClusterTcdm } from "../memory/cluster_tcdm.ts";
import { L2 } from "../memory/l2.ts";
import { Ram } from "../memory/ram.ts";
import type { ParamTable } from "../params.ts";
import { connect } from "../port.ts";
import { ClusterCacheRefill, FcCacheRefill } from "../pulp/cache_refill.ts";
import { ClusterControl } from "../pulp/cluster_control.ts";
import { ClusterDma, type ClusterDmaParams } from "../pulp/cluster_dma.ts";
import { DmaAxiPort } from "../pulp/dma_axi_port.ts";
import { EventBit, EventUnit } from "../pulp/event_unit.ts";
import { Fll } from "../pulp/fll.ts";
import { GAP8_CLUSTER_ICACHE, GAP8_FC_ICACHE } from "../pulp/icache_params.ts";
import { InstructionCache } from "../pulp/instruction_cache.ts";
import { Pmu } from "../pulp/pmu.ts";
import { SocControl } from "../pulp/soc_control.ts";
import { Stdout } from "../pulp/stdout.ts";
import { TIMER_BYTES, TimerUnit } from "../pulp/timer_unit.ts";
import { FetchingCore } from "../riscv/fetching_core.ts";
import { FirmwareCore } from "../riscv/firmware_core.ts";
import { Ri5cyCore } from "../riscv/ri5cy_core.ts";
import { type CoreName, coreVariants } from "../riscv/ri5cy/variants.ts";

/** Where things are. */
export const Gap8Address = {
  clusterL1: 0x1000_0000,
  clusterPeripherals: 0x1020_0000,
  clusterControl: 0x1020_0000,
  clusterTimer: 0x1020_0400,
  clusterEventUnit: 0x1020_0800,
  clusterCache: 0x1020_1400,
  clusterEventUnitDemux: 0x1020_4000,
  clusterDmaDemux: 0x1020_4400,
  fcFll: 0x1a10_0000,
  clusterFll: 0x1a10_0010,
  socControl: 0x1a10_4000,
  pmu: 0x1a10_7000,
  stdout: 0x1a11_0000,
  fcL1: 0x1b00_0000,
  fcTimer: 0x1b20_0400,
  fcEventUnit: 0x1b20_0800,
  fcCache: 0x1b20_1400,
  fcEventUnitDemux: 0x1b20_4000,
  l2: 0x1c00_0000,
} as const;

/** Sizes in bytes. */
export const Gap8Size = { clusterL1: 0x1_0000, fcL1: 0x4000, l2: 0x8_0000 } as const;

/** The reference clock, from a crystal; unit: Hz. Source: GAP8 manual. */
export const REFERENCE_HZ = 32768;

/** Addresses of the cluster's peripherals, without what its cores have for themselves. */
const CLUSTER_PERIPHERALS_BYTES = 0x4000;
/** Inside of the cluster and of the fabric controller's part, their addresses also begin at 0. */
const LOCAL_PERIPHERALS = 0x20_0000;

/** Number by which the fabric controller's cluster goes. */
export const FC_CLUSTER_ID = 32;

/** Which of the chip's cores one is, and what the chip's parameters say of it. */
export interface Gap8CoreIdentity {
  /** Number in its cluster. */
  readonly coreId: number;
  /** Number of its cluster. */
  readonly clusterId: number;
  /** Performance counters, of a core that runs generator firmware; the others have what their RTL has. */
  readonly counters: number;
}

/** What makes a chip's cores. */
export interface CoreKind<C extends FirmwareCore | Ri5cyCore> {
  /** A core in reset. */
  make(parent: Component, name: string, identity: Gap8CoreIdentity, placement: Placement): C;
}

/** Cores that run firmware written as generators. */
export const firmwareCores: CoreKind<FirmwareCore> = {
  make: (parent, name, identity, placement) => new FirmwareCore(parent, name, identity, placement),
};

/** The same, but they fetch what has a layout in memory: see {@linkcode FirmwareCore.inCode}. */
export const fetchingCores: CoreKind<FetchingCore> = {
  make: (parent, name, identity, placement) => new FetchingCore(parent, name, identity, placement),
};

/** Cores that run machine code; GAP8's are taken to be the default. Throws a SimulationError for one without `p.elw`. */
export function machineCores(variant: CoreName = "ri5cy_2019_11_fetch128"): CoreKind<Ri5cyCore> {
  if (coreVariants[variant].release === "1_8_3") {
    throw new SimulationError(`Cannot put ${variant} on a GAP8: it has no p.elw. Take a RI5CY`);
  }
  return {
    make: (parent, name, { coreId, clusterId }, placement) =>
      new Ri5cyCore(parent, name, { coreId, clusterId, variant }, placement),
  };
}

/** Numbers of parts, latencies of the paths between them, and what parts have other than by default. */
export interface Gap8Params {
  /** Cores in the cluster. */
  readonly clusterCores: number;
  /** Performance counters of each core. */
  readonly coreCounters: number;
  /** From a cluster core to the bus. */
  readonly clusterBusCycles: number;
  /** Across the bus between cluster and fabric controller. */
  readonly axiCycles: number;
  /** From the bus to L2. */
  readonly l2Cycles: number;
  /** From the bus to a peripheral. */
  readonly apbCycles: number;
  /** From the bus to the fabric controller's own memory and event unit. */
  readonly fcLocalCycles: number;
  /**
   * From the grant of a `p.elw` to the next instruction, of generator firmware: 4 as recorded on the RI5CY of January 2018; 3
   * as machine code has it by default here, on that of November 2019.
   */
  readonly resumeCycles: number;
  /** Sizes of the cluster DMA, and the defects of recorded RTL that it is to have. */
  readonly clusterDma: Partial<ClusterDmaParams>;
}

const vendor = "vendor simulator, GAP8 configuration (gap_sdk a2302650, soc_gen.py, cluster_gen.py)";

/** The chip; `C` are its cores, those of generator firmware unless others are asked for. */
export class Gap8<C extends FirmwareCore | Ri5cyCore = FirmwareCore> extends Component<Gap8Params> {
  /** Latencies. */
  static override readonly params: ParamTable<Gap8Params> = {
    clusterCores: { default: 8, unit: "core", description: "cores in the cluster", source: "GAP8 manual" },
    coreCounters: {
      default: 17,
      unit: "counter",
      description: "performance counters of each core: 17 as in the vendor's simulator, 1 as on the chip",
      source: "GAP8 manual",
      min: 1,
      max: 17,
    },
    clusterBusCycles: {
      default: 2,
      unit: "cycle",
      description: "cluster core to the cluster's way out",
      source: vendor,
    },
    axiCycles: { default: 9, unit: "cycle", description: "between the cluster and the rest", source: vendor },
    l2Cycles: { default: 8, unit: "cycle", description: "bus to L2", source: vendor },
    apbCycles: { default: 8, unit: "cycle", description: "bus to a peripheral", source: vendor },
    fcLocalCycles: {
      default: 1,
      unit: "cycle",
      description: "bus to FC L1 and FC event unit",
      source: "assumed (0 to 2)",
    },
    resumeCycles: {
      default: 4,
      unit: "cycle",
      description: "grant of a wait to the next instruction of generator firmware",
      source: "RTL simulation of event_unit_flex 6b7a494 with RI5CY 12e1cda7; 3 with RI5CY be1fdf50 (read)",
    },
    clusterDma: {
      default: {},
      unit: "params",
      description: "what the cluster DMA has other than by default: sizes, defects",
      source: "its own params have the sources",
    },
  };

  /** Makes the clock of fabric controller, bus, L2 and peripherals. */
  readonly fcFll: Fll;
  /** Makes the cluster's clock. */
  readonly clusterFll: Fll;
  /** The slow clock that never stops. */
  readonly reference: ClockDomain;
  /** The fabric controller. */
  readonly fc: C;
  /** The fabric controller's instruction cache. */
  readonly fcCache: InstructionCache;
  /** The fabric controller's own memory. */
  readonly fcL1: Ram;
  /** The fabric controller's event unit. */
  readonly fcEvents: EventUnit;
  /** The fabric controller's timers. */
  readonly fcTimer: TimerUnit;
  /** The memory that all share. */
  readonly l2: L2;
  /** The bus. */
  readonly bus: SystemBus;
  /** The cluster's cores. */
  readonly cores: readonly C[];
  /** Their instruction cache. */
  readonly clusterCache: InstructionCache;
  /** Where they start. */
  readonly clusterControl: ClusterControl;
  /** The cluster's registers, from inside and from outside. */
  readonly clusterPeripherals: ClusterPeripherals;
  /** The cluster's memory. */
  readonly clusterL1: ClusterTcdm;
  /** The cluster's event unit. */
  readonly clusterEvents: EventUnit;
  /** The cluster's timers, which its cores share. */
  readonly clusterTimer: TimerUnit;
  /** Copies between the cluster's memory and L2. */
  readonly clusterDma: ClusterDma;
  /** Its way to L2. */
  readonly dmaAxi: DmaAxiPort;
  /** Cluster power. */
  readonly pmu: Pmu;
  /** Exit status. */
  readonly socControl: SocControl;
  /** Console. */
  readonly stdout: Stdout;

  /** A chip as it leaves reset: 24.98 MHz, cluster off, nothing runs. */
  constructor(
    parent: Parent,
    name: string = "gap8",
    params: Partial<Gap8Params> = {},
    kind: CoreKind<C> = firmwareCores as CoreKind<FirmwareCore | Ri5cyCore> as CoreKind<C>,
  ) {
    super(parent, name, params);
    const p = this.params;
    if (!Number.isInteger(p.clusterCores) || p.clusterCores < 1 || p.clusterCores > 8) {
      throw new SimulationError(`Cannot build ${this.path} with ${p.clusterCores} cluster cores: 1 to 8 fit the chip`);
    }
    this.fcFll = new Fll(this, "fc_fll", `${this.path}.fc`);
    this.clusterFll = new Fll(this, "cluster_fll", `${this.path}.cluster`);
    this.reference = this.sim.clock(`${this.path}.reference`, Hz(REFERENCE_HZ));
    const soc = { clock: this.fcFll.output };
    const cluster = { clock: this.clusterFll.output };

    this.fc = kind.make(this, "fc", { coreId: 0, clusterId: FC_CLUSTER_ID, counters: p.coreCounters }, soc);
    this.fcL1 = new Ram(this, "fc_l1", { base: Gap8Address.fcL1, sizeBytes: Gap8Size.fcL1 }, soc);
    this.fcEvents = new EventUnit(this, "fc_events", { cores: 1, resumeCycles: p.resumeCycles }, soc);
    const timerEvent = (events: EventUnit) => (counter: number) => events.raise(-1, EventBit.timer + counter);
    this.fcTimer = new TimerUnit(this, "fc_timer", this.reference, timerEvent(this.fcEvents), {}, soc);
    this.l2 = new L2(this, "l2", { base: Gap8Address.l2, sizeBytes: Gap8Size.l2 }, soc);
    const fcRefill = new FcCacheRefill(this, "fc_refill", this.l2, { l2Cycles: p.l2Cycles }, soc);
    this.fcCache = new InstructionCache(this, "fc_cache", this.l2, fcRefill, GAP8_FC_ICACHE, soc);
    this.bus = new SystemBus(this, "bus", {}, soc);
    this.socControl = new SocControl(this, "soc_control", {}, soc);
    this.stdout = new Stdout(this, "stdout", {}, soc);

    this.clusterL1 = new ClusterTcdm(this, "cluster_l1", {}, cluster);
    const waits = { cores: p.clusterCores, resumeCycles: p.resumeCycles };
    this.clusterEvents = new EventUnit(this, "cluster_events", waits, cluster);
    this.clusterTimer = new TimerUnit(
      this,
      "cluster_timer",
      this.reference,
      timerEvent(this.clusterEvents),
      {},
      cluster,
    );
    const socCycles = p.axiCycles + p.l2Cycles;
    const toL2 = { clusterCycles: p.clusterBusCycles, socCycles };
    const refill = new ClusterCacheRefill(this, "cluster_refill", this.l2, toL2, cluster);
    this.clusterCache = new InstructionCache(this, "cluster_cache", this.l2, refill, GAP8_CLUSTER_ICACHE, cluster);
    this.dmaAxi = new DmaAxiPort(this, "cluster_dma_axi", this.l2, toL2, cluster);
    const dmaWiring = { tcdm: this.clusterL1, l2: this.l2, axi: this.dmaAxi, events: this.clusterEvents };
    this.clusterDma = new ClusterDma(this, "cluster_dma", dmaWiring, p.clusterDma, cluster);
    this.cores = Array.from(
      { length: p.clusterCores },
      (_, coreId) => kind.make(this, `pe${coreId}`, { coreId, clusterId: 0, counters: p.coreCounters }, cluster),
    );
    const controlled = { cores: this.cores.filter((core) => core instanceof Ri5cyCore), tcdm: this.clusterL1 };
    this.clusterControl = new ClusterControl(this, "cluster_control", controlled, {}, cluster);
    this.clusterPeripherals = new ClusterPeripherals(this, "cluster_peripherals", {}, cluster);
    const powerDomain = { clock: this.clusterFll.output, reset: () => this.#resetCluster() };
    this.pmu = new Pmu(this, "pmu", powerDomain, this.fcEvents, {}, soc);
    this.#wire();
  }

  /** Runs `program` on the fabric controller from reset on. */
  boot(this: Gap8<FirmwareCore>, program: () => Process): ProcessHandle<void> {
    return this.fc.start(program, false);
  }

  #resetCluster(): void {
    for (const core of this.cores) if (core instanceof Ri5cyCore) core.reset();
    this.clusterCache.reset();
    this.clusterControl.reset();
    this.clusterPeripherals.reset();
    this.clusterEvents.reset();
    this.clusterL1.reset();
    this.clusterDma.reset();
    this.clusterTimer.reset();
    this.l2.resetCluster();
    this.bus.resetPort("cluster");
  }

  #wire(): void {
    const { bus, params } = this;
    const at = Gap8Address, size = Gap8Size;
    const fcDemux = new CoreDemux(this, "fc_demux", {}, { clock: this.fcFll.output });
    connect(this.fc.data, fcDemux.port);
    if (fetches(this.fc)) connect(this.fc.fetch, this.fcCache.fetch);
    if (this.fc instanceof Ri5cyCore) connect(this.fc.interrupts, this.fcEvents.interrupts);
    connect(fcDemux.addMemory("l1", at.fcL1, size.fcL1), this.fcL1.local);
    connect(fcDemux.addMemory("l1_alias", 0, size.fcL1, at.fcL1), this.fcL1.local);
    connect(fcDemux.add("events", at.fcEventUnitDemux, 0x400), this.fcEvents.demux);
    connect(fcDemux.outer, bus.addPort("fc", this.fcFll.output, 0, 0));

    const demux = new CoreDemux(this, "cluster_demux", {}, { clock: this.clusterFll.output });
    for (const core of this.cores) {
      connect(core.data, demux.port);
      if (fetches(core)) connect(core.fetch, this.clusterCache.fetch);
      if (core instanceof Ri5cyCore) connect(core.interrupts, this.clusterEvents.interrupts);
    }
    connect(demux.addMemory("l1", at.clusterL1, size.clusterL1), this.clusterL1.cores);
    connect(demux.addMemory("l1_test_and_set", at.clusterL1 + (1 << 20), size.clusterL1), this.clusterL1.cores);
    connect(demux.addMemory("l1_alias", 0, size.clusterL1, at.clusterL1), this.clusterL1.cores);
    connect(demux.add("events", at.clusterEventUnitDemux, 0x400), this.clusterEvents.demux);
    connect(demux.add("dma", at.clusterDmaDemux, 0x400), this.clusterDma.demux);
    const { clusterPeripherals: peripherals } = this;
    const alias = at.clusterPeripherals - LOCAL_PERIPHERALS;
    connect(demux.add("peripherals", at.clusterPeripherals, CLUSTER_PERIPHERALS_BYTES), peripherals.cores);
    connect(demux.add("peripherals_alias", LOCAL_PERIPHERALS, CLUSTER_PERIPHERALS_BYTES, alias), peripherals.cores);
    connect(demux.add("events_alias", at.clusterEventUnitDemux - alias, 0x400, alias), this.clusterEvents.demux);
    connect(demux.add("dma_alias", at.clusterDmaDemux - alias, 0x400, alias), this.clusterDma.demux);
    connect(peripherals.add("control", at.clusterControl, 0x400), this.clusterControl.port);
    connect(peripherals.add("timer", at.clusterTimer, TIMER_BYTES), this.clusterTimer.port);
    connect(peripherals.add("events", at.clusterEventUnit, 0x400), this.clusterEvents.peripheral);
    connect(peripherals.add("cache", at.clusterCache, 0x400), this.clusterCache.port);
    connect(demux.outer, bus.addPort("cluster", this.clusterFll.output, params.clusterBusCycles, params.axiCycles));

    const intoCluster = params.axiCycles + params.clusterBusCycles;
    connect(bus.addShared("l2", at.l2, size.l2, params.l2Cycles), this.l2.bus);
    connect(bus.addBlock("fc_l1", at.fcL1, size.fcL1, params.fcLocalCycles), this.fcL1.port);
    connect(bus.addBlock("fc_events", at.fcEventUnit, 0x400, params.fcLocalCycles), this.fcEvents.peripheral);
    connect(bus.addBlock("fc_timer", at.fcTimer, TIMER_BYTES, params.fcLocalCycles), this.fcTimer.port);
    connect(bus.addBlock("fc_cache", at.fcCache, 0x400, params.fcLocalCycles), this.fcCache.port);
    const { output: clusterClock } = this.clusterFll;
    connect(
      bus.addShared("cluster_peripherals", at.clusterPeripherals, CLUSTER_PERIPHERALS_BYTES, intoCluster, clusterClock),
      peripherals.external,
    );
    connect(
      bus.addShared("cluster_l1", at.clusterL1, size.clusterL1, intoCluster, clusterClock),
      this.clusterL1.external,
    );
    connect(bus.addBlock("fc_fll", at.fcFll, 0x10, params.apbCycles), this.fcFll.port);
    connect(bus.addBlock("cluster_fll", at.clusterFll, 0x10, params.apbCycles), this.clusterFll.port);
    connect(bus.addBlock("soc_control", at.socControl, 0x1000, params.apbCycles), this.socControl.port);
    connect(bus.addBlock("pmu", at.pmu, 0x1000, params.apbCycles), this.pmu.port);
    connect(bus.addBlock("stdout", at.stdout, 0x1_0000, params.apbCycles), this.stdout.port);
  }
}

function fetches(core: FirmwareCore | Ri5cyCore): core is FetchingCore | Ri5cyCore {
  return core instanceof FetchingCore || core instanceof Ri5cyCore;
}
