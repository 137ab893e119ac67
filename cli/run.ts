/**
 * `task run FILE.elf`: runs a RISC-V program on a board.
 * @module
 */
import { parseArgs } from "@std/flags";
import { join } from "@std/path";
import { hex } from "../hw/bus/address_map.ts";
import { ClusterBench } from "../hw/platforms/cluster_bench.ts";
import { CoreBench, type CoreBenchInterrupt, type EngineName, RESET_ADDRESS } from "../hw/platforms/core_bench.ts";
import { CoreProfile } from "../hw/riscv/engine/core_profile.ts";
import { type Elf, ElfError, readElf } from "../hw/riscv/elf.ts";
import { type CoreName, coreVariants } from "../hw/riscv/ri5cy/variants.ts";
import { UsageError } from "./example_runner.ts";
import { annotated, functionsThatRan, functionTable } from "./profile_report.ts";
import { runOnGap8 } from "./run_gap8.ts";
import { finish, lines, makeBoard, makeFolder, mips, openTrace, place, print, reason } from "./run_output.ts";
import { table } from "./tables.ts";

const OPTIONS: readonly (readonly [name: string, value: string, text: string])[] = [
  [
    "platform",
    "NAME",
    "the board: bench (default; one core, its own memory), cluster-bench (eight cores) or gap8 (the chip)",
  ],
  ["core", "NAME", `the core: ${Object.keys(coreVariants).join(", ")}; default ri5cy_2019_11_fetch128`],
  ["engine", "NAME", "reference or fast; by default, the fast one where it can do what is asked for"],
  [
    "insn-trace",
    "FILE.csv",
    "write cycle, pc and word of each instruction; on cluster-bench and gap8 a folder, a file per core",
  ],
  ["data-grant-delay", "N", "cycles that each data access waits for its grant"],
  ["data-valid-delay", "N", "cycles that the answer to a data access comes later (up to 30)"],
  ["fetch-grant-delay", "N", "cycles that each instruction fetch waits for its grant"],
  ["irq", "ID@CYCLE", "raise an interrupt line so that the edge that ends CYCLE samples it first; may be repeated"],
  ["max-cycles", "N", "stop there, with exit status 1"],
  ["profile", "", "print where the cycles went, by function and cause"],
  ["annotate", "NAME", "print the instructions of a function with their cycles"],
  ["json", "", "print one JSON object"],
  ["help", "", "print this"],
];

const SLOW_MEMORY = ["data-grant-delay", "data-valid-delay", "fetch-grant-delay", "irq"];
/** The boards, and options that they do not have. */
const NOT_ON: Readonly<Record<string, readonly string[]>> = {
  bench: [],
  "cluster-bench": [...SLOW_MEMORY, "annotate", "profile"],
  gap8: SLOW_MEMORY,
};

interface Options {
  readonly file: string;
  readonly platform: string;
  readonly core: CoreName;
  readonly engine: EngineName;
  readonly trace?: string;
  readonly dataGrant: number;
  readonly dataValid: number;
  readonly fetchGrant: number;
  readonly interrupts: readonly CoreBenchInterrupt[];
  readonly maxCycles: number;
  readonly profile: boolean;
  readonly annotate?: string;
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
    const elf = load(options.file);
    if (options.platform === "gap8") return runOnGap8(options, elf);
    return options.platform === "bench" ? runOnBench(options, elf) : runOnCluster(options, elf);
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
    boolean: ["json", "profile"],
    collect: ["irq"],
    unknown: (arg: string) => {
      if (!arg.startsWith("-")) return true;
      unknown.push(arg);
      return false;
    },
  });
  if (unknown.length > 0) {
    const why = /^-\d/.test(unknown[0]) ? "no option takes a number below 0" : "there is no such option";
    throw new UsageError(`Cannot take ${unknown[0]}: ${why}; --help lists the options`);
  }
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
  const platform = choice("platform", Object.keys(NOT_ON), "bench");
  const trace = parsed["insn-trace"] as string | undefined;
  const unusable = NOT_ON[platform].find((name) =>
    Array.isArray(parsed[name]) ? parsed[name].length > 0 : parsed[name]
  );
  if (unusable !== undefined) {
    const able = Object.keys(NOT_ON).filter((each) => !NOT_ON[each].includes(unusable));
    throw new UsageError(`Cannot take --${unusable}: it works on --platform ${able.join(" and ")} only`);
  }
  return {
    file,
    platform,
    core: choice("core", Object.keys(coreVariants), "ri5cy_2019_11_fetch128") as CoreName,
    engine: choice(
      "engine",
      ["reference", "fast"],
      trace === undefined && platform !== "gap8" ? "fast" : "reference",
    ) as EngineName,
    trace,
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
    profile: parsed.profile === true,
    annotate: parsed.annotate as string | undefined,
    json: parsed.json === true,
  };
}

