/**
 * The loop of several cores that share banked memory: each runs ahead to its next request; requests are granted cycle by
 * cycle. Generated as WebAssembly.
 * @module
 */
import type { Instruction } from "../isa/instruction.ts";
import * as page from "./cluster_page.ts";
import { CLOCK_AT } from "./engine_page.ts";
import {
  ADDRESS,
  AT,
  CLOCK,
  CROSSES,
  LIMIT,
  LOCALS,
  LoopWriter,
  PLACE,
  RESOLVER_IMPORTS,
  VALUE,
} from "./interpreter_module.ts";
import * as record from "./record.ts";
import { WASM, type WasmCode, wasmModule } from "./wasm_code.ts";
import { MEMORY_OPCODES } from "./wasm_memory.ts";

/** Cycles that a core runs ahead of the others if it asks for nothing; its next request is then less than a ring away. */
const RUN_AHEAD_CYCLES = 1024;

/** Locals: the core's part of the page; cycle; masks of cores; scratch. */
const CORE = CLOCK + 1,
  NOW = CORE + 1,
  UNTIL = CORE + 2,
  WINNERS = CORE + 3,
  LOSERS = CORE + 4,
  OTHERS = CORE + 5,
  MASK = CORE + 6,
  SEEN = CORE + 7,
  TWICE = CORE + 8,
  REST = CORE + 9,
  BIT = CORE + 10,
  BEST = CORE + 11,
  LAST_BLOCKED = CORE + 12,
  OUTSIDE = CORE + 13,
  SPECIAL = CORE + 14,
  MORE_LOCALS = 15;

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

/** The loop for some rows of the table, whose codes are their places from `FIRST_INSTRUCTION` on. */
export function clusterModule(
  rows: readonly Instruction[],
  year: 2018 | 2019,
  memory: SharedMemory,
  pages: number,
): Uint8Array<ArrayBuffer> {
  return wasmModule(new ClusterLoop(rows, year, memory).write(), {
    parameters: ["i32", "i64"],
    locals32: LOCALS,
    locals64: 1,
    more32: MORE_LOCALS,
    pages,
    imports: RESOLVER_IMPORTS,
  });
}

class ClusterLoop extends LoopWriter {
  readonly #memory: SharedMemory;

  constructor(rows: readonly Instruction[], year: 2018 | 2019, memory: SharedMemory) {
    super(rows, year, false);
    this.#memory = memory;
  }

