/**
 * Where RI5CY's cycles go: what each was spent on, and the events behind its performance counters.
 * @module
 */
import type { Controller } from "./controller.ts";
import type { DecodeStage } from "./decode_stage.ts";
import type { ExecuteStage } from "./execute_stage.ts";
import type { LoadStoreUnit } from "./load_store_unit.ts";
import { ILLEGAL, JUMP_JAL, JUMP_JALR } from "./micro_operation.ts";
import { EVENT } from "./performance_counters.ts";
import type { Prefetcher } from "./prefetcher.ts";
import {
  BRANCH,
  CONTROL,
  DIVISION,
  FETCH,
  ISSUE,
  JUMP,
  JUMP_REGISTER,
  LOAD_USE,
  MEMORY,
  MISALIGNED,
  MULTIPLICATION,
} from "./stall.ts";
import type { CoreVariant } from "./variants.ts";

/** Looks at a cycle before its clock edge. */
export class CycleAccount {
  /** Events of the cycle, see {@linkcode EVENT}. */
  events = 0;
  /** What it was spent on, see {@linkcode ISSUE}. */
  stall: number = ISSUE;

  readonly #countsEventStalls: boolean;
  #redirect = FETCH;
  /** Cycles that the last branch or jump still explains. */
  #redirected = 0;

  /** @param variant which core; that of 2018 does not count the stalls of event loads */
  constructor(variant: CoreVariant) {
    this.#countsEventStalls = variant.release !== "2018_01";
  }

  /**
   * Counts a cycle.
   *
   * @param executes whether an instruction leaves decode
   * @param waited whether one left in the cycle before: stalls count in their first cycle
   */
  add(
    decode: DecodeStage,
    execute: ExecuteStage,
    lsu: LoadStoreUnit,
    controller: Controller,
    prefetcher: Prefetcher,
    executes: boolean,
    waited: boolean,
  ): void {
    const { operation: op, loadStall, jumpStall } = decode;
    const { branchTaken } = execute;
    const jumps = op.jump === JUMP_JAL || op.jump === JUMP_JALR;
    let events: number = EVENT.cycles;
    if (executes) events |= op.size === 2 ? EVENT.instr | EVENT.rvc : EVENT.instr;
    if (!prefetcher.valid && !controller.setPc) events |= EVENT.imiss;
    if (lsu.granted) events |= lsu.write ? EVENT.st : EVENT.ld;
    if (waited) {
      if (loadStall) events |= EVENT.ldStall;
      if (jumpStall) events |= EVENT.jrStall;
      if (jumps && controller.decoding && op.control !== ILLEGAL && !loadStall && !jumpStall) events |= EVENT.jump;
      if (execute.branched) events |= branchTaken ? EVENT.branch | EVENT.btaken : EVENT.branch;
    }
    if (this.#countsEventStalls && controller.waitsForEvent) events |= EVENT.elwStall;
    this.events = events;

    if (branchTaken) {
      this.#redirect = BRANCH;
      this.#redirected = 2;
    }
    if (executes) this.stall = ISSUE;
    else if (loadStall) this.stall = LOAD_USE;
    else if (jumpStall) this.stall = JUMP_REGISTER;
    else if (!controller.running) this.stall = CONTROL;
    else if (decode.valid && !branchTaken) {
      this.stall = execute.misaligned
        ? MISALIGNED
        : !execute.divided
        ? DIVISION
        : !execute.multiplied
        ? MULTIPLICATION
        : MEMORY;
    } else this.stall = this.#redirected > 0 ? this.#redirect : FETCH;
    if (executes && jumps) {
      this.#redirect = JUMP;
      this.#redirected = 1;
    } else if (this.#redirected > 0) this.#redirected--;
  }

  /** Begins anew where a jump has left decode, or not. */
  restore(jumped: boolean): void {
    this.#redirect = JUMP;
    this.#redirected = jumped ? 1 : 0;
  }
}
