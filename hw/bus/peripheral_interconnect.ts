/**
 * The cluster's peripheral interconnect, with the demultiplexers and one-entry queues between it and the cores.
 *
 * Source: pulp_cluster 9fd9c3e (core_demux, periph_FIFO) and cluster_interconnect 81939ba (XBAR_PE), cycle for cycle against
 * tests/golden/fabric.
 * @module
 */

import { TwoChannelArbiter } from "./tree_arbiter.ts";

/** Ports and delays of a {@link PeripheralInterconnect}. */
export interface PeripheralInterconnectParams {
  /** Core ports; they are ports 0 to corePorts - 1. Source: pulp_cluster 9fd9c3e (8). */
  readonly corePorts: number;
  /** Ports without queue for masters outside the cluster; they follow the cores. Source: pulp_cluster 9fd9c3e (1). */
  readonly directPorts: number;
  /** From a core's request until a target can see it; unit: cycles. Source: RTL simulation (1). */
  readonly requestCycles: number;
  /** From a target's answer to the core's grant; unit: cycles. Source: RTL simulation (1). */
  readonly grantCycles: number;
  /** From a core's grant to its response; unit: cycles. Source: RTL simulation (1). */
  readonly responseCycles: number;
}

/** The interconnect of the first Mr.Wolf cluster, of which GAP8's is taken to be a copy. */
export const GAP8_PERIPHERAL_INTERCONNECT: PeripheralInterconnectParams = {
  corePorts: 8,
  directPorts: 1,
  requestCycles: 1,
  grantCycles: 1,
  responseCycles: 1,
};

/** What a target says of an access that it does not take in this cycle. */
export const REFUSED = 0;
/** What a target says of an access that it takes and answers later, by {@link PeripheralInterconnect.respond}. */
export const DEFERRED: number = -1;

/** A peripheral behind the interconnect. */
export interface PeripheralTarget {
  /** What the access that was taken last returns; signed 32 bits. */
  readonly readData: number;
  /**
   * Offers an access. Returns the cycles to its answer (1 or more) when it is taken, {@link REFUSED} or {@link DEFERRED}.
   */
  access(cycle: number, port: number, address: number, write: boolean, byteEnable: number, data: number): number;
}

/** What a port waits for. */
enum PortState {
  Idle,
  Requesting,
  /** A target has taken the core's access; the grant is to come. */
  Taken,
}

/**
 * Takes one access of a core at a time, holds the core's grant back until the target has answered, and lets one master per
 * cycle through to each target.
 *
 * The owner raises requests with {@link request} and calls {@link step} once in every cycle in which {@link busy} is true.
 */
export class PeripheralInterconnect {
  /** The ports and delays it was built with. */
  readonly params: PeripheralInterconnectParams;
  /** Per port: what its last access returned; valid when it is in {@link answered}. */
  readonly readData: Int32Array;
  /** Ports whose response came in the cycle that was stepped last, one bit each. */
  answered = 0;
  readonly #targets: readonly PeripheralTarget[];
  readonly #arbiter: TwoChannelArbiter;
  readonly #state: Uint8Array;
  /** Cycle in which a port's request becomes visible or its grant comes. */
  readonly #due: Float64Array;
  /** Cycle in which a port's response comes. */
  readonly #responseAt: Float64Array;
  readonly #responseData: Int32Array;
  readonly #target: Uint8Array;
  readonly #address: Float64Array;
  readonly #write: Uint8Array;
  readonly #byteEnable: Uint8Array;
  readonly #data: Int32Array;
  /** Per target: ports that request it. */
  readonly #requests: Int32Array;
  /** Ports that request or wait for their grant, and ports that wait for their response. */
  #active = 0;
  #responding = 0;

