/**
 * Random straight-line work with branches, jumps and hardware loops, as instruction words and as generator firmware.
 * @module
 */
import { DATA_BASE, RESET_ADDRESS } from "../../../hw/platforms/core_bench.ts";
import type { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { type InstructionMethod, instructionMethods } from "../../../hw/riscv/firmware_methods.ts";
import type { Fields } from "../../../hw/riscv/isa/decoder.ts";
import { ri5cy } from "../../../hw/riscv/isa/isa.ts";
import { operands } from "../../../hw/riscv/isa/operands.ts";
import { type Reg, reg } from "../../../hw/riscv/registers.ts";
import type { Process } from "../../../sim/mod.ts";

/** Gives an integer below its argument. */
export type Random = (below: number) => number;

/** A small generator of numbers that are the same everywhere (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return Math.floor(((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32 * below);
  };
}

/** One instruction: its word, and how firmware issues it. `target` is where a branch or jump goes, as an index. */
interface Step {
  readonly word: number;
  readonly method?: InstructionMethod;
  readonly args: readonly number[];
  target?: number;
  /** Of a hardware loop: index of the last instruction, and the register with the count, if one has it. */
  readonly last?: number;
  readonly rounds?: number;
  readonly roundsIn?: Reg;
}

/** Random work. */
export interface RandomWork {
  /** Its instruction words. */
  readonly words: readonly number[];
  /** What its data memory starts with. */
  readonly data: Uint8Array;
  /** The same as generator firmware. */
  firmware(core: FirmwareCore): Process;
}

const { zero, ra, s0, s1, s2, s3, t0, t1, a0, a1, a2, a3 } = reg;
/** Registers that hold anything; pointers, small offsets and loop counts have their own. */
const ANY = [zero, ra, t0, t1, a0, a1, a2, a3];
const POINTERS = [s0, s1];
const SMALL = s2, COUNT = s3, TABLE = reg.gp;
/** Places in the data memory: pointers, code addresses, loop counts, small offsets; what is stored stays away from them. */
const POINTER_WORDS = 0, CODE_WORDS = 64, COUNT_WORDS = 320, MIDDLE = 2048;

const COMPUTING = instructionMethods.filter(({ instruction: { timing } }) =>
  ["alu", "mul", "mulh", "div"].includes(timing)
);
const SYSTEM = instructionMethods.filter(({ instruction: { timing } }) => ["csr", "fence"].includes(timing));
/** mstatus, misa, mscratch, mepc, mcause, mhartid. */
const CSRS = [0x300, 0x301, 0x340, 0x341, 0x342, 0xf14];
const ACCESSES = instructionMethods.filter(({ returns }) => returns === "Process");
const BRANCHES = instructionMethods.filter(({ returns }) => returns === "boolean");
const named = (name: string) => instructionMethods.find((method) => method.name === name)!;

/** Makes work of about `length` instructions. */
export function randomWork(random: Random, length: number): RandomWork {
  const steps: Step[] = [];
  const codeWords: number[] = [];
  const pick = <T>(list: readonly T[]): T => list[random(list.length)];
  const address = (index: number) => RESET_ADDRESS + 4 * index;

  const add = (
    method: InstructionMethod,
    values: Readonly<Record<string, number>>,
    at = steps.length,
    target?: number,
  ) => {
    const fields: Record<string, number> = {};
    for (const { name } of ri5cy.encodingOf(method.instruction).fields) fields[name] = values[name] ?? 0;
    if (target !== undefined && method.name !== "jalr") fields.imm = 4 * (target - at);
    const args = method.parameters.map(({ name }) => name === "pc" ? address(at) : values[name]);
    steps[at] = { word: ri5cy.encode(method.instruction, fields as Fields), method, args, target };
  };
  const immediate = (method: InstructionMethod, name: string): number => {
    const field = ri5cy.encodingOf(method.instruction).fields.find((each) => each.name === name)!;
    const bits = field.high - field.low + 1;
    let value = random(2 ** Math.min(bits, 31)) * 2 ** field.low;
    if (field.signed) value -= 2 ** field.high;
    return value === 0 && ri5cy.encodingOf(method.instruction).exclusions.length > 0 ? 1 : value | 0;
  };
  const operandsOf = (method: InstructionMethod) =>
    Object.fromEntries(
      method.parameters.map((
        { name, register },
      ) => [name, register ? pick(ANY) : name === "pc" ? 0 : immediate(method, name)]),
    );
  const access = () => {
    const method = pick(ACCESSES);
    const { instruction, parameters } = method;
    const values: Record<string, number> = { rs1: pick(POINTERS) };
    const data = operands(instruction).memory!.kind === "load" ? "rd" : "rs2";
    for (const { name } of parameters) {
      if (name === data) values[name] = pick(ANY);
      else if (name === "rs2" || name === "rs3") values[name] = SMALL;
      else if (name === "imm") values[name] = random(17) - 8;
    }
    add(method, values);
  };
  const load = (rd: Reg, offset: number) => add(named("lw"), { rd, rs1: TABLE, imm: offset });

  /** Instructions up to an index; `level` is the next free hardware loop. Jumps go forward, to `end` at most. */
  const block = (end: number, level: number) => {
    /** Where a jump may go: not between instructions that belong together. */
    const starts: number[] = [];
    const jumps: ((target: number) => void)[] = [];
    const jumpsFrom: number[] = [];
    while (steps.length < end) {
      const here = steps.length;
      const left = end - here;
      const kind = random(20);
      starts.push(here);
      if (kind < 8) {
        const method = pick(random(12) === 0 ? SYSTEM : COMPUTING);
        add(method, { ...operandsOf(method), csr: pick(CSRS) });
      } else if (kind < 12) access();
      else if (kind === 12) load(pick(POINTERS), POINTER_WORDS + 4 * random(16));
      else if (kind === 13) load(SMALL, COUNT_WORDS + 4 * random(4));
      else if (kind < 18) {
        const method = pick(kind === 17 ? [named("jal")] : BRANCHES);
        const values = operandsOf(method);
        add(method, values);
        jumps.push((target) => add(method, values, here, target));
        jumpsFrom.push(here);
      } else if (kind === 18 && left > 6 && codeWords.length < 60) {
        const through = pick([ra, a0, a1]);
        const slot = codeWords.push(0) - 1;
        load(through, CODE_WORDS + 4 * slot);
        for (let between = random(4); between > 0; between--) {
          const rd = pick([zero, a2, through]);
          if (rd === through) add(named("addi"), { rd, rs1: through, imm: 0 });
          else add(pick([named("add"), named("divu"), named("mulh")]), { rd, rs1: a3, rs2: a2 });
        }
        const at = steps.length;
        const values = { rd: pick([zero, ra, through]), rs1: through };
        add(named("jalr"), values);
        jumps.push((target) => {
          codeWords[slot] = address(target);
          add(named("jalr"), values, at, target);
        });
        jumpsFrom.push(at);
      } else if (kind === 19 && left > 6 && level >= 0) {
        const body = 2 + random(Math.min(left - 4, 12));
        const rounds = 1 + random(3);
        const counted = random(2) === 0;
        if (counted) load(COUNT, COUNT_WORDS + 4 * rounds);
        if (counted && random(2) === 0) add(named("addi"), { rd: a0, rs1: a0, imm: 1 });
        const last = steps.length + body;
        const row = ri5cy.byName(counted ? "lp.setup" : "lp.setupi")[0];
        const fields: Fields = counted
          ? { L: level, rs1: COUNT, imm: 4 * body }
          : { L: level, imm: rounds, imm2: 4 * body };
        const word = ri5cy.encode(row, fields);
        steps.push({ word, args: [], last, rounds, roundsIn: counted ? COUNT : undefined });
        block(last, level - 1);
        const method = pick(COMPUTING);
        if (random(3) === 0) access();
        else add(method, operandsOf(method));
      } else add(named("addi"), { rd: a1, rs1: a0, imm: 1 });
    }
    starts.push(steps.length);
    jumps.forEach((resolve, index) => resolve(pick(starts.filter((start) => start > jumpsFrom[index]))));
  };
  add(named("lui"), { rd: TABLE, imm: DATA_BASE });
  add(named("addi"), { rd: s0, rs1: TABLE, imm: 2000 });
  add(named("addi"), { rd: s1, rs1: TABLE, imm: 2002 });
  for (const rd of ANY.slice(1)) load(rd, POINTER_WORDS + 4 * random(200));
  block(length, 1);

  const data = new Uint8Array(4096);
  const words = new Int32Array(data.buffer);
  for (let i = 0; i < words.length; i++) words[i] = random(3) === 0 ? random(100) - 50 : random(2 ** 32);
  for (let i = 0; i < 16; i++) words[i] = DATA_BASE + MIDDLE + random(64);
  words.set(codeWords, CODE_WORDS >> 2);
  words.set([3, 1, 2, 3, 4], COUNT_WORDS >> 2);
  return {
    words: steps.map(({ word }) => word),
    data,
    *firmware(core) {
      yield* interpret(core, steps, 0, steps.length);
    },
  };
}

/** Issues the steps from one index up to another. */
function* interpret(core: FirmwareCore, steps: readonly Step[], from: number, to: number): Process {
  const methods = core as unknown as Record<string, (...args: readonly number[]) => Process | boolean | void>;
  for (let at = from; at < to;) {
    const { method, args, target, last, rounds, roundsIn } = steps[at];
    if (last !== undefined) {
      const inner = at + 1;
      const body = () => interpret(core, steps, inner, last + 1);
      yield* roundsIn === undefined ? core.hwloop(rounds!, body) : core.hwloopReg(roundsIn, body);
      at = last + 1;
      continue;
    }
    const result = methods[method!.name](...args);
    if (typeof result === "object") yield* result;
    at = target !== undefined && result !== false ? target : at + 1;
  }
}
