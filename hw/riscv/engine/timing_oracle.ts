/**
 * Asks the pipeline model what instructions cost, without running the program.
 * @module
 */
import { Hart } from "../ri5cy/hart.ts";
import { JUMP_BRANCH, type MicroOperation } from "../ri5cy/micro_operation.ts";
import { type FetchPort, Ri5cyPipeline } from "../ri5cy/pipeline.ts";
import { CORE_EVENTS } from "../ri5cy/performance_counters.ts";
import type { Prefetcher } from "../ri5cy/prefetcher.ts";
import type { ProgramFlow } from "../ri5cy/program_flow.ts";
import { StateWriter } from "../ri5cy/state_writer.ts";
import { STALL_NAMES } from "../ri5cy/stall.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";

/** Gives the words of the program's code. */
export type CodeWords = (address: number) => number;

/** What the pipeline wants to know of the program's data before it can go on. */
export const ASK_TAKEN = 0, ASK_CROSSING = 1, ASK_DIVISOR = 2, ASK_TARGET = 3, ASK_LOOP = 4, ASK_GRANT = 5;

/**
 * A question: whether a branch is taken, an access crosses a word, how far a divisor is shifted, whether an access to
 * shared memory is granted, ...
 */
export interface Question {
  /** See {@linkcode ASK_TAKEN}. */
  readonly kind: number;
  /** Whether it is about the instruction that leaves decode, rather than about what happens on the way there. */
  readonly ownInstruction: boolean;
  /** Of divisor and target: the register; of a loop: its number. */
  readonly register: number;
  /**
   * Of a target: what is added; of a divisor: the division; of a loop: what its counter is compared with; of a grant: the
   * cycle of the request, counted from the beginning of the passage.
   */
  readonly value: number;
}

/** How the pipeline came from a state to the moment in which the next instruction has left decode. */
export interface Passage {
  /** The question that stopped it, if one did. */
  question: Question | undefined;
  /** Whether it met what only the pipeline itself can do: traps, CSRs, sleep. */
  escapes: boolean;
  /** Whether it ends with a cycle in which shared memory refused an access; then no instruction left decode. */
  refused: boolean;
  /** The instruction that left decode. */
  op: MicroOperation;
  /** Its address. */
  pc: number;
  /** Cycles that passed. */
  cycles: number;
  /** What they were spent on, by {@linkcode STALL_NAMES}; empty if nobody wants to know. */
  causes: Uint8Array;
  /** How often the events behind the performance counters happened. */
  events: Uint8Array;
  /** Hardware loops whose counters are decremented: bit 0 and bit 1. */
  counted: number;
  /** Where it fetched. */
  readonly fetches: number[];
  /** The fetch that arrived last, if one did. */
  fetched: number | undefined;
  /** The state it came to. */
  readonly state: StateWriter;
}

const NOTHING = new Uint8Array(0);

/** More cycles than any instruction takes with ideal memory. */
const PATIENCE = 200;

/** A pipeline with ideal memory and no program: whoever asks also says how the program's data answer. */
export class TimingOracle implements ProgramFlow, FetchPort {
  readonly #pipeline: Ri5cyPipeline;
  readonly #hart = new Hart();
  readonly #words: CodeWords;
  readonly #onFetch: (address: number, bytes: number) => void;
  readonly #observed: boolean;
  readonly #shared: boolean;
  #fetchPending = false;
  #fetchAddress = 0;
  #answered = false;
  #answers: readonly number[] = [];
  #passage: Passage | undefined;
  readonly #asked: Question[] = [];
  #question: Question | undefined;
  #counted = 0;

  /**
   * @param variant which core
   * @param words its code
   * @param onFetch called for each fetch, a cycle before it reads the words
   * @param observed whether passages say what their cycles were spent on
   * @param shared whether accesses to memory may be refused, which is then asked
   */
  constructor(
    variant: CoreVariant,
    words: CodeWords,
    onFetch: (address: number, bytes: number) => void,
    observed: boolean,
    shared: boolean,
  ) {
    this.#shared = shared;
    this.#onFetch = onFetch;
    this.#words = words;
    this.#pipeline = new Ri5cyPipeline(variant, this, { core: 0, cluster: 0, bootAddress: 0 }, this.#hart, this);
    this.#observed = this.#pipeline.observed = observed;
  }

