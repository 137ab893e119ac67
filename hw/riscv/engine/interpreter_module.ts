/**
 * The interpreter's loop: generated from the instruction table, as WebAssembly.
 * @module
 */
import type { Instruction } from "../isa/instruction.ts";
import type { InstructionSet } from "../isa/decoder.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { operands } from "../isa/operands.ts";
import { type Expression, type OperandName, type Operation, operationOf } from "../isa/operation.ts";
import { LOOP_COUNTS_AT, LOOP_ENDS_AT, LOOP_STARTS_AT, REGISTERS_AT } from "./engine_page.ts";
import * as record from "./record.ts";
import { type FunctionImport, WASM, WasmCode } from "./wasm_code.ts";
import { wasmExpression } from "./wasm_expression.ts";
import { writeDivisorShift } from "./wasm_memory.ts";

/** Locals: record, then the address, its place, whether it crosses, a value; what expressions borrow; clock and limit. */
export const AT = 0, ADDRESS = 1, PLACE = 2, CROSSES = 3, VALUE = 4, BORROWED = 5, BORROWED_COUNT = 16;
export const LOCALS: number = BORROWED + BORROWED_COUNT - ADDRESS,
  CLOCK: number = BORROWED + BORROWED_COUNT,
  LIMIT: number = CLOCK + 1;

/** Imported functions: the record to go on with, for a record that is not filled, and for a record and an answer. */
export const RESOLVE_FUNCTION = 0;
const ANSWER_FUNCTION = 1;
export const RESOLVER_IMPORTS: readonly FunctionImport[] = [
  { name: "resolve", parameters: 1 },
  { name: "answer", parameters: 2 },
];

/** Signature of the loop: runs from a record until the clock reaches a limit; gives the record that comes next. */
export type InterpreterLoop = (at: number) => number;

const codes = new Map<InstructionSet, ReadonlyMap<Instruction, number>>();

/** What stands for each row of a core's instruction table in records, in the order of the loop's cases. */
export function codesOf({ instructions }: CoreVariant): ReadonlyMap<Instruction, number> {
  let found = codes.get(instructions);
  if (found === undefined) {
    const rows = instructions.instructions.filter((row) => row.expands === undefined);
    codes.set(instructions, found = new Map(rows.map((row, index) => [row, record.FIRST_INSTRUCTION + index])));
  }
  return found;
}

const codesByRow = new Map<InstructionSet, Int32Array>();

/** The same, by the rows' numbers. */
export function codesByRowOf(variant: CoreVariant): Int32Array {
  const { instructions } = variant;
  let found = codesByRow.get(instructions);
  if (found === undefined) {
    const codes = codesOf(variant);
    found = Int32Array.from(instructions.instructions, (row) => codes.get(row) ?? record.STOP);
    codesByRow.set(instructions, found);
  }
  return found;
}

/** Whether an instruction needs nothing but registers and memory. */
export function isInterpreted(row: Instruction): boolean {
  return !["csr", "fence", "ecall", "ebreak", "mret", "wfi", "eventLoad"].includes(row.timing);
}

/**
 * Writes a loop over records: `br_table` over what they do. How registers and memory are reached, and when the clock is
 * looked at, is for whoever extends it.
 */
export abstract class LoopWriter {
  /** The code. */
  protected readonly code: WasmCode = new WasmCode();
  /** Labels between the code being written and the dispatch; the way out of it is the label above that. */
  protected depth = 0;
  readonly #rows: readonly Instruction[];
  readonly #year: 2018 | 2019;
  readonly #countVisits: boolean;
  readonly #free: number[] = [];
  readonly #locals = new Map<string, number>();

  constructor(rows: readonly Instruction[], year: 2018 | 2019, countVisits: boolean) {
    this.#rows = rows;
    this.#year = year;
    this.#countVisits = countVisits;
    for (let i = BORROWED_COUNT - 1; i >= 0; i--) this.#free.push(BORROWED + i);
  }

  /** Pushes the start of the page with the core's registers. */
  protected abstract page(): void;
  /** Pushes the place of a register, given as a field of the record; what has to be added to it. */
  protected abstract place(field: number): number;
  /** Leaves the loop at a record of which nothing is executed. */
  protected abstract leave(): void;
  /** A request to shared memory. */
  protected abstract request(): void;
  /** Goes on with the record whose address is on the stack, unless the clock has reached its limit. */
  protected abstract goOnInTime(): void;
  /** Finds the place of an access whose address is in ADDRESS, and, of several bytes, whether it crosses a word; or leaves. */
  protected abstract access(bytes: number, stores: boolean): void;
  /** Loads from there; the local that holds the value, if it is there already. */
  protected abstract load(bytes: number, signed: boolean): number | undefined;
  /** Stores a value there. */
  protected abstract store(bytes: number, value: () => void): void;

