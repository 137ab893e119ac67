/**
 * Profiles as tables: by function, and as annotated disassembly.
 * @module
 */
import { disassemble } from "../hw/riscv/isa/disassembler.ts";
import type { CoreProfile, InstructionProfile } from "../hw/riscv/engine/core_profile.ts";
import type { Elf } from "../hw/riscv/elf.ts";
import type { CoreVariant } from "../hw/riscv/ri5cy/variants.ts";
import { STALL_NAMES } from "../hw/riscv/ri5cy/stall.ts";
import { table } from "./tables.ts";

/** Functions that are listed. */
const MOST_FUNCTIONS = 20;

function functionOf(elf: Elf, pc: number): string {
  return elf.symbolAt(pc >>> 0)?.name ?? "(no symbol)";
}

function sum(cycles: Float64Array): number {
  return cycles.reduce((total, value) => total + value, 0);
}

/** Causes that took any cycles, as places in {@linkcode STALL_NAMES}. */
function causesOf(instructions: Iterable<InstructionProfile>): number[] {
  const totals = new Float64Array(STALL_NAMES.length);
  for (const { cycles } of instructions) cycles.forEach((value, index) => totals[index] += value);
  return STALL_NAMES.map((_, index) => index).filter((index) => totals[index] > 0);
}

/** Cycles by function and cause, the most expensive functions first. */
export function functionTable(profile: CoreProfile, elf: Elf): string {
  const functions = new Map<string, { count: number; cycles: Float64Array }>();
  for (const { pc, count, cycles } of profile.instructions.values()) {
    const name = functionOf(elf, pc);
    let entry = functions.get(name);
    if (entry === undefined) functions.set(name, entry = { count: 0, cycles: new Float64Array(STALL_NAMES.length) });
    entry.count += count;
    for (let i = 0; i < cycles.length; i++) entry.cycles[i] += cycles[i];
  }
  const causes = causesOf(profile.instructions.values());
  const all = [...profile.instructions.values()].reduce((total, { cycles }) => total + sum(cycles), 0);
  const rows = [...functions].map(([name, { count, cycles }]) => ({ name, count, cycles, total: sum(cycles) }))
    .sort((a, b) => b.total - a.total).slice(0, MOST_FUNCTIONS)
    .map(({ name, count, cycles, total }) => [
      name,
      total,
      `${(100 * total / all).toFixed(1)} %`,
      count,
      ...causes.map((cause) => cycles[cause]),
    ]);
  return table(["function", "cycles", "", "instructions", ...causes.map((cause) => STALL_NAMES[cause])], rows);
}

/** The instructions of a function, with how often they ran and what their cycles were spent on. */
export function annotated(profile: CoreProfile, elf: Elf, name: string, variant: CoreVariant): string | undefined {
  const found = [...profile.instructions.values()].filter(({ pc }) => functionOf(elf, pc) === name)
    .sort((a, b) => (a.pc >>> 0) - (b.pc >>> 0));
  if (found.length === 0) return undefined;
  const causes = causesOf(found);
  const rows = found.map(({ pc, op, count, cycles }) => [
    (pc >>> 0).toString(16).padStart(8, "0"),
    disassemble(op.word, pc >>> 0, { set: variant.instructions }),
    count,
    sum(cycles),
    ...causes.map((cause) => cycles[cause]),
  ]);
  return table(["pc", name, "count", "cycles", ...causes.map((cause) => STALL_NAMES[cause])], rows);
}
