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
import { ClusterEngine } from "../riscv/engine/cluster_engine.ts";
import type { MicroOperation } from "../riscv/ri5cy/micro_operation.ts";
import type { CoreVariant } from "../riscv/ri5cy/variants.ts";
import { ClusterBenchCore, Destination } from "./cluster_bench_core.ts";
import { type LoadableProgram, ProgramError } from "./core_bench.ts";

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
/** Cycles that the fast engine's cores may be ahead of the board; it leaves as many before a stop to the pipelines. */
const LEAD_CYCLES = 2048;
/** Bytes behind an instruction that may have been fetched with it. */
const FETCHED_AHEAD_BYTES = 64;

/**
 * How the cores are run; the cycles are the same. On the fast engine, cores that did not fail may be ahead of the others when
 * a run ends with an error, and code that the DMA changes has to be finished before anybody runs into it.
 */
export type ClusterEngineName = "reference" | "fast";

/**
 * Eight cores that start in the same cycle at the same address. A core that has stored its status word stands still from
 * then on; the run ends when all have.
 */
export class ClusterBench {
  /** The cores. */
  readonly cores: readonly ClusterBenchCore[];
  /** Cycle of the next step; 0 is the first after reset. */
  cycle = 0;
  /** Told of every instruction that leaves decode: core, cycle, address, what it is. Takes the reference engine. */
  onRetire: ((core: number, cycle: number, pc: number, operation: MicroOperation) => void) | undefined;
  /** The shared memory, */
  readonly l1: Tcdm;
  /** its interconnect, */
  readonly interconnect: TcdmInterconnect;
  /** and the DMA. */
  readonly dma: Mchan;

  readonly #program: LoadableProgram;
  readonly #events: ClockedEventUnit;
  readonly #l2: AxiLatencyMemory;
  /** Cores that have not ended. */
  #running: ClusterBenchCore[];
  readonly #engine: ClusterEngine | undefined;
  readonly #code: Int32Array;
  #codeChanged = false;
  /** Cycle from which on the engine has no cores, so that none is ahead where somebody looks. */
  #engineUntil = 0;
  /** The same, one bit each. */
  #awaited = 2 ** CLUSTER_CORES - 1;
  /** Cores that have nothing left to do but wait for an event, and those whose clock is off, one bit each. */
  #idle = 0;

