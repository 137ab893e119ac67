/**
 * A channel of the card's DMA engine: it fetches descriptors from host memory and moves data one way.
 * @module
 */
import {
  type Counter,
  Event,
  type Process,
  ps,
  SimulationError,
  type TracePoint,
  type WaitList,
} from "../../sim/mod.ts";
import { Mapped } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { RegisterBlock } from "../bus/register_block.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Initiator, Target } from "../port.ts";
import { type ChannelRegister, channelRegisters, DESCRIPTOR_BYTES, readDescriptor } from "./dma_registers.ts";
import type { HostMemory } from "./host_memory.ts";
import { type CardAccess, CardPort, grants } from "./memory_bank.ts";
import type { PcieLink } from "./pcie_link.ts";

/** Costs of a channel. */
export interface DmaChannelParams {
  /** Interrupt vector. */
  readonly vector: number;
  /** Read requests in flight, for channels to the card. */
  readonly readTags: number;
  /** From a host's read request to its data, besides the link. */
  readonly hostReadNs: number;
  /** From the start to the fetch of the first descriptor. */
  readonly startNs: number;
  /** What a block costs besides its data. */
  readonly blockNs: number;
  /** Most bytes that move at once; a page. */
  readonly blockBytes: number;
}

/** One way between host and card. */
export class DmaChannel extends Component<DmaChannelParams> {
  /** Costs. */
  static override readonly params: ParamTable<DmaChannelParams> = {
    vector: { unit: "1", description: "interrupt vector", source: "the card" },
    readTags: {
      default: 32,
      unit: "1",
      description: "read requests in flight to the host",
      source: "assumed (16 to 64, as XDMA can be configured)",
      min: 1,
    },
    hostReadNs: {
      default: 400,
      unit: "ns",
      description: "the host's memory, from a read request at its root complex to the data",
      source: "assumed (150 to 600; pcie-bench, SIGCOMM 2018, has 520 to 550 ns for all of a 64-byte read)",
    },
    startNs: {
      default: 100,
      unit: "ns",
      description: "from the start to the first fetch",
      source: "assumed (50 to 300)",
    },
    blockNs: {
      default: 350,
      unit: "ns",
      description: "a block besides its data: its descriptor, fetched and carried out before the next one",
      source: "calibrated (100 to 600): gives the 5.2 to 5.7 GB/s of one channel in Alveo-PYNQ ffc5317, " +
        "1-kernel-optimizations",
    },
    blockBytes: { default: 4096, unit: "B", description: "most bytes that move at once", source: "page of the host" },
  };

