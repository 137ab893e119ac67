/**
 * A queue of those who wait for one condition.
 * @module
 */
import type { Activity } from "./activity.ts";
import type { Simulation } from "./simulation.ts";
import type { Waitable } from "./wait.ts";

/** Waiters in order of arrival. Primitives hold one for each condition that somebody can wait for. */
export class WaitList implements Waitable {
  /** Who last acted on the other side, for deadlock reports. */
  lastServer = "";
  private readonly sim: Simulation;
  private readonly what: string;
  private readonly list: number;
  private readonly known: (() => readonly string[]) | null;

  /** An empty queue; `what` completes "waits for ...", `known` names who could serve it. */
  constructor(sim: Simulation, what: string, known: (() => readonly string[]) | null = null) {
    this.sim = sim;
    this.what = what;
    this.list = sim.links.lists(1);
    this.known = known;
  }

  /** Whether nobody waits. */
  get empty(): boolean {
    return this.sim.links.next[this.list] === this.list;
  }

  /** Queues a waiter. */
  arm(waiter: Activity): void {
    this.sim.links.append(this.list, waiter.id);
  }

  /** Lets the first waiter go on in the present moment. */
  wakeFirst(): void {
    const { links } = this.sim;
    const id = links.next[this.list];
    if (id === this.list) return;
    links.remove(id);
    this.sim.ready(this.sim.activity(id));
  }

  /** Lets all waiters go on in the present moment. */
  wakeAll(): void {
    if (!this.empty) this.sim.readyAll(this.list);
  }

  /** Lets all waiters go on at the next edge of their own clocks. */
  wakeAllNextEdge(): void {
    const { links } = this.sim;
    while (!this.empty) {
      const id = links.next[this.list];
      links.remove(id);
      this.sim.wakeNextEdge(this.sim.activity(id));
    }
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
