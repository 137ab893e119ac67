/**
 * The cluster's L1: banks behind the interconnect, one access per bank and cycle.
 * @module
 */
import { type ClockDomain, type Counter, Phase, SimulationError, type TracePoint } from "../../sim/mod.ts";
import { type Access, type AheadMemory, CoreBus } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../bus/tcdm_interconnect.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import type { MchanTcdmPort } from "../pulp/mchan_tcdm_side.ts";
import { GAP8_TCDM, Tcdm } from "./tcdm.ts";

/** Cycles for which requests are sorted ahead of their time, a power of two. */
const AHEAD_CYCLES = 64;
/** No cycle. Cycles are small whole numbers, which Infinity would make the engine treat as fractions. */
const NONE = -1;

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
export class ClusterTcdm extends Component<ClusterTcdmParams> implements AheadMemory {
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
    memoryAt: (address) => this.#holds(address) ? this : null,
  });
  /** Where the bus from outside the cluster asks. */
  readonly external: Target<CoreBus> = this.target("external", CoreBus, {
    request: (access) => this.#enter(access),
  });
  /** Requests that were refused for a cycle because their bank served another. */
  readonly refused: Counter = this.counter("refused", "cycle", "request cycles without a grant");
  /** First address. */
  readonly base: number = this.params.base;
  /** Bytes. */
  readonly sizeBytes: number = this.params.sizeBytes;
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
  /** Of the cycles to come: who asks, for which banks, and for which of these more than one does. */
  private readonly coming = new Int32Array(AHEAD_CYCLES);
  private readonly comingBanks = new Int32Array(AHEAD_CYCLES);
  private readonly comingTwice = new Int32Array(AHEAD_CYCLES);
  /** Ports that ask later than that, and when. */
  private far = 0;
  private readonly due: number[];
  /** The bank that it is for. */
  private readonly banks: Uint8Array;
  /** The contents, word by word. */
  private readonly words: Int32Array;
  private readonly bankMask: number;
  private readonly clockDomain: ClockDomain = this.clock;
  /** The cycle of the next arbitration, as far as it is known. */
  private nextArbitration = NONE;
  private arbitrating = false;
  private arbitratedAt = 0;
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
    this.due = new Array<number>(GAP8_TCDM_INTERCONNECT.channel0Ports).fill(NONE);
    this.banks = new Uint8Array(GAP8_TCDM_INTERCONNECT.channel0Ports);
    this.words = this.memory.words;
    this.bankMask = this.params.banks - 1;
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
    for (const ring of [this.coming, this.comingBanks, this.comingTwice]) ring.fill(0);
    this.far = 0;
    this.nextArbitration = NONE;
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
  requestAhead(access: Access, cycle: number): boolean {
    const { port } = access;
    // Who is granted while a cycle is arbitrated goes on in a later one.
    const now = this.arbitrating ? this.arbitratedAt : this.clockDomain.cycles;
    if (cycle <= now) return false;
    this.waiting[port] = access;
    this.banks[port] = access.address >> 2 & this.bankMask;
    if (cycle - now < AHEAD_CYCLES) this.#note(port, cycle);
    else {
      this.far |= 1 << port;
      this.due[port] = cycle;
    }
    if (this.arbitrating) return true;
    if (this.nextArbitration === NONE || cycle < this.nextArbitration) this.#arbitrateAt(cycle, cycle - now);
    return true;
  }

  /** A port asks in one of the next cycles. */
  #note(port: number, cycle: number): void {
    const { comingBanks } = this;
    const slot = cycle & AHEAD_CYCLES - 1;
    const bank = 1 << this.banks[port];
    this.coming[slot] |= 1 << port;
    this.comingTwice[slot] |= comingBanks[slot] & bank;
    comingBanks[slot] |= bank;
  }

  #holds(address: number): boolean {
    return address >= this.base && address < this.base + this.sizeBytes;
  }

  #arbitrateAt(cycle: number, ahead: number): void {
    if (this.arbiter.queued) this.arbiter.unqueue();
    this.nextArbitration = cycle;
    this.arbiter.after(ahead);
  }

  #arbitrateNow(): void {
    const now = this.clockDomain.cycles;
    if (this.nextArbitration === now) return;
    if (this.arbiter.queued) this.arbiter.unqueue();
    this.nextArbitration = now;
    this.arbiter.post();
  }

  /** Arbitrates cycle after cycle, as long as nobody else has anything to do. */
  #arbitrate(): void {
    const { clockDomain } = this;
    for (let now = clockDomain.cycles;;) {
      const next = this.#arbitrateCycle(now);
      if (next === NONE) return;
      if (!this.sim.leap(clockDomain, next)) {
        this.#arbitrateAt(next, next - now);
        return;
      }
      now = next;
    }
  }

  /** Arbitrates a cycle; gives the next one in which somebody asks. */
  #arbitrateCycle(now: number): number {
    const { interconnect, waiting, banks, coming, comingBanks, comingTwice } = this;
    if (this.far !== 0) this.#bringNear(now);
    const slot = now & AHEAD_CYCLES - 1;
    const asking = coming[slot];
    const contended = comingTwice[slot] | interconnect.requestedBanks;
    this.arbitrating = true;
    this.arbitratedAt = now;
    if (asking !== 0) coming[slot] = comingBanks[slot] = comingTwice[slot] = 0;
    if (contended === 0 && !interconnect.blocked(now)) {
      for (let left = asking; left !== 0; left &= left - 1) {
        const port = 31 - Math.clz32(left & -left);
        interconnect.grantAlone(port, banks[port]);
        this.#grant(port, waiting[port]!, now, true);
      }
    } else this.#arbitrateContended(now, asking, contended);
    this.arbitrating = false;
    this.nextArbitration = NONE;
    if (interconnect.pending !== 0) return now + 1;
    for (let next = now + 1; next < now + AHEAD_CYCLES; next++) {
      if (coming[next & AHEAD_CYCLES - 1] !== 0) return next;
    }
    return this.#firstFar();
  }

  /** Ports that have asked for a cycle far ahead, which is not that far any more. */
  #bringNear(now: number): void {
    for (let left = this.far; left !== 0; left &= left - 1) {
      const port = 31 - Math.clz32(left & -left);
      if (this.due[port] - now >= AHEAD_CYCLES) continue;
      this.far &= ~(1 << port);
      this.#note(port, this.due[port]);
    }
  }

  #firstFar(): number {
    let first = NONE;
    for (let left = this.far; left !== 0; left &= left - 1) {
      const due = this.due[31 - Math.clz32(left & -left)];
      if (first === NONE || due < first) first = due;
    }
    return first;
  }

  /** The same if some want one bank: only those go through the arbiter. */
  #arbitrateContended(now: number, asking: number, contended: number): void {
    const { interconnect, waiting, banks } = this;
    const blocked = interconnect.blocked(now);
    let alone = 0;
    for (let left = asking; left !== 0; left &= left - 1) {
      const bit = left & -left;
      const port = 31 - Math.clz32(bit);
      if (blocked || (contended >>> banks[port] & 1) !== 0) this.#raise(port, waiting[port]!);
      else {
        interconnect.grantAlone(port, banks[port]);
        alone |= bit;
      }
    }
    const granted = interconnect.arbitrate(now);
    this.dma.note(now, granted);
    for (let left = interconnect.pending; left !== 0; left &= left - 1) this.refused.value++;
    for (let left = alone | granted; left !== 0; left &= left - 1) {
      const bit = left & -left;
      const port = 31 - Math.clz32(bit);
      const access = waiting[port];
      if (access !== null) this.#grant(port, access, now, (alone & bit) !== 0);
    }
  }

  #grant(port: number, access: Access, now: number, alone: boolean): void {
    this.waiting[port] = null;
    if (this.grants.on) {
      this.grants.emit(`${port} ${access.write ? "w" : "r"}${access.sizeBytes} ${hex(access.address)}`);
    }
    const result = alone ? this.#serve(access) : access.write ? 0 : part(this.interconnect.responses[port], access);
    access.complete(result, 0, now);
  }

  /** Does an access that has been granted. */
  #serve(access: Access): number {
    const { words } = this;
    const { address, sizeBytes } = access;
    const word = (address - this.base) >> 2;
    if (!access.write) return part(words[word], access);
    if (sizeBytes === 4) words[word] = access.value;
    else {
      const shift = (address & 3) << 3;
      const lanes = MASKS[sizeBytes] << shift;
      words[word] = words[word] & ~lanes | access.value << shift & lanes;
    }
    return 0;
  }
}

/** The bits of so many bytes. */
const MASKS: readonly number[] = [0, 0xff, 0xffff, 0xff_ffff, -1];

/** What an access reads of its word. */
function part(word: number, { address, sizeBytes }: Access): number {
  if (sizeBytes === 4) return word;
  return word >>> ((address & 3) << 3) & MASKS[sizeBytes];
}
