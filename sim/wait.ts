/**
 * What a process can wait for, and what a process is.
 * @module
 */
import type { Activity } from "./activity.ts";
import { SimulationError } from "./errors.ts";

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

/** The error for something that a process yielded and cannot wait for. For the kernel. */
export function noWait(activity: Activity, wait: unknown): SimulationError {
  if (typeof wait !== "number") {
    const hint = typeof (wait as { next?: unknown } | null | undefined)?.next === "function"
      ? "a process runs another behaviour with yield*, not yield"
      : "yield a number of cycles, a duration such as ns(5), a line, an event, or another Waitable";
    return new SimulationError(`Cannot wait for ${show(wait)} in process ${activity.name}: ${hint}`);
  }
  const hint = activity.clock === null
    ? "it has no clock; give one to spawn, or yield ns(...)"
    : "it has to be a whole number, 0 or more";
  return new SimulationError(`Cannot wait ${wait} cycles in process ${activity.name}: ${hint}`);
}

/** The error for a wait that another simulation would have to end. For the kernel. */
export function foreignWait(activity: Activity, wait: Waitable): SimulationError {
  return new SimulationError(
    `Cannot wait for ${wait.describe()} in process ${activity.name}: it belongs to another simulation, whose time is not ` +
      "this one's",
  );
}

/** A value as an error message shows it. For the kernel. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `a function ${value.name}`.trimEnd();
  if (typeof value !== "object" || value === null) return String(value);
  return value.constructor === Object ? "an object" : `a ${value.constructor?.name ?? "value"}`;
}
