/**
 * A RISC-V core that runs firmware written as generators, instruction by instruction.
 * @module
 */
import { type Process, SimulationError } from "../../sim/mod.ts";
import { IssuePipeline, NONE } from "./issue_pipeline.ts";
import type { Reg } from "./registers.ts";

/**
 * The instructions, as firmware calls them. ALU instructions are plain calls that advance the core's own time; loads,
 * stores and waits are generators, because only there can somebody else come into play.
 */
export class FirmwareCore extends IssuePipeline {
  // ---- instructions that touch only the core itself ----

  /** Issues `count` instructions that need nothing but the ALU. */
  alu(count: number = 1): void {
    if (count <= 0) return;
    this.loaded = this.computed = NONE;
    this.instructions.value += count;
    this.nextIssue += count * this.params.issueCycles;
  }

  /** `lui`/`addi`: puts a constant into a register; one instruction if it fits 12 bits, otherwise two. */
  li(rd: Reg, value: number): void {
    const low = value | 0;
    const short = low >= -2048 && low < 2048;
    this.begin(NONE, NONE, rd);
    if (!short) this.begin(rd, NONE, rd);
    this.write(rd, low);
  }

  /** `rd = rs1 + rs2`. */
  add(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.begin(rs1, rs2, rd);
    this.write(rd, this.registers[rs1] + this.registers[rs2]);
  }

  /** `rd = rs1 + imm`. */
  addi(rd: Reg, rs1: Reg, imm: number): void {
    this.begin(rs1, NONE, rd);
    this.write(rd, this.registers[rs1] + imm);
  }

  /** `rd = rs1 - rs2`. */
  sub(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.begin(rs1, rs2, rd);
    this.write(rd, this.registers[rs1] - this.registers[rs2]);
  }

  /** `rd = rs1 >> shift`, arithmetic. */
  srai(rd: Reg, rs1: Reg, shift: number): void {
    this.begin(rs1, NONE, rd);
    this.write(rd, this.registers[rs1] >> shift);
  }

  /** `rd = rs1 << shift`. */
  slli(rd: Reg, rs1: Reg, shift: number): void {
    this.begin(rs1, NONE, rd);
    this.write(rd, this.registers[rs1] << shift);
  }

  /** `rd = rs1 & imm`. */
  andi(rd: Reg, rs1: Reg, imm: number): void {
    this.begin(rs1, NONE, rd);
    this.write(rd, this.registers[rs1] & imm);
  }

  /** `rd = rs1 * rs2`, low word. */
  mul(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.begin(rs1, rs2, rd);
    this.write(rd, Math.imul(this.registers[rs1], this.registers[rs2]));
  }

  /** `p.mac`: `rd += rs1 * rs2`. */
  mac(rd: Reg, rs1: Reg, rs2: Reg): void {
    if (this.loaded === rd) this.stallOnLoad();
    this.begin(rs1, rs2, rd);
    this.write(rd, this.registers[rd] + Math.imul(this.registers[rs1], this.registers[rs2]));
  }

  /** `p.clipu`: `rd` = `rs1` clipped to 0 ... 2^(bits-1) - 1. */
  clipu(rd: Reg, rs1: Reg, bits: number): void {
    this.begin(rs1, NONE, rd);
    this.write(rd, Math.min(Math.max(this.registers[rs1], 0), 2 ** (bits - 1) - 1));
  }

  /** `mulhu`: high word of the unsigned product. */
  mulhu(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.begin(rs1, rs2, rd);
    this.spend(this.computeStalls, this.params.mulhCycles);
    const product = BigInt(this.registers[rs1] >>> 0) * BigInt(this.registers[rs2] >>> 0);
    this.write(rd, Number(product >> 32n) | 0);
  }

  /** `divu`: unsigned quotient; the cost follows the divisor's leading zeros. */
  divu(rd: Reg, rs1: Reg, rs2: Reg): void {
    this.begin(rs1, rs2, rd);
    const divisor = this.registers[rs2] >>> 0;
    this.spend(this.computeStalls, this.params.divideCycles + Math.clz32(divisor) - this.params.issueCycles);
    this.write(rd, divisor === 0 ? -1 : Math.floor((this.registers[rs1] >>> 0) / divisor));
  }

  /** `beq`: whether the branch is taken. */
  beq(rs1: Reg, rs2: Reg): boolean {
    return this.branch(rs1, rs2, this.registers[rs1] === this.registers[rs2]);
  }

  /** `bne`: whether the branch is taken. */
  bne(rs1: Reg, rs2: Reg): boolean {
    return this.branch(rs1, rs2, this.registers[rs1] !== this.registers[rs2]);
  }

  /** `blt`: whether the branch is taken. */
  blt(rs1: Reg, rs2: Reg): boolean {
    return this.branch(rs1, rs2, this.registers[rs1] < this.registers[rs2]);
  }

  /** `bge`: whether the branch is taken. */
  bge(rs1: Reg, rs2: Reg): boolean {
    return this.branch(rs1, rs2, this.registers[rs1] >= this.registers[rs2]);
  }

  /** A branch of which only the outcome matters. */
  branchIf(taken: boolean): boolean {
    return this.branch(NONE, NONE, taken);
  }

  /** `jal`: a jump or call to a fixed place. */
  jump(): void {
    this.begin(NONE, NONE, NONE);
    this.spend(this.jumpStalls, this.params.jumpCycles);
  }

