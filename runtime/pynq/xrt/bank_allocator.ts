/**
 * Which parts of a memory bank are in use.
 * @module
 */
import { SimulationError } from "../../../sim/mod.ts";

/** Alignment of buffers in card memory (xocl's drm_mm, XRT 2019.2). */
export const BUFFER_ALIGN = 4096;

interface Block {
  readonly address: number;
  readonly sizeBytes: number;
}

/** Hands out blocks of a bank, the first that fits from below. */
export class BankAllocator {
  private readonly base: number;
  private readonly sizeBytes: number;
  private readonly blocks: Block[] = [];

  /** All of the bank is free. */
  constructor(base: number, sizeBytes: number) {
    this.base = base;
    this.sizeBytes = sizeBytes;
  }

  /** Bytes in use. */
  get usedBytes(): number {
    return this.blocks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Blocks in use. */
  get count(): number {
    return this.blocks.length;
  }

  /** The address of a new block, or null if none is large enough. */
  allocate(sizeBytes: number): number | null {
    const size = Math.max(BUFFER_ALIGN, Math.ceil(sizeBytes / BUFFER_ALIGN) * BUFFER_ALIGN);
    let address = this.base;
    let index = 0;
    for (; index < this.blocks.length; index++) {
      if (this.blocks[index].address - address >= size) break;
      address = this.blocks[index].address + this.blocks[index].sizeBytes;
    }
    if (address + size > this.base + this.sizeBytes) return null;
    this.blocks.splice(index, 0, { address, sizeBytes: size });
    return address;
  }

  /** Gives a block back. Throws a SimulationError if there is none at `address`. */
  free(address: number): void {
    const index = this.blocks.findIndex((block) => block.address === address);
    if (index < 0) throw new SimulationError(`Cannot free card memory at ${address}: no block begins there`);
    this.blocks.splice(index, 1);
  }
}
