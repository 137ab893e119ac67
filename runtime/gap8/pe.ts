/**
 * The runtime on the cluster's cores.
 * @module
 */
import { Gap8Address } from "../../hw/platforms/gap8.ts";
import { BarrierOffset } from "../../hw/pulp/barrier_unit.ts";
import { EventBit, EventUnitOffset } from "../../hw/pulp/event_unit.ts";
import { reg } from "../../hw/riscv/registers.ts";
import { type Process, SimulationError } from "../../sim/mod.ts";
import { costOf } from "./costs.ts";
import { type MemoryRequest, requestAllocation, requestFree, waitForRequest } from "./cluster_requests.ts";
import { DmaCopy, type DmaDirection, flushTransfers, startTransfer, waitForTransfer } from "./dma.ts";
import type { AllocKind } from "./allocator.ts";
import { behaviourOf, checkFunction, nameOf } from "./function_table.ts";
import { CALL_BYTES, CALL_SLOTS, CallWord, Layout, SoftwareEvent } from "./layout.ts";
import { type LockBytes, lockMutex, releaseLock, tryLock, unlockMutex } from "./locks.ts";
import { eventOf, type Notification, waitForEvents } from "./notifications.ts";
import { Rt } from "./rt.ts";

/** A function that a cluster core runs. */
export type ClusterFunction = (rt: PeRuntime, arg: number) => Process | void;

const EVENTS = Gap8Address.clusterEventUnitDemux;
const BARRIER = EVENTS + EventUnitOffset.barrier;

/** Bit 0 of a dispatched function's address: no barrier at its end. Source: SDK 1.0. */
const NO_BARRIER = 1;

/** The runtime as a cluster core sees it. */
export class PeRuntime extends Rt {
  private callCores = 0;

  /**
   * Runs `entry` on the first `cores` cores, this one included, and waits for all of them (rt_team_fork). 0 means the
   * team of the last fork. Throws a SimulationError if this is not core 0, or the call has fewer cores.
   */
  *teamFork(cores: number, entry: ClusterFunction, arg: number = 0): Process {
    const { core } = this;
    checkFunction(entry, "fork", core.where());
    if (core.coreId !== 0) {
      throw new SimulationError(
        `Cannot fork ${nameOf(entry)} on ${core.where()}: only core 0 forks, the others wait for its work`,
      );
    }
    if (!Number.isInteger(cores) || cores < 0 || cores > this.callCores) {
      throw new SimulationError(
        `Cannot fork ${nameOf(entry)} on ${cores} cores on ${core.where()}: the cluster call has a team of ` +
          `${this.callCores}; give clusterCall more cores, or fork on fewer`,
      );
    }
    core.alu(costOf("teamFork"));
    if (cores !== 0) yield* this.#setTeam(cores);
    yield* this.#dispatch(this.system.functions.addressOf(entry), arg);
    yield* this.#enter(entry, arg);
    yield* this.teamBarrier();
  }

  /** Waits, asleep, until all cores of the last fork are here (rt_team_barrier). */
  *teamBarrier(): Process {
    yield* this.core.elw(BARRIER + BarrierOffset.triggerWaitClear);
  }

  // ---- locks and notifications ----

  /** Waits, asleep, until this core has the event unit's mutex; gives the word that its last owner left (eu_mutex_lock). */
  *mutexLock(): Process<number> {
    return yield* lockMutex(this.core);
  }

  /** Hands the mutex on, with a word for the next owner (eu_mutex_unlock). Throws a SimulationError unless it is its owner. */
  *mutexUnlock(message: number = 0): Process {
    yield* unlockMutex(this.core, message);
  }

  /**
   * Reads a lock in L1 and takes it, in one access (rt_tas_lock_8, _16, _32): -1 if somebody had it, else the value that it
   * held. Throws a SimulationError for an address that is not in one word of L1.
   */
  *tasLock(address: number, sizeBytes: LockBytes = 4): Process<number> {
    return yield* tryLock(this.core, address, sizeBytes);
  }

