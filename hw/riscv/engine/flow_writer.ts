/**
 * Blocks of nodes as structured WebAssembly.
 * @module
 */
import type { CoreVariant } from "../ri5cy/variants.ts";
import type { Block, ControlFlow } from "./control_flow.ts";
import { CLOCK_AT, EXIT_AT, LAST_LIMIT_AT, LIMIT_AT, LOOP_COUNTS_AT, REGISTERS_AT } from "./engine_page.ts";
import { EXIT_BYTES, EXIT_CLOCK, EXIT_NEXT, type FastMemory } from "./fast_memory.ts";
import {
  ANSWER,
  CLOCK,
  type CodeRange,
  LAST_LIMIT,
  LIMIT,
  LOOP_COUNT,
  PLACE,
  REGISTER,
  SELECTOR,
  StepWriter,
} from "./step_writer.ts";
import { DECIDE, type TimingNode } from "./timing_graph.ts";
import { ASK_DIVISOR, ASK_TARGET } from "./timing_oracle.ts";
import { WASM } from "./wasm_code.ts";

/** Answers that are compared one after the other; more are found by halves. */
const MOST_IN_A_ROW = 4;

/** A place at which translated code ends. */
export interface Exit {
  /** The node that comes next, of which nothing has been done. */
  readonly node: TimingNode;
  /** Cycles, */
  readonly cycles: number;
  /** and instructions, that the clock does not have yet. */
  readonly instructions: number;
  /** The block that was left on the way, counted as if all of it had been done, */
  readonly block: Block | undefined;
  /** and how many of its steps were. */
  readonly steps: number;
}

/** Writes all blocks of a control flow. */
export class FlowWriter extends StepWriter {
  /** Nodes at which the code ends; first those of the entries, in their order. */
  readonly exits: Exit[] = [];
  /** With visits counted: the blocks, in the order of their counters. */
  readonly counted: Block[] = [];
  readonly #flow: ControlFlow;
  readonly #exitsAt: number;
  readonly #visitsAt: number | undefined;
  /** The block being written, and how many of its steps have been. */
  #block: Block | undefined;
  #steps = 0;
  /** Depths of labels: the end of everything, the table of entries; */
  #leaving = 0;
  #dispatching = 0;
  /** of each block, by its order, its beginning if it is behind a label, and its repetition while it is being written. */
  readonly #beginnings: Int32Array;
  readonly #repetitions: Int32Array;
  /** Entries' numbers, by their blocks' order. */
  readonly #entryNumbers: Int32Array;
  /** The step's exit. */
  #exitNumber = -1;

  constructor(
    flow: ControlFlow,
    variant: CoreVariant,
    memory: FastMemory,
    codeRange: CodeRange,
    exitsAt: number,
    visitsAt: number | undefined,
  ) {
    super(variant.release === "2018_01" ? 2018 : 2019, memory, codeRange);
    this.#flow = flow;
    this.#exitsAt = exitsAt;
    this.#visitsAt = visitsAt;
    this.#beginnings = new Int32Array(flow.blocks.length);
    this.#repetitions = new Int32Array(flow.blocks.length);
    this.#entryNumbers = new Int32Array(flow.blocks.length);
    for (const [number, { order }] of flow.root.next) this.#entryNumbers[order] = number;
  }

