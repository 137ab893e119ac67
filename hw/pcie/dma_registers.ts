/**
 * Registers of a DMA channel, and the descriptors that it fetches (Xilinx PG195, XDMA).
 * @module
 */
import type { RegisterTable } from "../bus/register_table.ts";

/** Bytes of a descriptor in host memory. */
export const DESCRIPTOR_BYTES = 32;
/** In the upper half of a descriptor's first word. */
export const DESCRIPTOR_MAGIC = 0xad4b;
/** Bytes of register space of a channel. */
export const CHANNEL_BYTES = 0x1000;

/** Names of the registers. */
export type ChannelRegister = "CONTROL" | "STATUS" | "COMPLETED" | "DESCRIPTOR_LOW" | "DESCRIPTOR_HIGH" | "ADJACENT";

/** The registers of a channel. PG195 has those of the descriptor in a block of their own, which here follow. */
export const channelRegisters: RegisterTable<ChannelRegister> = {
  CONTROL: {
    offset: 0x04,
    description: "what the channel does",
    fields: {
      RUN: { bits: 0, description: "1: fetches descriptors and moves data" },
      IE_STOPPED: { bits: 1, description: "1: interrupts at the last descriptor" },
    },
  },
  STATUS: {
    offset: 0x40,
    access: "ro",
    description: "how the channel stands",
    fields: {
      BUSY: { bits: 0, description: "it runs" },
      STOPPED: { bits: 1, description: "it is through with the last descriptor; a read clears it" },
    },
  },
  COMPLETED: { offset: 0x48, access: "ro", description: "descriptors that are done since it was started" },
  DESCRIPTOR_LOW: { offset: 0x80, description: "host address of the first descriptor, low word" },
  DESCRIPTOR_HIGH: { offset: 0x84, description: "host address of the first descriptor, high word" },
  ADJACENT: { offset: 0x88, description: "descriptors that follow the first one without a gap" },
};

/** Work of a channel: so many bytes between an address of the host and one of the card. */
export interface Descriptor {
  /** Bytes. */
  readonly sizeBytes: number;
  /** Address in the host's memory. */
  readonly hostAddress: number;
  /** Address in the card's memory. */
  readonly cardAddress: number;
}

/** Writes descriptors one after the other, linked; the last one stops the channel. */
export function writeDescriptors(into: Uint8Array, at: number, list: readonly Descriptor[], toCard: boolean): void {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  list.forEach(({ sizeBytes, hostAddress, cardAddress }, index) => {
    const offset = index * DESCRIPTOR_BYTES;
    const last = index === list.length - 1;
    const put64 = (place: number, value: number) => {
      view.setUint32(offset + place, value >>> 0, true);
      view.setUint32(offset + place + 4, Math.floor(value / 2 ** 32), true);
    };
    view.setUint32(offset, ((DESCRIPTOR_MAGIC << 16) | (last ? 1 : 0)) >>> 0, true);
    view.setUint32(offset + 4, sizeBytes, true);
    put64(8, toCard ? hostAddress : cardAddress);
    put64(16, toCard ? cardAddress : hostAddress);
    put64(24, last ? 0 : at + offset + DESCRIPTOR_BYTES);
  });
}

/** Reads a descriptor; `next` is the host address of the one after it, 0 after the last one; null if it is none. */
export function readDescriptor(bytes: Uint8Array, toCard: boolean): (Descriptor & { readonly next: number }) | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const get64 = (place: number) => view.getUint32(place, true) + view.getUint32(place + 4, true) * 2 ** 32;
  const control = view.getUint32(0, true);
  if (control >>> 16 !== DESCRIPTOR_MAGIC) return null;
  const source = get64(8), destination = get64(16);
  return {
    sizeBytes: view.getUint32(4, true),
    hostAddress: toCard ? source : destination,
    cardAddress: toCard ? destination : source,
    next: (control & 1) === 1 ? 0 : get64(24),
  };
}
