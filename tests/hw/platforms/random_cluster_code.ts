/**
 * Random assembly for the eight-core board, piece by piece: what one core does between two meetings.
 * @module
 */
import type { Random } from "../riscv/random_firmware.ts";
import { pick } from "../riscv/random_program.ts";
import { RandomCode } from "../riscv/random_program_code.ts";

/**
 * Registers that hold anything. Others have their work: s0 and s1 point to data, s2 to data or locks where loads test and
 * set, s3 to the event unit, gp to L1, tp is the core's number, s8 a small offset, s7 counts for hardware loops, s9 and s10
 * for loops of branches, s11 for the whole program, t6 and s5 for a moment, s4 in the handler, ra and s6 hold return addresses.
 */
const ANY = ["zero", "t0", "t1", "t2", "t3", "t4", "t5", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "sp"];
const CONDITIONS = ["beq", "bne", "blt", "bge", "bltu", "bgeu"];
const LOADS = ["lb", "lbu", "lh", "lhu", "lw", "lw"], STORES = ["sb", "sh", "sw", "sw"];
const ALIAS = 1 << 20;

/** In L1: tables of addresses, locks, interrupts that were taken, words of code to be copied, data. */
export const TABLES = 0x1000_0000,
  LOCKS = 0x1000_0400,
  INTERRUPTS = 0x1000_07f0,
  TEMPLATES = 0x1000_0800,
  DATA = 0x1000_1000;
const DATA_BYTES = 0xf000;
/** In L2: what the DMA writes. */
const L2_DATA = 0x1c02_0000;
/** The DMA's registers, from the event unit's. */
const DMA_COMMAND = 0x400, DMA_STATUS = 0x404;

/** Writes random assembly. */
export class RandomClusterCode {
  /** Entries of the table of addresses, as symbols. */
  readonly table: string[] = [];
  /** The code of which pieces are made. */
  readonly code: RandomCode;

  readonly #random: Random;
  readonly #early: boolean;
  readonly #kinds: readonly (() => void)[];
  readonly #weights: readonly number[];
  #labels = 0;
  #depth = 0;
  #rounds = 1;

  /**
   * @param random where randomness comes from
   * @param early whether it is for the cores of 2018
   * @param interrupted whether interrupts come
   */
  constructor(random: Random, early: boolean, interrupted: boolean) {
    this.#random = random;
    this.#early = early;
    this.code = new RandomCode(random, early, false);
    const common: readonly (() => void)[] = [
      () => this.code.computing(1 + random(8)),
      () => this.#accesses(),
      () => this.#branchOver(),
      () => this.#hotLoop(),
      () => this.#hotLoop(),
      () => this.#hardwareLoop(),
      () => this.#call(),
      () => this.#computedJump(),
    ];
    const rare: readonly (() => void)[] = [
      () => this.#testAndSet(),
      () => this.#spinLock(),
      () => this.transfer(),
      () => this.#csrs(),
      () => this.#count(),
      () => this.line(pick(random, ["ecall", ".option norvc; .word 0xffffffff; .option rvc", "fence.i", "fence"])),
      () => this.line(`lw ${this.any()}, ${pick(random, [0, 0x18, 0x1c, 0x20])}(s3)`),
    ];
    const event = () => this.line(`addi t6, tp, ${random(100)}`, `sw t6, ${0x110 + 4 * random(4)}(s3)`);
    this.#kinds = [...common, ...rare.filter(() => random(3) === 0), ...interrupted ? [event] : []];
    this.#weights = this.#kinds.map(() => 1 + random(6));
  }

  /** Writes lines as they are. */
  line(...lines: string[]): void {
    this.code.line(...lines);
  }