  /** An interconnect in front of these targets. */
  constructor(params: PeripheralInterconnectParams, targets: readonly PeripheralTarget[]) {
    const ports = params.corePorts + params.directPorts;
    this.params = params;
    this.readData = new Int32Array(ports);
    this.#targets = targets;
    this.#arbiter = new TwoChannelArbiter({
      banks: targets.length,
      channel0Ports: params.corePorts,
      channel1Ports: params.directPorts,
    });
    this.#state = new Uint8Array(ports);
    this.#due = new Float64Array(ports);
    this.#responseAt = new Float64Array(ports);
    this.#responseData = new Int32Array(ports);
    this.#target = new Uint8Array(ports);
    this.#address = new Float64Array(ports);
    this.#write = new Uint8Array(ports);
    this.#byteEnable = new Uint8Array(ports);
    this.#data = new Int32Array(ports);
    this.#requests = new Int32Array(targets.length);
  }

  /** True while an access is under way. */
  get busy(): boolean {
    return (this.#active | this.#responding) !== 0;
  }

  /**
   * Raises an access of `port` to target number `target` in cycle `cycle`; it stays raised until granted. Throws Error when
   * the port's previous access has not been granted, RangeError when there is no such target.
   */
  request(
    cycle: number,
    port: number,
    target: number,
    address: number,
    write: boolean,
    byteEnable: number,
    data: number,
  ): void {
    if (this.#state[port] !== PortState.Idle) {
      throw new Error(
        `Cannot raise an access on peripheral port ${port}: the one to 0x${
          this.#address[port]!.toString(16)
        } has not been ` +
          "granted yet. A port holds one access at a time",
      );
    }
    if (this.#targets[target] === undefined) {
      throw new RangeError(
        `Cannot access 0x${(address >>> 0).toString(16)} on peripheral port ${port}: there is no target ${target} of ` +
          `${this.#targets.length}. Check the address map`,
      );
    }
    this.#state[port] = PortState.Requesting;
    this.#due[port] = cycle + (port < this.params.corePorts ? this.params.requestCycles : 0);
    this.#target[port] = target;
    this.#address[port] = address >>> 0;
    this.#write[port] = write ? 1 : 0;
    this.#byteEnable[port] = byteEnable;
    this.#data[port] = data;
    this.#requests[target]! |= 1 << port;
    this.#active |= 1 << port;
  }

  /** The target of a {@link DEFERRED} access of `port` answers in cycle `cycle`, which has not been stepped yet. */
  respond(cycle: number, port: number, data: number): void {
    this.#answer(port, cycle, data);
  }

  /** Performs cycle `cycle`; returns the ports granted in it, one bit each, and sets {@link answered}. */
  step(cycle: number): number {
    this.answered = 0;
    for (let left = this.#responding; left !== 0; left &= left - 1) {
      const port = 31 - Math.clz32(left & -left);
      if (this.#responseAt[port]! > cycle) continue;
      this.answered |= 1 << port;
      this.readData[port] = this.#responseData[port]!;
    }
    this.#responding &= ~this.answered;
    let grants = 0;
    for (let left = this.#active; left !== 0; left &= left - 1) {
      const port = 31 - Math.clz32(left & -left);
      if (this.#state[port] === PortState.Taken && this.#due[port]! <= cycle) grants |= 1 << port;
    }
    for (let target = 0; target < this.#requests.length; target++) {
      if (this.#requests[target] !== 0) grants |= this.#arbitrate(cycle, target);
    }
    this.#active &= ~grants;
    for (let left = grants; left !== 0; left &= left - 1) this.#state[31 - Math.clz32(left & -left)] = PortState.Idle;
    return grants;
  }

  #arbitrate(cycle: number, target: number): number {
    let visible = 0;
    for (let left = this.#requests[target]!; left !== 0; left &= left - 1) {
      const port = 31 - Math.clz32(left & -left);
      // A direct port has one response to come at a time.
      if (this.#due[port]! <= cycle && ((this.#responding >> port) & 1) === 0) visible |= 1 << port;
    }
    if (visible === 0) return 0;
    const cores = this.params.corePorts;
    const requests0 = visible & ((1 << cores) - 1);
    const winner = this.#arbiter.peek(target, requests0, visible >>> cores);
    const port = winner < 32 ? winner : winner - 32 + cores;
    const device = this.#targets[target]!;
    const cycles = device.access(
      cycle,
      port,
      this.#address[port]!,
      this.#write[port] === 1,
      this.#byteEnable[port]!,
      this.#data[port]!,
    );
    if (cycles === REFUSED) return 0;
    this.#arbiter.grant(target, requests0, visible >>> cores);
    this.#requests[target]! &= ~(1 << port);
    this.#state[port] = PortState.Taken;
    this.#due[port] = Infinity;
    this.#responseAt[port] = Infinity;
    this.#responding |= 1 << port;
    if (cycles !== DEFERRED) this.#answer(port, cycle + cycles, device.readData);
    return port < cores ? 0 : 1 << port;
  }

  /** The answer for `port` is there in cycle `cycle`: the response of a direct port, while a core's grant and response follow. */
  #answer(port: number, cycle: number, data: number): void {
    const { corePorts, grantCycles, responseCycles } = this.params;
    this.#responseData[port] = data;
    this.#due[port] = cycle + grantCycles;
    this.#responseAt[port] = port < corePorts ? cycle + grantCycles + responseCycles : cycle;
  }
}
