/**
 * The interpreter: a loop over the nodes of the timing graph, each an instruction with its cycles.
 * @module
 */
import type { Hart } from "../ri5cy/hart.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { CLOCK_AT, LIMIT_AT } from "./engine_page.ts";
import type { FastMemory } from "./fast_memory.ts";
import { interpreterModule } from "./core_loop.ts";
import { codesOf, type InterpreterLoop } from "./interpreter_module.ts";
import { CODE, COUNTED, RESOLVE, STOP } from "./record.ts";
import { Records } from "./records.ts";
import type { TimingGraph, TimingNode } from "./timing_graph.ts";

/** Cycles of one run at most, so that they fit into 31 bits. */
const LONGEST_RUN = 2 ** 30;

/** Compiled loops, for each kind of core and memory. */
const loops = new Map<string, WebAssembly.Module>();

/** The loop, compiled when it is first asked for. */
function loopFor(variant: CoreVariant, memory: FastMemory, countVisits: boolean): WebAssembly.Module {
  const year = variant.release === "2018_01" ? 2018 : 2019;
  const layout = memory.blocks.map(({ base, bytes }) => `${base}+${bytes}`).join();
  const key = `${variant.instructions.name} ${year} ${countVisits} ${layout}`;
  let loop = loops.get(key);
  if (loop === undefined) {
    loop = new WebAssembly.Module(interpreterModule([...codesOf(variant).keys()], year, memory, countVisits));
    loops.set(key, loop);
  }
  return loop;
}

/** Runs nodes, by their records. */
export class Interpreter {
  /** Clock after the last run. */
  clock = 0;
  /** Instructions that it executed. */
  retired = 0;
  /** The node at which it stopped: nothing of it has been executed. */
  node: TimingNode | undefined;
  /** Whether it stopped for something that only the pipeline can do. */
  stopped = false;

  readonly #hart: Hart;
  readonly #words: Int32Array;
  readonly #records: Records;
  readonly #copies = new Map<TimingNode, number>();
  readonly #loop: InterpreterLoop;

  /**
   * @param variant which core
   * @param graph its program's costs
   * @param hart its registers, those in the memory
   * @param memory its memory
   * @param countVisits whether it counts how often each node is visited
   */
  constructor(
    variant: CoreVariant,
    graph: TimingGraph,
    hart: Hart,
    memory: FastMemory,
    countVisits = false,
  ) {
    this.#hart = hart;
    this.#words = memory.words;
    const records = this.#records = new Records(graph, memory);
    const env = {
      memory: memory.memory,
      resolve: records.functions.resolve,
      answer: (at: number, answer: number) => records.answer(at, answer),
    };
    this.#loop = new WebAssembly.Instance(loopFor(variant, memory, countVisits), { env }).exports
      .run as InterpreterLoop;
  }

  /** Whether there is room for more nodes. */
  get full(): boolean {
    return this.#records.full;
  }

  /**
   * Runs from a node until the clock reaches a limit or something stops it; with `pastStop`, that node itself does not stop
   * it.
   */
  run(node: TimingNode, clock: number, limit: number, pastStop = false): void {
    const records = this.#records;
    let place = records.place(node);
    if (pastStop && records.get(place, CODE) === STOP) place = this.#restart(node);
    const words = this.#words;
    const most = Math.min(limit - clock, LONGEST_RUN);
    words[CLOCK_AT >> 2] = words[(CLOCK_AT >> 2) + 1] = words[LIMIT_AT >> 2] = 0;
    words[(LIMIT_AT >> 2) + 1] = most;
    place = this.#loop(place);
    this.retired = words[CLOCK_AT >> 2] >>> 0;
    this.clock = clock + words[(CLOCK_AT >> 2) + 1];
    while (records.get(place, CODE) === RESOLVE && records.nodeOf(place) === undefined) place = records.resolve(place);
    this.node = records.nodeOf(place);
    this.stopped = records.get(place, CODE) === STOP || this.clock - clock < most;
    const counted = records.get(place, COUNTED);
    if ((counted & 1) !== 0) this.#hart.loopCount[0]++;
    if ((counted & 2) !== 0) this.#hart.loopCount[1]++;
  }

  /** A copy of the record at which it would stop. */
  #restart(node: TimingNode): number {
    let copy = this.#copies.get(node);
    if (copy === undefined) this.#copies.set(node, copy = this.#records.copy(node));
    return copy;
  }

  /** From now on, stops at a node, since something faster takes over there. */
  stopAt(node: TimingNode): void {
    this.#records.set(this.#records.place(node), CODE, STOP);
  }

  /** Undoes {@linkcode stopAt}. */
  goOnAt(node: TimingNode): void {
    this.#records.set(this.#records.place(node), CODE, RESOLVE);
  }

  /** Hands out the visits that it has counted since the last time. */
  collect(visited: (node: number, visits: number) => void): void {
    this.#records.collect(visited);
  }
}