  write(): void {
    const { code } = this;
    for (let i = 1; i < 32; i++) this.#load(REGISTER + i, REGISTERS_AT + 4 * i);
    for (let i = 0; i < 2; i++) this.#load(LOOP_COUNT + i, LOOP_COUNTS_AT + 4 * i);
    for (const [local, at] of [[CLOCK, CLOCK_AT], [LIMIT, LIMIT_AT], [LAST_LIMIT, LAST_LIMIT_AT]]) {
      code.constant(0).memory(WASM.i64Load, at).index(WASM.localSet, local);
    }
    code.beginGiving(WASM.block);
    this.#leaving = ++this.depth;
    this.#writeRoot();
    code.op(WASM.unreachable);
    this.end();
    for (let i = 1; i < 32; i++) this.#store(REGISTER + i, REGISTERS_AT + 4 * i);
    for (let i = 0; i < 2; i++) this.#store(LOOP_COUNT + i, LOOP_COUNTS_AT + 4 * i);
    // The exit's place, the clock with what it brings, and what comes next.
    code.constant(EXIT_BYTES).op(WASM.i32Mul).constant(this.#exitsAt).op(WASM.i32Add).index(WASM.localSet, PLACE);
    code.constant(0).index(WASM.localGet, PLACE).memory(WASM.i32Store, EXIT_AT);
    code.constant(0).index(WASM.localGet, CLOCK).index(WASM.localGet, PLACE).memory(WASM.i64Load, EXIT_CLOCK);
    code.op(WASM.i64Add).memory(WASM.i64Store, CLOCK_AT);
    code.index(WASM.localGet, PLACE).memory(WASM.i32Load, EXIT_NEXT);
  }

  #load(local: number, at: number): void {
    this.code.constant(0).memory(WASM.i32Load, at).index(WASM.localSet, local);
  }

