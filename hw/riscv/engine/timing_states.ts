/**
 * States of the pipeline in a program: each a shape, and where in the program it has come to.
 * @module
 */
import {
  AHEAD,
  BRANCH_TARGET,
  DECODED,
  DECODED_PC,
  FETCH,
  GHOST,
  LEFT_OVER,
  LINE,
  LOADED,
  NEAR,
  PLAIN,
  RAW,
  type StateWriter,
  WRITTEN,
  WRITTEN_BACK,
} from "../ri5cy/state_writer.ts";
import type { TimingMemory } from "./timing_memory.ts";
import type { TimingFunctions } from "./timing_module.ts";
import * as page from "./timing_page.ts";
import type { Shape, TimingShapes } from "./timing_shapes.ts";
import { BOARD_STATE, type CodeWords, LOOP_STARTS } from "./timing_oracle.ts";

/** The start or the end of a hardware loop; kinds of a state writer end before. */
const LOOP_PART = 32;
/** Bytes from the next instruction's line at which addresses still count as near. */
const NEAR_BYTES = 64;
/** Places in which a word is looked for that an earlier fetch has left. */
const LEFT_OVER_PLACES = [0, 4, -4, 8, 12];

/** Loops that are still remembered when there is no more room. */
const SPARE_LOOPS = 1024;
/** What {@linkcode TimingStates.answers} gives of most. */
export const NO_ANSWERS: readonly number[] = [];

/** The states of one program. */
export class TimingStates {
  /** Starts and ends of hardware loops: how many, four numbers each time, and which. */
  #loops = 0;
  readonly #loopsByHash = new Map<number, number[]>();
  readonly #answers: (readonly number[])[] = [];
  /** Nodes behind other answers than 0 and 1. */
  readonly #others = new Map<number, Map<number, number>>();
  readonly #memory: TimingMemory;
  readonly #functions: Pick<TimingFunctions, "find" | "add">;
  readonly #shapes: TimingShapes;
  readonly #code: CodeWords;
  readonly #lineMask: number;
  readonly #onFetch: (address: number, bytes: number) => void;
  readonly #values = new Int32Array(96);
  readonly #kinds = new Uint8Array(96);
  readonly #whole = new Int32Array(96);

  /**
   * @param memory where they lie
   * @param functions what goes through them
   * @param shapes finds shapes
   * @param code the words of the program
   * @param onFetch told what has to stay as it is for states to be what they are
   * @param lineBytes bytes of a fetch
   */
  constructor(
    memory: TimingMemory,
    functions: Pick<TimingFunctions, "find" | "add">,
    shapes: TimingShapes,
    code: CodeWords,
    onFetch: (address: number, bytes: number) => void,
    lineBytes: number,
  ) {
    this.#memory = memory;
    this.#functions = functions;
    this.#shapes = shapes;
    this.#code = code;
    this.#onFetch = onFetch;
    this.#lineMask = -lineBytes;
  }

  /** A number of a state. */
  get(state: number, field: number): number {
    return this.#memory.get(page.NODES + page.NODE_BYTES * state + field);
  }

