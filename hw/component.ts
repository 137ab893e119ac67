/**
 * The base of every hardware model.
 * @module
 */
import {
  type ClockDomain,
  Counter,
  Fifo,
  Line,
  type Process,
  type ProcessHandle,
  Simulation,
  SimulationError,
} from "../sim/mod.ts";
import type { TraceInfo, TracePoint, TraceValue, Waitable } from "../sim/mod.ts";
import { AddressMap } from "./bus/address_map.ts";
import { ClockCycles } from "./clock_cycles.ts";
import { Design, type MemberKind } from "./design.ts";
import { type ParamTable, type ParamValue, resolveParams } from "./params.ts";
import { type Initiator, InitiatorPort, Plug, type Protocol, Target } from "./port.ts";

/** What a component hangs under: another component, or the simulation itself. */
// deno-lint-ignore no-explicit-any
export type Parent = Component<any> | Simulation;

/** How a component is placed. */
export interface Placement {
  /** The clock that its behaviour counts; default: the parent's. */
  readonly clock?: ClockDomain;
}

/**
 * A piece of hardware. Subclasses read like a datasheet: parameters, ports, counters, then one behaviour, `run`.
 * Parameters stand in a static table `params`; behaviours start, in the order of their paths, before the first cycle.
 *
 * @example
 * ```ts
 * import { Component, type ParamTable } from "@escapement/escapement/hw";
 * import { type Counter, type Line, MHz, type Process, Simulation } from "@escapement/escapement/sim";
 *
 * interface TickerParams {
 *   readonly periodCycles: number;
 * }
 *
 * class Ticker extends Component<TickerParams> {
 *   static override readonly params: ParamTable<TickerParams> = {
 *     periodCycles: { default: 10, unit: "cycle", description: "between two ticks", source: "assumed", min: 1 },
 *   };
 *   readonly tick: Line = this.line("tick");
 *   readonly ticks: Counter = this.counter("ticks", "tick", "ticks since reset");
 *
 *   protected override *run(): Process {
 *     for (;;) {
 *       yield this.params.periodCycles;
 *       this.tick.pulse();
 *       this.ticks.add();
 *     }
 *   }
 * }
 *
 * const sim = new Simulation();
 * const ticker = new Ticker(sim, "ticker", { periodCycles: 4 }, { clock: sim.clock("clock", MHz(50)) });
 * sim.run({ maxCycles: 40 });
 * if (ticker.ticks.value !== 40 / 4) throw new Error(`${ticker.ticks.value} ticks`);
 * ```
 */
export class Component<P extends object = object> {
  /** Defaults, units, descriptions and sources of the parameters. */
  static readonly params: ParamTable<object> = {};

  /** Name under the parent. */
  readonly name: string;
  /** Names from the root down, with dots. */
  readonly path: string;
  /** The simulation it lives in. */
  readonly sim: Simulation;
  /** Parameters in force. */
  readonly params: Readonly<P>;
  /** The component above, if any. */
  readonly parent: Component | null;
  private readonly ownClock: ClockDomain | null;
  private readonly table: ParamTable<Record<string, unknown>>;
  private readonly given: readonly string[];

  /**
   * Places a component under `parent`. Throws a SimulationError if the name is taken or malformed, a parameter is
   * unknown or missing, or the simulation has started.
   */
  constructor(parent: Parent, name: string, params: Partial<P> = {}, placement: Placement = {}) {
    this.parent = parent instanceof Simulation ? null : parent;
    this.sim = parent instanceof Simulation ? parent : parent.sim;
    this.name = name;
    this.path = this.parent === null ? name : `${this.parent.path}.${name}`;
    this.table = new.target.params as ParamTable<Record<string, unknown>>;
    this.given = Object.keys(params).filter((key) => params[key as keyof P] !== undefined);
    this.params = resolveParams(this.path, new.target.params as ParamTable<P>, params);
    this.ownClock = placement.clock ?? this.parent?.ownClock ?? null;
    this.design.add(this);
  }

