/**
 * A bank of card memory with its controller: data at addresses, and the time that bursts take.
 * @module
 */
import {
  type Counter,
  Phase,
  type Simulation,
  SimulationError,
  type Task,
  type TracePoint,
  WaitList,
} from "../../sim/mod.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import { Protocol, type Target } from "../port.ts";
import { PageStore } from "./page_store.ts";

/** One burst on its way. Whoever makes it may look at the times once `granted`. */
export interface CardAccess {
  /** Path of who asks; ties of a moment go by it. */
  readonly initiator: string;
  /** First byte, an address of the card. */
  readonly address: number;
  /** Where a read puts its data, or what a write stores. */
  readonly data: Uint8Array | Int32Array;
  /** Whether it stores. */
  readonly write: boolean;
  /** Who hears that the times are known. */
  readonly waiting: WaitList | null;
  /** What the access is part of, for observers; null if nobody said. */
  readonly cause: unknown;
  /** Whether the bank has taken it. */
  granted: boolean;
  /** When the first byte is there, or taken, in picoseconds. */
  firstPs: number;
  /** When the last byte is there, or safely stored, in picoseconds. */
  lastPs: number;
}

/** Where bursts go. */
export interface CardPort {
  /** Takes a burst of the present moment; it is granted in its arbitration phase. */
  submit(access: CardAccess): void;
}

/** Where bursts go. */
export const CardPort: Protocol<CardPort> = new Protocol<CardPort>("CardPort", ["submit"]);

/** Hears of every burst in the order in which the bank serves it. */
export interface AccessObserver {
  /** A burst is served; `access.firstPs` and `access.lastPs` are known. */
  accessed(access: CardAccess): void;
}

/** Place, size and speed of a bank. */
export interface MemoryBankParams {
  /** First address. */
  readonly base: number;
  /** Number of bytes. */
  readonly sizeBytes: number;
  /** Bytes in a beat of its bus. */
  readonly widthBytes: number;
  /** Beats per second. */
  readonly clockHz: number;
  /** Share of the time in which it refreshes. */
  readonly refreshShare: number;
  /** From the end of a burst to the next one. */
  readonly burstNs: number;
  /** From reads to writes, or back. */
  readonly turnaroundNs: number;
  /** From a read to its first data. */
  readonly latencyNs: number;
  /** Seed of the contents that nobody has written. */
  readonly seed: number;
}

/** A bank with one bus: bursts are served one after the other, in the order in which they come. */
export class MemoryBank extends Component<MemoryBankParams> implements CardPort {
  /** Place, size and speed; a bank of DDR4-2400 unless said otherwise. */
  static override readonly params: ParamTable<MemoryBankParams> = {
    base: { unit: "address", description: "first address", source: "memory topology of the design" },
    sizeBytes: { unit: "B", description: "size", source: "memory topology of the design" },
    widthBytes: { default: 64, unit: "B", description: "a beat", source: "UltraScale memory controller, PG150" },
    clockHz: { default: 300e6, unit: "Hz", description: "beats per second", source: "DDR4-2400: 19.2 GB/s" },
    refreshShare: {
      default: 0.045,
      unit: "1",
      description: "share of the time in which it refreshes",
      source: "JEDEC DDR4, 8 Gb: tRFC 350 ns of tREFI 7.8 us",
      min: 0,
      max: 0.5,
    },
    burstNs: {
      default: 10,
      unit: "ns",
      description: "from the end of a burst to the next one: opening rows, the controller's arbitration",
      source: "calibrated (0 to 20): gives the 16.83 GB/s of reads of 32 beats of Vitis_Accel_Examples, " +
        "axi_burst_performance, on a U200",
    },
    turnaroundNs: {
      default: 15,
      unit: "ns",
      description: "from reads to writes, or back",
      source: "assumed (10 to 30, by tWTR and CAS latencies of DDR4-2400)",
    },
    latencyNs: {
      default: 90,
      unit: "ns",
      description: "from a read to its first data",
      source: "Shuhai, FCCM 2020: DDR4 with closed page, 27 cycles of 300 MHz",
    },
    seed: { default: 1, unit: "1", description: "seed of contents that nobody has written", source: "of our own" },
  };

