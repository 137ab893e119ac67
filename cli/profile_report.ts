/**
 * Profiles as tables: by function, the dearest instructions, and annotated disassembly.
 * @module
 */
import { disassemble } from "../hw/riscv/isa/disassembler.ts";
import type { CoreProfile, InstructionProfile } from "../hw/riscv/engine/core_profile.ts";
import type { Elf } from "../hw/riscv/elf.ts";
import type { CoreVariant } from "../hw/riscv/ri5cy/variants.ts";
import { STALL_NAMES } from "../hw/riscv/ri5cy/stall.ts";
import { bar, table } from "./tables.ts";

/** Functions and instructions that are listed. */
const MOST_FUNCTIONS = 20, MOST_INSTRUCTIONS = 10;
const BAR_WIDTH = 16;
/** What the columns of causes mean where it is not obvious. */
const NOTE =
  "Cycles of a branch or a jump stand at the instruction that it leads to, those of a load at the one that waits.";

function functionOf(elf: Elf, pc: number): string {
  return elf.symbolAt(pc >>> 0)?.name ?? "(no symbol)";
}

function sum(cycles: Float64Array): number {
  return cycles.reduce((total, value) => total + value, 0);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function share(part: number, all: number): string {
  return `${(100 * part / all).toFixed(1)} %`;
}

/** Causes that took any cycles, as places in {@linkcode STALL_NAMES}. */
function causesOf(instructions: Iterable<InstructionProfile>): number[] {
  const totals = new Float64Array(STALL_NAMES.length);
  for (const { cycles } of instructions) cycles.forEach((value, index) => totals[index] += value);
  return STALL_NAMES.map((_, index) => index).filter((index) => totals[index] > 0);
}

/** Cycles by function and cause, the most expensive functions first, and the most expensive instructions. */
export function functionTable(profile: CoreProfile, elf: Elf, variant: CoreVariant): string {
  const instructions = [...profile.instructions.values()];
  if (instructions.length === 0) return "no instruction ran";
  const functions = new Map<string, { count: number; cycles: Float64Array }>();
  for (const { pc, count, cycles } of instructions) {
    const name = functionOf(elf, pc);
    let entry = functions.get(name);
    if (entry === undefined) functions.set(name, entry = { count: 0, cycles: new Float64Array(STALL_NAMES.length) });
    entry.count += count;
    for (let i = 0; i < cycles.length; i++) entry.cycles[i] += cycles[i];
  }
  const causes = causesOf(instructions);
  const all = instructions.reduce((total, { cycles }) => total + sum(cycles), 0);
  const sorted = [...functions].map(([name, spent]) => ({ name, ...spent, total: sum(spent.cycles) }))
    .sort((a, b) => b.total - a.total);
  const rows = sorted.slice(0, MOST_FUNCTIONS).map(({ name, count: issued, cycles, total }) => [
    name,
    count(total),
    share(total, all),
    (total / issued).toFixed(2),
    ...causes.map((cause) => count(cycles[cause])),
  ]);
  const more = sorted.length > MOST_FUNCTIONS ? `\nand ${sorted.length - MOST_FUNCTIONS} more functions` : "";
  const names = causes.map((cause) => cause === 0 ? "instructions" : STALL_NAMES[cause]);
  const byFunction = table(["function", "cycles", "", "per instr.", ...names], rows);
  return `${byFunction}${more}\n\n${dearest(instructions, all, elf, variant)}\n${NOTE}`;
}

function dearest(instructions: InstructionProfile[], all: number, elf: Elf, variant: CoreVariant): string {
  const rows = instructions.map((each) => ({ ...each, total: sum(each.cycles) })).sort((a, b) =>
    b.total - a.total || (a.pc >>> 0) - (b.pc >>> 0)
  )
    .slice(0, MOST_INSTRUCTIONS).map(({ pc, op, count: issued, cycles, total }) => {
      const place = elf.symbolAt(pc >>> 0);
      const waits = causesOf([{ pc, op, count: issued, cycles }]).filter((cause) => cause > 0)
        .map((cause) => `${STALL_NAMES[cause]} ${count(cycles[cause])}`);
      return [
        (pc >>> 0).toString(16).padStart(8, "0"),
        place === undefined ? "" : `${place.name}+${place.offset}`,
        disassemble(op.word, pc >>> 0, { set: variant.instructions }),
        count(issued),
        count(total),
        share(total, all),
        waits.join(", "),
      ];
    });
  return table(["pc", "place", "instruction", "count", "cycles", "", "of which waits"], rows);
}

/** The instructions of a function, with how often they ran and what their cycles were spent on. */
export function annotated(profile: CoreProfile, elf: Elf, name: string, variant: CoreVariant): string | undefined {
  const found = [...profile.instructions.values()].filter(({ pc }) => functionOf(elf, pc) === name)
    .sort((a, b) => (a.pc >>> 0) - (b.pc >>> 0));
  if (found.length === 0) return undefined;
  const causes = causesOf(found);
  const totals = found.map(({ cycles }) => sum(cycles));
  const most = Math.max(...totals), all = totals.reduce((total, value) => total + value, 0);
  const rows = found.map(({ pc, op, count: issued, cycles }, index) => [
    (pc >>> 0).toString(16).padStart(8, "0"),
    disassemble(op.word, pc >>> 0, { set: variant.instructions }),
    bar(totals[index], most, BAR_WIDTH),
    share(totals[index], all),
    count(totals[index]),
    ...causes.map((cause) => cause === 0 ? count(issued) : cycles[cause] === 0 ? "" : count(cycles[cause])),
  ]);
  const names = causes.map((cause) => cause === 0 ? "count" : STALL_NAMES[cause]);
  return `${table(["pc", name, "", "", "cycles", ...names], rows)}\n${NOTE}`;
}

/** Names of functions of which an instruction ran, by address, for hints. */
export function functionsThatRan(profile: CoreProfile, elf: Elf): readonly string[] {
  const places = [...profile.instructions.keys()].map((pc) => pc >>> 0).sort((a, b) => a - b);
  return [...new Set(places.map((pc) => functionOf(elf, pc)))];
}
