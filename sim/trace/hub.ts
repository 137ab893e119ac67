/**
 * Trace points and the sinks that listen to them. A point that nobody listens to costs one comparison.
 * @module
 */
import { Phase } from "../activity.ts";
import { SimulationError } from "../errors.ts";
import type { Simulation } from "../simulation.ts";

/** What a trace point can carry. */
export type TraceValue = number | boolean | string;

/** What a trace point is. */
export interface TraceInfo {
  /** `level`: the value holds until the next one. `event`: it happens at one moment. */
  readonly kind: "level" | "event";
  /** Unit of the value: `cycle`, `B`, `bool`, `text`. */
  readonly unit: string;
  /** One line that says what it shows. */
  readonly description: string;
  /** Bits of a number, for waveforms; default 32. A boolean has 1. */
  readonly width?: number;
  /** Whether it belongs to the canonical stream behind `traceHash`; default false. */
  readonly canonical?: boolean;
  /** Whether it fires with every access, so that pictures and waveforms leave it out unless asked; default false. */
  readonly bulk?: boolean;
  /** The phase in which its component emits it; default request. Orders the canonical stream. */
  readonly phase?: Phase;
}

/** Listens to trace points. */
export interface TraceSink {
  /** A point that it will hear from, told when the sink is attached or the point is made. */
  declare?(point: TracePoint): void;
  /** A point has a value, at a time in picoseconds. */
  record(point: TracePoint, timePs: number, value: TraceValue): void;
  /** Everything at `timePs` has been recorded. */
  endMoment?(timePs: number): void;
}

/** One thing that can be looked at. */
export class TracePoint<T extends TraceValue = TraceValue> {
  /** Path. */
  readonly path: string;
  /** What it is. */
  readonly info: TraceInfo;
  /** The last value, if it is a level. */
  value: T | undefined = undefined;
  /** Whether anybody listens; worth asking before a value is made that costs something. */
  on = false;
  private readonly sim: Simulation;
  private readonly sinks: TraceSink[] = [];

  /** Made by `TraceHub.point`. */
  constructor(sim: Simulation, path: string, info: TraceInfo) {
    this.sim = sim;
    this.path = path;
    this.info = info;
  }

  /** Tells the sinks a value, now. */
  emit(value: T): void {
    this.value = value;
    if (!this.on) return;
    for (const sink of this.sinks) sink.record(this as unknown as TracePoint, this.sim.now, value);
  }

  /** For the hub. */
  listen(sink: TraceSink): void {
    this.sinks.push(sink);
    this.on = true;
  }

  /** For the hub. */
  unlisten(sink: TraceSink): void {
    const at = this.sinks.indexOf(sink);
    if (at >= 0) this.sinks.splice(at, 1);
    this.on = this.sinks.length > 0;
  }
}

/** All trace points of a simulation. */
export class TraceHub {
  private readonly sim: Simulation;
  private readonly points = new Map<string, TracePoint>();
  private readonly attached = new Map<TraceSink, (point: TracePoint) => boolean>();

  /** Made by the simulation. */
  constructor(sim: Simulation) {
    this.sim = sim;
  }

  /** Makes a point. Throws a SimulationError if the path is taken. */
  point<T extends TraceValue>(path: string, info: TraceInfo): TracePoint<T> {
    if (this.points.has(path)) {
      throw new SimulationError(`Cannot make trace point ${path}: there is one of that path; paths have to be unique`);
    }
    const point = new TracePoint<T>(this.sim, path, info);
    const plain = point as unknown as TracePoint;
    this.points.set(path, plain);
    for (const [sink, wanted] of this.attached) if (wanted(plain)) this.#listen(plain, sink);
    return point;
  }

  /** Attaches a sink to all points, or to those that `wanted` picks; it hears from points made later, too. */
  attach(sink: TraceSink, wanted: (point: TracePoint) => boolean = () => true): void {
    if (this.attached.has(sink)) throw new SimulationError("Cannot attach a trace sink: it is attached already");
    this.attached.set(sink, wanted);
    for (const point of this.all()) if (wanted(point)) this.#listen(point, sink);
  }

  /** Detaches a sink. */
  detach(sink: TraceSink): void {
    this.attached.delete(sink);
    for (const point of this.points.values()) point.unlisten(sink);
  }

  /** All points, in the order of their paths. */
  all(): TracePoint[] {
    return [...this.points.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Whether any sink is attached. */
  get active(): boolean {
    return this.attached.size > 0;
  }

  /** Tells the sinks that the present moment is over. For the kernel. */
  endMoment(): void {
    for (const sink of this.attached.keys()) sink.endMoment?.(this.sim.now);
  }

  #listen(point: TracePoint, sink: TraceSink): void {
    point.listen(sink);
    sink.declare?.(point);
    if (point.info.kind === "level" && point.value !== undefined) sink.record(point, this.sim.now, point.value);
  }
}

/** The phase by which a point is ordered. */
export function phaseOf(info: TraceInfo): Phase {
  return info.phase ?? Phase.request;
}
