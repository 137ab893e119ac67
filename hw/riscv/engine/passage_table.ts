/**
 * Passages that many have, where WebAssembly finds them.
 * @module
 */
import type { TimingMemory } from "./timing_memory.ts";
import * as page from "./timing_page.ts";
import type { KnownPassage, NextState, TimingPassages } from "./timing_passages.ts";

/** Kind of the nodes at which a passage begins. */
export function kindOf({ question, refused }: KnownPassage): number {
  return question !== undefined && !question.ownInstruction ? page.DECIDE : refused ? page.PASS : page.EXECUTE;
}

/** A way to the next state, but for the numbers that have places of their own. */
function sourcesOf({ jumps, branches, holds, loaded, written, writtenBack }: NextState): number {
  return page.LEADS_ON | (jumps ? page.FOLLOWS_JUMP : 0) | (branches ? page.TAKES_BRANCH : 0) |
    loaded << page.LOADED_FROM | written << page.WRITTEN_FROM | writtenBack << page.BACK_FROM | holds << page.HELD_FROM;
}

/** The passages of one memory, by the numbers that they have in all. */
export class PassageTable {
  readonly #memory: TimingMemory;
  readonly #passages: TimingPassages;

  /**
   * @param memory where they lie
   * @param passages what is known of all programs
   */
  constructor(memory: TimingMemory, passages: TimingPassages) {
    this.#memory = memory;
    this.#passages = passages;
  }

  /** Address of a passage in the linear memory. */
  address(number: number): number {
    return this.#memory.address(page.PASSAGES + page.PASSAGE_BYTES * number);
  }

  /** Writes a passage, and those that follow its answers; whether there is room for it. */
  write(number: number): boolean {
    if (number >= page.MOST_PASSAGES) return false;
    const passage = this.#passages.all[number - 1];
    const { cycles, counted, question, next, fetches, jumpFetches, answered } = passage;
    const kind = kindOf(passage);
    this.writeCosts(number, cycles, counted, question?.kind ?? -1);
    this.#set(number, page.P_KIND, kind);
    this.#set(number, page.P_FETCHES, fetches);
    this.#set(number, page.P_JUMP_FETCHES, jumpFetches);
    this.#set(number, page.P_SOURCES, next === undefined ? 0 : sourcesOf(next));
    if (next !== undefined) {
      this.#set(number, page.P_SHAPE, next.shape);
      this.#set(number, page.P_AT, next.at);
      this.#set(number, page.P_HELD, next.held);
      this.#memory.set(page.SHAPES + 4 * next.shape, this.#passages.shapes.all[next.shape].flags);
    }
    for (const answer of [0, 1]) {
      const further = kind === page.EXECUTE ? answered[answer] ?? 0 : 0;
      this.#set(number, page.P_ANSWERS + 4 * answer, further !== 0 && this.write(further) ? further : 0);
    }
    return true;
  }

  /** Writes what a passage costs, and what it asks, or -1; the one with the number 0 is free for those that few have. */
  writeCosts(number: number, cycles: number, counted: number, asks: number): void {
    this.#set(number, page.P_CYCLES, cycles);
    this.#set(number, page.P_COUNTED, counted);
    this.#set(number, page.P_ASKS, asks);
  }

  /** Writes the keys of a passage. */
  writeKeys(number: number, key1: number, key2: number): void {
    this.#set(number, page.P_KEY1, key1);
    this.#set(number, page.P_KEY2, key2);
  }

  #set(number: number, field: number, value: number): void {
    this.#memory.set(page.PASSAGES + page.PASSAGE_BYTES * number + field, value);
  }
}
