/**
 * Traces for ui.perfetto.dev and chrome://tracing, in the Trace Event Format.
 * @module
 */
import type { TracePoint, TraceSink, TraceValue } from "./hub.ts";

interface Track {
  readonly process: number;
  readonly thread: number;
  openSince: number;
  open: string;
}

/**
 * Collects a trace; `finish` gives the file as JSON text. The first name of a path is the process, the rest the track: a
 * level of text becomes slices, a number or bit a counter, an event an instant. A component's `activity` is on a track
 * of the component's own name.
 */
export class PerfettoSink implements TraceSink {
  private readonly processes = new Map<string, number>();
  private readonly tracks = new Map<TracePoint, Track>();
  private readonly events: string[] = [];

  /** Makes a track. */
  declare(point: TracePoint): void {
    const [first, ...rest] = point.path.replace(/\.activity$/, "").split(".");
    let process = this.processes.get(first);
    if (process === undefined) {
      process = this.processes.size + 1;
      this.processes.set(first, process);
      this.#push({ ph: "M", pid: process, name: "process_name", args: { name: first } });
    }
    const thread = this.tracks.size + 1;
    this.tracks.set(point, { process, thread, openSince: 0, open: "" });
    this.#push({ ph: "M", pid: process, tid: thread, name: "thread_name", args: { name: rest.join(".") || first } });
  }

  /** Takes a value. */
  record(point: TracePoint, timePs: number, value: TraceValue): void {
    const track = this.tracks.get(point)!;
    if (point.info.kind === "event") {
      this.#push({ ph: "i", s: "t", pid: track.process, tid: track.thread, ts: timePs / 1e6, name: String(value) });
    } else if (typeof value === "string") {
      this.#close(track, timePs);
      track.open = value;
      track.openSince = timePs;
    } else {
      const name = point.path.split(".").slice(1).join(".") || point.path;
      this.#push({
        ph: "C",
        pid: track.process,
        tid: track.thread,
        ts: timePs / 1e6,
        name,
        args: { [point.info.unit]: Number(value) },
      });
    }
  }

  /** The file, up to `endPs`. */
  finish(endPs: number): string {
    for (const track of this.tracks.values()) this.#close(track, endPs);
    return `{"displayTimeUnit":"ns","traceEvents":[\n${this.events.join(",\n")}\n]}\n`;
  }

  #close(track: Track, timePs: number): void {
    if (track.open !== "" && timePs > track.openSince) {
      const { process, thread, open, openSince } = track;
      this.#push({
        ph: "X",
        pid: process,
        tid: thread,
        ts: openSince / 1e6,
        dur: (timePs - openSince) / 1e6,
        name: open,
      });
    }
    track.open = "";
  }

  #push(event: Record<string, unknown>): void {
    this.events.push(JSON.stringify(event));
  }
}
