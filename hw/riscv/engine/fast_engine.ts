/**
 * The fast engine: programs in private memory, by the timing graph instead of the pipeline.
 * @module
 */
import type { Ri5cyPipeline } from "../ri5cy/pipeline.ts";
import { StateWriter } from "../ri5cy/state_writer.ts";
import { CODE_GRANULE_BYTES, type FastMemory, PAGE_BYTES } from "./fast_memory.ts";
import { CLOCK_AT, VISITS_AT } from "./engine_page.ts";
import { Interpreter } from "./interpreter.ts";
import { ESCAPE, EXECUTE, TimingGraph, type TimingNode } from "./timing_graph.ts";
import { BOARD_STATE, decodedIn } from "./timing_oracle.ts";
import { translate, type Translation } from "./translator.ts";

/** More cycles than pass between two looks at the clock. */
const LONGEST_STEP = 2048;
/** After so many changes to code that it knew, the engine rests for so many cycles: finding out again does not pay. */
const MOST_CHANGES = 16, REST_CYCLES = 100_000;
/** See {@linkcode FastEngine.warmCycles}. */
const WARM_CYCLES = 20_000;
/** Visits that an instruction gets on the pipeline before it is worth finding out what it costs. */
const COLD_VISITS = 2;
/** Translations of one program at most. */
const MOST_TRANSLATIONS = 64;
/** Cycles that WebAssembly runs before it looks up, so that it may be replaced by better machine code. */
const LONGEST_RUN_CYCLES = 1_000_000;
/** Instructions that are watched to find the loop that runs: a part of the warm-up, and enough to see a loop in. */
const WATCHED_PER_CYCLE = 1 / 5, LEAST_WATCHED = 200;
/** Jumps back to a place that make it worth translating. */
const LEAST_JUMPS = 5;

/** What the board has to know about a fetch and an access that are under way. */
export interface PortState {
  /** Whether fetched words arrive in the next cycle, */
  fetching: boolean;
  /** those at this address. */
  fetchAddress: number;
  /** Whether the answer to an access arrives in the next cycle. */
  answered: boolean;
}

/** How far to go: `fast` is everything, `interpreter` leaves the translation away. */
export type FastMode = "fast" | "interpreter";

/**
 * Runs the program of one core for as long as nobody but the core has a hand in it: memory ideal and private, no interrupt
 * due. What needs more is left to the pipeline, which takes over in the same cycle.
 */
export class FastEngine {
  /** Instructions that it executed in the last run. */
  retired = 0;
  /** Cycles that passed in translated code since the engine was made. */
  translatedCycles = 0;
  /** Interpreted cycles after which what runs then is translated; more with each translation. */
  warmCycles: number = WARM_CYCLES;

  readonly #core: Ri5cyPipeline;
  readonly #memory: FastMemory;
  readonly #mode: FastMode;
  #countVisits: boolean;
  readonly #halves: Int32Array;
  /** Visits on the pipeline, for each half word of the linear memory. */
  readonly #heat: Uint8Array;
  readonly #visits: Uint32Array;
  readonly #profile: ((node: TimingNode) => void) | undefined;
  #graph!: TimingGraph;
  #interpreter!: Interpreter;
  #translations!: Map<TimingNode, Translation>;
  #codeLow = 0;
  #codeHigh = 0;
  #interpreted = 0;
  /** The node at which the last run ended. */
  #end: TimingNode | undefined;
  /** Jumps back to each node, since the last translation: what stops the watching may be part of the loop. */
  readonly #jumpsBack = new Map<TimingNode, number>();
  readonly #state = new StateWriter();
  #changes = 0;
  /** When it goes on after a rest. */
  #resumeAt: number | undefined;

  /**
   * @param core the core, which it leaves as the pipeline would have
   * @param memory code and data
   * @param mode how far to go
   * @param profile called for each node that was visited, with its visits, before it is forgotten; without it, visits are
   * not counted until the core's performance counters ask for them
   */
  constructor(
    core: Ri5cyPipeline,
    memory: FastMemory,
    mode: FastMode = "fast",
    profile?: (node: TimingNode) => void,
  ) {
    this.#core = core;
    this.#memory = memory;
    this.#mode = mode;
    this.#profile = profile;
    this.#countVisits = profile !== undefined;
    this.#visits = new Uint32Array(memory.memory.buffer, VISITS_AT, (PAGE_BYTES - VISITS_AT) / 4);
    this.#heat = new Uint8Array(memory.codeAt >> 1);
    this.#halves = new Int32Array(memory.memory.buffer, 0, CLOCK_AT / 4 + 2);
    core.counters.onAccess = () => this.collect();
    this.#begin();
  }

