/**
 * Translates explored parts of the timing graph to WebAssembly.
 * @module
 */
import { type Expression, type Operation, operationOf } from "../isa/operation.ts";
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { type Block, ControlFlow, dominates, type Step } from "./control_flow.ts";
import { CLOCK_AT, LOOP_COUNTS_AT, REGISTERS_AT, VISITS_AT } from "./engine_page.ts";
import { type FastMemory, PAGE_BYTES } from "./fast_memory.ts";
import { DECIDE, type TimingNode } from "./timing_graph.ts";
import { ASK_DIVISOR, ASK_LOOP, ASK_TAKEN, ASK_TARGET } from "./timing_oracle.ts";
import { WASM, WasmCode, wasmModule } from "./wasm_code.ts";
import { wasmExpression } from "./wasm_expression.ts";
import { MEMORY_OPCODES, writeDivisorShift } from "./wasm_memory.ts";

/** Blocks whose visits find a place. */
const MOST_COUNTED = (PAGE_BYTES - VISITS_AT) / 4;

/** Locals: the parameters, x0 to x31 (x0 is a spare), the two loop counters, then what expressions borrow; the clock last. */
const SELECTOR = 0,
  LIMIT = 1,
  LAST_LIMIT = 2,
  REGISTER = 3,
  LOOP_COUNT = 35,
  ADDRESS = 37,
  EXIT_NUMBER = 38,
  BORROWED = 39;
const BORROWED_COUNT = 24, LOCALS = BORROWED + BORROWED_COUNT - REGISTER, CLOCK = BORROWED + BORROWED_COUNT;

/** Translated code. */
export interface Translation {
  /** The node at which it may be entered. */
  readonly entry: TimingNode;
  /**
   * Runs until code ends, or the clock has reached a limit at a place at which it may be entered again, or another limit
   * at any place; gives the index of the node that comes next.
   */
  readonly run: (selector: number, limit: bigint, lastLimit: bigint) => number;
  /** Nodes at which it ends. */
  readonly exits: readonly Exit[];
  /** With visits counted: the blocks, in the order of their counters. */
  readonly counted: readonly Block[];
  /** Its size in bytes. */
  readonly bytes: number;
  /** Cycles by which it may run past its last limit. */
  readonly longestPath: number;
}

/** A place at which translated code ends. */
export interface Exit {
  /** The node that comes next, of which nothing has been done. */
  readonly node: TimingNode;
  /** The block that was left on the way, counted as if all of it had been done, */
  readonly block: Block | undefined;
  /** and how many of its steps were. */
  readonly steps: number;
}

/**
 * Translates what was explored from a node on. The clock that the code keeps is cycles in the upper half of 64 bits and
 * instructions in the lower one.
 */
export function translate(
  entry: TimingNode,
  variant: CoreVariant,
  memory: FastMemory,
  code: { readonly low: number; readonly high: number },
  countVisits = false,
): Translation {
  const flow = new ControlFlow(entry);
  const writer = new Translator(flow, variant, memory, code, countVisits);
  writer.write();
  const pages = memory.bytes.length >>> 16;
  const shape = { parameters: ["i32", "i64", "i64"], locals32: LOCALS, locals64: 1, pages } as const;
  const bytes = wasmModule(writer.code, shape);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: memory.memory } });
  const run = instance.exports.run as Translation["run"];
  const { exits, counted } = writer;
  return { entry, run, exits, counted, bytes: bytes.length, longestPath: flow.longestPath };
}

/** What is open around the code being written: a block to be left towards, a loop to be repeated, or neither. */
interface Label {
  readonly kind: "leave" | "dispatch" | "block" | "loop" | "plain";
  readonly block?: Block;
}

class Translator {
  readonly code = new WasmCode();
  readonly exits: Exit[] = [];
  readonly counted: Block[] = [];
  readonly #countVisits: boolean;
  readonly #exitNumbers = new Map<string, number>();
  /** The block being written, and how many of its steps have been. */
  #block: Block | undefined;
  #steps = 0;
  readonly #flow: ControlFlow;
  readonly #year: 2018 | 2019;
  readonly #memory: FastMemory;
  readonly #codeRange: { readonly low: number; readonly high: number };
  readonly #labels: Label[] = [];
  readonly #free: number[] = [];
  readonly #locals = new Map<string, number>();
  readonly #entryNumbers: Map<Block, number>;
  /** Cycles and instructions since the clock was last written. */
  #cycles = 0;
  #instructions = 0;