function load(file: string): Elf {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(file);
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${reason(error)}`);
  }
  return readElf(bytes);
}

/** The board starts where it starts; a program for elsewhere would have nothing there. */
function checkStart({ segments, entry }: Elf): void {
  const inside = ({ address, bytes }: Elf["segments"][number]) =>
    RESET_ADDRESS >= address && RESET_ADDRESS < address + bytes.length;
  if (segments.some(inside)) return;
  throw new UsageError(
    `Cannot start: the board starts at ${hex(RESET_ADDRESS)}, where the file has nothing (its entry is ${
      hex(entry)
    }); ` +
      `link its start code there`,
  );
}

function runOnBench(options: Options, elf: Elf): number {
  const { core, maxCycles, engine } = options;
  const variant = coreVariants[core];
  checkStart(elf);
  const profile = new CoreProfile();
  const observer = options.json || options.profile || options.annotate !== undefined ? profile : undefined;
  const board = makeBoard(() => new CoreBench(variant, elf, options, options.interrupts, engine, observer));
  board.onWarning = (message) => console.error(`Warning: ${message}`);
  const trace = options.trace === undefined ? undefined : openTrace(options.trace);
  if (trace) board.onRetire = (cycle, pc, { word, size }) => trace.add(cycle, pc, word, size);
  const { seconds, failure } = finish(
    () => board.run(maxCycles) !== undefined,
    () => {
      const state = board.core.asleep ? "sleeps, for want of an interrupt," : "is";
      const at = place(elf, board.core.pc);
      return `Cannot finish: ${maxCycles} cycles are over (--max-cycles) and the program ${state} at ${at}`;
    },
  );
  trace?.close();
  const { exitCode, cycles, retired } = board;
  if (options.json) {
    const counters = profile.events;
    print({
      exitCode: exitCode ?? null,
      cycles,
      retired,
      console: lines(board.console),
      counters,
      mips: mips(retired, seconds),
    });
  } else {
    if (board.console !== "") console.log(board.console.replace(/\n$/, ""));
    const ratio = (cycles / Math.max(1, retired)).toFixed(3);
    console.log(`\n${retired} instructions, ${cycles} cycles (${ratio} per instruction) on ${core}`);
    if (exitCode !== undefined) console.log(`exit status ${exitCode}`);
    if (options.profile) console.log(`\n${functionTable(profile, elf, variant)}`);
    if (options.annotate !== undefined) {
      const none = `no instruction of ${options.annotate} ran; there are ${functionsThatRan(profile, elf).join(", ")}`;
      console.log(`\n${annotated(profile, elf, options.annotate, variant) ?? none}`);
    }
  }
  if (failure !== undefined) console.error(failure);
  return failure === undefined && exitCode === 0 ? 0 : 1;
}

function runOnCluster(options: Options, elf: Elf): number {
  const { core, maxCycles, engine, trace: folder } = options;
  const board = makeBoard(() => new ClusterBench(coreVariants[core], elf, engine === "reference" ? engine : "fast"));
  if (folder !== undefined) makeFolder(folder);
  const traces = folder === undefined ? [] : board.cores.map((_, n) => openTrace(join(folder, `core${n}.csv`)));
  if (folder !== undefined) {
    board.onRetire = (n, cycle, pc, { word, size }) => traces[n].add(cycle, pc, word, size);
  }
  const { seconds, failure } = finish(
    () => board.run(maxCycles),
    () => {
      const running = board.cores.filter((each) => each.exitCode === undefined)
        .map((each) => `core ${each.index} at ${place(elf, each.pipeline.pc)}`);
      return `Cannot finish: ${maxCycles} cycles are over (--max-cycles), with ${running.join(", ")}`;
    },
  );
  for (const trace of traces) trace.close();
  const cores = board.cores.map(({ exitCode, cycles, retired, tcdm, refused }) => ({
    exitCode: exitCode ?? null,
    cycles,
    retired,
    tcdm,
    refused,
  }));
  const exitCode = cores.find((each) => each.exitCode !== 0)?.exitCode ?? (failure === undefined ? 0 : null);
  const cycles = Math.max(...cores.map((each) => each.cycles));
  const retired = cores.reduce((total, each) => total + each.retired, 0);
  if (options.json) {
    const l1Checksum = board.l1Checksum();
    print({ exitCode, cycles, retired, console: [], counters: {}, mips: mips(retired, seconds), cores, l1Checksum });
  } else {
    const rows = cores.map((each, n) => [n, each.exitCode ?? "-", each.cycles, each.retired, each.tcdm, each.refused]);
    console.log(table(["core", "exit status", "cycles", "instructions", "L1 accesses", "refused"], rows));
    console.log(`${cycles} cycles on eight ${core}`);
  }
  if (failure !== undefined) console.error(failure);
  return failure === undefined && exitCode === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = run(Deno.args);
