/**
 * Runs a program on all engines and compares all that can be seen.
 * @module
 */
import {
  CoreBench,
  type CoreBenchDelays,
  type CoreBenchInterrupt,
  DATA_BASE,
  DATA_BYTES,
  type EngineName,
  type LoadableProgram,
  ProgramError,
  RAM_BASE,
  RAM_BYTES,
} from "../../../../hw/platforms/core_bench.ts";
import { CoreProfile } from "../../../../hw/riscv/engine/core_profile.ts";
import { Ri5cyPipeline } from "../../../../hw/riscv/ri5cy/pipeline.ts";
import { type CoreName, coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";

/** A program and its circumstances. */
export interface Comparison {
  readonly core: CoreName;
  readonly program: LoadableProgram;
  readonly delays?: CoreBenchDelays;
  readonly interrupts?: readonly CoreBenchInterrupt[];
  /** Cycles at which it is stopped and looked at, rising. */
  readonly stops: readonly number[];
  readonly warmCycles?: number;
  /** Whether to compare where the cycles went, too. */
  readonly profiled?: boolean;
}

/** What the engines did. */
export interface Outcome {
  /** The first difference, undefined if there is none. */
  readonly difference: string | undefined;
  /** Of the reference. */
  readonly cycles: number;
  /** How many of the fast engine's were spent in translated code. */
  readonly translatedCycles: number;
  readonly exitCode: number | undefined;
  readonly error: string | undefined;
}

/** What can be seen of a board, by name. */
type View = Record<string, unknown>;

/** An engine at work. */
interface Run {
  readonly engine: EngineName;
  readonly board: CoreBench;
  readonly profile: CoreProfile | undefined;
  /** The message with which the program failed, if it has. */
  error?: string;
}

/** Cycles after which an access is over that was under way. */
const LONGEST_ACCESS = 4;
const ENGINES: readonly EngineName[] = ["reference", "interpreter", "fast"];

/** Runs a program on all engines, from stop to stop. */
export function compareEngines(comparison: Comparison): Outcome {
  const { core, program, delays, interrupts, stops, warmCycles, profiled } = comparison;
  const [reference, ...others] = ENGINES.map((engine): Run => {
    const profile = profiled ? new CoreProfile() : undefined;
    const board = new CoreBench(coreVariants[core], program, delays, interrupts, engine, profile, warmCycles);
    return { engine, board, profile };
  });
  let difference: string | undefined;
  for (const stop of stops) {
    goOn(reference, stop);
    for (const other of others) {
      goOn(other, stop);
      difference ??= compare(reference, other);
    }
    if (difference !== undefined) difference = `stopped at ${stop}: ${difference}`;
    if (difference !== undefined || reference.error !== undefined || reference.board.exitCode !== undefined) break;
  }
  const { board: { cycles, exitCode }, error } = reference;
  return { difference, cycles, exitCode, error, translatedCycles: others[1].board.translatedCycles };
}

/** Runs on, if it can; if it cannot, to the end of an access that is under way. */
function goOn(run: Run, stop: number): void {
  const { board } = run;
  run.error = failureOf(() => board.run(stop));
  if (run.error !== undefined) { for (let i = 0; i < LONGEST_ACCESS; i++) failureOf(() => board.step()); }
}

/** The message with which a program fails, if it does. */
function failureOf(go: () => void): string | undefined {
  try {
    go();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    // The fast engine does not always know which instruction it was.
    return error.message.replace(/; \S+ led there/, "");
  }
}

function compare(reference: Run, other: Run): string | undefined {
  const [expected, got] = [viewOf(reference), viewOf(other)];
  for (const name of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    if (expected[name] !== got[name]) return `${name} is ${got[name]} on ${other.engine}, not ${expected[name]}`;
  }
  for (const [base, bytes] of [[RAM_BASE, RAM_BYTES], [DATA_BASE, DATA_BYTES]]) {
    const words = [reference, other].map(({ board }) => new Int32Array(board.read(base, bytes).buffer));
    for (let i = 0; i < words[0].length; i++) {
      if (words[0][i] === words[1][i]) continue;
      return `memory at ${hex(base + 4 * i)} is ${hex(words[1][i])} on ${other.engine}, not ${hex(words[0][i])}`;
    }
  }
  return undefined;
}

function viewOf({ board, error, profile }: Run): View {
  const { core, exitCode, cycle, cycles, retired, console } = board;
  const view: View = { error, exitCode, cycle, cycles, retired, console, asleep: core.asleep };
  if (!(core instanceof Ri5cyPipeline)) throw new Error("Cannot compare: this core has one engine only");
  const { hart, csrs, counters } = core;
  for (let i = 1; i < 32; i++) view[`x${i}`] = hex(hart.registers[i]);
  for (let i = 0; i < 2; i++) {
    view[`lpstart${i}`] = hex(hart.loopStart[i]);
    view[`lpend${i}`] = hex(hart.loopEnd[i]);
    view[`lpcount${i}`] = hart.loopCount[i];
  }
  for (const name of ["mepc", "mcause", "mscratch"] as const) view[name] = hex(csrs[name]);
  view.interrupts = `${csrs.interruptsEnabled}, before the trap ${csrs.previouslyEnabled}`;
  view.counters = [counters.enabledEvents, counters.mode, ...counters.values].join();
  for (const [name, count] of Object.entries(profile?.events ?? {})) view[`count of ${name}`] = count;
  for (const { pc, count, cycles } of profile?.instructions.values() ?? []) {
    view[`profile of ${hex(pc)}`] = `${count} times, cycles ${cycles.join()}`;
  }
  return view;
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