  /** Told of each instruction that the pipeline executes: whether it was often enough for {@linkcode run} to be worth it. */
  warms(pc: number): boolean {
    const offset = this.#memory.offset(pc);
    if (offset < 0) return false;
    const heat = this.#heat;
    return heat[offset >>> 1] >= COLD_VISITS || ++heat[offset >>> 1] > COLD_VISITS;
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
    let node = this.#graph.node(state);
    if (node.kind === ESCAPE) return clock;
    counters.settle();
    const interpreter = this.#interpreter;
    while (clock < last) {
      const translation = this.#translations.get(node);
      if (translation !== undefined) {
        const before = clock;
        const lastStart = last - translation.longestPath;
        if (clock < lastStart) {
          clock = this.#runTranslation(translation, clock, lastStart);
          node = translation.exits[this.#exit].node;
          if (clock > before) continue;
        }
      }
      const wish = this.warmCycles * (1 + this.#translations.size);
      const slice = this.#mode === "fast" ? Math.max(1, wish - this.#interpreted) : LONGEST_RUN_CYCLES;
      const pause = Math.min(last, clock + slice);
      interpreter.run(node, clock, pause, translation !== undefined);
      this.#interpreted += interpreter.clock - clock;
      this.retired += interpreter.retired;
      const moved = interpreter.clock > clock;
      clock = interpreter.clock;
      node = interpreter.node!;
      if (interpreter.stopped && !this.#translations.has(node)) break;
      if (!moved && interpreter.stopped) break;
      if (this.#mode === "fast" && this.#interpreted >= wish && clock < last) {
        this.#interpreted = 0;
        [node, clock] = this.#translateLoop(node, clock, last);
      }
    }
    this.#leave(node, port);
    if (interpreter.full) this.#begin();
    return clock;
  }

  #rests(clock: number): boolean {
    this.#resumeAt ??= clock + REST_CYCLES;
    if (clock < this.#resumeAt) return true;
    this.#resumeAt = undefined;
    this.#changes = 0;
    return false;
  }

  #exit = 0;

  #runTranslation(translation: Translation, clock: number, last: number): number {
    const halves = this.#halves;
    halves[CLOCK_AT / 4] = halves[CLOCK_AT / 4 + 1] = 0;
    const most = Math.min(last - clock, 2 * LONGEST_RUN_CYCLES);
    const soft = Math.min(most, LONGEST_RUN_CYCLES);
    this.#exit = translation.run(0, BigInt(soft) << 32n, BigInt(most) << 32n);
    this.retired += halves[CLOCK_AT / 4] >>> 0;
    if (this.#countVisits) this.#collect(translation);
    const cycles = halves[CLOCK_AT / 4 + 1];
    this.translatedCycles += cycles;
    return clock + cycles;
  }

  /** Adds what translated code has counted to the nodes. */
  #collect({ counted, exits }: Translation): void {
    const visits = this.#visits;
    counted.forEach((block, index) => {
      const count = visits[index];
      if (count === 0) return;
      visits[index] = 0;
      for (const { node } of block.steps) node.visits += count;
    });
    const { block, steps } = exits[this.#exit];
    block?.steps.forEach(({ node }, index) => {
      if (index >= steps) node.visits--;
    });
  }

  /** Watches what runs, and translates from the place to which it jumps back most often. */
  #translateLoop(node: TimingNode, clock: number, last: number): [TimingNode, number] {
    const interpreter = this.#interpreter;
    const jumpsBack = this.#jumpsBack;
    let pc = 0;
    const watched = Math.max(LEAST_WATCHED, this.warmCycles * WATCHED_PER_CYCLE);
    for (let i = 0; i < watched && clock < last; i++) {
      interpreter.run(node, clock, clock + 1, false);
      this.retired += interpreter.retired;
      clock = interpreter.clock;
      node = interpreter.node!;
      if (interpreter.stopped) break;
      const next = this.#graph.look(node);
      if (next.pc !== 0) {
        if (next.pc <= pc) jumpsBack.set(node, (jumpsBack.get(node) ?? 0) + 1);
        pc = next.pc;
      }
    }
    let entry: TimingNode | undefined;
    for (const [each, count] of jumpsBack) {
      if (count < LEAST_JUMPS || this.#translations.has(each)) continue;
      if (entry === undefined || count > jumpsBack.get(entry)!) entry = each;
    }
    if (entry !== undefined && this.#translations.size < MOST_TRANSLATIONS) {
      jumpsBack.clear();
      const { variant } = this.#core;
      const code = { low: this.#codeLow, high: this.#codeHigh };
      this.#translations.set(entry, translate(entry, variant, this.#memory, code, this.#countVisits));
      interpreter.stopAt(entry);
    }
    return [node, clock];
  }

  /** Address of the instruction that the last run ended with; undefined if there are several that lead to the same end. */
  get lastPc(): number | undefined {
    const found = new Set<number>();
    const ends = this.#end === undefined ? [] : [this.#end];
    for (const end of ends) {
      for (const node of this.#graph.nodes) {
        if (!node.next.some(([, next]) => next === end)) continue;
        if (node.kind === EXECUTE) found.add(node.pc);
        else if (!ends.includes(node)) ends.push(node);
      }
    }
    return found.size === 1 ? [...found][0] : undefined;
  }

  #leave(node: TimingNode, port: PortState): void {
    if (this.retired === 0) return;
    this.#end = node;
    const { states } = this.#graph;
    const { state: at } = node;
    const { hart } = this.#core;
    port.fetching = states[at] !== 0;
    port.fetchAddress = states[at + 1];
    port.answered = states[at + 2] !== 0;
    for (let i = 0; i < 2; i++) {
      hart.loopStart[i] = states[at + 3 + i];
      hart.loopEnd[i] = states[at + 5 + i];
    }
    this.#core.restore(states, at + BOARD_STATE);
  }

  /** Hands out the visits that were counted since the last time, to the profile and to the performance counters. */
  collect(): void {
    if (!this.#countVisits) return;
    const { counters } = this.#core;
    this.#interpreter.collect();
    for (const node of this.#graph.nodes) {
      if (node.visits === 0) continue;
      this.#profile?.(node);
      counters.add(node.events, node.visits);
      node.visits = 0;
    }
  }

  #begin(): void {
    if (this.#graph !== undefined) this.collect();
    const { variant, hart } = this.#core;
    const memory = this.#memory;
    memory.code.fill(0);
    this.#codeLow = memory.bytes.length;
    this.#codeHigh = this.#interpreted = 0;
    this.#translations = new Map();
    this.#jumpsBack.clear();
    this.#graph = new TimingGraph(
      variant,
      (address) => {
        const offset = memory.offset(address);
        return offset < 0 ? 0 : memory.words[offset >>> 2];
      },
      (address, bytes) => this.#markCode(memory.offset(address), bytes),
      this.#countVisits,
    );
    this.#interpreter = new Interpreter(variant, this.#graph, hart, memory, this.#countVisits, (node) => {
      const pc = decodedIn(this.#graph.states, node.state);
      const offset = pc === undefined ? -1 : memory.offset(pc);
      return offset >= 0 && this.#heat[offset >>> 1] < COLD_VISITS;
    });
  }

  /** Marks words that are fetched: what is known of the program holds for as long as they do not change. */
  #markCode(offset: number, bytes: number): void {
    if (offset < 0) return;
    const { code } = this.#memory;
    code[offset / CODE_GRANULE_BYTES | 0] = code[(offset + bytes - 1) / CODE_GRANULE_BYTES | 0] = 1;
    if (offset >= this.#codeLow && offset + bytes <= this.#codeHigh) return;
    this.#codeLow = Math.min(this.#codeLow, offset);
    this.#codeHigh = Math.max(this.#codeHigh, offset + bytes);
    // Translated code knows where code was when it was made, and would not see stores to what has come to it.
    for (const entry of this.#translations.keys()) this.#interpreter.goOnAt(entry);
    this.#translations.clear();
  }
}
