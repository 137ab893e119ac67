/**
 * Moments of the pipeline in a program.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import type { Question } from "./timing_oracle.ts";
import type { KnownPassage, PassageCosts } from "./timing_passages.ts";

/** Not looked at; an instruction; a question; something that only the pipeline can do; cycles without an instruction. */
export const UNKNOWN = 0, EXECUTE = 1, DECIDE = 2, ESCAPE = 3, PASS = 4;

const NONE = new Uint8Array(0);
const NO_COSTS: PassageCosts = { cycles: 0, causes: NONE, events: NONE, counted: 0 };

/** An answer, and the node to which it leads. */
export type Way = readonly [answer: number, node: TimingNode];

/**
 * A moment of the pipeline: an instruction has just left decode, and, of a question that came up on the way to the next
 * one, the answer may be known. Nodes with equal states are one node.
 */
export class TimingNode {
  /** See {@linkcode UNKNOWN}. */
  kind = UNKNOWN;
  /** The instruction that leaves decode next. */
  op: MicroOperation | undefined;
  /** Its address. */
  pc = 0;
  /** How often the instruction was executed, if an engine counts. */
  visits = 0;
  /** What the passage to that moment costs. */
  costs: PassageCosts = NO_COSTS;
  /** What has to be known to go on. */
  question: Question | undefined;
  /** Where it goes on, without a question or after the answer 0, if anybody has met that; */
  following: TimingNode | undefined;
  /** after the answer 1; */
  otherwise: TimingNode | undefined;
  /** after other answers. */
  others: Map<number, TimingNode> | undefined;
  /** An engine's: where it keeps the node. */
  place = -1;
  /** The graph's: the passage that begins here, if it is one that many have. */
  passage: KnownPassage | undefined;

  /**
   * Made by {@linkcode TimingGraph}.
   *
   * @param id number of the node, in the order in which they were met
   * @param state number of its state
   * @param answers answers to questions since then
   */
  constructor(readonly id: number, readonly state: number, readonly answers: readonly number[]) {}

  /** Cycles until the instruction has left decode, */
  get cycles(): number {
    return this.costs.cycles;
  }

  /** what they are spent on, by `STALL_NAMES`, */
  get causes(): Uint8Array {
    return this.costs.causes;
  }

  /** and the events that the performance counters would see; both empty unless the graph observes. */
  get events(): Uint8Array {
    return this.costs.events;
  }

  /** Hardware loops that count then: bit 0 and bit 1. */
  get counted(): number {
    return this.costs.counted;
  }

  /** Where the answers that were met lead; the answer 0 if there is no question. */
  get next(): Way[] {
    const ways: Way[] = [];
    if (this.following !== undefined) ways.push([0, this.following]);
    if (this.otherwise !== undefined) ways.push([1, this.otherwise]);
    if (this.others !== undefined) ways.push(...this.others);
    return ways;
  }
}
