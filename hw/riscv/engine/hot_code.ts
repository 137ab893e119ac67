/**
 * What of a program is worth a translation, and the translations.
 * @module
 */
import { JUMP_JAL, JUMP_JALR } from "../ri5cy/micro_operation.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import type { FastMemory } from "./fast_memory.ts";
import type { Exit } from "./flow_writer.ts";
import type { Interpreter } from "./interpreter.ts";
import { LinkedCode, MOST_ENTRIES } from "./linked_code.ts";
import { DECIDE, EXECUTE, type TimingGraph, type TimingNode } from "./timing_graph.ts";
import { ASK_TARGET } from "./timing_oracle.ts";
import { type CodeRange, translate } from "./translator.ts";

/** Interpreted cycles before anything is translated. */
const WARM_CYCLES = 20_000;
/** A node's translation pays for itself when so many cycles were interpreted for it, or one time in so many of the wait. */
const NODES_PER_WARM_UP = 40;
/** Visits that make a node part of what is translated, one in so many cycles of the wait. */
const CYCLES_PER_VISIT = 200;
const LEAST_VISITS = 2;
/** Interpreted cycles that take as long as going into a translation and out again. */
const ENTRY_CYCLES = 100;
/** Interpreted cycles that take as long as looking at a node. */
const LOOK_CYCLES = 20;
/** Nodes at most that several translations may have to be made one. */
const MOST_IN_ONE = 2000;
/** Nodes of all translations at most; with more, it begins again with what is hot then. */
const MOST_NODES = 40_000;

/**
 * Translates what the interpreter visits often. What a translation costs grows with its nodes: it is made when as long a
 * time has gone into interpreting them. The same goes for making one translation of several, if the program goes to and
 * fro between them.
 */
export class HotCode {
  /** Cycles by which translated code may run past its last limit. */
  longestPath = 0;
  /** Interpreted cycles after which it first looks for what is hot. */
  warmCycles: number = WARM_CYCLES;

  readonly #variant: CoreVariant;
  readonly #memory: FastMemory;
  readonly #graph: TimingGraph;
  readonly #interpreter: Interpreter;
  readonly #countVisits: boolean;
  readonly #code: LinkedCode;
  /** Interpreted visits of each node since the last translation, by its number. */
  #visits = new Uint32Array(1 << 10);
  /** The instructions of all translations. */
  #translated: TimingNode[] = [];
  /** Nodes at which translations were left. */
  readonly #left = new Set<TimingNode>();
  #translations = 0;
  #interpreted = 0;
  #entered = 0;
  #looksAt = 0;

  /**
   * @param countVisits whether translations count visits
   */
  constructor(
    variant: CoreVariant,
    memory: FastMemory,
    graph: TimingGraph,
    interpreter: Interpreter,
    countVisits: boolean,
  ) {
    this.#variant = variant;
    this.#memory = memory;
    this.#code = new LinkedCode(memory);
    this.#graph = graph;
    this.#interpreter = interpreter;
    this.#countVisits = countVisits;
  }

  /** What {@linkcode run} wants to know of a node at which translated code may be entered; undefined for others. */
  entry(node: TimingNode): number | undefined {
    return this.#code.entry(node);
  }

  /** See {@linkcode LinkedCode.run}. */
  run(entry: number, cycles: number, mostCycles: number): Exit {
    const exit = this.#code.run(entry, cycles, mostCycles);
    this.#entered++;
    this.#left.add(exit.node);
    return exit;
  }

  /** Told of cycles that were interpreted. */
  interpreted(cycles: number): void {
    this.#interpreted += cycles;
  }

  /** Adds the visits that were counted to the nodes. */
  collect(): void {
    this.#code.collect();
    if (this.#graph.nodes.length > this.#visits.length) {
      const longer = new Uint32Array(2 * this.#graph.nodes.length);
      longer.set(this.#visits);
      this.#visits = longer;
    }
    const visits = this.#visits;
    this.#interpreter.collect((node, count) => {
      node.visits += count;
      visits[node.id] += count;
    });
  }

  /** Cycles that may be interpreted before {@linkcode look} is to be called; not positive if it is time. */
  get patience(): number {
    return Math.max(this.#looksAt, this.warmCycles) - this.#spent;
  }

  /** What could have been saved, in interpreted cycles. */
  get #spent(): number {
    return this.#interpreted + ENTRY_CYCLES * this.#entered;
  }

