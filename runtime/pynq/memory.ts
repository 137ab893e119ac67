/**
 * Memories of a card, as targets for buffers.
 * @module
 */
import type { Process } from "../../sim/mod.ts";
import type { XclbinBank } from "../../hw/pcie/xclbin_content.ts";
import { PynqBuffer } from "./buffer.ts";
import type { Device } from "./device.ts";
import { dtype, type DTypeLike } from "./dtype.ts";
import { WrittenRanges } from "./written_ranges.ts";
import { Errno, PynqError } from "./xrt/errors.ts";
import type { BufferObject } from "./xrt/driver.ts";

/** A memory of the loaded design (`pynq.pl_server.xrt_device.XrtMemory`). */
export class XrtMemory {
  /** The card. */
  readonly device: Device;
  /** Place in the topology. */
  readonly idx: number;
  /** What the xclbin says of it. */
  readonly bank: XclbinBank;
  private made = 0;

  /** Made by devices. */
  constructor(device: Device, idx: number, bank: XclbinBank) {
    this.device = device;
    this.idx = idx;
    this.bank = bank;
  }

  /** Name in the design: `bank0`. */
  get name(): string {
    return this.bank.tag;
  }

  /** Bytes in use, by all programs (`mem_used`). */
  get memUsed(): number {
    return this.device.driver.usedBytes(this.idx);
  }

  /** Buffers, of all programs (`num_buffers`). */
  get numBuffers(): number {
    return this.device.driver.bufferCount(this.idx);
  }

  /** A new buffer. Throws a {@linkcode PynqError} if there is no room. */
  *allocate(shape: number | readonly number[], type: DTypeLike = "u4"): Process<PynqBuffer> {
    const dimensions = typeof shape === "number" ? [shape] : shape;
    const sizeBytes = dimensions.reduce((product, length) => product * length, dtype(type).sizeBytes);
    const { device } = this;
    if (!dimensions.every((length) => Number.isInteger(length) && length > 0)) {
      throw new PynqError(
        "RuntimeError",
        `Allocate failed: ${Errno.EINVAL}`,
        `a shape of (${dimensions.join(", ")}) has no elements: lengths are whole numbers, 1 or more`,
        Errno.EINVAL,
      );
    }
    yield device.pynq.host.time(device.pynq.host.params.pythonSyncNs);
    const name = `buffer ${++this.made} of ${this.name}`;
    const object = yield* device.driver.allocate(device.pynq.client, this.idx, sizeBytes, name);
    if (typeof object === "number") {
      throw new PynqError(
        "RuntimeError",
        `Allocate failed: ${object}`,
        `${sizeBytes} bytes in ${this.name}, of whose ${this.bank.sizeBytes} bytes ${this.memUsed} are in use`,
        object,
      );
    }
    return PynqBuffer.made({ object, memory: this, written: new WrittenRanges(), users: [] }, dimensions, type);
  }

  /** Gives a buffer back. */
  free(object: BufferObject): void {
    this.device.driver.freeBuffer(object);
  }
}
