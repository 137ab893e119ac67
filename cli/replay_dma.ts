/**
 * Plays recorded DMA transfers through the DMA model.
 * @module
 */

import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../hw/bus/tcdm_interconnect.ts";
import { GAP8_TCDM, Tcdm } from "../hw/memory/tcdm.ts";
import { Mchan } from "../hw/pulp/mchan.ts";
import { COMMAND_REGISTER } from "../hw/pulp/mchan_command_port.ts";
import { AxiLatencyMemory } from "../hw/pulp/mchan_external.ts";
import { MCHAN_RTL_2018 } from "../hw/pulp/mchan_params.ts";

/** A recorded transfer; cycles count from the grant of the last command word. */
export interface RecordedTransfer {
  /** Direction. */
  readonly dir: "ext2loc" | "loc2ext";
  /** Length in bytes. */
  readonly bytes: number;
  /** TCDM offset in bytes. */
  readonly tcdm: number;
  /** External offset in bytes. */
  readonly ext: number;
  /** Latency of the external memory in cycles. */
  readonly lat: number;
  /** Bytes per row of a 2D transfer. */
  readonly count?: number;
  /** Distance of two rows in bytes. */
  readonly stride?: number;
  /** Cycle of the end event, null when there was none. */
  readonly event: number | null;
  /** Cycle of the first external address. */
  readonly first_ext?: number;
  /** Cycle of the first TCDM access granted. */
  readonly first_tcdm?: number;
  /** Cycle of the last TCDM access granted. */
  readonly last_tcdm?: number;
  /** Bursts. */
  readonly bursts?: number;
  /** External beats. */
  readonly beats?: number;
  /** TCDM accesses granted. */
  readonly tcdm_acc?: number;
  /** Cycle, offset and beats of each burst. */
  readonly ax?: readonly (readonly [number, number, number])[];
  /** Whether all bytes arrived and no others changed. */
  readonly data_ok?: boolean;
}

/** What the model did with a transfer, in the terms of {@link RecordedTransfer}. */
export type PlayedTransfer = Required<
  Pick<
    RecordedTransfer,
    "first_ext" | "ax" | "first_tcdm" | "last_tcdm" | "tcdm_acc" | "bursts" | "beats" | "event" | "data_ok"
  >
>;

/** The fields that are compared, in the order in which differences are reported. */
const COMPARED: readonly (keyof PlayedTransfer)[] = [
  "first_ext",
  "ax",
  "first_tcdm",
  "last_tcdm",
  "tcdm_acc",
  "bursts",
  "beats",
  "event",
  "data_ok",
];

const EXTERNAL_BASE = 0x1c000000;
const TO_LOCAL = 1 << 16;
const INCREMENTAL = 1 << 17;
const TWO_DIMENSIONAL = 1 << 18;
const EVENT = 1 << 19;
/** Cycles after the last activity in which an end event would have come. */
const EVENT_GRACE_CYCLES = 8;

