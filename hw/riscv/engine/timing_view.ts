/**
 * A state as the next passage sees it: the instructions that it is about, their registers, and how the code lies. What there
 * is to see is found out in WebAssembly.
 * @module
 */
import { JUMP_JAL, JUMP_JALR, type MicroOperation } from "../ri5cy/micro_operation.ts";
import type { TimingMemory } from "./timing_memory.ts";
import type { TimingOperations } from "./timing_operations.ts";
import * as page from "./timing_page.ts";

/** The state of one program that was looked at last. */
export class TimingView {
  readonly #memory: TimingMemory;
  readonly #operations: TimingOperations;

  /**
   * @param memory where it lies
   * @param operations its instructions
   */
  constructor(memory: TimingMemory, operations: TimingOperations) {
    this.#memory = memory;
    this.#operations = operations;
  }

  /** What kind of shape it has. */
  get flags(): number {
    return this.#memory.get(page.V_FLAGS);
  }

  /** Number of the shape. */
  get shape(): number {
    return this.#memory.get(page.V_SHAPE);
  }

  /** The instruction that leaves next, */
  get op(): MicroOperation {
    return this.#operations.at(this.#memory.get(page.V_OP));
  }

  /** its address, */
  get pc(): number {
    return this.#memory.get(page.V_PC);
  }

  /** the instruction in decode, which is another one if it is not to be executed; */
  get ghost(): MicroOperation {
    return this.#operations.at(this.#memory.get(page.V_GHOST));
  }

  /** where the fetch goes on, */
  get at(): number {
    return this.#memory.get(page.V_AT);
  }

  /** registers and loops, as in the state; */
  get rest(): number {
    return this.#memory.get(page.V_REST);
  }

  /** the address at which the instructions begin that the fetch brings, */
  get begin(): number {
    return this.#memory.get(page.V_BEGIN);
  }

  /** and the target of a jump to a known place; */
  get jump(): number {
    return this.#memory.get(page.V_JUMP);
  }

  /** what decides on its passage. */
  get key1(): number {
    return this.#memory.get(page.V_KEY1);
  }

  get key2(): number {
    return this.#memory.get(page.V_KEY2);
  }

  /** Whether {@linkcode jump} is the target of a jump. */
  get jumpsToKnown(): boolean {
    return this.jumps && this.op.jump === JUMP_JAL;
  }

  /** Whether the instruction jumps in the passage, and the fetch with it. */
  get jumps(): boolean {
    const { jump } = this.op;
    return (jump === JUMP_JAL || jump === JUMP_JALR) && !(this.op === this.ghost && (this.flags & page.JUMPED) !== 0);
  }
}
