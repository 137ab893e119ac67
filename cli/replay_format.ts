/**
 * Reads recorded fabric stimuli: TCDM request streams and single DMA transfers, plain or gzip.
 * @module
 */

import { GAP8_TCDM } from "../hw/memory/tcdm.ts";
import type { RecordedTransfer } from "./replay_dma.ts";
import type { RecordedStream } from "./replay_tcdm.ts";

/** Thrown for a file that is no recording; the message is one sentence. */
export class RecordingError extends Error {}

/** What a file holds. */
export type Recording =
  | { readonly kind: "tcdm-streams"; readonly streams: readonly RecordedStream[] }
  | { readonly kind: "dma-transfers"; readonly transfers: readonly RecordedTransfer[] };

/** Reads a file's bytes. Throws a {@linkcode RecordingError}. */
export async function readRecording(bytes: Uint8Array, name: string): Promise<Recording> {
  const refuse = (why: string): never => {
    throw new RecordingError(`Cannot replay ${name}: ${why}`);
  };
  const content = parse(await unpack(bytes, refuse), refuse);
  const list = Array.isArray(content) ? content : isRecord(content) ? content.cases : undefined;
  if (!Array.isArray(list) || list.length === 0) {
    return refuse("it is neither a list of TCDM streams nor a list of DMA transfers, or the list is empty");
  }
  if (isRecord(list[0]) && "ports" in list[0]) {
    return { kind: "tcdm-streams", streams: list.map((item, index) => stream(item, `stream ${index}`, refuse)) };
  }
  if (isRecord(list[0]) && "dir" in list[0]) {
    return { kind: "dma-transfers", transfers: list.map((item, index) => transfer(item, `transfer ${index}`, refuse)) };
  }
  return refuse(
    `its first entry has neither "ports" nor "dir"; replay plays TCDM streams and single DMA transfers, no other recording`,
  );
}

/** External memory that is set up for a transfer at most. */
const LARGEST_SPAN_BYTES = 2 ** 27;

type Refuse = (why: string) => never;

async function unpack(bytes: Uint8Array, refuse: Refuse): Promise<string> {
  if (bytes.length === 0) return refuse("it is empty");
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  try {
    return await new Response(new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip")))
      .text();
  } catch {
    return refuse("its gzip data is damaged or cut short");
  }
}

function parse(text: string, refuse: Refuse): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(`it is not JSON (${(error as Error).message})`);
  }
}

function stream(item: unknown, where: string, refuse: Refuse): RecordedStream {
  if (!isRecord(item)) return refuse(`${where} is no object`);
  const ch0 = integer(item, "ch0", 1, 32, where, refuse);
  const ch1 = integer(item, "ch1", 0, 32 - ch0, where, refuse);
  const policy = integer(item, "policy", 0, 3, where, refuse);
  const { ports } = item;
  if (!Array.isArray(ports) || ports.length !== ch0 + ch1) {
    return refuse(`${where} has ports for ${Array.isArray(ports) ? ports.length : "no"} of its ${ch0} + ${ch1} ports`);
  }
  const rows = GAP8_TCDM.sizeBytes / 4 / GAP8_TCDM.banks;
  const limits = [2 ** 40, GAP8_TCDM.banks - 1, rows - 1, 0, 15, 2 ** 40, 2 ** 40, 2 ** 32 - 1];
  ports.forEach((requests, port) => {
    if (!Array.isArray(requests)) return refuse(`${where}, port ${port} is no list of requests`);
    requests.forEach((request, index) => {
      const fits = Array.isArray(request) && request.length === 8 &&
        request.every((value, field) =>
          field === 3 ? "RWT".includes(value) && value.length === 1 : isInteger(value, 0, limits[field]!)
        );
      if (!fits) {
        refuse(
          `${where}, port ${port}, request ${index} is ${JSON.stringify(request)}, not [cycle, bank 0-15, row 0-${
            rows - 1
          }, ` +
            `"R", "W" or "T", byte enable 0-15, grant, response, data]`,
        );
      }
    });
  });
  return { ch0, ch1, policy, ports };
}

function transfer(item: unknown, where: string, refuse: Refuse): RecordedTransfer {
  if (!isRecord(item)) return refuse(`${where} is no object`);
  const { dir, event } = item;
  if (dir !== "ext2loc" && dir !== "loc2ext") {
    return refuse(`${where} has direction ${JSON.stringify(dir)}, not "ext2loc" or "loc2ext"`);
  }
  const bytes = integer(item, "bytes", 1, 65535, where, refuse);
  const tcdm = "tcdm" in item ? integer(item, "tcdm", 0, GAP8_TCDM.sizeBytes - 1, where, refuse) : 0;
  const ext = "ext" in item ? integer(item, "ext", 0, 2 ** 24, where, refuse) : 0;
  const lat = integer(item, "lat", 1, 10000, where, refuse);
  if (event !== null && !isInteger(event, 0, 2 ** 40)) {
    return refuse(`${where} has no end cycle "event", nor null for none`);
  }
  const rows = "count" in item
    ? {
      count: integer(item, "count", 1, 65535, where, refuse),
      stride: integer(item, "stride", 1, 65535, where, refuse),
    }
    : {};
  const span = ext + bytes + (rows.count === undefined ? 0 : Math.ceil(bytes / rows.count) * rows.stride);
  if (span > LARGEST_SPAN_BYTES) {
    refuse(`${where} spans ${span} bytes of external memory; the limit is ${LARGEST_SPAN_BYTES}`);
  }
  return { ...item, dir, bytes, tcdm, ext, lat, event: event as number | null, ...rows };
}

function integer(
  item: Record<string, unknown>,
  field: string,
  from: number,
  to: number,
  where: string,
  refuse: Refuse,
) {
  const value = item[field];
  if (!isInteger(value, from, to)) {
    return refuse(`${where} has ${field} ${JSON.stringify(value)}, which is not an integer from ${from} to ${to}`);
  }
  return value;
}

function isInteger(value: unknown, from: number, to: number): value is number {
  return Number.isInteger(value) && (value as number) >= from && (value as number) <= to;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
