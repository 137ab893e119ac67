/**
 * Every queue of the kernel is a circular doubly linked list of the activities themselves: the slots of the time wheels,
 * the waiters of a line, the phases of a cycle. Nothing is allocated when an activity is queued, and any activity can
 * leave any queue in constant time.
 * @module
 */
import type { Activity } from "./activity.ts";

/** A place in a queue. */
export class Link {
  /** Who comes after it; null if it is in no queue. */
  next: Link | null = null;
  /** Who comes before it. */
  prev: Link | null = null;

  /** Takes it out of its queue. */
  unlink(): void {
    const next = this.next!, prev = this.prev!;
    prev.next = next;
    next.prev = prev;
    this.forget();
  }

  /** Forgets its neighbours, which do not go on to keep each other in memory. */
  forget(): void {
    this.next = null;
    this.prev = null;
  }
}

/** A queue: the place after its last member and before its first. */
export class Queue extends Link {
  /** An empty queue. */
  constructor() {
    super();
    this.clear();
  }

  /** Forgets its members. */
  clear(): void {
    this.next = this;
    this.prev = this;
  }

  /** Whether it has no member. */
  get isEmpty(): boolean {
    return this.next === this;
  }

  /** Adds a member, which must be in no queue, at the end; whether it is the only one. */
  append(activity: Activity): boolean {
    const last = this.prev!;
    last.next = activity;
    activity.prev = last;
    activity.next = this;
    this.prev = activity;
    return last === this;
  }

  /** Takes the first member out; null if there is none. */
  shift(): Activity | null {
    const first = this.next!;
    if (first === this) return null;
    const second = first.next!;
    this.next = second;
    second.prev = this;
    first.forget();
    return first as Activity;
  }
}
