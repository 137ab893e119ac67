/**
 * Finds out what instructions cost, and remembers what many have in common.
 * @module
 */
import { loopFault, startsLoop } from "../ri5cy/loop_fault.ts";
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import type { StateWriter } from "../ri5cy/state_writer.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import type { FastMemory } from "./fast_memory.ts";
import { kindOf, PassageTable } from "./passage_table.ts";
import { SeenCode } from "./seen_code.ts";
import { difference, generalize } from "./timing_generalization.ts";
import { TimingMemory } from "./timing_memory.ts";
import { type TimingFunctions, timingFunctions } from "./timing_module.ts";
import { TimingOperations } from "./timing_operations.ts";
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
import { DECIDE, ESCAPE, EXECUTE, MOST_NODES, PASS, UNKNOWN, V_OP, V_PC, V_STATE } from "./timing_page.ts";
import { type KnownPassage, type PassageCosts, passagesOf, type TimingPassages } from "./timing_passages.ts";
import { lineBytes } from "./timing_shapes.ts";
import { NO_ANSWERS, TimingStates } from "./timing_states.ts";
import { TimingView } from "./timing_view.ts";

/** A passage that is like no other. */
export interface OwnPassage extends PassageCosts {
  /** The question that stops it. */
  readonly question: Question | undefined;
  /** The instruction that leaves; undefined if none does. */
  readonly op: MicroOperation | undefined;
  /** Its address. */
  readonly pc: number;
}

/** What a graph is about, if it is not one core that nobody looks at. */
export interface TimingGraphOptions {
  /** The words of the program, if they do not lie in the memory's blocks. */
  readonly code?: CodeWords;
  /** Whether nodes say what their cycles are spent on. */
  readonly observed?: boolean;
  /** Whether accesses to memory may be refused, and others may write code. */
  readonly shared?: boolean;
  /** Whether the pipeline goes along each passage that is known, for tests: an Error is thrown where it does something else. */
  readonly verifies?: boolean;
}

/** By far the most answers. */
const FIRST_ANSWERS: readonly (readonly number[])[] = [[0], [1]];

/** Answers and one more. */
function withAnswer(answers: readonly number[], answer: number): readonly number[] {
  return answers === NO_ANSWERS && (answer === 0 || answer === 1) ? FIRST_ANSWERS[answer] : [...answers, answer];
}

/** Answers what WebAssembly asks on its way through the graph. */
export class TimingFinder {
  /** What goes through the graph. */
  readonly functions: TimingFunctions;
  /** The graph's memory, */
  readonly memory: TimingMemory;
  /** its nodes, */
  readonly states: TimingStates;
  /** and the one that was looked at last. */
  readonly view: TimingView;
  /** Told of the record of a node that asks, so that it is filled in. */
  onQuestion: (place: number, node: number) => void = () => {};
  /** Passages that were compared with the pipeline. */
  verified = 0;
  readonly #own: OwnPassage[] = [];
  readonly #passages: TimingPassages;
  readonly #table: PassageTable;
  readonly #oracle: TimingOracle;
  readonly #variant: CoreVariant;
  readonly #code: CodeWords;
  readonly #onPipelineFetch: (address: number, bytes: number) => void;
  /** Of cores that others may write code for: what they know is right for as long as they know it. */
  readonly #seen: SeenCode | undefined;
  readonly #lineMask: number;
  readonly #fetchBytes: number;
  readonly #verifies: boolean;

