/**
 * The event unit: what cores wait for, and how they sleep meanwhile.
 * @module
 */
import { Phase, SimulationError, type TracePoint } from "../../sim/mod.ts";
import { type Access, CoreBus, Mapped } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { type InterruptSink, InterruptSource } from "../bus/interrupts.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import { ClockedEventUnit } from "./clocked_event_unit.ts";
import { EVENT_UNIT_BYTES, EventUnitOffset } from "./event_unit_registers.ts";

export { EventBit, EventUnitOffset } from "./event_unit_registers.ts";

/** Sizes and delays of an event unit. */
export interface EventUnitParams {
  /** Cores that it serves. */
  readonly cores: number;
  /** Hardware barriers. */
  readonly barriers: number;
  /** Entries that the dispatch queue holds. */
  readonly dispatchDepth: number;
  /** From the bus request of a wait to the cycle in which the core's clock goes off and triggers act. */
  readonly sleepCycles: number;
  /**
   * From the grant of a wait to the next instruction's exit from decode, of cores that run generator firmware; machine code's
   * pipeline has it in itself. 4 is recorded, on the RI5CY of January 2018, whose hazard check takes the waiting load for its
   * own successor; in the RTL of November 2019 (read, not recorded) it does not, which makes 3.
   */
  readonly resumeCycles: number;
}

const measured = "RTL simulation of event_unit_flex 6b7a494 with eight RI5CY cores, 128-bit fetch";

/**
 * Event buffers, masks and waits of each core, software events, barriers, a mutex and the dispatch queue. A core
 * that waits for something that is not there has its clock off until it is.
 */
export class EventUnit extends Component<EventUnitParams> {
  /** Sizes and delays. */
  static override readonly params: ParamTable<EventUnitParams> = {
    cores: { default: 8, unit: "core", description: "cores that it serves", source: "GAP8 manual" },
    barriers: { default: 8, unit: "barrier", description: "hardware barriers", source: "GAP8 configuration" },
    dispatchDepth: { default: 8, unit: "entry", description: "dispatch queue", source: "GAP8 configuration" },
    sleepCycles: { default: 1, unit: "cycle", description: "bus request of a wait to clock off", source: measured },
    resumeCycles: { default: 4, unit: "cycle", description: "grant of a wait to next instruction", source: measured },
  };

  /** The private windows of the cores; `access.port` says whose, the low 10 bits of the address which register. */
  readonly demux: Target<CoreBus> = this.target("demux", CoreBus, { request: (access) => this.#ask(access) });
  /** What others see over the bus: software event triggers. */
  readonly peripheral: Target<Mapped> = this.target("peripheral", Mapped, {
    read: (offset) => this.#readPeripheral(offset),
    write: (offset, _size, value) => this.#writePeripheral(offset, value),
  });

  /** Where cores get their interrupts. */
  readonly interrupts: Target<InterruptSource> = this.target("interrupts", InterruptSource, {
    attach: (core, sink) => {
      this.sinks[core] = sink;
      sink.interrupt(this.lineOf(core) >= 0, Math.max(0, this.lineOf(core)));
    },
    acknowledge: (core, id) => {
      this.#enterCycle();
      this.logic.interrupts.take(core, id);
      if (!this.arbiter.queued) this.arbiter.after(1);
    },
  });

  private readonly logic: ClockedEventUnit;
  /** Per core: who is told of its interrupts, and the number that it was told last, or -1 for a low line. */
  private readonly sinks: (InterruptSink | undefined)[];
  private readonly told: Int8Array;
  /** Per core: its access, until granted, and the cycle from which on nothing but a wait holds it up. */
  private readonly held: (Access | null)[];
  private readonly idleFrom: Float64Array;
  private readonly events: TracePoint<string> = this.tracePoint("events", {
    kind: "event",
    unit: "text",
    description: "events that reach a core",
    canonical: true,
  });
  private readonly arbiter = this.sim.task(`${this.path}.arbiter`, () => this.#arbitrate(), {
    clock: this.clock,
    phase: Phase.arbitrate,
  });
  /** The cycle whose edge the logic has not seen yet, or -1. */
  private open = -1;
  /** The last cycle that has been arbitrated, or -1. */
  private arbitrated = -1;

  /** An event unit with all masks clear. */
  constructor(parent: Parent, name: string, params: Partial<EventUnitParams> = {}, placement: Placement = {}) {
    super(parent, name, params, placement);
    this.logic = new ClockedEventUnit({ ...this.params, interrupts: true }, () => this.where());
    this.sinks = new Array<InterruptSink | undefined>(this.params.cores).fill(undefined);
    this.told = new Int8Array(this.params.cores).fill(-1);
    this.held = new Array<Access | null>(this.params.cores).fill(null);
    this.idleFrom = new Float64Array(this.params.cores);
  }

  /** An event line of `cores` (a mask) is active in the present cycle. For devices that are wired to it. */
  raise(cores: number, bit: number): void {
    this.#enterCycle();
    this.logic.raise(cores, bit);
    if (!this.arbiter.queued) this.arbiter.after(1);
  }

  /** What a core waits for, in words; undefined if it does not. For reports. */
  describeWait(core: number): string | undefined {
    return this.logic.describeWait(core);
  }

  /** Goes back to the state after reset; whoever waits is forgotten. */
  reset(): void {
    this.logic.reset();
    this.held.fill(null);
    this.told.fill(-1);
    this.open = this.arbitrated = -1;
    this.arbiter.unqueue();
  }

  #ask(access: Access): void {
    const { port: core, waits, write } = access;
    const offset = access.address & EVENT_UNIT_BYTES - 4;
    this.#enterCycle();
    try {
      if (waits !== (!write && this.logic.waitsAt(offset))) throw this.#notAWait(waits, offset);
      this.logic.request(core, offset, write, access.value);
    } catch (error) {
      access.fail(error as Error);
      return;
    }
    this.held[core] = access;
    this.idleFrom[core] = this.clock.cycles + this.params.sleepCycles;
    // Whoever comes after the arbitration waits for the next.
    if (this.arbitrated === this.clock.cycles) return;
    this.arbiter.unqueue();
    this.arbiter.post();
  }

