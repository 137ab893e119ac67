/**
 * One run in the order of runs, with what it has touched.
 * @module
 */

/** Consecutive bytes that a run has read or written through one port, burst after burst. */
interface Stream {
  readonly port: string;
  readonly write: boolean;
  readonly start: number;
  end: number;
  /** First byte of each burst. */
  readonly at: number[];
  /** When each burst was served, in picoseconds. */
  readonly ps: number[];
}

/** Bytes. */
export interface ByteRange {
  /** First byte. */
  readonly start: number;
  /** Byte past the last one. */
  readonly end: number;
}

/** Bytes that two runs have touched, one of them writing. */
export interface Conflict extends ByteRange {
  /** Whether the one that was asked writes. */
  readonly firstWrites: boolean;
  /** Whether the other writes. */
  readonly secondWrites: boolean;
  /** Shortest time from the first's access to the second's; negative if the second's came first. */
  readonly leadPs: number;
}

/** A run: when it was launched, after whom, and what it touched. */
export class HazardRun {
  /** Name, for reports. */
  readonly name: string;
  /** The host's epoch in which it was launched. */
  readonly launched: number;
  /** The host's epoch from which on all that is launched comes after it; Infinity if there is none. */
  retired: number = Infinity;
  /** Whether it is the host's own. */
  readonly byHost: boolean;
  private after: readonly HazardRun[];
  private readonly ancestors = new Set<HazardRun>();
  private readonly streams: Stream[] = [];
  private readonly holes: { readonly port: string; start: number; end: number }[] = [];

  /** A run that will come after others. */
  constructor(name: string, after: readonly HazardRun[], launched: number, byHost: boolean) {
    this.name = name;
    this.after = after;
    this.launched = launched;
    this.byHost = byHost;
  }

  /** It starts: those that it comes after are over, so that theirs are known. */
  begin(more: readonly HazardRun[]): void {
    for (const run of [...this.after, ...more]) {
      this.ancestors.add(run);
      for (const ancestor of run.ancestors) if (ancestor.retired > this.launched) this.ancestors.add(ancestor);
    }
    this.after = []; // so that the past is not kept alive
  }

  /** Whether all of this comes before all of another run, whatever the timing. */
  before(run: HazardRun): boolean {
    return this.retired <= run.launched || run.ancestors.has(this);
  }

  /** The host has waited for it, and so for all before it. */
  retire(epoch: number): void {
    this.retired = Math.min(this.retired, epoch);
    for (const ancestor of this.ancestors) ancestor.retired = Math.min(ancestor.retired, epoch);
  }

  /** Nobody who comes after it has yet to begin: whom it came after need not be known any more. */
  forget(): void {
    this.ancestors.clear();
  }

  /** It reads or writes. */
  access(port: string, start: number, end: number, write: boolean, timePs: number): void {
    for (let i = this.streams.length - 1; i >= 0; i--) {
      const stream = this.streams[i];
      if (stream.port !== port || stream.write !== write) continue;
      if (stream.end !== start) break;
      stream.end = end;
      stream.at.push(start);
      stream.ps.push(timePs);
      return;
    }
    this.streams.push({ port, write, start, end, at: [start], ps: [timePs] });
  }

  /** It reads what nobody has written. */
  readUnwritten(port: string, start: number, end: number): void {
    const last = this.holes.findLast((hole) => hole.port === port);
    if (last !== undefined && last.end === start) last.end = end;
    else this.holes.push({ port, start, end });
  }

  /** What it has read that nobody had written, port by port. */
  unwritten(): readonly ByteRange[] {
    return this.holes;
  }

  /** Where this and another run have touched the same bytes, one of them writing. */
  conflicts(other: HazardRun): Conflict[] {
    const found: Conflict[] = [];
    for (const mine of this.streams) {
      for (const theirs of other.streams) {
        if (!mine.write && !theirs.write) continue;
        const start = Math.max(mine.start, theirs.start), end = Math.min(mine.end, theirs.end);
        if (start >= end) continue;
        const { forward, backward } = leads(mine, theirs, start, end);
        const firstWrites = mine.write, secondWrites = theirs.write;
        if (forward !== null) found.push({ start, end, firstWrites, secondWrites, leadPs: forward });
        if (backward !== null) found.push({ start, end, firstWrites, secondWrites, leadPs: -backward });
      }
    }
    return found;
  }
}

/** Shortest times from the one's access to the other's over common bytes, for those bytes where it came first or second. */
function leads(
  mine: Stream,
  theirs: Stream,
  start: number,
  end: number,
): { readonly forward: number | null; readonly backward: number | null } {
  let forward: number | null = null, backward: number | null = null;
  let i = burstAt(mine, start), j = burstAt(theirs, start);
  for (let at = start; at < end;) {
    const lead = theirs.ps[j] - mine.ps[i];
    if (lead >= 0) forward = forward === null ? lead : Math.min(forward, lead);
    else backward = backward === null ? -lead : Math.min(backward, -lead);
    const nextMine = mine.at[i + 1] ?? mine.end, nextTheirs = theirs.at[j + 1] ?? theirs.end;
    at = Math.min(nextMine, nextTheirs);
    if (nextMine === at) i++;
    if (nextTheirs === at) j++;
  }
  return { forward, backward };
}

/** The burst that has a byte. */
function burstAt({ at }: Stream, address: number): number {
  let low = 0, high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
