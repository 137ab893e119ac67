/**
 * Passages through the pipeline that were met before, wherever in a program that was.
 * @module
 */
import type { CoreVariant } from "../ri5cy/variants.ts";
import { MOST_PASSAGES } from "./timing_page.ts";
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
  /** Where it fetches: distances from the line where the fetch begins, and from that of the jump's target, a bit for each two bytes. */
  readonly fetches: number;
  readonly jumpFetches: number;
  /** Undefined if there is a question. */
  readonly next: NextState | undefined;
  /** Numbers of what follows the answers, 0 for none: by the answer; of targets, by how they lie. */
  readonly answered: Int32Array;
}

/** What is known of one kind of core, for all its programs. */
export class TimingPassages {
  /** The shapes. */
  readonly shapes: TimingShapes = new TimingShapes();
  /** The passages, those with keys and those that follow answers. */
  readonly all: KnownPassage[] = [];
  readonly #byKeys = new Map<number, Map<number, number>>();

  /** Number of the passage with two keys; 0 if it is not known. */
  get(key1: number, key2: number): number {
    return this.#byKeys.get(key1)?.get(key2) ?? 0;
  }

  /** Adds a passage, and gives its number: its place in the list, from 1 on. */
  add(passage: KnownPassage): number {
    return this.all.push(passage);
  }

  /** Takes the last one back. */
  dropLast(): void {
    this.all.pop();
  }

  /** Remembers the number of a passage with two keys. */
  put(key1: number, key2: number, number: number): void {
    const known = this.#byKeys.get(key1);
    if (known === undefined) this.#byKeys.set(key1, new Map([[key2, number]]));
    else known.set(key2, number);
  }
}

/** Shapes and passages at most that programs begin with: after that, what was known is left to those that use it. */
const USUAL_SHAPES = 20_000, USUAL_PASSAGES = MOST_PASSAGES / 2;

const known = new WeakMap<CoreVariant, TimingPassages[]>();

/** What is known of a core, observed or not, with shared memory or not. */
export function passagesOf(variant: CoreVariant, observed: boolean, shared: boolean): TimingPassages {
  let all = known.get(variant);
  if (all === undefined) known.set(variant, all = []);
  const kind = (observed ? 1 : 0) + (shared ? 2 : 0);
  const { shapes, all: passages } = all[kind] ??= new TimingPassages();
  if (shapes.all.length > USUAL_SHAPES || passages.length > USUAL_PASSAGES) all[kind] = new TimingPassages();
  return all[kind];
}
