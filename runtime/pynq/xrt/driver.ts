/**
 * The card's driver (xocl) as host programs see it: loading designs, buffers, transfers, commands, registers.
 * @module
 */
import type { PinnedBlock } from "../../../hw/pcie/host_memory.ts";
import { CardVector } from "../../../hw/pcie/card_bus.ts";
import type { ComputeUnit, UnitRun } from "../../../hw/pcie/compute_unit.ts";
import { bankAt, type CardDesign } from "../../../hw/pcie/card_design.ts";
import { CHANNEL_BYTES, DESCRIPTOR_BYTES, writeDescriptors } from "../../../hw/pcie/dma_registers.ts";
import { connect } from "../../../hw/port.ts";
import { type Alveo, AlveoAddress, type CardRole } from "../../../hw/platforms/alveo.ts";
import { Event, type Process, Semaphore, type Waitable } from "../../../sim/mod.ts";
import type { HostMachine } from "../host_machine.ts";
import { BankAllocator } from "./bank_allocator.ts";
import { Errno } from "./errors.ts";
import { Kds, type SchedulerMode } from "./kds.ts";

/** A program of the host that has opened the card. */
export interface Client {
  /** Name, for reports. */
  readonly name: string;
}

/** Memory on the card with its copy on the host. */
export interface BufferObject {
  /** First byte on the card. */
  readonly address: number;
  /** Bytes. */
  readonly sizeBytes: number;
  /** Place of its memory in the topology. */
  readonly place: number;
  /** The copy on the host; zero at first, as fresh pages are. */
  readonly host: PinnedBlock;
  /** Who made it. */
  readonly owner: Client;
  /** Name, for reports. */
  name: string;
  /** Whether it was given back. */
  freed: boolean;
}

/** Which way a transfer goes. */
export type SyncDirection = "to device" | "from device";

/** Hears of what happens to buffers. */
export interface BufferObserver {
  /** A buffer has come into being. */
  allocated(buffer: BufferObject): void;
  /** A buffer is given back. */
  freed(buffer: BufferObject): void;
  /** A transfer begins; what it returns is the cause of its accesses. */
  syncBegins(buffer: BufferObject, direction: SyncDirection, offset: number, sizeBytes: number): unknown;
  /** That transfer is over. */
  syncEnds(cause: unknown): void;
}

/** One card's driver. */
export class CardDriver {
  /** The card. */
  readonly card: Alveo;
  /** The scheduler thread. */
  readonly kds: Kds;
  /** Buffers that are there. */
  readonly buffers: Set<BufferObject> = new Set();
  /** Hears of what happens to buffers. */
  observer: BufferObserver | null = null;
  private readonly host: HostMachine;
  private readonly allocators = new Map<number, BankAllocator>();
  private readonly users = new Set<Client>();
  private readonly free: Readonly<Record<SyncDirection, Semaphore>>;
  private readonly channelFree: Readonly<Record<SyncDirection, boolean[]>>;
  private readonly done = new Map<number, Event>();
  private readonly lists: readonly PinnedBlock[];
  private readonly execBufTime: Waitable;
  private started = false;
  private readonly hostStarts = new Map<ComputeUnit, { readonly label: string; readonly mark: unknown }>();

  /** The driver of a card that nobody uses. */
  constructor(host: HostMachine, card: Alveo) {
    this.host = host;
    this.card = card;
    const { systemCallNs, execBufNs } = host.params;
    this.execBufTime = host.time(systemCallNs + execBufNs);
    this.kds = new Kds(host, `kds_${card.name}`, card);
    const channels = card.params.dmaChannels;
    this.free = {
      "to device": new Semaphore(host.sim, `${host.path}.h2c_${card.name}`, channels),
      "from device": new Semaphore(host.sim, `${host.path}.c2h_${card.name}`, channels),
    };
    this.channelFree = {
      "to device": new Array<boolean>(channels).fill(true),
      "from device": new Array<boolean>(channels).fill(true),
    };
    for (let channel = 0; channel < channels; channel++) {
      for (const first of [CardVector.hostToCard, CardVector.cardToHost]) {
        this.done.set(first + channel, new Event(host.sim, `${host.path}.dma_${card.name}_${first + channel}`));
      }
    }
    for (const { units } of card.roles.values()) for (const unit of units) unit.naming = (run) => this.#name(run);
    this.lists = Array.from({ length: 2 * channels }, () => host.memory.pin(DESCRIPTOR_BYTES));
    connect(
      card.link.interrupts,
      host.interruptPort(card.name, (vector) => {
        if (vector === CardVector.scheduler) this.kds.interrupt();
        else this.done.get(vector)?.notify();
      }),
    );
  }

  /** The design that is loaded, if any. */
  get loaded(): CardRole | null {
    return this.card.loaded;
  }

  /** Bytes in use in the memory at a place of the topology. */
  usedBytes(place: number): number {
    return this.allocators.get(place)?.usedBytes ?? 0;
  }

  /** Buffers in the memory at a place of the topology. */
  bufferCount(place: number): number {
    return this.allocators.get(place)?.count ?? 0;
  }

