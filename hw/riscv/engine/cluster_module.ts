/**
 * The loop of several cores that share banked memory: each runs ahead to its next request; requests are granted cycle by
 * cycle. Generated as WebAssembly.
 * @module
 */
import type { Instruction } from "../isa/instruction.ts";
import type { SharedMemory } from "./cluster_access.ts";
import { ClusterArbiter } from "./cluster_arbiter.ts";
import * as page from "./cluster_page.ts";
import {
  BANK_BIT,
  BEST,
  CORE,
  LAST_BLOCKED,
  LOSERS,
  MASK,
  MORE_LOCALS,
  NOW,
  OTHERS,
  OUTSIDE,
  SEEN,
  SEGMENT,
  UNTIL,
  WINNERS,
} from "./cluster_locals.ts";
import { CLOCK_AT } from "./engine_page.ts";
import { AT, CLOCK, LIMIT, LOCALS, PLACE, RESOLVER_IMPORTS } from "./interpreter_module.ts";
import * as record from "./record.ts";
import { WASM, type WasmCode, wasmModule } from "./wasm_code.ts";

/** Cycles that a core runs ahead of the others if it asks for nothing; its next request is then less than a ring away. */
const RUN_AHEAD_CYCLES = 512;

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
  const run = {
    name: "run",
    parameters: 1,
    locals32: LOCALS,
    locals64: 3,
    more32: MORE_LOCALS,
    body: loop.write(),
  };
  return wasmModule([run], { pages, imports: RESOLVER_IMPORTS });
}

/** Writes it. Whoever extends it adds segments: what follows the grants of certain requests, without looking at records. */
export class ClusterLoop extends ClusterArbiter {
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
    this.coreBit(0).op(WASM.i32Or).memory(WASM.i32Store, page.ESCAPED_AT);
    code.index(WASM.br, 2).op(WASM.end);
    // Far enough ahead of the others.
    this.#save();
    this.get(CORE).constant(0).memory(WASM.i32Store, page.SEGMENT_AT);
    this.slot(() => this.#cycleOfClock());
    this.get(PLACE).memory(WASM.i32Load, page.RING_AT);
    this.coreBit(8).op(WASM.i32Or).memory(WASM.i32Store, page.RING_AT);
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
    code.constant(1).op(WASM.i32Add).memory(WASM.i32Store, record.VISITS);
    this.get(AT);
    this.own(page.ACCESS_RECORD_AT).memory(WASM.i32Store, record.LAST_RECORD);
    this.get(AT);
    this.own(page.ACCESS_AT).memory(WASM.i32Store16, record.LAST_ACCESS);
    code.constant(0).constant(0).memory(WASM.i32Load, page.UNTRANSLATED_AT).constant(1).op(WASM.i32Add);
    code.memory(WASM.i32Store, page.UNTRANSLATED_AT);
  }

  /**
   * Segments, by a local; 0 is none. Around them lie a block, whose end goes on with a record, and the loop over cores.
   */
  protected segments(_segment: number): void {}

  /** How far the core may run from here: what passed before it went on may lie behind the present cycle. */
  protected setLimit(): void {
    this.get(NOW).constant(RUN_AHEAD_CYCLES).op(WASM.i32Add).op(WASM.i64ExtendI32U).constant64(0, 32).op(WASM.i64Shl);
    this.set(LIMIT);
  }

  /** Takes the lowest core out of a mask. */
  #pick(mask: number): void {
    this.get(mask).op(WASM.i32Ctz).constant(31 - Math.clz32(page.CORE_BYTES)).op(WASM.i32Shl);
    this.set(CORE);
    this.dropLowest(mask);
  }

  /** The core's record and clock, and how far it may run. */
  #takeUp(): void {
    this.setLimit();
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
    this.own(page.ACCESS_RECORD_AT).memory(WASM.i32Load16U, record.RD).memory(WASM.i32Store, page.ACCESS_TARGET_AT);
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
      this.moveArbiter();
      this.own(page.SEGMENT_AT).index(WASM.localTee, SEGMENT).op(WASM.i32Eqz).begin(WASM.if);
      this.#takeUp();
      this.won();
      this.perform();
      this.field(record.NEXT1);
      this.set(AT).op(WASM.end);
    });
    goOn(LOSERS, () => {
      this.get(CORE).constant(0).memory(WASM.i32Store, page.WON_AT);
      this.count(page.REFUSED_AT);
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
    this.slot(() => this.get(NOW).constant(1).op(WASM.i32Add).index(WASM.localTee, NOW));
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
    this.arbitrate();
    code.op(WASM.else);
    this.get(MASK);
    this.set(WINNERS).op(WASM.end);
    code.index(WASM.br, next).op(WASM.end).op(WASM.end);
  }

  /** Notes that the core's last request was granted. */
  protected won(): void {
    this.get(CORE).constant(1).memory(WASM.i32Store, page.WON_AT);
  }

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
}
