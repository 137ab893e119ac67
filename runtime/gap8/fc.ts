/**
 * The runtime on the fabric controller.
 * @module
 */
import { hex } from "../../hw/mod.ts";
import { Gap8Address } from "../../hw/platforms/gap8.ts";
import { EventBit, EventUnitOffset } from "../../hw/pulp/event_unit.ts";
import { type Process, SimulationError } from "../../sim/mod.ts";
import { ALLOC_KINDS, Allocator, type AllocKind } from "./allocator.ts";
import { costOf } from "./costs.ts";
import { refuseOnFc } from "./dma.ts";
import { EVENT_BYTES, type EventCallback, type EventScheduler, RtEvent } from "./events.ts";
import { behaviourOf, checkFunction, nameOf } from "./function_table.ts";
import { CALL_BYTES, CALL_SLOTS, CallWord, DEFAULT_STACK_BYTES, Layout, SoftwareEvent } from "./layout.ts";
import { initNotification, type Notification, triggerNotification } from "./notifications.ts";
import type { ClusterFunction } from "./pe.ts";
import { Rt } from "./rt.ts";

/** How a cluster call is made. */
export interface ClusterCallOptions {
  /** Address of the stacks in cluster L1; default: taken from the allocator, given back at the next call. */
  readonly stacks?: number;
  /** Stack of core 0 in bytes; default 1024. */
  readonly masterStackBytes?: number;
  /** Stack of each other core in bytes; default 1024. */
  readonly slaveStackBytes?: number;
  /** Cores that the call may fork on; default all. */
  readonly cores?: number;
  /** What to push at the end; default: the caller waits. */
  readonly event?: RtEvent | null;
}

const EVENTS = Gap8Address.fcEventUnitDemux;
const PMU_CLUSTER = Gap8Address.pmu;
/** Bits of the power unit's CLUSTER register. */
const POWER = 1, RELEASED = 2, CLOCK = 4, UP = 0x100;
/** Multiplier and divider that come nearest to 50 MHz, and the bit for closed loop. */
const FLL_50_MHZ = (0x8000_0000 | Math.round(50e6 / 32768)) >>> 0;

/** The runtime as the fabric controller sees it: events, memory, the cluster. */
export class FcRuntime extends Rt {
  private readonly free: RtEvent[] = [];
  private readonly byAddress = new Map<number, RtEvent>();
  private poolSize = 0;
  private mounts = 0;
  private nextCall = 0;
  private autoStacks: { readonly address: number; readonly size: number } | null = null;

  // ---- events ----

  /** The scheduler that is there from the start (rt_event_internal_sched). */
  eventInternalSched(): EventScheduler {
    this.core.alu(1);
    return this.system.scheduler;
  }

  /** Adds `count` events to the pool that all schedulers share (rt_event_alloc). */
  *eventAlloc(_scheduler: EventScheduler | null, count: number): Process {
    for (let i = 0; i < count; i++) {
      this.core.alu(costOf("eventAlloc"));
      const event = new RtEvent(yield* this.alloc("fcData", EVENT_BYTES));
      this.byAddress.set(event.address, event);
      this.free.push(event);
      this.poolSize++;
    }
  }

  /** Takes `count` events out of the pool (rt_event_free). Throws a SimulationError if fewer are free. */
  *eventFree(_scheduler: EventScheduler | null, count: number): Process {
    if (count > this.free.length) {
      throw new SimulationError(
        `Cannot free ${count} events on ${this.core.where()}: ${this.free.length} of ${this.poolSize} are free, the ` +
          "others are in use",
      );
    }
    for (let i = 0; i < count; i++) {
      const event = this.free.pop()!;
      this.byAddress.delete(event.address);
      this.poolSize--;
      yield* this.dealloc("fcData", event.address, EVENT_BYTES);
    }
  }

  /** An event that runs `callback` (rt_event_get). Throws a SimulationError if the pool ran dry. */
  eventGet(scheduler: EventScheduler | null, callback: EventCallback, arg: number = 0): RtEvent {
    checkFunction(callback, "get an event for", this.core.where());
    const event = this.#takeEvent(`get an event for ${nameOf(callback)}`);
    event.callback = callback;
    event.arg = arg;
    event.scheduler = scheduler ?? this.system.scheduler;
    return event;
  }

