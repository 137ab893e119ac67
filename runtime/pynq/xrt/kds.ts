/**
 * The driver's scheduler (KDS): a thread of the host's kernel that holds commands back until what they depend on is
 * done, and hands them to the card.
 *
 * Source: XRT 2019.2.0.3, sched_exec.c: dependencies are resolved here, not on the card; a command gets the lowest free
 * slot; the first of those that are ready goes first; what waits holds up nobody behind it.
 * @module
 */
import { Component } from "../../../hw/component.ts";
import type { ComputeUnit } from "../../../hw/pcie/compute_unit.ts";
import { Wakeup } from "../../../hw/pcie/unit_signals.ts";
import { CommandState, configurePacket, countOf, Feature } from "../../../hw/pcie/ert_packet.ts";
import { type Alveo, AlveoAddress } from "../../../hw/platforms/alveo.ts";
import {
  anyOf,
  type Counter,
  type Duration,
  Event,
  type Process,
  type ProcessHandle,
  type Waitable,
} from "../../../sim/mod.ts";
import type { HostMachine } from "../host_machine.ts";
import { Errno } from "./errors.ts";
import { PolledUnits } from "./polled_units.ts";
import { ReadyList } from "./ready_list.ts";

/** Most commands that one may wait for, and most that may wait for one (XRT 2019.2.0.3, sched_exec.h). */
export const MAX_DEPENDENCIES = 8;

/** Who carries commands out: the card's scheduler, or the driver itself. */
export type SchedulerMode = "ert" | "kds";

/** A command on its way. */
export class Command {
  /** What goes to the card. */
  readonly packet: Uint32Array;
  /** One of {@linkcode CommandState}. */
  state: number = CommandState.new;
  /** Commands that it still waits for. */
  waitCount = 0;
  /** Commands that wait for it. */
  dependents: Command[] | null = null;
  /** Its number among all commands. */
  sequence = 0;
  /** When it was over, in picoseconds; -1 before. */
  endedPs: number = -1;
  /** Its slot in the card's queue, or the unit that runs it. */
  slot: number = -1;
  /** Called at its end. */
  readonly ended: (() => void) | null;
  /** What it is for, for observers and reports. */
  readonly label: string;
  /** What an observer wants to find again. */
  mark: unknown = null;

  /** A command that nobody has submitted. */
  constructor(packet: Uint32Array, label: string, ended: (() => void) | null = null) {
    this.packet = packet;
    this.label = label;
    this.ended = ended;
  }

  /** Whether it is over, well or not. */
  get over(): boolean {
    return this.state >= CommandState.completed && this.state <= CommandState.abort;
  }
}

/** The scheduler thread of one card. */
export class Kds extends Component {
  /** Commands that were submitted. */
  readonly submitted: Counter = this.counter("submitted", "command", "commands that were submitted");
  /** Commands that are over. */
  readonly completed: Counter = this.counter("completed", "command", "commands that are over");
  /** Where programs wait for commands to be over. */
  readonly progress: Wakeup;
  private readonly host: HostMachine;
  private readonly card: Alveo;
  private readonly work: Wakeup;
  /** The same for a thread that polls units beside it. */
  private readonly wake: Event = new Event(this.sim, `${this.path}.wake`);
  private readonly threadWake: Duration;
  private mode: SchedulerMode = "ert";
  private units: readonly ComputeUnit[] = [];
  private readonly ready: ReadyList = new ReadyList();
  private waitingCount = 0;
  private slots: (Command | null)[] = [];
  private slotBytes = 0x1000;
  private freeSlots = 0;
  private sequence = 0;
  private interrupted = false;
  private posted = false;
  private configured: Command | null = null;
  private thread: ProcessHandle<void> | null = null;
  private readonly writeTimes: Waitable[] = [];
  private polled: PolledUnits;

  /** A scheduler with nothing to do. */
  constructor(host: HostMachine, name: string, card: Alveo) {
    super(host, name);
    this.host = host;
    this.card = card;
    this.polled = new PolledUnits(host, card.link, []);
    const { systemCallNs, processWakeNs, threadWakeNs } = host.params;
    const stands = () => this.#stands();
    this.progress = new Wakeup(`event ${this.path}.progress`, host.time(systemCallNs + processWakeNs), stands);
    this.threadWake = host.time(threadWakeNs);
    this.work = new Wakeup(`event ${this.path}.work`, this.threadWake, stands);
  }

  /** Commands that are not over. */
  get pending(): number {
    return this.submitted.value - this.completed.value;
  }

  /** The command in a slot of the card's queue, or that a unit runs for the driver itself. */
  commandIn(slot: number, unit: number): Command | null {
    return (slot >= 0 ? this.slots[slot] : this.polled.latest(unit)) ?? null;
  }

  /** How commands are carried out. */
  get schedulerMode(): SchedulerMode {
    return this.mode;
  }

