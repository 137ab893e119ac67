/**
 * What a process can wait for, and what a process is.
 * @module
 */
import type { Activity } from "./activity.ts";

/** Something that can hold a process back and let it go again. */
export interface Waitable {
  /** Queues `waiter`, or lets it go on at once. Called by the kernel with what a process yielded. */
  arm(waiter: Activity): void;
  /** Takes `waiter` back out, where that is more than leaving a list. */
  disarm?(waiter: Activity): void;
  /** What it is, for reports: `fifo soc.dma.jobs to be filled`. */
  describe(): string;
  /** Who could end the wait, as far as is known. */
  servers?(): readonly string[];
}

/** A whole number of cycles of the process's own clock, or anything {@linkcode Waitable}. */
export type Wait = number | Waitable;

/** A behaviour: waits are yielded, results come back through `yield*`. */
export type Process<R = void> = Generator<Wait, R, void>;
