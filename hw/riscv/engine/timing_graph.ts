/**
 * What a program's instructions cost, as a graph that grows where the program goes.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import type { StateWriter } from "../ri5cy/state_writer.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { type CodeWords, type Question, TimingOracle } from "./timing_oracle.ts";

/** Not looked at; an instruction; a question; something that only the pipeline can do. */
export const UNKNOWN = 0, EXECUTE = 1, DECIDE = 2, ESCAPE = 3;

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
  /** An engine's: where it keeps the node, and how many instructions come before it without a look at the clock. */
  place = -1;
  unbroken = 0;
  /** The next node with the same hash. */
  alike: TimingNode | undefined;

  /**
   * Made by {@linkcode TimingGraph}.
   *
   * @param id number of the node, in the order in which they were met
   * @param state the pipeline's state
   * @param answers answers to questions since then
   */
  constructor(readonly id: number, readonly state: Int32Array, readonly answers: readonly number[]) {}
}

/** The graph of one program in memory that does not change. */
export class TimingGraph {
  /** All nodes. */
  readonly nodes: TimingNode[] = [];
  readonly #oracle: TimingOracle;
  readonly #byHash = new Map<number, TimingNode>();
  readonly #onInstruction: (pc: number, bytes: number) => void;

  /**
   * @param variant which core
   * @param words its code
   * @param onInstruction called for each instruction that is looked at, with its address and size
   * @param observed whether nodes say what their cycles are spent on
   */
  constructor(
    variant: CoreVariant,
    words: CodeWords,
    onInstruction: (pc: number, bytes: number) => void,
    observed: boolean = false,
  ) {
    this.#oracle = new TimingOracle(variant, words, observed);
    this.#onInstruction = onInstruction;
  }

  /** The node of a state, looked at. */
  node({ words, length }: StateWriter): TimingNode {
    return this.look(this.#find(words, length, NO_ANSWERS));
  }

  /** Where an answer leads. */
  follow(node: TimingNode, answer: number): TimingNode {
    const { next } = node;
    for (let i = 0; i < next.length; i++) if (next[i][0] === answer) return this.look(next[i][1]);
    const answers = node.question === undefined ? node.answers : [...node.answers, answer];
    let found: TimingNode;
    if (node.kind === DECIDE) found = this.#find(node.state, node.state.length, answers);
    else {
      const { words, length } = this.#oracle.pass(node.state, answers).state;
      found = this.#find(words, length, NO_ANSWERS);
    }
    next.push([answer, found]);
    return this.look(found);
  }

  /** Looks at a node, if nobody has yet. */
  look(node: TimingNode): TimingNode {
    if (node.kind !== UNKNOWN) return node;
    const passage = this.#oracle.pass(node.state, node.answers);
    const { question } = passage;
    node.question = question;
    if (question !== undefined && !question.ownInstruction) {
      node.kind = DECIDE;
      return node;
    }
    node.kind = passage.escapes && question === undefined ? ESCAPE : EXECUTE;
    node.op = passage.op;
    node.pc = passage.pc;
    node.cycles = passage.cycles;
    node.causes = passage.causes;
    node.events = passage.events;
    node.counted = passage.counted;
    if (node.kind !== EXECUTE) return node;
    this.#onInstruction(node.pc, node.op.size);
    const { words, length } = passage.state;
    if (question === undefined) node.next.push([0, this.#find(words, length, NO_ANSWERS)]);
    return node;
  }

  #find(words: Int32Array, length: number, answers: readonly number[]): TimingNode {
    let hash = answers.length;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ words[i], 0x0100_0193) ^ hash >>> 15;
    for (let i = 0; i < answers.length; i++) hash = Math.imul(hash ^ answers[i], 0x0100_0193) ^ hash >>> 15;
    const first = this.#byHash.get(hash);
    for (let node = first; node !== undefined; node = node.alike) {
      if (equal(node.state, words, length) && equal(node.answers, answers, answers.length)) return node;
    }
    const node = new TimingNode(this.nodes.length, words.slice(0, length), answers);
    node.alike = first;
    this.#byHash.set(hash, node);
    this.nodes.push(node);
    return node;
  }
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>, length: number): boolean {
  if (a.length !== length) return false;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
