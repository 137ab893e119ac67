/**
 * A RISC-V core that runs firmware written as generators, instruction by instruction.
 * @module
 */
import { type Process, SimulationError } from "../../sim/mod.ts";
import { isWord } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import type { CodeLayout } from "./code_layout.ts";
import type { BitInstructions } from "./firmware/bits.ts";
import type { ComplexInstructions } from "./firmware/complex.ts";
import type { GeneralAluInstructions } from "./firmware/general_alu.ts";
import type { MemoryInstructions } from "./firmware/memory.ts";
import type { MultiplyInstructions } from "./firmware/multiply.ts";
import type { BaseInstructions } from "./firmware/rv32.ts";
import type { SimdInstructions } from "./firmware/simd.ts";
import type { SimdMoveInstructions } from "./firmware/simd_moves.ts";
import { NONE } from "./core_state.ts";
import { FirmwareCsrs } from "./firmware_csrs.ts";
import { instructionMethods, methodSource, methodSupport } from "./firmware_methods.ts";
import { ARITHMETIC } from "./isa/arithmetic.ts";
import { IssuePipeline } from "./issue_pipeline.ts";
import { type Reg, reg } from "./registers.ts";
import { divisorShift } from "./ri5cy/divider.ts";

/** Rounds that `lp.setupi` can count, and instructions that a hardware loop needs. */
const MOST_ROUNDS = 4095, LEAST_BODY = 2;

/** The instructions of the table, see `firmware_methods.ts` for their names. */
export interface FirmwareCore
  extends
    BaseInstructions,
    MemoryInstructions,
    BitInstructions,
    GeneralAluInstructions,
    MultiplyInstructions,
    SimdInstructions,
    SimdMoveInstructions,
    ComplexInstructions {}

/**
 * The instructions, as firmware calls them: what they do, and the registers that they wait for, come from the instruction
 * table. Plain calls advance the core's own time; loads, stores and waits need `yield*`, because only there can somebody
 * else come into play. Fetch is ideal: the code has no layout in memory.
 *
 * @example A sum of products
 * ```ts
 * import { type FirmwareCore, reg } from "@escapement/escapement/hw";
 * const { a0, a1, a2, t0, t1 } = reg;
 *
 * function* sumOfProducts(core: FirmwareCore) {
 *   yield* core.hwloop(16, function* () {
 *     yield* core.lwPost(t0, a0, 4);
 *     yield* core.lwPost(t1, a1, 4);
 *     core.pvSdotspB(a2, t0, t1); // waits a cycle for t1
 *   });
 * }
 * ```
 */
export class FirmwareCore extends IssuePipeline {
  private csrs: FirmwareCsrs | undefined;
  /** Instructions issued before a stretch of compressed ones, or none. */
  private compressedFrom = NONE;

  static {
    const names = [...Object.keys(ARITHMETIC), ...Object.keys(methodSupport)];
    const support = [...Object.values(ARITHMETIC), ...Object.values(methodSupport)];
    const sources = instructionMethods.map((method) => {
      if (method.name in this.prototype) throw new Error(`Cannot define ${method.name}: the core has it already`);
      return methodSource(method);
    });
    const made = new Function(...names, `"use strict";return [${sources.join(",")}]`)(...support);
    Object.assign(this.prototype, ...made);
  }

  // ---- several instructions, or parts of them ----

  /** Issues `count` instructions that need nothing but the ALU. Throws a SimulationError unless it is a whole number from 0 on. */
  alu(count: number = 1): void {
    if (count > 0 && (count | 0) === count) this.issueMany(count);
    else if (count !== 0) this.#refuseCount(count);
  }

  /** `li`: puts a constant into a register with `addi`, `lui` or both. */
  li(rd: Reg, value: number): void {
    const low = (value << 20) >> 20;
    const high = (value - low) | 0;
    if (high === 0) return this.addi(rd, reg.zero, low);
    this.lui(rd, high);
    if (low !== 0) this.addi(rd, rd, low);
  }

  /** `mv`: copies a register. */
  mv(rd: Reg, rs1: Reg): void {
    this.addi(rd, rs1, 0);
  }

  /** `nop`. */
  nop(): void {
    this.addi(reg.zero, reg.zero, 0);
  }

  /** A branch of which only the outcome matters. */
  branchIf(taken: boolean): boolean {
    return this.issueBranch(0, 0, taken);
  }

  /** `j`: a jump to a fixed place. */
  jump(): void {
    this.issueJump(NONE);
  }

  /** `jr`: a jump or return through a register. */
  jumpTo(rs1: Reg): void {
    this.issueJumpThrough(rs1, NONE);
  }

  // ---- hardware loops ----

  /**
   * `lp.setupi`: runs `body` `count` times, once if `count` is 0, with free back-edges. Throws a RangeError if it cannot
   * count so far, a SimulationError on a third level, and for a body of less than two instructions, which hardware would
   * run once.
   */
  *hwloop(count: number, body: (round: number) => Process | void): Process {
    if (!(count >= 0 && count <= MOST_ROUNDS)) {
      throw new RangeError(
        `Cannot set up a hardware loop of ${count} rounds: lp.setupi counts from 0 to ${MOST_ROUNDS}; put the number ` +
          `into a register and use hwloopReg`,
      );
    }
    this.loopBegin();
    yield* this.#rounds(count, body);
  }