  /** Loads a design for a client, or shares it if it is loaded: 0, or the error number. */
  *load(client: Client, design: CardDesign, mode: SchedulerMode, slotBytes: number): Process<number> {
    const { host, card } = this;
    yield* this.#systemCall(0);
    if (design.content.platform !== card.params.shell) return Errno.EOPNOTSUPP;
    const same = card.loaded !== null && card.loaded.content.content.uuid === design.content.uuid;
    const others = [...this.users].some((user) => user !== client);
    if (same && this.started) {
      this.users.add(client);
      return 0;
    }
    if (others) return Errno.EBUSY;
    if (this.buffers.size > 0) return Errno.EPERM;
    yield host.time(host.params.programMs * 1e6);
    const { units } = card.load(design.name);
    this.users.add(client);
    yield* this.kds.configure(units, mode, slotBytes);
    this.started = true;
    return 0;
  }

  /** A client gives up its units; the design stays. */
  release(client: Client): void {
    this.users.delete(client);
  }

  /** A new buffer in the memory at a place of the topology, or an error number. */
  *allocate(client: Client, place: number, sizeBytes: number, name: string): Process<BufferObject | number> {
    const { host } = this;
    yield* this.#systemCall(0);
    const role = this.card.loaded;
    const bank = role === null ? undefined : bankAt(role.content.content, place);
    if (bank === undefined) return Errno.EINVAL;
    let allocator = this.allocators.get(place);
    if (allocator === undefined) {
      allocator = new BankAllocator(bank.baseAddress, bank.sizeBytes);
      this.allocators.set(place, allocator);
    }
    const address = allocator.allocate(sizeBytes);
    if (address === null) return Errno.ENOMEM;
    const buffer: BufferObject = {
      address,
      sizeBytes,
      place,
      host: host.memory.pin(sizeBytes),
      owner: client,
      name,
      freed: false,
    };
    this.buffers.add(buffer);
    this.observer?.allocated(buffer);
    return buffer;
  }

  /** Gives a buffer back. Its contents stay on the card until somebody writes there. */
  freeBuffer(buffer: BufferObject): void {
    if (buffer.freed) return;
    buffer.freed = true;
    this.buffers.delete(buffer);
    this.allocators.get(buffer.place)!.free(buffer.address);
    this.host.memory.unpin(buffer.host);
    this.observer?.freed(buffer);
  }

  /** Copies part of a buffer between host and card. */
  *sync(buffer: BufferObject, direction: SyncDirection, offset: number, sizeBytes: number): Process<number> {
    const { host, card } = this;
    const { params } = host;
    if (buffer.freed || offset < 0 || offset + sizeBytes > buffer.sizeBytes) return Errno.EINVAL;
    yield* this.#systemCall(0);
    const toCard = direction === "to device";
    yield* this.free[direction].acquire();
    const channel = this.channelFree[direction].indexOf(true);
    this.channelFree[direction][channel] = false;
    const cause = this.observer?.syncBegins(buffer, direction, offset, sizeBytes) ?? null;
    try {
      const pages = Math.ceil((offset % 4096 + sizeBytes) / 4096);
      yield host.time(params.transferNs + pages * params.mapPageNs);
      const list = this.lists[2 * channel + (toCard ? 0 : 1)];
      const descriptor = {
        sizeBytes,
        hostAddress: buffer.host.address + offset,
        cardAddress: buffer.address + offset,
      };
      writeDescriptors(list.bytes, list.address, [descriptor], toCard);
      (toCard ? card.toCard : card.fromCard)[channel].cause = cause;
      const base = (toCard ? AlveoAddress.dmaToCard : AlveoAddress.dmaFromCard) + channel * CHANNEL_BYTES;
      yield host.time(3 * params.registerStoreNs);
      card.link.write32(base + 0x80, list.address % 2 ** 32);
      card.link.write32(base + 0x84, Math.floor(list.address / 2 ** 32));
      card.link.write32(base + 0x04, 3);
      const vector = (toCard ? CardVector.hostToCard : CardVector.cardToHost) + channel;
      yield this.done.get(vector)!;
      const status = yield* card.link.read32(base + 0x40);
      yield host.time(params.threadWakeNs);
      return (status & 2) === 0 ? Errno.EIO : 0;
    } finally {
      this.observer?.syncEnds(cause);
      this.channelFree[direction][channel] = true;
      this.free[direction].release();
    }
  }

  /** What a program yields to hand a command over; {@linkcode Kds.submit} then takes it. */
  execBuf(): Waitable {
    this.host.systemCalls.add();
    return this.execBufTime;
  }

  /** What a program yields to wait until some command is over. */
  execWait(): Waitable {
    this.host.systemCalls.add();
    return this.kds.progress;
  }

  /** Writes consecutive registers, as stores to the mapped BAR. */
  *writeRegisters(address: number, words: Uint32Array): Process {
    yield this.host.time(words.length * this.host.params.registerStoreNs);
    this.card.link.writeWords(address, words);
  }

  /** Reads a register through the mapped BAR. */
  readRegister(address: number): Process<number> {
    return this.card.link.read32(address);
  }

  /** A program starts a unit itself: what the run is called, and what it is known by. */
  startedByHost(unit: ComputeUnit, label: string, mark: unknown): void {
    this.hostStarts.set(unit, { label, mark });
  }

  /** Finds out what a run that starts was for. */
  #name(run: UnitRun): void {
    const index = this.card.loaded?.units.indexOf(run.unit) ?? -1;
    const launch = this.kds.commandIn(this.card.scheduler.startingSlot, index) ??
      this.hostStarts.get(run.unit);
    if (launch === undefined) return;
    run.label = launch.label;
    run.mark = launch.mark;
  }

  *#systemCall(workNs: number): Process {
    this.host.systemCalls.add();
    yield this.host.time(this.host.params.systemCallNs + workNs);
  }
}
