/**
 * A PCI Express link between a host and a card: posted writes, reads that wait for their completion, interrupt messages,
 * and the time that packets take.
 * @module
 */
import { type Counter, type Duration, type Process, ps, type Task, type TracePoint } from "../../sim/mod.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Initiator } from "../port.ts";
import { CardBus, InterruptSink } from "./card_bus.ts";
import { Ring } from "./ring.ts";

/** Width, speed and delays of a link. */
export interface PcieLinkParams {
  /** Transfers per second and lane. */
  readonly gigatransfers: number;
  /** Lanes. */
  readonly lanes: number;
  /** Share of the bits that carry packets. */
  readonly encoding: number;
  /** Most data bytes in a packet. */
  readonly maxPayloadBytes: number;
  /** Most data bytes that one read request asks for. */
  readonly maxReadRequestBytes: number;
  /** Bytes of a packet beside its data. */
  readonly packetOverheadBytes: number;
  /** From one end to the other. */
  readonly latencyNs: number;
  /** From a read request at the card's edge to its completion. */
  readonly registerReadNs: number;
}

/** One way through the link. */
export type Direction = "down" | "up";

/** A posted write on its way to the card. */
interface Posted {
  readonly arrivalPs: number;
  readonly address: number;
  /** One word, or several for consecutive addresses. */
  readonly value: number | Uint32Array;
  /** Words of a block whose first one goes last; 0 if it is none. */
  readonly count: number;
}

/** An interrupt message on its way to the host. */
interface Message {
  readonly arrivalPs: number;
  readonly vector: number;
}

/** The link. `down` is from the host to the card. */
export class PcieLink extends Component<PcieLinkParams> {
  /** Width, speed and delays. */
  static override readonly params: ParamTable<PcieLinkParams> = {
    gigatransfers: { default: 8, unit: "GT/s", description: "per lane", source: "PCI Express 3.0", min: 2.5 },
    lanes: { default: 16, unit: "lane", description: "lanes", source: "Alveo U200 data sheet", min: 1, max: 16 },
    encoding: {
      default: 128 / 130,
      unit: "1",
      description: "share of the bits that carry packets",
      source: "PCI Express 3.0",
    },
    maxPayloadBytes: {
      default: 256,
      unit: "B",
      description: "most data in a packet",
      source: "Xilinx AR 68049: servers set 128 or 256",
      min: 64,
    },
    maxReadRequestBytes: {
      default: 512,
      unit: "B",
      description: "most data that a read request asks for",
      source: "Xilinx AR 68049",
      min: 64,
    },
    packetOverheadBytes: {
      default: 24,
      unit: "B",
      description: "framing, sequence number, 4-word header and checksum",
      source: "PCI Express 3.0 (20 with a 3-word header)",
    },
    latencyNs: {
      default: 400,
      unit: "ns",
      description: "one way, from the host's root complex to the card's bus",
      source: "assumed (300 to 800; the published round trips of reads are 696 to 1704 ns)",
    },
    registerReadNs: {
      default: 100,
      unit: "ns",
      description: "a register read on the card's own bus",
      source: "assumed (50 to 300)",
    },
  };

  /** The card's registers. */
  readonly bar: Initiator<CardBus> = this.initiator("bar", CardBus);
  /** The host's interrupt controller. */
  readonly interrupts: Initiator<InterruptSink> = this.initiator("interrupts", InterruptSink);
  /** Bytes to the card, packet overhead included. */
  readonly bytesDown: Counter = this.counter("bytes_down", "B", "bytes to the card, packet overhead included");
  /** Bytes from the card, packet overhead included. */
  readonly bytesUp: Counter = this.counter("bytes_up", "B", "bytes from the card, packet overhead included");
  /** Register reads. */
  readonly reads: Counter = this.counter("register_reads", "read", "register reads by the host");
  /** Words of posted register writes. */
  readonly writes: Counter = this.counter("register_writes", "word", "words of register writes by the host");
  /** Interrupt messages. */
  readonly messages: Counter = this.counter("interrupt_messages", "message", "interrupt messages to the host");
  private readonly trace: TracePoint<string> = this.tracePoint("messages", {
    kind: "event",
    unit: "text",
    description: "interrupt messages that reach the host",
    canonical: true,
  });

  /** Picoseconds per byte. */
  readonly psPerByte: number;
  /** One way through the link, in picoseconds. */
  readonly latencyPs: number;
  private readonly wordBytes: number;
  private readonly wordPs: number;
  private readonly freeAt = { down: 0, up: 0 };
  private readonly posted: Ring<Posted> = new Ring();
  private readonly deliver: Task;
  /** Messages under way that observers have yet to hear of. */
  private readonly announced: Ring<Message> = new Ring();
  private readonly announce: Task;