  /** An event to wait for with `eventWait` (rt_event_get_blocking). Throws a SimulationError if the pool ran dry. */
  eventGetBlocking(scheduler: EventScheduler | null): RtEvent {
    const event = this.#takeEvent("get a blocking event");
    event.callback = null;
    event.pending = true;
    event.scheduler = scheduler ?? this.system.scheduler;
    return event;
  }

  /** Queues an event in its scheduler (rt_event_push). */
  eventPush(event: RtEvent): void {
    this.core.alu(costOf("eventPush"));
    if (event.callback === null) event.pending = false;
    else event.scheduler!.queue.push(event);
  }

  /** Queues a callback (rt_event_push_callback). Throws a SimulationError if the pool ran dry. */
  eventPushCallback(scheduler: EventScheduler | null, callback: EventCallback, arg: number = 0): void {
    this.eventPush(this.eventGet(scheduler, callback, arg));
  }

  /**
   * Runs all pending events of a scheduler, oldest first, until its queue is empty (rt_event_execute). With `wait`, and
   * nothing pending, it sleeps until there is something.
   */
  *eventExecute(scheduler: EventScheduler | null, wait: boolean): Process {
    const { queue } = scheduler ?? this.system.scheduler;
    yield* this.#collect();
    while (wait && queue.length === 0) yield* this.#sleep();
    while (queue.length > 0) {
      this.core.alu(costOf("eventExecute"));
      const event = queue.shift()!;
      const { callback, arg } = event;
      if (event.pooled) this.free.push(event);
      this.core.jump();
      const body = behaviourOf(callback!(this, arg), callback!, this.core.where());
      if (body !== undefined) yield* this.core.inFunction(callback!.name, body);
      this.core.jump();
    }
  }

  /** Waits for a blocking event, running the default scheduler meanwhile; then the event is free (rt_event_wait). */
  *eventWait(event: RtEvent): Process {
    yield* this.#collect();
    while (event.pending) {
      if (this.system.scheduler.queue.length > 0) yield* this.eventExecute(null, false);
      else yield* this.#sleep();
    }
    this.free.push(event);
  }

  // ---- memory ----

  /** Takes memory (rt_alloc). Throws a SimulationError if there is not enough. */
  *alloc(kind: AllocKind, size: number): Process<number> {
    const allocator = this.#allocatorOf(kind, "allocate");
    const address = allocator.allocate(size);
    this.core.alu(costOf("allocate") * allocator.visited);
    yield 0;
    return address;
  }

  /** Gives memory back; the size is the one it was taken with (rt_free). Throws a SimulationError if it is not. */
  *dealloc(kind: AllocKind, address: number, size: number): Process {
    const allocator = this.#allocatorOf(kind, "free");
    allocator.release(address, size);
    this.core.alu(costOf("free") * allocator.visited);
    yield 0;
  }

  // ---- the cluster ----

  /** Switches the cluster on, or one mount fewer off; nested mounts count (rt_cluster_mount). Waits until it is done. */
  *clusterMount(mount: boolean, cluster: number = 0, event: RtEvent | null = null): Process {
    this.#checkCluster(cluster, mount ? "mount" : "unmount");
    this.core.alu(costOf("clusterMount"));
    if (mount) {
      if (this.mounts++ === 0) yield* this.#powerUp();
    } else {
      if (this.mounts === 0) {
        throw new SimulationError(`Cannot unmount cluster ${cluster} on ${this.core.where()}: it is not mounted`);
      }
      if (--this.mounts === 0) yield* this.#powerDown();
    }
    if (event !== null) this.eventPush(event);
  }

