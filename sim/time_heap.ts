/**
 * A binary heap of activities by time (or by cycle), first come first served among equals.
 * @module
 */
import type { Activity } from "./activity.ts";

/** The heap; an activity is in one heap at most, and knows which, and where. */
export class TimeHeap {
  private keys = new Float64Array(64);
  private orders = new Float64Array(64);
  private readonly members: Activity[] = [];
  private arrivals = 0;

  /** How many members there are. */
  get size(): number {
    return this.members.length;
  }

  /** The smallest key, or Infinity. */
  get first(): number {
    return this.members.length === 0 ? Infinity : this.keys[0];
  }

  /** Adds a member. */
  push(key: number, member: Activity): void {
    const at = this.members.length;
    if (at === this.keys.length) this.#grow();
    member.heap = this;
    this.members.push(member);
    this.#up(at, key, this.arrivals++, member);
  }

  /** Takes the member with the smallest key. */
  pop(): Activity {
    const member = this.members[0];
    this.remove(member);
    return member;
  }

  /** Takes a member out. */
  remove(member: Activity): void {
    const at = member.place;
    const last = this.members.pop()!;
    member.heap = null;
    if (last === member) return;
    const end = this.members.length;
    const key = this.keys[end], order = this.orders[end];
    const parent = (at - 1) >> 1;
    if (at > 0 && this.#isBefore(key, order, parent)) this.#up(at, key, order, last);
    else this.#down(at, key, order, last);
  }

  #isBefore(key: number, order: number, at: number): boolean {
    return key < this.keys[at] || (key === this.keys[at] && order < this.orders[at]);
  }

  #up(at: number, key: number, order: number, member: Activity): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(key, order, parent)) break;
      this.#place(at, this.keys[parent], this.orders[parent], this.members[parent]);
      at = parent;
    }
    this.#place(at, key, order, member);
  }

  #down(at: number, key: number, order: number, member: Activity): void {
    const count = this.members.length;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && this.#isBefore(this.keys[child + 1], this.orders[child + 1], child)) child++;
      if (this.#isBefore(key, order, child)) break;
      this.#place(at, this.keys[child], this.orders[child], this.members[child]);
      at = child;
    }
    this.#place(at, key, order, member);
  }

  #place(at: number, key: number, order: number, member: Activity): void {
    this.keys[at] = key;
    this.orders[at] = order;
    this.members[at] = member;
    member.place = at;
  }

  #grow(): void {
    const size = this.keys.length * 2;
    const keys = new Float64Array(size), orders = new Float64Array(size);
    keys.set(this.keys);
    orders.set(this.orders);
    this.keys = keys;
    this.orders = orders;
  }
}
