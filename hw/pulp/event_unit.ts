/**
 * The event unit: what cores wait for, and how they sleep meanwhile.
 * @module
 */
import { Phase, SimulationError, type Task, type TracePoint } from "../../sim/mod.ts";
import { type Access, CoreBus, Mapped } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import { BarrierOffset, BarrierUnit } from "./barrier_unit.ts";
import { DispatchQueue } from "./dispatch_queue.ts";
import { HardwareMutex } from "./hardware_mutex.ts";

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
  /** From an active event line to the buffer bit. */
  readonly bufferCycles: number;
  /** From the buffer bit to the grant of a sleeping core. */
  readonly grantCycles: number;
  /** From the grant of a wait to the next instruction's exit from decode. */
  readonly resumeCycles: number;
  /** From the last arrival at a barrier to its event line. */
  readonly barrierCycles: number;
  /** From the grant of a dispatch push to the event lines of those who wait for it. */
  readonly dispatchCycles: number;
}

const measured = "RTL simulation of event_unit_flex 6b7a494 with eight RI5CY cores, 128-bit fetch";

/** Offsets of the registers as a core sees them, from the base of its private window. */
export const EventUnitOffset = {
  mask: 0x00,
  maskAnd: 0x04,
  maskOr: 0x08,
  status: 0x18,
  buffer: 0x1c,
  bufferMasked: 0x20,
  bufferClear: 0x28,
  wait: 0x38,
  waitClear: 0x3c,
  dispatchFifo: 0x80,
  dispatchTeam: 0x84,
  mutex: 0xc0,
  softwareEvent: 0x100,
  softwareEventWait: 0x140,
  softwareEventWaitClear: 0x180,
  barrier: 0x200,
} as const;

/** Event bits that have a fixed meaning. */
export const EventBit = { barrier: 16, mutex: 17, dispatch: 18, socEvent: 27 } as const;

/** What a wait does when its core is about to sleep. */
type WaitAction = "none" | "dispatch" | "mutex" | "barrier" | "software";

