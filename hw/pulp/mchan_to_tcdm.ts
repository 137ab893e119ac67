/**
 * The cluster DMA's path from external memory to TCDM.
 * @module
 */

import { MchanAligner } from "./mchan_aligner.ts";
import { BurstIds } from "./mchan_burst_ids.ts";
import { BYTES, COUNTER, EXTERNAL, INCREMENTAL, LOCAL, MchanChannel, PIECE_FIELDS } from "./mchan_channel.ts";
import type { MchanExternalPort } from "./mchan_external.ts";
import { MchanFifo } from "./mchan_fifo.ts";
import type { MchanParams } from "./mchan_params.ts";
import { MchanRowSequencer, type MchanTcdmPort, ROW_COUNTER, ROW_LAST, ROW_LOCAL } from "./mchan_tcdm_side.ts";
import type { MchanTransfers } from "./mchan_transfers.ts";

const BEAT_LOW = 0;
const BEAT_HIGH = 1;
const BEAT_ID = 2;
const BEAT_LAST = 3;

/** Reads bursts, aligns their beats to TCDM rows and writes them through two TCDM ports. */
export class MchanToTcdm {
  /** A transfer in this direction is under way; set by who queues one. */
  active = false;
  /** Splits transfers into pieces. */
  readonly channel: MchanChannel;
  /** Read bursts issued since reset. */
  bursts = 0;
  /** Read beats received since reset. */
  beats = 0;
  readonly #params: MchanParams;
  readonly #tcdm: MchanTcdmPort;
  readonly #external: MchanExternalPort;
  readonly #transfers: MchanTransfers;
  readonly #ids: BurstIds;
  readonly #commands: MchanFifo;
  readonly #addresses: MchanFifo;
  readonly #received: MchanFifo;
  readonly #beats: MchanFifo;
  readonly #aligner: MchanAligner;
  readonly #lanes: readonly [MchanFifo, MchanFifo];
  readonly #rows: MchanRowSequencer;
  readonly #piece = new Int32Array(PIECE_FIELDS);
  readonly #burst: Int32Array;
  readonly #raised: [boolean, boolean] = [false, false];
  #withinBurst = false;

  /** The path between these ports. */
  constructor(params: MchanParams, tcdm: MchanTcdmPort, external: MchanExternalPort, transfers: MchanTransfers) {
    const depth = params.stageDepth;
    this.#params = params;
    this.#tcdm = tcdm;
    this.#external = external;
    this.#transfers = transfers;
    this.channel = new MchanChannel(params);
    this.#ids = new BurstIds(params.outstandingBursts);
    this.#commands = new MchanFifo(depth, PIECE_FIELDS);
    this.#addresses = new MchanFifo(depth, PIECE_FIELDS + 1);
    this.#received = new MchanFifo(depth, 4);
    this.#beats = new MchanFifo(depth, 2);
    this.#aligner = new MchanAligner(depth);
    this.#lanes = [new MchanFifo(depth, 2), new MchanFifo(depth, 2)];
    this.#rows = new MchanRowSequencer(depth);
    this.#burst = new Int32Array(params.outstandingBursts * PIECE_FIELDS);
  }

  /** Nothing of a transfer is left in any stage. */
  get #idle(): boolean {
    return !(this.#ids.used !== 0 || this.channel.busy || this.#commands.valid || this.#addresses.valid ||
      this.#received.valid || this.#beats.valid || this.#aligner.busy || this.#rows.busy);
  }

