/**
 * The queue by which one core hands work to a team.
 * @module
 */

/** Values that each core of a team gets to see once, in order; an entry's place is free when all have seen it. */
export class DispatchQueue {
  /** Mask of the cores that are to see what is pushed next. */
  team = 0;
  private readonly depth: number;
  private readonly everybody: number;
  private readonly entries: { readonly value: number; left: number }[] = [];

  /** An empty queue for `cores` cores. */
  constructor(cores: number, depth: number) {
    this.depth = depth;
    this.everybody = 2 ** cores - 1;
    this.team = this.everybody;
  }

  /** Whether no place is free. */
  get full(): boolean {
    return this.entries.length === this.depth;
  }

  /** Empties it; everybody is in the team. */
  reset(): void {
    this.entries.length = 0;
    this.team = this.everybody;
  }

  /** Adds a value for all of the team but the core that pushes it. */
  push(core: number, value: number): void {
    const left = this.team & ~(1 << core);
    if (left !== 0) this.entries.push({ value, left });
  }

  /** Whether there is a value that `core` has not seen. */
  has(core: number): boolean {
    return this.entries.some((entry) => (entry.left >>> core & 1) !== 0);
  }

  /** The oldest value that `core` has not seen; 0 if there is none. */
  pop(core: number): number {
    const at = this.entries.findIndex((entry) => (entry.left >>> core & 1) !== 0);
    if (at < 0) return 0;
    const entry = this.entries[at];
    entry.left &= ~(1 << core);
    if (entry.left === 0) this.entries.splice(at, 1);
    return entry.value;
  }
}
