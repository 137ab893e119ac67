/**
 * Nodes of the timing graph as WebAssembly: what an instruction does, and what decides where it leads.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import * as hole from "./code_template.ts";
import type { CodeTemplate } from "./code_template.ts";
import type { Step } from "./control_flow.ts";
import { type FastMemory, PAGE_BYTES } from "./fast_memory.ts";
import { InstructionCodes } from "./instruction_code.ts";
import { DECIDE, type TimingNode, type Way } from "./timing_graph.ts";
import { ASK_DIVISOR, ASK_LOOP, ASK_TAKEN, ASK_TARGET } from "./timing_oracle.ts";
import { WASM, WasmCode } from "./wasm_code.ts";
import { writeDivisorShift } from "./wasm_memory.ts";

/** Locals: the parameters, x1 to x31, the two loop counters; an access's place, an answer; the clock; temporaries. */
export const SELECTOR = 0,
  LIMIT = 1,
  LAST_LIMIT = 2,
  REGISTER = 2,
  LOOP_COUNT = 34,
  PLACE = 36,
  ANSWER = 37,
  CLOCK = 38,
  TEMPORARY = 39;
/** How many there are of 32 bits before the clock. */
export const LOCALS: number = CLOCK - REGISTER - 1;

const codes = {
  2018: new InstructionCodes(2018, PLACE, PAGE_BYTES, TEMPORARY),
  2019: new InstructionCodes(2019, PLACE, PAGE_BYTES, TEMPORARY),
};

/** Code for finding the place of an access: what comes before the end of the code for accesses to other places. */
interface Locating {
  readonly code: WasmCode;
  /** How many ifs it opens. */
  readonly depth: number;
}

/** Addresses, as places behind where memory begins, and what has to be added to the address to get there. */
interface Area {
  readonly from: number;
  readonly to: number;
  readonly shift: number;
}

/** Writes steps, one after the other. */
export abstract class StepWriter {
  /** The code. */
  readonly code: WasmCode = new WasmCode();
  /** Locals that it needs for temporaries. */
  temporaries = 0;
  /** Cycles and instructions since the clock was last written. */
  protected cycles = 0;
  protected instructions = 0;
  /** Labels that are open. */
  protected depth = 0;
  readonly #codes: InstructionCodes;
  readonly #base: number;
  readonly #loadAreas: readonly Area[];
  readonly #storeAreas: readonly Area[];
  readonly #locating: Locating[] = [];

  constructor(year: 2018 | 2019, { blocks }: FastMemory, code: { readonly low: number; readonly high: number }) {
    this.#codes = codes[year];
    const [first] = blocks;
    this.#base = first.base;
    const areas = blocks.map(({ base, offset, bytes }) => ({
      from: offset - first.offset,
      to: offset - first.offset + bytes,
      shift: offset - base - (first.offset - first.base),
    }));
    this.#loadAreas = areas;
    const low = (code.low & ~3) - first.offset, high = (code.high + 3 & ~3) - first.offset;
    this.#storeAreas = areas.flatMap((area) => {
      if (low >= high || high <= area.from || low >= area.to) return [area];
      const parts = [{ ...area, to: Math.max(area.from, low) }, { ...area, from: Math.min(area.to, high) }];
      return parts.sort((a, b) => (b.to - b.from) - (a.to - a.from));
    }).filter(({ from, to }) => to - from >= 4);
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
   * With the address on the stack, less the lowest one of memory: leaves its place in PLACE, or ends the code. With several
   * answers, leaves on the stack whether the access crosses a word.
   */
  #locate(op: MicroOperation, node: TimingNode, only: number | undefined): void {
    const { code } = this;
    const { bytes, isStore } = op;
    const isWord = bytes === 4 && only === 0;
    const key = (bytes << 1 | (isStore ? 1 : 0)) << 1 | (isWord ? 1 : 0);
    const { code: locating, depth } = this.#locating[key] ??= locate(
      isStore ? this.#storeAreas : this.#loadAreas,
      bytes,
      isWord,
    );
    code.append(locating);
    this.depth += depth;
    this.exit(node);
    for (let i = 0; i < depth; i++) this.end();
    if (bytes === 1 || isWord) return;
    code.index(WASM.localGet, PLACE).constant(3).op(WASM.i32And);
    if (bytes === 2) code.constant(3).op(WASM.i32Eq);
    if (only === undefined) return;
    if (only === 1) code.op(WASM.i32Eqz);
    this.#exitIf(node);
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
          code.constant(op.imm - this.#base);
          break;
        case hole.ZERO_IN_MEMORY:
          code.constant(-this.#base);
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

/** Code for finding the place of an access in one of some areas. */
function locate(areas: readonly Area[], bytes: number, isWord: boolean): Locating {
  const code = new WasmCode();
  let shift = 0;
  areas.forEach((area, index) => {
    if (index > 0) code.index(WASM.localGet, PLACE);
    if (area.shift !== shift) code.constant(area.shift - shift).op(WASM.i32Add);
    if (index === 0 || area.shift !== shift) code.index(WASM.localTee, PLACE);
    shift = area.shift;
    if (area.from !== 0) code.constant(area.from).op(WASM.i32Sub);
    // A word that is not where words are is as far away as one outside.
    if (isWord) code.constant(2).op(WASM.i32Rotr);
    code.constant(isWord ? area.to - area.from - bytes >>> 2 : area.to - area.from - bytes).op(WASM.i32GtU);
    code.begin(WASM.if);
  });
  return { code, depth: areas.length };
}
