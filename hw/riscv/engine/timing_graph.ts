/**
 * What a program's instructions cost, as a graph that grows where the program goes.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import type { StateWriter } from "../ri5cy/state_writer.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import type { FastMemory } from "./fast_memory.ts";
import { type OwnPassage, TimingFinder, type TimingGraphOptions } from "./timing_finder.ts";
import type { TimingMemory } from "./timing_memory.ts";
import type { TimingFunctions } from "./timing_module.ts";
import type { Question } from "./timing_oracle.ts";
import { DECIDE, ESCAPE, EXECUTE, NODE_COUNT, UNKNOWN } from "./timing_page.ts";
import type { KnownPassage, PassageCosts } from "./timing_passages.ts";

export type { TimingGraphOptions } from "./timing_finder.ts";
export { DECIDE, ESCAPE, EXECUTE, PASS, UNKNOWN } from "./timing_page.ts";

const NONE = new Uint8Array(0);
const NO_COSTS: PassageCosts = { cycles: 0, causes: NONE, events: NONE, counted: 0 };

/**
 * The graph of one program in memory that does not change. Its nodes are numbers, from 0 on: each is a state of the pipeline,
 * see {@linkcode TimingNode}.
 */
export class TimingGraph {
  readonly #finder: TimingFinder;
  readonly #made = new Map<number, TimingNode>();

  /**
   * @param variant which core
   * @param memory where the graph lies; another graph that lay there must not be used any more
   * @param onFetch called for each fetch, before anything is known that comes after it
   */
  constructor(
    variant: CoreVariant,
    memory: FastMemory,
    onFetch: (address: number, bytes: number) => void,
    options: TimingGraphOptions = {},
  ) {
    this.#finder = new TimingFinder(variant, memory, onFetch, options);
  }

  /** What goes through the graph in WebAssembly. */
  get functions(): TimingFunctions {
    return this.#finder.functions;
  }

  /** Where the graph lies. */
  get memory(): TimingMemory {
    return this.#finder.memory;
  }

  /** Told of the record of a node that asks, so that it is filled in. */
  set onQuestion(fill: (place: number, node: number) => void) {
    this.#finder.onQuestion = fill;
  }

  /** Passages that were compared with the pipeline, see {@linkcode TimingGraphOptions.verifies}. */
  get verified(): number {
    return this.#finder.verified;
  }

  /** How many nodes there are. */
  get count(): number {
    return this.memory.get(NODE_COUNT);
  }

  /** The node with a number, as an object: the same one each time. */
  at(node: number): TimingNode {
    let made = this.#made.get(node);
    if (made === undefined) this.#made.set(node, made = new TimingNode(this, node));
    return made;
  }

  /** The nodes that were made objects. */
  get made(): Iterable<TimingNode> {
    return this.#made.values();
  }

  /** The node of a state, looked at. */
  node(state: StateWriter): TimingNode {
    const node = this.#finder.take(state);
    this.look(node);
    return this.at(node);
  }

  /**
   * The state of a node, as `Ri5cyPipeline.restore` takes it from {@linkcode BOARD_STATE} on; before that, what the board
   * has: whether a fetch is under way and where, whether an answer is under way, starts and ends of the hardware loops. To
   * be used at once: the next call changes it.
   */
  stateOf(node: TimingNode): Int32Array {
    const { states } = this.#finder;
    return states.whole(states.unanswered(node.id));
  }

  /** What kind of node it is, see {@linkcode UNKNOWN}. */
  kind(node: number): number {
    return this.#finder.states.kind(node);
  }

  /** What the passage to its instruction costs; nothing if that is not known, or there is a question before. */
  costs(node: number): PassageCosts {
    const kind = this.kind(node);
    return kind === UNKNOWN || kind === DECIDE ? NO_COSTS : this.#passage(node)!;
  }

  /** Whether an instruction leaves decode there. */
  leaves(node: number): boolean {
    const kind = this.kind(node);
    return kind === EXECUTE || kind === ESCAPE && this.#finder.own(node)!.op !== undefined;
  }

  /** The instruction, of a node that has one; */
  op(node: number): MicroOperation {
    return this.#finder.own(node)?.op ?? this.#view(node).op;
  }

