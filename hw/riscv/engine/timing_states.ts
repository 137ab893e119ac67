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
import type { Shape, TimingShapes } from "./timing_shapes.ts";
import { BOARD_STATE, type CodeWords, LOOP_STARTS } from "./timing_oracle.ts";

/**
 * Numbers of a state: its shape; address of the instruction that the fetch has ready next; address of the one in decode, or
 * the word of the one that was there; target of a taken branch; then registers, five bits each, and the number of the
 * hardware loops' starts and ends.
 */
export const SHAPE = 0, AT = 1, HELD = 2, TARGET = 3, REST = 4, STATE_WORDS = 5;
/** Where in the last number these begin: the registers that the execute stage and write back write, the loops. */
export const WRITTEN_BIT = 5, BACK_BIT = 10, LOOPS_BIT = 15;

/** The start or the end of a hardware loop; kinds of a state writer end before. */
const LOOP_PART = 32;
/** Bytes from the next instruction's line at which addresses still count as near. */
const NEAR_BYTES = 64;
/** Places in which a word is looked for that an earlier fetch has left. */
const LEFT_OVER_PLACES = [0, 4, -4, 8, 12];

/** States that there is room for at first. */
const FIRST_STATES = 1 << 15;

/** The states of one program. */
export class TimingStates {
  /** The numbers of all states, {@linkcode STATE_WORDS} each. */
  words: Int32Array = new Int32Array(STATE_WORDS * FIRST_STATES);
  /** How many there are. */
  count = 0;
  /** Starts and ends of hardware loops, four numbers each time. */
  readonly loops: number[] = [];

  readonly #shapes: TimingShapes;
  readonly #code: CodeWords;
  readonly #lineMask: number;
  readonly #onFetch: (address: number, bytes: number) => void;
  #table = new Int32Array(2 * FIRST_STATES);
  readonly #values = new Int32Array(96);
  readonly #kinds = new Uint8Array(96);
  readonly #whole = new Int32Array(96);

  /**
   * @param shapes finds shapes
   * @param code the words of the program
   * @param onFetch told what has to stay as it is for states to be what they are
   * @param lineBytes bytes of a fetch
   */
  constructor(
    shapes: TimingShapes,
    code: CodeWords,
    onFetch: (address: number, bytes: number) => void,
    lineBytes: number,
  ) {
    this.#shapes = shapes;
    this.#code = code;
    this.#onFetch = onFetch;
    this.#lineMask = -lineBytes;
  }

  /** The shape of a state. */
  shape(state: number): Shape {
    return this.#shapes.all[this.words[state * STATE_WORDS + SHAPE]];
  }

  /** Number of the state with these numbers. */
  find(shape: number, at: number, held: number, target: number, rest: number): number {
    if (2 * this.count >= this.#table.length) this.#grow();
    const table = this.#table, words = this.words;
    const mask = table.length - 1;
    let slot = hashOf(shape, at, held, target, rest) & mask;
    for (; table[slot] !== 0; slot = slot + 1 & mask) {
      const place = (table[slot] - 1) * STATE_WORDS;
      if (
        words[place + AT] === at && words[place + SHAPE] === shape && words[place + HELD] === held &&
        words[place + REST] === rest && words[place + TARGET] === target
      ) return table[slot] - 1;
    }
    const place = this.count * STATE_WORDS;
    words[place + SHAPE] = shape;
    words[place + AT] = at;
    words[place + HELD] = held;
    words[place + TARGET] = target;
    words[place + REST] = rest;
    table[slot] = ++this.count;
    return this.count - 1;
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
    let held = 0, target = 0, rest = this.#loopsOf(words) << LOOPS_BIT;
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
          rest |= word << WRITTEN_BIT;
          break;
        case WRITTEN_BACK:
          rest |= word << BACK_BIT;
          break;
        default:
          value = word;
      }
      values[i] = value;
      kinds[i] = kind;
    }
    return this.find(this.#shapes.find(values, kinds, length).id, at, held, target, rest);
  }

  /** The state as the pipeline has it, behind what the board has; valid until the next call. */
  whole(state: number): Int32Array {
    const { values, kinds, special } = this.shape(state);
    const { words, loops } = this;
    const whole = this.#whole;
    const place = state * STATE_WORDS;
    const at = words[place + AT], held = words[place + HELD], rest = words[place + REST];
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
          whole[i] = words[place + TARGET];
          break;
        case LOADED:
          whole[i] = rest & 31;
          break;
        case WRITTEN:
          whole[i] = rest >>> WRITTEN_BIT & 31;
          break;
        case WRITTEN_BACK:
          whole[i] = rest >>> BACK_BIT & 31;
          break;
        case LOOP_PART:
          whole[i] = loops[4 * (rest >>> LOOPS_BIT) + i - LOOP_STARTS];
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
    const { loops } = this;
    let i = loops.length - 4;
    while (i >= 0 && !sameLoops(loops, i, words)) i -= 4;
    if (i >= 0) return i >> 2;
    for (let part = 0; part < 4; part++) loops.push(words[LOOP_STARTS + part]);
    return (loops.length >> 2) - 1;
  }

  #grow(): void {
    const words = this.words = longer(this.words);
    const table = this.#table = new Int32Array(2 * this.#table.length);
    const mask = table.length - 1;
    for (let state = 0; state < this.count; state++) {
      const place = state * STATE_WORDS;
      let slot = hashOf(words[place], words[place + 1], words[place + 2], words[place + 3], words[place + 4]) & mask;
      while (table[slot] !== 0) slot = slot + 1 & mask;
      table[slot] = state + 1;
    }
  }
}

function longer(words: Int32Array): Int32Array {
  const copy = new Int32Array(2 * words.length);
  copy.set(words);
  return copy;
}

function hashOf(a: number, b: number, c: number, d: number, e: number): number {
  let hash = Math.imul(a ^ Math.imul(b, 0x9e37_79b1), 0x85eb_ca6b);
  hash = Math.imul(hash ^ hash >>> 15 ^ c, 0xc2b2_ae35);
  hash = Math.imul(hash ^ hash >>> 13 ^ d, 0x27d4_eb2f);
  hash = Math.imul(hash ^ hash >>> 15 ^ e, 0x1656_67b1);
  return hash ^ hash >>> 16;
}

function sameLoops(loops: readonly number[], at: number, words: Int32Array): boolean {
  for (let part = 0; part < 4; part++) if (loops[at + part] !== words[LOOP_STARTS + part]) return false;
  return true;
}
