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
const RUN_AHEAD_CYCLES = 512;

/** Locals: the core's part of the page; cycle; masks of cores; scratch. */
export const CORE: number = CLOCK + 2, NOW: number = CORE + 1;
const UNTIL = CORE + 2,
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
  SEGMENT = CORE + 15,
  MORE_LOCALS = 16;
/** A 64-bit local for slots of the ring; LIMIT serves as another one. */
const BANK_BIT = CLOCK + 1;

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
  return clusterLoopModule(new ClusterLoop(rows, year, memory), pages);
}

/** The module of a loop. */
export function clusterLoopModule(loop: ClusterLoop, pages: number): Uint8Array<ArrayBuffer> {
  return wasmModule(loop.write(), {
    parameters: ["i32", "i64"],
    locals32: LOCALS,
    locals64: 2,
    more32: MORE_LOCALS,
    pages,
    imports: RESOLVER_IMPORTS,
  });
}

/** Writes it. Whoever extends it adds segments: what follows the grants of certain requests, without looking at records. */
export class ClusterLoop extends LoopWriter {
  /** The shared memory. */
  protected readonly memory: SharedMemory;

  constructor(rows: readonly Instruction[], year: 2018 | 2019, memory: SharedMemory) {
    super(rows, year, false);
    this.memory = memory;
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
    this.get(NOW).constant(1).op(WASM.i32Add).index(WASM.localSet, LAST_BLOCKED);
    code.begin(WASM.block).begin(WASM.loop);
    this.#schedule();
    code.begin(WASM.block);
    this.segments(SEGMENT);
    code.op(WASM.end);
    code.begin(WASM.block).begin(WASM.block).begin(WASM.block).begin(WASM.block).begin(WASM.loop);
    this.dispatch();
    code.op(WASM.end).op(WASM.end);
    // Something that only the pipeline can do.
    this.#save();
    this.get(CORE).constant(0).memory(WASM.i32Store, page.SEGMENT_AT);
    code.constant(0).constant(0).memory(WASM.i32Load, page.ESCAPED_AT);
    this.#coreBit(0).op(WASM.i32Or).memory(WASM.i32Store, page.ESCAPED_AT);
    code.index(WASM.br, 2).op(WASM.end);
    // Far enough ahead of the others.
    this.#save();
    this.get(CORE).constant(0).memory(WASM.i32Store, page.SEGMENT_AT);
    this.#slot(() => this.#cycleOfClock());
    this.get(PLACE).memory(WASM.i32Load, page.RING_AT);
    this.#coreBit(8).op(WASM.i32Or).memory(WASM.i32Store, page.RING_AT);
    code.index(WASM.br, 1).op(WASM.end);
    // A request.
    this.#save();
    this.#findSegment();
    this.noteRequest(() => {
      this.#cycleOfClock();
      this.field(record.CYCLES);
      code.op(WASM.i32Add);
    });
    code.op(WASM.end).index(WASM.br, 0).op(WASM.end).op(WASM.end);
    code.constant(0);
    this.get(NOW).memory(WASM.i32Store, page.NOW_AT);
    return code.constant(0);
  }

  protected get(local: number): WasmCode {
    return this.code.index(WASM.localGet, local);
  }

  protected set(local: number): WasmCode {
    return this.code.index(WASM.localSet, local);
  }

  /** Pushes a number of the core's part. */
  protected own(at: number): WasmCode {
    return this.get(CORE).memory(WASM.i32Load, at);
  }

