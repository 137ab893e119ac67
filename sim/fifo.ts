/**
 * Bounded FIFOs and mailboxes.
 * @module
 */
import { Attempt, waitingFor } from "./attempt.ts";
import { SimulationError } from "./errors.ts";
import type { Simulation } from "./simulation.ts";
import type { Process, Wait } from "./wait.ts";
import { WaitList } from "./wait_list.ts";

/**
 * A first-in first-out queue of at most `depth` items. `put` and `take` wait; `tryPut` and `tryTake` do not, and are
 * the ones for hot paths: `while (!fifo.tryPut(x)) yield fifo.freed`.
 */
export class Fifo<T> {
  /** Path. */
  readonly name: string;
  /** Most items it can hold. */
  readonly depth: number;
  /** Waits for an item to be there. */
  readonly filled: WaitList;
  /** Waits for a free place. */
  readonly freed: WaitList;
  private readonly full: IteratorYieldResult<Wait>;
  private readonly taking: Process<T>;
  private readonly ring: (T | undefined)[];
  private readonly mask: number;
  private head = 0;
  private count = 0;

  /** An empty queue. Throws a SimulationError unless `depth` is a whole number from 1 to 2^24. */
  constructor(sim: Simulation, name: string, depth: number) {
    if (!Number.isInteger(depth) || depth < 1 || depth > 2 ** 24) {
      throw new SimulationError(
        `Cannot make fifo ${name} with depth ${depth}: it has to be a whole number from 1 to 2^24`,
      );
    }
    this.name = name;
    this.depth = depth;
    const size = 2 ** Math.ceil(Math.log2(Math.max(depth, 2)));
    this.ring = new Array<T | undefined>(size).fill(undefined);
    this.mask = size - 1;
    this.filled = new WaitList(sim, `fifo ${name} to hold an item`);
    this.freed = new WaitList(sim, `fifo ${name} to have room (depth ${depth})`);
    this.full = waitingFor(this.freed);
    this.taking = new Take(this).asProcess();
  }

  /** Items in it. */
  get length(): number {
    return this.count;
  }

  /** Adds an item if there is room; false if there is none. */
  tryPut(item: T): boolean {
    if (this.count === this.depth) return false;
    this.ring[(this.head + this.count) & this.mask] = item;
    if (this.count++ === 0 && !this.filled.empty) this.filled.wakeAll();
    return true;
  }

  /** The oldest item, which leaves the queue, or undefined if it is empty. */
  tryTake(): T | undefined {
    if (this.count === 0) return undefined;
    const { head } = this;
    const item = this.ring[head];
    if (typeof item === "object") this.ring[head] = undefined; // so that nothing is kept alive
    this.head = (head + 1) & this.mask;
    if (this.count-- === this.depth && !this.freed.empty) this.freed.wakeAll();
    return item;
  }

  /** Adds an item, when there is room. */
  put(item: T): Process {
    return new Put(this, item, this.full).asProcess();
  }

  /** The oldest item, which leaves the queue, when there is one. */
  take(): Process<T> {
    return this.taking;
  }
}

/** Puts one item. */
class Put<T> extends Attempt<void> {
  constructor(
    private readonly fifo: Fifo<T>,
    private readonly item: T,
    private readonly full: IteratorYieldResult<Wait>,
  ) {
    super();
  }

  override [Symbol.iterator](): this {
    this.fifo.filled.served();
    return this;
  }

  next(): IteratorResult<Wait, void> {
    return this.fifo.tryPut(this.item) ? { value: undefined, done: true } : this.full;
  }
}

/** Takes an item. It keeps nothing of its own, so that one serves all takers, at the same time, too. */
class Take<T> extends Attempt<T> {
  private readonly empty: IteratorYieldResult<Wait>;

  constructor(private readonly fifo: Fifo<T>) {
    super();
    this.empty = waitingFor(fifo.filled);
  }

  override [Symbol.iterator](): this {
    this.fifo.freed.served();
    return this;
  }

  next(): IteratorResult<Wait, T> {
    const { fifo } = this;
    return fifo.length === 0 ? this.empty : { value: fifo.tryTake() as T, done: true };
  }
}

/** A queue without a bound: `post` never waits. */
export class Mailbox<T> {
  /** Path. */
  readonly name: string;
  /** Waits for an item to be there. */
  readonly filled: WaitList;
  private inbox: T[] = [];
  private outbox: T[] = [];

  /** An empty mailbox. */
  constructor(sim: Simulation, name: string) {
    this.name = name;
    this.filled = new WaitList(sim, `mailbox ${name} to hold a message`);
  }

  /** Messages in it. */
  get length(): number {
    return this.inbox.length + this.outbox.length;
  }

  /** Adds a message. */
  post(message: T): void {
    this.inbox.push(message);
    this.filled.served();
    this.filled.wakeAll();
  }

  /** The oldest message, which leaves the mailbox, or undefined if it is empty. */
  tryTake(): T | undefined {
    if (this.outbox.length === 0) {
      this.outbox = this.inbox.reverse();
      this.inbox = [];
    }
    return this.outbox.pop();
  }

  /** The oldest message, which leaves the mailbox, when there is one. */
  *take(): Process<T> {
    while (this.length === 0) yield this.filled;
    return this.tryTake() as T;
  }
}
