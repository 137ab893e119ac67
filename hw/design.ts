/**
 * All components of a simulation, and the checks before the first cycle.
 * @module
 */
import { type ClockDomain, type Counter, formatTime, type Simulation, SimulationError } from "../sim/mod.ts";
import type { AddressMap } from "./bus/address_map.ts";
import type { RegisterBlock } from "./bus/register_block.ts";
import type { Component } from "./component.ts";
import type { Connectable } from "./port.ts";

/** What a component can have under a path of its own. */
export type MemberKind =
  | "component"
  | "port"
  | "target"
  | "line"
  | "fifo"
  | "counter"
  | "address map"
  | "register block";

interface Member {
  readonly kind: MemberKind;
  readonly member: object;
}

const designs = new WeakMap<Simulation, Design>();
/** The design that each line, target and fifo of a component belongs to. */
const homes = new WeakMap<object, Design>();
/** So many peers does the report of an open port propose. */
const NAMED_CANDIDATES = 4;

/** Thrown before the first cycle if the wiring is wrong; it lists everything that is. */
export class ElaborationError extends SimulationError {
  /** The class's name, for stack traces and tests. */
  override name = "ElaborationError";
  /** One sentence per problem. */
  readonly problems: readonly string[];

  /** Made by elaboration. */
  constructor(problems: readonly string[]) {
    super(
      `Cannot elaborate before the first cycle: ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n` +
        problems.map((problem) => `  ${problem}`).join("\n"),
    );
    this.problems = problems;
  }
}

/** The components of one simulation and everything in them that has a path. */
export class Design {
  private readonly sim: Simulation;
  private readonly members = new Map<string, Member>();

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
    return this.all("component") as Component[];
  }

  /** All ports that have to be connected, in the order of their paths. */
  get ports(): readonly Connectable[] {
    return this.all("port") as Connectable[];
  }

  /** All counters, in the order of their paths. */
  get counters(): readonly Counter[] {
    return this.all("counter") as Counter[];
  }

  /** All address maps, in the order of their paths. */
  get addressMaps(): readonly AddressMap<unknown>[] {
    return this.all("address map") as AddressMap<unknown>[];
  }

  /** All register blocks, in the order of their paths. */
  get registerBlocks(): readonly RegisterBlock<string>[] {
    return this.all("register block") as RegisterBlock<string>[];
  }

  /** Registers a component. Throws a SimulationError if the path is taken or the simulation has started. */
  add(component: Component): void {
    this.claim("component", component.parent?.path ?? "", component.name, () => component);
  }

  /**
   * Makes and registers what the component of path `owner` has under a name; at the top, `owner` is empty. Throws a
   * SimulationError if the name is taken or malformed, or the simulation has started.
   */
  claim<M extends object>(kind: MemberKind, owner: string, name: string, make: (path: string) => M): M {
    const path = owner === "" ? name : `${owner}.${name}`;
    const verb = `Cannot ${kind === "component" ? "place" : "add"} ${kind} ${path}: `;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new SimulationError(
        `${verb}its name is "${name}"; a name has letters, digits and _, and does not begin with a digit`,
      );
    }
    const other = this.members.get(path);
    if (other !== undefined) {
      throw new SimulationError(`${verb}there is a ${other.kind} of that path; siblings need different names`);
    }
    if (this.sim.running) {
      throw new SimulationError(
        `${verb}the simulation runs already (${formatTime(this.sim.now)}); hardware is built before the first cycle`,
      );
    }
    const member = make(path);
    this.members.set(path, { kind, member });
    homes.set(member, this);
    return member;
  }

  /** Where and when something happens, for error messages. */
  where(path: string, clock: ClockDomain | null): string {
    return `${path} at ${formatTime(this.sim.now)}` +
      (clock === null ? "" : `, cycle ${clock.cycles} of ${clock.name}`);
  }

  /** Checks all wiring. Throws an {@linkcode ElaborationError} with everything that is wrong. */
  elaborate(): void {
    const problems = this.ports.flatMap((port) => this.problemsOf(port));
    for (const map of this.addressMaps) problems.push(...map.overlaps());
    for (const part of this.parts) {
      if (part.behaviour() !== null && !part.clocked) {
        problems.push(`${part.path} has a behaviour but no clock; pass { clock } to it or to a component above`);
      }
    }
    if (problems.length > 0) throw new ElaborationError(problems);
  }

  /** What is wrong with the wiring of one port. */
  private problemsOf(port: Connectable): string[] {
    const { path, peers, kind } = port;
    if (peers.length === 0) {
      return [
        `${path} is not connected: it takes ${kind}, and no connect() names it; ${this.candidates(port)}`,
      ];
    }
    const problems = port.misfits.map((clause) => `${path} ${clause}`);
    if (peers.length > 1) {
      problems.push(
        `${path} is connected ${peers.length} times, to ${peers.join(" and ")}: it takes one; remove the others, ` +
          "or put an interconnect between",
      );
    }
    port.connected.forEach((peer, index) => {
      const home = homes.get(Object(peer));
      if (home !== undefined && home !== this) {
        problems.push(`${path} is connected to ${peers[index]} of another simulation: time is not shared between two`);
      }
    });
    return problems;
  }

  /** What an open port could be connected to. */
  private candidates(port: Connectable): string {
    const own = parentOf(port.path);
    const fitting = [...this.members].filter(([path, { member }]) => parentOf(path) !== own && port.fits(member))
      .map(([path]) => path).sort(byPath);
    if (fitting.length === 0) return "nothing of that kind is there yet";
    const more = fitting.length - NAMED_CANDIDATES;
    return `there ${fitting.length === 1 ? "is" : "are"} ${fitting.slice(0, NAMED_CANDIDATES).join(", ")}` +
      (more > 0 ? ` and ${more} more` : "");
  }

  /** Everything of one kind, in the order of the paths. */
  private all(kind: MemberKind): object[] {
    return [...this.members].filter(([, entry]) => entry.kind === kind).sort(([a], [b]) => byPath(a, b))
      .map(([, { member }]) => member);
  }

  /** Checks the wiring and starts the behaviours. */
  private start(): void {
    this.elaborate();
    for (const map of this.addressMaps) map.freeze();
    for (const part of this.parts) {
      const behaviour = part.behaviour();
      if (behaviour !== null) this.sim.spawn(part.path, behaviour, { clock: part.clock, background: true });
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(".")));
}

function byPath(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
