/**
 * The cluster DMA's path from TCDM to external memory.
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

const ADDRESS_EXTERNAL = 0;
const ADDRESS_BEATS = 1;
const ADDRESS_ID = 2;
const ADDRESS_INCREMENTAL = 3;

const BEAT_LOW = 0;
const BEAT_HIGH = 1;
const BEAT_ENABLE = 2;

/** Reads rows through two TCDM ports, aligns them to external beats and writes these in bursts, one burst at a time. */
export class MchanFromTcdm {
  /** A transfer in this direction is under way; set by who queues one. */
  active = false;
  /** Splits transfers into pieces. */
  readonly channel: MchanChannel;
  /** Write bursts issued since reset. */
  bursts = 0;
  /** Write beats sent since reset. */
  beats = 0;
  readonly #params: MchanParams;
  readonly #tcdm: MchanTcdmPort;
  readonly #external: MchanExternalPort;
  readonly #transfers: MchanTransfers;
  readonly #ids: BurstIds;
  readonly #commands: MchanFifo;
  readonly #addresses: MchanFifo;
  readonly #sending: MchanFifo;
  readonly #responses: MchanFifo;
  readonly #beats: MchanFifo;
  readonly #aligner: MchanAligner;
  readonly #lanes: readonly [MchanFifo, MchanFifo];
  readonly #rows: MchanRowSequencer;
  readonly #piece = new Int32Array(PIECE_FIELDS);
  readonly #counterOf: Uint8Array;
  readonly #raised: [boolean, boolean] = [false, false];
  /** Per lane: a word has been read and waits for room behind it. */
  readonly #held: [boolean, boolean] = [false, false];
  /** Per lane: the held word has been waiting for more than a cycle. */
  readonly #waited: [boolean, boolean] = [false, false];
  readonly #heldData = new Int32Array(2);
  readonly #heldCounter = new Int32Array(2);
  readonly #heldLast: [boolean, boolean] = [false, false];
  #beatsLeft = 0;

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
    this.#addresses = new MchanFifo(depth, 4);
    this.#sending = new MchanFifo(depth, 3);
    this.#responses = new MchanFifo(depth, 1);
    this.#beats = new MchanFifo(depth, 3);
    this.#aligner = new MchanAligner(depth);
    this.#lanes = [new MchanFifo(depth, 1), new MchanFifo(depth, 1)];
    this.#rows = new MchanRowSequencer(depth);
    this.#counterOf = new Uint8Array(params.outstandingBursts);
  }

  /** Nothing of a transfer is left in any stage. */
  get #idle(): boolean {
    return !(this.#ids.used !== 0 || this.channel.busy || this.#commands.valid || this.#addresses.valid ||
      this.#sending.valid || this.#beatsLeft !== 0 || this.#beats.valid || this.#aligner.busy || this.#rows.busy ||
      this.#held[0] || this.#held[1] || this.#lanes[0].valid || this.#lanes[1].valid);
  }

  /** Raises this cycle's requests on TCDM ports `firstPort` and the next. */
  raise(firstPort: number): void {
    for (let lane = 0; lane < 2; lane++) {
      const words = this.#rows.words[lane]!;
      // A word that cannot move on stops its port.
      const stalled = this.#held[lane]! && (this.#waited[lane]! || !this.#lanes[lane]!.space);
      if (this.#raised[lane] || stalled || !words.valid) continue;
      this.#raised[lane] = true;
      const local = words.data[words.front() + ROW_LOCAL]! & (this.#params.tcdmSizeBytes - 1);
      this.#tcdm.request(firstPort + lane, this.#params.tcdmBase + local, false, 15, 0);
    }
  }

  /** Performs cycle `cycle`; `grants` are the granted TCDM ports, bit 0 for `firstPort`. */
  step(cycle: number, grants: number, firstPort: number): void {
    this.#storeWords();
    this.#finishReads(grants, firstPort);
    const finished = this.#rows.step();
    if (finished >= 0) this.#transfers.localDone(finished);
    this.#align();
    this.#respond(cycle);
    this.#send(cycle);
    this.#issue();
    const space = this.#commands.space && this.#rows.pieces.space && this.#aligner.pieces.space;
    if (this.channel.step(space, this.#piece)) this.#enqueue();
  }

  /** Ends the cycle. */
  latch(): void {
    this.channel.latch();
    this.#commands.latch();
    this.#addresses.latch();
    this.#sending.latch();
    this.#responses.latch();
    this.#beats.latch();
    this.#aligner.latch();
    this.#lanes[0].latch();
    this.#lanes[1].latch();
    this.#rows.latch();
    this.#ids.latch();
    if (this.#idle) this.active = false;
  }

  #storeWords(): void {
    for (let lane = 0; lane < 2; lane++) {
      if (!this.#held[lane]) continue;
      const data = this.#lanes[lane]!;
      if (!data.space) {
        this.#waited[lane] = true;
        continue;
      }
      data.data[data.push()] = this.#heldData[lane]!;
      if (this.#heldLast[lane]) this.#rows.reportEnd(lane, this.#heldCounter[lane]!);
      this.#held[lane] = false;
      this.#waited[lane] = false;
    }
  }

  #finishReads(grants: number, firstPort: number): void {
    for (let lane = 0; lane < 2; lane++) {
      if (((grants >> lane) & 1) === 0) continue;
      this.#raised[lane] = false;
      const words = this.#rows.words[lane]!;
      const at = words.pop();
      this.#held[lane] = true;
      this.#heldData[lane] = this.#tcdm.responses[firstPort + lane]!;
      this.#heldCounter[lane] = words.data[at + ROW_COUNTER]!;
      this.#heldLast[lane] = words.data[at + ROW_LAST] === 1;
    }
  }

  #align(): void {
    const [first, second] = this.#lanes;
    const low = first.data[first.front()]!;
    const high = second.data[second.front()]!;
    const done = this.#aligner.step(first.valid && second.valid, this.#beats.space, low, high);
    if (done & 1) {
      first.pop();
      second.pop();
    }
    if (done & 2) {
      const at = this.#beats.push();
      this.#beats.data[at + BEAT_LOW] = this.#aligner.outputLow;
      this.#beats.data[at + BEAT_HIGH] = this.#aligner.outputHigh;
      this.#beats.data[at + BEAT_ENABLE] = this.#aligner.outputEnable;
    }
  }

  #respond(cycle: number): void {
    if (this.#responses.valid) {
      const id = this.#responses.data[this.#responses.pop()]!;
      this.#ids.release(id);
      this.#transfers.externalDone(this.#counterOf[id]!);
    }
    const id = this.#external.writeResponse(cycle);
    if (id >= 0) this.#responses.data[this.#responses.push()] = id;
  }

  /** From the buffers of the AXI write channels to the outside. */
  #send(cycle: number): void {
    const addresses = this.#addresses;
    if (addresses.valid) {
      const at = addresses.front();
      const external = addresses.data[at + ADDRESS_EXTERNAL]! >>> 0;
      const beats = addresses.data[at + ADDRESS_BEATS]!;
      const incremental = addresses.data[at + ADDRESS_INCREMENTAL] === 1;
      if (this.#external.startWrite(cycle, addresses.data[at + ADDRESS_ID]!, external, beats, incremental)) {
        addresses.pop();
        this.bursts++;
      }
    }
    const sending = this.#sending;
    if (sending.valid) {
      const at = sending.front();
      const { data } = sending;
      if (this.#external.writeBeat(cycle, data[at + BEAT_LOW]!, data[at + BEAT_HIGH]!, data[at + BEAT_ENABLE]!)) {
        sending.pop();
        this.beats++;
      }
    }
  }

  /** Starts a burst when the one before has sent its last beat; its first beat may go in the same cycle. */
  #issue(): void {
    if (this.#beatsLeft === 0) {
      if (!this.#commands.valid || !this.#addresses.space || !this.#ids.available) return;
      const from = this.#commands.pop();
      const piece = this.#commands.data;
      const id = this.#ids.take();
      this.#counterOf[id] = piece[from + COUNTER]!;
      this.#beatsLeft = ((piece[from + EXTERNAL]! & 7) + piece[from + BYTES]! + 7) >> 3;
      const at = this.#addresses.push();
      this.#addresses.data[at + ADDRESS_EXTERNAL] = piece[from + EXTERNAL]!;
      this.#addresses.data[at + ADDRESS_BEATS] = this.#beatsLeft;
      this.#addresses.data[at + ADDRESS_ID] = id;
      this.#addresses.data[at + ADDRESS_INCREMENTAL] = piece[from + INCREMENTAL]!;
    }
    if (!this.#beats.valid || !this.#sending.space) return;
    const from = this.#beats.pop();
    const at = this.#sending.push();
    for (let field = 0; field < 3; field++) this.#sending.data[at + field] = this.#beats.data[from + field]!;
    this.#beatsLeft--;
  }

  #enqueue(): void {
    const piece = this.#piece;
    const at = this.#commands.push();
    for (let field = 0; field < PIECE_FIELDS; field++) this.#commands.data[at + field] = piece[field]!;
    this.#rows.enqueue(piece[LOCAL]!, piece[BYTES]!, piece[COUNTER]!);
    this.#aligner.enqueue(piece[LOCAL]! & 7, piece[EXTERNAL]! & 7, piece[BYTES]!);
  }
}
