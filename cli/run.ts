/**
 * `task run FILE.elf`: runs a RISC-V program on a board.
 * @module
 */
import { parseArgs } from "@std/flags";
import { CoreBench, type CoreBenchInterrupt, ProgramError } from "../hw/platforms/core_bench.ts";
import { type Elf, ElfError, readElf } from "../hw/riscv/elf.ts";
import { EVENT, PerformanceCounters } from "../hw/riscv/ri5cy/performance_counters.ts";
import { type CoreName, coreVariants } from "../hw/riscv/ri5cy/variants.ts";
import { UsageError } from "./example_runner.ts";
import { InstructionTrace } from "./instruction_trace.ts";

const OPTIONS: readonly (readonly [name: string, value: string, text: string])[] = [
  ["platform", "bench", "the board: bench (one core, its own memory)"],
  ["core", "NAME", `the core: ${Object.keys(coreVariants).join(", ")}; default ri5cy_2019_11_fetch128`],
  ["engine", "reference", "the execution engine: reference"],
  ["insn-trace", "FILE.csv", "write cycle, pc and word of each instruction that leaves decode"],
  ["data-grant-delay", "N", "cycles that each data access waits for its grant"],
  ["data-valid-delay", "N", "cycles that the answer to a data access comes later (up to 30)"],
  ["fetch-grant-delay", "N", "cycles that each instruction fetch waits for its grant"],
  ["irq", "ID@CYCLE", "raise an interrupt line so that the edge that ends CYCLE samples it first; may be repeated"],
  ["max-cycles", "N", "stop there, with exit status 1"],
  ["json", "", "print one JSON object"],
  ["help", "", "print this"],
];

interface Options {
  readonly file: string;
  readonly platform: string;
  readonly core: CoreName;
  readonly trace?: string;
  readonly dataGrant: number;
  readonly dataValid: number;
  readonly fetchGrant: number;
  readonly interrupts: readonly CoreBenchInterrupt[];
  readonly maxCycles: number;
  readonly json: boolean;
}

/** Runs the command line and gives the exit status. */
export function run(args: readonly string[]): number {
  try {
    if (args.includes("--help")) {
      console.log("task run FILE.elf [options]: runs a RISC-V program\n");
      for (const [name, value, text] of OPTIONS) console.log(`  --${`${name} ${value}`.padEnd(26)} ${text}`);
      return 0;
    }
    const options = readOptions(args);
    return runOnBench(options, load(options.file));
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ElfError)) throw error;
    console.error(error.message);
    return 2;
  }
}

function readOptions(args: readonly string[]): Options {
  const names = OPTIONS.map(([name]) => name);
  const unknown: string[] = [];
  const parsed = parseArgs([...args], {
    string: OPTIONS.filter(([, value]) => value !== "").map(([name]) => name),
    boolean: ["json"],
    collect: ["irq"],
    unknown: (arg: string) => {
      if (!arg.startsWith("-")) return true;
      unknown.push(arg);
      return false;
    },
  });
  if (unknown.length > 0) throw new UsageError(`Cannot run: there is no option ${unknown[0]}; --help lists them`);
  for (const name of names) {
    if (parsed[name] === "") throw new UsageError(`Cannot run: --${name} wants a value; --help lists the options`);
  }
  const [file, second] = parsed._.map(String);
  if (file === undefined) throw new UsageError("Cannot run: which program? task run FILE.elf");
  if (second !== undefined) throw new UsageError(`Cannot run ${second}: one program at a time`);
  const count = (name: string, otherwise: number, most = Number.MAX_SAFE_INTEGER): number => {
    const text = parsed[name] as string | undefined;
    if (text === undefined) return otherwise;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(value <= most)) {
      throw new UsageError(`Cannot take --${name} ${text}: it wants a whole number from 0 to ${most}`);
    }
    return value;
  };
  const choice = (name: string, allowed: readonly string[], otherwise: string): string => {
    const value = parsed[name] as string | undefined ?? otherwise;
    if (!allowed.includes(value)) {
      throw new UsageError(`Cannot take --${name} ${value}: it may be ${allowed.join(", ")}`);
    }
    return value;
  };
  choice("engine", ["reference"], "reference");
  return {
    file,
    platform: choice("platform", ["bench"], "bench"),
    core: choice("core", Object.keys(coreVariants), "ri5cy_2019_11_fetch128") as CoreName,
    trace: parsed["insn-trace"] as string | undefined,
    dataGrant: count("data-grant-delay", 0),
    dataValid: count("data-valid-delay", 0, 30),
    fetchGrant: count("fetch-grant-delay", 0),
    interrupts: ((parsed.irq ?? []) as string[]).map((text) => {
      const [, id, cycle] = /^(\d+)@(\d+)$/.exec(text) ?? [];
      if (id === undefined || Number(id) > 31) {
        throw new UsageError(`Cannot take --irq ${text}: it wants LINE@CYCLE, with a line from 0 to 31`);
      }
      return { id: Number(id), cycle: Number(cycle) };
    }),
    maxCycles: count("max-cycles", Infinity),
    json: parsed.json === true,
  };
}

function load(file: string): Elf {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(file);
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
  return readElf(bytes);
}

function runOnBench(options: Options, elf: Elf): number {
  const { core, maxCycles } = options;
  let board: CoreBench;
  try {
    board = new CoreBench(coreVariants[core], elf, options, options.interrupts);
  } catch (error) {
    if (error instanceof ProgramError) throw new UsageError(error.message);
    throw error;
  }
  const statistics = new PerformanceCounters(coreVariants[core]);
  statistics.enabledEvents = -1;
  if ("statistics" in board.core) board.core.statistics = statistics;
  const trace = options.trace === undefined ? undefined : new InstructionTrace(options.trace);
  if (trace) board.onRetire = (cycle, pc, { word, size }) => trace.add(cycle, pc, word, size);
  const started = performance.now();
  let failure: string | undefined;
  try {
    if (board.run(maxCycles) === undefined) {
      failure = `Cannot finish: ${maxCycles} cycles are over (--max-cycles) and the program runs at ${
        place(elf, board)
      }`;
    }
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    failure = error.message;
  }
  const seconds = (performance.now() - started) / 1000;
  trace?.close();
  const { exitCode, cycles, retired } = board;
  if (options.json) {
    const counters = Object.fromEntries(
      Object.values(EVENT).slice(0, 12).map((_, index) => [Object.keys(EVENT)[index], statistics.values[index]]),
    );
    const console_ = board.console.split("\n");
    if (console_.at(-1) === "") console_.pop();
    const mips = Math.round(retired / seconds / 1e4) / 100;
    console.log(JSON.stringify({ exitCode: exitCode ?? null, cycles, retired, console: console_, counters, mips }));
  } else {
    if (board.console !== "") console.log(board.console.replace(/\n$/, ""));
    const ratio = (cycles / Math.max(1, retired)).toFixed(3);
    console.log(`\n${retired} instructions, ${cycles} cycles (${ratio} per instruction) on ${core}`);
    if (exitCode !== undefined) console.log(`exit status ${exitCode}`);
  }
  if (failure !== undefined) console.error(failure);
  return failure === undefined && exitCode === 0 ? 0 : 1;
}

function place(elf: Elf, { core: { pc } }: CoreBench): string {
  const symbol = elf.symbolAt(pc);
  return `0x${pc.toString(16)}${symbol ? ` (${symbol.name}+${symbol.offset})` : ""}`;
}

if (import.meta.main) Deno.exitCode = run(Deno.args);
