/**
 * Ports: where components touch. A port knows its protocol, so a wrong pair is a compile error, and a missing one is
 * reported before the first cycle.
 * @module
 */
import { Fifo, Line, SimulationError } from "../sim/mod.ts";

/**
 * What two ports have to agree on: a name and the calls that go through.
 *
 * @example
 * ```ts
 * import { Protocol } from "@escapement/escapement/hw";
 *
 * interface Bell {
 *   ring(times: number): void;
 * }
 * const Bell: Protocol<Bell> = new Protocol<Bell>("Bell", ["ring"]);
 * if (Bell.methods.length !== 1) throw new Error("a bell can only be rung");
 * ```
 */
export class Protocol<T extends object> {
  /** Name, for reports. */
  readonly name: string;
  /** The calls. */
  readonly methods: readonly (keyof T & string)[];
  /** Calls that a target may leave out, and who answers then. */
  readonly optional: Readonly<Partial<T>>;
  /** Never there; it makes protocols of different calls different types. */
  declare readonly invariant: (calls: T) => T;

  /**
   * A protocol of these calls, all of them; those in `optional` have an answer for targets that leave them out. Throws a
   * SimulationError if ports use one of the names themselves.
   */
  constructor(name: string, methods: readonly (keyof T & string)[], optional: Readonly<Partial<T>> = {} as Partial<T>) {
    const taken = methods.filter((method) => (PORT_MEMBERS as readonly string[]).includes(method));
    if (taken.length > 0) {
      throw new SimulationError(
        `Cannot make protocol ${name} with a call named ${taken.join(" and ")}: a port has a member of that name ` +
          `itself; choose another than ${PORT_MEMBERS.join(", ")}`,
      );
    }
    this.name = name;
    this.methods = methods;
    this.optional = optional;
  }
}

/** Anything that has to be connected exactly once. */
export interface Connectable {
  /** Path. */
  readonly path: string;
  /** What it takes, for reports. */
  readonly kind: string;
  /** Paths of what was connected to it. */
  readonly peers: readonly string[];
  /** What was connected to it. */
  readonly connected: readonly unknown[];
  /** What was connected to it that does not fit: one clause each, to follow its path. */
  readonly misfits: readonly string[];
  /** Whether something could be connected to it. */
  fits(peer: unknown): boolean;
}

/** The side that makes the calls. */
export class InitiatorPort<T extends object> implements Connectable {
  /** Path. */
  readonly path: string;
  /** What goes through. */
  readonly protocol: Protocol<T>;
  /** Paths of what was connected to it. */
  readonly peers: string[] = [];
  /** What was connected to it. */
  readonly connected: unknown[] = [];
  /** What was connected to it that does not fit. */
  readonly misfits: string[] = [];

  /** Made by `Component.initiator`. */
  constructor(path: string, protocol: Protocol<T>) {
    this.path = path;
    this.protocol = protocol;
    for (const method of protocol.methods) this.route(method, () => this.refuse(method));
  }

  /** What it takes, for reports. */
  get kind(): string {
    return `a target of protocol ${this.protocol.name}`;
  }

  /** Whether it is a target of the same protocol. */
  fits(peer: unknown): boolean {
    return peer instanceof Target && peer.protocol === this.protocol;
  }

  /** Sends the calls to a target. For `connect`. */
  bind(target: Target<T>): void {
    this.peers.push(pathOf(target));
    this.connected.push(target);
    if (!this.fits(target)) {
      this.misfits.push(misfit(target, this.kind));
      return;
    }
    const calls = target.calls as Record<string, unknown>;
    for (const method of this.protocol.methods) {
      const call = calls[method] ?? this.protocol.optional[method];
      if (typeof call === "function") this.route(method, call.bind(calls));
      else {this.misfits.push(
          `is connected to ${target.path}, which does not answer ${method} of ${this.protocol.name}`,
        );}
    }
  }

