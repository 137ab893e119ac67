/**
 * A queue of those who wait for one condition.
 * @module
 */
import type { Activity } from "./activity.ts";
import { Queue } from "./queue.ts";
import type { Simulation } from "./simulation.ts";
import { foreignWait, type Waitable } from "./wait.ts";

/** Waiters in order of arrival. Primitives hold one for each condition that somebody can wait for. */
export class WaitList implements Waitable {
  /** Who last acted on the other side, for deadlock reports. */
  private lastServer = "";
  private readonly sim: Simulation;
  private readonly what: string;
  private readonly waiters = new Queue();
  private readonly known: (() => readonly string[]) | null;

  /** An empty queue; `what` completes "waits for ...", `known` names who could serve it. */
  constructor(sim: Simulation, what: string, known: (() => readonly string[]) | null = null) {
    this.sim = sim;
    this.what = what;
    this.known = known;
  }

  /** Notes that whoever runs acts on the other side. */
  served(): void {
    this.lastServer = this.sim.runningName;
  }

  /** Whether nobody waits. */
  get empty(): boolean {
    return this.waiters.isEmpty;
  }

  /** Queues a waiter. Throws a SimulationError if it is of another simulation. */
  arm(waiter: Activity): void {
    if (waiter.sim !== this.sim) throw foreignWait(waiter, this);
    this.waiters.append(waiter);
  }

  /** Lets the first waiter go on in the present moment. */
  wakeFirst(): void {
    const first = this.waiters.shift();
    if (first !== null) this.sim.ready(first);
  }

  /** Lets all waiters go on in the present moment. */
  wakeAll(): void {
    this.sim.readyAll(this.waiters);
  }

  /** Lets all waiters go on at the next edge of their own clocks. */
  wakeAllNextEdge(): void {
    for (let waiter; (waiter = this.waiters.shift()) !== null;) this.sim.wakeNextEdge(waiter);
  }

  /** For reports. */
  describe(): string {
    return this.what;
  }

  /** For reports. */
  servers(): readonly string[] {
    const known = this.known?.() ?? [];
    return known.length > 0 || this.lastServer === "" ? known : [`${this.lastServer} (served it last)`];
  }
}