  /** See {@linkcode TimingGraph}. */
  constructor(
    variant: CoreVariant,
    memory: FastMemory,
    onFetch: (address: number, bytes: number) => void,
    { code, observed = false, shared = false, verifies = false }: TimingGraphOptions,
  ) {
    const fetchBytes = this.#fetchBytes = variant.fetchBits === "ideal" ? 32 : variant.fetchBits / 8;
    const all = this.#code = code ?? ((address) => {
      const offset = memory.offset(address);
      return offset < 0 ? 0 : memory.words[offset >>> 2];
    });
    const seen = this.#seen = shared ? new SeenCode(all) : undefined;
    const note = this.#onPipelineFetch = seen === undefined ? onFetch : (address: number, bytes: number) => {
      seen.see(address, bytes);
      onFetch(address, bytes);
    };
    const known = seen === undefined ? all : (address: number) => seen.word(address);
    this.#variant = variant;
    this.#verifies = verifies;
    this.#lineMask = -lineBytes(variant);
    this.#oracle = new TimingOracle(variant, all, note, observed, shared);
    this.memory = new TimingMemory(memory);
    this.memory.clear(verifies);
    this.#passages = passagesOf(variant, observed, shared);
    this.#table = new PassageTable(this.memory, this.#passages);
    const operations = new TimingOperations(variant, this.memory);
    this.view = new TimingView(this.memory, operations);
    this.functions = timingFunctions(memory, variant, shared, code === undefined, {
      word: known,
      decodeFirst: (word, head) => operations.add(word, head),
      fetch: (address) => {
        onFetch(address, fetchBytes);
        return seen === undefined || seen.see(address, fetchBytes) ? 1 : 0;
      },
      pending: () => this.#isPendingAsSeen() ? 1 : 0,
      learn: (node) => this.#learnFirst(node),
      ask: (node) => this.#find(node),
      ownPassage: (node) => this.#viewOwn(node),
      follow: (node, answer) => this.follow(node, answer),
      verify: (number, node, answer) => {
        this.#compare(number, node, answer < 0 ? NO_ANSWERS : withAnswer(NO_ANSWERS, answer));
        return 0;
      },
      overflow: () => {
        throw new Error(`Cannot have more than ${MOST_NODES} nodes`);
      },
      fillQuestion: (place, node) => {
        this.onQuestion(place, node);
        return 0;
      },
    });
    const { shapes } = this.#passages;
    this.states = new TimingStates(this.memory, this.functions, shapes, known, note, lineBytes(variant));
  }

  /** The node of a state. */
  take(state: StateWriter): number {
    const [isFetching, address] = state.words;
    if (isFetching !== 0) this.#onPipelineFetch(address, this.#fetchBytes);
    return this.states.take(state, undefined);
  }

  /** The passage that begins at a node, if it is one that many have; */
  known(node: number): KnownPassage | undefined {
    const number = this.states.passage(node);
    return number > 0 ? this.#passages.all[number - 1] : undefined;
  }

  /** if it is like no other. */
  own(node: number): OwnPassage | undefined {
    const number = this.states.passage(node);
    return number < 0 ? this.#own[-number - 1] : undefined;
  }

  /** The question of a known passage, about the registers that are in view. */
  questionOf({ ofGhost }: KnownPassage, question: Question): Question {
    const { kind, ownInstruction } = question;
    if (kind !== ASK_TARGET && kind !== ASK_DIVISOR) return question;
    const op = ofGhost ? this.view.ghost : this.view.op;
    const register = kind === ASK_TARGET ? op.rs1 : op.rs2;
    const value = kind === ASK_TARGET ? op.imm : op.divide;
    if (register === question.register && value === question.value) return question;
    return { kind, ownInstruction, register, value };
  }

  /** Where an answer leads. */
  follow(node: number, answer: number): number {
    const met = this.states.met(node, answer);
    if (met >= 0) return met;
    const found = this.#leadsTo(node, answer);
    this.states.lead(node, answer, found);
    return found;
  }

  /** Finds out about a node whose passage is not one of the many, or was found when answers were given; what kind it is. */
  #find(node: number): number {
    const { states, functions } = this;
    const state = states.unanswered(node), answers = states.answers(node);
    const number = states.passage(node);
    if (number <= 0) return this.#ask(node, state, answers);
    const passage = this.#passages.all[number - 1];
    const kind = kindOf(passage);
    states.know(node, kind, number);
    if (passage.next !== undefined) {
      functions.lookAgain(state);
      const jump = this.#jumpOf(passage.targetAnswer, answers);
      states.lead(node, 0, functions.after(this.#table.address(number), jump ?? 0));
    }
    return kind;
  }

  /** Has the pipeline say what it does. */
  #ask(node: number, state: number, answers: readonly number[]): number {
    const passage = this.#pass(state, answers);
    const { question, escapes, refused, op, pc, cycles, causes, events, counted } = passage;
    let kind = EXECUTE;
    if (question !== undefined) { if (!question.ownInstruction) kind = DECIDE; }
    else if (escapes) kind = ESCAPE;
    else if (refused) kind = PASS;
    if (kind === EXECUTE && this.#startsForbiddenLoop(passage)) kind = ESCAPE;
    const own = { question, op: refused ? undefined : op, pc, cycles, causes, events, counted };
    this.states.know(node, kind, -this.#own.push(own));
    if (kind !== ESCAPE && question === undefined) this.states.lead(node, 0, this.#endOf(passage, state));
    return kind;
  }

  /** Puts a passage that is like no other where those in view are, and gives the address of its costs. */
  #viewOwn(node: number): number {
    const { op, pc, cycles, counted, question } = this.own(node)!;
    this.#table.writeCosts(0, cycles, counted, question?.kind ?? -1);
    this.memory.set(V_STATE, -1);
    this.memory.set(V_PC, pc);
    if (op !== undefined) this.memory.set(V_OP, this.functions.decode(op.word));
    return this.#table.address(0);
  }

  /** Where an answer leads to which nobody has come yet. */
  #leadsTo(node: number, answer: number): number {
    const { states } = this;
    const state = states.unanswered(node), before = states.answers(node);
    const answers = withAnswer(before, answer);
    const number = states.passage(node) > 0 ? this.#afterAnswer(node, answer, answers) : 0;
    if (states.kind(node) === DECIDE) {
      const found = states.answered(state, answers);
      states.know(found, UNKNOWN, number);
      return found;
    }
    if (number === 0) return this.#endOf(this.#pass(state, answers), state);
    // Where to jump is never the last question.
    const jump = this.#jumpOf(this.#passages.all[number - 1].targetAnswer, before);
    return this.functions.after(this.#table.address(number), jump ?? 0);
  }

  /**
   * Number of what is known of a node's passage, one that many have, after one more answer, found out if it can be; or 0. The
   * state is in view then.
   */
  #afterAnswer(node: number, answer: number, answers: readonly number[]): number {
    const { states, functions } = this;
    const parent = states.passage(node);
    const { question, answered, targetAnswer } = this.#passages.all[parent - 1];
    const state = states.unanswered(node);
    functions.lookAgain(state);
    const asksTarget = question!.kind === ASK_TARGET;
    const place = asksTarget ? functions.lie(answer & ~1) : answer;
    if (place < 0) return 0;
    const known = answered[place];
    const number = known !== 0 ? known : this.#learn(state, answers, asksTarget ? answers.length - 1 : targetAnswer);
    if (number === 0) return 0;
    answered[place] = number;
    if (!this.#table.write(parent) || !this.#table.write(number)) return 0;
    if (known !== 0) {
      const jump = this.#jumpOf(this.#passages.all[number - 1].targetAnswer, answers);
      if (functions.use(this.#table.address(number), jump ?? 0) === 0) return 0;
      if (this.#verifies) this.#compare(number, state, answers);
    }
    return number;
  }

  /** What many have in common with the passage of a node in view: its address, or 0. */
  #learnFirst(node: number): number {
    const { key1, key2 } = this.view;
    let number = this.#passages.get(key1, key2);
    if (number === 0) {
      number = this.#learn(node, NO_ANSWERS, -1);
      if (number === 0) return 0;
      this.#passages.put(key1, key2, number);
    } else if (!this.#table.write(number)) return 0;
    this.#table.writeKeys(number, key1, key2);
    const address = this.#table.address(number);
    this.functions.remember(address);
    return address;
  }

  /** Goes through a passage that is in view; number of what all that are like it have in common, or 0 if it has nothing. */
  #learn(state: number, answers: readonly number[], targetAnswer: number): number {
    const passage = this.#pass(state, answers);
    const { question } = passage;
    if (passage.escapes || question?.kind === ASK_LOOP || !this.#isPendingAsSeen()) return 0;
    for (const address of passage.fetches) {
      if (this.#seen !== undefined && !this.#seen.see(address, this.#fetchBytes)) return 0;
    }
    const jump = this.#jumpOf(targetAnswer, answers);
    const end = question === undefined ? this.#endOf(passage, state) : undefined;
    const known = generalize(this.view, passage, { state: end, jump, targetAnswer }, this.states, this.#lineMask);
    if (known === undefined) return 0;
    const number = this.#passages.add(known);
    if (this.#table.write(number)) {
      if (end === undefined || this.functions.after(this.#table.address(number), jump ?? 0) === end) return number;
    }
    this.#passages.dropLast();
    return 0;
  }

  /** Whether the fetch that is under way in the state in view brings what it would have brought before. */
  #isPendingAsSeen(): boolean {
    const { shape, at } = this.view;
    const { values } = this.#passages.shapes.all[shape];
    if (this.#seen === undefined || values[0] === 0) return true;
    return this.#seen.see((at & this.#lineMask) + values[1], this.#fetchBytes);
  }

  /** Has the pipeline go along a passage that is known, from a state in view. */
  #compare(number: number, state: number, answers: readonly number[]): void {
    this.verified++;
    const { view, states } = this;
    const known = this.#passages.all[number - 1];
    const jump = this.#jumpOf(known.targetAnswer, answers);
    const question = known.question && this.questionOf(known, known.question);
    const passage = this.#oracle.pass(states.whole(state), answers);
    let problem = difference(known, question, view, passage);
    const lines = new Set<number>();
    for (let bit = 0; bit < 32; bit++) {
      if ((known.fetches >>> bit & 1) !== 0) lines.add((view.begin & this.#lineMask) + 2 * bit | 0);
      if ((known.jumpFetches >>> bit & 1) !== 0) lines.add((jump! & this.#lineMask) + 2 * bit | 0);
    }
    for (const address of passage.fetches) if (!lines.has(address | 0)) problem ??= "another fetch";
    if (problem === undefined && known.next !== undefined) {
      const after = states.whole(this.functions.after(this.#table.address(number), jump ?? 0));
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
    return this.#oracle.pass(this.states.whole(state), answers);
  }

  /** The state in which a passage of the pipeline ended. */
  #endOf({ state: end, fetched }: Readonly<Passage>, begin: number): number {
    return this.states.take(end, fetched ?? this.states.line(begin));
  }

  /** Target of the jump of what is in view: among the answers, or known without them. */
  #jumpOf(targetAnswer: number, answers: readonly number[]): number | undefined {
    if (targetAnswer >= 0) return answers[targetAnswer] & ~1;
    return this.view.jumpsToKnown ? this.view.jump : undefined;
  }

  /** Those are the pipeline's, so that whoever runs it gets to see them. */
  #startsForbiddenLoop({ op, state: { words } }: Readonly<Passage>): boolean {
    if (!op.isLoop || !startsLoop(op.decoded!.instruction)) return false;
    return loopFault(words[LOOP_STARTS + op.L], words[LOOP_ENDS + op.L], this.#variant, this.#code) !== undefined;
  }
}
