/**
 * The event unit as a clocked block: buffers, masks and waits of each core, and the clocks of those that wait.
 *
 * Source: event_unit_flex 6b7a494 (event_unit_core), cycle for cycle; its interrupts as read.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { hex } from "../bus/address_map.ts";
import { BarrierOffset, BarrierUnit } from "./barrier_unit.ts";
import { CoreEventRegisters } from "./core_event_registers.ts";
import { DispatchQueue } from "./dispatch_queue.ts";
import {
  EventBit,
  EventUnitOffset as at,
  isOfInterrupts,
  isReadable,
  isWritable,
  WAIT_BARRIER,
  WAIT_DISPATCH,
  WAIT_MUTEX,
  WAIT_SOFTWARE,
  type WaitRegister,
  waitRegisters,
} from "./event_unit_registers.ts";
import { HardwareMutex } from "./hardware_mutex.ts";
import { type InterruptRequests, WaitEffect } from "./interrupt_requests.ts";

/** Sizes of a {@link ClockedEventUnit}. */
export interface ClockedEventUnitParams {
  /** Cores that it serves, at most 31. */
  readonly cores: number;
  /** Hardware barriers, at most 16. */
  readonly barriers: number;
  /** Entries of the dispatch queue. */
  readonly dispatchDepth: number;
  /** Whether cores can be interrupted; otherwise there are no registers for that. */
  readonly interrupts?: boolean;
}

/**
 * In every cycle in which {@link busy} is true the owner calls {@link arbitrate} with the accesses of the cycle raised,
 * then {@link commit}; event lines may be raised in between. Other cycles may be left out.
 */
export class ClockedEventUnit {
  /** Cores whose clock is off in the present cycle, one bit each. */
  asleep = 0;
  /** Cores with an access that has not been granted, one bit each. */
  pending = 0;
  /** Whether the next cycle would change anything. */
  busy = false;
  /** Per core: what its read, granted by the last {@link arbitrate}, returns. */
  readonly responses: Int32Array;
  /** Per core: its event lines in this cycle. */
  readonly lines: Int32Array;
  /** Who is asked to take an interrupt. */
  readonly interrupts: InterruptRequests;
  /** The core that is being served: the one to blame when {@link arbitrate} throws. */
  serving = 0;

  readonly #cores: number;
  readonly #depth: number;
  readonly #barrierCount: number;
  readonly #everybody: number;
  readonly #where: () => string;
  readonly #interruptible: boolean;
  readonly #waits: readonly (WaitRegister | undefined)[];
  readonly #registers: CoreEventRegisters;
  /** The registers' own: per core, events that it waits for, and those that have come. */
  readonly #mask: Int32Array;
  readonly #buffer: Int32Array;
  /** Per core: events of the next cycle. */
  readonly #nextLines: Int32Array;
  readonly #offset: Uint16Array;
  readonly #data: Int32Array;
  readonly #barriers: BarrierUnit;
  readonly #dispatch: DispatchQueue;
  readonly #mutex: HardwareMutex;
  /** Cores, one bit each: that store; whose wait ends in this cycle; whose clearing keeps new waits off; that clear. */
  #writing = 0;
  #waking = 0;
  #settling = 0;
  #clearing = 0;
  /** The same at the end of the cycle. */
  #nextAsleep = 0;
  #nextSettling = 0;
  #nextClearing = 0;
  #locking = 0;
  #unlocking = 0;

