/**
 * Which parts of a buffer the card has changed since the host last fetched them.
 * @module
 */

/** Consecutive bytes and who wrote them. */
export interface WrittenRange {
  /** First byte. */
  readonly start: number;
  /** Byte past the last one. */
  readonly end: number;
  /** The kernel run. */
  readonly by: string;
}

/** Ranges of bytes that do not overlap. */
export class WrittenRanges {
  private ranges: WrittenRange[] = [];

  /** Adds a range, in the place of what was there. */
  add(start: number, end: number, by: string): void {
    this.clear(start, end);
    this.ranges.push({ start, end, by });
  }

  /** Takes a range out. */
  clear(start: number, end: number): void {
    if (this.ranges.length === 0) return;
    this.ranges = this.ranges.flatMap((range) => {
      if (range.end <= start || range.start >= end) return [range];
      const rest: WrittenRange[] = [];
      if (range.start < start) rest.push({ ...range, end: start });
      if (range.end > end) rest.push({ ...range, start: end });
      return rest;
    });
  }

  /** A range that overlaps these bytes, or null. */
  find(start: number, end: number): WrittenRange | null {
    return this.ranges.find((range) => range.start < end && start < range.end) ?? null;
  }
}