  constructor(
    flow: ControlFlow,
    variant: CoreVariant,
    memory: FastMemory,
    codeRange: { readonly low: number; readonly high: number },
    countVisits: boolean,
  ) {
    this.#flow = flow;
    this.#countVisits = countVisits;
    this.#year = variant.release === "2018_01" ? 2018 : 2019;
    this.#memory = memory;
    this.#codeRange = codeRange;
    this.#entryNumbers = new Map(flow.root.next.map(([number, block]) => [block, number]));
    for (let i = BORROWED_COUNT - 1; i >= 0; i--) this.#free.push(BORROWED + i);
  }

  write(): void {
    const { code } = this;
    for (let i = 1; i < 32; i++) this.#load(REGISTER + i, REGISTERS_AT + 4 * i);
    for (let i = 0; i < 2; i++) this.#load(LOOP_COUNT + i, LOOP_COUNTS_AT + 4 * i);
    code.constant(0).memory(WASM.i64Load, CLOCK_AT).index(WASM.localSet, CLOCK);
    this.#inside(WASM.block, { kind: "leave" }, () => this.#writeRoot());
    for (let i = 1; i < 32; i++) this.#store(REGISTER + i, REGISTERS_AT + 4 * i);
    for (let i = 0; i < 2; i++) this.#store(LOOP_COUNT + i, LOOP_COUNTS_AT + 4 * i);
    code.constant(0).index(WASM.localGet, CLOCK).memory(WASM.i64Store, CLOCK_AT);
    code.index(WASM.localGet, EXIT_NUMBER);
  }