  write(): WasmCode {
    const { code } = this;
    const parameters: [number, number][] = [
      [NOW, page.NOW_AT],
      [UNTIL, page.UNTIL_AT],
      [WINNERS, page.WINNERS_AT],
      [LOSERS, page.LOSERS_AT],
      [OTHERS, page.OTHERS_AT],
      [OUTSIDE, page.OUTSIDE_AT],
    ];
    for (const [local, at] of parameters) code.constant(0).memory(WASM.i32Load, at).index(WASM.localSet, local);
    // Whatever was locked before may still be.
    this.#get(NOW).constant(1).op(WASM.i32Add).index(WASM.localSet, LAST_BLOCKED);
    this.#setLimit();
    code.begin(WASM.block).begin(WASM.loop);
    this.#schedule();
    code.begin(WASM.block).begin(WASM.block).begin(WASM.block).begin(WASM.block).begin(WASM.loop);
    this.dispatch();
    code.op(WASM.end).op(WASM.end);
    // Something that only the pipeline can do.
    this.#save();
    code.constant(0).constant(0).memory(WASM.i32Load, page.ESCAPED_AT);
    this.#coreBit(0).op(WASM.i32Or).memory(WASM.i32Store, page.ESCAPED_AT);
    code.index(WASM.br, 2).op(WASM.end);
    // Far enough ahead of the others.
    this.#save();
    this.#note(8, () => this.#cycleOfClock());
    code.index(WASM.br, 1).op(WASM.end);
    // A request.
    this.#save();
    this.#note(0, () => {
      this.#cycleOfClock();
      this.field(record.CYCLES);
      code.op(WASM.i32Add);
    });
    code.op(WASM.end).index(WASM.br, 0).op(WASM.end).op(WASM.end);
    code.constant(0);
    this.#get(NOW).memory(WASM.i32Store, page.NOW_AT);
    return code.constant(0);
  }

  #get(local: number): WasmCode {
    return this.code.index(WASM.localGet, local);
  }

  #set(local: number): WasmCode {
    return this.code.index(WASM.localSet, local);
  }

  /** Pushes a number of the core's part. */
  #own(at: number): WasmCode {
    return this.#get(CORE).memory(WASM.i32Load, at);
  }

  /** Adds one to a number there. */
  #count(at: number): void {
    this.#get(CORE);
    this.#own(at).constant(1).op(WASM.i32Add).memory(WASM.i32Store, at);
  }

  #save(): void {
    this.#get(CORE);
    this.#get(AT).memory(WASM.i32Store, page.RECORD_AT);
    this.#get(CORE);
    this.#get(CLOCK).memory(WASM.i64Store, CLOCK_AT);
  }

  #cycleOfClock(): void {
    this.#get(CLOCK).constant64(0, 32).op(WASM.i64ShrU).op(WASM.i32WrapI64);
  }

  /** Pushes the core's bit. */
  #coreBit(shift: number): WasmCode {
    this.code.constant(1 << shift);
    return this.#get(CORE).constant(31 - Math.clz32(page.CORE_BYTES)).op(WASM.i32ShrU).op(WASM.i32Shl);
  }

  /** Notes the core in the ring, for a cycle. */
  #note(shift: number, cycle: () => void): void {
    const { code } = this;
    cycle();
    code.constant(page.RING_SLOTS - 1).op(WASM.i32And).constant(1).op(WASM.i32Shl).index(WASM.localTee, PLACE);
    this.#get(PLACE).memory(WASM.i32Load16U, page.RING_AT);
    this.#coreBit(shift).op(WASM.i32Or).memory(WASM.i32Store16, page.RING_AT);
  }

  #setLimit(): void {
    this.#get(NOW).constant(RUN_AHEAD_CYCLES).op(WASM.i32Add).op(WASM.i64ExtendI32U).constant64(0, 32).op(WASM.i64Shl);
    this.#set(LIMIT);
  }

  /** Takes the lowest core out of a mask. */
  #pick(mask: number): void {
    this.#get(mask).op(WASM.i32Ctz).constant(31 - Math.clz32(page.CORE_BYTES)).op(WASM.i32Shl);
    this.#set(CORE);
    this.#dropLowest(mask);
  }

  #dropLowest(mask: number): WasmCode {
    this.#get(mask);
    this.#get(mask).constant(1).op(WASM.i32Sub).op(WASM.i32And);
    return this.#set(mask);
  }

  /** Finds the core that goes on, cycle by cycle. Around it lie the loop over cores and the way out. */
  #schedule(): void {
    const { code } = this;
    const chosen = 1, next = 1, out = 3;
    code.begin(WASM.loop).begin(WASM.block);
    const goOn = (mask: number, write: () => void): void => {
      this.#get(mask);
      code.begin(WASM.if);
      this.#pick(mask);
      this.#own(page.RECORD_AT);
      this.#set(AT);
      this.#get(CORE).memory(WASM.i64Load, CLOCK_AT);
      this.#set(CLOCK);
      write();
      code.index(WASM.br, chosen).op(WASM.end);
    };
    goOn(WINNERS, () => {
      this.#access();
      this.field(record.NEXT1);
      this.#set(AT);
    });
    goOn(LOSERS, () => {
      this.#get(CORE).constant(0).memory(WASM.i32Store, page.WON_AT);
      this.#count(page.REFUSED_AT);
      this.field(record.NEXT0);
      this.#set(AT);
    });
    goOn(OTHERS, () => {});
    this.#get(NOW);
    this.#get(UNTIL).op(WASM.i32GeS).constant(0).memory(WASM.i32Load, page.ESCAPED_AT).op(WASM.i32Or);
    code.index(WASM.brIf, out);
    this.#get(NOW).constant(1).op(WASM.i32Add).index(WASM.localTee, NOW);
    code.constant(page.RING_SLOTS - 1).op(WASM.i32And).constant(1).op(WASM.i32Shl).index(WASM.localTee, PLACE);
    code.memory(WASM.i32Load16U, page.RING_AT).index(WASM.localTee, MASK).op(WASM.i32Eqz).index(WASM.brIf, next);
    this.#get(PLACE).constant(0).memory(WASM.i32Store16, page.RING_AT);
    this.#setLimit();
    this.#get(MASK).constant(8).op(WASM.i32ShrU);
    this.#set(OTHERS);
    this.#get(MASK).constant(0xff).op(WASM.i32And).index(WASM.localTee, MASK).op(WASM.i32Eqz).index(WASM.brIf, next);
    this.#arbitrate();
    code.index(WASM.br, next).op(WASM.end).op(WASM.end);
  }

  /** Pushes the bank of the core's access. */
  #bank(): WasmCode {
    return this.#own(page.ACCESS_PLACE_AT).constant(2).op(WASM.i32ShrU).constant(this.#memory.banks - 1).op(
      WASM.i32And,
    );
  }

  /** The core of the lowest bit of a local, in CORE, without taking it out. */
  #lowestCore(mask: number): void {
    this.#get(mask).op(WASM.i32Ctz).constant(31 - Math.clz32(page.CORE_BYTES)).op(WASM.i32Shl);
    this.#set(CORE);
  }

  /** Divides the cores in MASK into winners and losers. */
  #arbitrate(): void {
    const { code } = this;
    code.constant(0);
    this.#set(SEEN).constant(0);
    this.#set(TWICE);
    this.#get(MASK);
    this.#set(REST).begin(WASM.loop);
    this.#lowestCore(REST);
    this.#dropLowest(REST).constant(1);
    this.#bank().op(WASM.i32Shl).index(WASM.localTee, BIT);
    this.#get(SEEN).op(WASM.i32And);
    this.#get(TWICE).op(WASM.i32Or);
    this.#set(TWICE);
    this.#get(SEEN);
    this.#get(BIT).op(WASM.i32Or);
    this.#set(SEEN);
    this.#get(REST).index(WASM.brIf, 0).op(WASM.end);
    this.#get(TWICE).op(WASM.i32Eqz);
    this.#get(NOW);
    this.#get(LAST_BLOCKED).op(WASM.i32GtS).op(WASM.i32And).begin(WASM.if);
    this.#get(MASK);
    this.#set(WINNERS).op(WASM.else);
    this.#arbitrateBanks();
    code.op(WASM.end);
  }

  /** The same, bank by bank, for those of SEEN. */
  #arbitrateBanks(): void {
    const { code } = this;
    this.#get(MASK);
    this.#set(REST).begin(WASM.loop);
    this.#lowestCore(REST);
    this.#bank().index(WASM.localTee, BIT);
    this.#get(BIT).memory(WASM.i32Load8U, page.REQUESTS_AT).constant(1);
    this.#get(REST).op(WASM.i32Ctz).op(WASM.i32Shl).op(WASM.i32Or).memory(WASM.i32Store8, page.REQUESTS_AT);
    this.#dropLowest(REST);
    this.#get(REST).index(WASM.brIf, 0).op(WASM.end);

    code.begin(WASM.loop);
    this.#get(SEEN).op(WASM.i32Ctz);
    this.#set(BIT);
    this.#dropLowest(SEEN);
    this.#get(BIT).memory(WASM.i32Load8U, page.REQUESTS_AT);
    this.#set(REST);
    this.#get(BIT).constant(0).memory(WASM.i32Store8, page.REQUESTS_AT);
    this.#get(BIT).constant(3).op(WASM.i32Shl).memory(WASM.f64Load, page.FREE_FROM_AT);
    this.#absolute(0).op(WASM.f64Gt).begin(WASM.if);
    this.#addTo(LOSERS, REST);
    code.op(WASM.else);
    // The smallest port XOR flag wins.
    this.#get(REST);
    this.#set(MASK).constant(-1);
    this.#set(BEST).begin(WASM.loop);
    this.#get(MASK).op(WASM.i32Ctz);
    this.#get(BIT).memory(WASM.i32Load8U, page.FLAGS0_AT).op(WASM.i32Xor).index(WASM.localTee, TWICE);
    this.#get(BEST);
    this.#get(TWICE);
    this.#get(BEST).op(WASM.i32LtU).op(WASM.select);
    this.#set(BEST);
    this.#dropLowest(MASK);
    this.#get(MASK).index(WASM.brIf, 0).op(WASM.end).constant(1);
    this.#get(BEST);
    this.#get(BIT).memory(WASM.i32Load8U, page.FLAGS0_AT).op(WASM.i32Xor).op(WASM.i32Shl).index(WASM.localTee, MASK);
    this.#get(WINNERS).op(WASM.i32Or);
    this.#set(WINNERS);
    this.#get(REST);
    this.#get(MASK).op(WASM.i32Xor).index(WASM.localTee, REST).begin(WASM.if);
    this.#addTo(LOSERS, REST);
    code.constant(0).constant(0).memory(WASM.i32Load, page.CONTENDED_AT).constant(1).op(WASM.i32Add);
    code.memory(WASM.i32Store, page.CONTENDED_AT).op(WASM.end).op(WASM.end);
    this.#get(SEEN).index(WASM.brIf, 0).op(WASM.end);
  }

  #addTo(mask: number, more: number): void {
    this.#get(mask);
    this.#get(more).op(WASM.i32Or);
    this.#set(mask);
  }

  /** Pushes the cycle that lies so many after this one, as the board counts it. */
  #absolute(later: number): WasmCode {
    this.#get(NOW).constant(later).op(WASM.i32Add).op(WASM.f64ConvertI32S);
    return this.code.constant(0).memory(WASM.f64Load, page.EPOCH_AT).op(WASM.f64Add);
  }

  /** The core's access, which is granted. */
  #access(): void {
    const { code } = this;
    this.#get(CORE).constant(1).memory(WASM.i32Store, page.WON_AT);
    this.#get(OUTSIDE).op(WASM.i32Eqz).begin(WASM.if);
    this.#count(page.GRANTED_AT);
    this.#bank().index(WASM.localTee, BIT).constant(0);
    this.#get(BIT).memory(WASM.i32Load8U, page.FLAGS0_AT).constant(1).op(WASM.i32Add).index(WASM.localTee, BEST);
    this.#get(BEST).constant(this.#memory.ports).op(WASM.i32Eq).op(WASM.select).memory(WASM.i32Store8, page.FLAGS0_AT);
    this.#get(BIT);
    this.#get(BIT).memory(WASM.i32Load8U, page.TURNS_AT).constant(1).op(WASM.i32Xor);
    code.memory(WASM.i32Store8, page.TURNS_AT).op(WASM.end);
    this.#own(page.ACCESS_PLACE_AT);
    this.#set(PLACE);

    const cases = page.NO_ACCESS + 1;
    code.begin(WASM.block);
    for (let i = 0; i < cases; i++) code.begin(WASM.block);
    this.#own(page.ACCESS_AT).op(WASM.brTable).unsigned(cases - 1);
    for (let i = 0; i < cases; i++) code.unsigned(i);
    for (let access = 0; access < cases; access++) {
      code.op(WASM.end);
      const special = access & ~7, kind = access & 7;
      if (kind >= page.FIRST_STORE) this.#granted(kind, special);
      else if (access < page.NO_ACCESS && kind < page.FIRST_STORE) this.#granted(kind, special);
      code.index(WASM.br, cases - 1 - access);
    }
    code.op(WASM.end);
  }

  /** A granted access of one kind. */
  #granted(kind: number, special: number): void {
    const { code } = this;
    const stores = kind >= page.FIRST_STORE;
    const store = stores ? 1 << kind - page.FIRST_STORE : 0;
    const load = stores ? "" : page.LOAD_KINDS[kind];
    const bytes = stores ? store : Number(load[0]);
    if (special === page.FIRST_PART && bytes > 1) {
      if (stores) {
        this.#word();
        this.#word().memory(WASM.i32Load, 0).constant(-1);
        this.#bitOffset().op(WASM.i32Shl).constant(-1).op(WASM.i32Xor).op(WASM.i32And);
        this.#own(page.ACCESS_VALUE_AT);
        this.#bitOffset().op(WASM.i32Shl).op(WASM.i32Or).memory(WASM.i32Store, 0);
      } else {
        this.#get(CORE);
        this.#word().memory(WASM.i32Load, 0).memory(WASM.i32Store, page.ACCESS_FIRST_AT);
      }
      this.#get(CORE);
      this.#get(PLACE).constant(4).op(WASM.i32Add).memory(WASM.i32Store, page.ACCESS_PLACE_AT);
      this.#get(CORE).constant(kind + page.SECOND_PART).memory(WASM.i32Store, page.ACCESS_AT);
      return;
    }
    if (special === page.SECOND_PART && bytes > 1) {
      if (stores) {
        // The lanes that the first part left over.
        this.#word();
        this.#word().memory(WASM.i32Load, 0);
        this.#leftOver(bytes).constant(-1).op(WASM.i32Xor).op(WASM.i32And);
        this.#own(page.ACCESS_VALUE_AT).constant(32);
        this.#bitOffset().op(WASM.i32Sub).op(WASM.i32ShrU);
        this.#leftOver(bytes).op(WASM.i32And).op(WASM.i32Or).memory(WASM.i32Store, 0);
      } else {
        this.#word().memory(WASM.i32Load, 0).constant(32);
        this.#bitOffset().op(WASM.i32Sub).op(WASM.i32Shl);
        this.#own(page.ACCESS_FIRST_AT);
        this.#bitOffset().op(WASM.i32ShrU).op(WASM.i32Or);
        if (load === "2true") code.op(WASM.i32Extend16S);
        else if (load === "2false") code.constant(0xffff).op(WASM.i32And);
        this.#set(VALUE);
        this.#writeRegister();
      }
    } else if (special === 0 && stores) {
      this.#get(PLACE);
      this.#own(page.ACCESS_VALUE_AT).memory(MEMORY_OPCODES[`store${bytes}`], 0);
    } else if (special === 0 || special === page.TEST_AND_SET && !stores) {
      this.#get(PLACE).memory(MEMORY_OPCODES[load], 0);
      this.#set(VALUE);
      this.#writeRegister();
      if (special === page.TEST_AND_SET) this.#lock(bytes);
    } else {
      code.op(WASM.unreachable);
      return;
    }
    this.#get(CORE).constant(page.NO_ACCESS).memory(WASM.i32Store, page.ACCESS_AT);
  }

  #writeRegister(): void {
    this.#own(page.ACCESS_TARGET_AT);
    this.#get(CORE).op(WASM.i32Add);
    this.#get(VALUE).memory(WASM.i32Store, 0);
  }

  /** Pushes the place of the access's word. */
  #word(): WasmCode {
    return this.#get(PLACE).constant(-4).op(WASM.i32And);
  }

  /** Pushes the first lane of the access, in bits. */
  #bitOffset(): WasmCode {
    return this.#get(PLACE).constant(3).op(WASM.i32And).constant(3).op(WASM.i32Shl);
  }

  /** Pushes the mask of the bits of the second word that a store writes. */
  #leftOver(bytes: number): WasmCode {
    if (bytes === 2) return this.code.constant(0xff);
    this.code.constant(1);
    return this.#bitOffset().op(WASM.i32Shl).constant(1).op(WASM.i32Sub);
  }

  /** After a test-and-set: the ones are written; the bank grants nobody in the cycle in which the hardware does that. */
  #lock(bytes: number): void {
    const { code } = this;
    this.#get(PLACE).constant(-1).memory(MEMORY_OPCODES[`store${bytes}`], 0);
    this.#get(OUTSIDE).op(WASM.i32Eqz).begin(WASM.if);
    this.#bank().constant(3).op(WASM.i32Shl);
    this.#absolute(2).memory(WASM.f64Store, page.FREE_FROM_AT);
    this.#get(NOW).constant(1).op(WASM.i32Add);
    this.#set(LAST_BLOCKED).constant(0).constant(0).memory(WASM.i32Load, page.TEST_AND_SETS_AT).constant(1).op(
      WASM.i32Add,
    );
    code.memory(WASM.i32Store, page.TEST_AND_SETS_AT).op(WASM.end);
  }

  protected override page(): void {
    this.#get(CORE);
  }

  protected override place(field: number): number {
    this.field(field);
    this.#get(CORE).op(WASM.i32Add);
    return 0;
  }

  protected override beforeStore(): void {}

  protected override leave(): void {
    this.code.index(WASM.br, this.depth + 1);
  }

  protected override request(): void {
    this.code.index(WASM.br, this.depth + 3);
  }

  protected override goOnInTime(): void {
    this.#set(AT);
    this.#get(CLOCK);
    this.#get(LIMIT).op(WASM.i64GeS).index(WASM.brIf, this.depth + 2).index(WASM.br, this.depth);
  }

  protected override access(bytes: number, stores: boolean): void {
    const { code } = this;
    const { base, offset, bytes: size, alias } = this.#memory;
    const place = (start: number) => {
      this.#get(ADDRESS).constant(offset - start).op(WASM.i32Add).index(WASM.localTee, PLACE);
      code.constant(offset).op(WASM.i32Sub).constant(size - bytes).op(WASM.i32GtU);
    };
    code.constant(0);
    this.#set(SPECIAL);
    place(base);
    this.if(() => {
      place(base + alias);
      if (!stores && bytes > 1) {
        this.#get(ADDRESS).constant(3).op(WASM.i32And).constant(4 - bytes).op(WASM.i32GtU).op(WASM.i32Or);
      }
      this.if(() => this.leave());
      if (!stores) {
        code.constant(page.TEST_AND_SET);
        this.#set(SPECIAL);
      }
    });
    this.#get(CORE);
    this.#get(PLACE).memory(WASM.i32Store, page.ACCESS_PLACE_AT);
    this.#get(CORE);
    this.#get(AT).memory(WASM.i32Store, page.ACCESS_RECORD_AT);
  }

  protected override load(bytes: number, signed: boolean): undefined {
    this.#get(CORE);
    this.field(record.RD);
    this.code.memory(WASM.i32Store, page.ACCESS_TARGET_AT);
    this.#ask(page.LOAD_KINDS.indexOf(`${bytes}${bytes === 4 || signed}`), bytes);
  }

  protected override store(bytes: number, value: () => void): void {
    this.#get(CORE);
    value();
    this.code.memory(WASM.i32Store, page.ACCESS_VALUE_AT);
    this.#ask(page.FIRST_STORE + (31 - Math.clz32(bytes)), bytes);
  }

  #ask(kind: number, bytes: number): void {
    const { code } = this;
    this.#get(CORE).constant(kind);
    this.#get(SPECIAL).op(WASM.i32Add);
    if (bytes > 1) {
      this.#get(CROSSES).constant(31 - Math.clz32(page.FIRST_PART)).op(WASM.i32Shl).op(WASM.i32Add);
    }
    code.memory(WASM.i32Store, page.ACCESS_AT);
  }
}
