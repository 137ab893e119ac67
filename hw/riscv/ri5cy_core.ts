/**
 * A RISC-V core that runs machine code on a platform's buses, with the pipeline that equals the RTL.
 * @module
 */
import { type Counter, Phase, SimulationError, type TracePoint } from "../../sim/mod.ts";
import { type Access, CoreBus } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { FetchBus, type FetchClient } from "../bus/fetch.ts";
import { type InterruptSink, InterruptSource } from "../bus/interrupts.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Initiator } from "../port.ts";
import type { CoreProfile } from "./engine/core_profile.ts";
import type { MicroOperation } from "./ri5cy/micro_operation.ts";
import { EVENT } from "./ri5cy/performance_counters.ts";
import { type FetchPort, Ri5cyPipeline } from "./ri5cy/pipeline.ts";
import { type CoreName, coreVariants } from "./ri5cy/variants.ts";

/** What makes a core one of several. */
export interface Ri5cyCoreParams {
  /** Number among its neighbours, as `mhartid` has it. */
  readonly coreId: number;
  /** Number of its cluster; the fabric controller counts as one. */
  readonly clusterId: number;
  /** Which release of the core, and which fetch. */
  readonly variant: CoreName;
}

/** Events that the core's surroundings see. */
const OUTSIDE_EVENTS = ["ldExt", "stExt", "ldExtCycles", "stExtCycles", "tcdmContention"] as const;

/** Bytes that an access of these lanes has. */
const SIZE = Uint8Array.from(
  { length: 16 },
  (_, lanes) => (lanes & 1) + (lanes >> 1 & 1) + (lanes >> 2 & 1) + (lanes >> 3),
);
/** Shift of the lowest lane. */
const SHIFT = Uint8Array.from({ length: 16 }, (_, lanes) => lanes === 0 ? 0 : 8 * (31 - Math.clz32(lanes & -lanes)));

/**
 * A RI5CY. In a cycle it raises its data access in the request phase and goes on in the respond phase, when grants are
 * known; there it asks for its next fetch. With its clock off it costs nothing.
 */
export class Ri5cyCore extends Component<Ri5cyCoreParams> {
  /** Identity and release. */
  static override readonly params: ParamTable<Ri5cyCoreParams> = {
    coreId: { unit: "1", description: "number of the core in its cluster", source: "GAP8 manual" },
    clusterId: { unit: "1", description: "number of the cluster", source: "GAP8 manual" },
    variant: {
      default: "ri5cy_2019_11_fetch128",
      unit: "name",
      description: "release of the core's RTL, and width of its fetch",
      source: "RI5CY be1fdf50; fetch as in pulp_cluster 9fd9c3e; that GAP8 has them is inferred",
    },
  };

  /** Where loads and stores go. */
  readonly data: Initiator<CoreBus> = this.initiator("data", CoreBus);
  /** Where instructions come from. */
  readonly fetch: Initiator<FetchBus> = this.initiator("fetch", FetchBus);
  /** Who interrupts it. */
  readonly interrupts: Initiator<InterruptSource> = this.initiator("interrupts", InterruptSource);
  /** Instructions that left decode. */
  readonly instructions: Counter = this.counter("instructions", "instruction", "instructions that left decode");
  /** Cycles with the clock off. */
  readonly asleep: Counter = this.counter("asleep", "cycle", "cycles with the clock gated off");
  /** Told of every instruction that leaves decode: cycle of the core's clock, address, what it is. */
  onRetire: ((cycle: number, pc: number, operation: MicroOperation) => void) | undefined;
  /** Where its cycles go, if somebody wants to know; to be set before it starts. */
  profile: CoreProfile | undefined;
  /** Names of places in the program, for messages. */
  symbolAt: ((address: number) => { readonly name: string; readonly offset: number } | undefined) | undefined;
  /**
   * Cycles with the clock on after which an access that is not granted ends the run: far more than a full DMA queue of the
   * longest transfers takes, at the slowest of clocks outside.
   */
  patienceCycles: number = 4_000_000;
  /** Why an access of its is not granted, in words, if somebody knows; for messages. */
  whyWaits: (() => string | undefined) | undefined;
  /** Whether it runs: it has been started, and not reset since. */
  running = false;
  /** The cycle in which the last instruction left decode. */
  lastRetired = 0;