  /** Gives a lock in L1 back by writing a value other than -1 (rt_tas_unlock_8, _16, _32). */
  *tasUnlock(address: number, value: number, sizeBytes: LockBytes = 4): Process {
    yield* releaseLock(this.core, address, value, sizeBytes);
  }

  /** The event that a notification triggers, for `clusterNotifWait` (rt_cluster_notif_event). */
  clusterNotifEvent(notification: Notification): number {
    return eventOf(this.core, notification);
  }

  /** Waits, asleep, for an event; it can come for other reasons, so look again (rt_cluster_notif_wait). */
  *clusterNotifWait(event: number): Process {
    yield* waitForEvents(this.core, event);
  }

  // ---- memory ----

  /** Asks the fabric controller for memory (rt_alloc_cluster); it has to execute the scheduler of the cluster call. */
  *allocCluster(kind: AllocKind, size: number, request: MemoryRequest): Process {
    yield* requestAllocation(this, kind, size, request);
  }

  /** Waits, asleep, for the memory; gives its address (rt_alloc_cluster_wait). */
  *allocClusterWait(request: MemoryRequest): Process<number> {
    return yield* waitForRequest(this, request);
  }

  /** Asks the fabric controller to take memory back (rt_free_cluster). */
  *freeCluster(kind: AllocKind, chunk: number, size: number, request: MemoryRequest): Process {
    yield* requestFree(this, kind, chunk, size, request);
  }

  /** Waits, asleep, until the memory is free (rt_free_cluster_wait). */
  *freeClusterWait(request: MemoryRequest): Process {
    yield* waitForRequest(this, request);
  }

  /** Makes room on this core's stack, in one instruction; gives its lowest address. Throws a SimulationError if it is full. */
  pushFrame(sizeBytes: number): number {
    this.core.addi(reg.sp, reg.sp, -sizeBytes);
    this.core.checkStack();
    return this.core.registers[reg.sp] >>> 0;
  }

  /** Gives the room back, in one instruction. */
  popFrame(sizeBytes: number): void {
    this.core.addi(reg.sp, reg.sp, sizeBytes);
  }

  // ---- DMA ----

  /**
   * Commands a copy of `sizeBytes` bytes between `external` in L2 and `local` in L1 (rt_dma_memcpy); it goes on while the
   * core does something else. With `merge` it joins the transfer before it, which is waited for instead. Throws a
   * SimulationError for 0 bytes, 65536 or more, and addresses elsewhere.
   */
  *dmaMemcpy(
    external: number,
    local: number,
    sizeBytes: number,
    direction: DmaDirection,
    merge: boolean = false,
    copy: DmaCopy = new DmaCopy(),
  ): Process<DmaCopy> {
    yield* startTransfer(this.core, { external, local, sizeBytes, direction, merge }, copy);
    return copy;
  }

  /**
   * The same for rows of `rowBytes` bytes that lie `stride` bytes apart in L2, and without gaps in L1
   * (rt_dma_memcpy_2d). Throws a SimulationError as `dmaMemcpy` does, and if a field of 16 bits does not hold a value.
   */
  *dmaMemcpy2d(
    external: number,
    local: number,
    sizeBytes: number,
    stride: number,
    rowBytes: number,
    direction: DmaDirection,
    merge: boolean = false,
    copy: DmaCopy = new DmaCopy(),
  ): Process<DmaCopy> {
    const rows = { sizeBytes: rowBytes, stride };
    yield* startTransfer(this.core, { external, local, sizeBytes, direction, merge, rows }, copy);
    return copy;
  }

  /** Waits, asleep, until a transfer and those merged with it are done (rt_dma_wait). */
  *dmaWait(copy: DmaCopy): Process {
    yield* waitForTransfer(this.core, copy);
  }

  /** Waits, asleep, until all transfers are done (rt_dma_flush). */
  *dmaFlush(): Process {
    yield* flushTransfers(this.core);
  }

  // ---- start and inside ----

  /** What a cluster core runs from reset on: core 0 takes calls, the others take what core 0 dispatches. */
  *boot(): Process {
    const bits = (1 << EventBit.barrier) | (1 << EventBit.mutex) | (1 << EventBit.dispatch);
    yield* this.core.store(EVENTS + EventUnitOffset.mask, bits);
    if (this.core.coreId === 0) yield* this.#takeCalls();
    else yield* this.#takeDispatches();
  }

