/**
 * The cluster DMA's way to L2: a 64-bit AXI port across the border of two clocks.
 * @module
 */
import { type ClockDomain, SimulationError } from "../../sim/mod.ts";
import { hex } from "../bus/address_map.ts";
import { ClockCrossing } from "../bus/clock_crossing.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { L2 } from "../memory/l2.ts";
import type { L2Burst } from "../memory/l2_burst_channel.ts";
import type { ParamTable } from "../params.ts";
import type { MchanExternalPort } from "./mchan_external.ts";

/** Latencies and sizes of a {@link DmaAxiPort}. */
export interface DmaAxiPortParams {
  /** From the DMA to the cluster's border; unit: cycles of the cluster. */
  readonly clusterCycles: number;
  /** From there to the banks; unit: cycles of L2's clock. */
  readonly socCycles: number;
  /** Beats that can wait at the border on their way back, or be on their way out. */
  readonly bufferBeats: number;
  /** Bursts of one direction that can be under way. */
  readonly bursts: number;
}

interface ReadBeat {
  readonly low: number;
  readonly high: number;
  readonly id: number;
  readonly last: boolean;
  /** Time from which on it can be taken, in picoseconds. */
  readonly at: number;
}

/** A beat on its way to L2. */
export interface WriteBeat {
  /** Low word. */
  readonly low: number;
  /** High word. */
  readonly high: number;
  /** Bytes to write, one bit each. */
  readonly enable: number;
}

/** Brings the DMA's bursts to L2 and their beats and responses back; one beat per cycle of either clock and direction. */
export class DmaAxiPort extends Component<DmaAxiPortParams> implements MchanExternalPort {
  /** Latencies and sizes. */
  static override readonly params: ParamTable<DmaAxiPortParams> = {
    clusterCycles: { unit: "cycle", description: "DMA to the cluster's border", source: "platform" },
    socCycles: { unit: "cycle", description: "border to the banks of L2", source: "platform" },
    bufferBeats: {
      default: 32,
      unit: "beat",
      description: "beats at the border per direction",
      source: "assumed: enough for a beat per cycle across the latency",
      min: 1,
    },
    bursts: {
      default: 8,
      unit: "burst",
      description: "bursts under way per direction",
      source: "dmac_wrap of pulp_cluster 9fd9c3e",
      min: 1,
    },
  };

  /** Low word of the read beat on offer. */
  readLow = 0;
  /** High word of the read beat on offer. */
  readHigh = 0;
  /** Burst that the read beat on offer belongs to. */
  readId = 0;
  /** Whether it is the last of its burst. */
  readLast = false;
  private readonly soc: ClockDomain;
  private readonly reads: ClockCrossing<L2Burst>;
  private readonly writes: ClockCrossing<L2Burst>;
  private readonly beatsOut: ClockCrossing<WriteBeat>;
  private readonly beatsBack: ReadBeat[] = [];
  private readonly responses: { readonly id: number; readonly at: number }[] = [];
  private readsUnderWay = 0;
  private writesUnderWay = 0;
  private beatsLeaving = 0;
  /** Beats that accepted write bursts still have to get. */
  private beatsExpected = 0;

  /** A port into `l2`; the clock of `placement` is the cluster's. */
  constructor(
    parent: Parent,
    name: string,
    private readonly l2: L2,
    params: Partial<DmaAxiPortParams>,
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
    this.soc = l2.clock;
    this.reads = this.#crossing("reads", () => this.l2.axiReads.wakeLater());
    this.writes = this.#crossing("writes", () => this.l2.axiWrites.wakeLater());
    this.beatsOut = this.#crossing("beats", () => this.l2.axiWrites.wakeLater());
    l2.axiReads.addSource(this.reads);
    l2.axiWrites.addSource(this.writes);
  }

  /** Forgets everything that is under way. */
  reset(): void {
    for (const crossing of [this.reads, this.writes, this.beatsOut]) crossing.reset();
    this.beatsBack.length = this.responses.length = 0;
    this.readsUnderWay =
      this.writesUnderWay =
      this.beatsLeaving =
      this.beatsExpected =
        0;
  }

