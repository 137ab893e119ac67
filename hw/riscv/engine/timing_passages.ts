/**
 * Passages through the pipeline that were met before, wherever in a program that was.
 * @module
 */
import type { CoreVariant } from "../ri5cy/variants.ts";
import { TimingShapes } from "./timing_shapes.ts";
import type { Question } from "./timing_oracle.ts";

/** Where a register of the next state comes from: it has none; from one of the present state's; from the instruction. */
export const NO_REGISTER = 0, FROM_LOADED = 1, FROM_WRITTEN = 2, FROM_WRITTEN_BACK = 3, FROM_OPERATION = 4;

/**
 * Where what decode holds in the next state comes from: fetched in the passage; it is the instruction that is still to
 * leave; nothing, after the instruction that left; nothing, as before.
 */
export const HOLDS_FETCHED = 0, HOLDS_OPERATION = 1, HELD_OPERATION = 2, HELD_BEFORE = 3;

/** The way to the next state. */
export interface NextState {
  /** Number of its shape. */
  readonly shape: number;
  /** Whether the fetch follows the jump of the passage's instruction; otherwise it follows what was fetched before. */
  readonly jumps: boolean;
  /** Address of the next instruction for the fetch, from there. */
  readonly at: number;
  /** See {@linkcode HOLDS_FETCHED}. */
  readonly holds: number;
  /** Of an instruction that was fetched, its address, from there. */
  readonly held: number;
  /** Whether a branch was taken, or is still to be. */
  readonly branches: boolean;
  /** Registers, see {@linkcode NO_REGISTER}. */
  readonly loaded: number;
  readonly written: number;
  readonly writtenBack: number;
}

/** What a passage costs. */
export interface PassageCosts {
  /** Cycles. */
  readonly cycles: number;
  /** What they are spent on; empty if nobody wants to know. */
  readonly causes: Uint8Array;
  /** The events that happen in them. */
  readonly events: Uint8Array;
  /** Hardware loops that count: bit 0 and bit 1. */
  readonly counted: number;
}

/** What passages of one kind have in common. */
export interface KnownPassage extends PassageCosts {
  /** The question that stops it; where it names a register or value, that of one such passage. */
  readonly question: Question | undefined;
  /** Whether the question about a divisor is about the instruction that was in decode, but not to be executed. */
  readonly ofGhost: boolean;
  /** Whether it ends with an access that shared memory refused. */
  readonly refused: boolean;
  /** Which of the answers given is the target of a jump; -1 if none. */
  readonly targetAnswer: number;
  /** Lines that it fetches: their distance from that of the fetch, or of the jump's target. */
  readonly fetches: Int32Array;
  readonly jumpFetches: Int32Array;
  /** Undefined if there is a question. */
  readonly next: NextState | undefined;
  /** What follows the answers: by their number; of targets, by how they lie. */
  readonly answered: (KnownPassage | undefined)[];
}

/** What is known of one kind of core, for all its programs. */
export class TimingPassages {
  /** The shapes. */
  readonly shapes: TimingShapes = new TimingShapes();
  /** The passages. */
  readonly all: KnownPassage[] = [];
  #table = new Int32Array(3 << 10);

  /** The passage with two keys, if it is known. */
  get(key1: number, key2: number): KnownPassage | undefined {
    const table = this.#table;
    const slots = table.length / 3 - 1;
    for (let slot = hashOf(key1, key2) & slots;; slot = slot + 1 & slots) {
      const place = 3 * slot;
      const number = table[place + 2];
      if (number === 0) return undefined;
      if (table[place] === key1 && table[place + 1] === key2) return this.all[number - 1];
    }
  }

  /** Adds a passage. */
  add(key1: number, key2: number, passage: KnownPassage): void {
    if (this.all.length >= this.#table.length / 6) this.#grow();
    this.#put(key1, key2, this.all.push(passage));
  }

  #put(key1: number, key2: number, number: number): void {
    const table = this.#table;
    const slots = table.length / 3 - 1;
    let slot = hashOf(key1, key2) & slots;
    while (table[3 * slot + 2] !== 0) slot = slot + 1 & slots;
    table[3 * slot] = key1;
    table[3 * slot + 1] = key2;
    table[3 * slot + 2] = number;
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Int32Array(2 * before.length);
    for (let place = 0; place < before.length; place += 3) {
      if (before[place + 2] !== 0) this.#put(before[place], before[place + 1], before[place + 2]);
    }
  }
}

function hashOf(key1: number, key2: number): number {
  const hash = Math.imul(key1 ^ Math.imul(key2, 0x9e37_79b1), 0x85eb_ca6b);
  return hash ^ hash >>> 15;
}

/** Shapes and passages at most that programs begin with: after that, what was known is left to those that use it. */
const MOST_SHAPES = 20_000, MOST_PASSAGES = 200_000;

const known = new WeakMap<CoreVariant, TimingPassages[]>();

/** What is known of a core, observed or not, with shared memory or not. */
export function passagesOf(variant: CoreVariant, observed: boolean, shared: boolean): TimingPassages {
  let all = known.get(variant);
  if (all === undefined) known.set(variant, all = []);
  const kind = (observed ? 1 : 0) + (shared ? 2 : 0);
  const { shapes, all: passages } = all[kind] ??= new TimingPassages();
  if (shapes.all.length > MOST_SHAPES || passages.length > MOST_PASSAGES) all[kind] = new TimingPassages();
  return all[kind];
}
