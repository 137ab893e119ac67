/**
 * The recordings in `tests/golden/`, which are packed: programs, what the RTL did with them, and traces. The README.md of
 * each group says what they are and what the fields mean; the names here are those of the files.
 * @module
 */
import { gunzipSync } from "node:zlib";
import { parseTar } from "npm:nanotar@0.3.0";

/** A folder of `tests/golden/` with programs. */
export type Group = "core" | "corpus" | "cluster";

/** A core that was measured. */
export type CoreName =
  | "ri5cy_2018_01"
  | "ri5cy_2018_01_fetch128"
  | "ri5cy_2019_11"
  | "ri5cy_2019_11_fetch128"
  | "cv32e40p_1_8_3";

/** Instruction encodings: those of RI5CY and GAP8, or those of CV32E40P. */
export type Encoding = "ri5cy" | "cv32e40p";

/** What is recorded of the named single-core programs. */
export interface Core {
  /** Totals of the programs, and interrupt latencies. */
  readonly golden: {
    readonly trace_point: string;
    readonly memory: string;
    readonly csv: string;
    readonly cores: readonly CoreName[];
    readonly programs: Readonly<Record<string, CoreProgram>>;
    readonly irq: { readonly how: string; readonly data: ByProgram<Readonly<Record<string, IrqCase>>> };
  };
  /** Cycles of each test within a program. */
  readonly micro: Readonly<Record<string, Readonly<Record<string, MicroTest>>>>;
  /** The same with slow memory; keys are `dgnt=1`, `drv=2`, `ignt=3` and so on. */
  readonly delays: Readonly<Record<string, ByProgram<DelayedRun>>>;
}

/** Something for programs and the cores they ran on. */
export type ByProgram<T> = Readonly<Record<string, Readonly<Partial<Record<CoreName, T>>>>>;

/** A named program for one core. */
export interface CoreProgram {
  readonly notes: string;
  readonly kernel_csv_ri5cy_2019_11?: string;
  readonly kernel_csv_cv32e40p_1_8_3?: string;
  readonly runs: Readonly<Partial<Record<CoreName, CoreRun>>>;
}

/** What one core did with a program. */
export interface CoreRun {
  readonly done: number;
  readonly exit: number;
  readonly cycles: number;
  readonly retired: number;
  readonly cpi: number;
  readonly ifetches: number;
  readonly dmem: number;
  readonly full_csv_sha256: string;
  readonly csv?: string;
  readonly csv_rows?: number;
  readonly kernel?: {
    readonly outputs: number;
    readonly cycles: number;
    readonly instr: number;
    readonly cycles_per_output: number;
    readonly instr_per_output: number;
  };
}

/** An interrupt; rows of the trace as [cycle, pc, instr]. */
export interface IrqCase {
  readonly last_before: readonly [string, string, string];
  readonly handler_first: readonly [string, string, string];
  readonly latency: number;
}

/** A test within a program: cycles counted from the instruction before it. */
export interface MicroTest extends Readonly<Partial<Record<CoreName, { cycles: number[]; end: number }>>> {
  readonly asm_ri5cy?: readonly string[];
  readonly asm_cv32e40p?: readonly string[];
}

/** A program run with slow memory. */
export interface DelayedRun {
  readonly total: number;
  readonly tests: Readonly<Record<string, readonly (number | null)[]>>;
}

/** A random program for one core. */
export interface CorpusProgram {
  readonly name: string;
  readonly file: string;
  readonly category: "alu" | "mem" | "control" | "hwloop" | "simd" | "mixed" | "quirk";
  readonly encoding: Encoding;
  readonly seed: string;
  readonly elf_sha256: string;
  readonly scratch: { readonly address: string; readonly size: number };
  readonly static: Readonly<Record<string, number>>;
  readonly results: readonly CorpusRun[];
}

/** What one core with one memory did with a random program. */
export interface CorpusRun {
  readonly core: CoreName;
  readonly memory: "ideal" | "dgnt1" | "drv1" | "ignt1";
  readonly exit: number;
  readonly printed: readonly [string, string];
  readonly cycles: number;
  readonly retired: number;
  readonly sha256: string;
  readonly csv?: string;
}

