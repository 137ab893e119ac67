/**
 * Where the runtime keeps what cores share, and which events it uses. Addresses are ours; event numbers are the SDK's.
 * @module
 */
import { Gap8Address, Gap8Size } from "../../hw/platforms/gap8.ts";

/** Software events of the SDK 1.0: a call, a free mailbox or a finished request; a notification; to the fabric controller. */
export const SoftwareEvent = { clusterCall: 1, clusterTrigger: 2, fcEnqueue: 1 } as const;

/** Words of a cluster call's description in cluster L1. */
export const CallWord = { entry: 0, arg: 4, stacks: 8, masterStack: 12, slaveStack: 16, cores: 20, event: 24 } as const;

/** Bytes of one description. */
export const CALL_BYTES = 32;

/** Cluster calls that can be under way or queued. Source: SDK 1.0. */
export const CALL_SLOTS = 2;

/** Size of a stack if 0 is given, in bytes. Source: SDK 1.0 linker script. */
export const DEFAULT_STACK_BYTES = 1024;

/** Places in memory. */
export const Layout = {
  /** Functions written in TypeScript. */
  code: Gap8Address.l2 + 0x1000,
  /** What the L2 allocator manages. */
  l2Heap: { base: Gap8Address.l2 + 0x1_0000, size: Gap8Size.l2 - 0x1_0000 },
  /** The word by which the cluster tells the fabric controller which event has happened. */
  mailbox: Gap8Address.fcL1 + 4,
  /** What the FC L1 allocator manages. */
  fcHeap: { base: Gap8Address.fcL1 + 0x20, size: Gap8Size.fcL1 - 0x20 - 0x800 },
  /** The fabric controller's stack: 2 KiB (SDK 1.0 linker script). */
  fcStack: { base: Gap8Address.fcL1 + Gap8Size.fcL1 - 0x800, sizeBytes: 0x800, below: "the heap of FC L1" },
  /** Descriptions of cluster calls. */
  calls: Gap8Address.clusterL1 + 0x20,
  /** What the cluster L1 allocator manages. */
  clusterHeap: { base: Gap8Address.clusterL1 + 0x80, size: Gap8Size.clusterL1 - 0x80 },
} as const;