  /** Raises this cycle's requests on TCDM ports `firstPort` and the next. */
  raise(firstPort: number): void {
    for (let lane = 0; lane < 2; lane++) {
      const words = this.#rows.words[lane]!;
      const data = this.#lanes[lane]!;
      if (this.#raised[lane] || !words.valid || !data.valid) continue;
      this.#raised[lane] = true;
      const local = words.data[words.front() + ROW_LOCAL]! & (this.#params.tcdmSizeBytes - 1);
      const at = data.front();
      this.#tcdm.request(firstPort + lane, this.#params.tcdmBase + local, true, data.data[at + 1]!, data.data[at]!);
    }
  }

  /** Performs cycle `cycle`; `grants` are the granted TCDM ports, bit 0 for `firstPort`. */
  step(cycle: number, grants: number): void {
    this.#finishWrites(grants);
    const finished = this.#rows.step();
    if (finished >= 0) this.#transfers.localDone(finished);
    this.#align();
    this.#receive(cycle);
    this.#issue(cycle);
    if (this.channel.step(this.#commands.space, this.#piece)) {
      copy(this.#piece, 0, this.#commands, this.#commands.push());
    }
  }

  /** Ends the cycle. */
  latch(): void {
    this.channel.latch();
    this.#commands.latch();
    this.#addresses.latch();
    this.#received.latch();
    this.#beats.latch();
    this.#aligner.latch();
    this.#lanes[0].latch();
    this.#lanes[1].latch();
    this.#rows.latch();
    this.#ids.latch();
    if (this.#idle) this.active = false;
  }

  #finishWrites(grants: number): void {
    for (let lane = 0; lane < 2; lane++) {
      if (((grants >> lane) & 1) === 0) continue;
      this.#raised[lane] = false;
      this.#lanes[lane]!.pop();
      const words = this.#rows.words[lane]!;
      const at = words.pop();
      if (words.data[at + ROW_LAST] === 1) this.#rows.reportEnd(lane, words.data[at + ROW_COUNTER]!);
    }
  }

  #align(): void {
    const at = this.#beats.front();
    const space = this.#lanes[0].space && this.#lanes[1].space;
    const low = this.#beats.data[at]!;
    const high = this.#beats.data[at + 1]!;
    const done = this.#aligner.step(this.#beats.valid, space, low, high);
    if (done & 1) this.#beats.pop();
    if (done & 2) {
      const enable = this.#aligner.outputEnable;
      push2(this.#lanes[0], this.#aligner.outputLow, enable & 15);
      push2(this.#lanes[1], this.#aligner.outputHigh, enable >> 4);
    }
  }

  /** From the AXI read channel through its buffer to the aligner, which hears of a burst with its first beat. */
  #receive(cycle: number): void {
    const received = this.#received;
    const ready = this.#beats.space &&
      (this.#withinBurst || (this.#aligner.pieces.space && this.#rows.pieces.space));
    if (received.valid && ready) {
      const at = received.pop();
      const id = received.data[at + BEAT_ID]!;
      const piece = id * PIECE_FIELDS;
      const local = this.#burst[piece + LOCAL]!;
      const bytes = this.#burst[piece + BYTES]!;
      const counter = this.#burst[piece + COUNTER]!;
      if (!this.#withinBurst) {
        this.#rows.enqueue(local, bytes, counter);
        this.#aligner.enqueue(this.#burst[piece + EXTERNAL]! & 7, local & 7, bytes);
      }
      push2(this.#beats, received.data[at + BEAT_LOW]!, received.data[at + BEAT_HIGH]!);
      this.beats++;
      const last = received.data[at + BEAT_LAST] === 1;
      this.#withinBurst = !last;
      if (last) {
        this.#ids.release(id);
        this.#transfers.externalDone(counter);
      }
    }
    if (received.space && this.#external.readBeat(cycle)) {
      const at = received.push();
      received.data[at + BEAT_LOW] = this.#external.readLow;
      received.data[at + BEAT_HIGH] = this.#external.readHigh;
      received.data[at + BEAT_ID] = this.#external.readId;
      received.data[at + BEAT_LAST] = this.#external.readLast ? 1 : 0;
      this.#external.takeBeat(cycle);
    }
  }

  #issue(cycle: number): void {
    const addresses = this.#addresses;
    if (addresses.valid) {
      const at = addresses.front();
      const external = addresses.data[at + EXTERNAL]!;
      const beats = ((external & 7) + addresses.data[at + BYTES]! + 7) >> 3;
      const incremental = addresses.data[at + INCREMENTAL] === 1;
      if (this.#external.startRead(cycle, addresses.data[at + PIECE_FIELDS]!, external >>> 0, beats, incremental)) {
        addresses.pop();
        this.bursts++;
      }
    }
    if (!this.#commands.valid || !addresses.space || !this.#ids.available) return;
    const id = this.#ids.take();
    const from = this.#commands.pop();
    const at = addresses.push();
    for (let field = 0; field < PIECE_FIELDS; field++) {
      const value = this.#commands.data[from + field]!;
      addresses.data[at + field] = value;
      this.#burst[id * PIECE_FIELDS + field] = value;
    }
    addresses.data[at + PIECE_FIELDS] = id;
  }
}

function push2(fifo: MchanFifo, first: number, second: number): void {
  const at = fifo.push();
  fifo.data[at] = first;
  fifo.data[at + 1] = second;
}

function copy(from: Int32Array, fromAt: number, to: MchanFifo, toAt: number): void {
  for (let field = 0; field < PIECE_FIELDS; field++) to.data[toAt + field] = from[fromAt + field]!;
}
