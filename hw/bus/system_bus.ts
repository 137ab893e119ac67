/**
 * The bus between everything that is not near.
 * @module
 */
import { type ClockDomain, SimulationError, type Task, type TracePoint } from "../../sim/mod.ts";
import { Component } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Initiator, Target } from "../port.ts";
import { type Access, CoreBus, Mapped } from "./access.ts";
import { type AddressMap, hex } from "./address_map.ts";

/** One way out of the bus. */
export interface Route {
  /** Cycles of the bus's clock from the bus to the answer. */
  readonly cycles: number;
  /** A block that answers at once; or null. */
  readonly block: Initiator<Mapped> | null;
  /** A place with an arbiter of its own; or null. */
  readonly shared: Initiator<CoreBus> | null;
  /** The clock in which the answer comes. */
  readonly clock: ClockDomain;
}

/** Nothing to set: routes carry their latencies. */
export type SystemBusParams = object;

/**
 * Takes accesses from ports that may have clocks of their own, and brings each to the block that has its address after
 * the latencies of its port and of its route. A port has one access at a time, as the cores behind it do.
 */
export class SystemBus extends Component<SystemBusParams> {
  /** No parameters. */
  static override readonly params: ParamTable<SystemBusParams> = {};

  /** Who answers where. */
  readonly map: AddressMap<Route> = this.addressMap("map");
  private readonly passages = new Map<string, Map<number, Passage>>();
  private readonly trace: TracePoint<string> = this.tracePoint("accesses", {
    kind: "event",
    unit: "text",
    description: "accesses as they are served",
    canonical: true,
    bulk: true,
  });

  /** Adds a block that answers at once, `cycles` of the bus's clock away. Returns the port to connect. */
  addBlock(name: string, base: number, sizeBytes: number, cycles: number): Initiator<Mapped> {
    const block = this.initiator(name, Mapped);
    this.map.add(name, base, sizeBytes, { cycles, block, shared: null, clock: this.clock });
    return block;
  }

  /**
   * Adds a place with an arbiter of its own, `cycles` of the bus's clock away, that answers by `clock`. It is told the number
   * of the bus's port as the access's. Returns the port to connect.
   */
  addShared(
    name: string,
    base: number,
    sizeBytes: number,
    cycles: number,
    clock: ClockDomain = this.clock,
  ): Initiator<CoreBus> {
    const shared = this.initiator(name, CoreBus);
    this.map.add(name, base, sizeBytes, { cycles, block: null, shared, clock });
    return shared;
  }

  /**
   * Adds a way in for cores with clock `clock`; their accesses take `cycles` of that clock to the bus, and `busCycles` of
   * the bus's clock more than its routes say. If the clock is not the bus's, answers come back at the core's next edge.
   * Ports are numbered in the order in which they are added.
   */
  addPort(name: string, clock: ClockDomain, cycles: number, busCycles: number): Target<CoreBus> {
    const passages = new Map<number, Passage>();
    const number = this.passages.size;
    this.passages.set(name, passages);
    return this.target(name, CoreBus, {
      request: (access) => {
        let passage = passages.get(access.port);
        if (passage === undefined) {
          passage = new Passage(this, `${name}${access.port}`, number, clock, cycles, busCycles);
          passages.set(access.port, passage);
        }
        passage.take(access);
      },
    });
  }

  /** Forgets the accesses of a port that are under way: its cores have been reset. */
  resetPort(name: string): void {
    for (const passage of this.passages.get(name)!.values()) passage.reset();
  }

  /** Where an access goes; fails it if nobody has its address. */
  route(access: Access): { readonly base: number; readonly target: Route } | null {
    const range = this.map.find(access.address);
    if (range !== undefined) return range;
    access.fail(
      new SimulationError(
        `Cannot ${access.write ? "store to" : "load from"} ${
          hex(access.address)
        } by ${access.initiator} (${this.where()}): nothing is mapped there; ${
          this.map.neighbours(access.address)
        }. A null or stale pointer, or a block ` +
          "that this platform does not have",
      ),
    );
    return null;
  }

  /** Tells who looks that an access is served. */
  note(access: Access): void {
    if (!this.trace.on) return;
    this.trace.emit(
      `${access.initiator} ${access.write ? "w" : "r"}${access.sizeBytes} ${hex(access.address)}`,
    );
  }
}

/** The way of one core's accesses. */
class Passage {
  private access: Access | null = null;
  private answer = 0;
  private resumeCycles = 0;
  /** The clock in which the answer comes. */
  private answering: ClockDomain | null = null;
  private readonly arrive: Task;
  private readonly serve: Task;
  private readonly back: Task;
  private readonly forwarded: Access;

  constructor(
    private readonly bus: SystemBus,
    name: string,
    port: number,
    private readonly clock: ClockDomain,
    private readonly cycles: number,
    private readonly busCycles: number,
  ) {
    const path = `${bus.path}.${name}`;
    this.arrive = bus.sim.task(`${path}.arrive`, () => this.#onBus(), { clock });
    this.serve = bus.sim.task(`${path}.serve`, () => this.#atTarget(), { clock: bus.clock });
    this.back = bus.sim.task(`${path}.back`, () => this.#deliver(), { clock });
    this.forwarded = {
      initiator: path,
      port,
      address: 0,
      sizeBytes: 4,
      write: false,
      waits: false,
      value: 0,
      complete: (result, resumeCycles = 0) => this.#answered(result, resumeCycles),
      sleep: () => {},
      fail: (error) => this.access!.fail(error),
    };
  }

  reset(): void {
    for (const task of [this.arrive, this.serve, this.back]) task.unqueue();
  }

  take(access: Access): void {
    this.access = access;
    if (this.cycles > 0) this.arrive.after(this.cycles);
    else this.#onBus();
  }

  #onBus(): void {
    const range = this.bus.route(this.access!);
    if (range === null) return;
    const cycles = range.target.cycles + this.busCycles;
    if (cycles > 0) this.serve.after(cycles);
    else this.#atTarget();
  }

  #atTarget(): void {
    const access = this.access!;
    const range = this.bus.route(access)!;
    const { block, shared, clock } = range.target;
    this.bus.note(access);
    this.answering = clock;
    if (shared !== null) {
      Object.assign(this.forwarded, {
        address: access.address,
        sizeBytes: access.sizeBytes,
        write: access.write,
        value: access.value,
      });
      shared.request(this.forwarded);
      return;
    }
    const offset = access.address - range.base;
    try {
      if (access.write) {
        block!.write(offset, access.sizeBytes, access.value);
        this.#answered(0, 0);
      } else this.#answered(block!.read(offset, access.sizeBytes), 0);
    } catch (error) {
      access.fail(error as Error);
    }
  }

  #answered(result: number, resumeCycles: number): void {
    if (this.clock === this.answering) {
      this.access!.complete(result, resumeCycles);
      return;
    }
    this.answer = result;
    this.resumeCycles = resumeCycles;
    this.back.after(1);
  }

  #deliver(): void {
    this.access!.complete(this.answer, this.resumeCycles);
  }
}
