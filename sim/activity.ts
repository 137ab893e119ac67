/**
 * What the kernel queues: a process that goes on, or a callback that runs, at a time and in a phase.
 * @module
 */
import type { ClockDomain } from "./clock.ts";
import { SimulationError } from "./errors.ts";
import type { Frame } from "./frame.ts";
import { Link } from "./queue.ts";
import type { Simulation } from "./simulation.ts";
import type { Duration } from "./time.ts";
import type { TimeHeap } from "./time_heap.ts";
import type { Wait, Waitable } from "./wait.ts";

/**
 * The phases of a cycle, in order. All requests of a cycle are seen before any is granted; registers change after
 * everybody has looked; observers see what has settled.
 */
export const Phase = {
  /** Where processes run, and where requests are made. */
  request: 0,
  /** Where arbiters choose. */
  arbitrate: 1,
  /** Where the chosen get their answers. */
  respond: 2,
  /** Where signals, registers and lines take their new values. */
  commit: 3,
  /** Where observers look. */
  observe: 4,
} as const;

/** One of {@linkcode Phase}. */
export type Phase = 0 | 1 | 2 | 3 | 4;

/** Something with a new value that takes effect in the commit phase. */
export interface Committed {
  /** Takes the new value. */
  commit(): void;
}

/** A callback that is scheduled again and again; it is in the queue at most once. Nothing is allocated per use. */
export interface Task {
  /** Whether it is in the queue. */
  readonly queued: boolean;
  /** Runs it in the present moment, in its phase: this time round if that phase is still to come. */
  post(): void;
  /** Runs it `cycles` (1 or more) cycles of its clock from now. Throws a SimulationError if it is queued. */
  after(cycles: number): void;
  /** Runs it `delay` from now. Throws a SimulationError if it is queued. */
  afterTime(delay: Duration): void;
  /** Takes it out of the queue. */
  unqueue(): void;
}

/** A unit of work that is in at most one queue at a time. Everything here is the kernel's; use processes and tasks. */
export class Activity extends Link implements Task {
  /** What to run, if it is a task. */
  callback: (() => void) | null = null;
  /** The behaviour, if it is a process; inside a `call`, the innermost one. */
  generator: Generator<Wait, unknown, void> | null = null;
  /** The phase in which it runs. */
  readonly phase: Phase;
  /** The clock whose cycles it counts, if any. */
  readonly clock: ClockDomain | null;
  /** The heap that it is in, if any. */
  heap: TimeHeap | null = null;
  /** Its place in that heap. */
  place = 0;
  /** The simulation it belongs to. */
  readonly sim: Simulation;
  /** Path, for reports. */
  readonly name: string;
  /** The innermost call under way, if any. */
  frame: Frame | null = null;
  /** Whether it is being cancelled: what still runs are `finally` blocks. */
  cancelling = false;
  /** What it waits for, unless that is a plain number of cycles. */
  waitsFor: Waitable | null = null;
  /** The bound of the last wait by number, in cycles, or the time of its start. */
  since = 0;

  /** Made by the simulation. */
  constructor(sim: Simulation, name: string, phase: Phase, clock: ClockDomain | null) {
    super();
    this.sim = sim;
    this.name = name;
    this.phase = phase;
    this.clock = clock;
  }

  /** Takes it out of whatever queue it is in. */
  unqueue(): void {
    if (this.heap !== null) this.heap.remove(this);
    else if (this.next !== null) {
      // Unless whoever was before it runs now: then nobody points to it but the kernel.
      if (this.prev!.next === this) this.unlink();
      else this.sim.passOver(this);
    }
    this.clock?.left();
    const wait = this.waitsFor;
    this.waitsFor = null;
    wait?.disarm?.(this);
  }

  /** Whether it is queued anywhere. */
  get queued(): boolean {
    return this.next !== null || this.heap !== null;
  }

  /** Runs a callback in the present moment. */
  post(): void {
    if (this.queued) this.#refuse();
    this.sim.ready(this);
  }

  /** Runs a callback some cycles from now. */
  after(cycles: number): void {
    if (this.queued) this.#refuse();
    if (this.clock !== null && cycles >= 1 && (cycles | 0) === cycles) this.clock.wakeAfter(this, cycles);
    else this.sim.arm(this, cycles);
  }

  /** Runs a callback some time from now. */
  afterTime(delay: Duration): void {
    if (this.queued) this.#refuse();
    this.sim.wakeAt(this, this.sim.now + delay.ps);
  }

  #refuse(): never {
    throw new SimulationError(
      `Cannot schedule task ${this.name}: it is scheduled already; unqueue it first, or use a second task`,
    );
  }
}