  /** The first that happens in a cycle brings the one before to its end. */
  #enterCycle(): void {
    const now = this.clock.cycles;
    if (this.open >= 0 && this.open !== now) {
      if (this.events.on) this.#traceEvents();
      this.logic.commit();
    }
    this.open = now;
  }

  #arbitrate(): void {
    this.#enterCycle();
    const { logic, held } = this;
    if (!logic.busy) {
      this.open = -1;
      return;
    }
    this.arbiter.after(1);
    const now = this.arbitrated = this.clock.cycles;
    let idle = 0;
    for (let core = 0; core < held.length; core++) {
      const access = held[core];
      const from = Math.max(this.idleFrom[core], access?.stopsFrom ?? 0);
      if (access?.quiet ?? now >= from) idle |= 1 << core;
    }
    let grants = 0;
    try {
      grants = logic.arbitrate(idle);
    } catch (error) {
      held[logic.serving]!.fail(error as Error);
    }
    if (logic.interrupts.used) this.#tellInterrupts();
    for (let left = logic.fallingAsleep; left !== 0; left &= left - 1) {
      held[31 - Math.clz32(left & -left)]!.sleep();
    }
    for (let left = grants; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      const access = held[core]!;
      held[core] = null;
      if (access.write) access.complete(0);
      else access.complete(logic.responses[core] >>> 0, access.waits ? this.params.resumeCycles : 0);
    }
  }

  /** The interrupt that a core is asked to take, or -1. */
  private lineOf(core: number): number {
    const { levels, ids } = this.logic.interrupts;
    return (levels >>> core & 1) === 0 ? -1 : ids[core];
  }

  #tellInterrupts(): void {
    for (let core = 0; core < this.told.length; core++) {
      const line = this.lineOf(core);
      if (line === this.told[core]) continue;
      this.told[core] = line;
      this.sinks[core]?.interrupt(line >= 0, Math.max(0, line));
    }
  }

  #traceEvents(): void {
    for (let core = 0; core < this.held.length; core++) {
      const arriving = this.logic.arriving(core);
      if (arriving !== 0) this.events.emit(`core ${core} ${hex(arriving >>> 0)}`);
    }
  }

  #readPeripheral(offset: number): number {
    throw this.#nothingAt("read", offset);
  }

  #writePeripheral(offset: number, value: number): void {
    const at = EventUnitOffset.softwareEvent;
    if (offset < at || offset >= at + 32) throw this.#nothingAt(`write ${hex(value)} to`, offset);
    this.#enterCycle();
    this.logic.raiseSoftwareEvent(value, (offset - at) >> 2);
    if (!this.arbiter.queued) this.arbiter.after(1);
  }

  #nothingAt(verb: string, offset: number): SimulationError {
    return new SimulationError(`Cannot ${verb} offset ${hex(offset)} of ${this.where()}: no register is there`);
  }

  #notAWait(waits: boolean, offset: number): SimulationError {
    return new SimulationError(
      waits
        ? `Cannot wait (p.elw) at offset ${hex(offset)} of ${this.where()}: no register there holds an access back`
        : `Cannot read offset ${hex(offset)} of ${this.where()} with a plain load: it waits for an event; use p.elw`,
    );
  }
}
