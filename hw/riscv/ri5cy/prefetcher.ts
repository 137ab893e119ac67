/**
 * What the pipeline asks of either prefetch buffer.
 * @module
 */
import type { StateWriter } from "./state_writer.ts";

/** A prefetch buffer, looked at three times a cycle: {@linkcode present}, {@linkcode decide}, {@linkcode commit}. */
export interface Prefetcher {
  /** Words of one fetch: 1, 4 for the 128-bit line, 8 for ideal fetch. */
  readonly words: 1 | 4 | 8;
  /** The fetched words that arrive in this cycle, if {@linkcode dataValid}. */
  readonly data: Int32Array;
  /** Whether fetched data arrives in this cycle; the fetch port sets it before {@linkcode present}. */
  dataValid: boolean;
  /** Whether an instruction is ready (RTL: valid_o, before a branch of this cycle masks it). */
  valid: boolean;
  /** Address of the instruction that is, or will be, ready. */
  address: number;
  /** Its word; the upper half means nothing for a compressed one. */
  instruction: number;
  /** Whether it is the first of a hardware loop's body, reached by the loop. */
  isLoopTarget: boolean;
  /** Whether the ready instruction is to be dropped, since the loop jumps a cycle late. */
  loopBranch: boolean;
  /** Whether a fetch is asked for in this cycle. */
  request: boolean;
  /** Where, aligned to the fetch width. */
  requestAddress: number;

  /** First: what is ready, from the state and the data that arrive. */
  present(): void;
  /** Then: takes what the pipeline wants, and decides on a request. */
  decide(enabled: boolean, branch: boolean, target: number, loop: boolean, loopTarget: number, ready: boolean): void;
  /** Last: the clock edge. */
  commit(granted: boolean): void;
  /** Appends what decides on its future, given that code does not change. */
  save(state: StateWriter): void;
  /** Takes that back from a position, and gives the next position. */
  restore(state: Int32Array, at: number): number;
}