  /**
   * Loads a program. Throws a {@linkcode ProgramError} if it has bytes where the board has no memory, or the cores are none
   * that could wait for events.
   *
   * @param variant which cores
   * @param program what they run
   * @param engine how they are run
   * @param warmRequests accesses to L1 after which the fast engine translates; its own choice if absent
   */
  constructor(
    variant: CoreVariant,
    program: LoadableProgram,
    engine: ClusterEngineName = "reference",
    warmRequests?: number,
  ) {
    if (variant.release === "1_8_3") {
      throw new ProgramError(`Cannot put ${variant.name} on the cluster's board: it has no p.elw. Take a RI5CY`);
    }
    this.#program = program;
    if (engine === "fast") {
      this.#engine = new ClusterEngine(variant, (address) => this.#codeWord(address), {
        base: GAP8_TCDM.base,
        bytes: GAP8_TCDM.sizeBytes,
        alias: 2 ** GAP8_TCDM_INTERCONNECT.testAndSetBit,
        banks: GAP8_TCDM.banks,
        ports: GAP8_TCDM_INTERCONNECT.channel0Ports,
      });
      if (warmRequests !== undefined) this.#engine.warmRequests = warmRequests;
    }
    this.l1 = new Tcdm(GAP8_TCDM, this.#engine?.bytes);
    this.interconnect = new TcdmInterconnect(GAP8_TCDM_INTERCONNECT, this.l1, this.#engine?.arbiters);
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
      { cores: CLUSTER_CORES, barriers: 8, dispatchDepth: 8, interrupts: true },
      () => `the event unit in cycle ${this.cycle}`,
    );
    this.#load(program);
    const code = this.#code = new Int32Array(this.#l2.bytes.buffer);
    this.cores = Array.from({ length: CLUSTER_CORES }, (_, core) => {
      return new ClusterBenchCore(variant, core, code, this.interconnect, this.#engine?.hart(core));
    });
    this.#l2.onWrite = (offset) => this.#noteWrite(L2_BASE + offset);
    this.#running = [...this.cores];
  }

  /** Whether all cores have ended. */
  get done(): boolean {
    return this.#running.length === 0;
  }

  /**
   * Runs until all cores have ended, or until `maxCycles` have passed; whether they have. The fast engine leaves the 2048
   * cycles before a stop to the pipelines: in shorter pieces it does nothing.
   */
  run(maxCycles: number = Infinity): boolean {
    this.#engineUntil = this.onRetire === undefined ? maxCycles - LEAD_CYCLES : 0;
    while (!this.done && this.cycle < maxCycles) {
      this.#runAhead();
      this.step();
    }
    this.#engineUntil = 0;
    return this.done;
  }

  /** Accesses to L1 that were made by translated code, at least. */
  get translatedAccesses(): number {
    return this.#engine?.segmentAccesses ?? 0;
  }

  /** One cycle. Throws a {@linkcode ProgramError} if the program does what the board cannot. */
  step(): void {
    const { cycle, dma, interconnect } = this;
    const events = this.#events;
    const running = this.#running;
    const { asleep } = events;
    const engine = this.#engine;
    if (asleep === this.#awaited && !events.busy && !dma.busy && !this.done) this.#reportStandstill();
    if ((cycle & LEAD_CYCLES - 1) === 0 && dma.stuck && this.#allWaitForDma()) this.#reportStandstill();
    if (engine !== undefined && cycle >= this.#engineUntil) this.#recall(engine.present);
    const present = engine === undefined ? 0 : engine.present;
    let exits = 0;
    for (let i = 0; i < running.length; i++) {
      const core = running[i];
      if ((asleep >>> core.index & 1) !== 0) core.clockOff++;
      else if ((present >>> core.index & 1) === 0 && core.cycle < cycle && core.begin()) exits |= this.#route(core);
    }
    const claims = present === 0 ? 0 : this.#claim(engine!);

    let grants = exits;
    const dmaBusy = dma.busy;
    if (dmaBusy) dma.raise();
    if (interconnect.pending !== 0) grants |= interconnect.arbitrate(cycle);
    if (dmaBusy) {
      grants |= this.#stepDma(grants);
      const { transfers } = dma;
      if (transfers.events !== 0) events.raise(transfers.events, EventBit.dma);
      if (transfers.interrupts !== 0) events.raise(transfers.interrupts, EventBit.dmaInterrupt);
    }
    const { interrupts } = events;
    const eventful = events.busy || interrupts.levels !== 0;
    if (eventful) grants |= this.#arbitrateEvents();

    let idle = this.#idle & asleep;
    let failed = 0;
    let failure: unknown;
    for (let i = 0; i < running.length && failed === 0; i++) {
      const core = running[i];
      const bit = 1 << core.index;
      if (((asleep | present) & bit) !== 0 || core.cycle >= cycle) continue;
      if ((grants & bit) !== 0) this.#answer(core);
      if (interrupts.used) {
        core.pipeline.irq = (interrupts.levels & bit) !== 0;
        core.pipeline.irqId = interrupts.ids[core.index];
      }
      try {
        this.#finish(core);
      } catch (error) {
        if (present === 0) throw error;
        failed = bit;
        failure = error;
      }
      if (core.pipeline.acknowledged >= 0) interrupts.take(core.index, core.pipeline.acknowledged);
      if (core.idle) idle |= bit;
      if (engine !== undefined && core.pipeline.retired) this.#offer(engine, core);
    }
    this.#idle = idle;
    if (eventful) events.commit();
    this.cycle = cycle + 1;
    if (present !== 0) {
      for (let left = claims & ~grants; left !== 0; left &= left - 1) {
        this.interconnect.withdraw(31 - Math.clz32(left & -left));
      }
      engine!.grant(cycle, claims & grants, claims & ~grants);
      // Of several cores that fail in a cycle, the first one is to blame; the engine may still have it.
      if (failed !== 0) this.#recall(engine!.present & failed - 1);
    }
    if (failed !== 0) {
      this.cycle = cycle;
      throw failure;
    }
    if (engine !== undefined && engine.leaving !== 0) this.#recall(engine.leaving);
    if (this.#codeChanged) this.#forgetCode();
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

  /** A core's second half of a cycle. */
  #finish(core: ClusterBenchCore): void {
    core.finish();
    const { pipeline } = core;
    if (pipeline.retired) {
      core.retired++;
      this.onRetire?.(core.index, this.cycle, pipeline.retiredPc, pipeline.retiredOperation);
    }
    if (pipeline.illegal) this.#meetIllegal(core);
  }

  /** Lets the engine run for as long as it has all cores that are awake, and nothing but them and L1 has anything to do. */
  #runAhead(): void {
    const engine = this.#engine;
    if (engine === undefined || engine.present === 0) return;
    const { interconnect } = this;
    const { asleep, busy, interrupts } = this.#events;
    if (busy || interrupts.levels !== 0 || this.dma.busy) return;
    let until = this.#engineUntil - 1;
    for (const { index, cycle } of this.#running) {
      if (((engine.present | asleep) >>> index & 1) === 0) until = Math.min(until, cycle);
    }
    const last = this.cycle - 1;
    if (until <= last) return;
    const now = engine.run(last, until);
    for (const core of this.#running) {
      const { index } = core;
      if ((asleep >>> index & 1) !== 0) core.clockOff += now - last;
      else if ((engine.present >>> index & 1) !== 0) {
        interconnect.granted[index] += engine.granted(index);
        interconnect.refused[index] += engine.refused(index);
      }
    }
    interconnect.contended += engine.contended;
    interconnect.testAndSets += engine.testAndSets;
    this.cycle = now + 1;
    if (engine.leaving !== 0) this.#recall(engine.leaving);
  }

  /** Gives a core to the engine, if it is in a state to go there. */
  #offer(engine: ClusterEngine, core: ClusterBenchCore): void {
    const { pipeline, index } = core;
    if (this.cycle >= this.#engineUntil || core.exitCode !== undefined || this.interconnect.policy !== 0) return;
    if (!pipeline.canSave || pipeline.lsu.active || pipeline.counters.counting) return;
    // Who may be interrupted must not be ahead.
    if (this.#events.interrupts.mask[index] !== 0) return;
    engine.enter(index, pipeline, core, this.cycle);
  }

  /**
   * Takes cores back from the engine, after the last cycle that has passed. If some fail on the way there, throws the error of
   * the one that failed first.
   */
  #recall(cores: number): void {
    const engine = this.#engine!;
    const now = this.cycle;
    let failedAt = Infinity;
    let failure: unknown;
    for (let left = cores; left !== 0; left &= left - 1) {
      const core = this.cores[31 - Math.clz32(left & -left)];
      const { pipeline } = core;
      const { cycle, retired, won } = engine.leave(core.index, pipeline, core);
      core.retired += retired;
      core.cycle = cycle;
      try {
        for (this.cycle = cycle + 1; this.cycle < now; this.cycle++) {
          core.begin();
          pipeline.lsu.granted = pipeline.lsu.request && (this.cycle < now - 1 || won);
          this.#finish(core);
        }
        engine.handOverAccess(core.index, pipeline);
      } catch (error) {
        if (this.cycle < failedAt) {
          failedAt = this.cycle;
          failure = error;
        }
      }
      this.cycle = now;
    }
    if (failedAt < Infinity) {
      this.cycle = failedAt;
      throw failure;
    }
  }

  /** Raises the requests of the engine's cores. */
  #claim(engine: ClusterEngine): number {
    const requests = engine.requests(this.cycle);
    for (let left = requests; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      this.interconnect.claim(core, engine.word(core), engine.testsAndSets(core));
    }
    return requests;
  }

  #codeWord(address: number): number {
    const offset = (address >>> 0) - L2_BASE >>> 2;
    return offset < this.#code.length ? this.#code[offset] : 0;
  }

  #noteWrite(address: number): void {
    const engine = this.#engine;
    if (engine === undefined) return;
    if (address + 8 > engine.codeLow && address < engine.codeHigh + FETCHED_AHEAD_BYTES) this.#codeChanged = true;
  }

  /** The DMA has written where instructions are. */
  #forgetCode(): void {
    this.#codeChanged = false;
    this.#recall(this.#engine!.present);
    this.#engine!.forget();
  }

  /** Raises a core's access where it belongs; its bit if that is the exit. */
  #route(core: ClusterBenchCore): number {
    const { lsu } = core.pipeline;
    const { write } = lsu;
    const address = lsu.address >>> 0;
    try {
      if (this.interconnect.covers(address)) {
        core.destination = Destination.l1;
        this.interconnect.request(core.index, address, write, lsu.lanes, lsu.data);
      } else if (address >= EVENT_UNIT_BASE && address < EVENT_UNIT_BASE + EVENT_UNIT_BYTES) {
        core.destination = Destination.events;
        this.#events.request(core.index, address - EVENT_UNIT_BASE & ~3, write, lsu.data);
      } else if (address >= DMA_BASE && address < DMA_BASE + DMA_BYTES) {
        core.destination = Destination.dma;
        this.dma.request(core.index, address - DMA_BASE & ~3, write, lsu.data);
      } else if (address === CLUSTER_EXIT && write) {
        core.destination = Destination.exit;
        core.exitCode = lsu.data >>> 0;
        return 1 << core.index;
      } else {
        const what = write ? `store ${hex(lsu.data >>> 0)} to` : "load from";
        this.#fail(`Cannot ${what} ${hex(address)}: nothing is mapped there`, core, lsu.pc);
      }
    } catch (error) {
      this.#blame(error, core);
    }
    return 0;
  }

  #stepDma(tcdmGrants: number): number {
    let grants: number;
    try {
      grants = this.dma.arbitrate();
    } catch (error) {
      return this.#blame(error, this.cores[this.dma.serving]);
    }
    try {
      this.dma.commit(this.cycle, tcdmGrants);
      return grants;
    } catch (error) {
      throw new ProgramError(`${(error as Error).message}; cycle ${this.cycle}`);
    }
  }

  #arbitrateEvents(): number {
    const events = this.#events;
    try {
      return events.arbitrate(this.#idle);
    } catch (error) {
      return this.#blame(error, this.cores[events.serving]);
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
    this.#awaited &= ~exits;
    this.#running = this.#running.filter((core) => (exits >>> core.index & 1) === 0);
  }

  /** Whether every core that has not ended sleeps, or wants something of the DMA that only another core can give. */
  #allWaitForDma(): boolean {
    const { asleep, busy } = this.#events;
    return !busy &&
      this.#running.every(({ index, destination }) =>
        (asleep >>> index & 1) !== 0 || destination === Destination.dma && this.dma.blockedBy(index) !== undefined
      );
  }

  /** All cores wait, and the event unit and the DMA stand still. */
  #reportStandstill(): never {
    const waits = this.#running.map(({ index, pipeline: { lsu } }) => {
      const why = this.dma.blockedBy(index);
      return `core ${index} at ${hex(lsu.address >>> 0)}, pc ${this.#place(lsu.pc)}` +
        (why === undefined ? "" : `, for ${why}`);
    });
    throw new ProgramError(
      `Cannot go on after cycle ${this.cycle}: every core that has not ended waits, and no event is on its way: ` +
        `${waits.join("; ")}. Check the event masks, the barrier's team and who frees transfers`,
    );
  }

  /** An illegal instruction traps; it ends the run if the trap meets another one at once, or no memory. */
  #meetIllegal(core: ClusterBenchCore): void {
    const { pc, word, illegalEntry, variant } = core.pipeline;
    if (pc < L2_BASE || pc >= L2_BASE + L2_BYTES) {
      this.#fail(`Cannot fetch from ${hex(pc)}: nothing is mapped there`, core, pc);
    }
    if (pc === illegalEntry) {
      const why = `it is no instruction of ${variant.name}, and the trap finds no handler at ${hex(pc)}`;
      this.#fail(`Cannot execute ${hex(core.illegalWord ?? word)}: ${why}`, core, core.illegalPc ?? pc);
    }
    core.illegalPc = pc;
    core.illegalWord = word;
  }

  /** Says which core's access it is that a part of the board does not take. */
  #blame(error: unknown, core: ClusterBenchCore): never {
    if (error instanceof ProgramError) throw error;
    const { lsu } = core.pipeline;
    this.#fail(`${(error as Error).message} (address ${hex(lsu.address >>> 0)})`, core, lsu.pc);
  }

  #fail(what: string, core: ClusterBenchCore, pc: number): never {
    throw new ProgramError(`${what}; core ${core.index}, pc ${this.#place(pc)}, cycle ${this.cycle}`);
  }

  #place(pc: number): string {
    const place = this.#program.symbolAt?.(pc >>> 0);
    const offset = place !== undefined && place.offset > 0 ? `+${place.offset}` : "";
    return `${hex(pc >>> 0)}${place === undefined ? "" : ` (${place.name}${offset})`}`;
  }

  #load(program: LoadableProgram): void {
    for (const { address, bytes, sizeInMemory } of program.segments) {
      const [memory, base] = address >= L2_BASE ? [this.#l2.bytes, L2_BASE] : [this.l1.bytes, GAP8_TCDM.base];
      if (address < base || address + sizeInMemory > base + memory.length) {
        throw new ProgramError(
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
