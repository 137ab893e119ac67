/**
 * The fast engine: programs in private memory, by the timing graph instead of the pipeline.
 * @module
 */
import type { CodeSection } from "../isa/program.ts";
import type { Ri5cyPipeline } from "../ri5cy/pipeline.ts";
import { StateWriter } from "../ri5cy/state_writer.ts";
import { CODE_GRANULE_BYTES, type FastMemory } from "./fast_memory.ts";
import { CLOCK_AT } from "./engine_page.ts";
import type { Exit } from "./flow_writer.ts";
import { HotCode } from "./hot_code.ts";
import { Interpreter } from "./interpreter.ts";
import { ESCAPE, EXECUTE, TimingGraph, type TimingNode } from "./timing_graph.ts";
import { BOARD_STATE } from "./timing_oracle.ts";
import type { CodeRange } from "./step_writer.ts";

/** More cycles than pass between two looks at the clock. */
const LONGEST_STEP = 2048;
/** After so many changes to code that it knew, the engine rests for so many cycles: finding out again does not pay. */
const MOST_CHANGES = 16, REST_CYCLES = 100_000;
/** Cycles that WebAssembly runs before it looks up, so that it may be replaced by better machine code. */
const LONGEST_RUN_CYCLES = 1_000_000;
/** Cycles that it runs if it does not come to such a place. */
const LAST_LIMIT_CYCLES = 16_000_000;

/** What the board has to know about a fetch and an access that are under way. */
export interface PortState {
  /** Whether fetched words arrive in the next cycle, */
  fetching: boolean;
  /** those at this address. */
  fetchAddress: number;
  /** Whether the answer to an access arrives in the next cycle. */
  answered: boolean;
}

/** How a {@linkcode FastEngine} goes about it. */
export interface FastEngineOptions {
  /** Whether to translate, or to leave it at interpreting. By default it translates. */
  readonly translates?: boolean;
  /**
   * Called for each node that was visited, with its visits, before it is forgotten; without it, visits are not counted until
   * the core's performance counters ask for them.
   */
  readonly profile?: (node: TimingNode) => void;
  /** Where the program has instructions, if that is known. */
  readonly code?: readonly CodeSection[];
  /** See {@linkcode HotCode.warmCycles}. */
  readonly warmCycles?: number;
}

/**
 * Runs the program of one core for as long as nobody but the core has a hand in it: memory ideal and private, no interrupt
 * due. What needs more is left to the pipeline, which takes over in the same cycle.
 */
export class FastEngine {
  /** Instructions that it executed in the last run. */
  retired = 0;
  /** Cycles that passed in translated code since the engine was made. */
  translatedCycles = 0;

  readonly #core: Ri5cyPipeline;
  readonly #memory: FastMemory;
  readonly #options: FastEngineOptions;
  #countVisits: boolean;
  readonly #halves: Int32Array;
  #graph!: TimingGraph;
  #interpreter!: Interpreter;
  #hot!: HotCode;
  /** Where there is code, as far as is known. */
  #code: CodeRange = { low: 0, high: 0 };
  /** The node at which the last run ended. */
  #end: TimingNode | undefined;
  readonly #state = new StateWriter();
  #changes = 0;
  /** When it goes on after a rest. */
  #resumeAt: number | undefined;

  /**
   * @param core the core, which it leaves as the pipeline would have
   * @param memory code and data
   */
  constructor(core: Ri5cyPipeline, memory: FastMemory, options: FastEngineOptions = {}) {
    this.#core = core;
    this.#memory = memory;
    this.#options = options;
    this.#countVisits = options.profile !== undefined;
    this.#halves = new Int32Array(memory.memory.buffer, 0, CLOCK_AT / 4 + 2);
    for (const { address, sizeBytes } of options.code ?? []) this.#expectCode(memory.offset(address), sizeBytes);
    core.counters.onAccess = () => this.collect();
    this.#begin();
  }

  /** Forgets all translations; to be called when a word of translated code changes. */
  forget(): void {
    this.#changes++;
    this.#begin();
  }