  /** The clock it counts. Throws a SimulationError if neither it nor anything above has one. */
  get clock(): ClockDomain {
    if (this.ownClock === null) {
      throw new SimulationError(
        `Cannot find the clock of ${this.path}: neither it nor a component above has one; pass { clock } as the last ` +
          "argument of its constructor",
      );
    }
    return this.ownClock;
  }

  /** All components of the simulation. */
  get design(): Design {
    return Design.of(this.sim);
  }

  /** Whether it counts a clock of its own or of a component above. */
  get clocked(): boolean {
    return this.ownClock !== null;
  }

  /** The parameters in force with units and sources, for reports. */
  paramValues(): ParamValue[] {
    return Object.entries(this.table).map(([name, param]) => ({
      name,
      value: (this.params as Record<string, unknown>)[name],
      unit: param.unit,
      description: param.description,
      source: this.given.includes(name) ? "given" : param.source,
    }));
  }

  /** Where it is and when, for error messages: `soc.dma at 1.2 us, cycle 60`. */
  where(): string {
    return this.design.where(this.path, this.ownClock);
  }

  /** What the component does; the default is nothing. Numbers that it yields are cycles of its clock. */
  protected *run(): Process {}

  /** Starts another behaviour beside `run`. */
  protected process<R>(name: string, behaviour: () => Process<R>, background: boolean = true): ProcessHandle<R> {
    return this.sim.spawn(`${this.path}.${name}`, behaviour, { clock: this.ownClock ?? undefined, background });
  }

  /**
   * So many cycles of this component's clock, whatever clock the waiting process has: what a call costs that others
   * make. In its own behaviours a plain number says the same.
   */
  protected cycles(count: number): Waitable {
    return new ClockCycles(this.clock, count);
  }

  /** A port through which it calls. */
  protected initiator<T extends object>(name: string, protocol: Protocol<T>): Initiator<T> {
    return this.member("port", name, (path) => new InitiatorPort<T>(path, protocol)) as Initiator<T>;
  }

  /** A port through which it is called; `calls` answers. */
  protected target<T extends object>(name: string, protocol: Protocol<T>, calls: T): Target<T> {
    return this.member("target", name, (path) => new Target<T>(path, protocol, calls));
  }

  /** A line that it drives. */
  protected line(name: string): Line {
    return this.member("line", name, (path) => new Line(this.sim, path));
  }

  /** A place for a line that another component drives. */
  protected lineInput(name: string): Plug<Line> {
    return this.member("port", name, (path) => new Plug<Line>(path, "a line", (peer) => peer instanceof Line));
  }

  /** A queue that others fill. */
  protected fifo<T>(name: string, depth: number): Fifo<T> {
    return this.member("fifo", name, (path) => new Fifo<T>(this.sim, path, depth));
  }

  /** A place for another component's queue. */
  protected fifoOutput<T>(name: string): Plug<Fifo<T>> {
    return this.member("port", name, (path) => new Plug<Fifo<T>>(path, "a fifo", (peer) => peer instanceof Fifo));
  }

  /** A map of addresses; overlaps in it are reported at elaboration. */
  protected addressMap<T>(name: string): AddressMap<T> {
    return this.member("address map", name, (path) => new AddressMap<T>(path));
  }

  /** A counter. */
  protected counter(name: string, unit: string, description: string): Counter {
    return this.member("counter", name, (path) => new Counter(path, unit, description));
  }

  /** A trace point. */
  protected tracePoint<T extends TraceValue>(name: string, info: TraceInfo): TracePoint<T> {
    return this.sim.trace.point<T>(`${this.path}.${name}`, info);
  }

  /** For the design: the behaviour, if the class has one. */
  behaviour(): (() => Process) | null {
    return this.run === Component.prototype.run ? null : () => this.run();
  }

  /** Makes what has a path of its own under this one. */
  private member<M extends object>(kind: MemberKind, name: string, make: (path: string) => M): M {
    return this.design.claim(kind, this.path, name, make);
  }
}
