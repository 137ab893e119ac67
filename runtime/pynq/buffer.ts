/**
 * Buffers: memory on the card and its copy on the host, seen as n-dimensional arrays.
 * @module
 */
import type { Process } from "../../sim/mod.ts";
import { dtype, type DTypeLike, type Elements } from "./dtype.ts";
import { type NdLayout, rowMajor } from "./nd_layout.ts";
import { NdView } from "./nd_view.ts";
import type { XrtMemory } from "./memory.ts";
import type { WrittenRanges } from "./written_ranges.ts";
import { PynqError } from "./xrt/errors.ts";
import type { BufferObject, SyncDirection } from "./xrt/driver.ts";

/** What all views of one buffer share. */
export interface BufferState {
  /** The memory on the card, and the copy. */
  readonly object: BufferObject;
  /** Where it lies. */
  readonly memory: XrtMemory;
  /** What kernels may have written to the card since the last `invalidate`. */
  readonly written: WrittenRanges;
  /** Runs that were given the buffer and may not be over. */
  users: readonly BufferUser[];
}

/** A run that was given a buffer. */
export interface BufferUser {
  /** What reports call it. */
  readonly label: string;
  /** Whether it is over. */
  readonly over: boolean;
}

/**
 * A view of a buffer (`pynq.buffer.PynqBuffer`). What the host reads and writes is the host's copy: `flush` brings it to
 * the card, `invalidate` brings the card's contents back. A slice is a view of the same buffer at its own address.
 */
export class PynqBuffer extends NdView {
  private readonly state: BufferState;

  /** Made by {@linkcode PynqBuffer.made} and by slicing. */
  protected constructor(elements: Elements, type: DTypeLike, layout: NdLayout, state: BufferState) {
    super(elements, dtype(type), layout);
    this.state = state;
  }

  /** A view of a whole buffer. For memories. */
  static made(state: BufferState, shape: readonly number[], type: DTypeLike): PynqBuffer {
    const of = dtype(type);
    const layout = rowMajor(shape, 0);
    const { bytes } = state.object.host;
    const elements = of.over(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / of.sizeBytes));
    return new PynqBuffer(elements, of, layout, state);
  }

  /** Address of the view's first element on the card (`device_address`). */
  get deviceAddress(): number {
    return this.state.object.address + this.byteOffset;
  }

  /** The same, by its older name (`physical_address`). */
  get physicalAddress(): number {
    return this.deviceAddress;
  }

  /** Bytes of the elements (`nbytes`). */
  get nbytes(): number {
    return this.sizeBytes;
  }

  /** False: host and card have copies of their own. */
  get coherent(): boolean {
    return false;
  }

  /** True: the host's copy is in its caches. */
  get cacheable(): boolean {
    return true;
  }

  /** The memory in which it lies. */
  get memory(): XrtMemory {
    return this.state.memory;
  }

  /** The buffer under the view. */
  get object(): BufferObject {
    return this.state.object;
  }

  /** Whether it was given back. */
  get freed(): boolean {
    return this.state.object.freed;
  }

  /** Gives the buffer a name for reports; returns it. */
  named(name: string): this {
    this.state.object.name = name;
    return this;
  }

  /** Brings the host's copy to the card (`flush`, `sync_to_device`). */
  flush(): Process {
    return this.#sync("to device");
  }

  /** Brings the card's contents to the host (`invalidate`, `sync_from_device`). */
  *invalidate(): Process {
    yield* this.#sync("from device");
    this.state.written.clear(this.byteOffset, this.byteOffset + this.nbytes);
  }

  /** `sync_to_device`, the same as `flush`. */
  syncToDevice(): Process {
    return this.flush();
  }

  /** `sync_from_device`, the same as `invalidate`. */
  syncFromDevice(): Process {
    return this.invalidate();
  }

  /**
   * Gives the buffer back (`freebuffer`, `del` with no reference left). Its contents stay on the card. A run that may
   * still use it goes on with the address, as on the card, and the program is warned.
   */
  free(): void {
    const { users, object, memory } = this.state;
    const user = object.freed ? undefined : users.find(({ over }) => !over);
    if (user !== undefined) {
      memory.device.pynq.warn(
        `${object.name} was freed before ${user.label} was over, which goes on with its address; wait for the run first`,
      );
    }
    this.state.memory.free(this.state.object);
  }

  /** `freebuffer`, the same as `free`. */
  freebuffer(): void {
    this.free();
  }

  /** For kernels: a run was given the buffer. */
  usedBy(user: BufferUser): void {
    this.state.users = [...this.state.users.filter(({ over }) => !over), user];
  }

  /** For kernels: a run writes `sizeBytes` from the view's first element on, or may. */
  writtenOnCard(run: string, sizeBytes: number): void {
    this.state.written.add(this.byteOffset, this.byteOffset + sizeBytes, run);
  }

  /** A view of the same buffer. */
  protected override derive(layout: NdLayout): this {
    return new PynqBuffer(this.elements, this.dtype, layout, this.state) as this;
  }

  /** The host touches its copy: that of a freed buffer is gone, and what kernels have written is not in it. */
  protected override touch(access: "read" | "write"): void {
    const { written, memory, object } = this.state;
    if (object.freed) {
      memory.device.pynq.complain(
        "RuntimeError",
        `Cannot ${access} ${object.name}: it was freed`,
        "copy() what is needed later before free(); in PYNQ, memory that is unmapped ends the program",
      );
    }
    if (access === "write") return;
    const range = written.find(this.byteOffset, this.byteOffset + this.nbytes);
    if (range !== null) memory.device.staleLook(object, range.start, range.end - range.start, range.by);
  }

  *#sync(direction: SyncDirection): Process {
    const { object, memory } = this.state;
    const { device } = memory;
    const what = direction === "to device" ? "Flush" : "Invalidate";
    if (!this.isContiguous) {
      device.pynq.complain(
        "ValueError",
        `${what} of a view with gaps`,
        `PYNQ moves ${this.nbytes} bytes from the view's first element on, whatever they are; the view has strides of ` +
          `(${this.stridesBytes.join(", ")}) bytes; sync the whole buffer`,
      );
    }
    yield device.pynq.host.time(device.pynq.host.params.pythonSyncNs);
    const status = yield* device.driver.sync(object, direction, this.byteOffset, this.nbytes);
    if (status === 0) return;
    throw new PynqError(
      "RuntimeError",
      `${what} Failed: ${status}`,
      object.freed
        ? `buffer ${object.name} was freed; nothing is left to copy`
        : `${this.nbytes} bytes from offset ${this.byteOffset} of buffer ${object.name}, which has ${object.sizeBytes}`,
      status,
    );
  }
}
