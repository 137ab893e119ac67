/**
 * Random programs for the eight-core board: phases in which each core has work of its own or the same as others, and what
 * cores do with each other in between.
 * @module
 */
import { CLUSTER_CORES, CLUSTER_EXIT, EVENT_UNIT_BASE } from "../../../hw/platforms/cluster_bench.ts";
import type { CoreName } from "../../../hw/riscv/ri5cy/variants.ts";
import type { Random } from "../riscv/random_firmware.ts";
import { CORES, pick } from "../riscv/random_program.ts";
import { DATA, INTERRUPTS, RandomClusterCode, TABLES, TEMPLATES } from "./random_cluster_code.ts";

/** A program, and the circumstances in which it runs. */
export interface RandomClusterProgram {
  /** The cores that it is for. */
  readonly core: CoreName;
  /** Its source, to be assembled at the board's reset address less 0x80. */
  readonly lines: readonly string[];
  /** What L1 holds, but for the table: bytes by address. */
  readonly l1: ReadonlyMap<number, Uint8Array>;
  /** Symbols whose addresses are words of L1 from {@linkcode TABLES} on. */
  readonly table: readonly string[];
  /** Where it is stopped and looked at, the last one ends it; whether instructions are recorded up to there. */
  readonly stops: readonly { readonly cycle: number; readonly traced: boolean }[];
  /** Accesses after which the fast engine translates. */
  readonly warmRequests: number;
}

/** Offsets in the event unit. */
const INTERRUPT_MASK = 0x0c,
  BUFFER_CLEAR = 0x28,
  EVENT_MASK = 0x2c,
  WAIT = 0x3c,
  DISPATCH = 0x80,
  TEAM = 0x84,
  MUTEX = 0xc0;
const TRIGGER = 0x100, TRIGGER_WAIT = 0x180, BARRIERS = 0x200;
/** Software events by which cores meet; the others come when somebody likes. */
const MEETING_EVENTS = 4, OWN_EVENTS = 4;
/** Events of the DMA, barriers, the mutex, the dispatch queue. */
const DMA_EVENT = 8,
  BARRIER_EVENT = 16,
  MUTEX_EVENT = 17,
  DISPATCH_EVENT = 18;
const TEMPLATE_WORDS = 16;

/** Things that end a program with a sentence. */
const MISTAKES = [
  ["li t6, 0x50000004", "lw a0, 0(t6)"],
  ["li t6, 0x10010000", "sw a0, 0(t6)"],
  ["li t6, 0x1010fffe", "lw a0, 0(t6)"],
  ["li t6, 0x1000fffe", "sw a0, 0(t6)"],
  ["lw a0, 0x7c(s3)"],
  ["sw a0, 0xc0(s3)"],
  ["sw zero, 0x400(s3)"],
  ["li t6, 0x1a1040a4", "sw zero, 0(t6)"],
  ["li t6, 0x40000000", "jr t6"],
  ["sw zero, 0(s3)", "p.elw t6, 0x3c(s3)"],
];

/** Makes a program that takes up to `cycles` cycles. */
export function randomClusterProgram(random: Random, cycles: number): RandomClusterProgram {
  const core = CORES[random(CORES.length)];
  const program = new Writer(random, core);
  const lines = program.write();
  const last = 4000 + random(cycles);
  const stops = [{ cycle: last, traced: false }];
  for (let count = pick(random, [0, 0, 0, 0, 1, 2, 3]); count > 0; count--) {
    stops.push({ cycle: 1 + random(last), traced: random(4) === 0 });
  }
  return {
    core,
    lines,
    l1: program.l1,
    table: program.code.table,
    stops: stops.sort((a, b) => a.cycle - b.cycle),
    warmRequests: pick(random, [10, 50, 50, 200, 1000]),
  };
}

/** Writes one program. */
class Writer {
  readonly code: RandomClusterCode;
  readonly l1: Map<number, Uint8Array> = new Map();

  readonly #random: Random;
  readonly #cores: number;
  readonly #isPatching: boolean;
  readonly #isInterrupted: boolean;
  #patches = 0;

