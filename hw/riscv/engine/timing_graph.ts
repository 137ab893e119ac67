/**
 * What a program's instructions cost, as a graph that grows where the program goes.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { type CodeWords, type Question, TimingOracle } from "./timing_oracle.ts";

/** Not looked at; an instruction; a question; something that only the pipeline can do. */
export const UNKNOWN = 0, EXECUTE = 1, DECIDE = 2, ESCAPE = 3;

const NONE = new Uint8Array(0);

/**
 * A moment of the pipeline: an instruction has just left decode, and, of a question that came up on the way to the next
 * one, the answer may be known. Nodes with equal states are one node.
 */
export class TimingNode {
  /** Number of the node, in the order in which they were met. */
  readonly id: number;
  /** The pipeline's state. */
  readonly state: readonly number[];
  /** Answers to questions since then. */
  readonly answers: readonly number[];
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
  /** and the events that the performance counters would see. */
  events: Uint8Array = NONE;
  /** How often the instruction was executed, if somebody counts; that of an engine, to be handed on. */
  visits = 0;
  /** Hardware loops that count then: bit 0 and bit 1. */
  counted = 0;
  /** What has to be known to go on. */
  question: Question | undefined;
  /** Where each answer leads; only the answer 0 if there is no question. */
  readonly next: Map<number, TimingNode> = new Map();

  /** Made by {@linkcode TimingGraph}. */
  constructor(id: number, state: readonly number[], answers: readonly number[]) {
    this.id = id;
    this.state = state;
    this.answers = answers;
  }
}

/** The graph of one program in memory that does not change. */
export class TimingGraph {
  readonly #oracle: TimingOracle;
  readonly #nodes = new Map<string, TimingNode>();
  readonly #onInstruction: (pc: number, bytes: number) => void;

  /**
   * @param variant which core
   * @param words its code
   * @param onInstruction called for each instruction that is looked at, with its address and size
   */
  constructor(variant: CoreVariant, words: CodeWords, onInstruction: (pc: number, bytes: number) => void) {
    this.#oracle = new TimingOracle(variant, words);
    this.#onInstruction = onInstruction;
  }

  /** All nodes. */
  nodes(): Iterable<TimingNode> {
    return this.#nodes.values();
  }

  /** Number of nodes. */
  get size(): number {
    return this.#nodes.size;
  }

  /** The node of a state, looked at. */
  node(state: readonly number[]): TimingNode {
    return this.#node(state, []);
  }

  /** Where an answer leads; any answer if nothing was asked, such as of a division whose divisor a ghost asked for. */
  follow(node: TimingNode, given: number): TimingNode {
    const answer = node.question === undefined ? 0 : given;
    let next = node.next.get(answer);
    if (next === undefined) {
      const answers = node.question === undefined ? node.answers : [...node.answers, answer];
      next = node.kind === DECIDE
        ? this.#node(node.state, answers)
        : this.#node(this.#oracle.pass(node.state, answers).state, []);
      node.next.set(answer, next);
    }
    return next;
  }

  #node(state: readonly number[], answers: readonly number[]): TimingNode {
    const key = answers.length === 0 ? state.join() : `${state.join()}|${answers.join()}`;
    let node = this.#nodes.get(key);
    if (node === undefined) {
      this.#nodes.set(key, node = new TimingNode(this.#nodes.size, state, answers));
      this.#look(node);
    }
    return node;
  }

  #look(node: TimingNode): void {
    const passage = this.#oracle.pass(node.state, node.answers);
    const { question } = passage;
    node.question = question;
    if (question !== undefined && !question.ownInstruction) {
      node.kind = DECIDE;
      return;
    }
    node.kind = passage.escapes && question === undefined ? ESCAPE : EXECUTE;
    node.op = passage.op;
    node.pc = passage.pc;
    node.cycles = passage.cycles;
    node.causes = passage.causes;
    node.events = passage.events;
    node.counted = passage.counted;
    if (node.kind === EXECUTE) this.#onInstruction(node.pc, node.op.size);
    if (node.kind === EXECUTE && question === undefined) node.next.set(0, this.#lazy(passage.state));
  }

  /** A node that is looked at when it is first asked for. */
  #lazy(state: readonly number[]): TimingNode {
    const key = state.join();
    let node = this.#nodes.get(key);
    if (node === undefined) this.#nodes.set(key, node = new TimingNode(this.#nodes.size, state, []));
    return node;
  }

  /** Looks at a node that nobody has looked at yet. */
  look(node: TimingNode): TimingNode {
    if (node.kind === UNKNOWN) this.#look(node);
    return node;
  }
}