  private core: Ri5cyPipeline;
  private readonly activity: TracePoint<string> = this.tracePoint("activity", {
    kind: "level",
    unit: "text",
    description: "run, sleep, or nothing while it is in reset",
  });
  private readonly beginning = this.sim.task(`${this.path}.begin`, () => this.#begin(), { clock: this.clock });
  private readonly finishing = this.sim.task(`${this.path}.finish`, () => this.#finish(), {
    clock: this.clock,
    phase: Phase.respond,
  });
  private readonly access: Access;
  private readonly client: FetchClient;
  private readonly sink: InterruptSink = {
    interrupt: (level, id) => {
      this.core.irq = level;
      this.core.irqId = id;
      if (level && this.sleepsFrom >= 0) this.#wake();
    },
  };
  private shift = 0;
  /** An access is on its way; it has been granted in this cycle; one was granted in the cycle before. */
  private asking = false;
  /** The cycle from which on the present access, or the nap in it, has had the clock on. */
  private askingFrom = 0;
  private completed = false;
  private result = 0;
  private answered = false;
  /** A fetch is on its way; its answer comes in this cycle. */
  private fetching = false;
  private arrived = false;
  /** At the end of the last cycle, nothing but a waiting load kept the clock on. */
  private quiet = false;
  /** The clock goes off at the end of this cycle. */
  private sleeping = false;
  private sleepsFrom = -1;
  private readonly outside = new Float64Array(OUTSIDE_EVENTS.length);
  private illegal: { readonly pc: number; readonly word: number } | undefined;

  /** A core in reset; `start` lets it fetch. */
  constructor(parent: Parent, name: string, params: Partial<Ri5cyCoreParams>, placement: Placement = {}) {
    super(parent, name, params, placement);
    const { coreId } = this.params;
    this.client = {
      initiator: this.path,
      port: coreId,
      arrive: (words, index) => {
        const { data, words: count } = this.core.prefetcher;
        for (let i = 0; i < count; i++) data[i] = words[index + i];
        this.fetching = false;
        this.arrived = true;
      },
    };
    const isQuiet = () => this.quiet;
    this.access = {
      get quiet() {
        return isQuiet();
      },
      initiator: this.path,
      port: coreId,
      address: 0,
      sizeBytes: 4,
      write: false,
      waits: false,
      outside: false,
      value: 0,
      complete: (result) => {
        this.result = result;
        this.completed = true;
        if (this.sleepsFrom >= 0) this.#wake();
      },
      sleep: () => {
        this.sleeping = true;
      },
      fail: (error) => this.#fail(error.message, this.core.lsu.pc),
    };
    this.core = this.#build(0);
  }

  /** Number of the core in its cluster. */
  get coreId(): number {
    return this.params.coreId;
  }

  /** Number of the cluster. */
  get clusterId(): number {
    return this.params.clusterId;
  }

  /** The pipeline since the last start: registers, control and status registers, counters. */
  get pipeline(): Ri5cyPipeline {
    return this.core;
  }

  /** Cycles with the clock off, the present nap included. */
  get asleepCycles(): number {
    return this.asleep.value + (this.sleepsFrom < 0 ? 0 : Math.max(0, this.clock.cycles - this.sleepsFrom));
  }

  /** What it waits for while its clock is off or its access is not granted, in words; undefined otherwise. */
  describeWait(): string | undefined {
    if (!this.running) return undefined;
    const { lsu, asleep, pc } = this.core;
    if (this.sleepsFrom >= 0 && asleep) return `wfi, pc ${this.place(pc)}`;
    if (!this.asking) return undefined;
    const what = lsu.isEvent ? "p.elw" : lsu.write ? "a store" : "a load";
    return `${what} at ${hex(lsu.address >>> 0)}, pc ${this.place(lsu.pc)}`;
  }

  /** Counts of the events that the core's surroundings see, by the names of their counters; of a profiled run. */
  get outsideEvents(): Readonly<Record<string, number>> {
    return Object.fromEntries(OUTSIDE_EVENTS.map((name, index) => [name, this.outside[index]]));
  }

  /** Takes the core out of reset: it fetches from `address` on, and traps to the 256 bytes around it. */
  start(address: number): void {
    this.reset();
    this.core = this.#build(address);
    this.core.observed = this.profile !== undefined;
    this.running = true;
    this.interrupts.attach(this.params.coreId, this.sink);
    this.activity.emit("run");
    this.beginning.after(1);
  }

  /** Puts the core into reset; what it had under way is forgotten. */
  reset(): void {
    this.beginning.unqueue();
    this.finishing.unqueue();
    if (this.sleepsFrom >= 0) this.asleep.value += Math.max(0, this.clock.cycles - this.sleepsFrom);
    this.sleepsFrom = -1;
    this.running =
      this.asking =
      this.completed =
      this.answered =
      this.fetching =
      this.arrived =
      this.sleeping =
      this.quiet =
        false;
    this.illegal = undefined;
    this.activity.emit("");
  }

  /** A place in the program, for people. */
  place(pc: number): string {
    const symbol = this.symbolAt?.(pc >>> 0);
    if (symbol === undefined) return hex(pc >>> 0);
    return `${hex(pc >>> 0)} (${symbol.name}${symbol.offset > 0 ? `+${symbol.offset}` : ""})`;
  }

  #build(bootAddress: number): Ri5cyPipeline {
    const { coreId, clusterId, variant } = this.params;
    const port: FetchPort = { request: (address) => this.#fetch(address) };
    return new Ri5cyPipeline(coreVariants[variant], port, { core: coreId, cluster: clusterId, bootAddress });
  }