  /** Writes the dispatch and what follows it for each kind of record. */
  protected dispatch(): void {
    const { code } = this;
    const cases = [
      () => this.#resolve(),
      () => this.leave(),
      () => this.#count(),
      () => this.#askLoop(),
      () => this.#askTarget(),
      () => this.#askGhost(),
      () => this.request(),
      () => this.#pass(),
      ...this.#rows.map((row) => () => this.#instruction(row)),
    ];
    for (let i = 0; i < cases.length; i++) code.begin(WASM.block);
    this.field(record.CODE);
    code.op(WASM.brTable).unsigned(cases.length);
    for (let i = 0; i < cases.length; i++) code.unsigned(i);
    code.unsigned(record.STOP);
    cases.forEach((write, index) => {
      code.op(WASM.end);
      this.depth = cases.length - 1 - index;
      write();
    });
  }

  /** Pushes a number of the record. */
  protected field(field: number): void {
    this.code.index(WASM.localGet, AT).memory(record.isHalf(field) ? WASM.i32Load16U : WASM.i32Load, field);
  }

  /** Goes on with the record whose address is on the stack. */
  protected goOn(): void {
    this.code.index(WASM.localSet, AT).index(WASM.br, this.depth);
  }

  /** An if on the number on the stack. */
  protected if(write: () => void): void {
    this.code.begin(WASM.if);
    this.depth++;
    write();
    this.depth--;
    this.code.op(WASM.end);
  }

