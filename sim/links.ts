/**
 * Every queue of the kernel is a circular doubly linked list of small integers in two typed arrays: the slots of the
 * time wheels, the waiters of a line, the phases of a cycle. Nothing is allocated when an activity is queued, and
 * any activity can leave any list in constant time.
 * @module
 */

/** The lists. Number 0 is nobody; every other number is a member or, as the head of a list, a sentinel. */
export class Links {
  /** Successor of each number; 0 if it is in no list. */
  next: Int32Array = new Int32Array(4096);
  /** Predecessor of each number. */
  prev: Int32Array = new Int32Array(4096);
  private used = 1;
  private readonly free: number[] = [];

  /** A number for a new member, in no list yet. */
  member(): number {
    return this.free.pop() ?? this.#fresh();
  }

  /** Gives a member's number back; it must be in no list. */
  release(id: number): void {
    this.free.push(id);
  }

  /** Head of a new empty list that can be given back. */
  list(): number {
    const id = this.member();
    this.next[id] = id;
    this.prev[id] = id;
    return id;
  }

  /** Gives a list's head back; it must be empty. */
  releaseList(id: number): void {
    this.next[id] = 0;
    this.release(id);
  }

  /** Heads of `count` new empty lists with consecutive numbers; the first is returned. */
  lists(count: number): number {
    const first = this.used;
    for (let i = 0; i < count; i++) {
      const id = this.#fresh();
      this.next[id] = id;
      this.prev[id] = id;
    }
    return first;
  }

  /** Queues `id` at the end of `list`; it must be in no list. */
  append(list: number, id: number): void {
    const { next, prev } = this;
    const last = prev[list];
    next[last] = id;
    prev[id] = last;
    next[id] = list;
    prev[list] = id;
  }

  /** Takes `id` out of its list. */
  remove(id: number): void {
    const { next, prev } = this;
    const after = next[id], before = prev[id];
    next[before] = after;
    prev[after] = before;
    next[id] = 0;
  }

  /** Whether `list` has no member. */
  isEmpty(list: number): boolean {
    return this.next[list] === list;
  }

  #fresh(): number {
    const id = this.used++;
    if (id === this.next.length) {
      this.next = grown(this.next);
      this.prev = grown(this.prev);
    }
    return id;
  }
}

function grown(array: Int32Array): Int32Array {
  const twice = new Int32Array(array.length * 2);
  twice.set(array);
  return twice;
}