  /** An event unit with all masks clear; `where` says where it is and when, for errors. */
  constructor(params: ClockedEventUnitParams, where: () => string) {
    const { cores, barriers, dispatchDepth } = params;
    this.#cores = cores;
    this.#depth = dispatchDepth;
    this.#barrierCount = barriers;
    this.#everybody = 2 ** cores - 1;
    this.#where = where;
    this.#interruptible = params.interrupts ?? false;
    this.#registers = new CoreEventRegisters(cores);
    this.interrupts = this.#registers.interrupts;
    this.#waits = waitRegisters(barriers);
    this.responses = new Int32Array(cores);
    this.lines = new Int32Array(cores);
    this.#mask = this.#registers.mask;
    this.#buffer = this.#registers.buffer;
    this.#nextLines = new Int32Array(cores);
    this.#offset = new Uint16Array(cores);
    this.#data = new Int32Array(cores);
    this.#barriers = new BarrierUnit(barriers, where);
    this.#dispatch = new DispatchQueue(cores, dispatchDepth);
    this.#mutex = new HardwareMutex(where);
  }

  /** Cores whose clock goes off at the end of the cycle; known once it is arbitrated. */
  get fallingAsleep(): number {
    return this.#nextAsleep & ~this.asleep;
  }

  /** Events that reach a core's buffer at the end of the cycle. */
  arriving(core: number): number {
    // All lines are pulses, but that of a dispatched value, which stays active until the value is taken.
    return this.lines[core] & ~(this.#buffer[core] & 1 << EventBit.dispatch);
  }

  /** Back to the state after reset; whoever waits is forgotten. */
  reset(): void {
    for (const perCore of [this.lines, this.responses, this.#nextLines]) perCore.fill(0);
    this.#registers.reset();
    this.#barriers.reset();
    this.#dispatch.reset();
    this.#mutex.reset();
    this.asleep =
      this.pending =
      this.#writing =
      this.#waking =
      this.#settling =
      this.#clearing =
        0;
    this.#nextAsleep =
      this.#nextSettling =
      this.#nextClearing =
      this.#locking =
      this.#unlocking =
        0;
    this.busy = false;
  }

  /**
   * Raises an access of a core to the word at `offset` into its window; it stays raised until granted. Throws
   * SimulationError when no register is there that could be read, or written.
   */
  request(core: number, offset: number, write: boolean, data: number): void {
    const known = write ? isWritable(offset, this.#barrierCount) : isReadable(offset, this.#barrierCount);
    if (!known || !this.#interruptible && isOfInterrupts(offset)) {
      throw new SimulationError(
        `Cannot ${write ? `write ${hex(data >>> 0)} to` : "read"} offset ${hex(offset)} of ${this.#where()}: ` +
          "no register is there",
      );
    }
    const bit = 1 << core;
    this.pending |= bit;
    if (write) this.#writing |= bit;
    else this.#writing &= ~bit;
    this.#offset[core] = offset;
    this.#data[core] = data;
    this.busy = true;
  }

  /** Whether a read of the word at `offset` waits for an event. */
  waitsAt(offset: number): boolean {
    return this.#waits[offset >> 2] !== undefined;
  }

  /** What the pending wait of a core is for, in words; undefined if it has none. */
  describeWait(core: number): string | undefined {
    if ((this.pending >>> core & 1) === 0 || (this.#writing >>> core & 1) !== 0) return undefined;
    const wait = this.#waits[this.#offset[core] >> 2];
    if (wait === undefined) return undefined;
    switch (wait.action) {
      case WAIT_BARRIER:
        return this.#barriers.describe(wait.index);
      case WAIT_MUTEX:
        return this.#mutex.describe();
      case WAIT_DISPATCH:
        return "work that core 0 forks";
    }
    return `events ${hex(this.#mask[core] >>> 0)}, of which none has come`;
  }

  /** Makes event line `bit` of `cores` (a mask) active in the present cycle. */
  raise(cores: number, bit: number): void {
    for (let left = cores & this.#everybody; left !== 0; left &= left - 1) {
      this.lines[31 - Math.clz32(left & -left)] |= 1 << bit;
    }
    this.busy = true;
  }

  /** Triggers software event `index` for a mask of cores as software gives it: 0 means all. */
  raiseSoftwareEvent(cores: number, index: number): void {
    const mask = cores & this.#everybody;
    this.raise(mask === 0 ? this.#everybody : mask, index);
  }

  /**
   * Serves the accesses of a cycle; returns the granted cores, one bit each. `idle` has the cores that have nothing left
   * to do but their wait: only their clock can go off. Throws SimulationError when an access cannot be meant.
   */
  arbitrate(idle: number): number {
    let grants = 0;
    if (this.interrupts.used) this.interrupts.arbitrate(this.#buffer, this.#waiting());
    for (let left = this.pending; left !== 0; left &= left - 1) {
      const bit = left & -left;
      const core = this.serving = 31 - Math.clz32(bit);
      if ((this.#writing & bit) !== 0) {
        this.#write(core, this.#offset[core], this.#data[core]);
        grants |= bit;
        continue;
      }
      const wait = this.#waits[this.#offset[core] >> 2];
      if (wait === undefined || this.#wait(core, bit, wait, (idle & bit) !== 0)) grants |= bit;
    }
    if ((this.#locking | this.#unlocking) !== 0) this.#moveMutex();
    const dispatched = this.#dispatch.events();
    if (dispatched !== 0) this.raise(dispatched, EventBit.dispatch);
    for (let left = grants & ~this.#writing; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      this.responses[core] = this.#read(core, this.#offset[core]);
    }
    this.pending &= ~grants;
    return grants;
  }

  /** The clock edge. */
  commit(): void {
    let busy = this.#clearing !== 0;
    if (this.#dispatch.commit()) busy = true;
    for (let core = 0; core < this.#cores; core++) {
      const buffer = this.#registers.commit(core, this.lines[core], (this.#clearing >>> core & 1) !== 0);
      if ((this.#nextAsleep >>> core & 1) !== 0 && (buffer & this.#mask[core]) !== 0) busy = true;
      const next = this.lines[core] = this.#nextLines[core];
      if (next === 0) continue;
      this.#nextLines[core] = 0;
      busy = true;
    }
    if (this.interrupts.used && this.interrupts.commit(this.#buffer)) busy = true;
    this.asleep = this.#nextAsleep;
    this.#settling = this.#nextSettling;
    this.#clearing = this.#nextClearing;
    this.#nextSettling = this.#nextClearing = 0;
    this.busy = busy || (this.pending & ~this.asleep | this.#settling | this.#clearing) !== 0;
  }

  /** Cores that raise a wait with their clock on. */
  #waiting(): number {
    let waiting = 0;
    for (let left = this.pending & ~this.#writing & ~this.asleep; left !== 0; left &= left - 1) {
      if (this.waitsAt(this.#offset[31 - Math.clz32(left & -left)])) waiting |= left & -left;
    }
    return waiting;
  }

  /** One cycle of a waiting read; whether it is granted. */
  #wait(core: number, bit: number, wait: WaitRegister, idle: boolean): boolean {
    const happened = (this.#buffer[core] & this.#mask[core]) !== 0;
    if (this.interrupts.used) {
      const busy = ((this.#waking | this.#settling) & bit) !== 0;
      const asleep = (this.asleep & bit) !== 0;
      const effect = this.interrupts.serve(core, this.#buffer[core], asleep, busy, happened, idle);
      if (effect === WaitEffect.wake) this.#nextAsleep &= ~bit;
      else if (effect === WaitEffect.sleep) this.#nextAsleep |= bit;
      else if (effect === WaitEffect.trigger) this.#trigger(core, bit, wait);
      else if (effect === WaitEffect.release) this.#release(core, bit, wait);
      if (effect !== WaitEffect.none) return effect >= WaitEffect.grant;
    }
    if ((this.asleep & bit) !== 0) {
      if (happened) {
        this.#nextAsleep &= ~bit;
        this.#waking |= bit;
      }
      return false;
    }
    if ((this.#waking & bit) !== 0) {
      this.#waking &= ~bit;
      if (wait.clears) this.#nextSettling |= bit;
      this.#release(core, bit, wait);
      return true;
    }
    if ((this.#settling & bit) !== 0) return false;
    if (happened) {
      this.#release(core, bit, wait);
      this.#trigger(core, bit, wait);
      return true;
    }
    if (idle) {
      this.#nextAsleep |= bit;
      this.#trigger(core, bit, wait);
    }
    return false;
  }

  #release(core: number, bit: number, wait: WaitRegister): void {
    if (wait.clears) this.#nextClearing |= bit;
    this.#dispatch.acknowledge(core);
  }

  #trigger(core: number, bit: number, wait: WaitRegister): void {
    switch (wait.action) {
      case WAIT_SOFTWARE:
        this.raiseSoftwareEvent(this.#registers.softwareMask[core], wait.index);
        break;
      case WAIT_BARRIER:
        this.#arrive(wait.index, bit);
        break;
      case WAIT_DISPATCH:
        this.#dispatch.pop(core);
        break;
      case WAIT_MUTEX:
        this.#locking |= bit;
        break;
    }
  }

  #arrive(index: number, cores: number): void {
    for (let left = this.#barriers.arrive(index, cores); left !== 0; left &= left - 1) {
      this.#nextLines[31 - Math.clz32(left & -left)] |= 1 << EventBit.barrier;
    }
  }

  /** Those who ask in the cycle of an unlock take part in it. */
  #moveMutex(): void {
    for (let left = this.#locking; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      if (this.#mutex.lock(core)) this.raise(1 << core, EventBit.mutex);
    }
    for (let left = this.#unlocking; left !== 0; left &= left - 1) {
      const core = this.serving = 31 - Math.clz32(left & -left);
      const next = this.#mutex.unlock(core, this.#data[core]);
      if (next >= 0) this.raise(1 << next, EventBit.mutex);
    }
    this.#locking = this.#unlocking = 0;
  }

  #nextBuffer(core: number): number {
    return this.#registers.next(core, this.lines[core], (this.#clearing >>> core & 1) !== 0);
  }

  /** A register's value in the cycle after the access. */
  #read(core: number, offset: number): number {
    const buffer = this.#nextBuffer(core);
    const kept = this.#registers.read(core, offset, buffer);
    if (kept !== undefined) return kept;
    switch (offset) {
      case at.dispatchFifo:
        return this.#dispatch.value(core);
      case at.dispatchTeam:
        return this.#dispatch.team;
      case at.mutex:
        return this.#mutex.message;
    }
    const wait = this.#waits[offset >> 2];
    if (wait !== undefined) return wait.returnsEvents ? buffer & this.#mask[core] : 0;
    return this.#barriers.read(this.#barriers.decode(offset - at.barrier)!)!;
  }

  #write(core: number, offset: number, value: number): void {
    if (this.#registers.write(core, offset, value)) return;
    switch (offset) {
      case at.dispatchFifo:
        this.#pushDispatch(core, value);
        return;
      case at.dispatchTeam:
        this.#dispatch.team = value & this.#everybody;
        return;
      case at.mutex:
        this.#unlocking |= 1 << core;
        return;
    }
    if (offset < at.barrier) {
      this.raiseSoftwareEvent(value, offset - at.softwareEvent >> 2);
      return;
    }
    const barrier = this.#barriers.decode(offset - at.barrier)!;
    if (this.#barriers.writeMask(barrier, value & this.#everybody)) return;
    this.#arrive(
      barrier.index,
      barrier.offset === BarrierOffset.triggerSelf ? 1 << core : value & this.#everybody,
    );
  }

  #pushDispatch(core: number, value: number): void {
    if (this.#dispatch.full) {
      throw new SimulationError(
        `Cannot dispatch ${hex(value >>> 0)} from core ${core} at ${this.#where()}: all ` +
          `${this.#depth} entries of the queue wait for slower cores; the RTL would lose one. Meet at a barrier in between`,
      );
    }
    this.#dispatch.push(core, value);
  }
}