  /**
   * Runs until a clock limit, or until the pipeline is needed, and gives the clock. Does nothing while the pipeline's state
   * is one that has to pass first.
   */
  run(clock: number, limit: number, port: PortState): number {
    const core = this.#core;
    this.retired = 0;
    const last = limit - LONGEST_STEP;
    if (clock >= last || !core.canSave || core.irq) return clock;
    if (this.#changes > MOST_CHANGES && this.#rests(clock)) return clock;
    if (this.#interpreter.full) this.#begin();
    const { counters } = core;
    if (counters.counting && !this.#countVisits) {
      this.#countVisits = true;
      this.#begin();
    }
    const { loopStart, loopEnd } = core.hart;
    const state = this.#state.clear().add(port.fetching ? 1 : 0).add(port.fetching ? port.fetchAddress : 0);
    state.add(port.answered ? 1 : 0).add(loopStart[0]).add(loopStart[1]).add(loopEnd[0]).add(loopEnd[1]);
    core.save(state);
    if (port.fetching) this.#markCode(this.#memory.offset(port.fetchAddress), 4 * core.prefetcher.words);
    const node = this.#graph.node(state);
    if (node.kind === ESCAPE) return clock;
    counters.settle();
    clock = this.#go(node, clock, last);
    this.#leave(port);
    return clock;
  }

  /** Runs from a node; leaves the one that comes next in `#end`. */
  #go(node: TimingNode, clock: number, last: number): number {
    const { translates = true } = this.#options;
    const interpreter = this.#interpreter;
    const hot = this.#hot;
    while (clock < last) {
      const entry = hot.entry(node);
      const lastStart = last - hot.longestPath;
      if (entry !== undefined && clock < lastStart) {
        const before = clock;
        const most = Math.min(lastStart - clock, LAST_LIMIT_CYCLES);
        const exit = hot.run(entry, Math.min(most, LONGEST_RUN_CYCLES), most);
        clock = this.#count(clock, exit);
        node = exit.node;
        if (clock > before) continue;
      }
      const pause = Math.min(last, clock + (translates ? Math.max(1, hot.patience) : LONGEST_RUN_CYCLES));
      interpreter.run(node, clock, pause, entry !== undefined);
      this.retired += interpreter.retired;
      const cycles = interpreter.clock - clock;
      clock = interpreter.clock;
      node = interpreter.node!;
      hot.interpreted(cycles);
      if (interpreter.stopped && (cycles === 0 || hot.entry(node) === undefined)) break;
      if (translates && hot.patience <= 0) hot.look(this.#code);
    }
    if (this.retired > 0) this.#end = node;
    return clock;
  }

  #rests(clock: number): boolean {
    this.#resumeAt ??= clock + REST_CYCLES;
    if (clock < this.#resumeAt) return true;
    this.#resumeAt = undefined;
    this.#changes = 0;
    return false;
  }

  /** Counts what translated code has done before it was left by an exit, and gives the clock. */
  #count(clock: number, { block, steps }: Exit): number {
    const halves = this.#halves;
    this.retired += halves[CLOCK_AT / 4] >>> 0;
    // A block that was left on the way is counted as if all of it had been done.
    if (this.#countVisits) { for (let i = steps; i < (block?.steps.length ?? 0); i++) block!.steps[i].node.visits--; }
    const cycles = halves[CLOCK_AT / 4 + 1];
    this.translatedCycles += cycles;
    return clock + cycles;
  }

  /** Address of the instruction that the last run ended with; undefined if there are several that lead to the same end. */
  get lastPc(): number | undefined {
    const found = new Set<number>();
    const ends = this.#end === undefined ? [] : [this.#end.id];
    const graph = this.#graph;
    for (const end of ends) {
      for (const node of graph.before(end)) {
        if (graph.kind(node) === EXECUTE) found.add(graph.pc(node));
        else if (!ends.includes(node)) ends.push(node);
      }
    }
    return found.size === 1 ? [...found][0] : undefined;
  }

  #leave(port: PortState): void {
    if (this.retired === 0) return;
    const state = this.#graph.stateOf(this.#end!);
    const { hart } = this.#core;
    port.fetching = state[0] !== 0;
    port.fetchAddress = state[1];
    port.answered = state[2] !== 0;
    for (let i = 0; i < 2; i++) {
      hart.loopStart[i] = state[3 + i];
      hart.loopEnd[i] = state[5 + i];
    }
    this.#core.restore(state, BOARD_STATE);
  }

  /** Hands out the visits that were counted since the last time, to the profile and to the performance counters. */
  collect(): void {
    if (!this.#countVisits) return;
    const { counters } = this.#core;
    this.#hot.collect();
    for (const node of this.#graph.made) {
      if (node.visits === 0) continue;
      this.#options.profile?.(node);
      counters.add(node.events, node.visits);
      node.visits = 0;
    }
  }

  #begin(): void {
    const { variant, hart } = this.#core;
    const memory = this.#memory;
    if (this.#graph !== undefined) {
      this.collect();
      memory.code.fill(0);
    }
    this.#graph = new TimingGraph(
      variant,
      memory,
      (address, bytes) => this.#markCode(memory.offset(address), bytes),
      { observed: this.#countVisits },
    );
    const { translates = true, warmCycles } = this.#options;
    const counts = translates || this.#countVisits;
    this.#interpreter = new Interpreter(variant, this.#graph, hart, memory, counts);
    this.#hot = new HotCode(variant, memory, this.#graph, this.#interpreter, this.#countVisits);
    if (warmCycles !== undefined) this.#hot.warmCycles = warmCycles;
  }

  /** Marks words that are fetched: what is known of the program holds for as long as they do not change. */
  #markCode(offset: number, bytes: number): void {
    if (offset < 0) return;
    const { code } = this.#memory;
    code[offset / CODE_GRANULE_BYTES | 0] = code[(offset + bytes - 1) / CODE_GRANULE_BYTES | 0] = 1;
    this.#expectCode(offset, bytes);
  }

  /** Translated code knows where code may be: if it is found elsewhere, there has to be a new translation. */
  #expectCode(offset: number, bytes: number): void {
    const { low, high } = this.#code;
    const end = Math.min(offset + bytes, this.#memory.codeAt);
    if (offset < 0 || offset >= low && end <= high) return;
    this.#code = high === 0 ? { low: offset, high: end } : { low: Math.min(low, offset), high: Math.max(high, end) };
    this.#hot?.forget();
  }
}
