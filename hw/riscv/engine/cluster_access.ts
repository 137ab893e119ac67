/**
 * Accesses to the cluster's shared memory, as WebAssembly: asked for by an instruction, done with the grant.
 * @module
 */
import type { Instruction } from "../isa/instruction.ts";
import * as page from "./cluster_page.ts";
import { CORE, LAST_BLOCKED, NOW, OUTSIDE, SPECIAL } from "./cluster_locals.ts";
import { ADDRESS, AT, CROSSES, LoopWriter, PLACE, VALUE } from "./interpreter_module.ts";
import * as record from "./record.ts";
import { WASM, type WasmCode } from "./wasm_code.ts";
import { MEMORY_OPCODES } from "./wasm_memory.ts";

/** The shared memory, as the loop has to know it. */
export interface SharedMemory {
  /** Its lowest address, */
  readonly base: number;
  /** its size, */
  readonly bytes: number;
  /** where it begins in the linear memory, */
  readonly offset: number;
  /** and how far above it the same memory is test-and-set by reading. */
  readonly alias: number;
  /** Banks, a power of two, at most 32. */
  readonly banks: number;
  /** Ports of the channel that the cores ask on. */
  readonly ports: number;
}

/** Writes what an access to shared memory takes: what an instruction leaves behind, and what happens with the grant. */
export abstract class ClusterAccess extends LoopWriter {
  /** The shared memory. */
  protected readonly memory: SharedMemory;

  constructor(rows: readonly Instruction[], year: 2018 | 2019, memory: SharedMemory) {
    super(rows, year, false);
    this.memory = memory;
  }

  /** Pushes a local. */
  protected get(local: number): WasmCode {
    return this.code.index(WASM.localGet, local);
  }

  /** Takes a local from the stack. */
  protected set(local: number): WasmCode {
    return this.code.index(WASM.localSet, local);
  }

  /** Pushes a number of the core's part. */
  protected own(at: number): WasmCode {
    return this.get(CORE).memory(WASM.i32Load, at);
  }

  /** Adds one to a number there. */
  protected count(at: number): void {
    this.get(CORE);
    this.own(at).constant(1).op(WASM.i32Add).memory(WASM.i32Store, at);
  }

  /** Pushes the bank of the core's access. */
  protected bank(): WasmCode {
    return this.own(page.ACCESS_PLACE_AT).constant(2).op(WASM.i32ShrU).constant(this.memory.banks - 1).op(
      WASM.i32And,
    );
  }

  /** Pushes the cycle that lies so many after this one, as the board counts it. */
  protected absolute(later: number): WasmCode {
    this.get(NOW).constant(later).op(WASM.i32Add).op(WASM.f64ConvertI32S);
    return this.code.constant(0).memory(WASM.f64Load, page.EPOCH_AT).op(WASM.f64Add);
  }

  /** The core's access, which is granted. */
  protected perform(): void {
    const { code } = this;
    this.own(page.ACCESS_PLACE_AT);
    this.set(PLACE);

    const cases = page.NO_ACCESS + 1;
    code.begin(WASM.block);
    for (let i = 0; i < cases; i++) code.begin(WASM.block);
    this.own(page.ACCESS_AT).op(WASM.brTable).unsigned(cases - 1);
    for (let i = 0; i < cases; i++) code.unsigned(i);
    for (let access = 0; access < cases; access++) {
      code.op(WASM.end);
      if (access < page.NO_ACCESS) this.granted(access & 7, access & ~7);
      code.index(WASM.br, cases - 1 - access);
    }
    code.op(WASM.end);
  }

  /** A granted access of one kind. */
  protected granted(kind: number, special: number): void {
    const { code } = this;
    const stores = kind >= page.FIRST_STORE;
    const store = stores ? 1 << kind - page.FIRST_STORE : 0;
    const load = stores ? "" : page.LOAD_KINDS[kind];
    const bytes = stores ? store : Number(load[0]);
    if (special === page.FIRST_PART && bytes > 1) {
      if (stores) {
        this.word();
        this.word().memory(WASM.i32Load, 0).constant(-1);
        this.bitOffset().op(WASM.i32Shl).constant(-1).op(WASM.i32Xor).op(WASM.i32And);
        this.own(page.ACCESS_VALUE_AT);
        this.bitOffset().op(WASM.i32Shl).op(WASM.i32Or).memory(WASM.i32Store, 0);
      } else {
        this.get(CORE);
        this.word().memory(WASM.i32Load, 0).memory(WASM.i32Store, page.ACCESS_FIRST_AT);
      }
      this.get(CORE);
      this.get(PLACE).constant(4).op(WASM.i32Add).memory(WASM.i32Store, page.ACCESS_PLACE_AT);
      this.nowAccess(kind + page.SECOND_PART);
      return;
    }
    if (special === page.SECOND_PART && bytes > 1) {
      if (stores) {
        // The lanes that the first part left over.
        this.word();
        this.word().memory(WASM.i32Load, 0);
        this.leftOver(bytes).constant(-1).op(WASM.i32Xor).op(WASM.i32And);
        this.own(page.ACCESS_VALUE_AT).constant(32);
        this.bitOffset().op(WASM.i32Sub).op(WASM.i32ShrU);
        this.leftOver(bytes).op(WASM.i32And).op(WASM.i32Or).memory(WASM.i32Store, 0);
      } else {
        this.word().memory(WASM.i32Load, 0).constant(32);
        this.bitOffset().op(WASM.i32Sub).op(WASM.i32Shl);
        this.own(page.ACCESS_FIRST_AT);
        this.bitOffset().op(WASM.i32ShrU).op(WASM.i32Or);
        if (load === "2true") code.op(WASM.i32Extend16S);
        else if (load === "2false") code.constant(0xffff).op(WASM.i32And);
        this.set(VALUE);
        this.#writeRegister();
      }
    } else if (special === 0 && stores) {
      this.get(PLACE);
      this.own(page.ACCESS_VALUE_AT).memory(MEMORY_OPCODES[`store${bytes}`], 0);
    } else if (special === 0 || special === page.TEST_AND_SET && !stores) {
      this.get(PLACE).memory(MEMORY_OPCODES[load], 0);
      this.set(VALUE);
      this.#writeRegister();
      if (special === page.TEST_AND_SET) this.#lock(bytes);
    } else {
      code.op(WASM.unreachable);
      return;
    }
    this.nowAccess(page.NO_ACCESS);
  }