  /** An idle link. */
  constructor(parent: Parent, name: string, params: Partial<PcieLinkParams> = {}, placement: Placement = {}) {
    super(parent, name, params, placement);
    const { gigatransfers, lanes, encoding } = this.params;
    this.psPerByte = 8000 / (gigatransfers * lanes * encoding);
    this.wordBytes = this.wireBytes(4);
    this.wordPs = Math.round(this.wordBytes * this.psPerByte);
    this.latencyPs = this.params.latencyNs * 1000;
    this.deliver = this.sim.task(`${this.path}.deliver`, () => this.#deliver());
    this.announce = this.sim.task(`${this.path}.announce`, () => this.#announce());
  }

  /** Bytes that `bytes` of data take on the wire, in packets of the largest payload. */
  wireBytes(bytes: number): number {
    const { maxPayloadBytes, packetOverheadBytes } = this.params;
    return bytes + Math.ceil(bytes / maxPayloadBytes) * packetOverheadBytes;
  }

  /** Sends `bytes` of data one way, in `delayPs` or when the link is free; when the last of it has left, in picoseconds. */
  send(direction: Direction, bytes: number, delayPs: number = 0): number {
    const wire = this.wireBytes(bytes);
    (direction === "down" ? this.bytesDown : this.bytesUp).add(wire);
    const from = Math.max(this.sim.now + delayPs, this.freeAt[direction]);
    const left = from + Math.round(wire * this.psPerByte);
    this.freeAt[direction] = left;
    return left;
  }

  /** Sends a packet without data, such as a read request; when it has left, in picoseconds. */
  request(direction: Direction): number {
    const wire = this.params.packetOverheadBytes;
    (direction === "down" ? this.bytesDown : this.bytesUp).add(wire);
    const from = Math.max(this.sim.now, this.freeAt[direction]);
    return this.freeAt[direction] = from + Math.round(wire * this.psPerByte);
  }

  /** A posted write of one word: the host goes on at once, the card sees it later, in order. */
  write32(address: number, value: number): void {
    this.#post({ arrivalPs: this.#sendWords(1) + this.latencyPs, address, value, count: 0 });
  }

  /** Posted writes of consecutive words, one packet each, as uncached stores make them; they arrive in order. */
  writeWords(address: number, words: Uint32Array): void {
    const arrivalPs = this.#sendWords(words.length) + this.latencyPs;
    this.#post({ arrivalPs, address, value: words, count: 0 });
  }

  /**
   * Posted writes of a block whose first word goes last, so that whoever looks at it finds the rest in place. The block
   * must not be changed until it has arrived.
   */
  writeBlock(address: number, words: Uint32Array, count: number): void {
    this.#post({ arrivalPs: this.#sendWords(count) + this.latencyPs, address, value: words, count });
  }

  /** Reads a register: the caller waits for the round trip. */
  *read32(address: number): Process<number> {
    yield this.readRequest();
    const value = this.readArrived(address);
    yield this.readReply();
    return value;
  }

  /** First part of a register read, for callers that read often: what to yield until the request is at the card. */
  readRequest(): Duration {
    this.reads.add();
    return ps(this.request("down") + this.latencyPs - this.sim.now);
  }

  /** Second part, when the request is at the card: the register's value. */
  readArrived(address: number): number {
    // Reads do not overtake posted writes: those arrive in this moment at the latest.
    this.#deliverUntil(this.sim.now);
    return this.bar.read32(address);
  }

  /** Third part, right after it: what to yield until the value is at the host. */
  readReply(): Duration {
    return ps(this.send("up", 4, this.params.registerReadNs * 1000) + this.latencyPs - this.sim.now);
  }

  /** Sends an interrupt message to the host. */
  interrupt(vector: number): void {
    this.messages.add();
    const arrivalPs = this.send("up", 4) + this.latencyPs;
    this.interrupts.interrupt(vector, arrivalPs);
    if (this.trace.on) {
      this.announced.push({ arrivalPs, vector });
      if (!this.announce.queued) this.announce.afterTime(ps(arrivalPs - this.sim.now));
    }
  }

  /** Sends words to the card, a packet each; when the last one has left. */
  #sendWords(count: number): number {
    this.bytesDown.add(count * this.wordBytes);
    this.writes.add(count);
    const from = Math.max(this.sim.now, this.freeAt.down);
    return this.freeAt.down = from + count * this.wordPs;
  }

  #post(write: Posted): void {
    this.posted.push(write);
    if (!this.deliver.queued) this.deliver.afterTime(ps(write.arrivalPs - this.sim.now));
  }

  #deliver(): void {
    this.#deliverUntil(this.sim.now);
    const next = this.posted.at(0);
    if (next !== undefined) this.deliver.afterTime(ps(next.arrivalPs - this.sim.now));
  }

  #deliverUntil(now: number): void {
    const { posted, bar } = this;
    for (let next = posted.at(0); next !== undefined && next.arrivalPs <= now; next = posted.at(0)) {
      const { address, value, count } = next;
      posted.shift();
      if (typeof value === "number") bar.write32(address, value);
      else if (count === 0) bar.writeWords(address, value, 0, value.length);
      else {
        bar.writeWords(address + 4, value, 1, count - 1);
        bar.write32(address, value[0]);
      }
    }
  }

  /** Tells observers of messages when they arrive. */
  #announce(): void {
    const { announced } = this;
    for (let next = announced.at(0); next !== undefined; next = announced.at(0)) {
      if (next.arrivalPs > this.sim.now) return this.announce.afterTime(ps(next.arrivalPs - this.sim.now));
      announced.shift();
      this.trace.emit(`vector ${next.vector}`);
    }
  }

  /** Bytes per second and direction, packets included. */
  get bytesPerSecond(): number {
    return 1e12 / this.psPerByte;
  }
}
