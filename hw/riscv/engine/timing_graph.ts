/**
 * What a program's instructions cost, as a graph that grows where the program goes.
 * @module
 */
import { loopFault, startsLoop } from "../ri5cy/loop_fault.ts";
import type { StateWriter } from "../ri5cy/state_writer.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import {
  ASK_DIVISOR,
  ASK_LOOP,
  ASK_TARGET,
  type CodeWords,
  LOOP_ENDS,
  LOOP_STARTS,
  type Passage,
  type Question,
  TimingOracle,
} from "./timing_oracle.ts";
import { difference, generalize, stateAfter } from "./timing_generalization.ts";
import { type KnownPassage, passagesOf, type TimingPassages } from "./timing_passages.ts";
import { SeenCode } from "./seen_code.ts";
import { DECIDE, ESCAPE, EXECUTE, PASS, TimingNode, UNKNOWN } from "./timing_node.ts";
import { lineBytes } from "./timing_shapes.ts";
import { AT, STATE_WORDS, TimingStates } from "./timing_states.ts";
import { TimingView } from "./timing_view.ts";

export { DECIDE, ESCAPE, EXECUTE, PASS, TimingNode, UNKNOWN, type Way } from "./timing_node.ts";

const NO_ANSWERS: readonly number[] = [];
/** By far the most answers. */
const FIRST_ANSWERS: readonly (readonly number[])[] = [[0], [1]];

/** Answers and one more. */
function withAnswer(answers: readonly number[], answer: number): readonly number[] {
  return answers === NO_ANSWERS && (answer === 0 || answer === 1) ? FIRST_ANSWERS[answer] : [...answers, answer];
}

/** The graph of one program in memory that does not change. */
export class TimingGraph {
  /**
   * Whether graphs that are made from now on have the pipeline go along each passage that is known, for tests: an Error is
   * thrown where it does something else.
   */
  static verifies = false;
  /** Passages that were compared like that. */
  static verified = 0;

  /** All nodes. */
  readonly nodes: TimingNode[] = [];
  readonly #oracle: TimingOracle;
  readonly #variant: CoreVariant;
  readonly #code: CodeWords;
  readonly #onFetch: (address: number, bytes: number) => void;
  readonly #onPipelineFetch: (address: number, bytes: number) => void;
  /** Of cores that others may write code for: what they know is right for as long as they know it. */
  readonly #seen: SeenCode | undefined;
  readonly #lineMask: number;
  readonly #fetchBytes: number;
  readonly #passages: TimingPassages;
  readonly #states: TimingStates;
  readonly #view: TimingView;
  /** Number of the node of each state, without answers, plus 1. */
  #byState: Int32Array = new Int32Array(1 << 15);
  readonly #verifies: boolean = TimingGraph.verifies;

