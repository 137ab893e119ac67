/**
 * The AXI side of the cluster DMA as the DMA sees it, and the ideal memory it was recorded with.
 * @module
 */

/** What the DMA expects of the memory system behind its 64-bit AXI port; all calls of a cycle carry its number. */
export interface MchanExternalPort {
  /** Low word of the read beat on offer. */
  readonly readLow: number;
  /** High word of the read beat on offer. */
  readonly readHigh: number;
  /** Burst that the read beat on offer belongs to. */
  readonly readId: number;
  /** The read beat on offer is the last of its burst. */
  readonly readLast: boolean;
  /** Offers a read burst of `beats` 8-byte beats from `address`; returns whether it is accepted in this cycle. */
  startRead(cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean;
  /** Offers a write burst; returns whether it is accepted in this cycle. Its beats follow, in order. */
  startWrite(cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean;
  /**
   * Offers a beat of the oldest unfinished write burst, perhaps before that burst's address was accepted; returns whether it is
   * accepted in this cycle.
   */
  writeBeat(cycle: number, low: number, high: number, enable: number): boolean;
  /** Whether a read beat is on offer in this cycle. */
  readBeat(cycle: number): boolean;
  /** Accepts the read beat on offer. */
  takeBeat(cycle: number): void;
  /** The write burst whose response arrives in this cycle, or -1. */
  writeResponse(cycle: number): number;
}

/** Timing and place of an {@link AxiLatencyMemory}. */
export interface AxiLatencyMemoryParams {
  /** Address of its first byte. */
  readonly base: number;
  /** Size; unit: bytes, a multiple of 8. */
  readonly sizeBytes: number;
  /** From a read address to its first beat, when the channel is free; unit: cycles. */
  readonly readLatencyCycles: number;
  /** From the last write beat to its response; unit: cycles. */
  readonly writeLatencyCycles: number;
  /** Bursts it can hold per direction. Source: outstanding limit of mchan (8). */
  readonly bursts: number;
}

/** A memory that accepts every address and write beat at once, and gives one read beat per cycle, bursts in order. */
export class AxiLatencyMemory implements MchanExternalPort {
  /** Its contents. */
  readonly bytes: Uint8Array;
  /** Low word of the read beat on offer. */
  readLow = 0;
  /** High word of the read beat on offer. */
  readHigh = 0;
  /** Burst that the read beat on offer belongs to. */
  readId = 0;
  /** The read beat on offer is the last of its burst. */
  readLast = false;
  /** Told of every write beat: where in the memory its 8 bytes begin. */
  onWrite: ((offset: number) => void) | undefined;
  readonly #params: AxiLatencyMemoryParams;
  readonly #words: Int32Array;
  readonly #reads: BurstRing;
  readonly #writes: BurstRing;
  readonly #responses: BurstRing;

  /** A memory of zeros. */
  constructor(params: AxiLatencyMemoryParams) {
    this.#params = params;
    this.bytes = new Uint8Array(params.sizeBytes);
    this.#words = new Int32Array(this.bytes.buffer);
    this.#reads = new BurstRing(params.bursts);
    this.#writes = new BurstRing(params.bursts);
    this.#responses = new BurstRing(params.bursts);
  }

  /** Accepts a read burst. */
  startRead(cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean {
    return this.#reads.add(
      cycle + this.#params.readLatencyCycles,
      id,
      this.#offset(address, beats),
      beats,
      incremental,
    );
  }

  /** Accepts a write burst. */
  startWrite(cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean {
    return this.#writes.add(cycle, id, this.#offset(address, beats), beats, incremental);
  }

  /** Writes a beat. */
  writeBeat(cycle: number, low: number, high: number, enable: number): boolean {
    const burst = this.#writes;
    if (burst.count === 0) return false;
    const at = burst.nextOffset();
    this.onWrite?.(at);
    for (let lane = 0; lane < 4; lane++) {
      if ((enable >> lane) & 1) this.bytes[at + lane] = low >>> (8 * lane);
      if ((enable >> (lane + 4)) & 1) this.bytes[at + lane + 4] = high >>> (8 * lane);
    }
    if (burst.advance()) {
      this.#responses.add(cycle + this.#params.writeLatencyCycles, burst.removedId, 0, 1, false);
    }
    return true;
  }

  /** Offers the next read beat once it is due. */
  readBeat(cycle: number): boolean {
    const burst = this.#reads;
    if (burst.count === 0 || burst.due() > cycle) return false;
    const word = burst.nextOffset() >> 2;
    this.readLow = this.#words[word]!;
    this.readHigh = this.#words[word + 1]!;
    this.readId = burst.id();
    this.readLast = burst.beatsLeft() === 1;
    return true;
  }

  /** Goes on to the next read beat. */
  takeBeat(_cycle: number): void {
    this.#reads.advance();
  }

  /** The response due in this cycle. */
  writeResponse(cycle: number): number {
    if (this.#responses.count === 0 || this.#responses.due() > cycle) return -1;
    this.#responses.advance();
    return this.#responses.removedId;
  }

  #offset(address: number, beats: number): number {
    const { base, sizeBytes } = this.#params;
    const offset = ((address >>> 0) - base) & ~7;
    if (offset >= 0 && offset + 8 * beats <= sizeBytes) return offset;
    throw new RangeError(
      `Cannot access memory by DMA: 0x${(address >>> 0).toString(16)} + ${8 * beats} bytes is outside ` +
        `0x${base.toString(16)} to 0x${
          (base + sizeBytes - 1).toString(16)
        }. Check the external address of the transfer`,
    );
  }
}

/** Bursts under way, oldest first. */
class BurstRing {
  count = 0;
  removedId = 0;
  readonly #due: Float64Array;
  readonly #id: Int32Array;
  readonly #offset: Int32Array;
  readonly #beats: Int32Array;
  readonly #step: Int32Array;
  #head = 0;

  constructor(depth: number) {
    this.#due = new Float64Array(depth);
    this.#id = new Int32Array(depth);
    this.#offset = new Int32Array(depth);
    this.#beats = new Int32Array(depth);
    this.#step = new Int32Array(depth);
  }

  add(due: number, id: number, offset: number, beats: number, incremental: boolean): boolean {
    if (this.count === this.#due.length) return false;
    const at = (this.#head + this.count++) % this.#due.length;
    this.#due[at] = due;
    this.#id[at] = id;
    this.#offset[at] = offset;
    this.#beats[at] = beats;
    this.#step[at] = incremental ? 8 : 0;
    return true;
  }

  due(): number {
    return this.#due[this.#head]!;
  }

  id(): number {
    return this.#id[this.#head]!;
  }

  beatsLeft(): number {
    return this.#beats[this.#head]!;
  }

  nextOffset(): number {
    return this.#offset[this.#head]!;
  }

  /** Goes on by a beat; true when that was the oldest burst's last. */
  advance(): boolean {
    const at = this.#head;
    this.#offset[at]! += this.#step[at]!;
    if (--this.#beats[at]! > 0) return false;
    this.removedId = this.#id[at]!;
    this.#head = (at + 1) % this.#due.length;
    this.count--;
    return true;
  }
}