  /** Looks at what the interpreter has counted, and translates what has become worth it. */
  look(code: CodeRange): void {
    this.collect();
    const visits = this.#visits;
    const least = Math.max(LEAST_VISITS, this.warmCycles / CYCLES_PER_VISIT);
    const { nodes } = this.#graph;
    const hot: TimingNode[] = [];
    for (let id = 0; id < nodes.length; id++) if (visits[id] >= least) hot.push(nodes[id]);
    this.#looksAt = this.#spent + Math.max(this.warmCycles, LOOK_CYCLES * nodes.length);
    const before = new Set(this.#translated);
    const all = this.#translated.concat(hot.filter((node) => !before.has(node)));
    if (this.#translations === 0 || all.length > MOST_IN_ONE) this.#translateFurther(hot, code);
    else if (this.#translations > 1 || all.length > this.#translated.length) this.#translateAnew(all, code);
  }

  /** A further translation, which begins where others end, too. */
  #translateFurther(hot: readonly TimingNode[], code: CodeRange): void {
    if (hot.length === 0 || this.#spent < this.#cyclesPerNode * hot.length) return;
    if (this.#translated.length > MOST_NODES || this.#code.full) this.forget();
    this.#translate(hot, this.#left, code);
  }

  /** One translation instead of those that there are. */
  #translateAnew(all: readonly TimingNode[], code: CodeRange): void {
    if (this.#spent < this.#cyclesPerNode * all.length) return;
    this.forget();
    this.#translate(all, new Set(), code);
  }

  get #cyclesPerNode(): number {
    return this.warmCycles / NODES_PER_WARM_UP;
  }

  /** Gives up all translations. */
  forget(): void {
    for (const entry of this.#code.forget()) this.#interpreter.goOnAt(entry);
    this.longestPath = 0;
    this.#translated = [];
    this.#translations = 0;
    this.#left.clear();
  }

  #translate(nodes: readonly TimingNode[], left: ReadonlySet<TimingNode>, code: CodeRange): void {
    const among = new Set(nodes);
    const isIn = (node: TimingNode) => node.kind === DECIDE || among.has(node);
    const entries = entriesOf(nodes, isIn, left).filter((entry) => this.entry(entry) === undefined).slice(
      0,
      MOST_ENTRIES,
    );
    // Those that no entry leads to will have to be as hot once more.
    for (const { id } of nodes) this.#visits[id] >>>= 1;
    if (entries.length === 0) return;
    const { exitsAt, visitsAt } = this.#code;
    const counters = this.#countVisits ? visitsAt : undefined;
    const translation = translate(entries, isIn, this.#variant, this.#memory, code, exitsAt, counters);
    this.longestPath = Math.max(this.longestPath, translation.longestPath);
    this.#code.add(translation, entries, !this.#countVisits);
    for (const entry of entries) this.#interpreter.stopAt(entry);
    for (const node of translation.nodes) {
      if (node.kind !== EXECUTE) continue;
      this.#visits[node.id] = 0;
      this.#translated.push(node);
    }
    this.#translations++;
    this.#interpreted = this.#entered = this.#looksAt = 0;
  }
}

/** Where the program comes to from elsewhere: heads of loops, functions, where they return to, where translations end. */
function entriesOf(
  nodes: readonly TimingNode[],
  isIn: (node: TimingNode) => boolean,
  left: ReadonlySet<TimingNode>,
): TimingNode[] {
  const found = new Set<TimingNode>();
  for (const node of nodes) if (left.has(node)) found.add(node);
  const arrive = (node: TimingNode, pc: number, jumps: boolean, depth: number): void => {
    if (node.kind === DECIDE) {
      const further = jumps || node.question!.kind === ASK_TARGET;
      if (depth < MOST_QUESTIONS) { for (const [, next] of node.next) arrive(next, pc, further, depth + 1); }
    } else if (isIn(node) && (jumps || node.pc <= pc)) found.add(node);
  };
  for (const { op, pc, next } of nodes) {
    const { jump, rd } = op!;
    const calls = jump === JUMP_JAL && rd !== 0 || jump === JUMP_JALR;
    for (const [, node] of next) arrive(node, pc, calls, 0);
  }
  return [...found];
}

/** Questions that follow each other without an instruction between them, at most. */
const MOST_QUESTIONS = 8;
