/**
 * Nodes of the timing graph as WebAssembly: what an instruction does, and what decides where it leads.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import * as hole from "./code_template.ts";
import type { CodeTemplate } from "./code_template.ts";
import type { Step } from "./control_flow.ts";
import { REGISTERS_AT } from "./engine_page.ts";
import { type FastMemory, type MemoryBlock, PAGE_BYTES } from "./fast_memory.ts";
import { InstructionCodes } from "./instruction_code.ts";
import { DECIDE, type TimingNode, type Way } from "./timing_graph.ts";
import { ASK_DIVISOR, ASK_LOOP, ASK_TAKEN, ASK_TARGET } from "./timing_oracle.ts";
import { WASM, WasmCode } from "./wasm_code.ts";
import { writeDivisorShift } from "./wasm_memory.ts";

/** Locals: the parameters, x1 to x31, the two loop counters; an access's place, an answer; the clock; temporaries. */
export const SELECTOR = 0,
  REGISTER = 0,
  LOOP_COUNT = 32,
  PLACE = 34,
  ANSWER = 35,
  CLOCK = 36,
  LIMIT = 37,
  LAST_LIMIT = 38,
  TEMPORARY = 39;
/** Bytes that the code seldom exceeds. */
const LIKELY_BYTES = 1 << 16;
/** How many there are of 32 bits before the clock, and of 64 bits. */
export const LOCALS: number = CLOCK - REGISTER - 1, LOCALS64: number = TEMPORARY - CLOCK;

const codes = {
  2018: new InstructionCodes(2018, PLACE, PAGE_BYTES, TEMPORARY),
  2019: new InstructionCodes(2019, PLACE, PAGE_BYTES, TEMPORARY),
};

/** Places in the linear memory outside of which there is no code. */
export interface CodeRange {
  /** The first, */
  readonly low: number;
  /** and the one behind the last. */
  readonly high: number;
}

/** Writes steps, one after the other. */
export abstract class StepWriter {
  /** The code. */
  readonly code: WasmCode = new WasmCode(LIKELY_BYTES);
  /** Locals that it needs for temporaries. */
  temporaries = 0;
  /** Cycles and instructions since the clock was last written. */
  protected cycles = 0;
  protected instructions = 0;
  /** Labels that are open. */
  protected depth = 0;
  readonly #codes: InstructionCodes;
  readonly #firstBlock: MemoryBlock;
  /** For each register, the blocks in the order in which accesses by it try them: first where it points to now. */
  readonly #blocks: readonly (readonly MemoryBlock[])[];
  readonly #fitsMask: boolean;
  /** An access's place is its address less this. */
  #origin = 0;
  readonly #codeRange: CodeRange;

