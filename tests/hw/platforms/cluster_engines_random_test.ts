import { assert, assertEquals } from "@std/assert";
import { ClusterBench, type ClusterEngineName, L2_BASE } from "../../../hw/platforms/cluster_bench.ts";
import { type LoadableProgram, ProgramError } from "../../../hw/platforms/core_bench.ts";
import { assemble, AssemblyError } from "../../../hw/riscv/isa/assembler.ts";
import { FastMemory } from "../../../hw/riscv/engine/fast_memory.ts";
import { coreVariants } from "../../../hw/riscv/ri5cy/variants.ts";
import { cases, seed as firstSeed } from "../../sampling.ts";
import { shrinkLines } from "../riscv/engine/shrink_program.ts";
import { randomOf } from "../riscv/random_firmware.ts";
import { CORES } from "../riscv/random_program.ts";
import { INTERRUPTS, TABLES } from "./random_cluster_code.ts";
import { type RandomClusterProgram, randomClusterProgram } from "./random_cluster_program.ts";

/** Programs, cycles of each at most, and the first one's seed: the next pass of a soak goes on where the last one ended. */
const PROGRAMS = cases(100, 2_000), CYCLES = cases(20_000, 26_000);
const FIRST = cases(firstSeed, 1 + (firstSeed - 1) * PROGRAMS);
/** Bytes for records, which few programs are content with. */
const LITTLE_ROOM = 32 << 10;

/** What the engines did. */
interface Outcome {
  /** The first difference, undefined if there is none. */
  readonly difference: string | undefined;
  /** The reference's board. */
  readonly board: ClusterBench;
  readonly error: string | undefined;
  /** Accesses that translated code made. */
  readonly translated: number;
}

/** An engine at work. */
interface Run {
  readonly engine: ClusterEngineName;
  readonly board: ClusterBench;
  readonly trace: string[];
  error?: string;
}

function load(seed: number, { l1, table }: RandomClusterProgram, lines: readonly string[]): LoadableProgram {
  const program = assemble(lines.join("\n"), { base: L2_BASE, file: `random cluster program ${seed}` });
  const addresses = Int32Array.from(table, (name) => program.symbols.get(name) ?? 0);
  const parts = [
    ...program.segments,
    { address: TABLES, bytes: new Uint8Array(addresses.buffer) },
    ...Array.from(l1, ([address, bytes]) => ({ address, bytes })),
  ];
  return { segments: parts.map(({ address, bytes }) => ({ address, bytes, sizeInMemory: bytes.length })) };
}

/** Runs a program on both engines, from stop to stop. */
function compare(seed: number, program: RandomClusterProgram, lines = program.lines): Outcome {
  const loadable = load(seed, program, lines);
  const usual = FastMemory.recordsBytes;
  // Some have to forget what they know now and then.
  if (seed % 5 === 0) FastMemory.recordsBytes = LITTLE_ROOM;
  const [reference, fast] = (["reference", "fast"] as const).map((engine): Run => ({
    engine,
    board: new ClusterBench(coreVariants[program.core], loadable, engine, program.warmRequests),
    trace: [],
  }));
  FastMemory.recordsBytes = usual;
  let difference: string | undefined;
  for (const { cycle, traced } of program.stops) {
    for (const run of [reference, fast]) goOn(run, cycle, traced);
    difference = differenceOf(viewOf(reference), viewOf(fast));
    if (difference !== undefined) difference = `stopped at ${cycle}: ${difference}`;
    if (difference !== undefined || reference.error !== undefined || reference.board.done) break;
  }
  const { board, error } = reference;
  return { difference, board, error, translated: fast.board.translatedAccesses };
}

/** Runs on, if it can. */
function goOn(run: Run, stop: number, traced: boolean): void {
  const { board, trace } = run;
  board.onRetire = traced ? (core, cycle, pc) => trace.push(`core ${core}, cycle ${cycle}, pc ${pc}`) : undefined;
  try {
    board.run(stop);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    run.error = error.message;
  }
}

