/**
 * The eight-core board on which the cluster recordings were made: cores, L1, event unit, DMA; ideal memory outside.
 * @module
 */
import { hex } from "../bus/address_map.ts";
import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../bus/tcdm_interconnect.ts";
import { GAP8_TCDM, Tcdm } from "../memory/tcdm.ts";
import { ClockedEventUnit } from "../pulp/clocked_event_unit.ts";
import { EVENT_UNIT_BYTES, EventBit } from "../pulp/event_unit_registers.ts";
import { Mchan } from "../pulp/mchan.ts";
import { AxiLatencyMemory } from "../pulp/mchan_external.ts";
import { MCHAN_RTL_2018 } from "../pulp/mchan_params.ts";
import type { Elf } from "../riscv/elf.ts";
import type { MicroOperation } from "../riscv/ri5cy/micro_operation.ts";
import type { CoreVariant } from "../riscv/ri5cy/variants.ts";
import { ClusterBenchCore, Destination } from "./cluster_bench_core.ts";

/** Cores of the board. */
export const CLUSTER_CORES = 8;
/** Code, and what the DMA copies from and to. */
export const L2_BASE = 0x1c00_0000, L2_BYTES = 512 << 10;
/** First address that {@linkcode ClusterBench.l2Checksum} covers. */
export const L2_DATA_BASE = 0x1c02_0000;
/** The event unit's window and the DMA's command port, the same addresses for each core. */
export const EVENT_UNIT_BASE = 0x1020_4000, DMA_BASE = 0x1020_4400, DMA_BYTES = 8;
/** Where a core stores its status word when it ends. */
export const CLUSTER_EXIT = 0x1a10_40a0;

/** Cycles from an address to its first read beat, and from the last write beat to its answer, as in the recordings. */
const L2_LATENCY_CYCLES = 10;

/**
 * Eight cores that start in the same cycle at the same address. A core that has stored its status word stands still from
 * then on; the run ends when all have.
 */
export class ClusterBench {
  /** The cores. */
  readonly cores: readonly ClusterBenchCore[];
  /** Cycle of the next step; 0 is the first after reset. */
  cycle = 0;
  /** Told of every instruction that leaves decode: core, cycle, address, what it is. */
  onRetire: ((core: number, cycle: number, pc: number, operation: MicroOperation) => void) | undefined;
  /** The shared memory, */
  readonly l1: Tcdm = new Tcdm(GAP8_TCDM);
  /** its interconnect, */
  readonly interconnect: TcdmInterconnect = new TcdmInterconnect(GAP8_TCDM_INTERCONNECT, this.l1);
  /** and the DMA. */
  readonly dma: Mchan;

  readonly #events: ClockedEventUnit;
  readonly #l2: AxiLatencyMemory;
  /** Cores that have not ended. */
  #running: ClusterBenchCore[];
  /** Cores that have nothing left to do but wait for an event, and those whose clock is off, one bit each. */
  #idle = 0;

