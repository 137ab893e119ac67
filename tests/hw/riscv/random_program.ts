/**
 * Random programs for the single-core board, as assembly: what compilers write, what they never write, and what happens
 * around it.
 * @module
 */
import type { CoreBenchDelays, CoreBenchInterrupt } from "../../../hw/platforms/core_bench.ts";
import type { CoreName } from "../../../hw/riscv/ri5cy/variants.ts";
import type { Random } from "./random_firmware.ts";
import { RandomCode } from "./random_program_code.ts";

/** A program, and the circumstances in which it runs. */
export interface RandomProgram {
  /** The core that it is for. */
  readonly core: CoreName;
  /** Its source, to be assembled at the board's memory. */
  readonly lines: readonly string[];
  readonly delays: CoreBenchDelays;
  readonly interrupts: readonly CoreBenchInterrupt[];
  /** Cycles at which it is stopped and looked at; the last one ends it. */
  readonly stops: readonly number[];
  /** Interpreted cycles after which the fast engine translates. */
  readonly warmCycles: number;
}

/** Cores that programs are made for. */
export const CORES: readonly CoreName[] = [
  "ri5cy_2018_01",
  "ri5cy_2018_01_fetch128",
  "ri5cy_2019_11",
  "ri5cy_2019_11_fetch128",
];

/** Makes a program that takes up to `cycles` cycles. */
export function randomProgram(random: Random, cycles: number): RandomProgram {
  const core = CORES[random(CORES.length)];
  const interrupted = random(4) === 0;
  const code = new RandomCode(random, core.startsWith("ri5cy_2018"), interrupted);
  const last = 1000 + random(cycles);
  code.line(...VECTORS, "start:");
  code.setUp();
  if (interrupted) code.line("csrsi mstatus, 8");
  code.line(`li s11, ${pick(random, [1, 50, 300, 3000, 3000])}`, "again:");
  for (let chunks = 2 + random(random(3) === 0 ? 40 : 12); chunks > 0; chunks--) code.chunk(2);
  code.line("addi s11, s11, -1", "beqz s11, done", "j again", "done:");
  code.line(`li a0, ${random(3)}`, "lui a1, 0x1a104", "sw a0, 0xa0(a1)", "hang: j hang");
  code.routines();
  code.line(...HANDLER);
  code.data();
  const interrupts: CoreBenchInterrupt[] = [];
  if (interrupted) {
    for (let cycle = random(3000); cycle < last; cycle += 1 + random(pick(random, [40, 5000, 20_000]))) {
      interrupts.push({ id: random(32), cycle });
    }
  }
  const stops = [last];
  if (random(2) === 0) { for (let count = random(6); count > 0; count--) stops.push(1 + random(last)); }
  const slow = random(20) === 0;
  return {
    core,
    lines: code.lines,
    delays: slow ? { dataGrant: random(3), dataValid: random(3), fetchGrant: random(3) } : {},
    interrupts,
    stops: stops.sort((a, b) => a - b),
    warmCycles: pick(random, [1, 100, 100, 300, 1000]),
  };
}

/** One of a list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)];
}

/** 32 interrupts, the first being all traps of the later core; where cores start; traps of the early core. */
const VECTORS = [
  ".option norvc",
  ...Array.from({ length: 32 }, () => "j handler"),
  "j start",
  "j handler",
  "j handler",
  ".option rvc",
];

/** Drops the interrupt line, or goes on after the instruction, of 4 bytes, that trapped. */
const HANDLER = [
  "handler:",
  "csrr s4, mcause",
  "bltz s4, interrupted",
  "csrr s4, mepc",
  "addi s4, s4, 4",
  "csrw mepc, s4",
  "mret",
  "interrupted:",
  "sw zero, 8(tp)",
  "lw s4, 0(gp)",
  "addi s4, s4, 1",
  "sw s4, 0(gp)",
  "mret",
];