  /** A register that holds anything. */
  any(): string {
    return pick(this.#random, ANY);
  }

  /** A new label. */
  label(): string {
    return `c${this.#labels++}`;
  }

  /** The offset of an address in the table. */
  entry(symbol: string): number {
    return 4 * (this.table.push(symbol) - 1);
  }

  /** Something; `depth` is how deep it may nest. */
  chunk(depth: number): void {
    const before = this.#depth;
    this.#depth = depth;
    let left = this.#random(this.#weights.reduce((sum, weight) => sum + weight));
    const kind = this.#weights.findIndex((weight) => (left -= weight) < 0);
    if (this.#random(12) === 0) this.line(`.option ${pick(this.#random, ["rvc", "norvc"])}`);
    if (depth > 0) this.#kinds[kind]();
    else pick(this.#random, [() => this.code.computing(1 + this.#random(3)), () => this.#accesses()])();
    this.#depth = before;
  }

  /** Sets all registers but the core's number; what they hold is each core's own. */
  setUp(): void {
    const random = this.#random;
    for (const name of ANY.slice(1)) {
      this.line(`li ${name}, ${pick(random, [random(16), -random(16), random(2 ** 32) | 0, random(2 ** 16)])}`);
      if (random(2) === 0) this.line(`${pick(random, ["add", "mul", "xor"])} ${name}, ${name}, tp`);
    }
    for (const name of ["s7", "s8", "s9", "s10", "ra", "s6", "t6", "s5", "s4"]) this.line(`li ${name}, 1`);
    for (const name of ["s0", "s1", "s2"]) this.#pointer(name);
  }

  /** The routines that are called. */
  routines(): void {
    for (let i = 0; i < 3; i++) {
      this.line(`routine${i}:`);
      this.code.computing(this.#random(6));
      if (this.#random(2) === 0) this.#accesses();
      this.line("ret");
    }
  }

  /** A copy by the DMA, some work, and the wait for its end. */
  transfer(from?: { readonly local: number; readonly external: string; readonly bytes: number }): void {
    const random = this.#random;
    const bytes = from?.bytes ?? 1 + random(pick(random, [16, 200, 1500]));
    const intoL1 = from === undefined && random(2) === 0;
    const rows = from === undefined && random(40) === 0;
    const command = bytes | 1 << 17 | (intoL1 ? 1 << 16 : 0) | (rows ? 1 << 18 : 0) | random(8) << 19;
    const local = from?.local ?? DATA + random(DATA_BYTES - bytes);
    const external = from?.external ?? `${intoL1 && random(3) === 0 ? 0x1c00_0000 : L2_DATA + random(0x8000)}`;
    const poll = this.label();
    this.line(`lw s5, ${DMA_COMMAND}(s3)`, `li t6, ${command}`, `sw t6, ${DMA_COMMAND}(s3)`);
    this.line(`li t6, ${local}`, `sw t6, ${DMA_COMMAND}(s3)`, `li t6, ${external}`.replace(/li (t6, [a-z])/, "la $1"));
    this.line(`sw t6, ${DMA_COMMAND}(s3)`);
    if (rows) this.line(`li t6, ${1 + random(64) | 1 + random(200) << 16}`, `sw t6, ${DMA_COMMAND}(s3)`);
    if (random(2) === 0) this.#work(pick(random, [3, 20, 60]));
    this.line(`${poll}:`, `lw t6, ${DMA_STATUS}(s3)`, "srl t6, t6, s5", "andi t6, t6, 1", `bnez t6, ${poll}`);
    this.line("li t6, 1", "sll t6, t6, s5", `sw t6, ${DMA_STATUS}(s3)`);
  }

  /** Instructions that compute and access, without pieces that need s5 or t6. */
  #work(rounds: number): void {
    const start = this.label();
    this.#pointer("s0");
    this.line(`li s7, ${rounds}`, `${start}:`);
    this.#access("s0", 4);
    this.code.computing(this.#random(3));
    this.line("addi s7, s7, -1", `bnez s7, ${start}`);
  }

  /** Points somewhere into the data: where all cores do, or to a place of the core's own, in a bank of its own or not. */
  #pointer(name: string): void {
    const random = this.#random;
    const place = DATA + 0x4000 + random(0x4000) & (random(3) === 0 ? -1 : -4);
    this.line(`li ${name}, ${place + (name === "s2" ? ALIAS : 0)}`);
    const shift = pick(random, [undefined, undefined, 0, 2, 2, 6, 8, 9]);
    if (shift !== undefined) this.line(`slli t6, tp, ${shift}`, `add ${name}, ${name}, t6`);
  }

  #access(pointer: string, most: number, kinds = this.#random(2) === 0 ? LOADS : STORES): void {
    const random = this.#random;
    const name = pick(random, kinds), register = this.any();
    const step = pick(random, [1, 2, 4, 4, 8]) * pick(random, [1, -1]);
    const imm = random(3) > 0 ? 4 * random(16) : random(97) - 32;
    const form = random(6);
    if (form === 0) this.line(`p.${name} ${register}, ${Math.min(most, step)}(${pointer}!)`);
    else if (form === 1) this.line(`p.${name} ${register}, s8(${pointer})`);
    else if (form === 2) this.line(`p.${name} ${register}, s8(${pointer}!)`);
    else this.line(`${name} ${register}, ${imm}(${pointer})`);
  }

  #accesses(): void {
    const random = this.#random;
    this.#pointer(pick(random, ["s0", "s1"]));
    this.line(`li s8, ${random(17) - 8}`);
    const pointer = pick(random, ["s0", "s0", "s1"]);
    this.#pointer(pointer);
    for (let count = 1 + random(5); count > 0; count--) {
      this.#access(pointer, 8);
      if (random(3) === 0) this.code.computing(1);
    }
  }

  #branchOver(): void {
    const over = this.label();
    if (this.#random(2) === 0) {
      const bit = pick(this.#random, ANY.slice(1));
      this.line(`andi ${bit}, ${pick(this.#random, ["s11", "s10", "tp"])}, ${1 << this.#random(3)}`);
      this.line(`${pick(this.#random, ["beqz", "bnez"])} ${bit}, ${over}`);
    } else this.line(`${pick(this.#random, CONDITIONS)} ${this.any()}, ${this.any()}, ${over}`);
    this.chunk(this.#depth - 1);
    this.line(`${over}:`);
  }

  /** A loop long enough to be translated; the deeper one is short. */
  #hotLoop(): void {
    const random = this.#random;
    const start = this.label();
    const outer = this.#rounds === 1;
    const counter = outer ? "s9" : "s10";
    const rounds = outer ? pick(random, [30, 100, 200, 300]) : 1 + random(6);
    const hardware = random(3) === 0;
    const end = this.label();
    for (const name of ["s0", "s1"]) this.#pointer(name);
    this.line(`li s8, ${pick(random, [0, 4, -4, 1, 8])}`, `li ${counter}, ${rounds}`);
    if (hardware) {
      const loop = outer ? "x1" : "x0";
      this.line(`lp.counti ${loop}, ${rounds}`, `lp.starti ${loop}, ${start}`, `lp.endi ${loop}, ${end}`);
    }
    this.line(`${start}:`);
    const before = this.#rounds;
    this.#rounds *= rounds;
    for (let count = 1 + random(6); count > 0; count--) {
      const kind = random(12);
      if (kind === 0) this.line(`p.lw ${this.any()}, ${outer ? 64 : 4}(s1!)`);
      else if (kind === 1 && this.#depth > 1 && this.#rounds < 400) this.chunk(this.#depth - 1);
      else if (kind < 9) this.#access(pick(random, ["s0", "s1"]), 8);
      else this.code.computing(1 + random(2));
    }
    if (random(4) === 0) {
      const over = this.label();
      this.line(`andi t6, ${counter}, ${1 + random(7)}`, `beqz t6, ${over}`);
      this.#access("s0", 4);
      this.line(`${over}:`);
    }
    this.code.computing(1);
    this.#rounds = before;
    if (hardware) this.line(`${end}:`, "nop", "nop");
    else this.line(`addi ${counter}, ${counter}, -1`, `bnez ${counter}, ${start}`);
  }

  #hardwareLoop(): void {
    const random = this.#random;
    const loop = pick(random, ["x0", "x1"]);
    const start = this.label(), end = this.label();
    const rounds = pick(random, [0, 1, 2, 5, 20]);
    if (random(2) === 0) this.line(`li s7, ${rounds}`, `lp.setup ${loop}, s7, ${end}`);
    else this.line(`lp.counti ${loop}, ${rounds}; lp.starti ${loop}, ${start}; lp.endi ${loop}, ${end}`);
    this.line(`${start}:`);
    if (random(2) === 0) this.code.computing(random(3));
    else this.chunk(0);
    if (random(10) === 0) this.line(`csrr ${this.any()}, ${(this.#early ? 0x7b0 : 0x7c0) + random(7)}`);
    this.line(`${end}:`);
    if (random(3) === 0) this.#access("s0", 4);
    else this.code.computing(1);
    this.line("nop");
  }

  #call(): void {
    const name = `routine${this.#random(3)}`;
    if (this.#random(2) === 0) this.line(`jal ra, ${name}`);
    else this.line(`la s6, ${name}`, "jalr ra, 0(s6)");
  }

  /** A jump through a table in L1. */
  #computedJump(): void {
    const random = this.#random;
    const end = this.label();
    const targets = Array.from({ length: 4 }, () => this.label());
    const [first] = targets.map((target) => this.entry(target));
    this.line(`andi t6, ${pick(random, ["s9", "s10", "tp", this.any()])}, 3`, "slli t6, t6, 2", "add t6, t6, gp");
    this.line(`lw t6, ${first}(t6)`);
    this.code.computing(random(3));
    this.line(pick(random, ["jr t6", "jalr t6, 0(t6)", "jalr s6, 0(t6)"]));
    for (const target of targets) {
      this.line(`${target}:`);
      this.code.computing(random(3));
      if (random(3) === 0) this.line(`j ${end}`);
    }
    this.line(`${end}:`);
  }

  /** Loads of all sizes that write ones, aligned or not, and stores there. */
  #testAndSet(): void {
    this.#pointer("s2");
    this.line(`li s8, ${this.#random(17) - 8}`);
    for (let count = 1 + this.#random(4); count > 0; count--) {
      this.#access("s2", 8, this.#random(4) > 0 ? LOADS : STORES);
      if (this.#random(3) === 0) this.#access("s0", 4);
    }
  }

  #spinLock(): void {
    const random = this.#random;
    const spin = this.label();
    const size = random(3);
    const lock = 16 * random(4) + (random(2) === 0 ? 0 : 4 - (1 << size));
    this.line(`li s2, ${LOCKS + lock + ALIAS}`, `${spin}:`);
    this.line(`${["lb", "lh", "lw"][size]} t6, 0(s2)`, ...(random(3) === 0 ? ["nop"] : []), `bnez t6, ${spin}`);
    if (random(2) === 0) this.#access("s0", 4);
    this.code.computing(random(4));
    if (random(2) === 0) this.line(`li s2, ${LOCKS + lock}`);
    this.line(`${["sb", "sh", "sw"][size]} zero, 0(s2)`);
  }

  #csrs(): void {
    const random = this.#random;
    const readable = ["mstatus", "mepc", "mcause", "mhartid", "0x301", "0x305", "0x340", "0x780"];
    this.line(`csrr ${this.any()}, ${pick(random, readable)}`);
    if (random(3) === 0) this.line(`csrr ${this.any()}, ${(this.#early ? 0x7b0 : 0x7c0) + random(7)}`);
    if (random(3) === 0) this.line(`csrw 0x340, ${this.any()}`, `csrrs ${this.any()}, 0x340, ${this.any()}`);
  }

  /** Counts events for a while. */
  #count(): void {
    const selector = this.#early ? 0x7a0 : 0x7e0;
    this.line(`li t6, ${this.#random(0x20000)}`, `csrw ${selector}, t6`);
    if (this.#random(4) === 0) this.line(`csrwi ${selector + 1}, ${this.#random(4)}`);
    this.chunk(Math.min(1, this.#depth - 1));
    this.line(`csrwi ${selector}, 0`, `csrr ${this.any()}, ${0x780 + this.#random(17)}`);
  }
}
