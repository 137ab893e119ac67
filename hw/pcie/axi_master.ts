/**
 * The memory port of a compute unit, as high-level synthesis makes it: bursts, several in flight, one beat a cycle.
 * @module
 */
import { type Counter, type Process, SimulationError, type WaitList } from "../../sim/mod.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Initiator } from "../port.ts";
import { type CardAccess, CardPort, grants, wide } from "./memory_bank.ts";

/** Shape of a memory port. */
export interface AxiMasterParams {
  /** Bytes in a beat. */
  readonly widthBytes: number;
  /** Most beats in a burst. */
  readonly burstBeats: number;
  /** Reads in flight, for each stream of reads. */
  readonly outstandingReads: number;
  /** Writes in flight, for each stream of writes. */
  readonly outstandingWrites: number;
  /** From the unit to the memory controller, there and back. */
  readonly interconnectNs: number;
}

/** No burst crosses such an address (AXI4, A3.4.1). */
const BOUNDARY_BYTES = 4096;

/**
 * A port to one memory bank. Kernels stream through it: `reader` and `writer` take an address and a length, and cut them
 * into bursts that do not cross 4 KiB.
 */
export class AxiMaster extends Component<AxiMasterParams> {
  /** Shape; what Vitis HLS makes of a pointer argument unless told otherwise. */
  static override readonly params: ParamTable<AxiMasterParams> = {
    widthBytes: {
      default: 4,
      unit: "B",
      description: "a beat",
      source: "type of the kernel's argument",
      min: 1,
      max: 64,
    },
    burstBeats: {
      default: 256,
      unit: "1",
      description: "most beats in a burst",
      source: "Alveo-PYNQ 3958c47, kernel sources: max_read_burst_length=256",
      min: 1,
      max: 256,
    },
    outstandingReads: {
      default: 8,
      unit: "1",
      description: "reads in flight",
      source: "Alveo-PYNQ 3958c47, kernel sources: num_read_outstanding=8",
      min: 1,
    },
    outstandingWrites: {
      default: 8,
      unit: "1",
      description: "writes in flight",
      source: "Alveo-PYNQ 3958c47, kernel sources: num_write_outstanding=8",
      min: 1,
    },
    interconnectNs: {
      default: 170,
      unit: "ns",
      description: "from the unit to the memory controller and back",
      source: "calibrated (60 to 200): gives 3.93 GB/s with 4 reads of 4 beats in flight, 260 ns each, of " +
        "Vitis_Accel_Examples, axi_burst_performance, on a U200",
    },
  };

  /** The bank. */
  readonly bank: Initiator<CardPort> = this.initiator("bank", CardPort);
  /** Bytes read. */
  readonly bytesRead: Counter = this.counter("bytes_read", "B", "bytes read through the port");
  /** Bytes written. */
  readonly bytesWritten: Counter = this.counter("bytes_written", "B", "bytes written through the port");
  /** What its accesses are part of, for observers. */
  cause: unknown = null;
  /** For readers and writers: waits for a grant. */
  readonly granted: WaitList = grants(this.sim, this.path);
  /** For readers: the cycle from which the port's read data is free. */
  readFree = 0;
  /** For writers: the cycle from which the port's write data is free. */
  writeFree = 0;

  /** An idle port. */
  constructor(parent: Parent, name: string, params: Partial<AxiMasterParams> = {}, placement: Placement = {}) {
    super(parent, name, params, placement);
  }

  /**
   * Streams `sizeBytes` from `address` on into the unit; reads ahead as far as the port allows. Throws a SimulationError
   * unless both are multiples of 4.
   */
  reader(address: number, sizeBytes: number): AxiReader {
    this.#needWords("read", address, sizeBytes);
    return new AxiReader(this, address, sizeBytes);
  }

  /** Streams up to `sizeBytes` from the unit to `address` on. Throws a SimulationError unless both are multiples of 4. */
  writer(address: number, sizeBytes: number): AxiWriter {
    this.#needWords("write", address, sizeBytes);
    return new AxiWriter(this, address, sizeBytes);
  }

  /** Cycle of the first edge of the port's clock at or after a time, which has to be now or later. */
  edgeAt(timePs: number): number {
    const { clock, sim } = this;
    const now = clock.cycles;
    let edge = now + Math.max(0, Math.ceil((timePs - sim.now) * clock.frequency.hertz / 1e12));
    while (edge > now && clock.timeOf(edge - 1) >= timePs) edge--;
    while (clock.timeOf(edge) < timePs) edge++;
    return edge;
  }

  /** Bytes of the burst that begins at an address when `left` bytes are to come. */
  burstAt(address: number, left: number): number {
    const { widthBytes, burstBeats } = this.params;
    return Math.min(left, widthBytes * burstBeats, BOUNDARY_BYTES - address % BOUNDARY_BYTES);
  }

