/**
 * All components of a simulation, and the checks before the first cycle.
 * @module
 */
import { type ClockDomain, type Counter, formatTime, type Simulation, SimulationError } from "../sim/mod.ts";
import type { AddressMap } from "./bus/address_map.ts";
import type { Component } from "./component.ts";
import type { Connectable } from "./port.ts";

const designs = new WeakMap<Simulation, Design>();

/** Thrown before the first cycle if the wiring is wrong; it lists everything that is. */
export class ElaborationError extends SimulationError {
  /** The class's name, for stack traces and tests. */
  override name = "ElaborationError";
  /** One sentence per problem. */
  readonly problems: readonly string[];

  /** Made by elaboration. */
  constructor(problems: readonly string[]) {
    super(
      `Cannot elaborate: ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n` +
        problems.map((problem) => `  ${problem}`).join("\n"),
    );
    this.problems = problems;
  }
}

/** The components, ports, counters and address maps of one simulation. */
export class Design {
  /** All counters, in the order in which they were made. */
  readonly counters: Counter[] = [];
  private readonly sim: Simulation;
  private readonly components = new Map<string, Component>();
  private readonly portList: Connectable[] = [];
  private readonly mapList: AddressMap<unknown>[] = [];

  private constructor(sim: Simulation) {
    this.sim = sim;
    sim.beforeStart(() => this.start());
  }

  /** The design of a simulation. */
  static of(sim: Simulation): Design {
    let design = designs.get(sim);
    if (design === undefined) designs.set(sim, design = new Design(sim));
    return design;
  }

  /** All components, in the order of their paths. */
  get parts(): Component[] {
    return [...this.components.values()].sort((a, b) => byPath(a.path, b.path));
  }

  /** All ports that have to be connected, in the order of their paths. */
  get ports(): readonly Connectable[] {
    return [...this.portList].sort((a, b) => byPath(a.path, b.path));
  }

  /** All address maps, in the order of their paths. */
  get addressMaps(): readonly AddressMap<unknown>[] {
    return [...this.mapList].sort((a, b) => byPath(a.path, b.path));
  }

  /** Registers a component. */
  add(component: Component): void {
    if (this.components.has(component.path)) {
      throw new SimulationError(
        `Cannot place component ${component.path}: there is one of that name; siblings need different names`,
      );
    }
    if (this.sim.running) {
      throw new SimulationError(
        `Cannot place component ${component.path}: the simulation runs already; hardware is built before the first cycle`,
      );
    }
    this.components.set(component.path, component);
  }

  /** Registers a port. */
  addPort(port: Connectable): void {
    this.portList.push(port);
  }

  /** Registers an address map. */
  addMap(map: AddressMap<unknown>): void {
    this.mapList.push(map);
  }

  /** Where and when something happens, for error messages. */
  where(path: string, clock: ClockDomain | null): string {
    return `${path} at ${formatTime(this.sim.now)}` +
      (clock === null ? "" : `, cycle ${clock.cycles} of ${clock.name}`);
  }

  /** Checks all wiring. Throws an {@linkcode ElaborationError} with everything that is wrong. */
  elaborate(): void {
    const problems = this.ports.flatMap((port) => {
      if (port.peers.length === 0) return [`${port.path} is not connected; it takes ${port.kind}`];
      if (port.peers.length > 1) {
        return [`${port.path} is connected ${port.peers.length} times, to ${port.peers.join(" and ")}; it takes one`];
      }
      return port.misfits.map((misfit) => `${port.path} takes ${port.kind}, but ${misfit}`);
    });
    for (const map of this.addressMaps) problems.push(...map.overlaps());
    for (const part of this.parts) {
      if (part.behaviour() !== null && !part.clocked) {
        problems.push(`${part.path} has a behaviour but no clock; pass { clock } to it or to a component above`);
      }
    }
    if (problems.length > 0) throw new ElaborationError(problems);
  }

  private start(): void {
    this.elaborate();
    for (const part of this.parts) {
      const behaviour = part.behaviour();
      if (behaviour !== null) this.sim.spawn(part.path, behaviour, { clock: part.clock, background: true });
    }
  }
}

function byPath(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