  *#takeCalls(): Process {
    const { core } = this;
    for (let slot = 0;; slot = (slot + 1) % CALL_SLOTS) {
      const call = Layout.calls + slot * CALL_BYTES;
      let entry = yield* core.read(call + CallWord.entry);
      while (core.branchIf(entry === 0)) {
        yield* waitForEvents(core, 1 << SoftwareEvent.clusterCall);
        entry = yield* core.read(call + CallWord.entry);
      }
      core.alu(costOf("clusterEntry"));
      const arg = yield* core.read(call + CallWord.arg);
      this.callCores = yield* core.read(call + CallWord.cores);
      yield* this.#setTeam(this.callCores);
      yield* this.#dispatch(this.system.functions.addressOf(setStack) | NO_BARRIER, call);
      yield* this.takeStack(call);
      yield* this.#enter(this.system.functions.at(entry), arg);
      const event = yield* core.read(call + CallWord.event);
      yield* core.store(call + CallWord.entry, 0);
      yield* this.postToFc(event);
    }
  }

  /** Tells the fabric controller that an event has happened, as soon as its mailbox is free; the mutex keeps others out. */
  *postToFc(event: number): Process {
    const { core } = this;
    yield* lockMutex(core);
    while (core.branchIf((yield* core.read(Layout.mailbox)) !== 0)) {
      yield* waitForEvents(core, 1 << SoftwareEvent.clusterCall);
    }
    yield* core.store(Layout.mailbox, event);
    yield* core.store(Gap8Address.fcEventUnit + EventUnitOffset.softwareEvent + 4 * SoftwareEvent.fcEnqueue, 1);
    yield* unlockMutex(core, 0);
  }

  *#takeDispatches(): Process {
    const { core } = this;
    for (;;) {
      const entry = yield* core.elw(EVENTS + EventUnitOffset.dispatchFifo);
      const arg = yield* core.elw(EVENTS + EventUnitOffset.dispatchFifo);
      yield* this.#enter(this.system.functions.at(entry & ~NO_BARRIER), arg);
      if (!core.branchIf((entry & NO_BARRIER) !== 0)) yield* this.teamBarrier();
    }
  }

  *#setTeam(cores: number): Process {
    const mask = 2 ** cores - 1;
    yield* this.core.store(EVENTS + EventUnitOffset.dispatchTeam, mask);
    yield* this.core.store(BARRIER + BarrierOffset.triggerMask, mask);
    yield* this.core.store(BARRIER + BarrierOffset.targetMask, mask);
  }

  *#dispatch(entry: number, arg: number): Process {
    yield* this.core.store(EVENTS + EventUnitOffset.dispatchFifo, entry);
    yield* this.core.store(EVENTS + EventUnitOffset.dispatchFifo, arg);
  }

  *#enter(entry: ClusterFunction, arg: number): Process {
    const { core } = this;
    core.alu(costOf("call"));
    core.jumpTo(reg.t0);
    const body = behaviourOf(entry(this, arg), entry, core.where());
    if (body !== undefined) yield* core.inFunction(entry.name, body);
    core.jumpTo(reg.ra);
  }

  /** Loads this core's stack from the description of the running call. */
  *takeStack(call: number): Process {
    const { core } = this;
    const stacks = yield* core.read(call + CallWord.stacks);
    const master = yield* core.read(call + CallWord.masterStack);
    const slave = yield* core.read(call + CallWord.slaveStack);
    const { coreId } = core;
    const place = coreId === 0
      ? { base: stacks, sizeBytes: master }
      : { base: stacks + master + (coreId - 1) * slave, sizeBytes: slave };
    core.useStack({ ...place, below: coreId === 0 ? "what lies below all stacks" : `the stack of pe${coreId - 1}` });
    core.alu(4);
  }
}

function setStack(rt: PeRuntime, call: number): Process {
  return rt.takeStack(call);
}
