/**
 * Runs a program on both engines and compares all that can be seen.
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
import { coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";
import type { CoreName } from "../../../../hw/riscv/ri5cy/variants.ts";

/** A program and its circumstances. */
export interface Comparison {
  readonly core: CoreName;
  readonly program: LoadableProgram;
  readonly delays?: CoreBenchDelays;
  readonly interrupts?: readonly CoreBenchInterrupt[];
  /** Cycles at which it is stopped and looked at, rising. */
  readonly stops: readonly number[];
  readonly warmCycles?: number;
}

/** What can be seen of a board. */
interface View {
  readonly [name: string]: unknown;
}

/** What both engines did. */
export interface Outcome {
  /** The first difference, undefined if there is none. */
  readonly difference: string | undefined;
  readonly cycles: number;
  readonly exitCode: number | undefined;
  readonly error: string | undefined;
}

/** Runs a program on both engines, from stop to stop. */
export function compareEngines(comparison: Comparison): Outcome {
  const { core, program, delays, interrupts, stops, warmCycles } = comparison;
  const board = (engine: EngineName) =>
    new CoreBench(coreVariants[core], program, delays, interrupts, engine, undefined, warmCycles);
  const reference = board("reference"), fast = board("fast");
  let error: string | undefined, difference: string | undefined;
  for (const stop of stops) {
    error = goOn(reference, stop);
    const fastError = goOn(fast, stop);
    difference = error === fastError
      ? compare(reference, fast)
      : `error ${fastError}, reference ${error} (cycles ${fast.cycle} and ${reference.cycle})`;
    if (difference !== undefined) difference = `stopped at ${stop}: ${difference}`;
    if (difference !== undefined || error !== undefined || reference.exitCode !== undefined) break;
  }
  return { difference, cycles: reference.cycles, exitCode: reference.exitCode, error };
}

/** Runs on; gives the message if that fails as programs do. */
function goOn(board: CoreBench, stop: number): string | undefined {
  try {
    board.run(stop);
    return undefined;
  } catch (error) {
    if (error instanceof ProgramError) return error.message;
    throw error;
  }
}

function compare(reference: CoreBench, fast: CoreBench): string | undefined {
  const [expected, got] = [viewOf(reference), viewOf(fast)];
  for (const name of Object.keys(expected)) {
    if (expected[name] !== got[name]) return `${name} is ${got[name]}, reference ${expected[name]}`;
  }
  for (const [base, bytes] of [[RAM_BASE, RAM_BYTES], [DATA_BASE, DATA_BYTES]]) {
    const words = [reference, fast].map((board) => new Int32Array(board.read(base, bytes).buffer));
    const at = words[0].findIndex((word, index) => word !== words[1][index]);
    if (at >= 0) return `memory at ${hex(base + 4 * at)} is ${hex(words[1][at])}, reference ${hex(words[0][at])}`;
  }
  return undefined;
}

function viewOf(board: CoreBench): View {
  const { core, exitCode, cycle, cycles, retired, console } = board;
  const view: Record<string, unknown> = { exitCode, cycle, cycles, retired, console, asleep: core.asleep };
  if (!("hart" in core && "counters" in core)) return view;
  const { hart, csrs, counters } = core;
  for (let i = 1; i < 32; i++) view[`x${i}`] = hex(hart.registers[i]);
  for (let i = 0; i < 2; i++) {
    view[`lpstart${i}`] = hex(hart.loopStart[i]);
    view[`lpend${i}`] = hex(hart.loopEnd[i]);
    view[`lpcount${i}`] = hart.loopCount[i];
  }
  for (const name of ["mepc", "mcause", "mscratch", "interruptsEnabled", "previouslyEnabled"] as const) {
    view[name] = (csrs as unknown as View)[name];
  }
  view.pcer = (counters as unknown as View).enabledEvents;
  view.pcmr = (counters as unknown as View).mode;
  view.pccr = (counters as unknown as { values: Uint32Array }).values.join();
  return view;
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
