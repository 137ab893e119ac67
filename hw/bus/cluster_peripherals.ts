/**
 * The cluster's peripherals on its own interconnect.
 * @module
 */
import { type Counter, Phase, SimulationError } from "../../sim/mod.ts";
import { Component } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Initiator, Target } from "../port.ts";
import { type Access, CoreBus, Mapped } from "./access.ts";
import { type AddressMap, hex } from "./address_map.ts";
import {
  GAP8_PERIPHERAL_INTERCONNECT,
  PeripheralInterconnect,
  type PeripheralTarget,
} from "./peripheral_interconnect.ts";

/** Delays of a {@linkcode ClusterPeripherals}. */
export interface ClusterPeripheralsParams {
  /** From a block's grant to its answer. */
  readonly answerCycles: number;
}

/**
 * Brings accesses of the cluster's cores, and of masters outside the cluster, to blocks of registers; each block serves
 * one per cycle. A core is held up until its answer is back.
 */
export class ClusterPeripherals extends Component<ClusterPeripheralsParams> {
  /** Delays. */
  static override readonly params: ParamTable<ClusterPeripheralsParams> = {
    answerCycles: {
      default: 1,
      unit: "cycle",
      description: "grant of a block to its answer",
      source: "cluster_control_unit of pulp-platform/cluster_peripherals 30aa4d3: registered answers",
      min: 1,
    },
  };

  /** Where the cores ask; `access.port` is the core's number. */
  readonly cores: Target<CoreBus> = this.target("cores", CoreBus, {
    request: (access) => this.#ask(access.port, access),
  });
  /** Where masters outside the cluster ask, by a clock of their own. */
  readonly external: Target<CoreBus> = this.target("external", CoreBus, { request: (access) => this.#enter(access) });
  /** Accesses that were served. */
  readonly accesses: Counter = this.counter("accesses", "access", "accesses to peripherals of the cluster");
  /** Who answers where. */
  private readonly map: AddressMap<Block> = this.addressMap("map");
  private readonly blocks: Block[] = [];
  private fabric: PeripheralInterconnect | null = null;
  /** Per port: its access, and what it returned, or why it is refused. */
  private readonly held: (Access | null)[] = [];
  private readonly results: (number | Error)[] = [];
  private entering: Access | null = null;
  private readonly entry = this.sim.task(`${this.path}.entry`, () => {
    this.#ask(GAP8_PERIPHERAL_INTERCONNECT.corePorts, this.entering!);
  }, { clock: this.clock });
  private readonly stepping = this.sim.task(`${this.path}.step`, () => this.#step(), {
    clock: this.clock,
    phase: Phase.arbitrate,
  });

  /** Adds a block before the first access. Returns the port to connect. */
  add(name: string, base: number, sizeBytes: number): Initiator<Mapped> {
    const port = this.initiator(name, Mapped);
    const block = new Block(this.blocks.length, base, port, this.params.answerCycles, this.held, this.results);
    this.blocks.push(block);
    this.map.add(name, base, sizeBytes, block);
    return port;
  }

  /** Forgets what is under way. */
  reset(): void {
    this.entry.unqueue();
    this.stepping.unqueue();
    this.held.fill(null);
    this.fabric = null;
  }

  #enter(access: Access): void {
    if (this.clock.gated) {
      access.fail(
        new SimulationError(
          `Cannot access ${hex(access.address)} in ${this.where()} for ${access.initiator}: the cluster is off; ` +
            "switch it on first",
        ),
      );
      return;
    }
    this.entering = access;
    this.entry.after(1);
  }

  #ask(port: number, access: Access): void {
    const { address, sizeBytes, write, value } = access;
    const range = this.map.find(address);
    if (range === undefined || access.waits) {
      const why = range === undefined
        ? `no peripheral of the cluster is there; ${this.map.neighbours(address)}`
        : "no register there holds an access back";
      const verb = write ? "store to" : access.waits ? "wait (p.elw) at" : "load from";
      access.fail(
        new SimulationError(`Cannot ${verb} ${hex(address)} by ${access.initiator} (${this.where()}): ${why}`),
      );
      return;
    }
    this.fabric ??= new PeripheralInterconnect(GAP8_PERIPHERAL_INTERCONNECT, this.blocks);
    this.held[port] = access;
    const lanes = ((1 << sizeBytes) - 1) << (address & 3);
    this.fabric.request(this.clock.cycles, port, range.target.index, address, write, lanes, value);
    if (!this.stepping.queued) this.stepping.post();
  }

  #step(): void {
    const fabric = this.fabric!;
    const { corePorts } = GAP8_PERIPHERAL_INTERCONNECT;
    const granted = fabric.step(this.clock.cycles);
    // A core's answer is back with its grant; others are granted first.
    const cores = granted & (1 << corePorts) - 1;
    for (let left = cores | fabric.answered & ~((1 << corePorts) - 1); left !== 0; left &= left - 1) {
      const port = 31 - Math.clz32(left & -left);
      const access = this.held[port];
      if (access === null) continue;
      this.held[port] = null;
      this.accesses.value++;
      const result = this.results[port];
      if (typeof result === "number") access.complete(result);
      else access.fail(result);
    }
    if (fabric.busy) this.stepping.after(1);
  }
}

/** A block of registers as the interconnect sees it. */
class Block implements PeripheralTarget {
  readonly readData = 0;

  constructor(
    readonly index: number,
    private readonly base: number,
    private readonly block: Initiator<Mapped>,
    private readonly answerCycles: number,
    private readonly held: readonly (Access | null)[],
    private readonly results: (number | Error)[],
  ) {}

  access(_cycle: number, port: number): number {
    const access = this.held[port]!;
    const { address, sizeBytes, write, value } = access;
    try {
      if (write) this.block.write(address - this.base, sizeBytes, value);
      this.results[port] = write ? 0 : this.block.read(address - this.base, sizeBytes);
    } catch (error) {
      this.results[port] = error as Error;
    }
    return this.answerCycles;
  }
}
