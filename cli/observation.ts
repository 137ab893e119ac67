/**
 * Whatever the command line asks to be recorded of a run.
 * @module
 */
import { Design } from "../hw/mod.ts";
import type { Simulation } from "../sim/mod.ts";
import { canonicalOnly, CanonicalTrace, PerfettoSink, type TracePoint, VcdSink } from "../sim/trace/mod.ts";

/** What to record, and where it is to go. */
export interface ObservationFiles {
  /** Perfetto trace. */
  readonly perfetto?: string;
  /** Waveform. */
  readonly vcd?: string;
  /** Counters as JSON. */
  readonly stats?: string;
  /** Whether to hash the canonical stream. */
  readonly hash: boolean;
}

/** Records one simulation. */
export class Observation {
  private sim: Simulation | null = null;
  private readonly perfetto = new PerfettoSink();
  private readonly vcd = new VcdSink();
  private readonly canonical = new CanonicalTrace();

  /** An observation that has not begun. */
  constructor(private readonly files: ObservationFiles) {}

  /** Begins, before the simulation runs. */
  attach(sim: Simulation): void {
    this.sim = sim;
    const { perfetto, vcd, hash } = this.files;
    if (perfetto !== undefined) sim.trace.attach(this.perfetto, drawable);
    if (vcd !== undefined) sim.trace.attach(this.vcd, drawable);
    if (hash) sim.trace.attach(this.canonical, canonicalOnly);
  }

  /** The files, with their paths. */
  finish(): [path: string, content: string][] {
    const { sim, files } = this;
    if (sim === null) return [];
    const out: [string, string][] = [];
    if (files.perfetto !== undefined) out.push([files.perfetto, this.perfetto.finish(sim.now)]);
    if (files.vcd !== undefined) out.push([files.vcd, this.vcd.finish(sim.now)]);
    if (files.stats !== undefined) {
      const counters = Design.of(sim).counters.map(({ path, unit, description, value }) => ({
        path,
        value,
        unit,
        description,
      }));
      out.push([files.stats, JSON.stringify({ simulatedPs: sim.now, counters }, null, 2) + "\n"]);
    }
    return out;
  }

  /** SHA-256 of the canonical stream, in hex. */
  get traceHash(): string {
    return this.canonical.traceHash();
  }
}

/** Whether a point is worth drawing: not if it fires with every access. */
function drawable(point: TracePoint): boolean {
  return point.info.bulk !== true;
}
