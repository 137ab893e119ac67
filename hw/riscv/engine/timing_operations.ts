/**
 * Instructions where WebAssembly finds them.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import { type Operations, operationsOf } from "../ri5cy/operations.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { REGISTERS_AT } from "./engine_page.ts";
import { codesByRowOf } from "./interpreter_module.ts";
import { STOP } from "./record.ts";
import type { TimingMemory } from "./timing_memory.ts";
import * as page from "./timing_page.ts";

/** Where a register lies; writes to x0 go past the others. */
export function source(register: number): number {
  return REGISTERS_AT + 4 * register;
}

function target(register: number): number {
  return REGISTERS_AT + 4 * (register === 0 ? 32 : register);
}

/** The instructions of one memory, in the order in which they were met; the first one stands for those that had no room. */
export class TimingOperations {
  readonly #variant: CoreVariant;
  readonly #operations: Operations<MicroOperation>;
  readonly #codes: Int32Array;
  readonly #memory: TimingMemory;
  readonly #all: MicroOperation[] = [];

  /** @param memory where the table of instructions is empty */
  constructor(variant: CoreVariant, memory: TimingMemory) {
    this.#variant = variant;
    this.#operations = operationsOf(variant);
    this.#codes = codesByRowOf(variant);
    this.#memory = memory;
    this.#all.push(this.#operations.decode(0));
    memory.set(page.OPERATIONS + page.O_CODE, STOP);
  }

  /** The instruction at an address in the linear memory. */
  at(address: number): MicroOperation {
    return this.#all[(this.#memory.place(address) - page.OPERATIONS) / page.OPERATION_BYTES];
  }

  /** Gives a new instruction word an address, and puts it into the list that begins at another one. */
  add(word: number, head: number): number {
    const memory = this.#memory;
    if (this.#all.length === page.MOST_OPERATIONS) {
      memory.set(page.FULL, 1);
      return memory.address(page.OPERATIONS);
    }
    const op = this.#operations.decode(word);
    const place = page.OPERATIONS + page.OPERATION_BYTES * (this.#all.push(op) - 1);
    const set = (field: number, value: number) => memory.set(place + field, value);
    set(page.O_WORD, op.word);
    set(page.O_CLASS, op.timingClass);
    set(page.O_SOURCE_A, op.sourceA);
    set(page.O_SOURCE_B, op.sourceB);
    set(page.O_SOURCE_C, op.sourceC);
    set(page.O_ALU_TARGET, op.aluTarget);
    set(page.O_LOAD_TARGET, op.loadTarget);
    set(page.O_JUMP, op.jump);
    set(page.O_DIVIDE, op.divide);
    set(page.O_CODE, this.#codes[op.row]);
    set(page.O_RD, target(op.rd));
    set(page.O_RS1, source(op.rs1));
    set(page.O_RS2, source(op.rs2));
    set(page.O_RS3, op.isLoop ? op.L : source(op.rs3));
    set(page.O_IMM, op.imm);
    set(page.O_IMM2, op.imm2);
    // Only accesses move pointers, and only others want to know how long they are.
    set(page.O_POINTER, op.isLoad || op.isStore ? target(op.rs1) : op.size);
    const list = memory.place(head);
    set(page.O_NEXT, memory.get(list));
    memory.set(list, memory.address(place));
    return memory.address(place);
  }
}