  constructor(random: Random, core: CoreName) {
    this.#random = random;
    this.#cores = pick(random, [1, 2, 3, 4, 5, 6, 7, 8, 8, 8]);
    this.#isPatching = random(4) === 0;
    this.#isInterrupted = random(4) === 0;
    this.code = new RandomClusterCode(random, core.startsWith("ri5cy_2018"), this.#isInterrupted);
    const data = new Int32Array(0xf000 / 4).map(() => random(2) === 0 ? random(100) - 50 : random(2 ** 32));
    this.l1.set(DATA, new Uint8Array(data.buffer));
  }

  write(): readonly string[] {
    const { code } = this;
    const random = this.#random;
    const away = pick(random, [200, 200, 200, 0x4000]);
    code.line(...VECTORS, ...HANDLER, `.space ${2 * random(away)}`, "start:");
    code.line("csrr tp, mhartid", "andi tp, tp, 31", `li s3, ${EVENT_UNIT_BASE}`, `li gp, ${TABLES}`);
    const team = 2 ** this.#cores - 1;
    if (this.#cores < CLUSTER_CORES) code.line(`addi t6, tp, ${-this.#cores}`, "bltz t6, works", "j leave", "works:");
    code.line(`li t6, ${team}`);
    for (let barrier = 0; barrier < 8; barrier++) {
      code.line(`sw t6, ${BARRIERS + 32 * barrier}(s3)`, `sw t6, ${BARRIERS + 32 * barrier + 12}(s3)`);
    }
    code.setUp();
    if (random(3) > 0) this.#barrier();
    if (this.#isInterrupted) this.#beInterrupted();
    code.line(`li s11, ${pick(random, [3, 50, 1000, 1000, 1000])}`, "again:");
    const mistake = random(8) === 0 ? random(3) : -1;
    for (let phase = 0, phases = 1 + random(6); phase < phases; phase++) {
      this.#phase();
      if (random(3) > 0) this.#meet();
      if (phase === mistake) this.#mistake();
    }
    code.line("addi s11, s11, -1", "beqz s11, leave", "j again", "leave:");
    code.line(`li a0, ${random(3)}`, `li a1, ${CLUSTER_EXIT}`, "sw a0, 0(a1)", "hang: j hang");
    code.routines();
    for (let patch = 0; patch < this.#patches; patch++) {
      code.line(".balign 4", ".option norvc", `patch${patch}:`);
      code.line(...Array.from({ length: TEMPLATE_WORDS }, () => "addi a0, a0, 1"), "ret", ".option rvc");
    }
    return code.code.lines;
  }

  /** All cores do the same, or several groups something of their own. */
  #phase(): void {
    const { code } = this;
    const random = this.#random;
    const groups = random(2) === 0 ? 1 : 1 + random(this.#cores);
    if (groups === 1) return code.chunk(3);
    const end = code.label();
    const names = Array.from({ length: groups }, () => code.label());
    const [first] = Array.from({ length: this.#cores }, () => code.entry(pick(random, names)));
    code.line("slli t6, tp, 2", "add t6, t6, gp", `lw t6, ${first}(t6)`, "jr t6");
    for (const name of names) {
      if (random(3) === 0) code.line(`.space ${2 * random(20)}`);
      code.line(`${name}:`);
      for (let count = 1 + random(2); count > 0; count--) code.chunk(2);
      code.line(`j ${end}`);
    }
    code.line(`${end}:`);
  }

  /** What cores do with each other. */
  #meet(): void {
    const kinds = [
      () => this.#barrier(),
      () => this.#barrier(),
      () => this.#mutex(),
      () => this.#signal(),
      () => this.#signalItself(),
      () => this.#dispatch(),
    ];
    if (this.#isInterrupted) kinds.push(() => this.#beInterrupted());
    if (this.#isPatching) kinds.push(() => this.#changeCode(), () => this.#changeCode());
    pick(this.#random, kinds)();
  }

  #waitFor(event: number, offset: number): void {
    this.code.line(`li t6, ${1 << event}`, "sw t6, 0(s3)", `p.elw t6, ${offset}(s3)`);
  }

  /** Without the event being cleared, the next barrier holds nobody: code must not change under who has not come yet. */
  #barrier(): void {
    const leavesEvent = this.#random(30) === 0 && !this.#isPatching;
    this.#waitFor(BARRIER_EVENT, BARRIERS + 32 * this.#random(8) + (leavesEvent ? 0x18 : 0x1c));
  }

  #mutex(): void {
    this.#waitFor(MUTEX_EVENT, MUTEX);
    this.code.chunk(0);
    this.code.line(`sw ${this.code.any()}, ${MUTEX}(s3)`);
  }

  /** One core, after some work, has the others go on. */
  #signal(): void {
    const { code } = this;
    const random = this.#random;
    const event = random(MEETING_EVENTS);
    const waits = code.label(), end = code.label();
    code.line(`li t6, ${random(this.#cores)}`, `bne tp, t6, ${waits}`);
    code.chunk(1);
    code.line(`sw zero, ${TRIGGER + 4 * event}(s3)`, `j ${end}`, `${waits}:`);
    this.#waitFor(event, WAIT);
    code.line(`${end}:`);
    this.#barrier();
    code.line(`li t6, ${1 << event}`, `sw t6, ${BUFFER_CLEAR}(s3)`);
  }

  #signalItself(): void {
    const event = this.#random(MEETING_EVENTS);
    this.code.line("li t6, 1", "sll t6, t6, tp", `sw t6, ${EVENT_MASK}(s3)`);
    this.#waitFor(event, TRIGGER_WAIT + 4 * event);
  }

  /** From now on, or no more, some cores take interrupts: events that others raise, not those that they meet by. */
  #beInterrupted(): void {
    const { code } = this;
    const random = this.#random;
    const over = code.label();
    const mask = random(4) === 0 ? 0 : random(2 ** OWN_EVENTS) << MEETING_EVENTS | random(2) << DMA_EVENT;
    code.line(`li t6, ${1 << random(8) | random(256)}`, "srl t6, t6, tp", "andi t6, t6, 1", `beqz t6, ${over}`);
    code.line(`li t6, ${mask}`, `sw t6, ${INTERRUPT_MASK}(s3)`);
    code.line(random(8) > 0 ? "csrsi mstatus, 8" : "csrci mstatus, 8", `${over}:`);
  }

  /** Core 0 hands out what to do. */
  #dispatch(): void {
    const { code } = this;
    if (this.#cores === 1) return;
    const takes = code.label(), end = code.label();
    code.line(`li t6, ${2 ** this.#cores - 2}`, `bnez tp, ${takes}`, `sw t6, ${TEAM}(s3)`);
    code.line(`la t6, routine${this.#random(3)}`, `sw t6, ${DISPATCH}(s3)`, `j ${end}`, `${takes}:`);
    this.#waitFor(DISPATCH_EVENT, DISPATCH);
    code.line("jalr ra, 0(t6)", `${end}:`);
    this.#barrier();
  }

  /** The DMA writes words over a routine, which all cores then call. */
  #changeCode(): void {
    const { code } = this;
    const random = this.#random;
    if (this.#patches === 0 || random(2) === 0) this.#patches++;
    const name = `patch${random(this.#patches)}`;
    const template = TEMPLATES + 4 * TEMPLATE_WORDS * random(16);
    const words = Uint32Array.from({ length: TEMPLATE_WORDS }, () => this.#word());
    this.l1.set(template, new Uint8Array(words.buffer));
    const others = code.label(), start = code.label();
    code.line(`li t6, ${random(this.#cores)}`, `bne tp, t6, ${others}`);
    code.line(`andi t6, s11, ${pick(random, [0, 0, 3, 7])}`, `bnez t6, ${others}`);
    code.transfer({ local: template, external: name, bytes: 4 * (1 + random(TEMPLATE_WORDS)) });
    code.line(`${others}:`);
    this.#barrier();
    code.line(`li s0, ${DATA + 0x4000}`, `li s10, ${pick(random, [1, 10, 100])}`, `${start}:`, `jal ra, ${name}`);
    code.line("addi s10, s10, -1", `bnez s10, ${start}`);
    this.#barrier();
  }

  /** An instruction of four bytes: addi, mul, lw or sw with s0 as their pointer. */
  #word(): number {
    const random = this.#random;
    const a = 10 + random(8), b = 10 + random(8), offset = random(128);
    return pick(random, [
      random(4096) << 20 | a << 15 | b << 7 | 0x13,
      1 << 25 | a << 20 | b << 15 | a << 7 | 0x33,
      offset << 20 | 8 << 15 | 2 << 12 | a << 7 | 0x03,
      offset >> 5 << 25 | a << 20 | 8 << 15 | 2 << 12 | (offset & 31) << 7 | 0x23,
    ]) >>> 0;
  }

  /** Some core, in some round, does what the board refuses. */
  #mistake(): void {
    const { code } = this;
    const random = this.#random;
    const over = code.label();
    code.line(`li t6, ${random(this.#cores)}`, `bne tp, t6, ${over}`, `andi t6, s11, ${random(4)}`, `bnez t6, ${over}`);
    code.line(...pick(random, MISTAKES), `${over}:`);
  }
}

/** Traps of the later cores; where cores start; traps of the early ones. */
const VECTORS = [
  ".option norvc",
  ...Array.from({ length: 32 }, () => "j handler"),
  "j start",
  "j handler",
  "j handler",
];

/** Goes on after the instruction, of 4 bytes, that trapped; counts interrupts in L1. */
const HANDLER = [
  ".option rvc",
  "handler:",
  "csrr s4, mcause",
  "bltz s4, interrupted",
  "csrr s4, mepc",
  "addi s4, s4, 4",
  "csrw mepc, s4",
  "mret",
  "interrupted:",
  `lw s4, ${INTERRUPTS - TABLES}(gp)`,
  "addi s4, s4, 1",
  `sw s4, ${INTERRUPTS - TABLES}(gp)`,
  "mret",
];