  /** `jalr`: a jump, call or return through a register. */
  jumpTo(rs1: Reg): void {
    const fromLoad = this.loaded === rs1, fromAlu = this.computed === rs1 && rs1 !== 0;
    this.loaded = NONE;
    this.begin(NONE, NONE, NONE);
    this.spend(this.jumpStalls, this.params.jumpCycles);
    if (fromLoad) this.spend(this.loadStalls, this.params.jalrLoadHazardCycles);
    else if (fromAlu) this.spend(this.jumpStalls, this.params.jalrAluHazardCycles);
  }

  /**
   * `lp.setup`: starts one of the two hardware loops; its back-edges are free, so the body stands in a plain `for`.
   * Every `loopBegin` needs its `loopEnd`. Throws a SimulationError on a third level.
   */
  loopBegin(): void {
    if (this.hardwareLoops === 2) {
      throw new SimulationError(
        `Cannot begin a hardware loop on ${this.where()}: both are in use; the core has two levels`,
      );
    }
    this.hardwareLoops++;
    this.begin(NONE, NONE, NONE);
  }

  /** The end of a hardware loop's last pass; free. */
  loopEnd(): void {
    if (this.hardwareLoops === 0) {
      throw new SimulationError(`Cannot end a hardware loop on ${this.where()}: none was begun`);
    }
    this.hardwareLoops--;
  }

  /** Runs `body` `count` times in a hardware loop: one instruction to set up, back-edges free. */
  *hwloop(count: number, body: (pass: number) => Process | void): Process {
    this.loopBegin();
    for (let pass = 0; pass < count; pass++) {
      const rest = body(pass);
      if (rest !== undefined) yield* rest;
    }
    this.loopEnd();
  }

  // ---- loads, stores and waits ----

  /** `lw rd, imm(rs1)`. */
  *lw(rd: Reg, rs1: Reg, imm: number = 0): Process {
    this.beginLoad(rd, rs1);
    yield this.ask(this.registers[rs1] + imm, 4, false, 0);
    if (this.second > 0) yield this.askSecond();
    this.endLoad(rd, this.answer() | 0);
  }

  /** `lbu rd, imm(rs1)`. */
  *lbu(rd: Reg, rs1: Reg, imm: number = 0): Process {
    this.beginLoad(rd, rs1);
    yield this.ask(this.registers[rs1] + imm, 1, false, 0);
    this.endLoad(rd, this.answer());
  }

  /** `lb rd, imm(rs1)`. */
  *lb(rd: Reg, rs1: Reg, imm: number = 0): Process {
    this.beginLoad(rd, rs1);
    yield this.ask(this.registers[rs1] + imm, 1, false, 0);
    this.endLoad(rd, (this.answer() << 24) >> 24);
  }

  /** `p.lw rd, imm(rs1!)`: loads, then adds `imm` to `rs1`. */
  *lwPost(rd: Reg, rs1: Reg, imm: number): Process {
    this.beginLoad(rd, rs1);
    yield this.ask(this.postIncrement(rs1, imm), 4, false, 0);
    if (this.second > 0) yield this.askSecond();
    this.endLoad(rd, this.answer() | 0);
  }

  /** `p.lbu rd, imm(rs1!)`. */
  *lbuPost(rd: Reg, rs1: Reg, imm: number): Process {
    this.beginLoad(rd, rs1);
    yield this.ask(this.postIncrement(rs1, imm), 1, false, 0);
    this.endLoad(rd, this.answer());
  }

  /** `p.lb rd, imm(rs1!)`. */
  *lbPost(rd: Reg, rs1: Reg, imm: number): Process {
    this.beginLoad(rd, rs1);
    yield this.ask(this.postIncrement(rs1, imm), 1, false, 0);
    this.endLoad(rd, (this.answer() << 24) >> 24);
  }

  /** `sw rs2, imm(rs1)`. */
  *sw(rs2: Reg, rs1: Reg, imm: number = 0): Process {
    this.beginStore(rs1, rs2);
    yield this.ask(this.registers[rs1] + imm, 4, true, this.registers[rs2]);
    if (this.second > 0) yield this.askSecond();
    this.answer();
  }

  /** `p.sw rs2, imm(rs1!)`. */
  *swPost(rs2: Reg, rs1: Reg, imm: number): Process {
    this.beginStore(rs1, rs2);
    const value = this.registers[rs2];
    yield this.ask(this.postIncrement(rs1, imm), 4, true, value);
    if (this.second > 0) yield this.askSecond();
    this.answer();
  }

  /** `p.sb rs2, imm(rs1!)`. */
  *sbPost(rs2: Reg, rs1: Reg, imm: number): Process {
    this.beginStore(rs1, rs2);
    const value = this.registers[rs2];
    yield this.ask(this.postIncrement(rs1, imm), 1, true, value);
    this.answer();
  }

  /** A load whose value the next instruction uses, as compiled driver code does; zero-extended. */
  *read(address: number, sizeBytes: number = 4): Process<number> {
    this.beginLoad(NONE, NONE);
    yield this.ask(address, sizeBytes, false, 0);
    if (this.second > 0) yield this.askSecond();
    const value = this.answer();
    this.spend(this.loadStalls, this.params.loadUseCycles);
    return value >>> 0;
  }

  /** A store of a value that is there. */
  *store(address: number, value: number, sizeBytes: number = 4): Process {
    this.beginStore(NONE, NONE);
    yield this.ask(address, sizeBytes, true, value);
    if (this.second > 0) yield this.askSecond();
    this.answer();
  }

  /** `p.elw`: a load that an event unit may hold back while the core's clock is off. */
  *elw(address: number): Process<number> {
    this.beginLoad(NONE, NONE);
    this.access.waits = true;
    yield this.ask(address, 4, false, 0);
    return this.answer() >>> 0;
  }
}
