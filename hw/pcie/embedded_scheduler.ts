/**
 * The embedded scheduler (ERT): a microcontroller on the card that takes commands from a queue and starts compute units.
 * @module
 */
import { type Counter, SimulationError, type Task, type TracePoint } from "../../sim/mod.ts";
import { Mapped } from "../bus/access.ts";
import type { RegisterBlock } from "../bus/register_block.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import { type Initiator, Protocol, type Target } from "../port.ts";
import { CardBus } from "./card_bus.ts";
import { type EmbeddedSchedulerParams, schedulerParams } from "./ert_params.ts";
import { UnitCompletions } from "./compute_unit.ts";
import { ARGUMENTS_OFFSET, Control } from "./hls_registers.ts";
import { CommandState, countOf, Feature, header, Opcode, opcodeOf, stateOf } from "./ert_packet.ts";
import { type SchedulerRegister, schedulerRegisters } from "./ert_registers.ts";

/** Who is told that commands are done. */
export interface HostDoorbell {
  /** Sends an interrupt message of a vector. */
  interrupt(vector: number): void;
}

/** Who is told that commands are done. */
export const HostDoorbell: Protocol<HostDoorbell> = new Protocol<HostDoorbell>("HostDoorbell", ["interrupt"]);

/** What a slot is doing. */
const enum Slot {
  Free,
  Queued,
  Running,
}

/**
 * The scheduler. Its loop visits slot after slot; in a visit a new command is accepted, started if its unit is idle, or
 * found done. Between two things that happen, the loop is not simulated visit by visit: its place is computed, which
 * gives the same cycles.
 */
export class EmbeddedScheduler extends Component<EmbeddedSchedulerParams> {
  /** Size of the queue and what each step of the loop costs; no measurement of the firmware is public. */
  static override readonly params: ParamTable<EmbeddedSchedulerParams> = schedulerParams;

  /** The way to the units' registers. */
  readonly units: Initiator<CardBus> = this.initiator("units", CardBus);
  /** The way to the host. */
  readonly doorbell: Initiator<HostDoorbell> = this.initiator("doorbell", HostDoorbell);
  /** Where units say that they are done. */
  readonly completions: Target<UnitCompletions> = this.target("completions", UnitCompletions, {
    completed: (address: number) => this.#unitDone(address),
  });
  /** Slot whose command is being started in this moment, else -1; for observers. */
  startingSlot: number = -1;
  /** Commands that units have carried out. */
  readonly commands: Counter = this.counter("commands", "command", "commands that were carried out");
  /** Commands that made no sense. */
  readonly errors: Counter = this.counter("errors", "command", "commands that made no sense");
  /** The registers. */
  readonly registers: RegisterBlock<SchedulerRegister>;
  /** The registers over the bus. */
  readonly control: Target<Mapped>;
  /** The queue over the bus. */
  readonly queue: Target<Mapped> = this.target("queue", Mapped, {
    read: (offset: number) => this.words[offset >> 2],
    write: (offset: number, _sizeBytes: number, value: number) => this.#queueWrite(offset, value),
  });
  private readonly slotsUsed: TracePoint<number> = this.tracePoint("slots_used", {
    kind: "level",
    unit: "slot",
    description: "slots with a command",
  });
  private readonly starts: TracePoint<string> = this.tracePoint("starts", {
    kind: "event",
    unit: "text",
    description: "commands started and completed",
    canonical: true,
  });

  private readonly status: Uint32Array = new Uint32Array(4);
  private readonly words: Uint32Array = new Uint32Array(this.params.queueBytes / 4);
  private slotWords = 1024;
  private slotCount = 16;
  private features: number = Feature.ert | Feature.unitDma;
  private readonly state: Uint8Array = new Uint8Array(128);
  private readonly unitOf: Int16Array = new Int16Array(128);
  private unitAddresses: readonly number[] = [];
  private readonly unitBusy: Uint8Array = new Uint8Array(128);
  private readonly unitFinished: Uint8Array = new Uint8Array(128);
  private used = 0;
  /** Cycles of a visit in which nothing happens, by the slot's state. */
  private readonly visitCycles: Int32Array = Int32Array.of(
    this.params.freeVisitCycles,
    this.params.queuedVisitCycles,
    this.params.runningVisitCycles,
  );
  /** Cycles of a round in which nothing happens. */
  private roundCycles = 16 * this.params.freeVisitCycles;
  /** The loop is about to visit `place` in cycle `at`. */
  private place = 0;
  private at = 0;
  /** The cycles in which the visit that does something begins and ends, once known. */
  private actBegin = -1;
  private actSlot = 0;
  private readonly act: Task;

