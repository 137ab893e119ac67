/**
 * Ports: where components touch. A port knows its protocol, so a wrong pair is a compile error, and a missing one is
 * reported before the first cycle.
 * @module
 */
import { SimulationError } from "../sim/mod.ts";

/** What two ports have to agree on: a name and the calls that go through. */
export class Protocol<T extends object> {
  /** Name, for reports. */
  readonly name: string;
  /** The calls. */
  readonly methods: readonly (keyof T & string)[];
  /** Never there; it makes protocols of different calls different types. */
  declare readonly invariant: (calls: T) => T;

  /** A protocol of these calls. */
  constructor(name: string, methods: readonly (keyof T & string)[]) {
    this.name = name;
    this.methods = methods;
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
  /** What was connected to it that does not fit. */
  readonly misfits: readonly string[];
}

/** The side that makes the calls. */
export class InitiatorPort<T extends object> implements Connectable {
  /** Path. */
  readonly path: string;
  /** What goes through. */
  readonly protocol: Protocol<T>;
  /** Paths of what was connected to it. */
  readonly peers: string[] = [];
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

  /** Sends the calls to a target. For `connect`. */
  bind(target: Target<T>): void {
    this.peers.push(target.path);
    if ((target.protocol as unknown) !== this.protocol) {
      this.misfits.push(`${target.path} is a target of protocol ${target.protocol.name}`);
      return;
    }
    const calls = target.calls as Record<string, (...args: never[]) => unknown>;
    for (const method of this.protocol.methods) this.route(method, calls[method].bind(target.calls));
  }

  private route(method: string, call: (...args: never[]) => unknown): void {
    (this as unknown as Record<string, unknown>)[method] = call;
  }

  private refuse(method: string): never {
    throw new SimulationError(
      `Cannot call ${method} through port ${this.path}: it is not connected; connect(${this.path}, <${this.kind}>)`,
    );
  }
}

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
  /** What was connected to it that does not fit. */
  readonly misfits: string[] = [];
  private peer: T | null = null;

  /** Made by `Component.lineInput` and `Component.fifoOutput`. */
  constructor(path: string, kind: string) {
    this.path = path;
    this.kind = kind;
  }

  /** What is connected. Throws a SimulationError if nothing is. */
  get to(): T {
    if (this.peer === null) {
      throw new SimulationError(`Cannot use port ${this.path}: it is not connected; it takes ${this.kind}`);
    }
    return this.peer;
  }

  /** Takes its peer. For `connect`. */
  bind(peer: T): void {
    this.peers.push(peer.name);
    this.peer = peer;
  }
}

/** Connects an initiator to a target of the same protocol. */
export function connect<T extends object>(from: InitiatorPort<T>, to: Target<T>): void;
/** Connects a plug to a line or fifo. */
export function connect<T extends { readonly name: string }>(from: Plug<T>, to: T): void;
// Mistakes are kept, and reported all together at elaboration.
export function connect(
  from: { bind(peer: unknown): void },
  to: unknown,
): void {
  from.bind(to);
}
