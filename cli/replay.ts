/**
 * `task replay FILE [--json]`: plays recorded fabric stimuli through the models and compares cycle for cycle.
 * @module
 */

import { parseArgs } from "@std/flags";
import { firstDifference, playTransfer, type RecordedTransfer } from "./replay_dma.ts";
import { readRecording, RecordingError } from "./replay_format.ts";
import { playStream, type RecordedStream } from "./replay_tcdm.ts";

/** Where model and recording part: which case, in which field, what was recorded and what the model did. */
export interface Difference {
  /** The case, in the terms of the file. */
  readonly where: string;
  /** The field. */
  readonly field: string;
  /** What was recorded. */
  readonly recorded: unknown;
  /** What the model did. */
  readonly model: unknown;
}

/** What `--json` prints. */
export interface ReplayResult {
  /** What the file holds. */
  readonly kind: "tcdm-streams" | "dma-transfers";
  /** Cases in the file: requests or transfers. */
  readonly cases: number;
  /** Cases that were compared. */
  readonly checked: number;
  /** Cases equal in every recorded field. */
  readonly equal: number;
  /** Cases that are equal, or whose end event is off by no more than the tolerance of their kind. */
  readonly withinTolerance: number;
  /** Cases that were not compared, because the transfer leaves the TCDM. */
  readonly skipped: number;
  /** Where model and recording part first, or null. */
  readonly firstDifference: Difference | null;
}

/** Rows below this length are those whose timing is only required approximately, from TCDM to external memory; unit: bytes. */
const SHORT_ROW_BYTES = 32;
/** By how much their end event may be off; unit: cycles. */
const SHORT_ROW_TOLERANCE_CYCLES = 6;
const TCDM_BYTES = 65536;

/** Plays request streams and compares each request's grant, response and data. */
export function replayStreams(streams: readonly RecordedStream[]): ReplayResult {
  let cases = 0;
  let equal = 0;
  let first: Difference | null = null;
  streams.forEach((stream, streamIndex) => {
    playStream(stream).forEach((played, port) => {
      stream.ports[port]!.forEach(([, , , , , grant, response, data], index) => {
        cases++;
        const recorded = { grant, response, data };
        const model = played[index]!;
        const field = (["grant", "response", "data"] as const).find((name) => recorded[name] !== model[name]);
        if (field === undefined) equal++;
        else {
          first ??= {
            where: `stream ${streamIndex}, port ${port}, request ${index}`,
            field,
            recorded: recorded[field],
            model: model[field],
          };
        }
      });
    });
  });
  return {
    kind: "tcdm-streams",
    cases,
    checked: cases,
    equal,
    withinTolerance: equal,
    skipped: 0,
    firstDifference: first,
  };
}

/** Plays transfers, each on an idle cluster, and compares every recorded field. */
export function replayTransfers(transfers: readonly RecordedTransfer[]): ReplayResult {
  let checked = 0;
  let equal = 0;
  let withinTolerance = 0;
  let first: Difference | null = null;
  transfers.forEach((recorded, index) => {
    if (recorded.tcdm + recorded.bytes > TCDM_BYTES) return;
    checked++;
    const model = playTransfer(recorded);
    const field = firstDifference(recorded, model);
    if (field === undefined) {
      equal++;
      withinTolerance++;
      return;
    }
    const { event } = recorded;
    const shortRows = recorded.dir === "loc2ext" && recorded.count !== undefined && recorded.count < SHORT_ROW_BYTES;
    if (
      shortRows && event !== null && model.event !== null &&
      Math.abs(event - model.event) <= SHORT_ROW_TOLERANCE_CYCLES
    ) withinTolerance++;
    first ??= { where: `transfer ${index}`, field, recorded: recorded[field], model: model[field] };
  });
  const cases = transfers.length;
  return {
    kind: "dma-transfers",
    cases,
    checked,
    equal,
    withinTolerance,
    skipped: cases - checked,
    firstDifference: first,
  };
}

const USAGE = `Usage: deno task replay FILE [--json]

Plays recorded fabric stimuli (TCDM request streams or single DMA transfers; JSON, plain or gzip) through the models
and compares every cycle. Exits with 0 when all are equal, 1 when one differs, 2 when the file cannot be played.`;

/** Runs the command; returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let unknown: string | undefined;
  const options = parseArgs(args, {
    boolean: ["json", "help"],
    unknown: (argument) => {
      if (argument.startsWith("-")) unknown ??= argument;
    },
  });
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (unknown !== undefined) return refuse(`Cannot replay: there is no option ${unknown}; see --help`);
  if (options._.length !== 1) {
    return refuse(`Cannot replay: one file is needed, and ${options._.length} are given; see --help`);
  }
  const name = String(options._[0]);
  try {
    const recording = await readRecording(await readFile(name), name);
    const result = recording.kind === "tcdm-streams"
      ? replayStreams(recording.streams)
      : replayTransfers(recording.transfers);
    console.log(options.json ? JSON.stringify(result) : report(result));
    return result.equal < result.checked ? 1 : 0;
  } catch (error) {
    if (error instanceof RecordingError) return refuse(error.message);
    throw error;
  }
}

function refuse(message: string): number {
  console.error(message);
  return 2;
}

async function readFile(name: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(name);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    throw new RecordingError(`Cannot replay ${name}: ${why}`);
  }
}

function report(result: ReplayResult): string {
  const what = result.kind === "tcdm-streams" ? "TCDM requests" : "DMA transfers";
  const lines = [`${result.equal} of ${result.checked} ${what} equal, cycle for cycle`];
  if (result.withinTolerance > result.equal) lines.push(`${result.withinTolerance} within tolerance`);
  if (result.skipped > 0) lines.push(`${result.skipped} skipped: they leave the TCDM`);
  const difference = result.firstDifference;
  if (difference !== null) {
    lines.push(
      `first difference: ${difference.where}, ${difference.field}: recorded ${JSON.stringify(difference.recorded)}, ` +
        `model ${JSON.stringify(difference.model)}`,
    );
  }
  return lines.join("\n");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
