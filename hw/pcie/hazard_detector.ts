/**
 * Finds accesses to one memory that nothing orders: by what has to happen before what, not by when it happened to.
 * @module
 */
import { HazardRun } from "./hazard_run.ts";
import { type DeadWrite, MemoryShadow, type ShadowRegion } from "./hazard_shadow.ts";

/** Kinds of hazards. */
export type HazardKind =
  | "uninitialised-read"
  | "write-after-read"
  | "read-after-write"
  | "write-after-write"
  | "stale-host-copy"
  | "dead-write";

/** Two accesses to one buffer that conflict. */
export interface Hazard {
  /** What is wrong. */
  readonly kind: HazardKind;
  /** Whose access came first this time. */
  readonly first: string;
  /** Whose came second. */
  readonly second: string;
  /** The buffer. */
  readonly buffer: string;
  /** Offset of the first byte that both touch. */
  readonly offsetBytes: number;
  /** Bytes that both touch. */
  readonly sizeBytes: number;
  /** The shortest time between the two, in ms; null where that means nothing. */
  readonly leadMs: number | null;
}

/** What counts as order. */
export interface HazardOptions {
  /** Runs on one unit are in the order in which they ran; no scheduler promises that, most keep it. */
  readonly unitOrder?: boolean;
}

/** Nobody, in a report. */
const NOBODY = "nobody";

/**
 * Builds the order of runs from wait lists and host waits, notes what each run touches, and reports pairs of
 * conflicting accesses without order, reads of what nobody has written, and writes that nobody reads. Runs may be those
 * of compute units, transfers, cores: whoever calls `launch`, `begin`, `access` and `end`.
 */
export class HazardDetector {
  private readonly unitOrder: boolean;
  private readonly shadow: MemoryShadow = new MemoryShadow();
  private readonly found: Hazard[] = [];
  private readonly lastOnUnit = new Map<unknown, HazardRun>();
  /** Runs that are over and that a later access may still conflict with. */
  private past: HazardRun[] = [];
  private readonly open = new Set<HazardRun>();
  /** How often the host has waited; what was launched later comes after all that it waited for. */
  private epoch = 0;

  /** Nothing has happened yet. */
  constructor(options: HazardOptions = {}) {
    this.unitOrder = options.unitOrder ?? false;
  }

  /** What was found so far, in the order in which it was. */
  get hazards(): readonly Hazard[] {
    return this.found;
  }

  /** Runs that are kept because a later access may conflict with theirs. */
  get kept(): number {
    return this.past.length + this.open.size;
  }

  /** Memory that from now on goes by a name, and in which nothing is written. */
  allocate(key: unknown, name: () => string, address: number, sizeBytes: number): void {
    this.shadow.add(key, name, address, sizeBytes);
  }

  /** Memory that nobody uses any more: what was written there and not read was written for nothing. */
  free(key: unknown): void {
    const region = this.shadow.remove(key);
    if (region === null) return;
    for (const write of region.unread()) this.#dead(region, write, `free of ${region.name()}`);
  }

  /** A run that will be started, after others. */
  launch(name: string, after: readonly HazardRun[], byHost: boolean = false): HazardRun {
    const run = new HazardRun(name, after, this.epoch, byHost);
    this.open.add(run);
    return run;
  }

  /** The run starts, on a unit. */
  begin(run: HazardRun, unit: unknown): void {
    const before = this.unitOrder && unit !== null ? this.lastOnUnit.get(unit) : undefined;
    run.begin(before === undefined ? [] : [before]);
    if (unit !== null) this.lastOnUnit.set(unit, run);
  }

  /** The run reads or writes through a port. */
  access(run: HazardRun, port: string, address: number, sizeBytes: number, write: boolean, timePs: number): void {
    run.access(port, address, address + sizeBytes, write, timePs);
    const region = this.shadow.find(address);
    if (region === null) return;
    if (write) {
      for (const dead of region.write(run, address, address + sizeBytes)) this.#dead(region, dead, run.name);
    } else if (!region.read(address, address + sizeBytes)) run.readUnwritten(port, address, address + sizeBytes);
  }

  /** The run is over: its accesses are compared with those of all that it is not ordered with. */
  end(run: HazardRun): void {
    this.open.delete(run);
    for (const { start, end } of run.unwritten()) {
      const region = this.shadow.find(start);
      if (region === null) continue;
      this.found.push({
        kind: "uninitialised-read",
        first: NOBODY,
        second: run.name,
        buffer: region.name(),
        offsetBytes: start - region.start,
        sizeBytes: end - start,
        leadMs: null,
      });
    }
    for (const other of this.past) if (!other.before(run)) this.#compare(other, run);
    this.past.push(run);
  }

  /** The host has waited for a run: it comes before all that is launched from now on. */
  hostWaited(run: HazardRun): void {
    this.epoch++;
    run.retire(this.epoch);
    // Whoever was launched before this may still have accesses to come that nothing orders with the past.
    let oldest = this.epoch;
    for (const { launched } of this.open) oldest = Math.min(oldest, launched);
    for (const past of this.past) if (past.retired <= oldest) past.forget();
    this.past = this.past.filter(({ retired }) => retired > oldest);
  }

  /** The host looks at its copy of what a run has changed on the card. */
  staleLook(key: unknown, offset: number, sizeBytes: number, writtenBy: string): void {
    const region = this.shadow.get(key);
    if (region === null) return;
    const known = this.found.some((hazard) =>
      hazard.kind === "stale-host-copy" && hazard.buffer === region.name() && hazard.offsetBytes === offset
    );
    if (known) return;
    this.found.push({
      kind: "stale-host-copy",
      first: writtenBy,
      second: "the host",
      buffer: region.name(),
      offsetBytes: offset,
      sizeBytes,
      leadMs: null,
    });
  }

  #dead(region: ShadowRegion, { by, start, end }: DeadWrite, second: string): void {
    if (by.byHost) return;
    const index = this.found.findIndex((hazard) =>
      hazard.kind === "dead-write" && hazard.first === by.name && hazard.second === second &&
      hazard.offsetBytes + hazard.sizeBytes === start - region.start
    );
    if (index >= 0) {
      const known = this.found[index];
      this.found[index] = { ...known, sizeBytes: known.sizeBytes + end - start };
      return;
    }
    this.found.push({
      kind: "dead-write",
      first: by.name,
      second,
      buffer: region.name(),
      offsetBytes: start - region.start,
      sizeBytes: end - start,
      leadMs: null,
    });
  }

  #compare(other: HazardRun, run: HazardRun): void {
    for (const conflict of other.conflicts(run)) {
      const region = this.shadow.find(conflict.start);
      if (region === null) continue;
      const [first, second] = conflict.leadPs >= 0 ? [other, run] : [run, other];
      const [firstWrites, secondWrites] = conflict.leadPs >= 0
        ? [conflict.firstWrites, conflict.secondWrites]
        : [conflict.secondWrites, conflict.firstWrites];
      this.found.push({
        kind: firstWrites && secondWrites
          ? "write-after-write"
          : secondWrites
          ? "write-after-read"
          : "read-after-write",
        first: first.name,
        second: second.name,
        buffer: region.name(),
        offsetBytes: conflict.start - region.start,
        sizeBytes: conflict.end - conflict.start,
        leadMs: Math.abs(conflict.leadPs) / 1e9,
      });
    }
  }
}