  /** `lp.setup`: the same with the number of rounds in a register. */
  *hwloopReg(rs1: Reg, body: (round: number) => Process | void): Process {
    const count = this.registers[rs1] >>> 0;
    this.loopBegin(rs1);
    yield* this.#rounds(count, body);
  }

  *#rounds(count: number, body: (round: number) => Process | void): Process {
    for (let round = 0; round === 0 || round < count; round++) {
      const before = this.instructions.value;
      const rest = body(round);
      if (rest !== undefined) yield* rest;
      if (this.instructions.value - before < LEAST_BODY) {
        throw new SimulationError(
          `Cannot run a hardware loop on ${this.where()}: its body has ${
            this.instructions.value - before
          } instructions, ` +
            `it needs ${LEAST_BODY}; RI5CY runs a shorter one once`,
        );
      }
    }
    this.loopEnd();
  }

  /**
   * `lp.setup`: starts one of the two hardware loops, for bodies that stand in a plain `for`; `rs1` has the number of
   * rounds. Every `loopBegin` needs its `loopEnd`. Throws a SimulationError on a third level.
   */
  loopBegin(rs1: Reg = reg.zero): void {
    if (this.hardwareLoops === 2) {
      throw new SimulationError(
        `Cannot begin a hardware loop on ${this.where()}: both are in use; the core has two levels`,
      );
    }
    this.hardwareLoops++;
    this.issue(rs1, 0, 0, NONE);
  }

  /** The end of a hardware loop's last round; free. */
  loopEnd(): void {
    if (this.hardwareLoops === 0) {
      throw new SimulationError(`Cannot end a hardware loop on ${this.where()}: none was begun`);
    }
    this.hardwareLoops--;
  }

  // ---- where code lies; this core's fetch is ideal, so that it does not matter here ----

  /** Runs `body` in code with a layout: cores that fetch pay for it, see {@linkcode FetchingCore}. */
  *inCode<R>(_layout: CodeLayout, body: Process<R>): Process<R> {
    return yield* body;
  }

  /** Says that the next instruction lies at a label: where it is known to be, or was passed first. Loops begin with one. */
  label(_name: string): void {}

  // ---- code of 16-bit instructions ----

  /** From here on the instructions count as compressed, as the compiler leaves most of them; for the counters only. */
  compressedBegin(): void {
    this.compressedFrom = this.instructions.value;
  }

  /** The end of what `compressedBegin` began. */
  compressedEnd(): void {
    if (this.compressedFrom !== NONE) this.compressed.value += this.instructions.value - this.compressedFrom;
    this.compressedFrom = NONE;
  }

  // ---- loads, stores and waits of drivers ----

  /**
   * A load of 1, 2 or 4 bytes whose value the next instruction uses, as compiled driver code does; zero-extended. Throws a
   * SimulationError for an address that is no word.
   */
  read(address: number, sizeBytes: number = 4): Process<number> {
    if ((address >>> 0) !== address || sizeBytes !== 4) this.#checkAccess("load", address, sizeBytes, 0);
    this.beginAccess(0, 0, 0, NONE);
    return this.fetchValue(address, sizeBytes, true);
  }

  /** A store of 1, 2 or 4 bytes of a value that is there. Throws a SimulationError for an address or a value that is no word. */
  store(address: number, value: number, sizeBytes: number = 4): Process {
    if ((address >>> 0) !== address || (value | 0) !== value || sizeBytes !== 4) {
      this.#checkAccess("store", address, sizeBytes, value);
    }
    this.beginAccess(0, 0, 0, NONE);
    return this.save(address, sizeBytes, value);
  }

  /** `p.elw`: a load that an event unit may hold back while the core's clock is off. */
  elw(address: number): Process<number> {
    if ((address >>> 0) !== address) this.#checkAccess("wait (p.elw)", address, 4, 0);
    this.beginAccess(0, 0, 0, NONE);
    this.access.waits = true;
    return this.fetchValue(address, 4, false);
  }

  #checkAccess(verb: string, address: number, sizeBytes: number, value: number): void {
    const why = !isWord(address)
      ? `at ${address} on ${this.where()}: an address is a whole number of 32 bits`
      : sizeBytes !== 1 && sizeBytes !== 2 && sizeBytes !== 4
      ? `${sizeBytes} bytes at ${hex(address >>> 0)} on ${this.where()}: the core accesses 1, 2 or 4 bytes`
      : !isWord(value)
      ? `${value} at ${hex(address >>> 0)} on ${this.where()}: registers hold whole numbers of 32 bits`
      : undefined;
    if (why === undefined) return;
    throw new SimulationError(`Cannot ${verb} ${why}; an overflow, or a value that was never computed`);
  }

  #refuseCount(count: number): never {
    throw new SimulationError(
      `Cannot issue ${count} instructions on ${this.where()}: their number is a whole one, 0 or more; round what was computed`,
    );
  }

  // ---- what the methods of the table call ----

  /** A division: how long depends on the divisor. */
  protected occupyDivider(kind: number, divisor: number): void {
    this.occupy(this.params.divideCycles + divisorShift(kind, divisor) - this.params.issueCycles);
  }

  /** A CSR instruction; `a` is the register that it reads. */
  protected issueCsr(rd: Reg, csr: number, action: "write" | "set" | "clear", value: number, a: Reg): void {
    this.csrs ??= new FirmwareCsrs(this);
    const old = this.csrs.access(csr, action, value, () => this.where());
    if (this.csrs.flushes(csr)) this.issueFlush(a, rd);
    else this.issue(a, 0, 0, rd);
    this.write(rd, old);
  }
}
