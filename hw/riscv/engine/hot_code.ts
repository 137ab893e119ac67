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
import { DECIDE, ESCAPE, type TimingGraph, type TimingNode, UNKNOWN } from "./timing_graph.ts";
import { ASK_TARGET } from "./timing_oracle.ts";
import type { CodeRange } from "./step_writer.ts";
import { translate } from "./translator.ts";

/** Interpreted cycles before anything is translated. */
const WARM_CYCLES = 20_000;
/** Nodes that can be translated in the time in which the cycles of the first wait are interpreted. */
const NODES_PER_WARM_UP = 40;
/** A node is hot from so many visits on, 100 by default: this many in a cycle of the first wait, and at least some. */
const VISITS_PER_CYCLE = 1 / 200, LEAST_VISITS = 2;
/** Interpreted cycles that take as long as going into a translation and out again. */
const ENTRY_CYCLES = 100;
/** Interpreted cycles that take as long as looking at a node. */
const LOOK_CYCLES = 50;
/** Code of so few nodes is entered at few of them, so that its loops stay loops; larger code at all that are jumped to. */
const MOST_OF_FEW = 300;
/** Each time that a translation is made anew, it has to have been worth twice as much, up to so many times. */
const MOST_DOUBLINGS = 10;
/**
 * Nodes of a translation at most; a program with more is several. Of much larger functions V8 makes slow code: with 7 000
 * nodes it runs at a third of the speed, with 8 000 at a tenth.
 */
const MOST_IN_ONE = 2000;
/** Nodes between hot ones that are translated with them: to leave and come back takes as long as interpreting hundreds. */
const LONGEST_BRIDGE = 12;
/** Nodes of all translations at most; with more, it begins again with what is hot then. */
const MOST_NODES = 40_000;

