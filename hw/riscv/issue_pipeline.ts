/**
 * What every core does with its instructions, whatever they are: its own time, hazards, data accesses, sleep, and the
 * account of all cycles.
 * @module
 */
import type { Counter } from "../../sim/mod.ts";
import { CoreDataPort } from "./core_data_port.ts";
import { NONE } from "./core_state.ts";

/** A core with one data port that issues its instructions in order. */
export class IssuePipeline extends CoreDataPort {
  /** Instructions issued. */
  readonly instructions: Counter = this.counter("instructions", "instruction", "instructions issued");
  /** Cycles lost to load-use hazards. */
  readonly loadStalls: Counter = this.counter("load_stalls", "cycle", "cycles lost to use of a load right after it");
  /** Cycles lost to taken branches, jumps and flushes of the pipeline. */
  readonly jumpStalls: Counter = this.counter(
    "jump_stalls",
    "cycle",
    "cycles lost to taken branches, jumps and flushes of the pipeline",
  );
  /** Cycles lost to multi-cycle multiplications and divisions. */
  readonly computeStalls: Counter = this.counter("compute_stalls", "cycle", "extra cycles of mulh and divisions");
  /** Jumps. */
  readonly jumps: Counter = this.counter("jumps", "instruction", "jumps, through registers or not");
  /** Jumps through a register that had to wait for it. */
  readonly jumpHazards: Counter = this.counter("jump_hazards", "instruction", "jumps that waited for their register");
  /** Branches. */
  readonly branches: Counter = this.counter("branches", "instruction", "branches, taken or not");
  /** Branches that were taken. */
  readonly takenBranches: Counter = this.counter("taken_branches", "instruction", "branches that were taken");
  /** Instructions of 16 bits. */
  readonly compressed: Counter = this.counter("compressed", "instruction", "instructions of 16 bits");
  /** Cycles that accesses to the status register cost. */
  readonly statusStalls: Counter = this.counter("status_stalls", "cycle", "cycles lost to accesses to mstatus");
  /** Cycles that waited for a fetch: none while it is ideal. */
  readonly fetchStalls: Counter = this.counter("fetch_stalls", "cycle", "cycles waiting for instruction fetches");

  /** Register that the instruction right before loads. */
  private loaded = NONE;
  /** Register that the instruction right before computes. */
  private computed = NONE;
  /** For each register, the cycle in which the last load into it left the execute stage. */
  private readonly loadedAt = new Float64Array(32).fill(-Infinity);
  /** Hardware loops that have begun and not ended. */
  protected hardwareLoops: number = 0;

  /** The core starts anew: nothing is under way in it. */
  protected override forgetHazards(): void {
    this.loaded = this.computed = NONE;
    this.loadedAt.fill(-Infinity);
    this.hardwareLoops = 0;
  }

  // ---- leaving decode: `a`, `b` and `c` are the registers used, or x0; `target` the one that the ALU writes, or NONE ----

  /** An instruction with nothing special about its time. */
  protected issue(a: number, b: number, c: number, target: number): void {
    this.#waitForLoad(a, b, c, target);
    this.loaded = NONE;
    this.computed = target;
    this.instructions.value++;
    this.enters = this.computedAt = this.nextIssue += this.issueCycles;
  }

  /** `count` instructions that need nothing but the ALU. */
  protected issueMany(count: number): void {
    this.loaded = this.computed = NONE;
    this.instructions.value += count;
    this.nextIssue += count * this.issueCycles;
    this.enters = this.computedAt = this.nextIssue;
  }

  /** The instruction just issued keeps the execute stage for longer. */
  protected occupy(cycles: number): void {
    this.spend(this.computeStalls, cycles);
    this.computedAt = this.nextIssue;
  }

