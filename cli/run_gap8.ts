/**
 * `task run FILE.elf --platform gap8`: a program on the chip, started by the fabric controller.
 * @module
 */
import { join } from "@std/path";
import { Gap8Board } from "../hw/platforms/gap8_board.ts";
import type { Elf } from "../hw/riscv/elf.ts";
import { type CoreName, coreVariants } from "../hw/riscv/ri5cy/variants.ts";
import type { InstructionTrace } from "./instruction_trace.ts";
import { annotated, functionTable } from "./profile_report.ts";
import { finish, makeBoard, makeFolder, mips, openTrace, print } from "./run_output.ts";
import { table } from "./tables.ts";

/** What the command line says. */
export interface Gap8Options {
  /** Which cores. */
  readonly core: CoreName;
  /** Folder for traces, a file per core that runs. */
  readonly trace?: string;
  /** Cycles of the fabric controller to stop after. */
  readonly maxCycles: number;
  /** Whether to print where the cycles went. */
  readonly profile: boolean;
  /** A function to print with its cycles. */
  readonly annotate?: string;
  /** Whether to print one JSON object. */
  readonly json: boolean;
}

/** Runs a program and gives the exit status. */
export function runOnGap8(options: Gap8Options, elf: Elf): number {
  const { core: variant, maxCycles, trace: folder } = options;
  const profiled = options.json || options.profile || options.annotate !== undefined;
  const board = makeBoard(() => new Gap8Board(elf, variant, profiled));
  const traces = new Map<string, InstructionTrace>();
  if (folder !== undefined) {
    makeFolder(folder);
    board.onRetire = ({ name }, cycle, pc, { word, size }) => {
      let trace = traces.get(name);
      if (trace === undefined) traces.set(name, trace = openTrace(join(folder, `${name}.csv`)));
      trace.add(cycle, pc, word, size);
    };
  }
  const { seconds, failure } = finish(
    () => board.run(maxCycles),
    () => {
      const running = board.cores.filter((core) => core.running)
        .map((core) => `${core.name} at ${core.place(core.pipeline.pc)}`);
      return `Cannot finish: ${maxCycles} cycles of the fabric controller are over (--max-cycles), with ${
        running.join(", ")
      }`;
    },
  );
  for (const trace of traces.values()) trace.close();
  const { exitCode, console: lines, report } = board;
  const cycles = report.find(({ name }) => name === "fc")?.cycles ?? 0;
  const retired = report.reduce((total, core) => total + core.retired, 0);
  if (options.json) {
    const counters = report.find(({ name }) => name === "fc")?.counters ?? {};
    const rate = mips(retired, seconds);
    print({ exitCode: exitCode ?? null, cycles, retired, console: lines, counters, mips: rate, cores: report });
  } else {
    for (const line of lines) console.log(line);
    const { fcCache, clusterCache } = board.chip;
    const rows = report.map(({ name, cycles, retired, asleep }) => [name, cycles, retired, asleep]);
    console.log(`\n${table(["core", "cycles", "instructions", "asleep"], rows)}`);
    const caches = [["fc", fcCache], ["cluster", clusterCache]] as const;
    console.log(table(
      ["instruction cache", "at the end", "fetches", "misses", "lines from L2"],
      caches.map(([name, cache]) => {
        const state = cache.enabled ? "on" : "off";
        return [name, state, cache.fetches.value, cache.misses.value, cache.refills.value];
      }),
    ));
    if (exitCode !== undefined) console.log(`exit status ${exitCode}`);
    if (options.profile || options.annotate !== undefined) printProfiles(options, board, elf);
  }
  if (failure !== undefined) console.error(failure);
  return failure === undefined && exitCode === 0 ? 0 : 1;
}

/** Of the cluster's cores, the first stands for all. */
function printProfiles({ profile, annotate, core: variant }: Gap8Options, board: Gap8Board, elf: Elf): void {
  const ran = board.cores.filter((core) => core.instructions.value > 0);
  for (const { name, profile: spent } of ran.slice(0, 2)) {
    if (spent === undefined) continue;
    if (profile) console.log(`\n${name}\n${functionTable(spent, elf, coreVariants[variant])}`);
    const listing = annotate === undefined ? undefined : annotated(spent, elf, annotate, coreVariants[variant]);
    if (listing !== undefined) console.log(`\n${name}\n${listing}`);
  }
  const others = ran.slice(2).map(({ name }) => name);
  if (others.length > 0) console.log(`\n${others.join(", ")} ran, too; --json has their counters`);
}