/**
 * Translates what the interpreter visits often. What a translation costs grows with its nodes: it is made when as long a
 * time has gone into interpreting. As more of a small program gets hot, its translation is made anew; a large one gets
 * further ones. The numbers above are from the programs of the benchmarks.
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
  /** What was found to be hot until the last translation. */
  #known = new Set<TimingNode>();
  /** Nodes at which translations were left. */
  readonly #left = new Set<TimingNode>();
  #translations = 0;
  /** Whether it waits to see what is visited often. */
  #watching = false;
  /** How often it has. */
  #watched = 0;
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
    if (this.#graph.count > this.#visits.length) {
      const longer = new Uint32Array(2 * this.#graph.count);
      longer.set(this.#visits);
      this.#visits = longer;
    }
    const visits = this.#visits;
    this.#interpreter.collect((node, count) => {
      visits[node] += count;
      if (this.#countVisits) this.#graph.at(node).visits += count;
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
    const least = Math.max(LEAST_VISITS, this.warmCycles * VISITS_PER_CYCLE);
    const { count } = this.#graph;
    const hot: TimingNode[] = [];
    for (let node = 0; node < count; node++) if (visits[node] >= least) hot.push(this.#graph.at(node));
    this.#looksAt = this.#spent + Math.max(this.warmCycles, LOOK_CYCLES * count);
    if (this.#watching) return this.#translateAnew(hot, code);
    const further = hot.filter((node) => !this.#known.has(node));
    const all = this.#known.size + further.length;
    if (this.#translations === 0 || all > MOST_IN_ONE) this.#translateFurther(hot, code);
    else if (hot.length > 0 && this.#pays(all * 2 ** Math.min(this.#watched, MOST_DOUBLINGS))) this.#watch(hot);
  }

  /** Whether as long has gone into interpreting as it takes to translate nodes. */
  #pays(nodes: number): boolean {
    return this.#spent * NODES_PER_WARM_UP >= this.warmCycles * nodes;
  }

  /** A further translation, which begins where others end, too. */
  #translateFurther(hot: readonly TimingNode[], code: CodeRange): void {
    if (hot.length === 0 || !this.#pays(hot.length)) return;
    if (this.#known.size > MOST_NODES) this.forget();
    if (hot.length <= MOST_OF_FEW) return this.#translate(hot, this.#entriesOf([hot], NONE), code);
    const all = withBridges(hot);
    const parts: TimingNode[][] = [];
    for (let i = 0; i < all.length; i += MOST_IN_ONE) parts.push(all.slice(i, i + MOST_IN_ONE));
    const entries = this.#entriesOf(parts, this.#left);
    for (const part of parts) this.#translate(part, entries, code);
  }

  /** Gives up what there is, to see anew what is visited often. */
  #watch(hot: readonly TimingNode[]): void {
    const known = this.#known;
    for (const node of hot) known.add(node);
    this.forget();
    this.#known = known;
    this.#watching = true;
    this.#watched++;
    this.#visits.fill(0);
    this.#interpreted = this.#entered = this.#looksAt = 0;
  }

  /** One translation of what there was, and what is hot now. */
  #translateAnew(hot: readonly TimingNode[], code: CodeRange): void {
    this.#watching = false;
    for (const node of hot) this.#known.add(node);
    const all = [...this.#known];
    this.#translate(all, this.#entriesOf([all], NONE), code);
  }

  /** Gives up all translations. */
  forget(): void {
    for (const entry of this.#code.forget()) this.#interpreter.goOnAt(entry);
    this.longestPath = 0;
    this.#known = new Set();
    this.#translations = 0;
    this.#left.clear();
  }

  /** Those that the program comes to more often than to any others on its way. */
  #fewOf(entries: readonly TimingNode[], nodes: readonly TimingNode[]): TimingNode[] {
    const before = new Map<TimingNode, TimingNode[]>();
    const note = (from: TimingNode, node: TimingNode, depth: number): void => {
      if (node.kind === DECIDE && depth < MOST_QUESTIONS) {
        for (const [, next] of node.next) note(from, next, depth + 1);
      } else {
        const known = before.get(node);
        if (known === undefined) before.set(node, [from]);
        else known.push(from);
      }
    };
    for (const node of nodes) for (const [, next] of node.next) note(node, next, 0);
    const few: TimingNode[] = [];
    const led = new Set<TimingNode>();
    const visits = this.#visits;
    for (const entry of entries.toSorted((a, b) => visits[b.id] - visits[a.id])) {
      if (led.has(entry)) continue;
      few.push(entry);
      led.add(entry);
      const ways = [entry];
      for (const node of ways) {
        for (const from of before.get(node) ?? []) {
          if (led.has(from)) continue;
          led.add(from);
          ways.push(from);
        }
      }
    }
    return few;
  }

  /** Where parts of a program are come to from elsewhere: heads of loops, functions, where they return to, other parts end. */
  #entriesOf(parts: readonly (readonly TimingNode[])[], left: ReadonlySet<TimingNode>): ReadonlySet<TimingNode> {
    const partOf = new Map<TimingNode, number>();
    parts.forEach((nodes, part) => nodes.forEach((node) => partOf.set(node, part)));
    const found = new Set<TimingNode>();
    const arrive = (node: TimingNode, from: TimingNode, jumps: boolean, depth: number): void => {
      if (node.kind === DECIDE) {
        const further = jumps || node.question!.kind === ASK_TARGET;
        if (depth < MOST_QUESTIONS) { for (const [, next] of node.next) arrive(next, from, further, depth + 1); }
      } else if (partOf.has(node) && (jumps || node.pc <= from.pc || partOf.get(node) !== partOf.get(from))) {
        found.add(node);
      }
    };
    for (const from of partOf.keys()) {
      if (from.kind === DECIDE) continue;
      if (left.has(from)) found.add(from);
      const { op, next } = from;
      const calls = op !== undefined && (op.jump === JUMP_JAL && op.rd !== 0 || op.jump === JUMP_JALR);
      for (const [, node] of next) arrive(node, from, calls, 0);
    }
    return found;
  }

  #translate(nodes: readonly TimingNode[], among: ReadonlySet<TimingNode>, code: CodeRange): void {
    const own = new Set(nodes);
    const isIn = (node: TimingNode) => node.kind === DECIDE || own.has(node);
    const found = nodes.filter((node) => among.has(node) && this.entry(node) === undefined);
    const entries = (nodes.length > MOST_OF_FEW ? found : this.#fewOf(found, nodes)).slice(0, MOST_ENTRIES);
    // Those that no entry leads to will have to be as hot once more.
    for (const node of nodes) {
      this.#known.add(node);
      this.#visits[node.id] >>>= 1;
    }
    if (entries.length === 0) return;
    const { exitsAt, visitsAt } = this.#code;
    const counters = this.#countVisits ? visitsAt : undefined;
    const translation = translate(entries, isIn, this.#variant, this.#memory, code, exitsAt, counters);
    if (!this.#code.hasRoomFor(translation)) return this.forget();
    this.longestPath = Math.max(this.longestPath, translation.longestPath);
    this.#code.add(translation, entries, !this.#countVisits);
    for (const entry of entries) this.#interpreter.stopAt(entry);
    for (const { id } of translation.nodes) this.#visits[id] = 0;
    this.#translations++;
    this.#interpreted = this.#entered = this.#looksAt = 0;
  }
}

const NONE: ReadonlySet<TimingNode> = new Set();

/** Nodes, and those on short ways from one to another, in the order in which the program came to them. */
function withBridges(nodes: readonly TimingNode[]): TimingNode[] {
  const all = new Set(nodes);
  for (const node of nodes) {
    for (const [, next] of node.next) {
      const way: TimingNode[] = [];
      let at: TimingNode | undefined = next;
      while (at !== undefined && !all.has(at) && way.length < LONGEST_BRIDGE) {
        way.push(at);
        at = at.kind === UNKNOWN || at.kind === ESCAPE ? undefined : at.next[0]?.[1];
      }
      if (at !== undefined && all.has(at)) { for (const each of way) all.add(each); }
    }
  }
  return [...all].sort((a, b) => a.id - b.id);
}

/** Questions that follow each other without an instruction between them, at most. */
const MOST_QUESTIONS = 8;