  /** The memory behind it. */
  readonly memory: Initiator<CardPort> = this.initiator("memory", CardPort);
  /** Bytes moved. */
  readonly bytes: Counter = this.counter("bytes", "B", "bytes moved");
  /** Descriptors done. */
  readonly descriptors: Counter = this.counter("descriptors", "1", "descriptors done");
  /** The registers. */
  readonly registers: RegisterBlock<ChannelRegister> = new RegisterBlock(this, "registers", channelRegisters, {
    CONTROL: { write: (value, before) => (value & ~before & 1) === 1 ? this.started.notify() : undefined },
    STATUS: { read: () => this.#readStatus() },
  });
  /** The registers over the bus. */
  readonly control: Target<Mapped> = this.target("control", Mapped, this.registers.mapped);
  private readonly started: Event = new Event(this.sim, `${this.path}.started`);
  private readonly granted: WaitList = grants(this.sim, this.path);
  private readonly activity: TracePoint<string> = this.tracePoint("activity", {
    kind: "level",
    unit: "text",
    description: "the transfer that is under way",
    canonical: true,
  });
  private readonly toCard: boolean;
  private readonly link: PcieLink;
  private readonly host: HostMemory;
  /** What its accesses are part of, for observers. */
  cause: unknown = null;

  /** A channel to the card, or from it, over `link`. */
  constructor(
    parent: Parent,
    name: string,
    toCard: boolean,
    link: PcieLink,
    host: HostMemory,
    params: Partial<DmaChannelParams>,
    placement: Placement = {},
  ) {
    super(parent, name, params, placement);
    this.toCard = toCard;
    this.link = link;
    this.host = host;
  }

  /** Waits to be started, and works its list of descriptors off. */
  protected override *run(): Process {
    const { registers } = this;
    for (;;) {
      yield this.started;
      registers.set("STATUS", 1);
      registers.set("COMPLETED", 0);
      yield ps(this.params.startNs * 1000);
      let at = registers.get("DESCRIPTOR_LOW") + registers.get("DESCRIPTOR_HIGH") * 2 ** 32;
      while (at !== 0) at = yield* this.#descriptor(at);
      registers.set("STATUS", 2);
      registers.set("CONTROL", registers.get("CONTROL") & ~1);
      if ((registers.get("CONTROL") & 2) !== 0) this.link.interrupt(this.params.vector);
    }
  }

  /** Carries out the descriptor at a host address; gives the next one's. */
  *#descriptor(at: number): Process<number> {
    yield* this.#readHost(DESCRIPTOR_BYTES);
    const descriptor = readDescriptor(this.host.at(at, DESCRIPTOR_BYTES), this.toCard);
    if (descriptor === null) {
      throw new SimulationError(
        `Cannot carry out the descriptor at ${hex(at)} of host memory in ${this.where()}: it has no magic number; ` +
          "a descriptor address that nobody has filled",
      );
    }
    const { sizeBytes, hostAddress, cardAddress, next } = descriptor;
    if (this.activity.on) this.activity.emit(`${sizeBytes} B`);
    let lastPs = this.sim.now;
    const begin = this.sim.now;
    const inFlight: CardAccess[] = [];
    for (let done = 0; done < sizeBytes;) {
      // Blocks end where pages of the card's memory do, as bursts have to.
      const count = Math.min(sizeBytes - done, this.params.blockBytes - (cardAddress + done) % this.params.blockBytes);
      const pinned = this.host.at(hostAddress + done, count);
      yield ps(this.params.blockNs * 1000);
      if (this.toCard) {
        const reach = begin + Math.round((done + count) * this.#readPsPerByte);
        const arrived = Math.max(this.link.send("down", count), reach) + (done === 0 ? this.#roundTripPs : 0);
        if (arrived > this.sim.now) yield ps(arrived - this.sim.now);
        inFlight.push(this.#access(cardAddress + done, pinned, true));
        if (inFlight.length > 1) lastPs = Math.max(lastPs, yield* this.#settled(inFlight.shift()!));
      } else {
        // The next block is read while this one is sent.
        inFlight.push(this.#access(cardAddress + done, pinned, false));
        if (inFlight.length > 1) lastPs = yield* this.#sendUp(inFlight.shift()!);
      }
      done += count;
      this.bytes.add(count);
    }
    for (const access of inFlight) {
      lastPs = Math.max(lastPs, this.toCard ? yield* this.#settled(access) : yield* this.#sendUp(access));
    }
    if (lastPs > this.sim.now) yield ps(lastPs - this.sim.now);
    this.descriptors.add();
    this.registers.set("COMPLETED", this.registers.get("COMPLETED") + 1);
    if (this.activity.on) this.activity.emit("");
    return next;
  }

  /** A read of the host, request to data. */
  *#readHost(sizeBytes: number): Process {
    this.link.request("up");
    const sent = this.link.send("down", sizeBytes);
    yield ps(Math.max(sent - this.sim.now, 0) + this.#roundTripPs);
  }

  get #roundTripPs(): number {
    return 2 * this.link.latencyPs + this.params.hostReadNs * 1000;
  }

  /** What the requests in flight allow: their bytes in a round trip. */
  get #readPsPerByte(): number {
    return this.#roundTripPs / (this.params.readTags * this.link.params.maxReadRequestBytes);
  }

  #access(address: number, data: Uint8Array, write: boolean): CardAccess {
    const access: CardAccess = {
      initiator: this.path,
      address,
      data,
      write,
      waiting: this.granted,
      cause: this.cause,
      granted: false,
      firstPs: 0,
      lastPs: 0,
    };
    this.memory.submit(access);
    return access;
  }

  *#settled(access: CardAccess): Process<number> {
    while (!access.granted) yield this.granted;
    return access.lastPs;
  }

  /** Sends what was read to the host; when it is in the host's memory. */
  *#sendUp(access: CardAccess): Process<number> {
    while (!access.granted) yield this.granted;
    if (access.lastPs > this.sim.now) yield ps(access.lastPs - this.sim.now);
    const left = this.link.send("up", access.data.byteLength);
    // The channel has one block in hand: it goes on when the link has taken this one.
    if (left > this.sim.now) yield ps(left - this.sim.now);
    return left + this.link.latencyPs;
  }

  #readStatus(): number {
    const value = this.registers.get("STATUS");
    this.registers.set("STATUS", value & ~2);
    return value;
  }
}