  #begin(): void {
    const { core } = this;
    const { lsu } = core;
    lsu.answered = this.answered;
    core.begin();
    if (lsu.request && !this.asking) this.#ask();
    this.finishing.post();
  }

  #ask(): void {
    const { core: { lsu }, access } = this;
    const { lanes } = lsu;
    const shift = this.shift = SHIFT[lanes];
    const sizeBytes = access.sizeBytes = SIZE[lanes];
    access.address = lsu.address >>> 0;
    access.write = lsu.write;
    access.waits = lsu.isEvent;
    access.value = sizeBytes === 4 ? lsu.data >>> 0 : lsu.data >>> shift & 2 ** (8 * sizeBytes) - 1;
    this.asking = true;
    this.askingFrom = this.clock.cycles;
    this.data.request(access);
  }

  #fetch(address: number): boolean {
    if (this.fetching) return false;
    this.fetching = this.fetch.request(this.client, address >>> 0);
    return this.fetching;
  }

  #finish(): void {
    const { core } = this;
    const { lsu, prefetcher } = core;
    if (this.completed) {
      this.completed = this.asking = false;
      lsu.granted = true;
      lsu.readData = this.result << this.shift;
    }
    if (this.asking && this.clock.cycles - this.askingFrom > this.patienceCycles) this.#starve();
    core.outsideEvents = lsu.request ? this.#accessEvents() : 0;
    if (this.profile !== undefined) this.#countOutside(core.outsideEvents);
    prefetcher.dataValid = this.arrived;
    this.arrived = false;
    core.finish();
    this.answered = lsu.granted;
    if (core.acknowledged >= 0) this.interrupts.acknowledge(this.params.coreId, core.acknowledged);
    this.quiet = lsu.request && lsu.isEvent && !lsu.granted && !prefetcher.dataValid && !prefetcher.request &&
      !this.fetching;
    this.profile?.addCycle(core);
    if (core.retired) {
      this.instructions.value++;
      this.lastRetired = this.clock.cycles;
      this.onRetire?.(this.lastRetired, core.retiredPc, core.retiredOperation);
    }
    if (core.illegal) this.#meetIllegal();
    // In wfi the core waits for an interrupt with its own clock gate; what it fetches comes first.
    if (this.sleeping || core.asleep && !core.irq && !this.fetching) this.#fallAsleep();
    else this.beginning.after(1);
  }

  #starve(): never {
    const { lsu } = this.core;
    const why = this.whyWaits?.();
    this.#fail(
      `Cannot go on: ${lsu.write ? "a store" : "a load"} at ${hex(lsu.address >>> 0)} has not been granted for ` +
        `${this.patienceCycles} cycles${why === undefined ? "" : `; it waits for ${why}`}`,
      lsu.pc,
    );
  }

  /** What the counters around the core see of a cycle in which it asks for an access. */
  #accessEvents(): number {
    const { granted, write } = this.core.lsu;
    if (this.access.outside !== true) return granted ? 0 : EVENT.tcdmContention;
    if (write) return granted ? EVENT.stExtCycles | EVENT.stExt : EVENT.stExtCycles;
    return granted ? EVENT.ldExtCycles | EVENT.ldExt : EVENT.ldExtCycles;
  }

  #countOutside(events: number): void {
    for (let index = 0; index < OUTSIDE_EVENTS.length; index++) {
      if ((events & EVENT[OUTSIDE_EVENTS[index]]) !== 0) this.outside[index]++;
    }
  }

  #fallAsleep(): void {
    this.sleeping = false;
    this.sleepsFrom = this.clock.cycles + 1;
    this.activity.emit("sleep");
  }

  /** The clock is on again in this cycle, which has had no request phase for the core. */
  #wake(): void {
    this.asleep.value += this.clock.cycles - this.sleepsFrom;
    this.sleepsFrom = -1;
    this.askingFrom = this.clock.cycles;
    this.activity.emit("run");
    this.#begin();
  }

  /** An illegal instruction traps; it ends the run if the trap meets another one at once, or if no code can be there. */
  #meetIllegal(): void {
    const { pc, word, illegalEntry, variant, retiredPc } = this.core;
    if (!this.fetch.holds(pc)) this.#fail(`Cannot fetch from ${hex(pc)}: no instruction memory is there`, retiredPc);
    const { illegal } = this;
    if (illegal !== undefined && pc === illegalEntry) {
      const why = `it is no instruction of ${variant.name}, and the trap finds no handler at ${hex(pc)}`;
      this.#fail(`Cannot execute ${hex(illegal.word)}: ${why}`, illegal.pc);
    }
    this.illegal = { pc, word };
  }

  #fail(what: string, pc: number): never {
    throw new SimulationError(`${what}; ${this.path}, pc ${this.place(pc)}, cycle ${this.clock.cycles}`);
  }
}