  #resolve(): void {
    this.code.index(WASM.localGet, AT).index(WASM.call, RESOLVE_FUNCTION);
    this.goOn();
  }

  #count(): void {
    const code = this.code;
    for (let loop = 0; loop < 2; loop++) {
      const at = LOOP_COUNTS_AT + 4 * loop;
      this.page();
      this.page();
      code.memory(WASM.i32Load, at);
      this.field(record.IMM);
      code.constant(loop).op(WASM.i32ShrU).constant(1).op(WASM.i32And).op(WASM.i32Sub).memory(WASM.i32Store, at);
    }
    this.field(record.NEXT0);
    this.goOnInTime();
  }

  #askLoop(): void {
    const code = this.code;
    this.field(record.NEXT1);
    this.field(record.NEXT0);
    const further = this.place(record.RS1);
    code.memory(WASM.i32Load, LOOP_COUNTS_AT + further);
    this.field(record.IMM);
    code.op(WASM.i32GtU).op(WASM.select);
    this.goOnInTime();
  }

  #pass(): void {
    this.cycles();
    this.code.index(WASM.localSet, CLOCK);
    this.field(record.NEXT0);
    this.goOn();
  }

  #askTarget(): void {
    const code = this.code;
    this.#register(record.RS1);
    this.field(record.IMM);
    code.op(WASM.i32Add).constant(-2).op(WASM.i32And).index(WASM.localTee, VALUE);
    this.field(record.TABLE_MASK);
    code.op(WASM.i32And).constant(record.TABLE_FACTOR).op(WASM.i32Mul);
    this.field(record.TABLE);
    code.op(WASM.i32Add).index(WASM.localTee, ADDRESS);
    code.memory(WASM.i32Load, 0).index(WASM.localGet, VALUE).op(WASM.i32Eq);
    this.if(() => {
      code.index(WASM.localGet, ADDRESS).memory(WASM.i32Load, 4);
      this.goOn();
    });
    this.#askAnswer();
  }

  #askGhost(): void {
    this.#register(record.RS1);
    this.code.index(WASM.localSet, ADDRESS);
    this.field(record.IMM);
    writeDivisorShift(this.code, ADDRESS, VALUE);
    this.code.index(WASM.localSet, VALUE);
    this.#goToAnswer();
  }

  /** With the answer in VALUE: the record that it led to last time, or whichever it leads to. */
  #goToAnswer(): void {
    const code = this.code;
    code.index(WASM.localGet, VALUE);
    this.field(record.ANSWER);
    code.op(WASM.i32Eq);
    this.if(() => {
      this.field(record.NEXT1);
      this.goOn();
    });
    this.#askAnswer();
  }

  #askAnswer(): void {
    this.code.index(WASM.localGet, AT).index(WASM.localGet, VALUE).index(WASM.call, ANSWER_FUNCTION);
    this.goOn();
  }

  #register(field: number): void {
    const further = this.place(field);
    this.code.memory(WASM.i32Load, REGISTERS_AT + further);
  }

  #push(expression: Expression): void {
    const code = this.code;
    const registers: Partial<Record<OperandName, number>> = {
      rs1: record.RS1,
      rs2: record.RS2,
      rs3: record.RS3,
      rd: record.RD,
    };
    const fields: Partial<Record<OperandName, number>> = {
      imm: record.IMM,
      imm2: record.IMM2,
      pc: record.PC,
      size: record.BYTES,
      L: record.LOOP_NUMBER,
    };
    wasmExpression(code, expression, {
      operand: (name) => registers[name] !== undefined ? this.#register(registers[name]) : this.field(fields[name]!),
      local: (name) => this.#locals.get(name)!,
      borrow: () => this.#free.pop()!,
      giveBack: (local) => this.#free.push(local),
    });
  }

  #instruction(row: Instruction): void {
    if (!isInterpreted(row)) return this.leave();
    this.body(row);
    this.#tick();
    if (row.timing === "div") return this.#goToAnswer();
    const { memory } = operands(row);
    const jumps = ["branch", "jump", "jumpRegister"].includes(row.timing);
    const goOn = () => jumps ? this.goOnInTime() : this.goOn();
    if (row.timing === "branch" || memory !== undefined && memory.bytes > 1) {
      this.code.index(WASM.localGet, CROSSES);
      this.if(() => {
        this.field(record.NEXT1);
        goOn();
      });
    }
    this.field(record.NEXT0);
    goOn();
  }

  /** What an instruction does; leaves in CROSSES which way it goes on, and in VALUE how far its divisor is shifted. */
  protected body(row: Instruction): void {
    const operation = operationOf(row, this.#year);
    const code = this.code;
    const borrowed: number[] = [];
    const keep = (expression: Expression): number => {
      this.#push(expression);
      const local = this.#free.pop()!;
      borrowed.push(local);
      code.index(WASM.localSet, local);
      return local;
    };
    for (const statement of operation) {
      if (statement.kind === "let") this.#locals.set(statement.name, keep(statement.value));
    }
    const { memory } = operands(row);
    if (memory !== undefined) {
      this.#address(operation);
      this.access(memory.bytes, memory.kind === "store");
    } else if (row.timing === "div") {
      this.#register(record.RS2);
      code.index(WASM.localSet, ADDRESS).constant(row.name.endsWith("u") ? 1 : 2);
      writeDivisorShift(code, ADDRESS, VALUE);
      code.index(WASM.localSet, VALUE);
    }
    const writes: [field: number, local: number][] = [];
    for (const statement of operation) {
      switch (statement.kind) {
        case "write": {
          const field = statement.register === "rd" ? record.RD : record.POINTER;
          if (statement.value.kind !== "load") {
            writes.push([field, keep(statement.value)]);
            break;
          }
          const local = this.load(statement.value.bytes, statement.value.signed);
          if (local !== undefined) writes.push([field, local]);
          break;
        }
        case "store": {
          const { bytes, value } = statement;
          this.store(bytes, () => this.#push(value));
          break;
        }
        case "hwloop":
          this.page();
          this.field(record.LOOP_NUMBER);
          code.constant(2).op(WASM.i32Shl).op(WASM.i32Add);
          this.#push(statement.value);
          code.memory(
            WASM.i32Store,
            { start: LOOP_STARTS_AT, end: LOOP_ENDS_AT, count: LOOP_COUNTS_AT }[statement.part],
          );
          break;
        case "branch":
          this.#push(statement.condition);
          code.index(WASM.localSet, CROSSES);
          break;
      }
    }
    for (const [field, local] of writes) {
      const further = this.place(field);
      code.index(WASM.localGet, local).memory(WASM.i32Store, REGISTERS_AT + further);
    }
    for (const local of borrowed) this.#free.push(local);
    this.#locals.clear();
  }

  /** Pushes the clock after the cycles of the record. */
  protected cycles(): void {
    const { code } = this;
    code.index(WASM.localGet, CLOCK);
    code.index(WASM.localGet, AT).memory(WASM.i64Load32U, record.CYCLES).constant64(0, 32).op(WASM.i64Shl);
    code.op(WASM.i64Add);
  }

  /** Leaves in CROSSES whether an access crosses a word. */
  protected crossing(bytes: number): void {
    const { code } = this;
    code.index(WASM.localGet, ADDRESS).constant(3).op(WASM.i32And).constant(4 - bytes).op(WASM.i32GtU);
    code.index(WASM.localSet, CROSSES);
  }

  /** The cycles of the record, one instruction, and its visit. */
  #tick(): void {
    const { code } = this;
    code.index(WASM.localGet, CLOCK).index(WASM.localGet, AT).memory(WASM.i64Load, record.TICK);
    code.op(WASM.i64Add).index(WASM.localSet, CLOCK);
    if (!this.#countVisits) return;
    code.index(WASM.localGet, AT);
    this.field(record.VISITS);
    code.constant(1).op(WASM.i32Add).memory(WASM.i32Store, record.VISITS);
  }

  /** Leaves an access's address in ADDRESS. */
  #address(operation: Operation): void {
    for (const statement of operation) {
      if (statement.kind === "store") this.#push(statement.address);
      else if (statement.kind === "write" && statement.value.kind === "load") this.#push(statement.value.address);
    }
    this.code.index(WASM.localSet, ADDRESS);
  }
}