  constructor(year: 2018 | 2019, { blocks, words }: FastMemory, code: CodeRange) {
    this.#codes = codes[year];
    this.#firstBlock = blocks[0];
    this.#fitsMask = blocks.every(({ bytes }) => (bytes & bytes - 1) === 0);
    const orders = blocks.map((block) => [block, ...blocks.filter((other) => other !== block)]);
    this.#blocks = Array.from({ length: 32 }, (_, register) => {
      const address = words[REGISTERS_AT / 4 + register] >>> 0;
      return orders[Math.max(0, blocks.findIndex(({ base, bytes }) => address >= base && address < base + bytes))];
    });
    this.#codeRange = code;
  }

  /** Ends the code at a node of which nothing has been done. */
  protected abstract exit(node: TimingNode): void;

  /** Begins an if on the number on the stack. */
  protected if(): void {
    this.code.begin(WASM.if);
    this.depth++;
  }

  /** Ends what was begun last. */
  protected end(): void {
    this.code.op(WASM.end);
    this.depth--;
  }

  /** With a number on the stack: ends the code at a node unless it is 0. */
  #exitIf(node: TimingNode): void {
    this.if();
    this.exit(node);
    this.end();
  }

  /**
   * A step. With one answer, any other ends the code before anything is done. With several, any but those does, except for
   * answers of nodes that only ask; the answer is left on the stack.
   */
  protected step({ node, ways }: Step): void {
    const only = ways.length === 1 ? ways[0][0] : undefined;
    if (node.kind === DECIDE) {
      this.#ask(node);
      if (only === undefined) return;
      if (node.question!.kind !== ASK_LOOP) this.code.constant(only).op(WASM.i32Ne);
      else if (only === 1) this.code.op(WASM.i32Eqz);
      return this.#exitIf(node);
    }
    const op = node.op!;
    const own = this.#codes.of(op);
    this.temporaries = Math.max(this.temporaries, own.temporaries);
    this.#origin = originOf(this.#blocks[op.rs1][0], this.#firstBlock);
    this.#fill(own.before, op, node.pc);
    if (op.isLoad || op.isStore) this.#locate(op, node, only);
    else if (node.question?.kind === ASK_TAKEN) {
      this.#fill(only === 1 ? own.notTaken : own.taken, op, node.pc);
      if (only !== undefined) this.#exitIf(node);
    } else if (node.question?.kind === ASK_DIVISOR) this.#divisor(op, node, ways);
    this.#count(node);
    this.#fill(own.after, op, node.pc);
  }

  /** Leaves the answer to a question that is not the instruction's own on the stack. */
  #ask({ question }: TimingNode): void {
    const { code } = this;
    const { kind, register, value } = question!;
    if (kind === ASK_LOOP) {
      code.index(WASM.localGet, LOOP_COUNT + register).constant(value).op(WASM.i32GtU);
      return;
    }
    this.#pushRegister(register);
    if (kind === ASK_TARGET) {
      if (value !== 0) code.constant(value).op(WASM.i32Add);
      code.constant(-2).op(WASM.i32And);
    } else this.#shift(value);
  }

  /** Replaces the divisor on the stack by how far it is shifted. */
  #shift(divide: number): void {
    this.code.index(WASM.localSet, PLACE).constant(divide);
    writeDivisorShift(this.code, PLACE, ANSWER);
  }

  #divisor(op: MicroOperation, node: TimingNode, ways: readonly Way[]): void {
    const { code } = this;
    this.#pushRegister(op.rs2);
    this.#shift(op.divide);
    if (ways.length === 1) code.constant(ways[0][0]).op(WASM.i32Ne);
    else {
      let low = 0, high = 0;
      for (const [shift] of ways) {
        if (shift < 32) low |= 1 << shift;
        else high |= 1 << shift - 32;
      }
      code.index(WASM.localTee, ANSWER).constant64(high, low).index(WASM.localGet, ANSWER).op(WASM.i64ExtendI32U);
      code.op(WASM.i64ShrU).op(WASM.i32WrapI64).constant(1).op(WASM.i32And).op(WASM.i32Eqz);
    }
    this.#exitIf(node);
  }

  #count(node: TimingNode): void {
    for (let loop = 0; loop < 2; loop++) {
      if ((node.counted >>> loop & 1) === 0) continue;
      const local = LOOP_COUNT + loop;
      this.code.index(WASM.localGet, local).constant(-1).op(WASM.i32Add).index(WASM.localSet, local);
    }
    this.cycles += node.cycles;
    this.instructions++;
  }

  /**
   * With what may be the place of an access on the stack: leaves it in PLACE, or ends the code. With several
   * answers, leaves on the stack whether the access crosses a word.
   */
  #locate(op: MicroOperation, node: TimingNode, only: number | undefined): void {
    const { code } = this;
    const { bytes } = op;
    // In blocks of such sizes, one look at the address says both that it is inside and that it is aligned.
    const isAligned = (bytes === 1 || bytes === 4 && only === 0) && this.#fitsMask;
    this.#tryBlock(this.#blocks[op.rs1], 0, op, node, isAligned);
    if (bytes === 1 || isAligned) return;
    code.index(WASM.localGet, PLACE).constant(3).op(WASM.i32And);
    if (bytes === 2) code.constant(3).op(WASM.i32Eq);
    if (only === undefined) return;
    if (only === 1) code.op(WASM.i32Eqz);
    this.#exitIf(node);
  }

  /** With what may be an access's place on the stack: leaves it in PLACE if it is in a block or in one behind it. */
  #tryBlock(
    blocks: readonly MemoryBlock[],
    index: number,
    op: MicroOperation,
    node: TimingNode,
    isAligned: boolean,
  ): void {
    const { code } = this;
    const first = this.#firstBlock;
    const block = blocks[index];
    const size = block.bytes, from = block.offset - first.offset;
    code.index(WASM.localTee, PLACE);
    if (from !== 0) code.constant(from).op(WASM.i32Sub);
    if (isAligned) code.constant(~(size - op.bytes)).op(WASM.i32And);
    else code.constant(size - op.bytes).op(WASM.i32GtU);
    this.if();
    if (index + 1 === blocks.length) this.exit(node);
    else {
      const further = originOf(block, first) - originOf(blocks[index + 1], first);
      code.index(WASM.localGet, PLACE).constant(further).op(WASM.i32Add);
      this.#tryBlock(blocks, index + 1, op, node, isAligned);
    }
    const { low, high } = this.#codeRange;
    if (op.isStore && low < block.offset + size && high > block.offset) {
      code.op(WASM.else).index(WASM.localGet, PLACE).constant(low - 3 - first.offset).op(WASM.i32Sub);
      code.constant(high - low + 3).op(WASM.i32LtU);
      this.#exitIf(node);
    }
    this.end();
  }

  #fill(template: CodeTemplate, op: MicroOperation, pc: number): void {
    const { code } = this;
    for (let i = 0; i < template.length; i++) {
      const item = template[i];
      if (item < 0x100) {
        code.op(item);
        continue;
      }
      switch (item) {
        case hole.RS1:
          this.#pushRegister(op.rs1);
          break;
        case hole.RS2:
          this.#pushRegister(op.rs2);
          break;
        case hole.RS3:
          this.#pushRegister(op.rs3);
          break;
        case hole.RD:
          this.#pushRegister(op.rd);
          break;
        case hole.IMM:
          code.constant(op.imm);
          break;
        case hole.IMM2:
          code.constant(op.imm2);
          break;
        case hole.LOOP_NUMBER:
          code.constant(op.L);
          break;
        case hole.SIZE:
          code.constant(op.size);
          break;
        case hole.PC:
          code.constant(pc);
          break;
        case hole.IMM_IN_MEMORY:
          code.constant(op.imm - this.#origin);
          break;
        case hole.ZERO_IN_MEMORY:
          code.constant(-this.#origin);
          break;
        case hole.SET_RD:
          code.index(WASM.localSet, REGISTER + op.rd);
          break;
        case hole.SET_RS1:
          code.index(WASM.localSet, REGISTER + op.rs1);
          break;
        case hole.SET_LOOP_COUNT:
          code.index(WASM.localSet, LOOP_COUNT + op.L);
          break;
      }
    }
  }

  #pushRegister(register: number): void {
    if (register === 0) this.code.constant(0);
    else this.code.index(WASM.localGet, REGISTER + register);
  }
}

/** What has to be subtracted from addresses in a block to get places behind where memory begins. */
function originOf(block: MemoryBlock, first: MemoryBlock): number {
  return block.base - (block.offset - first.offset);
}