  /** Adds one to a number there. */
  #count(at: number): void {
    this.get(CORE);
    this.own(at).constant(1).op(WASM.i32Add).memory(WASM.i32Store, at);
  }

  #save(): void {
    this.get(CORE);
    this.get(AT).memory(WASM.i32Store, page.RECORD_AT);
    this.get(CORE);
    this.get(CLOCK).memory(WASM.i64Store, CLOCK_AT);
  }

  #cycleOfClock(): void {
    this.get(CLOCK).constant64(0, 32).op(WASM.i64ShrU).op(WASM.i32WrapI64);
  }

  /** A request that was raised by a record: the segment that follows its grant, if there is one for this access. */
  #findSegment(): void {
    const { code } = this;
    const equals = (field: number, at: number) => {
      this.field(field);
      this.own(at).op(WASM.i32Eq);
    };
    this.get(CORE);
    this.field(record.SEGMENT);
    code.constant(0);
    equals(record.SEGMENT_RECORD, page.ACCESS_RECORD_AT);
    equals(record.SEGMENT_ACCESS, page.ACCESS_AT);
    code.op(WASM.i32And).op(WASM.select).memory(WASM.i32Store, page.SEGMENT_AT);
    this.get(AT);
    this.field(record.VISITS);
    code.constant(1).op(WASM.i32Add).memory(WASM.i32Store, 4 * record.VISITS);
    this.get(AT);
    this.own(page.ACCESS_RECORD_AT).memory(WASM.i32Store, 4 * record.LAST_RECORD);
    this.get(AT);
    this.own(page.ACCESS_AT).memory(WASM.i32Store, 4 * record.LAST_ACCESS);
    code.constant(0).constant(0).memory(WASM.i32Load, page.UNTRANSLATED_AT).constant(1).op(WASM.i32Add);
    code.memory(WASM.i32Store, page.UNTRANSLATED_AT);
  }

  /**
   * Segments, by a local; 0 is none. Around them lie a block, whose end goes on with a record, and the loop over cores.
   */
  protected segments(_segment: number): void {}

  /** Pushes the core's bit. */
  #coreBit(shift: number): WasmCode {
    this.code.constant(1 << shift);
    return this.get(CORE).constant(31 - Math.clz32(page.CORE_BYTES)).op(WASM.i32ShrU).op(WASM.i32Shl);
  }

  /** Leaves the place of a cycle's slot in PLACE, and pushes it. */
  #slot(cycle: () => void): WasmCode {
    cycle();
    this.code.constant(page.RING_SLOTS - 1).op(WASM.i32And).constant(31 - Math.clz32(page.SLOT_BYTES)).op(WASM.i32Shl);
    return this.code.index(WASM.localTee, PLACE);
  }

  /** Notes the core's request in the ring, for a cycle. */
  protected noteRequest(cycle: () => void): void {
    const { code } = this;
    this.#slot(cycle);
    this.get(PLACE).memory(WASM.i64Load, page.RING_AT).index(WASM.localTee, LIMIT);
    this.#coreBit(0).op(WASM.i64ExtendI32U).op(WASM.i64Or).constant(1);
    this.#bank().constant(16).op(WASM.i32Add).op(WASM.i32Shl).op(WASM.i64ExtendI32U).index(WASM.localTee, BANK_BIT);
    code.op(WASM.i64Or);
    this.get(LIMIT);
    this.get(BANK_BIT).op(WASM.i64And).constant64(0, 16).op(WASM.i64Shl).op(WASM.i64Or);
    code.memory(WASM.i64Store, page.RING_AT);
  }

  #setLimit(): void {
    this.get(NOW).constant(RUN_AHEAD_CYCLES).op(WASM.i32Add).op(WASM.i64ExtendI32U).constant64(0, 32).op(WASM.i64Shl);
    this.set(LIMIT);
  }

  /** Takes the lowest core out of a mask. */
  #pick(mask: number): void {
    this.get(mask).op(WASM.i32Ctz).constant(31 - Math.clz32(page.CORE_BYTES)).op(WASM.i32Shl);
    this.set(CORE);
    this.#dropLowest(mask);
  }

  /** Pushes the lowest bit of a mask. */
  #lowest(mask: number): WasmCode {
    this.get(mask).constant(0);
    return this.get(mask).op(WASM.i32Sub).op(WASM.i32And);
  }

  #dropLowest(mask: number): WasmCode {
    this.get(mask);
    this.get(mask).constant(1).op(WASM.i32Sub).op(WASM.i32And);
    return this.set(mask);
  }

  /** The core's record and clock, and how far it may run. */
  #takeUp(): void {
    this.#setLimit();
    this.own(page.RECORD_AT);
    this.set(AT);
    this.get(CORE).memory(WASM.i64Load, CLOCK_AT);
    this.set(CLOCK);
  }

  /** A refused core goes on by its records. */
  #leaveSegment(): void {
    const { code } = this;
    this.own(page.SEGMENT_AT).begin(WASM.if);
    [page.RECORD_AT, page.ACCESS_RECORD_AT, page.ACCESS_AT].forEach((at, index) => {
      this.get(CORE);
      this.own(page.SEGMENT_AT).constant(page.SEGMENT_BYTES).op(WASM.i32Mul);
      code.memory(WASM.i32Load, page.SEGMENTS_AT + 4 * index).memory(WASM.i32Store, at);
    });
    this.get(CORE);
    this.own(page.ACCESS_RECORD_AT).memory(WASM.i32Load, 4 * record.RD).memory(WASM.i32Store, page.ACCESS_TARGET_AT);
    this.get(CORE).constant(0).memory(WASM.i32Store, page.SEGMENT_AT).op(WASM.end).constant(0);
    this.set(SEGMENT);
  }

  /** Finds the core that goes on, cycle by cycle. Around it lie the loop over cores and the way out. */
  #schedule(): void {
    const { code } = this;
    const chosen = 1, next = 1, out = 3;
    code.begin(WASM.loop).begin(WASM.block);
    const goOn = (mask: number, write: () => void): void => {
      this.get(mask);
      code.begin(WASM.if);
      this.#pick(mask);
      write();
      code.index(WASM.br, chosen).op(WASM.end);
    };
    goOn(WINNERS, () => {
      this.#moveArbiter();
      this.own(page.SEGMENT_AT).index(WASM.localTee, SEGMENT).op(WASM.i32Eqz).begin(WASM.if);
      this.#takeUp();
      this.won();
      this.#access();
      this.field(record.NEXT1);
      this.set(AT).op(WASM.end);
    });
    goOn(LOSERS, () => {
      this.get(CORE).constant(0).memory(WASM.i32Store, page.WON_AT);
      this.#count(page.REFUSED_AT);
      this.own(page.SEGMENT_AT).constant(page.SEGMENT_BYTES).op(WASM.i32Mul).index(WASM.localTee, SEGMENT);
      code.memory(WASM.i32Load, page.SEGMENTS_AT + page.IF_REFUSED).index(WASM.localTee, BEST).begin(WASM.if);
      this.get(CORE);
      this.get(BEST).memory(WASM.i32Store, page.SEGMENT_AT);
      this.get(CORE);
      this.get(CORE).memory(WASM.i64Load, CLOCK_AT);
      this.get(SEGMENT).memory(WASM.i64Load32U, page.SEGMENTS_AT + page.REFUSED_CYCLES).constant64(0, 32).op(
        WASM.i64Shl,
      );
      code.op(WASM.i64Add).memory(WASM.i64Store, CLOCK_AT);
      this.noteRequest(() => this.get(NOW).constant(1).op(WASM.i32Add));
      code.index(WASM.br, next + 2).op(WASM.end);
      this.#leaveSegment();
      this.#takeUp();
      this.field(record.NEXT0);
      this.set(AT);
      this.field(record.CODE);
      code.constant(record.PASS).op(WASM.i32Eq).begin(WASM.if);
      this.cycles();
      this.set(CLOCK);
      this.field(record.NEXT0);
      this.set(AT).op(WASM.end);
    });
    goOn(OTHERS, () => {
      code.constant(0);
      this.set(SEGMENT);
      this.#takeUp();
    });
    this.get(NOW);
    this.get(UNTIL).op(WASM.i32GeS).constant(0).memory(WASM.i32Load, page.ESCAPED_AT).op(WASM.i32Or);
    code.index(WASM.brIf, out);
    this.#slot(() => this.get(NOW).constant(1).op(WASM.i32Add).index(WASM.localTee, NOW));
    code.memory(WASM.i64Load, page.RING_AT).index(WASM.localTee, BANK_BIT).op(WASM.i32WrapI64);
    code.index(WASM.localTee, MASK).op(WASM.i32Eqz).index(WASM.brIf, next);
    this.get(PLACE).constant64(0, 0).memory(WASM.i64Store, page.RING_AT);
    this.get(MASK).constant(8).op(WASM.i32ShrU).constant(0xff).op(WASM.i32And);
    this.set(OTHERS);
    this.get(MASK).constant(0xff).op(WASM.i32And).index(WASM.localTee, MASK).op(WASM.i32Eqz).index(WASM.brIf, next);
    // Banks that are asked for twice; all of them where one may still be blocked.
    code.constant(-1);
    this.get(BANK_BIT).constant64(0, 32).op(WASM.i64ShrU).op(WASM.i32WrapI64);
    this.get(NOW);
    this.get(LAST_BLOCKED).op(WASM.i32LeS).op(WASM.select).constant(2 ** this.memory.banks - 1).op(WASM.i32And);
    code.index(WASM.localTee, SEEN).begin(WASM.if);
    this.#arbitrate();
    code.op(WASM.else);
    this.get(MASK);
    this.set(WINNERS).op(WASM.end);
    code.index(WASM.br, next).op(WASM.end).op(WASM.end);
  }

  /** Pushes the bank of the core's access. */
  #bank(): WasmCode {
    return this.own(page.ACCESS_PLACE_AT).constant(2).op(WASM.i32ShrU).constant(this.memory.banks - 1).op(
      WASM.i32And,
    );
  }

  /** The core of the lowest bit of a local, in CORE, without taking it out. */
  #lowestCore(mask: number): void {
    this.get(mask).op(WASM.i32Ctz).constant(31 - Math.clz32(page.CORE_BYTES)).op(WASM.i32Shl);
    this.set(CORE);
  }

  /** Divides the cores in MASK into winners and losers; SEEN has the banks for which that is not plain. */
  #arbitrate(): void {
    const { code } = this;
    this.get(MASK);
    this.set(REST).begin(WASM.loop);
    this.#lowestCore(REST);
    this.get(SEEN);
    this.#bank().index(WASM.localTee, BIT).op(WASM.i32ShrU).constant(1).op(WASM.i32And).begin(WASM.if);
    this.get(BIT);
    this.get(BIT).memory(WASM.i32Load8U, page.REQUESTS_AT);
    this.#lowest(REST).op(WASM.i32Or).memory(WASM.i32Store8, page.REQUESTS_AT);
    code.op(WASM.else);
    this.get(WINNERS);
    this.#lowest(REST).op(WASM.i32Or);
    this.set(WINNERS).op(WASM.end);
    this.#dropLowest(REST);
    this.get(REST).index(WASM.brIf, 0).op(WASM.end);

    code.begin(WASM.loop);
    this.get(SEEN).op(WASM.i32Ctz);
    this.set(BIT);
    this.#dropLowest(SEEN);
    this.get(BIT).memory(WASM.i32Load8U, page.REQUESTS_AT);
    this.set(REST);
    this.get(BIT).constant(0).memory(WASM.i32Store8, page.REQUESTS_AT);
    this.get(REST).begin(WASM.if);
    this.get(BIT).constant(3).op(WASM.i32Shl).memory(WASM.f64Load, page.FREE_FROM_AT);
    this.#absolute(0).op(WASM.f64Gt).begin(WASM.if);
    this.#addTo(LOSERS, REST);
    code.op(WASM.else);
    // The smallest port XOR flag wins.
    this.get(REST);
    this.set(MASK).constant(-1);
    this.set(BEST).begin(WASM.loop);
    this.get(MASK).op(WASM.i32Ctz);
    this.get(BIT).memory(WASM.i32Load8U, page.FLAGS0_AT).op(WASM.i32Xor).index(WASM.localTee, TWICE);
    this.get(BEST);
    this.get(TWICE);
    this.get(BEST).op(WASM.i32LtU).op(WASM.select);
    this.set(BEST);
    this.#dropLowest(MASK);
    this.get(MASK).index(WASM.brIf, 0).op(WASM.end).constant(1);
    this.get(BEST);
    this.get(BIT).memory(WASM.i32Load8U, page.FLAGS0_AT).op(WASM.i32Xor).op(WASM.i32Shl).index(WASM.localTee, MASK);
    this.get(WINNERS).op(WASM.i32Or);
    this.set(WINNERS);
    this.get(REST);
    this.get(MASK).op(WASM.i32Xor).index(WASM.localTee, REST).begin(WASM.if);
    this.#addTo(LOSERS, REST);
    code.constant(0).constant(0).memory(WASM.i32Load, page.CONTENDED_AT).constant(1).op(WASM.i32Add);
    code.memory(WASM.i32Store, page.CONTENDED_AT).op(WASM.end).op(WASM.end).op(WASM.end);
    this.get(SEEN).index(WASM.brIf, 0).op(WASM.end);
  }

  #addTo(mask: number, more: number): void {
    this.get(mask);
    this.get(more).op(WASM.i32Or);
    this.set(mask);
  }

  /** Pushes the cycle that lies so many after this one, as the board counts it. */
  #absolute(later: number): WasmCode {
    this.get(NOW).constant(later).op(WASM.i32Add).op(WASM.f64ConvertI32S);
    return this.code.constant(0).memory(WASM.f64Load, page.EPOCH_AT).op(WASM.f64Add);
  }

  /** Notes that the core's last request was granted. */
  protected won(): void {
    this.get(CORE).constant(1).memory(WASM.i32Store, page.WON_AT);
  }

  /** What a grant does to the bank's arbiter, but for whose turn it is: that is the flag's lowest bit, or its opposite. */
  #moveArbiter(): void {
    const { code } = this;
    this.get(OUTSIDE).op(WASM.i32Eqz).begin(WASM.if);
    this.#count(page.GRANTED_AT);
    this.#bank().index(WASM.localTee, BIT).constant(0);
    this.get(BIT).memory(WASM.i32Load8U, page.FLAGS0_AT).constant(1).op(WASM.i32Add).index(WASM.localTee, BEST);
    this.get(BEST).constant(this.memory.ports).op(WASM.i32Eq).op(WASM.select).memory(WASM.i32Store8, page.FLAGS0_AT);
    code.op(WASM.end);
  }

  /** The core's access, which is granted. */
  #access(): void {
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
    this.#bank().constant(3).op(WASM.i32Shl);
    this.#absolute(2).memory(WASM.f64Store, page.FREE_FROM_AT);
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

  protected override beforeStore(): void {}

  protected override leave(): void {
    this.code.index(WASM.br, this.depth + 1);
  }

  protected override request(): void {
    this.code.index(WASM.br, this.depth + 3);
  }

  protected override goOnInTime(): void {
    this.set(AT);
    this.get(CLOCK);
    this.get(LIMIT).op(WASM.i64GeS).index(WASM.brIf, this.depth + 2).index(WASM.br, this.depth);
  }

  protected override access(bytes: number, stores: boolean): void {
    const { code } = this;
    const { base, offset, bytes: size, alias } = this.memory;
    const place = (start: number) => {
      this.get(ADDRESS).constant(offset - start).op(WASM.i32Add).index(WASM.localTee, PLACE);
      code.constant(offset).op(WASM.i32Sub).constant(size - bytes).op(WASM.i32GtU);
    };
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
