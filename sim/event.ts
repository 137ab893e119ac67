/**
 * Events, semaphores and barriers: what processes use among themselves.
 * @module
 */
import type { Activity } from "./activity.ts";
import { SimulationError } from "./errors.ts";
import type { Simulation } from "./simulation.ts";
import type { Process, Waitable } from "./wait.ts";
import { WaitList } from "./wait_list.ts";

/** Something that happens: all who wait go on in the same moment. Nothing is remembered. */
export class Event implements Waitable {
  /** Path. */
  readonly name: string;
  private readonly waiters: WaitList;

  /** An event that nobody waits for. */
  constructor(sim: Simulation, name: string) {
    this.name = name;
    this.waiters = new WaitList(sim, `event ${name}`);
  }

  /** Lets all waiters go on. */
  notify(): void {
    this.waiters.served();
    this.waiters.wakeAll();
  }

  /** Queues a waiter. */
  arm(waiter: Activity): void {
    this.waiters.arm(waiter);
  }

  /** For reports. */
  describe(): string {
    return this.waiters.describe();
  }

  /** For reports. */
  servers(): readonly string[] {
    return this.waiters.servers();
  }
}

/** A number of permits, handed out strictly in order of arrival. */
export class Semaphore {
  /** Path. */
  readonly name: string;
  private readonly sim: Simulation;
  private readonly turns: WaitList;
  private readonly holders: string[] = [];
  private readonly total: number;
  private free: number;
  /** Permits that were handed to waiters who have not run yet. */
  private nextTicket = 0;
  private nowServing = 0;

  /** `permits` permits, all free. Throws a SimulationError unless that is a whole number, 1 or more. */
  constructor(sim: Simulation, name: string, permits: number = 1) {
    if (!Number.isInteger(permits) || permits < 1) {
      throw new SimulationError(`Cannot make semaphore ${name} with ${permits} permits: it needs 1 or more`);
    }
    this.sim = sim;
    this.name = name;
    this.total = permits;
    this.free = permits;
    this.turns = new WaitList(sim, `semaphore ${name}`, () => this.holders);
  }

  /** Permits that nobody holds. */
  get available(): number {
    return this.free;
  }

  /** Takes a permit, when it is this process's turn. */
  *acquire(): Process {
    const ticket = this.nextTicket++;
    let served = false;
    try {
      while (ticket !== this.nowServing || this.free === 0) yield this.turns;
      this.free--;
      served = true;
      this.holders.push(this.sim.runningName);
    } finally {
      this.#leave(ticket, served);
    }
  }

  /** Takes a permit if one is free and nobody is before; false otherwise. */
  tryAcquire(): boolean {
    if (this.free === 0 || this.nowServing !== this.nextTicket) return false;
    this.nextTicket++;
    this.nowServing++;
    this.free--;
    this.holders.push(this.sim.runningName);
    return true;
  }

  /** Gives a permit back. Throws a SimulationError if none is out. */
  release(): void {
    if (this.free === this.total) {
      throw new SimulationError(
        `Cannot release semaphore ${this.name} in ${this.sim.runningName}: all ${this.total} permits are free; ` +
          "release is called more often than acquire",
      );
    }
    this.free++;
    const at = this.holders.indexOf(this.sim.runningName);
    this.holders.splice(Math.max(at, 0), 1);
    this.turns.wakeAll();
  }

  private readonly gone = new Set<number>();

  /** Lets the next ticket have its turn; tickets of cancelled processes are skipped. */
  #leave(ticket: number, served: boolean): void {
    if (ticket === this.nowServing) {
      this.nowServing++;
      while (this.gone.delete(this.nowServing)) this.nowServing++;
      if (this.free > 0 || !served) this.turns.wakeAll();
    } else this.gone.add(ticket);
  }
}

/** Holds processes back until `parties` of them have arrived; then it starts anew. */
export class Barrier {
  /** Path. */
  readonly name: string;
  /** How many it waits for. */
  readonly parties: number;
  private readonly open: WaitList;
  private readonly here: { readonly name: string }[] = [];
  private readonly sim: Simulation;

  /** An empty barrier. Throws a SimulationError unless `parties` is a whole number, 1 or more. */
  constructor(sim: Simulation, name: string, parties: number) {
    if (!Number.isInteger(parties) || parties < 1) {
      throw new SimulationError(`Cannot make barrier ${name} for ${parties} parties: it needs 1 or more`);
    }
    this.sim = sim;
    this.name = name;
    this.parties = parties;
    this.open = new WaitList(
      sim,
      `barrier ${name}`,
      () => [
        `${parties - this.here.length} more of ${parties} parties (here: ${
          this.here.map(({ name }) => name).join(", ")
        })`,
      ],
    );
  }

  /** Arrives, and goes on when all have. */
  *wait(): Process {
    if (this.here.length + 1 === this.parties) {
      this.here.length = 0;
      this.open.wakeAll();
      return;
    }
    const party = { name: this.sim.runningName };
    this.here.push(party);
    try {
      yield this.open;
    } finally {
      const at = this.here.indexOf(party);
      if (at >= 0) this.here.splice(at, 1);
    }
  }
}