  /** A scheduler whose queue is empty. */
  constructor(parent: Parent, name: string, params: Partial<EmbeddedSchedulerParams> = {}, placement: Placement = {}) {
    super(parent, name, params, placement);
    this.registers = schedulerRegisters(this, this.status);
    this.control = this.target("control", Mapped, this.registers.mapped);
    this.act = this.sim.task(`${this.path}.act`, () => this.#perform(), { clock: this.clock });
  }

  /** Units that the scheduler knows, by their addresses. */
  get unitCount(): number {
    return this.unitAddresses.length;
  }

  #queueWrite(offset: number, value: number): void {
    const word = offset >> 2;
    this.words[word] = value;
    if (word % this.slotWords === 0 && stateOf(value) === CommandState.new) this.#changed();
  }

  #unitDone(address: number): void {
    const unit = this.unitAddresses.indexOf(address);
    if (unit < 0 || this.unitBusy[unit] === 0) return; // started by the host
    this.unitFinished[unit] = 1;
    this.#changed();
  }

  /** Something has happened that the loop may see: finds the next visit that does something. */
  #changed(): void {
    const now = this.clock.cycles;
    if (this.actBegin >= 0 && this.actBegin <= now) return; // that visit has begun; it looks again when it is over
    this.#catchUp(now);
    this.#plan(now);
  }

  /** Moves the loop's place to the first visit that begins at or after `now`; none before it has done anything. */
  #catchUp(now: number): void {
    if (this.at >= now) return;
    const { visitCycles, state, slotCount, roundCycles } = this;
    let { at, place } = this;
    if (now - at >= roundCycles) at += Math.floor((now - at) / roundCycles) * roundCycles;
    while (at < now) {
      at += visitCycles[state[place]];
      if (++place === slotCount) place = 0;
    }
    this.at = at;
    this.place = place;
  }

  /** Whether a visit to a slot does something. */
  #acts(slot: number): boolean {
    const state = this.state[slot];
    if (state === Slot.Free) return stateOf(this.words[slot * this.slotWords]) === CommandState.new;
    if (state === Slot.Queued) return this.#idleUnit(slot) >= 0;
    return this.unitFinished[this.unitOf[slot]] === 1;
  }

  /** The idle unit with the lowest number that a queued command may use, or -1. */
  #idleUnit(slot: number): number {
    const mask = this.words[slot * this.slotWords + 1];
    for (let unit = 0; unit < this.unitAddresses.length; unit++) {
      if (((mask >>> unit) & 1) === 1 && this.unitBusy[unit] === 0) return unit;
    }
    return -1;
  }

  #plan(now: number): void {
    const { visitCycles, state, slotCount } = this;
    let { at, place } = this;
    for (let step = 0; step < slotCount; step++) {
      if (this.#acts(place)) {
        if (this.actBegin >= 0) {
          if (this.actBegin === at) return;
          this.act.unqueue();
        }
        this.actBegin = at;
        this.actSlot = place;
        this.act.after(Math.max(1, at - now + this.#costOfVisit(place)));
        return;
      }
      at += visitCycles[state[place]];
      if (++place === slotCount) place = 0;
    }
  }

  /** What the visit that is planned takes, all its steps together. */
  #costOfVisit(slot: number): number {
    const { params } = this;
    switch (this.state[slot]) {
      case Slot.Free: {
        const word = this.words[slot * this.slotWords];
        const start = opcodeOf(word) === Opcode.startUnit && this.#idleUnit(slot) >= 0;
        return params.freeVisitCycles + params.acceptCycles + (start ? this.#startCost(slot) : 0);
      }
      case Slot.Queued:
        return params.queuedVisitCycles + this.#startCost(slot);
      default:
        return params.runningVisitCycles + params.completeCycles;
    }
  }

  #startCost(slot: number): number {
    const { params } = this;
    const words = Math.max(0, countOf(this.words[slot * this.slotWords]) - 1 - ARGUMENTS_OFFSET / 4);
    const perWord = (this.features & Feature.unitDma) !== 0 ? params.dmaWordCycles : params.copyWordCycles;
    return params.startCycles + words * perWord;
  }

  /** The end of the visit that does something. */
  #perform(): void {
    const slot = this.actSlot;
    switch (this.state[slot]) {
      case Slot.Free:
        this.#accept(slot);
        break;
      case Slot.Queued:
        this.#start(slot);
        break;
      default:
        this.#complete(slot);
    }
    this.actBegin = -1;
    const now = this.clock.cycles;
    this.at = now;
    this.place = slot + 1 === this.slotCount ? 0 : slot + 1;
    this.#plan(now);
  }

  #accept(slot: number): void {
    const base = slot * this.slotWords;
    const word = this.words[base];
    this.words[base] = (word & ~0xf) | CommandState.queued;
    switch (opcodeOf(word)) {
      case Opcode.startUnit: {
        const known = 2 ** this.unitAddresses.length - 1;
        if ((this.words[base + 1] & known) === 0) return this.#refuse(slot);
        this.#enter(slot, Slot.Queued);
        this.#use(1);
        if (this.#idleUnit(slot) >= 0) this.#start(slot);
        return;
      }
      case Opcode.configure:
        return this.#configure(slot);
      case Opcode.exit:
      case Opcode.abort:
        this.words[base] = header(opcodeOf(word), countOf(word), 0) & ~0xf | CommandState.completed;
        return this.#notify(slot);
      default:
        return this.#refuse(slot);
    }
  }

  #refuse(slot: number): void {
    this.errors.add();
    const base = slot * this.slotWords;
    this.words[base] = (this.words[base] & ~0xf) | CommandState.error;
    this.#notify(slot);
  }

  #configure(slot: number): void {
    const base = slot * this.slotWords;
    const [slotBytes, count, , , features] = this.words.subarray(base + 1, base + 6);
    if (slotBytes < 64 || slotBytes % 4 !== 0 || this.params.queueBytes / slotBytes > 128) return this.#refuse(slot);
    this.unitAddresses = [...this.words.subarray(base + 6, base + 6 + count)].map((address) => address & ~0xff);
    this.features = features;
    this.unitBusy.fill(0);
    this.unitFinished.fill(0);
    this.words[base] = (this.words[base] & ~0xf) | CommandState.completed;
    this.slotWords = slotBytes / 4;
    this.slotCount = Math.floor(this.params.queueBytes / slotBytes);
    this.state.fill(Slot.Free);
    this.roundCycles = this.slotCount * this.visitCycles[Slot.Free];
    const { registers } = this;
    registers.set("CQ_SLOT_SIZE", slotBytes);
    registers.set("CQ_NUM_SLOTS", this.slotCount);
    registers.set("NUM_CU", count);
    registers.set("CU_DMA_ENABLE", (features & Feature.unitDma) !== 0 ? 1 : 0);
    registers.set("HOST_INT_ENABLE", (features & Feature.polling) !== 0 ? 0 : 1);
    this.#notify(slot);
  }

  #start(slot: number): void {
    const base = slot * this.slotWords;
    const unit = this.#idleUnit(slot);
    const address = this.unitAddresses[unit];
    if (address === undefined) {
      throw new SimulationError(
        `Cannot start unit ${unit} from slot ${slot} of ${this.where()}: it was not configured`,
      );
    }
    this.#enter(slot, Slot.Running);
    this.unitOf[slot] = unit;
    this.unitBusy[unit] = 1;
    this.unitFinished[unit] = 0;
    const first = ARGUMENTS_OFFSET / 4;
    const count = countOf(this.words[base]) - 1 - first;
    if (count > 0) this.units.writeWords(address + ARGUMENTS_OFFSET, this.words, base + 2 + first, count);
    if (this.starts.on) this.starts.emit(`start slot ${slot} unit ${unit}`);
    this.startingSlot = slot;
    this.units.write32(address, Control.start);
    this.startingSlot = -1;
  }

  #complete(slot: number): void {
    const unit = this.unitOf[slot];
    // The read clears ap_done.
    this.units.read32(this.unitAddresses[unit]);
    this.unitBusy[unit] = 0;
    this.unitFinished[unit] = 0;
    this.#enter(slot, Slot.Free);
    const base = slot * this.slotWords;
    this.words[base] = (this.words[base] & ~0xf) | CommandState.completed;
    this.#use(-1);
    this.commands.add();
    if (this.starts.on) this.starts.emit(`done slot ${slot} unit ${unit}`);
    this.#notify(slot);
  }

  #notify(slot: number): void {
    this.status[slot >> 5] |= 1 << (slot & 31);
    if ((this.features & Feature.polling) === 0) this.doorbell.interrupt(this.params.vector);
  }

  #enter(slot: number, state: Slot): void {
    this.roundCycles += this.visitCycles[state] - this.visitCycles[this.state[slot]];
    this.state[slot] = state;
  }

  #use(change: number): void {
    this.used += change;
    if (this.slotsUsed.on) this.slotsUsed.emit(this.used);
  }
}
