/**
 * Random assembly, piece by piece.
 * @module
 */
import type { Fields } from "../../../hw/riscv/isa/decoder.ts";
import { disassemble } from "../../../hw/riscv/isa/disassembler.ts";
import type { Instruction } from "../../../hw/riscv/isa/instruction.ts";
import { ri5cy } from "../../../hw/riscv/isa/isa.ts";
import { operands } from "../../../hw/riscv/isa/operands.ts";
import { registerNumber } from "../../../hw/riscv/isa/assembler_registers.ts";
import type { Random } from "./random_firmware.ts";

/**
 * Registers that hold anything. Others have their work: s0 and s1 point to data, s8 is a small offset, s7 counts for
 * hardware loops, s9 and s10 for loops of branches, s11 for the whole program, t6 and s5 hold addresses of code, s4 is
 * the handler's, ra and s6 hold return addresses, tp points to the board's registers, gp to tables.
 */
const ANY = ["zero", "t0", "t1", "t2", "t3", "t4", "t5", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "sp"];
const CONDITIONS = ["beq", "bne", "blt", "bge", "bltu", "bgeu"];
const PLAIN_ROWS = ri5cy.instructions.filter((row) => row.expands === undefined);
const rowsOf = (...timings: string[]) => PLAIN_ROWS.filter(({ timing }) => timings.includes(timing));
const COMPUTING = rowsOf("alu", "mul", "mulh", "div");
const DIVISIONS = rowsOf("div"), MULTIPLICATIONS = rowsOf("mul", "mulh"), HIGH = rowsOf("mulh");
const ACCESSES = rowsOf("load", "store"), LOADS = rowsOf("load");

/** Writes random assembly. */
export class RandomCode {
  /** What was written. */
  readonly lines: string[] = [];

  readonly #random: Random;
  readonly #early: boolean;
  readonly #interrupted: boolean;
  readonly #tables: string[] = [];
  readonly #patches: string[] = [];
  readonly #kinds: readonly (() => void)[];
  /** One of so many divides, accesses, ...: programs differ in what they are made of. */
  readonly #weights: readonly number[];
  #labels = 0;
  #depth = 0;

  /**
   * @param random where randomness comes from
   * @param early whether it is for the core of 2018
   * @param interrupted whether interrupts come
   */
  constructor(random: Random, early: boolean, interrupted: boolean) {
    this.#random = random;
    this.#early = early;
    this.#interrupted = interrupted;
    const common: readonly (() => void)[] = [
      () => this.computing(1 + random(8)),
      () => this.#accesses(),
      () => this.#loadUse(),
      () => this.#branchOver(),
      () => this.#loop(),
      () => this.#hardwareLoop(),
      () => this.#call(),
      () => this.#computedJump(),
      () => this.#ghostDivision(),
      () => this.line(`sw ${this.#any()}, 4(tp)`),
    ];
    const rare: readonly (() => void)[] = [
      () => this.#csrs(),
      () => this.#trap(),
      () => this.#patch(),
      () => this.#besideCode(),
      () => this.#patchAhead(),
      () => this.computing(10 + random(50), DIVISIONS),
      () => this.#count(),
      () => this.#sleep(),
    ];
    this.#kinds = [...common, ...rare.filter(() => random(5) === 0)];
    this.#weights = this.#kinds.map(() => 1 + random(6));
  }

  /** Writes lines as they are. */
  line(...lines: string[]): void {
    this.lines.push(...lines);
  }

  /** Sets all registers. */
  setUp(): void {
    this.line("la gp, tables", "lui tp, 0x1a10f");
    for (const name of ANY.slice(1)) this.line(`li ${name}, ${this.#value()}`);
    for (const name of ["s7", "s8", "s9", "s10", "ra", "s6", "t6", "s5", "s4"]) this.line(`li ${name}, 1`);
    this.#pointer("s0");
    this.#pointer("s1");
  }