  /** Accepts a read burst if there is room for one more. */
  startRead(_cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean {
    if (this.readsUnderWay === this.params.bursts) return false;
    this.#check(address, beats);
    this.readsUnderWay++;
    this.reads.push(new ReadBurst(this, id, address & ~7, beats, incremental ? 8 : 0));
    return true;
  }

  /** Accepts a write burst if there is room for one more. */
  startWrite(_cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean {
    if (this.writesUnderWay === this.params.bursts) return false;
    this.#check(address, beats);
    this.writesUnderWay++;
    this.beatsExpected += beats;
    this.writes.push(new WriteBurst(this, id, address & ~7, beats, incremental ? 8 : 0));
    return true;
  }

  /** Accepts a beat to be written if its burst has been accepted and there is room. */
  writeBeat(_cycle: number, low: number, high: number, enable: number): boolean {
    if (this.beatsExpected === 0 || this.beatsLeaving === this.params.bufferBeats) return false;
    this.beatsExpected--;
    this.beatsLeaving++;
    this.beatsOut.push({ low, high, enable });
    return true;
  }

  /** Offers the next read beat if it has come. */
  readBeat(_cycle: number): boolean {
    const beat = this.beatsBack[0];
    if (beat === undefined || beat.at > this.sim.now) return false;
    this.readLow = beat.low;
    this.readHigh = beat.high;
    this.readId = beat.id;
    this.readLast = beat.last;
    return true;
  }

  /** Goes on to the next read beat. */
  takeBeat(_cycle: number): void {
    if (this.beatsBack.shift()!.last) this.readsUnderWay--;
    if (this.beatsBack.length === this.params.bufferBeats - 1) this.l2.axiReads.wakeLater();
  }

  /** The response that has come, or -1. */
  writeResponse(_cycle: number): number {
    const response = this.responses[0];
    if (response === undefined || response.at > this.sim.now) return -1;
    this.responses.shift();
    this.writesUnderWay--;
    return response.id;
  }

  // ---- what its bursts ask and tell, on the side of L2 ----

  /** For bursts: the cycle of L2's clock from which on there is room for a beat. */
  get roomFrom(): number {
    return this.beatsBack.length < this.params.bufferBeats ? 0 : Infinity;
  }

  /** For bursts: a beat has been read. */
  beatRead(id: number, low: number, high: number, last: boolean): void {
    this.beatsBack.push({ low, high, id, last, at: this.#nextEdge() });
  }

  /** For bursts: the cycle from which on the next beat to write is there. */
  get dataFrom(): number {
    return this.beatsOut.nextCycle;
  }

  /** For bursts: the next beat to write. */
  get data(): WriteBeat {
    return this.beatsOut.front!;
  }

  /** For bursts: that beat has been written. */
  beatWritten(id: number, last: boolean): void {
    this.beatsOut.take();
    this.beatsLeaving--;
    if (last) this.responses.push({ id, at: this.#nextEdge() });
  }

  /** What leaves L2 in this cycle can be seen from its next edge on. */
  #nextEdge(): number {
    return this.soc.timeOf(this.soc.cycles + 1);
  }

  #crossing<T>(name: string, arrived: () => void): ClockCrossing<T> {
    const { clusterCycles, socCycles } = this.params;
    const route = { path: `${this.path}.${name}`, from: this.clock, fromCycles: clusterCycles };
    return new ClockCrossing<T>(this.sim, { ...route, to: this.soc, toCycles: socCycles }, arrived);
  }

  #check(address: number, beats: number): void {
    const first = (address & ~7) >>> 0;
    if (this.l2.holds(first, 8 * beats)) return;
    throw new SimulationError(
      `Cannot copy by DMA outside of L2: ${8 * beats} bytes at ${
        hex(first)
      } (${this.where()}); its external side has to ` +
        `lie in L2, ${hex(this.l2.params.base)} to ${hex(this.l2.params.base + this.l2.params.sizeBytes - 1)}`,
    );
  }
}

class ReadBurst implements L2Burst {
  readonly low = 0;
  readonly high = 0;
  readonly enable = 0xff;

  constructor(
    private readonly port: DmaAxiPort,
    private readonly id: number,
    public address: number,
    public beats: number,
    readonly step: number,
  ) {}

  get readyCycle(): number {
    return this.port.roomFrom;
  }

  deliver(low: number, high: number, last: boolean): void {
    this.port.beatRead(this.id, low, high, last);
  }
}

class WriteBurst implements L2Burst {
  constructor(
    private readonly port: DmaAxiPort,
    private readonly id: number,
    public address: number,
    public beats: number,
    readonly step: number,
  ) {}

  get readyCycle(): number {
    return this.port.dataFrom;
  }

  get low(): number {
    return this.port.data.low;
  }

  get high(): number {
    return this.port.data.high;
  }

  get enable(): number {
    return this.port.data.enable;
  }

  deliver(_low: number, _high: number, last: boolean): void {
    this.port.beatWritten(this.id, last);
  }
}