  /** Where bursts come in. */
  readonly port: Target<CardPort> = this.target("port", CardPort, this);
  /** Bytes read. */
  readonly bytesRead: Counter = this.counter("bytes_read", "B", "bytes read");
  /** Bytes written. */
  readonly bytesWritten: Counter = this.counter("bytes_written", "B", "bytes written");
  /** Time in which the bus was in use. */
  readonly busy: Counter = this.counter("busy", "ps", "time in which its bus was in use");
  /** The contents. */
  readonly store: PageStore = new PageStore(this.params.seed);
  private readonly bursts: TracePoint<string> = this.tracePoint("bursts", {
    kind: "event",
    unit: "text",
    description: "bursts, with the address and the number of bytes",
    canonical: true,
    bulk: true,
    phase: Phase.arbitrate,
  });
  private readonly psPerByte = 1e12 /
    (this.params.widthBytes * this.params.clockHz * (1 - this.params.refreshShare));
  private readonly beatPs = this.psPerByte * this.params.widthBytes;
  private readonly waiting: CardAccess[] = [];
  private readonly arbitrate: Task;
  private freeAt = 0;
  private lastWasWrite = false;
  private observer: AccessObserver | null = null;

  /** A bank whose contents are a pattern. */
  constructor(parent: Parent, name: string, params: Partial<MemoryBankParams>, placement: Placement = {}) {
    super(parent, name, params, placement);
    this.arbitrate = this.sim.task(`${this.path}.arbitrate`, () => this.#serve(), { phase: Phase.arbitrate });
  }

  /** Bytes per second at best. */
  get bytesPerSecond(): number {
    return 1e12 / this.psPerByte;
  }

  /** Has `observer` hear of every burst from now on; null for nobody. */
  observe(observer: AccessObserver | null): void {
    this.observer = observer;
  }

  /** Takes a burst. Throws a SimulationError if it is not within the bank. */
  submit(access: CardAccess): void {
    const { base, sizeBytes } = this.params;
    const { address, data } = access;
    if (address < base || address + data.byteLength > base + sizeBytes) {
      throw new SimulationError(
        `Cannot ${access.write ? "write" : "read"} ${data.byteLength} bytes at ${
          wide(address)
        } in ${this.where()} for ` +
          `${access.initiator}: the bank has ${wide(base)} to ${
            wide(base + sizeBytes - 1)
          }, and the port has no route ` +
          "to another; on the card the access would never end. A buffer in the wrong bank: allocate it with the " +
          "memory that the kernel's argument is connected to as target",
      );
    }
    this.waiting.push(access);
    if (!this.arbitrate.queued) this.arbitrate.post();
  }

  #serve(): void {
    const { waiting } = this;
    if (waiting.length > 1) {
      waiting.sort((a, b) => (a.initiator < b.initiator ? -1 : a.initiator > b.initiator ? 1 : 0));
    }
    for (const access of waiting) this.#grant(access);
    waiting.length = 0;
  }

  #grant(access: CardAccess): void {
    const { params } = this;
    const { data, write } = access;
    let from = Math.max(this.sim.now, this.freeAt);
    if (write !== this.lastWasWrite) from += params.turnaroundNs * 1000;
    this.lastWasWrite = write;
    const misaligned = access.address % params.widthBytes;
    const beats = Math.ceil((misaligned + data.byteLength) / params.widthBytes);
    const used = Math.round(beats * this.beatPs);
    this.freeAt = from + used + params.burstNs * 1000;
    this.busy.add(used);
    access.firstPs = write ? from : from + params.latencyNs * 1000;
    access.lastPs = write ? from + used : access.firstPs + used;
    if (write) {
      this.store.write(access.address, data);
      this.bytesWritten.add(data.byteLength);
    } else {
      this.store.read(access.address, data);
      this.bytesRead.add(data.byteLength);
    }
    access.granted = true;
    if (this.bursts.on) this.bursts.emit(`${write ? "w" : "r"} ${wide(access.address)} ${data.byteLength}`);
    this.observer?.accessed(access);
    if (access.waiting !== null && !access.waiting.empty) access.waiting.wakeAll();
  }
}

/** An address of more than 32 bits for people: `0x70_0000_0000`. */
export function wide(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(8, "0")}`;
}

/** A list of those who wait for a grant of theirs. For the parts that make accesses. */
export function grants(sim: Simulation, path: string): WaitList {
  return new WaitList(sim, `a grant of the memory bank behind ${path}`);
}