  #load(local: number, at: number): void {
    this.code.constant(0).memory(WASM.i32Load, at).index(WASM.localSet, local);
  }

  #store(local: number, at: number): void {
    this.code.constant(0).index(WASM.localGet, local).memory(WASM.i32Store, at);
  }

  #inside(opcode: number, label: Label, write: () => void): void {
    this.code.begin(opcode);
    this.#labels.push(label);
    write();
    this.#labels.pop();
    this.code.op(WASM.end);
  }

  /** All entries, behind a table. */
  #writeRoot(): void {
    const { root } = this.#flow;
    this.#inside(WASM.loop, { kind: "dispatch" }, () => {
      this.#around(root.children, () => {
        const { code } = this;
        for (const [number, block] of root.next) {
          this.#past(LIMIT, () => {
            code.index(WASM.localGet, SELECTOR).constant(number).op(WASM.i32Eq).begin(WASM.if);
            this.#labels.push({ kind: "plain" });
            this.#exit(block.node!);
            this.#labels.pop();
            code.op(WASM.end);
          });
        }
        code.index(WASM.localGet, SELECTOR).op(WASM.brTable).unsigned(root.next.length - 1);
        for (const [, block] of root.next) code.unsigned(this.#depth((label) => label.block === block));
      });
    });
  }

  /** Code for when the clock has reached its limit. */
  #past(limit: number, write: () => void): void {
    this.code.index(WASM.localGet, CLOCK).index(WASM.localGet, limit).op(WASM.i64GeS).begin(WASM.if);
    this.#labels.push({ kind: "plain" });
    write();
    this.#labels.pop();
    this.code.op(WASM.end);
  }

  #depth(wanted: (label: Label) => boolean): number {
    for (let i = this.#labels.length - 1; i >= 0; i--) {
      if (wanted(this.#labels[i])) return this.#labels.length - 1 - i;
    }
    throw new Error("Cannot translate: a block is not where its dominator is");
  }

  /** A block, and behind it those that it dominates and that are reached from more than one place. */
  #writeTree(block: Block): void {
    this.#block = undefined;
    const write = () => this.#around(block.children.filter(isMerge), () => this.#writeBlock(block));
    if (!block.isLoop) return write();
    this.#writeClock();
    this.#inside(WASM.loop, { kind: "loop", block }, () => {
      this.#past(block.isEntry ? LIMIT : LAST_LIMIT, () => this.#exit(block.node!));
      write();
    });
  }

  /** Writes code inside of blocks that end where others begin. */
  #around(merges: readonly Block[], write: () => void): void {
    const last = merges.at(-1);
    if (last === undefined) return write();
    this.#inside(WASM.block, { kind: "block", block: last }, () => this.#around(merges.slice(0, -1), write));
    this.#cycles = this.#instructions = 0;
    this.#writeTree(last);
  }

  #goTo(from: Block, target: Block): void {
    const { code } = this;
    if (target.isExit) return this.#exit(target.node!);
    if (target.order <= from.order) {
      this.#writeClock();
      if (dominates(target, from)) {
        code.index(WASM.br, this.#depth((label) => label.kind === "loop" && label.block === target));
      } else {
        code.constant(this.#entryNumbers.get(target)!).index(WASM.localSet, SELECTOR);
        code.index(WASM.br, this.#depth((label) => label.kind === "dispatch"));
      }
    } else if (isMerge(target)) {
      this.#writeClock();
      code.index(WASM.br, this.#depth((label) => label.kind === "block" && label.block === target));
    } else this.#writeTree(target);
  }

  /** Ends the code at a node of which nothing has been done. */
  #exit(node: TimingNode): void {
    const block = this.#steps < (this.#block?.steps.length ?? 0) ? this.#block : undefined;
    const key = block === undefined ? `${node.id}` : `${node.id},${block.order},${this.#steps}`;
    let number = this.#exitNumbers.get(key);
    if (number === undefined) {
      this.#exitNumbers.set(key, number = this.exits.push({ node, block, steps: this.#steps }) - 1);
    }
    const { code } = this;
    const [cycles, instructions] = [this.#cycles, this.#instructions];
    this.#writeClock();
    [this.#cycles, this.#instructions] = [cycles, instructions];
    code.constant(number).index(WASM.localSet, EXIT_NUMBER);
    code.index(WASM.br, this.#depth((label) => label.kind === "leave"));
  }

  #writeClock(): void {
    if (this.#cycles === 0 && this.#instructions === 0) return;
    const { code } = this;
    code.index(WASM.localGet, CLOCK).constant64(this.#cycles, this.#instructions);
    code.op(WASM.i64Add).index(WASM.localSet, CLOCK);
    this.#cycles = this.#instructions = 0;
  }

  #writeBlock(block: Block): void {
    if (this.#countVisits) this.#writeVisit(block);
    const last = block.steps.length - 1;
    block.steps.forEach((step, index) => {
      const only = index < last || block.next.length === 1 ? step.ways[0] : undefined;
      this.#block = block;
      this.#steps = index;
      this.#writeStep(step, only?.[0], block);
    });
    this.#block = undefined;
    if (block.next.length === 1) this.#goTo(block, block.next[0][1]);
  }

  #writeVisit(block: Block): void {
    if (this.counted.length === MOST_COUNTED) throw new Error("Cannot translate: there are too many blocks to count");
    const at = VISITS_AT + 4 * (this.counted.push(block) - 1);
    this.code.constant(0).constant(0).memory(WASM.i32Load, at).constant(1).op(WASM.i32Add).memory(WASM.i32Store, at);
  }

  /** A step. With one answer, any other ends the code before anything is done; with several, they are told apart. */
  #writeStep({ node }: Step, only: number | undefined, block: Block): void {
    const { code } = this;
    const { question, op } = node;
    if (node.kind === DECIDE) {
      const { kind, register, value } = question!;
      if (kind === ASK_LOOP) {
        code.index(WASM.localGet, LOOP_COUNT + register).constant(value).op(WASM.i32GtU);
        return this.#decide(node, only, block, true);
      }
      this.#pushRegister(register);
      if (kind === ASK_TARGET) code.constant(value).op(WASM.i32Add).constant(-2).op(WASM.i32And);
      else this.#writeShift(value);
      return this.#decide(node, only, block, false);
    }
    const operation = operationOf(op!.decoded!.instruction, this.#year);
    const locals: number[] = [];
    for (const statement of operation) {
      if (statement.kind !== "let") continue;
      this.#push(statement.value, op!, node);
      const local = this.#borrow();
      locals.push(local);
      this.#locals.set(statement.name, local);
      code.index(WASM.localSet, local);
    }
    if (op!.isLoad || op!.isStore) this.#writeAccess(operation, op!, node, only, block);
    else this.#writeComputing(operation, op!, node, only, block);
    for (const local of locals) this.#free.push(local);
    this.#locals.clear();
  }

  #count(node: TimingNode): void {
    for (let loop = 0; loop < 2; loop++) {
      if ((node.counted >>> loop & 1) === 0) continue;
      const local = LOOP_COUNT + loop;
      this.code.index(WASM.localGet, local).constant(-1).op(WASM.i32Add).index(WASM.localSet, local);
    }
    this.#cycles += node.cycles;
    this.#instructions++;
    this.#steps++;
  }

  #writeComputing(
    operation: Operation,
    op: MicroOperation,
    node: TimingNode,
    only: number | undefined,
    block: Block,
  ): void {
    const { code } = this;
    const { question } = node;
    let decision: number | undefined;
    if (question?.kind === ASK_TAKEN) {
      const branch = operation.find((statement) => statement.kind === "branch")!;
      this.#push(branch.condition, op, node);
    } else if (question?.kind === ASK_DIVISOR) {
      this.#pushRegister(op.rs2);
      this.#writeShift(op.divide);
    }
    if (question !== undefined) {
      if (only !== undefined) this.#guard(node, only, question.kind === ASK_TAKEN);
      else {
        code.index(WASM.localSet, decision = this.#borrow());
        if (question.kind === ASK_DIVISOR) this.#guardAny(node, decision, block);
      }
    }
    this.#count(node);
    const writes: [register: number, local: number][] = [];
    for (const statement of operation) {
      if (statement.kind === "hwloop" && statement.part === "count") {
        this.#push(statement.value, op, node);
        code.index(WASM.localSet, LOOP_COUNT + op.L);
      }
      if (statement.kind !== "write") continue;
      const register = statement.register === "rd" ? op.rd : op.rs1;
      if (register === 0) continue;
      this.#push(statement.value, op, node);
      const local = operation.length === 1 ? REGISTER + register : this.#borrow();
      code.index(WASM.localSet, local);
      if (operation.length > 1) writes.push([register, local]);
    }
    this.#commit(writes);
    if (decision !== undefined) {
      code.index(WASM.localGet, decision);
      this.#free.push(decision);
      this.#decide(node, undefined, block, question!.kind === ASK_TAKEN);
    }
  }

  #commit(writes: readonly (readonly [register: number, local: number])[]): void {
    for (const [register, local] of writes) {
      this.code.index(WASM.localGet, local).index(WASM.localSet, REGISTER + register);
      this.#free.push(local);
    }
  }

  /** How far a divisor is shifted, of the divisor on the stack. */
  #writeShift(divide: number): void {
    const { code } = this;
    const divisor = this.#borrow(), negative = this.#borrow();
    code.index(WASM.localSet, divisor).constant(divide);
    writeDivisorShift(code, divisor, negative);
    this.#free.push(negative, divisor);
  }

  /** With the answer on the stack: ends the code at the node unless it is the only one that was met. */
  #guard(node: TimingNode, only: number, isBoolean: boolean): void {
    const { code } = this;
    if (isBoolean) {
      if (only === 1) code.op(WASM.i32Eqz);
    } else code.constant(only).op(WASM.i32Ne);
    this.#inside(WASM.if, { kind: "plain" }, () => this.#exit(node));
  }

  /** Ends the code at the node unless the answer in a local is one of those that were met. */
  #guardAny(node: TimingNode, answer: number, block: Block): void {
    const { code } = this;
    block.next.forEach(([value], index) => {
      code.index(WASM.localGet, answer).constant(value).op(WASM.i32Eq);
      if (index > 0) code.op(WASM.i32Or);
    });
    code.op(WASM.i32Eqz);
    this.#inside(WASM.if, { kind: "plain" }, () => this.#exit(node));
  }

  /** With the answer on the stack: goes where it leads; unmet answers end the code, if nothing has been done yet. */
  #decide(node: TimingNode, only: number | undefined, block: Block, isBoolean: boolean): void {
    if (only !== undefined) return this.#guard(node, only, isBoolean);
    const { code } = this;
    const [cycles, instructions] = [this.#cycles, this.#instructions];
    const branch = (target: Block) => {
      this.#block = undefined;
      [this.#cycles, this.#instructions] = [cycles, instructions];
      this.#goTo(block, target);
    };
    if (isBoolean) {
      const target = (answer: number) => block.next.find(([each]) => each === answer)![1];
      code.begin(WASM.if);
      this.#labels.push({ kind: "plain" });
      branch(target(1));
      code.op(WASM.else);
      branch(target(0));
      this.#labels.pop();
      code.op(WASM.end);
      [this.#cycles, this.#instructions] = [0, 0];
      return;
    }
    const answer = this.#borrow();
    code.index(WASM.localSet, answer);
    for (const [value, target] of block.next) {
      code.index(WASM.localGet, answer).constant(value).op(WASM.i32Eq);
      this.#inside(WASM.if, { kind: "plain" }, () => branch(target));
    }
    this.#free.push(answer);
    [this.#cycles, this.#instructions] = [cycles, instructions];
    if (node.kind === DECIDE) this.#exit(node);
    else code.op(WASM.unreachable);
    [this.#cycles, this.#instructions] = [0, 0];
  }

  #writeAccess(
    operation: Operation,
    op: MicroOperation,
    node: TimingNode,
    only: number | undefined,
    block: Block,
  ): void {
    const { code } = this;
    const access = operation.find((statement) =>
      statement.kind === "store" || statement.kind === "write" && statement.value.kind === "load"
    )!;
    const store = access.kind === "store" ? access : undefined;
    const load = access.kind === "write" && access.value.kind === "load" ? access.value : undefined;
    this.#push((store ?? load)!.address, op, node);
    const crossing = op.bytes === 1 ? undefined : this.#borrow();
    if (crossing !== undefined) code.index(WASM.localTee, crossing);
    this.#writeLocate(op, node);
    if (crossing !== undefined) {
      code.index(WASM.localGet, crossing).constant(3).op(WASM.i32And).constant(4 - op.bytes).op(WASM.i32GtU);
      if (only !== undefined) this.#guard(node, only, true);
      else code.index(WASM.localSet, crossing);
    }
    this.#count(node);
    const writes: [register: number, local: number][] = [];
    for (const statement of operation) {
      if (statement.kind === "store") {
        code.index(WASM.localGet, ADDRESS);
        this.#push(statement.value, op, node);
        code.memory(MEMORY_OPCODES[`store${op.bytes}`], 0);
      } else if (statement.kind === "write") {
        const register = statement.register === "rd" ? op.rd : op.rs1;
        if (register === 0) continue;
        if (statement.value.kind === "load") {
          code.index(WASM.localGet, ADDRESS).memory(MEMORY_OPCODES[`${op.bytes}${op.signed}`], 0);
        } else this.#push(statement.value, op, node);
        const local = this.#borrow();
        code.index(WASM.localSet, local);
        writes.push([register, local]);
      }
    }
    this.#commit(writes);
    if (crossing === undefined) return;
    if (only === undefined) code.index(WASM.localGet, crossing);
    this.#free.push(crossing);
    if (only === undefined) this.#decide(node, undefined, block, true);
  }

  /** With the address on the stack: leaves its place in the linear memory in ADDRESS, or ends the code. */
  #writeLocate(op: MicroOperation, node: TimingNode): void {
    const { code } = this;
    const { blocks } = this.#memory;
    const [first, ...others] = blocks;
    code.constant(first.offset - first.base).op(WASM.i32Add).index(WASM.localTee, ADDRESS);
    code.constant(first.offset).op(WASM.i32Sub).constant(first.bytes - op.bytes).op(WASM.i32GtU);
    const tryOthers = (index: number) => {
      if (index === others.length) return this.#exit(node);
      const { base, offset, bytes } = others[index];
      const before = index === 0 ? first : others[index - 1];
      const shift = offset - base - (before.offset - before.base);
      code.index(WASM.localGet, ADDRESS).constant(shift).op(WASM.i32Add).index(WASM.localTee, ADDRESS);
      code.constant(offset).op(WASM.i32Sub).constant(bytes - op.bytes).op(WASM.i32GtU);
      this.#inside(WASM.if, { kind: "plain" }, () => tryOthers(index + 1));
    };
    this.#inside(WASM.if, { kind: "plain" }, () => tryOthers(0));
    if (!op.isStore) return;
    const { low, high } = this.#codeRange;
    code.index(WASM.localGet, ADDRESS).constant(low - 3).op(WASM.i32Sub).constant(high - low + 3).op(WASM.i32LtU);
    this.#inside(WASM.if, { kind: "plain" }, () => this.#exit(node));
  }

  #push(expression: Expression, op: MicroOperation, node: TimingNode): void {
    const { code } = this;
    wasmExpression(code, expression, {
      operand: (name) => {
        switch (name) {
          case "rs1":
            return this.#pushRegister(op.rs1);
          case "rs2":
            return this.#pushRegister(op.rs2);
          case "rs3":
            return this.#pushRegister(op.rs3);
          case "rd":
            return this.#pushRegister(op.rd);
          default:
            code.constant(name === "pc" ? node.pc : op[name]);
        }
      },
      local: (name) => this.#locals.get(name)!,
      borrow: () => this.#borrow(),
      giveBack: (local) => this.#free.push(local),
    });
  }

  #pushRegister(register: number): void {
    if (register === 0) this.code.constant(0);
    else this.code.index(WASM.localGet, REGISTER + register);
  }

  #borrow(): number {
    const local = this.#free.pop();
    if (local === undefined) throw new Error("Cannot translate: an expression needs too many locals");
    return local;
  }
}

/** Whether a block is reached forwards from more than one place, so that it stands behind a label. */
function isMerge(block: Block): boolean {
  if (block.isExit) return false;
  return block.isEntry || block.previous.filter((before) => before.order >= 0 && before.order < block.order).length > 1;
}
