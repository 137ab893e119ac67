/**
 * States of the pipeline without the addresses, registers and instructions in them.
 * @module
 */
import {
  BRANCH_TARGET,
  DECODED_PC,
  JUMPED,
  LINE,
  LOADED,
  PLAIN,
  RAW,
  WRITTEN,
  WRITTEN_BACK,
} from "../ri5cy/state_writer.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import {
  BRANCHES,
  DECODES,
  IS_FETCHING,
  IS_WHOLE,
  JUMPED as HAS_JUMPED,
  LOADS,
  MOST_SHAPES,
  WRITES,
  WRITES_BACK,
} from "./timing_page.ts";

/** Kinds of numbers of which a shape has all. */
const AS_IT_IS = [PLAIN, RAW, JUMPED];

/** What many states have in common: all numbers that do not tell where in a program they are. */
export class Shape {
  /**
   * Whether what happens next depends on no more than the shape and the code around, decode holds an instruction, a branch is
   * about to be taken, the jump in decode has sent the fetch to its target, a register is being loaded, written by the
   * execute stage, or by write back, and whether a fetch is under way; one bit each, see {@linkcode IS_WHOLE}.
   */
  readonly flags: number;
  /** Places of the numbers that are not taken as they are. */
  readonly special: Uint8Array;
  /** Where the line lies that was fetched last, from that of the next instruction; undefined if none is kept. */
  readonly line: number | undefined;

  /**
   * Made by {@linkcode TimingShapes}.
   *
   * @param id its number
   * @param values the numbers of a state, 0 where those of states differ
   * @param kinds what they are, see {@linkcode RAW}
   */
  constructor(readonly id: number, readonly values: Int32Array, readonly kinds: Uint8Array) {
    const has = (kind: number, flag: number) => kinds.includes(kind) ? flag : 0;
    this.flags = (id < MOST_SHAPES && !kinds.includes(RAW) ? IS_WHOLE : 0) | has(DECODED_PC, DECODES) |
      has(BRANCH_TARGET, BRANCHES) | has(JUMPED, HAS_JUMPED) | has(LOADED, LOADS) | has(WRITTEN, WRITES) |
      has(WRITTEN_BACK, WRITES_BACK) | (values[0] !== 0 ? IS_FETCHING : 0);
    this.special = Uint8Array.from([...kinds.keys()].filter((place) => !AS_IT_IS.includes(kinds[place])));
    const line = kinds.indexOf(LINE);
    this.line = line < 0 ? undefined : values[line];
  }
}

/** Finds shapes. */
export class TimingShapes {
  /** All of them, by number. */
  readonly all: Shape[] = [];
  readonly #byHash = new Map<number, Shape[]>();

  /** The shape of these numbers of these kinds. */
  find(values: Int32Array, kinds: Uint8Array, length: number): Shape {
    let hash = length;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ values[i] ^ kinds[i] << 24, 0x0100_0193) ^ hash >>> 15;
    hash >>>= 2;
    let alike = this.#byHash.get(hash);
    if (alike === undefined) this.#byHash.set(hash, alike = []);
    for (const shape of alike) if (equals(shape, values, kinds, length)) return shape;
    const shape = new Shape(this.all.length, values.slice(0, length), kinds.slice(0, length));
    this.all.push(shape);
    alike.push(shape);
    return shape;
  }
}

function equals(shape: Shape, values: Int32Array, kinds: Uint8Array, length: number): boolean {
  if (shape.values.length !== length) return false;
  for (let i = 0; i < length; i++) if (shape.values[i] !== values[i] || shape.kinds[i] !== kinds[i]) return false;
  return true;
}

/** Bytes of the pieces in which a core fetches. */
export function lineBytes({ fetchBits }: CoreVariant): number {
  return fetchBits === 32 ? 4 : 16;
}
