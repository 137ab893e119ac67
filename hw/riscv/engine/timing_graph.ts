/**
 * What a program's instructions cost, as a graph that grows where the program goes.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import { loopFault, startsLoop } from "../ri5cy/loop_fault.ts";
import type { StateWriter } from "../ri5cy/state_writer.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { type CodeWords, LOOP_ENDS, LOOP_STARTS, type Passage, type Question, TimingOracle } from "./timing_oracle.ts";

/** Not looked at; an instruction; a question; something that only the pipeline can do; cycles without an instruction. */
export const UNKNOWN = 0, EXECUTE = 1, DECIDE = 2, ESCAPE = 3, PASS = 4;

const NONE = new Uint8Array(0);
const NO_ANSWERS: readonly number[] = [];

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
  /** Cycles until it has left decode, */
  cycles = 0;
  /** what they are spent on, by `STALL_NAMES`, */
  causes: Uint8Array = NONE;
  /** and the events that the performance counters would see; both empty unless the graph observes. */
  events: Uint8Array = NONE;
  /** How often the instruction was executed, if an engine counts. */
  visits = 0;
  /** Hardware loops that count then: bit 0 and bit 1. */
  counted = 0;
  /** What has to be known to go on. */
  question: Question | undefined;
  /** Where the answers that were met lead; the answer 0 if there is no question. */
  readonly next: Way[] = [];
  /** An engine's: where it keeps the node. */
  place = -1;
  /** The next node with the same hash. */
  alike: TimingNode | undefined;

  /**
   * Made by {@linkcode TimingGraph}.
   *
   * @param id number of the node, in the order in which they were met
   * @param state where its state begins in {@linkcode TimingGraph.states}
   * @param answers answers to questions since then
   */
  constructor(readonly id: number, readonly state: number, readonly answers: readonly number[]) {}
}

/** The graph of one program in memory that does not change. */
export class TimingGraph {
  /** All nodes. */
  readonly nodes: TimingNode[] = [];
  /** The pipeline's states, one after the other. */
  states: Int32Array = new Int32Array(1 << 12);
  #statesUsed = 0;
  /** Numbers of a state; the same for all. */
  #stateLength = 0;
  readonly #oracle: TimingOracle;
  readonly #variant: CoreVariant;
  readonly #words: CodeWords;
  readonly #byHash = new Map<number, TimingNode>();

  /**
   * @param variant which core
   * @param words its code
   * @param onFetch called for each fetch, before anything is known that comes after it
   * @param observed whether nodes say what their cycles are spent on
   * @param shared whether accesses to memory may be refused
   */
  constructor(
    variant: CoreVariant,
    words: CodeWords,
    onFetch: (address: number, bytes: number) => void,
    observed: boolean = false,
    shared: boolean = false,
  ) {
    this.#variant = variant;
    this.#words = words;
    this.#oracle = new TimingOracle(variant, words, onFetch, observed, shared);
  }

  /** The node of a state, looked at. */
  node({ words, length }: StateWriter): TimingNode {
    this.#stateLength = length;
    return this.look(this.#find(words, 0, NO_ANSWERS));
  }

  /** Where an answer leads; any answer if nothing was asked, such as of a division whose divisor a ghost asked for. */
  follow(node: TimingNode, given: number): TimingNode {
    const { next } = node;
    const answer = node.question === undefined ? 0 : given;
    for (let i = 0; i < next.length; i++) if (next[i][0] === answer) return this.look(next[i][1]);
    const answers = [...node.answers, answer];
    let found: TimingNode;
    if (node.kind === DECIDE) found = this.#find(this.states, node.state, answers);
    else {
      const { words } = this.#oracle.pass(this.states, node.state, answers).state;
      found = this.#find(words, 0, NO_ANSWERS);
    }
    next.push([answer, found]);
    return this.look(found);
  }

  /** Looks at a node, if nobody has yet. */
  look(node: TimingNode): TimingNode {
    if (node.kind !== UNKNOWN) return node;
    const passage = this.#oracle.pass(this.states, node.state, node.answers);
    const { question } = passage;
    node.question = question;
    if (question !== undefined && !question.ownInstruction) {
      node.kind = DECIDE;
      return node;
    }
    node.kind = question !== undefined ? EXECUTE : passage.escapes ? ESCAPE : passage.refused ? PASS : EXECUTE;
    node.op = passage.op;
    node.pc = passage.pc;
    node.cycles = passage.cycles;
    node.causes = passage.causes;
    node.events = passage.events;
    node.counted = passage.counted;
    if (node.kind === EXECUTE && this.#startsForbiddenLoop(passage)) node.kind = ESCAPE;
    if (node.kind === ESCAPE) return node;
    if (question === undefined) node.next.push([0, this.#find(passage.state.words, 0, NO_ANSWERS)]);
    return node;
  }

  /** Those are the pipeline's, so that whoever runs it gets to see them. */
  #startsForbiddenLoop({ op, state: { words } }: Passage): boolean {
    if (!op.isLoop || !startsLoop(op.decoded!.instruction)) return false;
    return loopFault(words[LOOP_STARTS + op.L], words[LOOP_ENDS + op.L], this.#variant, this.#words) !== undefined;
  }

  /** The node of a state that begins somewhere in some numbers. */
  #find(words: Int32Array, at: number, answers: readonly number[]): TimingNode {
    const length = this.#stateLength;
    let hash = answers.length;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ words[at + i], 0x0100_0193) ^ hash >>> 15;
    for (let i = 0; i < answers.length; i++) hash = Math.imul(hash ^ answers[i], 0x0100_0193) ^ hash >>> 15;
    const first = this.#byHash.get(hash);
    for (let node = first; node !== undefined; node = node.alike) {
      if (this.#equals(node, words, at) && equal(node.answers, answers)) return node;
    }
    const node = new TimingNode(this.nodes.length, this.#keep(words, at), answers);
    node.alike = first;
    this.#byHash.set(hash, node);
    this.nodes.push(node);
    return node;
  }

  #equals({ state }: TimingNode, words: Int32Array, at: number): boolean {
    const { states } = this;
    for (let i = 0; i < this.#stateLength; i++) if (states[state + i] !== words[at + i]) return false;
    return true;
  }

  /** Where a state is kept: where it is already, if it is one of those. */
  #keep(words: Int32Array, at: number): number {
    if (words === this.states) return at;
    const length = this.#stateLength;
    const place = this.#statesUsed;
    if (place + length > this.states.length) {
      const longer = new Int32Array(2 * this.states.length);
      longer.set(this.states);
      this.states = longer;
    }
    const { states } = this;
    for (let i = 0; i < length; i++) states[place + i] = words[at + i];
    this.#statesUsed += length;
    return place;
  }
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