/** A program for eight cores, and what they did with it. */
export interface ClusterRun {
  readonly name: string;
  readonly file: string;
  readonly elf_sha256: string;
  readonly kind: string;
  readonly about: string;
  readonly team: number;
  readonly outputs?: number;
  readonly kernel?: readonly [string, string];
  readonly barriers?: number;
  readonly mix?: readonly string[];
  readonly same_code?: boolean;
  readonly dma?: {
    readonly beats_in: number;
    readonly beats_out: number;
    readonly granted: readonly number[];
    readonly refused: readonly number[];
  };
  readonly cycles: number;
  readonly l1_checksum: string;
  readonly l2_checksum: string;
  readonly grants: number;
  readonly contended: number;
  readonly test_and_set: number;
  readonly cores: readonly ClusterCoreRun[];
}

/** What one of the eight cores did. */
export interface ClusterCoreRun {
  readonly cycles: number;
  readonly retired: number;
  readonly tcdm: number;
  readonly refused: number;
  readonly clock_off: number;
  readonly exit: number;
  readonly sha256: string;
  readonly csv?: string;
}

const read = new Map<string, unknown>();

/** The named programs for one core. */
export function core(): Core {
  return {
    golden: json<Core["golden"]>("core/golden.json.gz"),
    micro: json<Core["micro"]>("core/micro.json.gz"),
    delays: json<Core["delays"]>("core/delays.json.gz"),
  };
}

/** The random programs for one core. */
export function corpus(): readonly CorpusProgram[] {
  return json("corpus/index.json.gz");
}

/** The programs for eight cores. */
export function clusterIndex(): readonly ClusterRun[] {
  return json("cluster/index.json.gz");
}

/** The file name, for {@linkcode elf}, of a named program as the given core runs it. */
export function coreElf(program: string, name: CoreName): string {
  const encoding: Encoding = name === "cv32e40p_1_8_3" ? "cv32e40p" : "ri5cy";
  return `elf/${encoding}/${program}.elf`;
}

/** A program, by the `file` of its index or by {@linkcode coreElf}. The caller's own copy. */
export function elf(group: Group, file: string): Uint8Array {
  const bytes = archive(`${group}/elf.tar.gz`).get(file);
  if (bytes === undefined) throw new Error(`Cannot read ${file}: it is not in tests/golden/${group}/elf.tar.gz`);
  return bytes.slice();
}

/** Names of all programs of a group, for {@linkcode elf}, sorted. */
export function elfFiles(group: Group): string[] {
  return [...archive(`${group}/elf.tar.gz`).keys()].sort();
}

/** Names of all traces of a group as they are packed, sorted. */
export function traceFiles(group: Group): string[] {
  return [...traces(group).keys()].sort();
}

/**
 * The text of a trace, by the `csv` of its run (or `kernel_csv_…` of its program); undefined if it was not kept. Those of
 * `core` end after 7500 rows.
 */
export function trace(group: Group, csv: string | undefined): string | undefined {
  if (csv === undefined) return undefined;
  const name = group === "core" ? `trace/${csv}` : csv.replace(/\.gz$/, "");
  const bytes = traces(group).get(name);
  return bytes && new TextDecoder().decode(bytes);
}

function traces(group: Group): Map<string, Uint8Array> {
  return archive(`${group}/${group === "core" ? "trace" : "csv"}.tar.gz`);
}

function json<T>(path: string): T {
  return once(path, () => JSON.parse(new TextDecoder().decode(unpacked(path))));
}

function archive(path: string): Map<string, Uint8Array> {
  return once(path, () => {
    const { buffer, byteOffset, byteLength } = unpacked(path);
    // The reader takes a view's whole buffer.
    const files = parseTar(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
    return new Map(files.map(({ name, data }) => [name, data ?? new Uint8Array()]));
  });
}

function unpacked(path: string): Uint8Array {
  return gunzipSync(Deno.readFileSync(new URL(`golden/${path}`, import.meta.url)));
}

function once<T>(path: string, load: () => T): T {
  if (!read.has(path)) read.set(path, load());
  return read.get(path) as T;
}