  /** What the core's access is from now on. */
  protected nowAccess(access: number): void {
    this.get(CORE).constant(access).memory(WASM.i32Store, page.ACCESS_AT);
  }

  /** Pushes the place of the register that is loaded; what has to be added to it. */
  protected loaded(): number {
    this.own(page.ACCESS_TARGET_AT);
    this.get(CORE).op(WASM.i32Add);
    return 0;
  }

  #writeRegister(): void {
    const further = this.loaded();
    this.get(VALUE).memory(WASM.i32Store, further);
  }

  /** Pushes the place of the access's word. */
  protected word(): WasmCode {
    return this.get(PLACE).constant(-4).op(WASM.i32And);
  }

  /** Pushes the first lane of the access, in bits. */
  protected bitOffset(): WasmCode {
    return this.get(PLACE).constant(3).op(WASM.i32And).constant(3).op(WASM.i32Shl);
  }

  /** Pushes the mask of the bits of the second word that a store writes. */
  protected leftOver(bytes: number): WasmCode {
    if (bytes === 2) return this.code.constant(0xff);
    this.code.constant(1);
    return this.bitOffset().op(WASM.i32Shl).constant(1).op(WASM.i32Sub);
  }

  /** After a test-and-set: the ones are written; the bank grants nobody in the cycle in which the hardware does that. */
  #lock(bytes: number): void {
    const { code } = this;
    this.get(PLACE).constant(-1).memory(MEMORY_OPCODES[`store${bytes}`], 0);
    this.get(OUTSIDE).op(WASM.i32Eqz).begin(WASM.if);
    this.bank().constant(3).op(WASM.i32Shl);
    this.absolute(2).memory(WASM.f64Store, page.FREE_FROM_AT);
    this.get(NOW).constant(1).op(WASM.i32Add);
    this.set(LAST_BLOCKED).constant(0).constant(0).memory(WASM.i32Load, page.TEST_AND_SETS_AT).constant(1).op(
      WASM.i32Add,
    );
    code.memory(WASM.i32Store, page.TEST_AND_SETS_AT).op(WASM.end);
  }

  protected override page(): void {
    this.get(CORE);
  }

  protected override place(field: number): number {
    this.field(field);
    this.get(CORE).op(WASM.i32Add);
    return 0;
  }

  protected override access(bytes: number, stores: boolean): void {
    const { code } = this;
    const { base, offset, bytes: size, alias } = this.memory;
    const place = (start: number) => {
      this.get(ADDRESS).constant(offset - start).op(WASM.i32Add).index(WASM.localTee, PLACE);
      code.constant(offset).op(WASM.i32Sub).constant(size - bytes).op(WASM.i32GtU);
    };
    if (bytes > 1) this.crossing(bytes);
    code.constant(0);
    this.set(SPECIAL);
    place(base);
    this.if(() => {
      place(base + alias);
      if (!stores && bytes > 1) {
        this.get(ADDRESS).constant(3).op(WASM.i32And).constant(4 - bytes).op(WASM.i32GtU).op(WASM.i32Or);
      }
      this.if(() => this.leave());
      if (!stores) {
        code.constant(page.TEST_AND_SET);
        this.set(SPECIAL);
      }
    });
    this.get(CORE);
    this.get(PLACE).memory(WASM.i32Store, page.ACCESS_PLACE_AT);
    this.get(CORE);
    this.get(AT).memory(WASM.i32Store, page.ACCESS_RECORD_AT);
  }

  protected override load(bytes: number, signed: boolean): undefined {
    this.get(CORE);
    this.field(record.RD);
    this.code.memory(WASM.i32Store, page.ACCESS_TARGET_AT);
    this.#ask(page.LOAD_KINDS.indexOf(`${bytes}${bytes === 4 || signed}`), bytes);
  }

  protected override store(bytes: number, value: () => void): void {
    this.get(CORE);
    value();
    this.code.memory(WASM.i32Store, page.ACCESS_VALUE_AT);
    this.#ask(page.FIRST_STORE + (31 - Math.clz32(bytes)), bytes);
  }

  #ask(kind: number, bytes: number): void {
    const { code } = this;
    this.get(CORE).constant(kind);
    this.get(SPECIAL).op(WASM.i32Add);
    if (bytes > 1) {
      this.get(CROSSES).constant(31 - Math.clz32(page.FIRST_PART)).op(WASM.i32Shl).op(WASM.i32Add);
    }
    code.memory(WASM.i32Store, page.ACCESS_AT);
  }
}