  /** Makes a call go somewhere. */
  private route(method: string, call: (...args: never[]) => unknown): void {
    (this as unknown as Record<string, unknown>)[method] = call;
  }

  /** Answers calls as long as nothing is connected. */
  private refuse(method: string): never {
    throw new SimulationError(
      `Cannot call ${method} through port ${this.path}: it is not connected; it takes ${this.kind}, which ` +
        "connect(port, target) gives it",
    );
  }
}

const PORT_MEMBERS = [
  "path",
  "protocol",
  "peers",
  "connected",
  "misfits",
  "kind",
  "fits",
  "bind",
  "route",
  "refuse",
] as const;

/** A port through which a component calls: the protocol's calls are its methods. */
export type Initiator<T extends object> = InitiatorPort<T> & T;

/** The side that answers the calls; any number of initiators may be connected to it. */
export class Target<T extends object> {
  /** Path. */
  readonly path: string;
  /** What goes through. */
  readonly protocol: Protocol<T>;
  /** Who answers. */
  readonly calls: T;

  /** Made by `Component.target`. */
  constructor(path: string, protocol: Protocol<T>, calls: T) {
    this.path = path;
    this.protocol = protocol;
    this.calls = calls;
  }
}

/** A place for somebody else's line or fifo. */
export class Plug<T extends { readonly name: string }> implements Connectable {
  /** Path. */
  readonly path: string;
  /** What it takes, for reports. */
  readonly kind: string;
  /** Paths of what was connected to it. */
  readonly peers: string[] = [];
  /** What was connected to it. */
  readonly connected: unknown[] = [];
  /** What was connected to it that does not fit. */
  readonly misfits: string[] = [];
  private readonly accepts: (peer: unknown) => boolean;
  private peer: T | null = null;

  /** Made by `Component.lineInput` and `Component.fifoOutput`. */
  constructor(path: string, kind: string, accepts: (peer: unknown) => boolean) {
    this.path = path;
    this.kind = kind;
    this.accepts = accepts;
  }

  /** What is connected. Throws a SimulationError if nothing is. */
  get to(): T {
    if (this.peer === null) {
      throw new SimulationError(
        `Cannot use port ${this.path}: it is not connected; it takes ${this.kind}, which connect(port, peer) gives it`,
      );
    }
    return this.peer;
  }

  /** Whether it is of the kind that the port takes. */
  fits(peer: unknown): boolean {
    return this.accepts(peer);
  }

  /** Takes its peer. For `connect`. */
  bind(peer: T): void {
    this.peers.push(pathOf(peer));
    this.connected.push(peer);
    if (this.accepts(peer)) this.peer = peer;
    else this.misfits.push(misfit(peer, this.kind));
  }
}

/** Connects an initiator to a target of the same protocol. Mistakes are reported, all together, before the first cycle. */
export function connect<T extends object>(from: InitiatorPort<T>, to: Target<T>): void;
/** Connects a plug to a line or fifo. Mistakes are reported, all together, before the first cycle. */
export function connect<T extends { readonly name: string }>(from: Plug<T>, to: T): void;
// One body for both: what was given is looked at again, because types can be subverted.
export function connect(
  from: { bind(peer: unknown): void },
  to: unknown,
): void {
  from.bind(to);
}

function pathOf(peer: unknown): string {
  const { path, name } = Object(peer) as { path?: unknown; name?: unknown };
  return String(path ?? name ?? peer);
}

function misfit(peer: unknown, wanted: string): string {
  return `is connected to ${pathOf(peer)}, ${kindOf(peer)}: it takes ${wanted}`;
}

function kindOf(peer: unknown): string {
  if (peer instanceof Target) return `a target of protocol ${peer.protocol.name}`;
  if (peer instanceof Line) return "a line";
  if (peer instanceof Fifo) return "a fifo";
  if (peer instanceof InitiatorPort || peer instanceof Plug) return "a port that calls as well";
  return "which is no port";
}
