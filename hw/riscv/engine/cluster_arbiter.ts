/**
 * The cluster's arbiters, as WebAssembly: requests are noted in a ring of cycles, and granted bank by bank.
 * @module
 */
import { ClusterAccess } from "./cluster_access.ts";
import * as page from "./cluster_page.ts";
import { BANK_BIT, BEST, BIT, CORE, LOSERS, MASK, OUTSIDE, REST, SEEN, TWICE, WINNERS } from "./cluster_locals.ts";
import { LIMIT, PLACE } from "./interpreter_module.ts";
import { WASM, type WasmCode } from "./wasm_code.ts";

/** Writes who asks for what in which cycle, and who is granted. */
export abstract class ClusterArbiter extends ClusterAccess {
  /** Pushes the core's bit. */
  protected coreBit(shift: number): WasmCode {
    this.code.constant(1 << shift);
    return this.get(CORE).constant(31 - Math.clz32(page.CORE_BYTES)).op(WASM.i32ShrU).op(WASM.i32Shl);
  }

  /** Leaves the place of a cycle's slot in PLACE, and pushes it. */
  protected slot(cycle: () => void): WasmCode {
    cycle();
    this.code.constant(page.RING_SLOTS - 1).op(WASM.i32And).constant(31 - Math.clz32(page.SLOT_BYTES)).op(WASM.i32Shl);
    return this.code.index(WASM.localTee, PLACE);
  }

  /** Notes the core's request in the ring, for a cycle. */
  protected noteRequest(cycle: () => void): void {
    const { code } = this;
    this.slot(cycle);
    this.get(PLACE).memory(WASM.i64Load, page.RING_AT).index(WASM.localTee, LIMIT);
    this.coreBit(0).op(WASM.i64ExtendI32U).op(WASM.i64Or).constant(1);
    this.bank().constant(16).op(WASM.i32Add).op(WASM.i32Shl).op(WASM.i64ExtendI32U).index(WASM.localTee, BANK_BIT);
    code.op(WASM.i64Or);
    this.get(LIMIT);
    this.get(BANK_BIT).op(WASM.i64And).constant64(0, 16).op(WASM.i64Shl).op(WASM.i64Or);
    code.memory(WASM.i64Store, page.RING_AT);
  }

  /** Pushes the lowest bit of a mask. */
  #lowest(mask: number): WasmCode {
    this.get(mask).constant(0);
    return this.get(mask).op(WASM.i32Sub).op(WASM.i32And);
  }

  /** Takes the lowest bit out of a mask. */
  protected dropLowest(mask: number): WasmCode {
    this.get(mask);
    this.get(mask).constant(1).op(WASM.i32Sub).op(WASM.i32And);
    return this.set(mask);
  }

  /** The core of the lowest bit of a local, in CORE, without taking it out. */
  #lowestCore(mask: number): void {
    this.get(mask).op(WASM.i32Ctz).constant(31 - Math.clz32(page.CORE_BYTES)).op(WASM.i32Shl);
    this.set(CORE);
  }

  /** Divides the cores in MASK into winners and losers; SEEN has the banks for which that is not plain. */
  protected arbitrate(): void {
    const { code } = this;
    this.get(MASK);
    this.set(REST).begin(WASM.loop);
    this.#lowestCore(REST);
    this.get(SEEN);
    this.bank().index(WASM.localTee, BIT).op(WASM.i32ShrU).constant(1).op(WASM.i32And).begin(WASM.if);
    this.get(BIT);
    this.get(BIT).memory(WASM.i32Load8U, page.REQUESTS_AT);
    this.#lowest(REST).op(WASM.i32Or).memory(WASM.i32Store8, page.REQUESTS_AT);
    code.op(WASM.else);
    this.get(WINNERS);
    this.#lowest(REST).op(WASM.i32Or);
    this.set(WINNERS).op(WASM.end);
    this.dropLowest(REST);
    this.get(REST).index(WASM.brIf, 0).op(WASM.end);

    code.begin(WASM.loop);
    this.get(SEEN).op(WASM.i32Ctz);
    this.set(BIT);
    this.dropLowest(SEEN);
    this.get(BIT).memory(WASM.i32Load8U, page.REQUESTS_AT);
    this.set(REST);
    this.get(BIT).constant(0).memory(WASM.i32Store8, page.REQUESTS_AT);
    this.get(REST).begin(WASM.if);
    this.get(BIT).constant(3).op(WASM.i32Shl).memory(WASM.f64Load, page.FREE_FROM_AT);
    this.absolute(0).op(WASM.f64Gt).begin(WASM.if);
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
    this.dropLowest(MASK);
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

  /** What a grant does to the bank's arbiter, but for whose turn it is: that is the flag's lowest bit, or its opposite. */
  protected moveArbiter(): void {
    const { code } = this;
    this.get(OUTSIDE).op(WASM.i32Eqz).begin(WASM.if);
    this.count(page.GRANTED_AT);
    this.bank().index(WASM.localTee, BIT).constant(0);
    this.get(BIT).memory(WASM.i32Load8U, page.FLAGS0_AT).constant(1).op(WASM.i32Add).index(WASM.localTee, BEST);
    this.get(BEST).constant(this.memory.ports).op(WASM.i32Eq).op(WASM.select).memory(WASM.i32Store8, page.FLAGS0_AT);
    code.op(WASM.end);
  }
}
