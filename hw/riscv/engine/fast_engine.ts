/**
 * The fast engine: programs in private memory, by the timing graph instead of the pipeline.
 * @module
 */
import type { Ri5cyPipeline } from "../ri5cy/pipeline.ts";
import { CODE_GRANULE_BYTES, type FastMemory } from "./fast_memory.ts";
import { Interpreter } from "./interpreter.ts";
import { ESCAPE, TimingGraph } from "./timing_graph.ts";
import { BOARD_STATE } from "./timing_oracle.ts";

/** More cycles than pass between two instructions. */
const LONGEST_STEP = 128;
/** After so many changes to code that was translated, translating no longer pays. */
const MOST_CHANGES = 16;

/** What the board has to know about a fetch and an access that are under way. */
export interface PortState {
  /** Whether fetched words arrive in the next cycle, */
  fetching: boolean;
  /** those at this address. */
  fetchAddress: number;
  /** Whether the answer to an access arrives in the next cycle. */
  answered: boolean;
}

/**
 * Runs the program of one core for as long as nobody but the core has a hand in it: memory ideal and private, no interrupt
 * due, no counters on. What needs more is left to the pipeline, which takes over in the same cycle.
 */
export class FastEngine {
  /** Instructions that it executed in the last run. */
  retired = 0;

  readonly #core: Ri5cyPipeline;
  readonly #memory: FastMemory;
  #graph!: TimingGraph;
  #interpreter!: Interpreter;
  #changes = 0;

  /**
   * @param core the core, which it leaves as the pipeline would have
   * @param memory code and data
   */
  constructor(core: Ri5cyPipeline, memory: FastMemory) {
    this.#core = core;
    this.#memory = memory;
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
    if (clock + LONGEST_STEP > limit || !core.canSave || core.irq || core.counters.counting) return clock;
    if (this.#changes > MOST_CHANGES) return clock;
    const { loopStart, loopEnd } = core.hart;
    const state = [port.fetching ? 1 : 0, port.fetching ? port.fetchAddress : 0, port.answered ? 1 : 0];
    state.push(loopStart[0], loopStart[1], loopEnd[0], loopEnd[1]);
    core.save(state);
    const node = this.#graph.node(state);
    if (node.kind === ESCAPE) return clock;
    const interpreter = this.#interpreter;
    interpreter.run(node, clock, limit - LONGEST_STEP);
    if (interpreter.retired === 0) return clock;
    this.retired = interpreter.retired;
    const after = interpreter.node!.state;
    port.fetching = after[0] !== 0;
    port.fetchAddress = after[1];
    port.answered = after[2] !== 0;
    core.restore(after, BOARD_STATE);
    if (interpreter.full) this.#begin();
    return interpreter.clock;
  }

  #begin(): void {
    const { variant, hart } = this.#core;
    const memory = this.#memory;
    memory.code.fill(0);
    this.#graph = new TimingGraph(variant, (address) => {
      const offset = memory.offset(address);
      if (offset < 0) return 0;
      memory.code[offset / CODE_GRANULE_BYTES | 0] = 1;
      return memory.words[offset >>> 2];
    });
    this.#interpreter = new Interpreter(variant, this.#graph, hart, memory);
  }
}
