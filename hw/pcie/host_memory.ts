/**
 * The part of the host's memory that the card can reach: blocks that a driver has pinned.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { hex } from "../bus/address_map.ts";

/** A pinned block. */
export interface PinnedBlock {
  /** Bus address of the first byte. */
  readonly address: number;
  /** The bytes. */
  readonly bytes: Uint8Array;
}

/** Pinned blocks by bus address. Fresh blocks are zero, as pages that a kernel hands out are. */
export class HostMemory {
  private readonly blocks: PinnedBlock[] = [];
  private next: number;

  /** Nothing is pinned; the first block gets the address `base`. */
  constructor(base: number = 0x1_0000_0000) {
    this.next = base;
  }

  /** Pins a new block of `sizeBytes`, at a multiple of 4096. */
  pin(sizeBytes: number): PinnedBlock {
    const block = { address: this.next, bytes: new Uint8Array(sizeBytes) };
    this.next += Math.ceil(sizeBytes / 4096) * 4096;
    this.blocks.push(block);
    return block;
  }

  /** Gives a block back. */
  unpin(block: PinnedBlock): void {
    const at = this.blocks.indexOf(block);
    if (at >= 0) this.blocks.splice(at, 1);
  }

  /** Pinned bytes. */
  get pinnedBytes(): number {
    return this.blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** The bytes at an address. Throws a SimulationError if they are not all pinned. */
  at(address: number, sizeBytes: number): Uint8Array {
    let low = 0, high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.blocks[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    const block = this.blocks[low - 1];
    if (block !== undefined && address + sizeBytes <= block.address + block.bytes.length) {
      return block.bytes.subarray(address - block.address, address - block.address + sizeBytes);
    }
    throw new SimulationError(
      `Cannot reach ${sizeBytes} bytes of host memory at ${hex(address)}: they are not pinned; a transfer that was ` +
        "given an address that is not a buffer's, or whose buffer was freed under it",
    );
  }
}
