/**
 * Moments of the pipeline in a program.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import type { TimingGraph } from "./timing_graph.ts";
import type { Question } from "./timing_oracle.ts";

/** Not looked at; an instruction; a question; something that only the pipeline can do; cycles without an instruction. */
export const UNKNOWN = 0, EXECUTE = 1, DECIDE = 2, ESCAPE = 3, PASS = 4;

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