  /**
   * Runs from a state to the next instruction, with the answers to the questions that come up, in their order. The passage
   * is the same object each time.
   */
  pass(state: Int32Array, answers: readonly number[]): Readonly<Passage> {
    const pipeline = this.#pipeline;
    const { prefetcher, lsu } = pipeline;
    this.#restore(state);
    this.#answers = answers;
    this.#asked.length = this.#counted = 0;
    this.#question = undefined;
    const causes = this.#observed ? new Uint8Array(STALL_NAMES.length) : NOTHING;
    const events = this.#observed ? new Uint8Array(CORE_EVENTS) : NOTHING;
    const passage = this.#passage ??= newPassage(pipeline.retiredOperation);
    passage.fetches.length = passage.state.length = 0;
    passage.fetched = undefined;
    for (let cycles = 1; cycles <= PATIENCE; cycles++) {
      prefetcher.dataValid = this.#fetchPending;
      if (this.#fetchPending) {
        for (let i = 0; i < prefetcher.words; i++) prefetcher.data[i] = this.#words(this.#fetchAddress + 4 * i);
        passage.fetched = this.#fetchAddress;
        this.#fetchPending = false;
      }
      lsu.answered = this.#answered;
      pipeline.begin();
      const granted = lsu.request && (!this.#shared || this.#ask(ASK_GRANT, false, 0, cycles) !== 0);
      this.#answered = lsu.granted = granted;
      const refused = lsu.request && !granted;
      pipeline.finish();
      if (this.#observed) causes[pipeline.stall]++;
      for (let i = 0; i < events.length; i++) events[i] += pipeline.events >>> i & 1;
      const { retired, retiredOperation: op, retiredPc: pc } = pipeline;
      const escapes = !pipeline.decoding || retired && (op.isCsr || op.isEventLoad);
      if (this.#question !== undefined || escapes || retired || refused) {
        passage.question = this.#question;
        passage.escapes = escapes;
        passage.refused = refused;
        passage.op = op;
        passage.pc = pc;
        passage.cycles = cycles;
        passage.causes = causes;
        passage.events = events;
        passage.counted = this.#counted;
        if (!escapes && this.#question === undefined) this.#save(passage.state);
        return passage;
      }
    }
    passage.question = undefined;
    passage.escapes = true;
    passage.refused = false;
    passage.op = pipeline.retiredOperation;
    passage.pc = passage.cycles = passage.counted = 0;
    passage.causes = causes;
    passage.events = events;
    return passage;
  }

  /** Answers a fetch: ideal memory. */
  request(address: number, prefetcher: Prefetcher): boolean {
    // What is fetched without an answer is fetched again with it, and maybe elsewhere.
    if (this.#question === undefined) {
      this.#onFetch(address, 4 * prefetcher.words);
      this.#passage!.fetches.push(address);
    }
    this.#fetchAddress = address;
    return this.#fetchPending = true;
  }

  execute(op: MicroOperation, pc: number): void {
    const hart = this.#hart;
    if (op.isLoop) op.execute(hart, op, pc);
    else if (op.jump === JUMP_BRANCH) {
      hart.taken = this.#ask(ASK_TAKEN, true, 0, 0) !== 0;
      hart.target = pc + op.imm | 0;
    } else if (op.bytes > 1) hart.address = this.#ask(ASK_CROSSING, true, 0, 0) !== 0 ? 3 : 0;
    else hart.address = 0;
  }

  jumpTarget(op: MicroOperation): number {
    return this.#ask(ASK_TARGET, false, op.rs1, op.imm);
  }

  divisorShift(op: MicroOperation, leaves: boolean): number {
    return this.#ask(ASK_DIVISOR, leaves, op.rs2, op.divide);
  }

  loopsAgain(loop: number, above: number): boolean {
    return this.#ask(ASK_LOOP, false, loop, above + (this.#counted >>> loop & 1)) !== 0;
  }

  countLoop(loops: number): void {
    this.#counted |= loops;
  }

  #ask(kind: number, ownInstruction: boolean, register: number, value: number): number {
    const asked = this.#asked;
    for (let i = 0; i < asked.length; i++) {
      const before = asked[i];
      if (before.kind === kind && before.register === register && before.value === value) return this.#answers[i];
    }
    if (this.#question !== undefined) return 0;
    const question = { kind, ownInstruction, register, value };
    if (asked.length < this.#answers.length) return this.#answers[asked.push(question) - 1];
    this.#question = question;
    return 0;
  }

  #save(state: StateWriter): void {
    const { loopStart, loopEnd } = this.#hart;
    state.clear().add(this.#fetchPending ? 1 : 0).add(this.#fetchPending ? this.#fetchAddress : 0);
    state.add(this.#answered ? 1 : 0).add(loopStart[0]).add(loopStart[1]).add(loopEnd[0]).add(loopEnd[1]);
    this.#pipeline.save(state);
  }

  #restore(state: Int32Array): void {
    const { loopStart, loopEnd } = this.#hart;
    this.#fetchPending = state[0] !== 0;
    this.#fetchAddress = state[1];
    this.#answered = state[2] !== 0;
    loopStart[0] = state[LOOP_STARTS];
    loopStart[1] = state[LOOP_STARTS + 1];
    loopEnd[0] = state[LOOP_ENDS];
    loopEnd[1] = state[LOOP_ENDS + 1];
    this.#pipeline.restore(state, BOARD_STATE);
  }
}

function newPassage(op: MicroOperation): Passage {
  return {
    question: undefined,
    escapes: false,
    refused: false,
    op,
    pc: 0,
    cycles: 0,
    causes: NOTHING,
    events: NOTHING,
    counted: 0,
    fetches: [],
    fetched: undefined,
    state: new StateWriter(),
  };
}

/** Numbers at the beginning of a state that are the board's: fetch under way and where, answer under way, loops. */
export const BOARD_STATE = 7;
/** Where in a state the hardware loops' starts and ends are. */
export const LOOP_STARTS = 3, LOOP_ENDS = 5;