interface CoreState {
  mask: number;
  buffer: number;
  /** Events that become buffer bits at the next edge, and at the one after. */
  soon: number;
  later: number;
  /** The access that is held back, if any. */
  held: Access | null;
  action: WaitAction;
  actionIndex: number;
  clears: boolean;
  /** Whether the triggering part is still to come. */
  untriggered: boolean;
  /** Whether the event of the dispatch value that it waits for has been raised: once per pop. */
  dispatched: boolean;
}

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
    bufferCycles: { default: 1, unit: "cycle", description: "event line to buffer bit", source: measured },
    grantCycles: { default: 1, unit: "cycle", description: "buffer bit to grant of a sleeping core", source: measured },
    resumeCycles: { default: 4, unit: "cycle", description: "grant of a wait to next instruction", source: measured },
    barrierCycles: { default: 1, unit: "cycle", description: "last arrival to event line", source: measured },
    dispatchCycles: { default: 1, unit: "cycle", description: "dispatch push to event line", source: measured },
  };

  /** The private windows of the cores; `access.port` says whose, the low 10 bits of the address which register. */
  readonly demux: Target<CoreBus> = this.target("demux", CoreBus, { request: (access) => this.#ask(access) });
  /** What others see over the bus: software event triggers. */
  readonly peripheral: Target<Mapped> = this.target("peripheral", Mapped, {
    read: (offset) => this.#readPeripheral(offset),
    write: (offset, _size, value) => this.#writePeripheral(offset, value),
  });

  private readonly states: CoreState[];
  private readonly barriers: BarrierUnit;
  private readonly dispatch: DispatchQueue;
  private readonly mutex = new HardwareMutex(() => this.where());
  private readonly asking: (Access | null)[];
  private readonly triggering: Task[];
  private readonly events: TracePoint<string> = this.tracePoint("events", {
    kind: "event",
    unit: "text",
    description: "events that reach a core",
    canonical: true,
  });
  private readonly server = this.sim.task(`${this.path}.server`, () => this.#serve(), {
    clock: this.clock,
    phase: Phase.arbitrate,
  });
  private readonly ticker = this.sim.task(`${this.path}.ticker`, () => this.#tick(), { clock: this.clock });

  /** An event unit with all masks clear. */
  constructor(parent: Parent, name: string, params: Partial<EventUnitParams> = {}, placement: Placement = {}) {
    super(parent, name, params, placement);
    const { cores, barriers, dispatchDepth } = this.params;
    this.states = Array.from({ length: cores }, freshState);
    this.barriers = new BarrierUnit(barriers, () => this.where());
    this.dispatch = new DispatchQueue(cores, dispatchDepth);
    this.asking = new Array<Access | null>(cores).fill(null);
    this.triggering = this.states.map((_, core) =>
      this.sim.task(`${this.path}.trigger${core}`, () => this.#trigger(core), {
        clock: this.clock,
        phase: Phase.arbitrate,
      })
    );
  }

  /** An event line of `cores` (a mask) is active in the present cycle. For devices that are wired to it. */
  raise(cores: number, bit: number): void {
    this.#raiseAfter(cores, bit, 0);
  }

  /** Goes back to the state after reset; whoever waits is forgotten. */
  reset(): void {
    for (const state of this.states) Object.assign(state, freshState());
    this.barriers.reset();
    this.dispatch.reset();
    this.asking.fill(null);
    this.mutex.reset();
    for (const task of [...this.triggering, this.server, this.ticker]) task.unqueue();
  }

  #ask(access: Access): void {
    this.asking[access.port] = access;
    if (!this.server.queued) this.server.post();
  }

  /** Serves the accesses of this cycle in the order of the cores. */
  #serve(): void {
    for (let core = 0; core < this.asking.length; core++) {
      const access = this.asking[core];
      if (access === null) continue;
      this.asking[core] = null;
      try {
        if (access.waits) this.#beginWait(core, access);
        else if (access.write) {
          this.#writeRegister(core, access.address & 0x3ff, access.value);
          access.complete(0);
        } else access.complete(this.#readRegister(core, access.address & 0x3ff));
      } catch (error) {
        access.fail(error as Error);
      }
    }
  }

  #beginWait(core: number, access: Access): void {
    const state = this.states[core];
    const { action, index, clears } = this.#decodeWait(access.address & 0x3ff);
    state.action = action;
    state.actionIndex = index;
    state.clears = clears;
    if (action === "none" && (state.buffer & state.mask) !== 0) {
      this.#release(core, access);
      return;
    }
    state.held = access;
    state.untriggered = true;
    this.triggering[core].after(this.params.sleepCycles);
  }

  #decodeWait(offset: number): { action: WaitAction; index: number; clears: boolean } {
    const at = EventUnitOffset;
    const none = { action: "none", index: 0 } as const;
    if (offset === at.wait) return { ...none, clears: false };
    if (offset === at.waitClear) return { ...none, clears: true };
    if (offset === at.dispatchFifo) return { action: "dispatch", index: 0, clears: true };
    if (offset === at.mutex) return { action: "mutex", index: 0, clears: true };
    if (offset >= at.softwareEventWait && offset < at.softwareEventWait + 32) {
      return { action: "software", index: (offset - at.softwareEventWait) >> 2, clears: false };
    }
    if (offset >= at.softwareEventWaitClear && offset < at.softwareEventWaitClear + 32) {
      return { action: "software", index: (offset - at.softwareEventWaitClear) >> 2, clears: true };
    }
    const barrier = this.barriers.decode(offset - at.barrier);
    if (barrier?.offset === BarrierOffset.triggerWait) {
      return { action: "barrier", index: barrier.index, clears: false };
    }
    if (barrier?.offset === BarrierOffset.triggerWaitClear) {
      return { action: "barrier", index: barrier.index, clears: true };
    }
    throw new SimulationError(
      `Cannot wait (p.elw) at offset ${hex(offset)} of ${this.where()}: no register there holds an access back`,
    );
  }

  /** The core's clock goes off; what its wait triggers happens now. */
  #trigger(core: number): void {
    const state = this.states[core];
    const { held } = state;
    if (held === null) return;
    state.untriggered = false;
    held.sleep();
    switch (state.action) {
      case "none":
        break;
      case "software":
        this.#raiseAfter(this.#coresOf(0), state.actionIndex, 0);
        break;
      case "barrier":
        try {
          this.#arrive(state.actionIndex, 1 << core);
        } catch (error) {
          state.held = null;
          held.fail(error as Error);
        }
        break;
      case "dispatch":
        this.#announceDispatch(core, 0);
        break;
      case "mutex":
        if (this.mutex.lock(core)) this.#raiseAfter(1 << core, EventBit.mutex, 0);
    }
    if ((state.buffer & state.mask) !== 0) this.#wakeTicker();
  }

  #arrive(index: number, cores: number): void {
    const targets = this.barriers.arrive(index, cores);
    if (targets !== 0) this.#raiseAfter(targets, EventBit.barrier, this.params.barrierCycles);
  }

  #raiseAfter(cores: number, bit: number, cycles: number): void {
    for (let core = 0; core < this.states.length; core++) {
      if ((cores >>> core & 1) === 0) continue;
      if (cycles === 0) this.states[core].soon |= 1 << bit;
      else this.states[core].later |= 1 << bit;
    }
    this.#wakeTicker();
  }

  #wakeTicker(): void {
    if (!this.ticker.queued) this.ticker.after(this.params.bufferCycles);
  }

  /** An edge: sleeping cores whose bits were set before are granted, then new events become buffer bits. */
  #tick(): void {
    let more = false;
    for (let core = 0; core < this.states.length; core++) {
      const state = this.states[core];
      const { held } = state;
      if (held !== null && !state.untriggered && (state.buffer & state.mask) !== 0) {
        state.held = null;
        this.#release(core, held);
      }
      if (state.soon !== 0 && this.events.on) this.events.emit(`core ${core} ${hex(state.soon)}`);
      state.buffer |= state.soon;
      state.soon = state.later;
      state.later = 0;
      more ||= state.soon !== 0 || (state.held !== null && !state.untriggered && (state.buffer & state.mask) !== 0);
    }
    if (more) this.ticker.after(this.params.grantCycles);
  }

  #release(core: number, access: Access): void {
    const state = this.states[core];
    const seen = (state.buffer & state.mask) >>> 0;
    if (state.clears) state.buffer &= ~seen;
    let result = seen;
    state.dispatched = false;
    if (state.action === "dispatch") result = this.dispatch.pop(core);
    else if (state.action === "mutex") result = this.mutex.message;
    access.complete(result, this.params.resumeCycles);
  }

  #readRegister(core: number, offset: number): number {
    const state = this.states[core];
    switch (offset) {
      case EventUnitOffset.mask:
        return state.mask >>> 0;
      case EventUnitOffset.buffer:
        return state.buffer >>> 0;
      case EventUnitOffset.bufferMasked:
        return (state.buffer & state.mask) >>> 0;
      case EventUnitOffset.status:
        return state.held === null ? 1 : 0;
      case EventUnitOffset.dispatchTeam:
        return this.dispatch.team;
    }
    const barrier = this.barriers.decode(offset - EventUnitOffset.barrier);
    const value = barrier === null ? undefined : this.barriers.read(barrier);
    if (value !== undefined) return value;
    throw this.#nothingAt("read", offset);
  }

  #writeRegister(core: number, offset: number, value: number): void {
    const state = this.states[core];
    const at = EventUnitOffset;
    if (offset === at.mask) state.mask = value;
    else if (offset === at.maskAnd) state.mask &= ~value;
    else if (offset === at.maskOr) state.mask |= value;
    else if (offset === at.bufferClear) state.buffer &= ~value;
    else if (offset === at.dispatchTeam) this.dispatch.team = value & (2 ** this.params.cores - 1);
    else if (offset === at.dispatchFifo) this.#pushDispatch(core, value);
    else if (offset === at.mutex) this.#unlockMutex(core, value);
    else if (offset >= at.softwareEvent && offset < at.softwareEvent + 32) {
      this.#raiseAfter(this.#coresOf(value), (offset - at.softwareEvent) >> 2, 0);
    } else this.#writeBarrier(core, offset, value);
  }

  #pushDispatch(core: number, value: number): void {
    if (this.dispatch.full) {
      throw new SimulationError(
        `Cannot dispatch ${
          hex(value)
        } from core ${core} at ${this.where()}: all ${this.params.dispatchDepth} entries ` +
          "of the queue wait for slower cores; the RTL would lose one. Meet at a barrier in between",
      );
    }
    this.dispatch.push(core, value >>> 0);
    for (let other = 0; other < this.states.length; other++) {
      this.#announceDispatch(other, this.params.dispatchCycles);
    }
  }

  /** Raises the event of a core that sleeps for a dispatched value, if there is one. */
  #announceDispatch(core: number, cycles: number): void {
    const state = this.states[core];
    if (state.action !== "dispatch" || state.held === null || state.untriggered || state.dispatched) return;
    if (!this.dispatch.has(core)) return;
    state.dispatched = true;
    this.#raiseAfter(1 << core, EventBit.dispatch, cycles);
  }

  #unlockMutex(core: number, value: number): void {
    const next = this.mutex.unlock(core, value);
    if (next >= 0) this.#raiseAfter(1 << next, EventBit.mutex, 0);
  }

  #writeBarrier(core: number, offset: number, value: number): void {
    const barrier = this.barriers.decode(offset - EventUnitOffset.barrier);
    if (barrier !== null && this.barriers.writeMask(barrier, value)) return;
    if (barrier?.offset === BarrierOffset.trigger) this.#arrive(barrier.index, value);
    else if (barrier?.offset === BarrierOffset.triggerSelf) this.#arrive(barrier.index, 1 << core);
    else throw this.#nothingAt(`write ${hex(value)} to`, offset);
  }

  #readPeripheral(offset: number): number {
    throw this.#nothingAt("read", offset);
  }

  #writePeripheral(offset: number, value: number): void {
    const at = EventUnitOffset.softwareEvent;
    if (offset < at || offset >= at + 32) throw this.#nothingAt(`write ${hex(value)} to`, offset);
    this.#raiseAfter(this.#coresOf(value), (offset - at) >> 2, 0);
  }

  /** A core mask as software gives it: 0 means all. */
  #coresOf(mask: number): number {
    return mask === 0 ? 2 ** this.params.cores - 1 : mask;
  }

  #nothingAt(verb: string, offset: number): SimulationError {
    return new SimulationError(`Cannot ${verb} offset ${hex(offset)} of ${this.where()}: no register is there`);
  }
}

function freshState(): CoreState {
  return {
    mask: 0,
    buffer: 0,
    soon: 0,
    later: 0,
    held: null,
    action: "none",
    actionIndex: 0,
    clears: false,
    untriggered: false,
    dispatched: false,
  };
}