  /** its address. */
  pc(node: number): number {
    return this.#finder.own(node)?.pc ?? this.#view(node).pc;
  }

  /** What has to be known to go on from a node. */
  question(node: number): Question | undefined {
    const passage = this.#passage(node);
    if (passage?.question === undefined || !("answered" in passage)) return passage?.question;
    this.#view(node);
    return this.#finder.questionOf(passage, passage.question);
  }

  /** What that is about, such as `ASK_LOOP`; -1 if there is no question. */
  asks(node: number): number {
    return this.#passage(node)?.question?.kind ?? -1;
  }

  /** Answers that were given since the state. */
  answers(node: number): readonly number[] {
    return this.#finder.states.answers(node);
  }

  /** Where the answers that were met lead. */
  next(node: number): (readonly [answer: number, node: number])[] {
    return this.#finder.states.ways(node);
  }

  /** The nodes that lead to one. */
  before(node: number): number[] {
    const found = [];
    for (let from = 0; from < this.count; from++) {
      if (this.next(from).some(([, next]) => next === node)) found.push(from);
    }
    return found;
  }

  /** Where an answer leads; any answer if nothing was asked, such as of a division whose divisor a ghost asked for. */
  follow(node: number, answer: number): number {
    const found = this.#finder.follow(node, this.asks(node) < 0 ? 0 : answer);
    this.look(found);
    return found;
  }

  /** Looks at a node, if nobody has yet; what kind it is. */
  look(node: number): number {
    return this.functions.looked(node);
  }

  /** Of a node that was looked at. */
  #passage(node: number): KnownPassage | OwnPassage | undefined {
    return this.kind(node) === UNKNOWN ? undefined : this.#finder.known(node) ?? this.#finder.own(node);
  }

  #view(node: number) {
    const { functions, states, view } = this.#finder;
    functions.lookAgain(states.unanswered(node));
    return view;
  }
}

/** An answer, and the node to which it leads. */
export type Way = readonly [answer: number, node: TimingNode];

/**
 * A moment of the pipeline: an instruction has just left decode, and, of a question that came up on the way to the next
 * one, the answer may be known. Nodes with equal states are one node. The graph has them as numbers, and makes such objects
 * of those that somebody wants to have in hand.
 */
export class TimingNode {
  /** How often the instruction was executed, if an engine counts. */
  visits = 0;
  /** Number of the node, in the order in which they were met. */
  readonly id: number;
  readonly #graph: TimingGraph;
  #op: MicroOperation | undefined;
  #pc = 0;

  /** Made by {@linkcode TimingGraph.at}. */
  constructor(graph: TimingGraph, id: number) {
    this.#graph = graph;
    this.id = id;
  }

  /** See {@linkcode UNKNOWN}. */
  get kind(): number {
    return this.#graph.kind(this.id);
  }

  /** The instruction that leaves decode next; undefined unless there is one. */
  get op(): MicroOperation | undefined {
    if (this.#op === undefined && this.#graph.leaves(this.id)) {
      this.#op = this.#graph.op(this.id);
      this.#pc = this.#graph.pc(this.id);
    }
    return this.#op;
  }

  /** Its address; 0 if there is none. */
  get pc(): number {
    return this.op === undefined ? 0 : this.#pc;
  }

  /** Cycles until the instruction has left decode, */
  get cycles(): number {
    return this.#graph.costs(this.id).cycles;
  }

  /** what they are spent on, by `STALL_NAMES`, */
  get causes(): Uint8Array {
    return this.#graph.costs(this.id).causes;
  }

  /** and the events that the performance counters would see; both empty unless the graph observes. */
  get events(): Uint8Array {
    return this.#graph.costs(this.id).events;
  }

  /** Hardware loops that count then: bit 0 and bit 1. */
  get counted(): number {
    return this.#graph.costs(this.id).counted;
  }

  /** What has to be known to go on. */
  get question(): Question | undefined {
    return this.#graph.question(this.id);
  }

  /** Answers that were given since the state. */
  get answers(): readonly number[] {
    return this.#graph.answers(this.id);
  }

  /** Where the answers that were met lead; the answer 0 if there is no question. */
  get next(): Way[] {
    return this.#graph.next(this.id).map(([answer, id]) => [answer, this.#graph.at(id)]);
  }
}