  #store(local: number, at: number): void {
    this.code.constant(0).index(WASM.localGet, local).memory(WASM.i32Store, at);
  }

  /** Begins a block or a loop, and gives its depth. */
  #begin(opcode: number): number {
    this.code.begin(opcode);
    return ++this.depth;
  }

  #branch(depth: number): void {
    this.code.index(WASM.br, this.depth - depth);
  }

  /** All entries, behind a table. */
  #writeRoot(): void {
    const { code } = this;
    const { root } = this.#flow;
    this.#dispatching = this.#begin(WASM.loop);
    const merges = this.#beginMerges(root);
    for (const [, block] of root.next) {
      this.exits.push({ node: block.node!, cycles: 0, instructions: 0, block: undefined, steps: 0 });
    }
    code.index(WASM.localGet, SELECTOR);
    this.#past(LIMIT);
    code.index(WASM.brIf, this.depth - this.#leaving).op(WASM.brTable).unsigned(root.next.length - 1);
    for (const [, block] of root.next) code.unsigned(this.depth - this.#beginnings[block.order]);
    this.#endMerges(merges);
    this.end();
  }

  /** Whether the clock has reached its limit. */
  #past(limit: number): void {
    this.code.index(WASM.localGet, CLOCK).index(WASM.localGet, limit).op(WASM.i64GeS);
  }

  /** A block, and behind it those that it dominates and that are reached from more than one place. */
  #writeTree(block: Block): void {
    if (block.isExit) return this.#exitAt(block.node!);
    if (block.isLoop) {
      this.#writeClock();
      this.#repetitions[block.order] = this.#begin(WASM.loop);
      this.#past(block.isEntry ? LIMIT : LAST_LIMIT);
      this.if();
      this.#exitAt(block.node!);
      this.end();
    }
    const merges = this.#beginMerges(block);
    this.#writeBlock(block);
    this.#endMerges(merges);
    if (!block.isLoop) return;
    this.end();
    this.#repetitions[block.order] = 0;
  }

  /** Begins blocks that end where others begin. */
  #beginMerges(block: Block): readonly Block[] {
    const merges = block.children.filter(isMerge);
    for (let i = merges.length - 1; i >= 0; i--) this.#beginnings[merges[i].order] = this.#begin(WASM.block);
    return merges;
  }

  #endMerges(merges: readonly Block[]): void {
    for (const block of merges) {
      this.end();
      this.cycles = this.instructions = 0;
      this.#writeTree(block);
    }
  }

  /** Whether the way to a block is one of several. */
  #needsClock(from: Block, target: Block): boolean {
    return !target.isExit && (target.order <= from.order || isMerge(target));
  }

  #goTo(from: Block, target: Block): void {
    if (target.isExit) return this.#exitAt(target.node!);
    if (target.order <= from.order) {
      this.#writeClock();
      const repetition = this.#repetitions[target.order];
      if (repetition !== 0) return this.#branch(repetition);
      this.code.constant(this.#entryNumbers[target.order]).index(WASM.localSet, SELECTOR);
      this.#branch(this.#dispatching);
    } else if (isMerge(target)) {
      this.#writeClock();
      this.#branch(this.#beginnings[target.order]);
    } else this.#writeTree(target);
  }

  protected override exit(node: TimingNode): void {
    if (this.#exitNumber < 0) this.#exitNumber = this.#addExit(node);
    this.#exitBy(this.#exitNumber);
  }

  /** Ends the code at a node that is not the present step's. */
  #exitAt(node: TimingNode): void {
    this.#exitBy(this.#addExit(node));
  }

  #addExit(node: TimingNode): number {
    const { cycles, instructions } = this;
    const steps = this.#steps;
    const block = steps < (this.#block?.steps.length ?? 0) ? this.#block : undefined;
    return this.exits.push({ node, cycles, instructions, block, steps }) - 1;
  }

  #exitBy(number: number): void {
    this.code.constant(number);
    this.#branch(this.#leaving);
  }

  #writeClock(): void {
    if (this.cycles === 0 && this.instructions === 0) return;
    const { code } = this;
    code.index(WASM.localGet, CLOCK).constant64(this.cycles, this.instructions);
    code.op(WASM.i64Add).index(WASM.localSet, CLOCK);
    this.cycles = this.instructions = 0;
  }

  #writeBlock(block: Block): void {
    if (this.#visitsAt !== undefined) this.#writeVisit(this.#visitsAt, block);
    this.#block = block;
    for (this.#steps = 0; this.#steps < block.steps.length; this.#steps++) {
      this.#exitNumber = -1;
      this.step(block.steps[this.#steps]);
    }
    const { next } = block;
    this.#block = undefined;
    if (next.length === 1) this.#goTo(block, next[0][1]);
    else this.#decide(block);
  }

  #writeVisit(visitsAt: number, block: Block): void {
    const at = visitsAt + 4 * (this.counted.push(block) - 1);
    this.code.constant(0).constant(0).memory(WASM.i32Load, at).constant(1).op(WASM.i32Add).memory(WASM.i32Store, at);
  }

  /** With the answer on the stack: goes where it leads; unmet answers end the code, if nothing has been done yet. */
  #decide(block: Block): void {
    const { code } = this;
    const { node } = block.steps[block.steps.length - 1];
    // Once for all ways rather than on each of them.
    if (block.next.every(([, next]) => this.#needsClock(block, next)) || block.next.length > 2) this.#writeClock();
    const { cycles, instructions } = this;
    const branch = (target: Block) => {
      this.cycles = cycles;
      this.instructions = instructions;
      this.#goTo(block, target);
    };
    const { kind } = node.question!;
    if (kind !== ASK_TARGET && kind !== ASK_DIVISOR) {
      const [[answer, first], [, second]] = block.next;
      this.if();
      branch(answer === 1 ? first : second);
      this.end();
      return branch(answer === 1 ? second : first);
    }
    const ways = block.next.toSorted(([a], [b]) => (a >>> 0) - (b >>> 0));
    // Places in a program are far from 0, but near each other.
    const [[lowest]] = ways;
    const choose = (from: number, to: number): void => {
      if (to - from > MOST_IN_A_ROW) {
        const middle = from + to >>> 1;
        code.index(WASM.localGet, ANSWER).constant(ways[middle][0] - lowest).op(WASM.i32LtU);
        this.if();
        choose(from, middle);
        this.end();
        return choose(middle, to);
      }
      for (let i = from; i < to; i++) {
        code.index(WASM.localGet, ANSWER).constant(ways[i][0] - lowest).op(WASM.i32Eq);
        this.if();
        branch(ways[i][1]);
        this.end();
      }
      this.cycles = cycles;
      this.instructions = instructions;
      if (node.kind === DECIDE) this.#exitAt(node);
      else code.op(WASM.unreachable);
    };
    code.constant(lowest).op(WASM.i32Sub).index(WASM.localSet, ANSWER);
    choose(0, ways.length);
  }
}

/** Whether a block is reached forwards from more than one place, so that it stands behind a label. */
function isMerge(block: Block): boolean {
  if (block.isEntry || block.isExit) return block.isEntry;
  return block.previous.filter((before) => before.order >= 0 && before.order < block.order).length > 1;
}
