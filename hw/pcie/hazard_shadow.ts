/**
 * What is known of each byte of memory: who wrote it last, and whether anybody has read that.
 * @module
 */
import type { ByteRange, HazardRun } from "./hazard_run.ts";

/** A write that nobody has read before it was lost. */
export interface DeadWrite extends ByteRange {
  /** Who wrote. */
  readonly by: HazardRun;
}

interface Written {
  start: number;
  end: number;
  readonly by: HazardRun;
  read: boolean;
}

/** A buffer in memory. */
export class ShadowRegion {
  /** First byte. */
  readonly start: number;
  /** Byte past the last one. */
  readonly end: number;
  /** Its name by now. */
  readonly name: () => string;
  /** What was written last, in the order of the addresses. */
  private values: Written[] = [];

  /** A region in which nothing is written. */
  constructor(name: () => string, start: number, end: number) {
    this.name = name;
    this.start = start;
    this.end = end;
  }

  /** Writes; gives what is lost without anybody having read it. */
  write(by: HazardRun, start: number, end: number): DeadWrite[] {
    const lost: DeadWrite[] = [];
    const { values } = this;
    let first = lowerBound(values, start);
    let last = first;
    const pieces: Written[] = [];
    while (last < values.length && values[last].start < end) {
      const value = values[last++];
      const from = Math.max(start, value.start), to = Math.min(end, value.end);
      if (!value.read && value.by !== by) lost.push({ by: value.by, start: from, end: to });
      if (value.start < start) pieces.push({ ...value, end: start });
      if (value.end > end) pieces.push({ ...value, start: end });
    }
    const before = pieces[0]?.end === start ? pieces.shift()! : null;
    const previous = values[first - 1];
    if (before === null && previous !== undefined && previous.by === by && previous.end === start && !previous.read) {
      first--;
      pieces.unshift({ start: previous.start, end, by, read: false });
    } else pieces.unshift({ start, end, by, read: false });
    if (before !== null) pieces.unshift(before);
    values.splice(first, last - first, ...pieces);
    return lost;
  }

  /** Reads; whether all of it was written before. */
  read(start: number, end: number): boolean {
    const { values } = this;
    let at = start;
    for (let i = lowerBound(values, start); i < values.length && values[i].start < end; i++) {
      const value = values[i];
      value.read = true;
      if (value.start > at) return false;
      at = value.end;
    }
    return at >= end;
  }

  /** What was written and never read. */
  unread(): DeadWrite[] {
    return this.values.filter(({ read }) => !read);
  }
}

/** The buffers of a memory. */
export class MemoryShadow {
  private readonly regions = new Map<unknown, ShadowRegion>();
  private sorted: ShadowRegion[] = [];
  private last: ShadowRegion | null = null;

  /** Adds a buffer. */
  add(key: unknown, name: () => string, address: number, sizeBytes: number): void {
    this.regions.set(key, new ShadowRegion(name, address, address + sizeBytes));
    this.#sort();
  }

  /** Takes a buffer out; gives it, or null if it was not known. */
  remove(key: unknown): ShadowRegion | null {
    const region = this.get(key);
    this.regions.delete(key);
    this.#sort();
    return region;
  }

  /** The buffer of a key, or null. */
  get(key: unknown): ShadowRegion | null {
    return this.regions.get(key) ?? null;
  }

  /** The buffer that has an address, or null. */
  find(address: number): ShadowRegion | null {
    if (this.last !== null && address >= this.last.start && address < this.last.end) return this.last;
    const region = this.sorted.findLast(({ start }) => start <= address);
    return this.last = region !== undefined && address < region.end ? region : null;
  }

  #sort(): void {
    this.sorted = [...this.regions.values()].sort((a, b) => a.start - b.start);
    this.last = null;
  }
}

/** The first of the values that ends past an address. */
function lowerBound(values: readonly Written[], address: number): number {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle].end <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}