  /**
   * Runs `entry` on core 0 of the cluster (rt_cluster_call); with an event, returns at once and pushes it at the end,
   * otherwise waits. Throws a SimulationError if the cluster is not mounted or has fewer cores.
   */
  *clusterCall(
    cluster: number,
    entry: ClusterFunction,
    arg: number = 0,
    options: ClusterCallOptions = {},
  ): Process {
    checkFunction(entry, "call on the cluster", this.core.where());
    this.#checkCluster(cluster, `call ${nameOf(entry)} on`);
    if (this.mounts === 0) {
      throw new SimulationError(
        `Cannot call ${nameOf(entry)} on cluster ${cluster} from ${this.core.where()}: the cluster is off; ` +
          "clusterMount(true) comes first",
      );
    }
    const available = this.system.gap8.params.clusterCores;
    const cores = options.cores === 0 ? available : options.cores ?? available;
    if (!Number.isInteger(cores) || cores < 0 || cores > available) {
      throw new SimulationError(
        `Cannot call ${nameOf(entry)} with ${cores} cores from ${this.core.where()}: the cluster has ${available}`,
      );
    }
    this.core.alu(costOf("clusterCall"));
    const master = this.#stackBytes(options.masterStackBytes, entry);
    const slave = this.#stackBytes(options.slaveStackBytes, entry);
    const stacks = options.stacks ?? (yield* this.#takeStacks(master + slave * (cores - 1)));
    const event = options.event ?? this.eventGetBlocking(null);
    this.system.clusterScheduler = event.scheduler!;
    yield* this.#writeCall({
      entry: this.system.functions.addressOf(entry),
      arg,
      stacks,
      masterStack: master,
      slaveStack: slave,
      cores,
      event: event.address,
    });
    if (options.event == null) yield* this.eventWait(event);
  }

  /** Makes a notification that wakes cores of the cluster when it is triggered (rt_cluster_notif_init). */
  clusterNotifInit(notification: Notification, cluster: number = 0): void {
    this.#checkCluster(cluster, "make a notification for");
    initNotification(this.core, notification);
  }

  /** Triggers a notification for a mask of cores, 0 meaning all (rt_cluster_notif_trigger). */
  *clusterNotifTrigger(notification: Notification, cores: number): Process {
    yield* triggerNotification(this.core, notification, cores);
  }

  /** Nothing needs to be given back (rt_cluster_notif_deinit). */
  clusterNotifDeinit(notification: Notification): void {
    this.core.alu(1);
    notification.event = notification.trigger = 0;
  }

  // ---- what only the cluster can do ----

  /** Not here: throws a SimulationError, because only the cluster's cores command its DMA (rt_dma_memcpy). */
  *dmaMemcpy(..._transfer: readonly unknown[]): Process<never> {
    throw refuseOnFc("start a DMA transfer", this.core.where());
  }

  /** Not here: throws a SimulationError (rt_dma_memcpy_2d). */
  *dmaMemcpy2d(..._transfer: readonly unknown[]): Process<never> {
    throw refuseOnFc("start a DMA transfer", this.core.where());
  }

  /** Not here: throws a SimulationError (rt_dma_wait). */
  *dmaWait(_copy: unknown): Process<never> {
    throw refuseOnFc("wait for a DMA transfer", this.core.where());
  }

  /** Not here: throws a SimulationError (rt_dma_flush). */
  *dmaFlush(): Process<never> {
    throw refuseOnFc("wait for DMA transfers", this.core.where());
  }

  // ---- start and inside ----

  /** What the fabric controller runs from reset on: start-up, `main`, exit. */
  *boot(main: (rt: FcRuntime) => Process<number | void>): Process {
    const { core } = this;
    core.useStack(Layout.fcStack);
    core.alu(costOf("boot"));
    yield* core.store(Gap8Address.fcFll + 4, FLL_50_MHZ);
    yield* core.store(EVENTS + EventUnitOffset.mask, (1 << SoftwareEvent.fcEnqueue) | (1 << EventBit.socEvent));
    yield* this.eventAlloc(null, 1);
    checkFunction(main, "run", core.where());
    const body = behaviourOf(main(this), main, core.where());
    const status = body === undefined ? 0 : yield* core.inFunction(main.name, body);
    yield* core.store(Gap8Address.socControl + 0xa0, status ?? 0);
  }

  #takeEvent(what: string): RtEvent {
    this.core.alu(costOf("eventGet"));
    const event = this.free.shift();
    if (event === undefined) {
      throw new SimulationError(
        `Cannot ${what} on ${this.core.where()}: all ${this.poolSize} events of the pool are in use; eventAlloc more, ` +
          "or execute the scheduler so that pushed ones come back",
      );
    }
    return event;
  }

  /** Sleeps until something happens, and takes note of it. */
  *#sleep(): Process {
    yield* this.core.elw(EVENTS + EventUnitOffset.waitClear);
    yield* this.#collect();
  }

  /** Takes what the cluster left in the mailbox. */
  *#collect(): Process {
    const { core } = this;
    const address = yield* core.read(Layout.mailbox);
    if (core.branchIf(address === 0)) return;
    yield* core.store(Layout.mailbox, 0);
    yield* core.store(
      Gap8Address.clusterEventUnit + EventUnitOffset.softwareEvent + 4 * SoftwareEvent.clusterCall,
      0,
    );
    const event = this.system.requests.get(address) ?? this.byAddress.get(address);
    if (event === undefined) {
      throw new SimulationError(
        `Cannot take event ${
          hex(address >>> 0)
        } from the cluster on ${core.where()}: there is none at that address; the ` +
          "runtime's own words have been overwritten",
      );
    }
    this.system.requests.delete(address);
    this.eventPush(event);
  }

  *#powerUp(): Process {
    const { core } = this;
    yield* core.store(PMU_CLUSTER, POWER);
    while (core.branchIf(((yield* core.read(PMU_CLUSTER)) & UP) === 0)) yield* this.#sleep();
    yield* core.store(Gap8Address.clusterFll + 4, FLL_50_MHZ);
    yield* core.store(PMU_CLUSTER, POWER | RELEASED);
    this.system.clusterAllocator = new Allocator(
      "cluster L1",
      Layout.clusterHeap.base,
      Layout.clusterHeap.size,
      () => this.core.where(),
    );
    this.nextCall = 0;
    this.autoStacks = null;
    yield* core.store(PMU_CLUSTER, POWER | RELEASED | CLOCK);
    for (let slot = 0; slot < CALL_SLOTS; slot++) yield* core.store(Layout.calls + slot * CALL_BYTES, 0);
  }

  *#powerDown(): Process {
    const { core } = this;
    yield* core.store(PMU_CLUSTER, POWER);
    yield* core.store(PMU_CLUSTER, 0);
    while (core.branchIf(((yield* core.read(PMU_CLUSTER)) & UP) !== 0)) yield* this.#sleep();
    this.system.clusterAllocator = null;
  }

  *#writeCall(words: Record<keyof typeof CallWord, number>): Process {
    const { core } = this;
    const slot = Layout.calls + this.nextCall * CALL_BYTES;
    this.nextCall = (this.nextCall + 1) % CALL_SLOTS;
    while (core.branchIf((yield* core.read(slot + CallWord.entry)) !== 0)) yield* this.#sleep();
    for (const [name, offset] of Object.entries(CallWord) as [keyof typeof CallWord, number][]) {
      if (name !== "entry") yield* core.store(slot + offset, words[name]);
    }
    yield* core.store(slot + CallWord.entry, words.entry);
    yield* core.store(
      Gap8Address.clusterEventUnit + EventUnitOffset.softwareEvent + 4 * SoftwareEvent.clusterCall,
      1,
    );
  }

  *#takeStacks(size: number): Process<number> {
    if (this.autoStacks !== null) yield* this.dealloc("clData", this.autoStacks.address, this.autoStacks.size);
    const address = yield* this.alloc("clData", size);
    this.autoStacks = { address, size };
    return address;
  }

  #stackBytes(sizeBytes: number = 0, entry: ClusterFunction): number {
    if (Number.isInteger(sizeBytes) && sizeBytes >= 0) return sizeBytes === 0 ? DEFAULT_STACK_BYTES : sizeBytes;
    throw new SimulationError(
      `Cannot call ${nameOf(entry)} with stacks of ${sizeBytes} bytes from ${this.core.where()}: a whole number, ` +
        `0 meaning ${DEFAULT_STACK_BYTES}`,
    );
  }

  #allocatorOf(kind: AllocKind, verb: string): Allocator {
    if (!ALLOC_KINDS.includes(kind)) {
      throw new SimulationError(
        `Cannot ${verb} ${kind} memory on ${this.core.where()}: there are ${ALLOC_KINDS.join(", ")}`,
      );
    }
    if (kind === "fcData") return this.system.fcAllocator;
    if (kind !== "clData") return this.system.l2Allocator;
    if (this.system.clusterAllocator === null) {
      throw new SimulationError(
        `Cannot ${verb} cluster L1 on ${this.core.where()}: the cluster is off, and its memory with it; ` +
          "clusterMount(true) comes first",
      );
    }
    return this.system.clusterAllocator;
  }

  #checkCluster(cluster: number, verb: string): void {
    if (cluster === 0) return;
    throw new SimulationError(
      `Cannot ${verb} cluster ${cluster} on ${this.core.where()}: GAP8 has one cluster, number 0`,
    );
  }
}