/** Plays a transfer on an otherwise idle cluster and returns what happened. */
export function playTransfer(recorded: RecordedTransfer): PlayedTransfer {
  const { bytes, count = 0, stride = 0 } = recorded;
  const rows = count > 0 ? Math.ceil(bytes / count) : 1;
  const span = count > 0 ? (rows - 1) * stride + count : bytes;
  const memory = new RecordingMemory({
    base: EXTERNAL_BASE,
    sizeBytes: (recorded.ext + span + 0x2ff) & ~0xff,
    readLatencyCycles: recorded.lat,
    writeLatencyCycles: recorded.lat,
    bursts: MCHAN_RTL_2018.outstandingBursts,
  });
  const tcdm = new Tcdm(GAP8_TCDM);
  const interconnect = new TcdmInterconnect(GAP8_TCDM_INTERCONNECT, tcdm);
  const dma = new Mchan(MCHAN_RTL_2018, interconnect, memory);
  fillWithPattern(memory.bytes, 1);
  fillWithPattern(tcdm.bytes, 2);
  const expectation = expectedContents(recorded, memory.bytes, tcdm.bytes);

  const toLocal = recorded.dir === "ext2loc";
  const command = bytes | (toLocal ? TO_LOCAL : 0) | INCREMENTAL | (count > 0 ? TWO_DIMENSIONAL : 0) | EVENT;
  const words = [command, GAP8_TCDM.base + recorded.tcdm, EXTERNAL_BASE + recorded.ext];
  if (count > 0) words.push(count | (stride << 16));
  const start = words.length;

  let firstTcdm = -1;
  let lastTcdm = -1;
  let accesses = 0;
  let event: number | null = null;
  let quiet = 0;
  dma.request(0, COMMAND_REGISTER, false, 0);
  for (let cycle = 0; event === null && quiet < EVENT_GRACE_CYCLES; cycle++) {
    dma.raise();
    const grants = interconnect.pending === 0 ? 0 : interconnect.arbitrate(cycle);
    const commandGrant = dma.arbitrate();
    dma.commit(cycle, grants);
    if (grants !== 0) {
      if (firstTcdm < 0) firstTcdm = cycle - start;
      lastTcdm = cycle - start;
      for (let left = grants; left !== 0; left &= left - 1) accesses++;
    }
    if (dma.transfers.events !== 0) event = cycle - start;
    if (commandGrant !== 0 && words.length > 0) dma.request(0, COMMAND_REGISTER, true, words.shift()!);
    quiet = cycle > start && !dma.toTcdm.active && !dma.fromTcdm.active ? quiet + 1 : 0;
  }
  return {
    event,
    first_ext: memory.bursts[0]![0] - start,
    first_tcdm: firstTcdm,
    last_tcdm: lastTcdm,
    bursts: memory.bursts.length,
    beats: toLocal ? dma.toTcdm.beats : dma.fromTcdm.beats,
    tcdm_acc: accesses,
    ax: memory.bursts.map(([cycle, address, beats]) => [cycle - start, address - EXTERNAL_BASE, beats]),
    data_ok: same(expectation, toLocal ? tcdm.bytes : memory.bytes),
  };
}

/** The first compared field in which the model differs from the recording, or undefined. */
export function firstDifference(recorded: RecordedTransfer, played: PlayedTransfer): keyof PlayedTransfer | undefined {
  return COMPARED.find((field) =>
    recorded[field] !== undefined && JSON.stringify(recorded[field]) !== JSON.stringify(played[field])
  );
}

/** A memory that notes its bursts: cycle, address, beats. */
class RecordingMemory extends AxiLatencyMemory {
  readonly bursts: [number, number, number][] = [];

  override startRead(cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean {
    const accepted = super.startRead(cycle, id, address, beats, incremental);
    if (accepted) this.bursts.push([cycle, address, beats]);
    return accepted;
  }

  override startWrite(cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean {
    const accepted = super.startWrite(cycle, id, address, beats, incremental);
    if (accepted) this.bursts.push([cycle, address, beats]);
    return accepted;
  }
}

function fillWithPattern(bytes: Uint8Array, seed: number): void {
  let state = seed;
  for (let at = 0; at < bytes.length; at++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    bytes[at] = state >>> 24;
  }
}

function expectedContents(recorded: RecordedTransfer, external: Uint8Array, local: Uint8Array): Uint8Array {
  const { bytes, count = bytes, stride = 0, dir, tcdm, ext } = recorded;
  const expected = (dir === "ext2loc" ? local : external).slice();
  for (let done = 0, row = ext; done < bytes; done += count, row += stride) {
    const inRow = Math.min(count, bytes - done);
    if (dir === "ext2loc") expected.set(external.subarray(row, row + inRow), tcdm + done);
    else expected.set(local.subarray(tcdm + done, tcdm + done + inRow), row);
  }
  return expected;
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
