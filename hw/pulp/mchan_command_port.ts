/**
 * A command port of the cluster DMA: what a core's accesses to the command and status registers do.
 * @module
 */

import { BYTES, COUNTER, EXTERNAL, INCREMENTAL, LOCAL, ROW_BYTES, STRIDE } from "./mchan_channel.ts";
import { MchanFifo } from "./mchan_fifo.ts";
import type { MchanParams } from "./mchan_params.ts";

/** Offset of the command register: read allocates a counter, write adds a word to a command; unit: bytes. */
export const COMMAND_REGISTER = 0;
/** Offset of the status register: read gives running and allocated counters, write frees counters; unit: bytes. */
export const STATUS_REGISTER = 4;

/** Field of a queued transfer: 1 from external memory to TCDM, 0 the other way. */
export const TO_LOCAL = 7;
/** Field of a queued transfer: its event routing. */
export const ROUTE = 8;
const QUEUED_FIELDS = 9;

/** What a port waits for. */
export enum PortState {
  /** Any access. */
  Idle,
  /** Nothing: the cycle after an access to the status register. */
  Pause,
  /** The command word. */
  Command,
  /** The TCDM address. */
  Local,
  /** The external address. */
  External,
  /** The count and stride word of a 2D transfer. */
  Rows,
  /** The control unit to take the transfer. */
  Queued,
  /** The counter to show the transfer. */
  Taken,
}

/** Receives the words of a port's commands; the control unit looks at its queue. */
export class MchanCommandPort {
  /** Transfers of which all words but the 2D word have arrived. */
  readonly queue: MchanFifo;
  /** What it waits for. */
  state: PortState = PortState.Idle;
  /** The counter it allocated last. */
  counter = 0;
  /** The transfer that is being entered is 2D and its count and stride word is missing. */
  rowsMissing = false;
  /** The count and stride word arrived in this cycle. */
  rowsArrived = false;
  /** An access waits for its grant. */
  requested = false;
  /** That access is a write. */
  write = false;
  /** Its register offset; unit: bytes. */
  offset = 0;
  /** Its write data. */
  data = 0;
  /** Bytes per row of the 2D transfer that is being entered. */
  rowBytes = 0;
  /** Distance of two rows of the 2D transfer that is being entered; unit: bytes. */
  stride = 0;
  readonly #name: string;
  readonly #params: MchanParams;
  readonly #fieldMask: number;
  #command = 0;
  #bytes = 0;
  #local = 0;

  /** The port with this index. */
  constructor(index: number, params: MchanParams) {
    this.#name = index === params.commandPorts - 1 ? "the peripheral port" : `core ${index}`;
    this.#params = params;
    this.#fieldMask = params.defects.fifteenBitFields ? 0x7fff : 0xffff;
    this.queue = new MchanFifo(params.portQueueDepth, QUEUED_FIELDS);
  }

  /** The access asks for a counter. */
  get wantsCounter(): boolean {
    return this.requested && this.state === PortState.Idle && this.offset === COMMAND_REGISTER && !this.write;
  }

  /** The access is the command word of a 2D transfer and the queue has room. */
  get wantsRowSlot(): boolean {
    return this.#wantsCommand() && (this.data & TWO_DIMENSIONAL) !== 0 && this.queue.space;
  }

  /** Throws when the access does not fit what the port waits for: the hardware would hang or drop the command. */
  check(): void {
    if (this.state === PortState.Idle) {
      if (this.offset === COMMAND_REGISTER || this.offset === STATUS_REGISTER) return;
    } else if (this.state === PortState.Pause || this.state >= PortState.Queued) {
      return;
    } else if (this.write && this.offset === COMMAND_REGISTER) {
      return;
    }
    const expected = [
      "any access",
      "nothing",
      "the command word",
      "the TCDM address",
      "the external address",
      "the count and stride word",
    ];
    throw new Error(
      `Cannot ${
        this.write ? "write" : "read"
      } DMA register ${this.offset} from ${this.#name}: its command port expects ` +
        `${
          expected[this.state]
        }. Write counter, command, TCDM address, external address (and count and stride) in this order`,
    );
  }

