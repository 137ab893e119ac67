/**
 * What all examples share on the command line: options, console, reports, traces.
 * @module
 */
import { parseArgs } from "@std/flags";
import { dirname } from "@std/path";
import type { CoreReport } from "../runtime/gap8/mod.ts";
import type { Simulation } from "../sim/mod.ts";
import { coreTable } from "./tables.ts";
import { Observation, type ObservationFiles } from "./observation.ts";

/** One option of an example. */
export interface OptionSpec {
  /** Long name, without the dashes. */
  readonly name: string;
  /** What stands behind it on the command line: `FILE`, `N`, or nothing for a switch. */
  readonly value?: string;
  /** One line for `--help`. */
  readonly description: string;
}

/** What an example gets. */
export interface ExampleContext {
  /** The value of an option, or undefined. */
  option(name: string): string | undefined;
  /** Attaches whatever the command line asks for; to be called before the simulation runs. */
  readonly observe: (sim: Simulation) => void;
  /** Whether only JSON may go to stdout. */
  readonly quiet: boolean;
  /** For what the example says beside the firmware; nothing with `--json`. */
  print(text: string): void;
  /** Writes a file, with its folder. */
  save(path: string, content: string | Uint8Array): void;
}

/** What came of an example. */
export interface ExampleOutcome {
  /** Whether the firmware succeeded and all checks held. */
  readonly ok: boolean;
  /** The firmware's exit status. */
  readonly exitCode: number;
  /** Simulated time in picoseconds. */
  readonly simulatedPs: number;
  /** Edges of each clock while it ran. */
  readonly cycles: Readonly<Record<string, number>>;
  /** What the firmware printed. */
  readonly console: readonly string[];
  /** How each core spent its cycles. */
  readonly cores?: readonly CoreReport[];
  /** The example's own result, ready for JSON. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** An example. */
export interface Example {
  /** Name on the command line. */
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  /** Its own options. */
  readonly options: readonly OptionSpec[];
  /** Runs it. Throws a {@linkcode UsageError} for unusable options or input. */
  run(context: ExampleContext): Promise<ExampleOutcome> | ExampleOutcome;
}

/** A mistake of the person at the command line; its message is one sentence, the exit status 2. */
export class UsageError extends Error {}

const COMMON: readonly OptionSpec[] = [
  { name: "json", description: "print one JSON object and nothing else" },
  { name: "trace", value: "FILE.json", description: "write a Perfetto trace (ui.perfetto.dev opens it)" },
  { name: "vcd", value: "FILE.vcd", description: "write a waveform (GTKWave and others open it)" },
  { name: "stats", value: "FILE.json", description: "write all counters" },
  { name: "hash", description: "compute the hash of the canonical trace" },
  { name: "seed", value: "N", description: "seed of whatever is random (default 1)" },
  { name: "help", description: "print this" },
];
const NOT_BUILT = ["profile"];

/** Runs an example with command-line arguments and gives the exit status. */
export async function runExample(example: Example, args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(example, args);
    if (options.help === true) {
      console.log(helpOf(example));
      return 0;
    }
    return await perform(example, options);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(error.message);
      return 2;
    }
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    return 1;
  }
}

type Options = Readonly<Record<string, string | boolean | undefined>>;

function readOptions(example: Example, args: readonly string[]): Options {
  const specs = [...COMMON, ...example.options];
  const withValue = specs.filter((spec) => spec.value !== undefined).map((spec) => spec.name);
  const switches = specs.filter((spec) => spec.value === undefined).map((spec) => spec.name);
  const parsed = parseArgs([...args], {
    string: withValue,
    boolean: switches,
    unknown: (argument: string) => {
      const name = argument.replace(/^-+/, "").replace(/=.*/, "");
      if (NOT_BUILT.includes(name)) throw new UsageError(`Cannot use --${name}: it is not built yet`);
      throw new UsageError(
        `Cannot use "${argument}" with example ${example.name}: it takes ${specs.map((s) => `--${s.name}`).join(", ")}`,
      );
    },
  });
  for (const name of withValue) {
    if (parsed[name] === "") throw new UsageError(`Cannot use --${name} without a value: --help shows what it takes`);
  }
  const seed = parsed.seed as string | undefined;
  if (seed !== undefined && !/^\d{1,15}$/.test(seed)) {
    throw new UsageError(`Cannot use --seed ${seed}: it has to be a whole number`);
  }
  return parsed;
}

async function perform(example: Example, options: Options): Promise<number> {
  const quiet = options.json === true;
  const observation = new Observation(filesOf(options));
  const outcome = await example.run({
    option: (name) => options[name] === undefined ? undefined : String(options[name]),
    observe: (sim) => observation.attach(sim),
    quiet,
    print: (text) => quiet ? undefined : console.log(text),
    save,
  });
  for (const [path, content] of observation.finish()) save(path, content);
  if (quiet) {
    const { ok, exitCode, simulatedPs, cycles, console: lines, result } = outcome;
    const traceHash = options.hash === true ? { traceHash: observation.traceHash } : {};
    console.log(
      JSON.stringify({
        example: example.name,
        ok,
        exitCode,
        simulatedPs,
        cycles,
        console: lines,
        ...traceHash,
        result,
      }),
    );
  } else {
    if (outcome.cores !== undefined) console.log(coreTable(outcome.cores, outcome.cycles, outcome.simulatedPs));
    if (options.hash === true) console.log(`trace hash ${observation.traceHash}`);
    if (!outcome.ok) console.error(`example ${example.name} failed with exit status ${outcome.exitCode}`);
  }
  return outcome.ok && outcome.exitCode === 0 ? 0 : 1;
}

function filesOf(options: Options): ObservationFiles {
  const path = (name: string) => options[name] as string | undefined;
  return { perfetto: path("trace"), vcd: path("vcd"), stats: path("stats"), hash: options.hash === true };
}

function save(path: string, content: string | Uint8Array): void {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${(error as Error).message}`);
  }
}

function helpOf(example: Example): string {
  const rows = [...example.options, ...COMMON].map((spec) => {
    const left = `--${spec.name}${spec.value === undefined ? "" : ` ${spec.value}`}`;
    return `  ${left.padEnd(22)}${spec.description}`;
  });
  return `${example.name}: ${example.summary}\n\n${rows.join("\n")}`;
}
