/**
 * The cluster's L1: banks behind the interconnect, one access per bank and cycle.
 * @module
 */
import { type ClockDomain, type Counter, Phase, SimulationError, type TracePoint } from "../../sim/mod.ts";
import { type Access, CoreBus } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../bus/tcdm_interconnect.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import type { MchanTcdmPort } from "../pulp/mchan_tcdm_side.ts";
import { GAP8_TCDM, Tcdm } from "./tcdm.ts";

/** Cycles that requests are kept for ahead of their time, a power of two. */
const AHEAD_CYCLES = 64;

/** Size and place of the memory. */
export interface ClusterTcdmParams {
  /** First address. */
  readonly base: number;
  /** Number of bytes, a power of two. */
  readonly sizeBytes: number;
  /** Word-interleaved banks, a power of two. */
  readonly banks: number;
}

/** The DMA's side of the interconnect: requests are raised in the request phase, grants are known after arbitration. */
export class TcdmDmaSide implements MchanTcdmPort {
  /** What each port's last granted access returned. */
  readonly responses: Int32Array;
  private granted = 0;
  private grantedIn = -1;

  /** Made by {@linkcode ClusterTcdm}; `raised` is told of every request. */
  constructor(
    private readonly interconnect: TcdmInterconnect,
    private readonly clock: ClockDomain,
    private readonly raised: () => void,
  ) {
    this.responses = interconnect.responses;
  }

  /** Ports that were granted in this cycle, one bit each. */
  get grants(): number {
    return this.grantedIn === this.clock.cycles ? this.granted : 0;
  }

  /** Raises the request of a port of the interconnect. */
  request(port: number, address: number, write: boolean, byteEnable: number, data: number): void {
    this.interconnect.request(port, address, write, byteEnable, data);
    this.raised();
  }

  /** For {@linkcode ClusterTcdm}: what was granted in a cycle. */
  note(cycle: number, granted: number): void {
    this.grantedIn = cycle;
    this.granted = granted;
  }
}

/**
 * Shared memory of the cluster. Requests of a cycle are collected, then every bank grants one; the others stay and
 * ask again. Ports 0 to 7 are the cores; the bus from outside has a port of the second channel.
 */
export class ClusterTcdm extends Component<ClusterTcdmParams> {
  /** Place, size, banks. */
  static override readonly params: ParamTable<ClusterTcdmParams> = {
    base: { default: GAP8_TCDM.base, unit: "address", description: "first address", source: "GAP8 memory map" },
    sizeBytes: { default: GAP8_TCDM.sizeBytes, unit: "B", description: "size", source: "GAP8 manual" },
    banks: {
      default: GAP8_TCDM.banks,
      unit: "bank",
      description: "word-interleaved banks",
      source: "pulp_cluster 9fd9c3e",
    },
  };