  /** Something; `depth` is how deep it may nest. */
  chunk(depth: number): void {
    const before = this.#depth;
    this.#depth = depth;
    let left = this.#random(this.#weights.reduce((sum, weight) => sum + weight));
    const kind = this.#weights.findIndex((weight) => (left -= weight) < 0);
    if (this.#random(12) === 0) this.line(`.option ${this.#pick(["rvc", "norvc"])}`);
    if (depth > 0) this.#kinds[kind]();
    else this.#pick([() => this.computing(1 + this.#random(3)), () => this.#accesses()])();
    this.#depth = before;
  }

  /** Instructions that compute. */
  computing(count: number, rows: readonly Instruction[] = COMPUTING): void {
    for (; count > 0; count--) this.line(this.#instruction(this.#pick(rows)));
  }

  /** The routines that are called. */
  routines(): void {
    for (let i = 0; i < 3; i++) {
      this.line(`routine${i}:`);
      this.computing(this.#random(6));
      if (this.#random(2) === 0) this.#accesses();
      this.line("ret", `other${i}:`);
      this.computing(this.#random(4));
      this.line("jr s6");
    }
    for (const name of this.#patches) {
      this.line(".option norvc", `${name}:`, "addi a0, a0, 1");
      this.computing(this.#random(3));
      this.line("ret", ".option rvc");
    }
  }

  /** Tables and data. */
  data(): void {
    this.line(".data", ".balign 4", "tables: .word 0", ...this.#tables);
    this.line(`scratch: .word ${Array.from({ length: 64 }, () => this.#value()).join(", ")}`, ".space 8192");
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random(list.length)];
  }

  #any(): string {
    return this.#pick(ANY);
  }

  #label(): string {
    return `l${this.#labels++}`;
  }

  #value(): number {
    const random = this.#random;
    return this.#pick([random(16), -random(16), 1 << random(32), random(2 ** 32) | 0, random(2 ** 16)]) | 0;
  }

  #instruction(row: Instruction, fixed: Readonly<Record<string, number>> = {}): string {
    const random = this.#random;
    if (row.since === 2019 && this.#early && random(8) > 0) return "nop";
    const encoding = ri5cy.encodingOf(row);
    const fields: Record<string, number> = {};
    for (const { name, high, low, signed, base } of encoding.fields) {
      if (/^r/.test(name)) fields[name] = registerNumber(this.#any())!;
      else {
        const steps = 2 ** (high - low + 1);
        fields[name] = base + ((random(steps) - (signed ? steps / 2 : 0)) * 2 ** low | 0);
      }
      for (let tries = 0; tries < 20; tries++) {
        if (!encoding.exclusions.some(({ field, value }) => field === name && fields[name] === value)) break;
        fields[name] = /^r/.test(name) ? registerNumber(this.#any())! : 1 << low;
      }
    }
    Object.assign(fields, fixed);
    return disassemble(ri5cy.encode(row, fields as Fields), 0);
  }

  /** Sets a pointer to somewhere in the middle of data. */
  #pointer(name: string): void {
    const offset = this.#pick([128, 129, 130, 131, 64, 192, 4090]);
    if (this.#random(2) === 0) this.line(`la ${name}, scratch + ${offset}`);
    else this.line(`li ${name}, ${0x1000_0000 + this.#pick([offset, 0xfffe, 0x1fffd, offset])}`);
  }

  /** A load or store. */
  #access(row: Instruction, target?: string): void {
    const fixed: Record<string, number> = { rs1: registerNumber(this.#pick(["s0", "s1"]))! };
    const names = ri5cy.encodingOf(row).fields.map(({ name }) => name);
    const isLoad = operands(row).memory!.kind === "load";
    const offset = /\((rs1!?)\)/.test(row.syntax) ? /(r[sd]\d?)\(rs1/.exec(row.syntax)?.[1] : undefined;
    if (offset !== undefined) fixed[offset] = registerNumber("s8")!;
    if (isLoad && target !== undefined) fixed.rd = registerNumber(target)!;
    if (isLoad && this.#random(30) === 0) fixed.rd = fixed.rs1;
    if (names.includes("imm")) fixed.imm = this.#random(2) === 0 ? 4 * this.#random(8) : this.#random(65) - 32;
    this.line(this.#instruction(row, fixed));
    if (fixed.rd === fixed.rs1) this.#pointer(`x${fixed.rs1}`);
  }

  #accesses(): void {
    if (this.#random(3) > 0) this.#pointer(this.#pick(["s0", "s1"]));
    if (this.#random(3) === 0) this.line(`li s8, ${this.#random(33) - 16}`);
    for (let count = 1 + this.#random(5); count > 0; count--) {
      this.#access(this.#pick(ACCESSES));
      if (this.#random(3) === 0) this.computing(1);
    }
  }

  #loadUse(): void {
    const target = this.#any();
    this.#pointer("s0");
    this.#access(this.#pick(LOADS), target);
    for (let between = this.#random(3); between > 0; between--) this.computing(1);
    const number = registerNumber(target)!;
    const use = this.#random(4);
    if (use === 0) this.line(`sw ${target}, 0(s0)`);
    else if (use === 1) {
      const over = this.#label();
      this.line(`${this.#pick(CONDITIONS)} ${target}, ${this.#any()}, ${over}`);
      this.computing(1);
      this.line(`${over}:`);
    } else {
      const row = this.#pick(COMPUTING);
      const sources = ri5cy.encodingOf(row).fields.map(({ name }) => name).filter((name) => /^r/.test(name));
      if (sources.length > 0) this.line(this.#instruction(row, { [this.#pick(sources)]: number }));
    }
  }

  #branch(target: string): string {
    if (this.#random(4) === 0) {
      return `${this.#pick(["p.beqimm", "p.bneimm"])} ${this.#any()}, ${this.#random(32) - 16}, ${target}`;
    }
    return `${this.#pick(CONDITIONS)} ${this.#any()}, ${this.#any()}, ${target}`;
  }

  /** A condition that changes: most random ones hardly ever do. */
  #changingBranch(target: string): void {
    const bit = this.#any();
    if (bit !== "zero") this.line(`andi ${bit}, ${this.#pick(["s11", "s10", this.#any()])}, ${1 << this.#random(4)}`);
    this.line(`${this.#pick(["beqz", "bnez"])} ${bit}, ${target}`);
  }

  #branchOver(): void {
    const over = this.#label();
    if (this.#random(2) === 0) this.#changingBranch(over);
    else this.line(this.#random(6) === 0 ? `j ${over}` : this.#branch(over));
    this.chunk(this.#depth - 1);
    if (this.#random(2) === 0) {
      const end = this.#label();
      this.line(`j ${end}`, `${over}:`);
      this.chunk(this.#depth - 1);
      this.line(`${end}:`);
    } else this.line(`${over}:`);
  }

  #loop(): void {
    const counter = this.#depth > 1 ? "s9" : "s10";
    const start = this.#label();
    this.line(`li ${counter}, ${1 + this.#random(this.#depth > 1 ? 6 : 20)}`, `${start}:`);
    for (let count = 1 + this.#random(2); count > 0; count--) this.chunk(this.#depth - 1);
    this.line(`addi ${counter}, ${counter}, -1`, `bnez ${counter}, ${start}`);
  }

  #hardwareLoop(): void {
    const random = this.#random;
    const loop = this.#pick([this.#depth > 1 ? "x1" : "x0", this.#depth > 1 ? "x1" : "x0", "x0", "x1"]);
    const start = this.#label(), end = this.#label(), out = this.#label();
    const rounds = this.#pick([0, 1, 2, 3, 5, 20]);
    const form = random(4);
    if (random(4) === 0) this.computing(1, DIVISIONS);
    if (random(8) === 0) this.line("lw s7, 0(s0)");
    if (form === 0 || form === 3) {
      if (random(3) === 0) this.line(`andi s7, ${this.#any()}, 7`);
      else this.line(`li s7, ${rounds}`);
    }
    if (form === 0) this.line(`lp.setup ${loop}, s7, ${end}`);
    else if (form === 1) {
      const parts = [
        `lp.starti ${loop}, ${start}`,
        `lp.endi ${loop}, ${end}`,
        random(2) === 0 ? `lp.counti ${loop}, ${rounds}` : `li s7, ${rounds}; lp.count ${loop}, s7`,
      ];
      while (parts.length > 0) this.line(...parts.splice(random(parts.length), 1));
      this.computing(random(2));
    } else if (form === 3) this.line(`lp.setup ${loop}, s7, ${end}`, `nop`);
    else this.line(`lp.counti ${loop}, ${rounds}; lp.starti ${loop}, ${start}; lp.endi ${loop}, ${end}`);
    this.line(`${start}:`);
    const body = random(4);
    if (body === 0) this.computing(random(3));
    else if (body === 1) {
      this.#changingBranch(this.#pick([out, end]));
      this.computing(random(3));
    } else this.chunk(this.#depth - 1);
    if (random(10) === 0) this.line(`csrr ${this.#any()}, ${(this.#early ? 0x7b2 : 0x7c2) + (loop === "x1" ? 4 : 0)}`);
    this.line(`${end}:`);
    const last = random(8);
    if (last === 0) this.#access(this.#pick(ACCESSES));
    else if (last === 1) this.line(`${this.#pick(CONDITIONS)} ${this.#any()}, ${this.#any()}, ${out}`);
    else this.computing(1);
    this.line(`${out}:`);
  }

  #call(): void {
    const name = this.#pick(["routine", "other"]) + this.#random(3);
    const link = name.startsWith("routine") ? "ra" : "s6";
    if (this.#random(2) === 0) this.line(`jal ${link}, ${name}`);
    else {
      this.line(`la t6, ${name}`);
      this.computing(this.#random(3));
      this.line(`jalr ${link}, 0(t6)`);
    }
  }

  #computedJump(): void {
    const random = this.#random;
    const table = this.#label(), end = this.#label();
    const targets = Array.from({ length: 4 }, () => this.#label());
    this.line(`andi t6, ${this.#pick(["s11", "s10", this.#any()])}, 3`, "slli t6, t6, 2");
    this.line(`la s5, ${table}`, random(2) === 0 ? "p.lw t6, t6(s5)" : "add t6, t6, s5; lw t6, 0(t6)");
    this.computing(random(3), this.#pick([COMPUTING, HIGH, DIVISIONS]));
    this.line(this.#pick(["jr t6", "jalr t6, 0(t6)", "jalr s6, 0(t6)"]));
    if (random(2) === 0) this.computing(1, DIVISIONS);
    for (const target of targets) {
      this.line(`${target}:`);
      this.computing(random(3));
      if (random(3) === 0) this.line(`j ${end}`);
    }
    this.line(`${end}:`);
    const odd = random(4) === 0 ? " + 1" : "";
    this.#tables.push(`${table}: .word ${targets.map((target) => target + odd).join(", ")}`);
  }

  /** A division in the shadow of a branch, which passes through the pipeline without being executed. */
  #ghostDivision(): void {
    const over = this.#label();
    if (this.#random(2) === 0) this.#changingBranch(over);
    else this.line(this.#branch(over));
    for (let between = this.#random(2); between > 0; between--) this.computing(1);
    this.computing(1, DIVISIONS);
    this.line(`${over}:`);
    this.computing(1, this.#pick([MULTIPLICATIONS, DIVISIONS, COMPUTING]));
  }

  #csrs(): void {
    const readable = ["mstatus", "mepc", "mcause", "mhartid", "0x301", "0x305", "0x340", "0x7b0", "0x7c1", "0x780"];
    this.line(`csrr ${this.#any()}, ${this.#pick(readable)}`);
    if (this.#random(3) === 0) this.line(`csrw 0x340, ${this.#any()}`, `csrrs ${this.#any()}, 0x340, ${this.#any()}`);
    if (this.#random(4) === 0) this.line("csrci mstatus, 8");
    if (this.#random(4) === 0 && this.#interrupted) this.line("csrsi mstatus, 8");
  }

  #trap(): void {
    this.line(this.#pick(["ecall", ".option norvc; .word 0xffffffff", "fence.i", "fence", "ecall"]));
  }

  /** Changes a routine and calls it. */
  #patch(): void {
    if (this.#patches.length === 0 || this.#random(3) === 0) this.#patches.push(`patch${this.#patches.length}`);
    const name = this.#pick(this.#patches), over = this.#label();
    this.line(`andi s5, s11, ${this.#pick([0, 7, 31, 63])}`, `bnez s5, ${over}`);
    this.line(`andi t6, ${this.#any()}, 0x7f`, "slli t6, t6, 20", "li s5, 0x00050513", "or t6, t6, s5");
    this.line(`la s5, ${name}`, this.#pick(["sw t6, 0(s5)", "sw t6, 0(s5)", "srli t6, t6, 16; sh t6, 2(s5)"]));
    if (this.#random(4) > 0) this.line("fence.i");
    this.line(`${over}:`, `jal ra, ${name}`);
  }

  /** Stores close to code, and into words that are fetched but not executed. */
  #besideCode(): void {
    const over = this.#label(), here = this.#label(), offset = 4 * this.#random(5);
    this.line(`la s5, ${here}`);
    this.line(`andi t6, s11, ${this.#pick([0, 15, 63])}`, `bnez t6, ${over}`);
    this.line(`${this.#pick(["sb", "sh", "sw"])} ${this.#pick(["zero", "s11", this.#any()])}, ${offset}(s5)`);
    this.line(`j ${over}`);
    this.line(".balign 4", `${here}:`, ".word 0, 1, 2, 3, 4", `${over}:`);
  }

  /** Changes instructions that were fetched, but not executed: those behind a loop, or close ahead. */
  #patchAhead(): void {
    const random = this.#random;
    const start = this.#label(), ahead = this.#label(), keep = this.#label();
    const counter = this.#depth > 1 ? "s9" : "s10";
    this.line(`la s5, ${ahead}`, "lw t6, 0(s5)", `li ${counter}, ${1 + random(20)}`, `${start}:`);
    this.computing(random(3));
    this.line("andi t6, t6, -1");
    if (random(2) === 0) {
      this.line(`andi a0, ${this.#pick(["s11", counter])}, ${this.#pick([0, 3, 31])}`, `bnez a0, ${keep}`);
    }
    this.line("addi t6, t6, 64", "slli t6, t6, 20", "li a0, 0x00050513", "or t6, t6, a0", "srai a0, t6, 20");
    const store = this.#pick(["sw t6, 0(s5)", "sw t6, 0(s5)", "sw t6, 4(s5)", "sb a0, 3(s5)", "sw t6, 2(s5)"]);
    this.line(`${keep}:`, store);
    this.computing(random(3));
    this.line(`addi ${counter}, ${counter}, -1`, `bnez ${counter}, ${start}`);
    if (random(2) === 0) this.line("nop");
    this.line(".option norvc", `${ahead}:`, "addi a0, a0, 1", "addi a0, a0, 2", "addi a1, a1, 3", ".option rvc");
  }

  /** Counts events for a while. */
  #count(): void {
    const selector = this.#early ? "0x7a0" : "0x7e0";
    this.line(`li s5, ${this.#random(0x1000)}`, `csrw ${selector}, s5`);
    this.chunk(this.#depth - 1);
    if (this.#random(4) > 0) this.line(`csrwi ${selector}, 0`);
    this.line(`csrr ${this.#any()}, ${0x780 + this.#random(12)}`);
  }

  #sleep(): void {
    if (!this.#interrupted) return;
    const over = this.#label();
    this.line(`andi s5, s11, 31`, `bnez s5, ${over}`, "wfi", `${over}:`);
  }
}