  /** A load or a store begins; {@linkcode ask} follows. */
  protected beginAccess(a: number, b: number, c: number, target: number): void {
    this.#waitForLoad(a, b, c, target);
    this.loaded = NONE;
    this.computed = target;
    this.computedAt = NONE;
    this.instructions.value++;
  }

  /** A load ends. */
  protected override endLoad(rd: number, value: number): void {
    this.write(rd, value);
    this.loaded = rd;
    this.loadedAt[rd] = this.nextIssue;
  }

  /** What was loaded is used by the instruction right behind. */
  protected override useLoaded(): void {
    this.spend(this.loadStalls, this.params.loadUseCycles);
  }

  /** A branch; gives back whether it is taken. */
  protected issueBranch(a: number, b: number, taken: boolean): boolean {
    this.issue(a, b, 0, NONE);
    this.branches.value++;
    if (!taken) return false;
    this.takenBranches.value++;
    this.#redirect(this.nextIssue + this.params.takenBranchCycles);
    return true;
  }

  /** A jump to a fixed place, which is known in the first cycle in decode. */
  protected issueJump(target: number): void {
    this.#jumpFrom(this.enters, target, 0);
  }

  /** A jump through a register, which the decode stage takes from the register file. */
  protected issueJumpThrough(a: number, target: number): void {
    const { params, enters } = this;
    let known = enters;
    if (a !== 0) {
      if (this.computed === a) known = Math.max(known, this.computedAt + params.jalrAluHazardCycles);
      known = Math.max(known, this.loadedAt[a] + params.jalrLoadHazardCycles);
    }
    this.#waitForLoad(a, 0, 0, target);
    this.loaded = NONE;
    if (known > this.nextIssue) {
      this.jumpHazards.value++;
      this.spend(this.jumpStalls, known - this.nextIssue);
    }
    this.#jumpFrom(known, target, a !== 0 && a === target ? params.jalrSelfCycles : 0);
  }

  /** An instruction that flushes the pipeline behind it. */
  protected issueFlush(a: number, target: number): void {
    this.issue(a, 0, 0, target);
    this.statusStalls.value += this.params.statusCycles;
    this.#redirect(this.nextIssue + this.params.statusCycles);
  }

  /** A fence: it flushes as soon as the access before it, or the first part of it, is granted. */
  protected issueFence(): void {
    const { params } = this;
    const there = Math.max(this.enters + params.issueCycles, this.computedAt) + params.fenceCycles;
    this.loaded = this.computed = NONE;
    this.instructions.value++;
    this.nextIssue += params.issueCycles;
    this.#redirect(Math.max(there, this.nextIssue));
  }

  /** `known` is the cycle from which the target is known; `late` is added if the jump leaves decode in it. */
  #jumpFrom(known: number, target: number, late: number): void {
    const { jumpCycles } = this.params;
    const leaves = this.nextIssue;
    this.jumps.value++;
    this.issue(0, 0, 0, target);
    const there = known + this.params.issueCycles + jumpCycles + (leaves > known ? 0 : late);
    this.#redirect(Math.max(there, this.nextIssue));
  }

  /** The next instruction comes into decode in a cycle that is not just the next one. */
  #redirect(cycle: number): void {
    this.spend(this.jumpStalls, cycle - this.nextIssue);
    this.enters = cycle;
  }

  /** What was just loaded is used or overwritten: it has to come first. */
  #waitForLoad(a: number, b: number, c: number, target: number): void {
    const { loaded } = this;
    if (loaded === NONE) return;
    if (loaded === target || loaded !== 0 && (loaded === a || loaded === b || loaded === c)) {
      this.spend(this.loadStalls, this.params.loadUseCycles);
    }
  }

  /** Lets cycles pass and books them. */
  protected spend(counter: Counter, cycles: number): void {
    counter.value += cycles;
    this.nextIssue += cycles;
  }

  /** Writes a register; x0 stays 0. */
  protected write(rd: number, value: number): void {
    if (rd !== 0) this.registers[rd] = value;
  }
}