  /** Loads a program. Throws an Error if a segment lies outside of memory. */
  constructor(variant: CoreVariant, elf: Elf) {
    const latency = L2_LATENCY_CYCLES;
    this.#l2 = new AxiLatencyMemory({
      base: L2_BASE,
      sizeBytes: L2_BYTES,
      readLatencyCycles: latency,
      writeLatencyCycles: latency,
      bursts: MCHAN_RTL_2018.outstandingBursts,
    });
    this.dma = new Mchan(MCHAN_RTL_2018, this.interconnect, this.#l2);
    this.#events = new ClockedEventUnit(
      { cores: CLUSTER_CORES, barriers: 8, dispatchDepth: 8 },
      () => `the event unit in cycle ${this.cycle}`,
    );
    this.#load(elf);
    const code = new Int32Array(this.#l2.bytes.buffer);
    this.cores = Array.from({ length: CLUSTER_CORES }, (_, core) => {
      return new ClusterBenchCore(variant, core, code, this.interconnect);
    });
    this.#running = [...this.cores];
  }

  /** Whether all cores have ended. */
  get done(): boolean {
    return this.#running.length === 0;
  }

  /** One cycle. Throws an Error if a core accesses what is not there. */
  step(): void {
    const { cycle, dma, interconnect } = this;
    const events = this.#events;
    const running = this.#running;
    const { asleep } = events;
    let exits = 0;
    for (let i = 0; i < running.length; i++) {
      const core = running[i];
      if ((asleep >>> core.index & 1) !== 0) core.clockOff++;
      else if (core.begin()) exits |= this.#route(core);
    }

    let grants = exits;
    const dmaBusy = dma.busy;
    if (dmaBusy) dma.raise();
    if (interconnect.pending !== 0) grants |= interconnect.arbitrate(cycle);
    if (dmaBusy) {
      const commands = dma.arbitrate();
      dma.commit(cycle, grants);
      grants |= commands;
      const { transfers } = dma;
      if (transfers.events !== 0) events.raise(transfers.events, EventBit.dma);
      if (transfers.interrupts !== 0) events.raise(transfers.interrupts, EventBit.dmaInterrupt);
    }
    if (events.busy) {
      grants |= events.arbitrate(this.#idle);
      events.commit();
    }

    let idle = this.#idle & asleep;
    for (let i = 0; i < running.length; i++) {
      const core = running[i];
      const bit = 1 << core.index;
      if ((asleep & bit) !== 0) continue;
      if ((grants & bit) !== 0) this.#answer(core);
      core.finish();
      if (core.idle) idle |= bit;
      if (core.pipeline.retired) {
        core.retired++;
        if (this.onRetire !== undefined) {
          const { retiredPc, retiredOperation } = core.pipeline;
          this.onRetire(core.index, cycle, retiredPc, retiredOperation);
        }
      }
    }
    this.#idle = idle;
    this.cycle = cycle + 1;
    if (exits !== 0) this.#end(exits);
  }

  /** Checksum of L1. */
  l1Checksum(): number {
    return checksum(this.l1.words);
  }

  /** Checksum of the memory outside, from {@linkcode L2_DATA_BASE} on. */
  l2Checksum(): number {
    return checksum(new Int32Array(this.#l2.bytes.buffer, L2_DATA_BASE - L2_BASE));
  }

  /** Raises a core's access where it belongs; its bit if that is the exit. */
  #route(core: ClusterBenchCore): number {
    const { lsu } = core.pipeline;
    const address = lsu.address >>> 0;
    try {
      if (this.interconnect.covers(address)) {
        core.destination = Destination.l1;
        this.interconnect.request(core.index, address, lsu.write, lsu.lanes, lsu.data);
        return 0;
      }
      const offset = address - EVENT_UNIT_BASE;
      if (offset >= 0 && offset < EVENT_UNIT_BYTES) {
        core.destination = Destination.events;
        this.#events.request(core.index, offset & ~3, lsu.write, lsu.data);
        return 0;
      }
      if (address >= DMA_BASE && address < DMA_BASE + DMA_BYTES) {
        core.destination = Destination.dma;
        this.dma.request(core.index, address - DMA_BASE & ~3, lsu.write, lsu.data);
        return 0;
      }
      if (address === CLUSTER_EXIT && lsu.write) {
        core.destination = Destination.exit;
        core.exitCode = lsu.data >>> 0;
        return 1 << core.index;
      }
      throw new Error(`Cannot ${lsu.write ? "store to" : "load from"} ${hex(address)}: nothing is mapped there`);
    } catch (error) {
      throw new Error(
        `${(error as Error).message}; core ${core.index}, pc ${hex(core.pipeline.pc)}, cycle ${this.cycle}, ` +
          `address ${hex(address)}`,
        { cause: error },
      );
    }
  }

  /** A core's access is granted. */
  #answer(core: ClusterBenchCore): void {
    const { lsu } = core.pipeline;
    lsu.granted = true;
    switch (core.destination) {
      case Destination.l1:
        lsu.readData = this.interconnect.responses[core.index];
        break;
      case Destination.events:
        lsu.readData = this.#events.responses[core.index];
        break;
      case Destination.dma:
        lsu.readData = this.dma.responses[core.index];
        break;
    }
    core.destination = Destination.none;
  }

  #end(exits: number): void {
    for (const core of this.#running) if ((exits >>> core.index & 1) !== 0) core.cycles = this.cycle;
    this.#running = this.#running.filter((core) => (exits >>> core.index & 1) === 0);
  }

  #load(elf: Elf): void {
    for (const { address, bytes, sizeInMemory } of elf.segments) {
      const [memory, base] = address >= L2_BASE ? [this.#l2.bytes, L2_BASE] : [this.l1.bytes, GAP8_TCDM.base];
      if (address < base || address + sizeInMemory > base + memory.length) {
        throw new Error(
          `Cannot load segment ${hex(address)} (${sizeInMemory} bytes): the board has memory at ` +
            `${hex(L2_BASE)} (512 KiB) and at ${hex(GAP8_TCDM.base)} (64 KiB)`,
        );
      }
      memory.set(bytes, address - base);
    }
  }
}

/** The recordings' checksum of a memory. */
function checksum(words: Int32Array): number {
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x0100_0193);
  return hash >>> 0;
}