  /** Where the cores ask; `access.port` is the core's number. */
  readonly cores: Target<CoreBus> = this.target("cores", CoreBus, {
    request: (access) => this.#ask(access.port, access),
    requestLater: (access, cycle) => this.#askLater(access, cycle),
  });
  /** Where the bus from outside the cluster asks. */
  readonly external: Target<CoreBus> = this.target("external", CoreBus, {
    request: (access) => this.#enter(access),
  });
  /** Requests that were refused for a cycle because their bank served another. */
  readonly refused: Counter = this.counter("refused", "cycle", "request cycles without a grant");
  /** The contents. */
  readonly memory: Tcdm;
  private readonly interconnect: TcdmInterconnect;
  private readonly waiting: (Access | null)[];
  private readonly grants: TracePoint<string> = this.tracePoint("grants", {
    kind: "event",
    unit: "text",
    description: "granted accesses",
    canonical: true,
    bulk: true,
    phase: Phase.arbitrate,
  });
  /** The DMA's side of the interconnect. Its requests are raised in the request phase, its grants known after arbitration. */
  readonly dma: TcdmDmaSide;
  private entering: Access | null = null;
  /** Cores that ask in each of the next cycles, one bit each, and how many do. */
  private readonly coming = new Int32Array(AHEAD_CYCLES);
  private comingCount = 0;
  /** The cycle of the next arbitration, if one is scheduled. */
  private nextArbitration = Infinity;
  private arbitrating = false;
  private readonly entry = this.sim.task(`${this.path}.entry`, () => {
    this.#ask(this.interconnect.params.channel0Ports, this.entering!);
  }, { clock: this.clock });
  private readonly arbiter = this.sim.task(`${this.path}.arbiter`, () => this.#arbitrate(), {
    clock: this.clock,
    phase: Phase.arbitrate,
  });

  /** An empty memory with its interconnect. */
  constructor(parent: Parent, name: string, params: Partial<ClusterTcdmParams> = {}, placement: Placement = {}) {
    super(parent, name, params, placement);
    this.memory = new Tcdm(this.params);
    this.interconnect = new TcdmInterconnect(GAP8_TCDM_INTERCONNECT, this.memory);
    this.waiting = new Array<Access | null>(this.interconnect.ports).fill(null);
    this.dma = new TcdmDmaSide(this.interconnect, this.clock, () => this.#arbitrateNow());
  }

  /** Who wins among equals, one bit per channel: 0 lets priority move on, 1 leaves it with who was granted last. */
  get arbitrationPolicy(): number {
    return this.interconnect.policy;
  }

  set arbitrationPolicy(policy: number) {
    this.interconnect.policy = policy;
  }

  /** Cycles in which core `core` asked and was refused, since the cluster's reset. */
  refusedFor(core: number): number {
    return this.interconnect.refused[core];
  }

  /** Loses its contents and all requests, as a power cycle does. */
  reset(): void {
    this.interconnect.reset();
    this.memory.reset();
    this.waiting.fill(null);
    this.coming.fill(0);
    this.comingCount = 0;
    this.nextArbitration = Infinity;
    this.arbiter.unqueue();
    this.entry.unqueue();
  }

  /** An access from another clock's world asks at the next edge of this one. */
  #enter(access: Access): void {
    if (this.clock.gated) {
      access.fail(
        new SimulationError(
          `Cannot access ${hex(access.address)} in ${this.where()} for ${access.initiator}: the cluster is off; ` +
            "mount it first",
        ),
      );
      return;
    }
    this.entering = access;
    this.entry.after(1);
  }

  #ask(port: number, access: Access): void {
    this.waiting[port] = access;
    this.#raise(port, access);
    this.#arbitrateNow();
  }

  #raise(port: number, { address, sizeBytes, write, value }: Access): void {
    const lane = address & 3;
    this.interconnect.request(port, address, write, ((1 << sizeBytes) - 1) << lane, value << (8 * lane));
  }

  /** Keeps a core's request until its cycle. */
  #askLater(access: Access, cycle: number): boolean {
    const now = this.clock.cycles;
    const { port } = access;
    if (cycle <= now || cycle - now >= AHEAD_CYCLES) return false;
    this.waiting[port] = access;
    this.coming[cycle & AHEAD_CYCLES - 1] |= 1 << port;
    this.comingCount++;
    if (!this.arbitrating && cycle < this.nextArbitration) this.#arbitrateAt(cycle, cycle - now);
    return true;
  }

  #arbitrateAt(cycle: number, ahead: number): void {
    if (this.arbiter.queued) this.arbiter.unqueue();
    this.nextArbitration = cycle;
    this.arbiter.after(ahead);
  }

  #arbitrateNow(): void {
    const now = this.clock.cycles;
    if (this.nextArbitration === now) return;
    if (this.arbiter.queued) this.arbiter.unqueue();
    this.nextArbitration = now;
    this.arbiter.post();
  }

  #arbitrate(): void {
    const { interconnect, waiting, coming } = this;
    const now = this.clock.cycles;
    this.arbitrating = true;
    for (let ports = coming[now & AHEAD_CYCLES - 1]; ports !== 0; ports &= ports - 1) {
      const port = 31 - Math.clz32(ports & -ports);
      this.comingCount--;
      this.#raise(port, waiting[port]!);
    }
    coming[now & AHEAD_CYCLES - 1] = 0;
    let granted = interconnect.arbitrate(now);
    this.dma.note(now, granted);
    for (let left = interconnect.pending; left !== 0; left &= left - 1) this.refused.value++;
    for (; granted !== 0; granted &= granted - 1) {
      const port = 31 - Math.clz32(granted & -granted);
      const access = waiting[port];
      if (access === null) continue;
      waiting[port] = null;
      const { address, sizeBytes, write } = access;
      const word = interconnect.responses[port] >>> (8 * (address & 3));
      const value = sizeBytes === 4 ? word : word & (2 ** (8 * sizeBytes) - 1);
      if (this.grants.on) this.grants.emit(`${port} ${write ? "w" : "r"}${sizeBytes} ${hex(address)}`);
      access.complete(write ? 0 : value);
    }
    this.arbitrating = false;
    this.#arbitrateNext(now);
  }

  /** Finds the next cycle in which somebody asks. */
  #arbitrateNext(now: number): void {
    this.nextArbitration = Infinity;
    if (this.interconnect.pending !== 0) this.#arbitrateAt(now + 1, 1);
    else if (this.comingCount > 0) {
      let ahead = 1;
      while (this.coming[now + ahead & AHEAD_CYCLES - 1] === 0) ahead++;
      this.#arbitrateAt(now + ahead, ahead);
    }
  }
}
