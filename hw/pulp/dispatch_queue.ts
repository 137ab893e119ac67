/**
 * The queue by which one core hands work to a team.
 *
 * Source: event_unit_flex 6b7a494 (hw_dispatch), cycle for cycle.
 * @module
 */

/**
 * Values that each core of a team gets to see once, in order. Every core has a read pointer of its own, which passes over
 * a value that is not for it at one per cycle, and only while the core waits.
 *
 * In a cycle: {@link pop}, {@link acknowledge} and {@link push} in any order, {@link events}, then {@link commit}.
 */
export class DispatchQueue {
  /** Mask of the cores that are to see what is pushed next. */
  team = 0;
  readonly #depth: number;
  readonly #everybody: number;
  readonly #values: Int32Array;
  /** Per place: cores that have yet to see it, and who pushed it. */
  readonly #left: Int32Array;
  readonly #pushedBy: Int32Array;
  readonly #read: Uint8Array;
  #write = 0;
  /** Cores that wait, asked in this cycle, took their value in this cycle, in the last one. */
  #waiting = 0;
  #asking = 0;
  #taking = 0;
  #taken = 0;
  /** Cores that pass over a value in this cycle. */
  #passing = 0;
  #pushing = false;
  #pushed = 0;
  #pusher = 0;

  /** An empty queue for `cores` cores. */
  constructor(cores: number, depth: number) {
    this.#depth = depth;
    this.#everybody = 2 ** cores - 1;
    this.#values = new Int32Array(depth);
    this.#left = new Int32Array(depth);
    this.#pushedBy = new Int32Array(depth);
    this.#read = new Uint8Array(cores);
    this.team = this.#everybody;
  }

  /** Whether the next place holds a value that somebody other than who pushed it has not seen. */
  get full(): boolean {
    return (this.#left[this.#write] & ~(1 << this.#pushedBy[this.#write])) !== 0;
  }

  /** Whether a cycle without accesses would change something. */
  get busy(): boolean {
    return (this.#waiting | this.#taken) !== 0;
  }

  /** Empties it; everybody is in the team. */
  reset(): void {
    for (const state of [this.#values, this.#left, this.#pushedBy, this.#read]) state.fill(0);
    this.#write =
      this.#waiting =
      this.#asking =
      this.#taking =
      this.#taken =
      this.#passing =
        0;
    this.#pushing = false;
    this.team = this.#everybody;
  }

  /** Adds a value for the team at the end of the cycle. */
  push(core: number, value: number): void {
    this.#pushing = true;
    this.#pushed = value;
    this.#pusher = core;
  }

  /** A core begins to wait for a value. */
  pop(core: number): void {
    this.#asking |= 1 << core;
  }

  /** A core has been woken: if it waited here, the value is its. */
  acknowledge(core: number): void {
    this.#taking |= 1 << core & this.#waiting;
  }

  /** What a core that has been woken gets. */
  value(core: number): number {
    return this.#values[this.#read[core]];
  }

  /** The cores whose event line is active in this cycle, since there is a value for them. */
  events(): number {
    let events = 0;
    for (let left = this.#waiting | this.#asking; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      const at = this.#read[core];
      if ((this.#left[at] >>> core & 1) !== 0) events |= 1 << core;
      else if (at !== this.#write) this.#passing |= 1 << core;
    }
    return events;
  }

  /** The clock edge; whether anything changed. */
  commit(): boolean {
    const moving = this.#taken | this.#passing;
    const changed = (moving | this.#asking | this.#taking) !== 0 || this.#pushing;
    if (!changed) return false;
    this.#waiting = (this.#waiting | this.#asking) & ~this.#taking;
    for (let left = this.#taking; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      this.#left[this.#read[core]] &= ~(1 << core);
    }
    for (let left = moving; left !== 0; left &= left - 1) {
      const core = 31 - Math.clz32(left & -left);
      this.#read[core] = (this.#read[core] + 1) % this.#depth;
    }
    this.#taken = this.#taking;
    this.#asking = this.#taking = this.#passing = 0;
    if (this.#pushing) {
      this.#values[this.#write] = this.#pushed;
      this.#left[this.#write] = this.team;
      this.#pushedBy[this.#write] = this.#pusher;
      this.#write = (this.#write + 1) % this.#depth;
      this.#pushing = false;
    }
    return true;
  }
}
