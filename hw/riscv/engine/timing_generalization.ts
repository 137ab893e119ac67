/**
 * What a passage of the pipeline says about all that are like it.
 * @module
 */
import {
  ASK_CROSSING,
  ASK_DIVISOR,
  ASK_GRANT,
  ASK_TAKEN,
  ASK_TARGET,
  type Passage,
  type Question,
} from "./timing_oracle.ts";
import {
  FROM_LOADED,
  FROM_OPERATION,
  FROM_WRITTEN,
  FROM_WRITTEN_BACK,
  HELD_BEFORE,
  HELD_OPERATION,
  HOLDS_FETCHED,
  HOLDS_OPERATION,
  type KnownPassage,
  type NextState,
  NO_REGISTER,
} from "./timing_passages.ts";
import {
  AT,
  BACK_BIT,
  BRANCHES,
  DECODES,
  HELD,
  IS_WHOLE,
  JUMPED,
  LOADS,
  REST,
  WRITES,
  WRITES_BACK,
} from "./timing_page.ts";
import type { TimingStates } from "./timing_states.ts";
import type { TimingView } from "./timing_view.ts";

/** Places for what follows the answers to questions: about targets, how they lie; about divisors, how far they shift. */
const ANSWERS: number[] = [];
ANSWERS[ASK_TAKEN] = ANSWERS[ASK_CROSSING] = ANSWERS[ASK_GRANT] = 2;
ANSWERS[ASK_DIVISOR] = 33;
ANSWERS[ASK_TARGET] = 128;
/** Bytes behind the line where the fetch begins that it may reach. */
const FETCH_BYTES = 62;
/** Bytes that the next instruction may lie from there, either way. */
const NEXT_BYTES = 32;

/** Where a passage led: the state's number, and the target of the jump that was taken on the way. */
export interface PassageEnd {
  /** Number of the state; undefined if there is a question. */
  readonly state: number | undefined;
  /** Target of the jump; undefined if there is none. */
  readonly jump: number | undefined;
  /** The answer that was that target, or -1. */
  readonly targetAnswer: number;
}

/** The passage as all have it whose view has the same keys; undefined if it is one of its own. */
export function generalize(
  view: TimingView,
  passage: Readonly<Passage>,
  { state, jump, targetAnswer }: PassageEnd,
  states: TimingStates,
  lineMask: number,
): KnownPassage | undefined {
  const { question, refused, cycles, causes, events, counted } = passage;
  let fetches = 0, jumpFetches = 0;
  for (const address of passage.fetches) {
    const distance = address - (view.begin & lineMask);
    const isNear = distance >= 0 && distance <= FETCH_BYTES;
    if (isNear) fetches |= 1 << (distance >> 1);
    if (jump !== undefined) {
      const distance = address - (jump & lineMask);
      if (distance >= 0 && distance <= FETCH_BYTES) jumpFetches |= 1 << (distance >> 1);
      else if (!isNear) return undefined;
    } else if (!isNear) return undefined;
  }
  let next: NextState | undefined;
  if (state !== undefined) {
    next = nextOf(view, refused, state, jump, states);
    if (next === undefined) return undefined;
  }
  return {
    question,
    ofGhost: question?.kind === ASK_DIVISOR && !question.ownInstruction,
    refused,
    cycles,
    causes,
    events,
    counted,
    targetAnswer,
    fetches,
    jumpFetches,
    next,
    answered: new Int32Array(question === undefined ? 0 : ANSWERS[question.kind]),
  };
}

function nextOf(
  view: TimingView,
  refused: boolean,
  state: number,
  jump: number | undefined,
  states: TimingStates,
): NextState | undefined {
  const shape = states.shape(state);
  const { flags } = shape;
  if ((flags & IS_WHOLE) === 0) return undefined;
  const left = !refused;
  const jumps = view.jumps && (left || (flags & JUMPED) !== 0);
  if (jumps && jump === undefined) return undefined;
  const from = jumps ? jump! : view.begin;
  const at = states.get(state, AT) - from, held = states.get(state, HELD) - from;
  const holds = (flags & DECODES) !== 0
    ? (left ? HOLDS_FETCHED : HOLDS_OPERATION)
    : left
    ? HELD_OPERATION
    : HELD_BEFORE;
  if (Math.abs(at) > NEXT_BYTES || holds === HOLDS_FETCHED && Math.abs(held) > NEXT_BYTES) return undefined;
  const writtenBack = states.get(state, REST) >>> BACK_BIT & 31;
  return {
    shape: shape.id,
    jumps,
    at,
    holds,
    held: holds === HOLDS_FETCHED ? held : 0,
    branches: (flags & BRANCHES) !== 0,
    loaded: (flags & LOADS) === 0 ? NO_REGISTER : left && view.op.isLoad ? FROM_OPERATION : FROM_LOADED,
    written: (flags & WRITES) === 0 ? NO_REGISTER : left ? FROM_OPERATION : FROM_WRITTEN,
    writtenBack: (flags & WRITES_BACK) === 0
      ? NO_REGISTER
      : (view.flags & LOADS) !== 0 && (view.rest & 31) === writtenBack
      ? FROM_LOADED
      : FROM_WRITTEN_BACK,
  };
}

/** What differs between what is known of a passage and what the pipeline does; undefined if it is the same. */
export function difference(
  known: KnownPassage,
  question: Question | undefined,
  view: TimingView,
  passage: Readonly<Passage>,
): string | undefined {
  if (passage.escapes) return "it escapes";
  if (!sameQuestion(question, passage.question)) return "another question";
  if (known.cycles !== passage.cycles) return `${known.cycles} cycles rather than ${passage.cycles}`;
  if (known.counted !== passage.counted) return "another loop counts";
  if (known.refused !== passage.refused) return "a grant differs";
  if (known.causes.join() !== passage.causes.join()) return `causes ${known.causes} rather than ${passage.causes}`;
  if (known.events.join() !== passage.events.join()) return `events ${known.events} rather than ${passage.events}`;
  const leaves = !passage.refused && (question === undefined || question.ownInstruction);
  if (leaves && (view.op.word !== passage.op.word || view.pc !== passage.pc)) return "another instruction leaves";
  return undefined;
}

function sameQuestion(a: Question | undefined, b: Question | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.kind === b.kind && a.ownInstruction === b.ownInstruction && a.register === b.register && a.value === b.value;
}