  #needWords(verb: string, address: number, sizeBytes: number): void {
    if (address % 4 === 0 && sizeBytes % 4 === 0 && sizeBytes >= 0) return;
    throw new SimulationError(
      `Cannot ${verb} ${sizeBytes} bytes at ${wide(address)} through ${this.where()}: streams move whole words; the ` +
        "address and the length have to be multiples of 4",
    );
  }

  /** Sends a burst to the bank. For readers and writers. */
  submit(address: number, data: Int32Array, write: boolean): CardAccess {
    const access: CardAccess = {
      initiator: this.path,
      address,
      data,
      write,
      waiting: this.granted,
      cause: this.cause,
      granted: false,
      firstPs: 0,
      lastPs: 0,
    };
    (write ? this.bytesWritten : this.bytesRead).add(data.byteLength);
    this.bank.submit(access);
    return access;
  }
}

/** A stream of reads, burst by burst. */
export class AxiReader {
  private readonly port: AxiMaster;
  private readonly inFlight: CardAccess[] = [];
  private next: number;
  private left: number;

  /** Made by {@linkcode AxiMaster.reader}; the first reads are on their way at once. */
  constructor(port: AxiMaster, address: number, sizeBytes: number) {
    this.port = port;
    this.next = address;
    this.left = sizeBytes;
    this.#ask();
  }

  /** Whether everything has been taken. */
  get finished(): boolean {
    return this.left === 0 && this.inFlight.length === 0;
  }

  /**
   * The next burst as 32-bit words, when its first beat is there; the others follow one a cycle, which is for the kernel
   * to wait for: `yield words.length / wordsPerBeat`.
   */
  *take(): Process<Int32Array> {
    const { port, inFlight } = this;
    const access = inFlight[0];
    while (!access.granted) yield port.granted;
    const first = Math.max(
      port.edgeAt(Math.max(access.firstPs + port.params.interconnectNs * 1000, port.sim.now)),
      port.readFree,
    );
    const wait = first - port.clock.cycles;
    if (wait > 0) yield wait;
    port.readFree = first + Math.ceil(access.data.byteLength / port.params.widthBytes);
    inFlight.shift();
    this.#ask();
    return access.data as Int32Array;
  }

  #ask(): void {
    const { port, inFlight } = this;
    while (this.left > 0 && inFlight.length < port.params.outstandingReads) {
      const count = port.burstAt(this.next, this.left);
      inFlight.push(port.submit(this.next, new Int32Array(count / 4), false));
      this.next += count;
      this.left -= count;
    }
  }
}

/** A stream of writes, burst by burst. */
export class AxiWriter {
  private readonly port: AxiMaster;
  private readonly inFlight: CardAccess[] = [];
  private next: number;
  private left: number;
  private burst: Int32Array | null = null;
  private filled = 0;

  /** Made by {@linkcode AxiMaster.writer}. */
  constructor(port: AxiMaster, address: number, sizeBytes: number) {
    this.port = port;
    this.next = address;
    this.left = sizeBytes;
  }

  /**
   * Adds words that the kernel has made in the cycles up to now, one beat each cycle; a burst leaves when it is full.
   * Waits while too many are in flight. The words must not be changed afterwards.
   */
  *put(words: Int32Array): Process {
    const { port } = this;
    const beatWords = port.params.widthBytes / 4;
    // The beats have gone out in the cycles up to now, unless another stream had the port then.
    port.writeFree = Math.max(port.writeFree, port.clock.cycles - Math.ceil(words.length / beatWords));
    for (let at = 0; at < words.length;) {
      if (this.left === 0) throw this.#tooMuch(4 * (words.length - at));
      const whole = port.burstAt(this.next, this.left) / 4;
      const count = Math.min(words.length - at, whole - this.filled);
      const piece = at === 0 && count === words.length ? words : words.subarray(at, at + count);
      at += count;
      port.writeFree += Math.ceil(count / beatWords);
      if (count === whole) {
        yield* this.#send(piece);
        continue;
      }
      const burst = this.burst ??= new Int32Array(whole);
      burst.set(piece, this.filled);
      this.filled += count;
      if (this.filled === whole) yield* this.#send(burst);
    }
  }

  /** Sends what is left and waits until everything is safely stored. */
  *flush(): Process {
    if (this.burst !== null) yield* this.#send(this.burst.slice(0, this.filled));
    while (this.inFlight.length > 0) yield* this.#settle();
  }

  *#send(burst: Int32Array): Process {
    const { port, inFlight } = this;
    const late = port.writeFree - port.clock.cycles;
    if (late > 0) yield late;
    while (inFlight.length >= port.params.outstandingWrites) yield* this.#settle();
    inFlight.push(port.submit(this.next, burst, true));
    this.next += burst.byteLength;
    this.left -= burst.byteLength;
    this.filled = 0;
    this.burst = null;
  }

  #tooMuch(bytes: number): SimulationError {
    return new SimulationError(
      `Cannot write ${bytes} more bytes through ${this.port.where()}: the stream of writes was made for fewer`,
    );
  }

  /** Waits for the answer to the oldest write. */
  *#settle(): Process {
    const { port, inFlight } = this;
    const access = inFlight[0];
    while (!access.granted) yield port.granted;
    const stored = port.edgeAt(Math.max(access.lastPs + port.params.interconnectNs * 1000, port.sim.now));
    const wait = stored - port.clock.cycles;
    if (wait > 0) yield wait;
    inFlight.shift();
  }
}