  /**
   * Takes the access in this cycle if the port's state allows it; `counter` is the allocated one or -1, `rowSlot` says that
   * the port got a slot for a 2D transfer. Returns true when granted; status accesses are left to the caller.
   */
  accept(counter: number, rowSlot: boolean): boolean {
    switch (this.state) {
      case PortState.Idle:
        if (this.offset === STATUS_REGISTER) {
          this.state = PortState.Pause;
          return true;
        }
        if (this.write) return this.#acceptCommand(rowSlot);
        if (counter < 0) return false;
        this.counter = counter;
        this.state = PortState.Command;
        return true;
      case PortState.Command:
        return this.#acceptCommand(rowSlot);
      case PortState.Local:
        this.#local = this.#localOffset();
        this.state = PortState.External;
        return true;
      case PortState.External:
        this.#enqueue();
        this.state = this.rowsMissing ? PortState.Rows : PortState.Queued;
        return true;
      case PortState.Rows:
        this.rowBytes = (((this.data & 0xffff) - 1) & this.#fieldMask) + 1;
        this.stride = (((this.data >>> 16) - 1) & this.#fieldMask) + 1;
        this.rowsArrived = true;
        this.rowsMissing = false;
        this.state = PortState.Queued;
        return true;
      default:
        return false;
    }
  }

  #wantsCommand(): boolean {
    return this.requested && this.write && this.offset === COMMAND_REGISTER &&
      (this.state === PortState.Idle || this.state === PortState.Command);
  }

  #acceptCommand(rowSlot: boolean): boolean {
    const rows = (this.data & TWO_DIMENSIONAL) !== 0;
    if (!this.queue.space || (rows && !rowSlot)) return false;
    if ((this.data & 0xffff) === 0) {
      throw new RangeError(
        `Cannot start a DMA transfer of 0 bytes from ${this.#name}: its length field holds 1 to 65535. ` +
          "Skip empty transfers, and cut those of 65536 bytes or more",
      );
    }
    this.#command = this.data;
    this.#bytes = (((this.data & 0xffff) - 1) & this.#fieldMask) + 1;
    this.rowsMissing = rows;
    this.state = PortState.Local;
    return true;
  }

  #localOffset(): number {
    const offset = (this.data & (this.#params.tcdmSizeBytes - 1)) >>> 0;
    // The RTL takes the low bits, whatever the others are; cores see the memory at its base, and from 0 on.
    const from = (this.data >>> 0) - offset;
    const inside = (from === this.#params.tcdmBase || from === 0) && offset + this.#bytes <= this.#params.tcdmSizeBytes;
    if (inside || this.#params.defects.fifteenBitFields) return offset;
    throw new RangeError(
      `Cannot start a DMA transfer from ${this.#name}: its TCDM side, ${this.#bytes} bytes at ` +
        `0x${(this.data >>> 0).toString(16)}, is not inside the TCDM (0x${this.#params.tcdmBase.toString(16)}, ` +
        `${this.#params.tcdmSizeBytes} bytes). One side of a transfer must lie there, the other one outside`,
    );
  }

  #enqueue(): void {
    const at = this.queue.push();
    const fields = this.queue.data;
    fields[at + COUNTER] = this.counter;
    fields[at + BYTES] = this.#bytes;
    fields[at + LOCAL] = this.#local;
    fields[at + EXTERNAL] = this.data;
    fields[at + INCREMENTAL] = (this.#command >> 17) & 1;
    fields[at + ROW_BYTES] = this.rowsMissing ? 1 : 0;
    fields[at + STRIDE] = 0;
    fields[at + TO_LOCAL] = (this.#command >> 16) & 1;
    fields[at + ROUTE] = (this.#command >> 19) & 7;
  }
}

/** Command bit: the transfer is 2D and has a count and stride word. */
const TWO_DIMENSIONAL = 1 << 18;
