/**
 * What the boards of `task run` have in common: how they start, stop and report.
 * @module
 */
import { hex } from "../hw/bus/address_map.ts";
import { ProgramError } from "../hw/platforms/core_bench.ts";
import type { Elf } from "../hw/riscv/elf.ts";
import { UsageError } from "./example_runner.ts";
import { InstructionTrace } from "./instruction_trace.ts";

/** Makes a board; a program that it cannot load is the command line's mistake. */
export function makeBoard<B>(make: () => B): B {
  try {
    return make();
  } catch (error) {
    throw error instanceof ProgramError ? new UsageError(error.message) : error;
  }
}

/** Runs a board to its end and gives the seconds that it took, and what stopped it before. */
export function finish(go: () => boolean, unfinished: () => string): { seconds: number; failure: string | undefined } {
  const started = performance.now();
  let failure: string | undefined;
  try {
    if (!go()) failure = unfinished();
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    failure = error.message;
  }
  return { seconds: (performance.now() - started) / 1000, failure };
}

/** Opens a trace; a path that cannot be written is the command line's mistake. */
export function openTrace(path: string): InstructionTrace {
  try {
    return new InstructionTrace(path);
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${reason(error)}`);
  }
}

/** Makes the folder for traces; a path that cannot be one is the command line's mistake. */
export function makeFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Prints the one JSON object of a run. */
export function print(result: Record<string, unknown>): void {
  console.log(JSON.stringify(result));
}

/** Lines of a text, without an empty one after the last line end. */
export function lines(text: string): string[] {
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  return all;
}

/** Millions of instructions per second of the host, to two digits. */
export function mips(retired: number, seconds: number): number {
  return Math.round(retired / seconds / 1e4) / 100;
}

/** An address with its symbol. */
export function place(elf: Elf, pc: number): string {
  const symbol = elf.symbolAt(pc);
  if (symbol === undefined) return hex(pc);
  return `${hex(pc)} (${symbol.name}${symbol.offset > 0 ? `+${symbol.offset}` : ""})`;
}

/** What the system says about a file, without the name of the call that it says besides. */
export function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/: \w+ '.*'$/s, "");
}