  /** Tells the card its units; returns when the card has answered. */
  *configure(units: readonly ComputeUnit[], mode: SchedulerMode, slotBytes: number): Process {
    this.units = units;
    // A unit with ap_ctrl_chain makes the driver start all units itself (XRT 2019.2, "dataflow" configuration).
    this.mode = units.some(({ kernel }) => kernel.handshake === "ap_ctrl_chain") ? "kds" : mode;
    this.slotBytes = slotBytes;
    const count = Math.floor(this.card.scheduler.params.queueBytes / slotBytes);
    this.slots = new Array<Command | null>(count).fill(null);
    this.freeSlots = count - 1; // slot 0 is for control
    this.polled = new PolledUnits(this.host, this.card.link, units);
    this.thread ??= this.sim.spawn(`${this.path}.thread`, () => this.#work(), { background: true });
    const addresses = units.map(({ params }) => params.address);
    const configure = new Command(configurePacket(slotBytes, Feature.ert | Feature.unitDma, addresses), "configure");
    this.configured = configure;
    this.slots[0] = configure;
    configure.slot = 0;
    yield this.#writing(configure);
    this.#write(configure);
    while (!configure.over) yield this.progress;
  }

  /**
   * Takes in a command that waits for others: 0, or the error number. A dependency that is over is not waited for.
   */
  submit(command: Command, dependencies: readonly Command[]): number {
    const open = dependencies.length === 0 ? dependencies : dependencies.filter((dependency) => !dependency.over);
    if (open.length > MAX_DEPENDENCIES) return Errno.EINVAL;
    this.submitted.add();
    command.sequence = ++this.sequence;
    if (open.some(({ dependents }) => dependents !== null && dependents.length >= MAX_DEPENDENCIES)) {
      // "chain count exceeded": the command fails, the call does not.
      this.#end(command, CommandState.error);
      return 0;
    }
    for (const dependency of open) (dependency.dependents ??= []).push(command);
    command.waitCount = open.length;
    command.state = CommandState.queued;
    if (open.length === 0) this.#makeReady(command);
    else this.waitingCount++;
    return 0;
  }

  /** The card says that commands are done. */
  interrupt(): void {
    this.interrupted = true;
    this.#post();
  }

  /** Ends everything that has not begun, as when the program that submitted it is gone. */
  abort(): number {
    const count = this.ready.length + this.waitingCount;
    for (let command; (command = this.ready.take()) !== null;) this.#end(command, CommandState.abort);
    return count;
  }

  #makeReady(command: Command): void {
    this.ready.add(command);
    this.#post();
  }

  /** For reports: what holds the commands up. */
  #stands(): string {
    const busy = this.units.filter((unit) => unit.busy).map((unit) => unit.stands());
    return `${this.pending} commands are not over` + (busy.length === 0 ? "" : `; ${busy.join("; ")}`);
  }

  #post(): void {
    this.posted = true;
    this.work.notify();
    this.wake.notify();
  }

  *#work(): Process {
    const { link } = this.card;
    for (;;) {
      if (!this.posted) {
        if (this.mode === "ert") yield this.work;
        else yield* this.#sleep();
      }
      this.posted = false;
      if (this.interrupted) {
        this.interrupted = false;
        for (let word = 0; 32 * word < this.slots.length; word++) {
          yield link.readRequest();
          const done = link.readArrived(AlveoAddress.scheduler + 4 * word);
          yield link.readReply();
          this.#free(32 * word, done);
        }
      }
      if (this.mode === "kds") {
        yield* this.polled.poll((command) => this.#end(command, CommandState.completed));
        yield* this.polled.start(this.ready);
      } else {
        while (this.freeSlots > 0 && this.ready.length > 0 && !this.interrupted) {
          const command = this.#intoSlot(this.ready.take()!);
          yield this.#writing(command);
          this.#write(command);
        }
      }
      if (this.interrupted) this.posted = true;
    }
  }

  /** Without the card's scheduler: until there is something to start, or a unit has ended. */
  *#sleep(): Process {
    const changes = this.polled.changes();
    if (changes !== null) yield* anyOf(this.wake, ...changes);
    yield this.threadWake;
  }

  /** Gives a command the lowest free slot. */
  #intoSlot(command: Command): Command {
    const { slots } = this;
    let slot = 1;
    while (slots[slot] !== null) slot++;
    slots[slot] = command;
    command.slot = slot;
    this.freeSlots--;
    return command;
  }

  /** The commands of some slots are done: a bit for each, from `first` on. */
  #free(first: number, done: number): void {
    const { slots } = this;
    for (let bits = done; bits !== 0; bits = (bits & (bits - 1)) >>> 0) {
      const slot = first + 31 - Math.clz32(bits & -bits);
      const command = slots[slot];
      if (command === null) continue;
      slots[slot] = null;
      if (slot > 0) this.freeSlots++;
      this.#end(command, CommandState.completed);
    }
  }

  /** What it takes to write a command to its slot. */
  #writing({ packet }: Command): Waitable {
    const words = 1 + countOf(packet[0]);
    const { scheduleNs, registerStoreNs } = this.host.params;
    return this.writeTimes[words] ??= this.host.time(scheduleNs + words * registerStoreNs);
  }

  /** Writes a command to its slot, the header last. */
  #write(command: Command): void {
    const { packet } = command;
    command.state = CommandState.running;
    this.card.link.writeBlock(AlveoAddress.queue + command.slot * this.slotBytes, packet, 1 + countOf(packet[0]));
  }

  #end(command: Command, state: number): void {
    command.state = state;
    command.endedPs = this.sim.now;
    if (command !== this.configured) this.completed.add();
    if (command.dependents !== null) {
      for (const dependent of command.dependents) {
        if (--dependent.waitCount > 0) continue;
        this.waitingCount--;
        this.#makeReady(dependent);
      }
      command.dependents = null;
    }
    command.ended?.();
    this.progress.notify();
  }
}