  #set(state: number, field: number, value: number): void {
    this.#memory.set(page.NODES + page.NODE_BYTES * state + field, value);
  }

  /** The shape of a state. */
  shape(state: number): Shape {
    return this.#shapes.all[this.get(state, page.SHAPE)];
  }

  /** Where the line lies that is kept in a state; undefined if none is. */
  line(state: number): number | undefined {
    const { line } = this.shape(state);
    return line === undefined ? undefined : (this.get(state, page.AT) & this.#lineMask) + line | 0;
  }

  /** What kind of node it is, */
  kind(state: number): number {
    return this.get(state, page.KNOWN) & page.KIND_MASK;
  }

  /** the number of its passage, negative for one that it does not share with others, 0 if that is not known. */
  passage(state: number): number {
    return this.get(state, page.KNOWN) >> page.KIND_BITS;
  }

  /** Says both. */
  know(state: number, kind: number, passage: number): void {
    this.#set(state, page.KNOWN, passage << page.KIND_BITS | kind);
  }

  /** Where an answer that was met leads; negative for others. */
  met(state: number, answer: number): number {
    if (answer === 0) return this.get(state, page.FOLLOWING) - 1;
    if (answer === 1) return this.get(state, page.OTHERWISE) - 1;
    return this.#others.get(state)?.get(answer) ?? -1;
  }

  /** Says where an answer leads; 0 if there is no question. */
  lead(state: number, answer: number, next: number): void {
    if (answer === 0) this.#set(state, page.FOLLOWING, next + 1);
    else if (answer === 1) this.#set(state, page.OTHERWISE, next + 1);
    else {
      let others = this.#others.get(state);
      if (others === undefined) this.#others.set(state, others = new Map());
      others.set(answer, next);
    }
  }

  /** Where all answers that were met lead. */
  ways(state: number): (readonly [answer: number, next: number])[] {
    const ways: (readonly [number, number])[] = [];
    for (const answer of [0, 1]) {
      const next = this.met(state, answer);
      if (next >= 0) ways.push([answer, next]);
    }
    const others = this.#others.get(state);
    if (others !== undefined) ways.push(...others);
    return ways;
  }

  /** Number of a new state: another one, after answers to questions that came up since. */
  answered(state: number, answers: readonly number[]): number {
    return this.#functions.add(page.ANSWERED, state, this.#answers.push(answers) - 1, 0, 0);
  }

  /** A state before the answers. */
  unanswered(state: number): number {
    return this.get(state, page.SHAPE) === page.ANSWERED ? this.get(state, page.AT) : state;
  }

  /** Answers that were given since. */
  answers(state: number): readonly number[] {
    return this.get(state, page.SHAPE) === page.ANSWERED ? this.#answers[this.get(state, page.HELD)] : NO_ANSWERS;
  }

  /**
   * Number of a state that the pipeline is in. Tells of the code that it is made of: it is another one when that changes.
   *
   * @param state what it has saved, behind what the board has
   * @param fetched where the line lies that arrived last; undefined if that is to be found out
   */
  take(state: StateWriter, fetched: number | undefined): number {
    const { length, words, kinds: given } = state;
    const values = this.#values, kinds = this.#kinds;
    const at = words[state.fetchAt];
    const line = at & this.#lineMask;
    let held = 0, target = 0, rest = this.#loopsOf(words) << page.LOOPS_BIT;
    let keptAt: number | undefined, ahead = at & ~3;
    for (let i = 0; i < length; i++) {
      const word = words[i];
      let kind = given[i];
      let value = 0;
      if (kind === PLAIN) {
        if (i === 1 && words[0] !== 0) kind = NEAR;
        else if (i >= LOOP_STARTS && i < BOARD_STATE) kind = LOOP_PART;
        else value = word;
      }
      switch (kind) {
        case PLAIN:
        case LOOP_PART:
          break;
        case FETCH:
          value = at - line;
          break;
        case NEAR:
          value = word - line | 0;
          if (value <= NEAR_BYTES && value >= -NEAR_BYTES) break;
          value = word;
          kind = RAW;
          break;
        case LINE: {
          keptAt ??= this.#placeOf(words, i, line, fetched) ?? NaN;
          value = keptAt - line;
          const known = Math.abs(value) <= NEAR_BYTES && this.#holds(keptAt, words, i);
          if (known) this.#onFetch(keptAt, -this.#lineMask);
          for (let word = 0; word < 4; word++) {
            values[i + word] = known ? value + 4 * word : words[i + word];
            kinds[i + word] = known ? LINE : RAW;
          }
          i += 3;
          continue;
        }
        case AHEAD:
          if (this.#code(ahead) !== word) {
            kind = RAW;
            value = word;
          } else {
            value = ahead - (at & ~3);
            this.#onFetch(ahead, 4);
          }
          ahead += 4;
          break;
        case LEFT_OVER: {
          let place = 0;
          while (place < LEFT_OVER_PLACES.length && this.#code((at & ~3) + LEFT_OVER_PLACES[place]) !== word) place++;
          if (place === LEFT_OVER_PLACES.length) kind = RAW;
          else this.#onFetch((at & ~3) + LEFT_OVER_PLACES[place], 4);
          value = LEFT_OVER_PLACES[place] ?? word;
          break;
        }
        case DECODED:
          if (this.#word(words[i + 1]) === word) {
            this.#onFetch(words[i + 1] & ~3, 4);
            this.#onFetch(words[i + 1] + 2 & ~3, 4);
            break;
          }
          kind = RAW;
          value = word;
          break;
        case DECODED_PC:
        case GHOST:
          held = word;
          break;
        case BRANCH_TARGET:
          target = word;
          break;
        case LOADED:
          rest |= word;
          break;
        case WRITTEN:
          rest |= word << page.WRITTEN_BIT;
          break;
        case WRITTEN_BACK:
          rest |= word << page.BACK_BIT;
          break;
        default:
          value = word;
      }
      values[i] = value;
      kinds[i] = kind;
    }
    const shape = this.#shapes.find(values, kinds, length);
    if (shape.id < page.MOST_SHAPES) this.#memory.set(page.SHAPES + 4 * shape.id, shape.flags);
    return this.#functions.find(shape.id, at, held, target, rest);
  }

  /** The state as the pipeline has it, behind what the board has; valid until the next call. */
  whole(state: number): Int32Array {
    const { values, kinds, special } = this.shape(state);
    const whole = this.#whole;
    const at = this.get(state, page.AT), held = this.get(state, page.HELD), rest = this.get(state, page.REST);
    const line = at & this.#lineMask;
    whole.set(values);
    for (let n = 0; n < special.length; n++) {
      const i = special[n];
      const value = values[i];
      switch (kinds[i]) {
        case FETCH:
          whole[i] = at;
          break;
        case NEAR:
          whole[i] = line + value;
          break;
        case LINE:
          whole[i] = this.#code(line + value);
          break;
        case AHEAD:
        case LEFT_OVER:
          whole[i] = this.#code((at & ~3) + value);
          break;
        case DECODED:
          whole[i] = this.#word(held);
          break;
        case DECODED_PC:
        case GHOST:
          whole[i] = held;
          break;
        case BRANCH_TARGET:
          whole[i] = this.get(state, page.TARGET);
          break;
        case LOADED:
          whole[i] = rest & 31;
          break;
        case WRITTEN:
          whole[i] = rest >>> page.WRITTEN_BIT & 31;
          break;
        case WRITTEN_BACK:
          whole[i] = rest >>> page.BACK_BIT & 31;
          break;
        case LOOP_PART:
          whole[i] = this.#memory.get(page.LOOPS + 16 * (rest >>> page.LOOPS_BIT) + 4 * (i - LOOP_STARTS));
      }
    }
    return whole;
  }

  /** Where the line that is kept lies, if the code is known to hold the same. */
  #placeOf(words: Int32Array, at: number, line: number, fetched: number | undefined): number | undefined {
    if (fetched !== undefined) return fetched;
    const bytes = -this.#lineMask;
    return [line, line + bytes, line - bytes].find((place) => this.#holds(place, words, at));
  }

  #holds(place: number, words: Int32Array, at: number): boolean {
    for (let i = 0; i < 4; i++) if (this.#code(place + 4 * i) !== words[at + i]) return false;
    return true;
  }

  /** The instruction word at an address, as operations have it. */
  #word(address: number): number {
    const low = this.#code(address & ~3);
    const word = (address & 2) === 0 ? low : low >>> 16;
    if ((word & 3) !== 3) return word & 0xffff;
    return (address & 2) === 0 ? word : this.#code((address & ~3) + 4) << 16 | word;
  }

  #loopsOf(words: Int32Array): number {
    const memory = this.#memory;
    let hash = 0;
    for (let part = 0; part < 4; part++) hash = Math.imul(hash ^ words[LOOP_STARTS + part], 0x9e37_79b1) ^ hash >>> 15;
    let alike = this.#loopsByHash.get(hash);
    if (alike === undefined) this.#loopsByHash.set(hash, alike = []);
    for (const number of alike) {
      let part = 0;
      while (part < 4 && memory.get(page.LOOPS + 16 * number + 4 * part) === words[LOOP_STARTS + part]) part++;
      if (part === 4) return number;
    }
    const number = this.#loops++;
    if (number === page.MOST_LOOPS) throw new Error("Cannot remember so many hardware loops");
    // Whoever is about to stop may still need some.
    if (number === page.MOST_LOOPS - SPARE_LOOPS) memory.set(page.FULL, 1);
    for (let part = 0; part < 4; part++) memory.set(page.LOOPS + 16 * number + 4 * part, words[LOOP_STARTS + part]);
    alike.push(number);
    return number;
  }
}
