/**
 * Events and schedulers of the fabric controller.
 * @module
 */
import type { Process } from "../../sim/mod.ts";
import type { FcRuntime } from "./fc.ts";

/** A callback of an event; it runs on the fabric controller, when its scheduler is executed. */
export type EventCallback = (rt: FcRuntime, arg: number) => Process | void;

/** A queue of events that wait to be executed (rt_event_sched_t). */
export class EventScheduler {
  /** Name, for reports. */
  readonly name: string;
  /** Pushed events, oldest first. */
  readonly queue: RtEvent[] = [];

  /** An empty scheduler (rt_event_sched_init). */
  constructor(name: string = "scheduler") {
    this.name = name;
  }
}

/** One event of the pool (rt_event_t). */
export class RtEvent {
  /** Address of its structure in FC L1. */
  readonly address: number;
  /** What to run, or null for a blocking event. */
  callback: EventCallback | null = null;
  /** What to hand to the callback. */
  arg = 0;
  /** Where it goes when it is pushed. */
  scheduler: EventScheduler | null = null;
  /** Whether somebody waits for it. */
  pending = false;

  /** Whether it belongs to the pool and goes back there; others lie in the structure of a request. */
  readonly pooled: boolean;

  /** Made by `eventAlloc`, and by requests of the cluster. */
  constructor(address: number, pooled: boolean = true) {
    this.address = address;
    this.pooled = pooled;
  }
}

/** Bytes of an event's structure. Source: rt_event_t of SDK 1.0, six words and a union of three. */
export const EVENT_BYTES = 36;
