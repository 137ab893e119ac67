/**
 * What of a program is worth a translation, and the translations.
 * @module
 */
import { JUMP_JAL, JUMP_JALR } from "../ri5cy/micro_operation.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { waysOf } from "./control_flow.ts";
import type { FastMemory } from "./fast_memory.ts";
import type { Interpreter } from "./interpreter.ts";
import { DECIDE, EXECUTE, type TimingGraph, type TimingNode } from "./timing_graph.ts";
import { ASK_TARGET } from "./timing_oracle.ts";
import { type CodeRange, translate, type Translation } from "./translator.ts";

/** Interpreted cycles before anything is translated. */
const WARM_CYCLES = 20_000;
/** A node's translation pays for itself when so many cycles were interpreted for it, or one time in so many of the wait. */
const NODES_PER_WARM_UP = 20;
/** Visits that make a node part of what is translated, one in so many cycles of the wait. */
const CYCLES_PER_VISIT = 200;
const LEAST_VISITS = 2;
/** Interpreted cycles that take as long as going into a translation and out again. */
const ENTRY_CYCLES = 100;
/** Interpreted cycles that take as long as looking at a node. */
const LOOK_CYCLES = 20;
/** Nodes of all translations at most; with more, it begins again with what is hot then. */
const MOST_NODES = 16_000;
/** Places at most at which one translation may be entered. */
const MOST_ENTRIES = 2000;

/** A way into translated code. */
export interface Entry {
  /** The code, */
  readonly translation: Translation;
  /** and what tells it where to begin. */
  readonly selector: number;
}

/**
 * Translates what the interpreter visits often. What a translation costs grows with its nodes: it is made when as long a
 * time has gone into interpreting them. The same goes for making one translation of several, if the program goes to and
 * fro between them.
 */
export class HotCode {
  /** Interpreted cycles after which it first looks for what is hot. */
  warmCycles: number = WARM_CYCLES;

  readonly #variant: CoreVariant;
  readonly #memory: FastMemory;
  readonly #graph: TimingGraph;
  readonly #interpreter: Interpreter;
  readonly #countVisits: boolean;
  readonly #entries = new Map<TimingNode, Entry>();
  /** Interpreted visits of each node since the last translation, by its number. */
  #visits = new Uint32Array(1 << 10);
  /** The instructions of all translations. */
  #translated: TimingNode[] = [];
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
    this.#graph = graph;
    this.#interpreter = interpreter;
    this.#countVisits = countVisits;
  }

  /** The translation that begins at a node. */
  at(node: TimingNode): Entry | undefined {
    return this.#entries.get(node);
  }

  /** Told of cycles that were interpreted. */
  interpreted(cycles: number): void {
    this.#interpreted += cycles;
  }

  /** Adds the visits that the interpreter has counted to the nodes. */
  collect(): void {
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

  /** Told that a translation is entered. */
  entered(): void {
    this.#entered++;
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
    if (!this.#translateAll(hot, code)) this.#translateHot(hot, code);
  }

  /** One translation instead of several, with what has become hot since they were made. */
  #translateAll(hot: readonly TimingNode[], code: CodeRange): boolean {
    if (this.#spent < this.#cyclesPerNode * this.#translated.length) return false;
    const before = new Set(this.#translated);
    const further = hot.filter((node) => !before.has(node));
    const all = this.#translated.concat(further);
    if (all.length > MOST_NODES) {
      this.forget();
      return false;
    }
    const isMore = this.#translations > 1 || this.#translations > 0 && further.length > 0;
    if (!isMore || this.#spent < this.#cyclesPerNode * all.length) return false;
    this.forget();
    this.#entered = 0;
    return this.#translate(all, code);
  }

  /** A further translation, of what is hot. */
  #translateHot(hot: readonly TimingNode[], code: CodeRange): void {
    if (hot.length > 0 && this.#interpreted >= this.#cyclesPerNode * hot.length) this.#translate(hot, code);
  }

  get #cyclesPerNode(): number {
    return this.warmCycles / NODES_PER_WARM_UP;
  }

  /** Gives up all translations. */
  forget(): void {
    for (const entry of this.#entries.keys()) this.#interpreter.goOnAt(entry);
    this.#entries.clear();
    this.#translated = [];
    this.#translations = 0;
  }

  #translate(nodes: readonly TimingNode[], code: CodeRange): boolean {
    const among = new Set(nodes);
    const isIn = (node: TimingNode) => node.kind === DECIDE || among.has(node);
    const entries = entriesOf(nodes, isIn).filter((entry) => !this.#entries.has(entry)).slice(0, MOST_ENTRIES);
    // Those that no entry leads to will have to be as hot once more.
    for (const { id } of nodes) this.#visits[id] >>>= 1;
    if (entries.length === 0) return false;
    const translation = translate(entries, isIn, this.#variant, this.#memory, code, this.#countVisits);
    entries.forEach((entry, selector) => {
      this.#entries.set(entry, { translation, selector });
      this.#interpreter.stopAt(entry);
    });
    for (const node of translation.nodes) {
      if (node.kind !== EXECUTE) continue;
      this.#visits[node.id] = 0;
      this.#translated.push(node);
    }
    this.#translations++;
    this.#interpreted = this.#looksAt = 0;
    return true;
  }
}

/** Where the program comes to from elsewhere: heads of loops, functions, where functions return to. */
function entriesOf(nodes: readonly TimingNode[], isIn: (node: TimingNode) => boolean): TimingNode[] {
  const found = new Set<TimingNode>();
  const arrive = (node: TimingNode, pc: number, jumps: boolean, depth: number): void => {
    if (node.kind === DECIDE) {
      const further = jumps || node.question!.kind === ASK_TARGET;
      if (depth < MOST_QUESTIONS) { for (const [, next] of node.next) arrive(next, pc, further, depth + 1); }
    } else if (isIn(node) && (jumps || node.pc <= pc) && waysOf(node, isIn).length > 0) found.add(node);
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