  /**
   * @param variant which core
   * @param code its code
   * @param onFetch called for each fetch, before anything is known that comes after it
   * @param observed whether nodes say what their cycles are spent on
   * @param shared whether accesses to memory may be refused
   */
  constructor(
    variant: CoreVariant,
    code: CodeWords,
    onFetch: (address: number, bytes: number) => void,
    observed: boolean = false,
    shared: boolean = false,
  ) {
    this.#variant = variant;
    this.#code = code;
    this.#onFetch = onFetch;
    const seen = this.#seen = shared ? new SeenCode(code) : undefined;
    const note = this.#onPipelineFetch = seen === undefined ? onFetch : (address: number, bytes: number) => {
      seen.see(address, bytes);
      onFetch(address, bytes);
    };
    const known = seen === undefined ? code : (address: number) => seen.word(address);
    this.#oracle = new TimingOracle(variant, code, note, observed, shared);
    this.#fetchBytes = variant.fetchBits === "ideal" ? 32 : variant.fetchBits / 8;
    this.#passages = passagesOf(variant, observed, shared);
    this.#lineMask = -lineBytes(variant);
    this.#states = new TimingStates(this.#passages.shapes, known, note, lineBytes(variant));
    this.#view = new TimingView(variant, this.#states, known);
  }

  /** The node of a state, looked at. */
  node(state: StateWriter): TimingNode {
    const [isFetching, address] = state.words;
    if (isFetching !== 0) this.#onPipelineFetch(address, this.#fetchBytes);
    return this.look(this.#nodeOf(this.#states.take(state, undefined)));
  }

  /**
   * The state of a node, as `Ri5cyPipeline.restore` takes it from {@linkcode BOARD_STATE} on; before that, what the board
   * has: whether a fetch is under way and where, whether an answer is under way, starts and ends of the hardware loops. To
   * be used at once: the next call changes it.
   */
  stateOf(node: TimingNode): Int32Array {
    return this.#states.whole(node.state);
  }

  /** Where an answer leads; any answer if nothing was asked, such as of a division whose divisor a ghost asked for. */
  follow(node: TimingNode, given: number): TimingNode {
    const answer = node.question === undefined ? 0 : given;
    const met = answer === 0 ? node.following : answer === 1 ? node.otherwise : node.others?.get(answer);
    if (met !== undefined) return this.look(met);
    const found = this.#leadsTo(node, answer);
    if (answer === 0) node.following = found;
    else if (answer === 1) node.otherwise = found;
    else (node.others ??= new Map()).set(answer, found);
    return this.look(found);
  }

  /** Looks at a node, if nobody has yet. */
  look(node: TimingNode): TimingNode {
    if (node.kind !== UNKNOWN) return node;
    const { state, answers } = node;
    const view = this.#view;
    let { passage } = node;
    if (passage !== undefined) view.lookAgain(state);
    else if (answers === NO_ANSWERS && view.look(state)) {
      passage = this.#passages.get(view.key1, view.key2);
      if (passage !== undefined) { if (!this.#use(passage, state, answers)) passage = undefined; }
      else {
        passage = this.#learn(state, answers, -1);
        if (passage !== undefined) this.#passages.add(view.key1, view.key2, passage);
      }
    }
    if (passage === undefined) return this.#ask(node);
    const { next, question, refused } = passage;
    node.passage = passage;
    if (question !== undefined) {
      node.question = this.#questionOf(passage, question);
      if (!question.ownInstruction) {
        node.kind = DECIDE;
        return node;
      }
    }
    if (refused) node.kind = PASS;
    else {
      node.kind = EXECUTE;
      node.op = view.op;
      node.pc = view.pc;
    }
    node.costs = passage;
    if (next !== undefined) {
      const jump = this.#jumpOf(passage.targetAnswer, answers);
      node.following = this.#nodeOf(stateAfter(view, next, jump, this.#states));
    }
    return node;
  }

  /** Has the pipeline say what it does. */
  #ask(node: TimingNode): TimingNode {
    const passage = this.#pass(node.state, node.answers);
    const { question } = passage;
    node.question = question;
    if (question !== undefined && !question.ownInstruction) {
      node.kind = DECIDE;
      return node;
    }
    node.kind = question !== undefined ? EXECUTE : passage.escapes ? ESCAPE : passage.refused ? PASS : EXECUTE;
    if (!passage.refused) {
      node.op = passage.op;
      node.pc = passage.pc;
    }
    const { cycles, causes, events, counted } = passage;
    node.costs = { cycles, causes, events, counted };
    if (node.kind === EXECUTE && this.#startsForbiddenLoop(passage)) node.kind = ESCAPE;
    if (node.kind !== ESCAPE && question === undefined) {
      node.following = this.#nodeOf(this.#endOf(passage, node.state));
    }
    return node;
  }

  /** Where an answer leads to which nobody has come yet. */
  #leadsTo(node: TimingNode, answer: number): TimingNode {
    const { state, passage } = node;
    const known = passage === undefined ? undefined : this.#afterAnswer(node, passage, answer);
    if (node.kind === DECIDE) {
      const found = this.#add(state, withAnswer(node.answers, answer));
      found.passage = known;
      return found;
    }
    if (known === undefined) {
      return this.#nodeOf(this.#endOf(this.#pass(state, withAnswer(node.answers, answer)), state));
    }
    // Where to jump is never the last question.
    const jump = this.#jumpOf(known.targetAnswer, node.answers);
    return this.#nodeOf(stateAfter(this.#view, known.next!, jump, this.#states));
  }

  /** What is known of a passage after one more answer; found out if it can be. */
  #afterAnswer(node: TimingNode, passage: KnownPassage, answer: number): KnownPassage | undefined {
    const { state, answers } = node;
    const view = this.#view;
    view.lookAgain(state);
    const asksTarget = passage.question!.kind === ASK_TARGET;
    const place = asksTarget ? view.lie(answer & ~1) : answer;
    if (place < 0) return undefined;
    const known = passage.answered[place];
    const all = withAnswer(answers, answer);
    if (known !== undefined) return this.#use(known, state, all) ? known : undefined;
    const targetAnswer = asksTarget ? answers.length : passage.targetAnswer;
    return passage.answered[place] = this.#learn(state, all, targetAnswer);
  }

  /** Goes through a passage that is in view, and gives what all that are like it have in common, if they have. */
  #learn(state: number, answers: readonly number[], targetAnswer: number): KnownPassage | undefined {
    const passage = this.#pass(state, answers);
    const { question } = passage;
    if (passage.escapes || question?.kind === ASK_LOOP || !this.#isPendingAsSeen()) return undefined;
    for (const address of passage.fetches) {
      if (this.#seen !== undefined && !this.#seen.see(address, this.#fetchBytes)) return undefined;
    }
    const end = {
      state: question === undefined ? this.#endOf(passage, state) : undefined,
      jump: this.#jumpOf(targetAnswer, answers),
      targetAnswer,
    };
    return generalize(this.#view, passage, end, this.#states, this.#lineMask);
  }

  /** Tells of the fetches of a passage that was known; whether it still is. */
  #use(passage: KnownPassage, state: number, answers: readonly number[]): boolean {
    const { fetches, jumpFetches } = passage;
    const mask = this.#lineMask;
    const line = this.#view.begin & mask;
    let same = this.#isPendingAsSeen();
    for (let i = 0; i < fetches.length; i++) same = this.#fetch(line + fetches[i] | 0) && same;
    if (jumpFetches.length > 0) {
      const line = this.#jumpOf(passage.targetAnswer, answers)! & mask;
      for (let i = 0; i < jumpFetches.length; i++) same = this.#fetch(line + jumpFetches[i] | 0) && same;
    }
    if (!same) return false;
    if (this.#verifies) this.#verify(passage, state, answers);
    return true;
  }

  /** Tells of a fetch; whether it brings the same as ever. */
  #fetch(address: number): boolean {
    this.#onFetch(address, this.#fetchBytes);
    return this.#seen === undefined || this.#seen.see(address, this.#fetchBytes);
  }

  /** Whether the fetch that is under way in the state in view brings what it would have brought before. */
  #isPendingAsSeen(): boolean {
    const { shape: { values }, at } = this.#view;
    if (this.#seen === undefined || values[0] === 0) return true;
    return this.#seen.see((at & this.#lineMask) + values[1], this.#fetchBytes);
  }

  #verify(known: KnownPassage, state: number, answers: readonly number[]): void {
    TimingGraph.verified++;
    const view = this.#view;
    const states = this.#states;
    const { next } = known;
    const jump = this.#jumpOf(known.targetAnswer, answers);
    const question = known.question && this.#questionOf(known, known.question);
    const passage = this.#oracle.pass(states.whole(state), answers);
    let problem = difference(known, question, view, passage);
    const lines = new Set([...known.fetches].map((distance) => (view.begin & this.#lineMask) + distance | 0));
    for (const distance of known.jumpFetches) lines.add((jump! & this.#lineMask) + distance | 0);
    for (const address of passage.fetches) if (!lines.has(address | 0)) problem ??= "another fetch";
    if (problem === undefined && next !== undefined) {
      const after = states.whole(stateAfter(view, next, jump, states));
      for (let i = 0; i < passage.state.length; i++) {
        if (after[i] !== passage.state.words[i]) problem ??= `number ${i} of the next state is another one`;
      }
    }
    if (problem !== undefined) {
      throw new Error(`Cannot take a passage at ${(view.pc >>> 0).toString(16)} for a known one: ${problem}`);
    }
  }

  /** Runs the pipeline from a state. */
  #pass(state: number, answers: readonly number[]): Readonly<Passage> {
    return this.#oracle.pass(this.#states.whole(state), answers);
  }

  /** The state in which a passage of the pipeline ended. */
  #endOf({ state: end, fetched }: Readonly<Passage>, begin: number): number {
    const states = this.#states;
    const { line } = states.shape(begin);
    const kept = line === undefined ? undefined : (states.words[begin * STATE_WORDS + AT] & this.#lineMask) + line | 0;
    return states.take(end, fetched ?? kept);
  }

  /** Target of the jump of what is in view: among the answers, or known without them. */
  #jumpOf(targetAnswer: number, answers: readonly number[]): number | undefined {
    if (targetAnswer >= 0) return answers[targetAnswer] & ~1;
    return this.#view.jumpsToKnown ? this.#view.jump : undefined;
  }

  /** The question of a known passage, about the registers that are in view. */
  #questionOf({ ofGhost }: KnownPassage, question: Question): Question {
    const { kind, ownInstruction } = question;
    if (kind !== ASK_TARGET && kind !== ASK_DIVISOR) return question;
    const op = ofGhost ? this.#view.ghost : this.#view.op;
    const register = kind === ASK_TARGET ? op.rs1 : op.rs2;
    const value = kind === ASK_TARGET ? op.imm : op.divide;
    if (register === question.register && value === question.value) return question;
    return { kind, ownInstruction, register, value };
  }

  /** Those are the pipeline's, so that whoever runs it gets to see them. */
  #startsForbiddenLoop({ op, state: { words } }: Readonly<Passage>): boolean {
    if (!op.isLoop || !startsLoop(op.decoded!.instruction)) return false;
    return loopFault(words[LOOP_STARTS + op.L], words[LOOP_ENDS + op.L], this.#variant, this.#code) !== undefined;
  }

  /** The node of a state without answers. */
  #nodeOf(state: number): TimingNode {
    if (state >= this.#byState.length) {
      const longer = new Int32Array(2 * state);
      longer.set(this.#byState);
      this.#byState = longer;
    }
    const number = this.#byState[state];
    if (number !== 0) return this.nodes[number - 1];
    this.#byState[state] = this.nodes.length + 1;
    return this.#add(state, NO_ANSWERS);
  }

  #add(state: number, answers: readonly number[]): TimingNode {
    const node = new TimingNode(this.nodes.length, state, answers);
    this.nodes.push(node);
    return node;
  }
}
