/**
 * The interpreter's loop of one core in private memory.
 * @module
 */
import type { Instruction } from "../isa/instruction.ts";
import { CLOCK_AT, LIMIT_AT } from "./engine_page.ts";
import { CODE_GRANULE_BYTES, type FastMemory, type MemoryBlock } from "./fast_memory.ts";
import {
  ADDRESS,
  AT,
  CLOCK,
  CROSSES,
  LOCALS,
  LoopWriter,
  PLACE,
  RESOLVE_FUNCTION,
  RESOLVER_IMPORTS,
  VALUE,
} from "./interpreter_module.ts";
import * as record from "./record.ts";
import { WASM, type WasmCode, wasmModule } from "./wasm_code.ts";
import { MEMORY_OPCODES } from "./wasm_memory.ts";

/**
 * The loop for some rows of the table, whose codes are their places from `FIRST_INSTRUCTION` on. The clock that it keeps is
 * cycles in the upper half of 64 bits and instructions in the lower one.
 */
export function interpreterModule(
  rows: readonly Instruction[],
  year: 2018 | 2019,
  memory: FastMemory,
  countVisits: boolean,
): Uint8Array<ArrayBuffer> {
  const writer = new CoreLoop(rows, year, memory, countVisits);
  const run = { name: "run", parameters: 1, locals32: LOCALS, locals64: 1, body: writer.write() };
  return wasmModule([run], { pages: memory.bytes.length >>> 16, imports: RESOLVER_IMPORTS });
}

/** The loop of one core in private memory. */
class CoreLoop extends LoopWriter {
  readonly #memory: FastMemory;

  constructor(rows: readonly Instruction[], year: 2018 | 2019, memory: FastMemory, countVisits: boolean) {
    super(rows, year, countVisits);
    this.#memory = memory;
  }

  write(): WasmCode {
    const { code } = this;
    code.begin(WASM.block).begin(WASM.loop);
    this.dispatch();
    code.op(WASM.end).op(WASM.end);
    code.constant(0).index(WASM.localGet, CLOCK).memory(WASM.i64Store, CLOCK_AT);
    return code.index(WASM.localGet, AT);
  }

  protected override page(): void {
    this.code.constant(0);
  }

  protected override place(field: number): number {
    this.field(field);
    return 0;
  }

  protected override leave(): void {
    this.code.index(WASM.br, this.depth + 1);
  }

  protected override request(): void {
    this.leave();
  }

  /** Each way around a loop of the program comes by here. */
  protected override goOnInTime(): void {
    const { code } = this;
    code.index(WASM.localSet, AT).index(WASM.localGet, CLOCK).constant(0).memory(WASM.i64Load, LIMIT_AT);
    code.op(WASM.i64GeS);
    code.index(WASM.brIf, this.depth + 1).index(WASM.br, this.depth);
  }

  protected override access(bytes: number, stores: boolean): void {
    const { code } = this;
    const { blocks, codeAt } = this.#memory;
    const place = ({ base, offset }: MemoryBlock) => {
      code.index(WASM.localGet, ADDRESS).constant(offset - base).op(WASM.i32Add).index(WASM.localTee, PLACE);
      code.constant(offset).op(WASM.i32Sub);
    };
    const tryBlock = (index: number): void => {
      if (index === blocks.length) return this.leave();
      place(blocks[index]);
      code.constant(blocks[index].bytes - bytes).op(WASM.i32GtU);
      this.if(() => tryBlock(index + 1));
    };
    const leaveAtCode = (further: number): void => {
      code.index(WASM.localGet, PLACE).constant(further).op(WASM.i32Add);
      code.constant(31 - Math.clz32(CODE_GRANULE_BYTES)).op(WASM.i32ShrU).memory(WASM.i32Load8U, codeAt);
      this.if(() => this.leave());
    };
    const tryAny = (): void => {
      if (bytes > 1) {
        this.crossing(bytes);
        if (stores) this.#beforeStore();
      }
      tryBlock(0);
      if (stores && bytes > 1) leaveAtCode(bytes - 1);
    };
    // In blocks of such sizes, one look at the address says both that it is inside and that it is aligned.
    const tryAligned = (index: number): void => {
      if (index === blocks.length) return tryAny();
      place(blocks[index]);
      code.constant(~(blocks[index].bytes - bytes)).op(WASM.i32And);
      this.if(() => tryAligned(index + 1));
    };
    if (blocks.some((block) => (block.bytes & block.bytes - 1) !== 0)) tryAny();
    else {
      if (bytes > 1) code.constant(0).index(WASM.localSet, CROSSES);
      tryAligned(0);
    }
    if (stores) leaveAtCode(0);
  }

  /**
   * A store that crosses a word is over a cycle later than one that does not: what is fetched in that cycle has to be
   * known before anything is stored.
   */
  #beforeStore(): void {
    const { code } = this;
    code.index(WASM.localGet, CROSSES);
    this.if(() => {
      this.field(record.NEXT1);
      code.memory(WASM.i32Load16U, record.CODE).op(WASM.i32Eqz);
      this.if(() => {
        this.field(record.NEXT1);
        code.index(WASM.call, RESOLVE_FUNCTION).index(WASM.localSet, VALUE);
      });
    });
  }

  protected override load(bytes: number, signed: boolean): number {
    this.code.index(WASM.localGet, PLACE).memory(MEMORY_OPCODES[`${bytes}${signed}`], 0).index(WASM.localSet, VALUE);
    return VALUE;
  }

  protected override store(bytes: number, value: () => void): void {
    this.code.index(WASM.localGet, PLACE);
    value();
    this.code.memory(MEMORY_OPCODES[`store${bytes}`], 0);
  }
}