/** What can be seen of a board, by name; after an error, that is in the middle of a cycle, with which cores are not done. */
function viewOf({ board, trace, error }: Run): Record<string, unknown> {
  const { interconnect, dma, cycle } = board;
  const view: Record<string, unknown> = { error, cycle };
  trace.forEach((row, index) => view[`retired instruction ${index}`] = row);
  view.granted = interconnect.granted.join();
  view.refused = interconnect.refused.join();
  view.contended = interconnect.contended;
  view.testAndSets = interconnect.testAndSets;
  view.beats = [dma.toTcdm.beats, dma.fromTcdm.beats].join();
  if (error !== undefined) return view;
  view.l1 = board.l1Checksum();
  view.l2 = board.l2Checksum();
  for (const { index, pipeline, exitCode, cycles, retired, clockOff } of board.cores) {
    const see = (name: string, value: unknown) => view[`core ${index}'s ${name}`] = value;
    const { hart, csrs, counters, pc } = pipeline;
    see("exit", [exitCode, cycles, retired, clockOff, pc].join());
    for (let i = 1; i < 32; i++) see(`x${i}`, hart.registers[i]);
    see("loops", [hart.loopStart, hart.loopEnd, hart.loopCount].join());
    see("mepc", csrs.mepc);
    see("mcause", csrs.mcause);
    see("counters", [counters.enabledEvents, counters.mode, ...counters.values].join());
  }
  return view;
}

function differenceOf(expected: Record<string, unknown>, got: Record<string, unknown>): string | undefined {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    if (expected[name] !== got[name]) return `${name} is ${got[name]} on the fast engine, not ${expected[name]}`;
  }
}

/** What is left of a program of which everything was taken that does not matter, with its difference. */
function smallest(seed: number, program: RandomClusterProgram): string {
  const begin = program.lines.indexOf("start:") + 1;
  const vectors = program.lines.slice(0, begin);
  const left = shrinkLines(program.lines.slice(begin), (lines) => {
    try {
      return compare(seed, program, [...vectors, ...lines]).difference !== undefined;
    } catch (error) {
      if (error instanceof AssemblyError) return false;
      throw error;
    }
  });
  return [compare(seed, program, [...vectors, ...left]).difference, "start:", ...left].join("\n");
}

Deno.test("ClusterBench takes the same cycles on both engines, core by core, at random programs", () => {
  let accesses = 0,
    translated = 0,
    failed = 0,
    ended = 0,
    contended = 0,
    testAndSets = 0,
    beats = 0,
    asleep = 0,
    interrupts = 0;
  const variants = new Set<string>();
  for (let seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
    const program = randomClusterProgram(randomOf(seed), CYCLES);
    const outcome = compare(seed, program);
    if (outcome.difference !== undefined) {
      throw new Error(
        `program ${seed} on ${program.core}: ${outcome.difference}\n` +
          `ESCAPEMENT_SEED=${seed} deno test -A tests/hw/platforms/cluster_engines_random_test.ts repeats it\n` +
          `the smallest program that differs: ${smallest(seed, program)}`,
      );
    }
    const { board: { cores, interconnect, dma, done }, error } = outcome;
    variants.add(program.core);
    accesses += cores.reduce((sum, core) => sum + core.tcdm, 0);
    translated += outcome.translated;
    contended += interconnect.contended;
    testAndSets += interconnect.testAndSets;
    beats += dma.toTcdm.beats + dma.fromTcdm.beats;
    asleep += cores.reduce((sum, core) => sum + core.clockOff, 0);
    interrupts += outcome.board.l1.read(INTERRUPTS - TABLES >> 2);
    if (error !== undefined) failed++;
    if (done) ended++;
  }
  // What was compared is worth nothing unless it was there.
  const facts = JSON.stringify({
    accesses,
    translated,
    contended,
    testAndSets,
    beats,
    asleep,
    interrupts,
    failed,
    ended,
  });
  assertEquals([...variants].sort(), [...CORES].sort());
  assert(translated > accesses / 10 && contended > accesses / 100 && asleep > 100 * PROGRAMS, facts);
  assert(testAndSets > PROGRAMS && beats > PROGRAMS && interrupts > 0, facts);
  assert(failed > PROGRAMS / 50 && ended > PROGRAMS / 50, facts);
});

Deno.test("ClusterBench: of several cores that fail in one cycle, the first one is to blame on both engines", () => {
  const seed = 27758;
  const { difference, error } = compare(seed, randomClusterProgram(randomOf(seed), 20_000));
  assertEquals(difference, undefined);
  assert(error?.includes("core 2, pc 0x00000000, cycle 8950"), error);
});
