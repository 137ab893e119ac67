/**
 * A binary heap of activities by time (or by cycle), first come first served among equals, in typed arrays.
 * @module
 */

/** The heap; members are small integers, each in it at most once. */
export class TimeHeap {
  private keys = new Float64Array(64);
  private orders = new Float64Array(64);
  private members = new Int32Array(64);
  /** Place of each member, plus one; 0 if it is not in the heap. */
  private places = new Int32Array(256);
  private count = 0;
  private arrivals = 0;

  /** How many members there are. */
  get size(): number {
    return this.count;
  }

  /** The smallest key, or Infinity. */
  get first(): number {
    return this.count === 0 ? Infinity : this.keys[0];
  }

  /** Adds a member. */
  push(key: number, member: number): void {
    if (this.count === this.keys.length) this.#growHeap();
    if (member >= this.places.length) this.#growPlaces(member);
    this.#up(this.count++, key, this.arrivals++, member);
  }

  /** Takes the member with the smallest key. */
  pop(): number {
    const member = this.members[0];
    this.#removeAt(0);
    return member;
  }

  /** Takes `member` out; false if it is not there. */
  remove(member: number): boolean {
    const place = member < this.places.length ? this.places[member] : 0;
    if (place === 0) return false;
    this.#removeAt(place - 1);
    return true;
  }

  #removeAt(at: number): void {
    this.places[this.members[at]] = 0;
    const last = --this.count;
    if (at === last) return;
    const key = this.keys[last], order = this.orders[last], member = this.members[last];
    const parent = (at - 1) >> 1;
    if (at > 0 && this.#isBefore(key, order, parent)) this.#up(at, key, order, member);
    else this.#down(at, key, order, member);
  }

  #isBefore(key: number, order: number, at: number): boolean {
    return key < this.keys[at] || (key === this.keys[at] && order < this.orders[at]);
  }

  #up(at: number, key: number, order: number, member: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(key, order, parent)) break;
      this.#place(at, this.keys[parent], this.orders[parent], this.members[parent]);
      at = parent;
    }
    this.#place(at, key, order, member);
  }

  #down(at: number, key: number, order: number, member: number): void {
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.count) break;
      if (child + 1 < this.count && this.#isBefore(this.keys[child + 1], this.orders[child + 1], child)) child++;
      if (this.#isBefore(key, order, child)) break;
      this.#place(at, this.keys[child], this.orders[child], this.members[child]);
      at = child;
    }
    this.#place(at, key, order, member);
  }

  #place(at: number, key: number, order: number, member: number): void {
    this.keys[at] = key;
    this.orders[at] = order;
    this.members[at] = member;
    this.places[member] = at + 1;
  }

  #growHeap(): void {
    const size = this.keys.length * 2;
    const keys = new Float64Array(size), orders = new Float64Array(size), members = new Int32Array(size);
    keys.set(this.keys);
    orders.set(this.orders);
    members.set(this.members);
    this.keys = keys;
    this.orders = orders;
    this.members = members;
  }

  #growPlaces(member: number): void {
    const places = new Int32Array(Math.max(this.places.length * 2, member + 1));
    places.set(this.places);
    this.places = places;
  }
}
