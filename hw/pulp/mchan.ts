/**
 * The cluster DMA, by its mechanism: command ports, control unit, one path per direction.
 *
 * Source: pulp-platform/mchan cc86ae2, cycle for cycle against the recordings in tests/golden/fabric.
 * @module
 */

import { treeWinner } from "../bus/tree_arbiter.ts";
import { burstsOf, BYTES, COUNTER, EXTERNAL, ROW_BYTES, STRIDE } from "./mchan_channel.ts";
import { MchanCommandPort, PortState, ROUTE, TO_LOCAL } from "./mchan_command_port.ts";
import type { MchanExternalPort } from "./mchan_external.ts";
import { MchanFromTcdm } from "./mchan_from_tcdm.ts";
import type { MchanParams } from "./mchan_params.ts";
import type { MchanTcdmPort } from "./mchan_tcdm_side.ts";
import { MchanToTcdm } from "./mchan_to_tcdm.ts";
import { MchanTransfers } from "./mchan_transfers.ts";

/**
 * Copies blocks between TCDM and external memory, commanded by the cores.
 *
 * In every cycle in which {@link busy} is true or a command access is raised, the owner calls {@link raise} before the TCDM
 * is arbitrated, {@link arbitrate} with the cores' command accesses raised, and {@link commit} with the TCDM's grants.
 */
export class Mchan {
  /** The sizes and options it was built with. */
  readonly params: MchanParams;
  /** Per command port: what its last granted read returned; valid one cycle after the grant. */
  readonly responses: Int32Array;
  /** The transfer counters; they hold the event lines of the committed cycle. */
  readonly transfers: MchanTransfers;
  /** The path from external memory to TCDM. */
  readonly toTcdm: MchanToTcdm;
  /** The path from TCDM to external memory. */
  readonly fromTcdm: MchanFromTcdm;
  readonly #ports: MchanCommandPort[];
  /** Ports with a raised access, one bit each. */
  #requested = 0;
  /** Ports in a state that moves without an access. */
  #waiting = 0;
  /** Ports with a transfer that the control unit has not taken. */
  #queued = 0;
  /** Ports whose queue or access changed in this cycle. */
  #touched = 0;
  #rowSlotFlag = 0;
  #rowSlotsUsed = 0;
  #rowSlotsTaken = 0;
  #queueFlag = 0;
  /** The counter of the transfer that was taken in this cycle, or -1. */
  #takenCounter = -1;
  /** Ports whose granted access reads the status. */
  #statusReads = 0;

  /** A DMA between these ports. */
  constructor(params: MchanParams, tcdm: MchanTcdmPort, external: MchanExternalPort) {
    this.params = params;
    this.responses = new Int32Array(params.commandPorts);
    this.transfers = new MchanTransfers(params.counters, params.commandPorts);
    this.toTcdm = new MchanToTcdm(params, tcdm, external, this.transfers);
    this.fromTcdm = new MchanFromTcdm(params, tcdm, external, this.transfers);
    this.#ports = Array.from({ length: params.commandPorts }, (_, index) => new MchanCommandPort(index, params));
  }

  /** Command port whose access is looked at: to blame when {@linkcode arbitrate} throws. */
  serving = 0;

  /** False when no cycle would change anything until the next access. */
  get busy(): boolean {
    return (this.#requested | this.#waiting | this.#queued) !== 0 || this.transfers.busy || this.toTcdm.active ||
      this.fromTcdm.active;
  }

  /** The DMA's busy line: a command access is under way, or a counter allocated. */
  get busyLine(): boolean {
    return this.#requested !== 0 || this.transfers.allocated !== 0 ||
      this.#ports.some((port) => port.state !== PortState.Idle);
  }

  /** Whether accesses are raised, and none of them can be granted before somebody raises another that frees a counter. */
  get stuck(): boolean {
    if ((this.#waiting | this.#queued) !== 0 || this.transfers.busy || this.toTcdm.active || this.fromTcdm.active) {
      return false;
    }
    for (let left = this.#requested; left !== 0; left &= left - 1) {
      if (this.blockedBy(31 - Math.clz32(left & -left)) === undefined) return false;
    }
    return this.#requested !== 0;
  }

  /** What the raised access of command port `port` waits for, in words; undefined when it would be granted or none is raised. */
  blockedBy(port: number): string | undefined {
    const access = this.#ports[port]!;
    if (!access.requested) return undefined;
    if (access.state >= PortState.Queued) return "its previous transfer to leave the full DMA queue";
    if (access.wantsCounter) {
      const { counters } = this.params;
      if (this.transfers.allocated !== 2 ** counters - 1) return undefined;
      return `a free transfer counter: all ${counters} are allocated, and only a write to the status register frees them`;
    }
    if (access.wantsRowSlot && this.#rowSlotsUsed >= this.params.rowSlots) {
      return `a slot for a 2D transfer: all ${this.params.rowSlots} are in use`;
    }
    return undefined;
  }

  /**
   * Raises an access of command port `port` to the register at `offset` (0 command, 4 status); it stays raised until
   * granted. Throws Error when the port's previous access is still raised.
   */
  request(port: number, offset: number, write: boolean, data: number): void {
    const access = this.#ports[port]!;
    if (access.requested) {
      throw new Error(
        `Cannot raise an access on DMA command port ${port}: the previous one has not been granted yet. ` +
          "A port holds one access at a time",
      );
    }
    access.requested = true;
    access.offset = offset;
    access.write = write;
    access.data = data | 0;
    this.#requested |= 1 << port;
  }

  /** Raises this cycle's TCDM requests. */
  raise(): void {
    if (this.fromTcdm.active) this.fromTcdm.raise(this.params.firstTcdmPort);
    if (this.toTcdm.active) this.toTcdm.raise(this.params.firstTcdmPort + 2);
  }

  /**
   * Decides which command accesses are granted in this cycle; returns one bit per port. Throws Error or RangeError when an
   * access does not fit the port's state or a command is impossible.
   */
  arbitrate(): number {
    let wantCounter = 0;
    let wantRowSlot = 0;
    let mayQueue = 0;
    for (let left = this.#requested; left !== 0; left &= left - 1) {
      const index = 31 - Math.clz32(left & -left);
      const port = this.#ports[this.serving = index]!;
      port.check();
      if (port.wantsCounter) wantCounter |= 1 << index;
      if (port.wantsRowSlot) wantRowSlot |= 1 << index;
    }
    for (let left = this.#queued; left !== 0; left &= left - 1) {
      const index = 31 - Math.clz32(left & -left);
      if (!this.#ports[index]!.rowsMissing) mayQueue |= 1 << index;
    }
    const counterPort = this.transfers.allocatingPort(wantCounter);
    const counter = counterPort < 0 ? -1 : this.transfers.allocate();
    const rowSlotPort = this.#grantRowSlot(wantRowSlot);
    let grants = 0;
    for (let left = this.#requested; left !== 0; left &= left - 1) {
      const index = 31 - Math.clz32(left & -left);
      const port = this.#ports[this.serving = index]!;
      if (!port.accept(index === counterPort ? counter : -1, index === rowSlotPort)) continue;
      grants |= 1 << index;
      port.requested = false;
      this.#afterGrant(index, port);
      if (port.rowsArrived) mayQueue |= (1 << index) & this.#queued;
    }
    this.#requested &= ~grants;
    this.#touched |= grants;
    this.#queueTransfer(mayQueue);
    if ((this.#waiting | grants) !== 0) this.#movePorts(grants);
    return grants;
  }

  /** Performs clock cycle `cycle`; `tcdmGrants` has a bit per port of the TCDM interconnect. */
  commit(cycle: number, tcdmGrants: number): void {
    const { fromTcdm, toTcdm, transfers } = this;
    transfers.sendEvents();
    const { firstTcdmPort } = this.params;
    const grants = tcdmGrants >>> firstTcdmPort;
    if (fromTcdm.active) {
      fromTcdm.step(cycle, grants & 3, firstTcdmPort);
      fromTcdm.latch();
      this.#rowSlotsUsed -= fromTcdm.channel.rowSlotsFreed;
    }
    if (toTcdm.active) {
      toTcdm.step(cycle, (grants >> 2) & 3);
      toTcdm.latch();
      this.#rowSlotsUsed -= toTcdm.channel.rowSlotsFreed;
    }
    transfers.latch();
    this.#rowSlotsUsed += this.#rowSlotsTaken;
    this.#rowSlotsTaken = 0;
    if (this.#touched !== 0) this.#latchPorts();
  }

  #latchPorts(): void {
    for (let left = this.#touched; left !== 0; left &= left - 1) {
      const index = 31 - Math.clz32(left & -left);
      const port = this.#ports[index]!;
      port.queue.latch();
      port.rowsArrived = false;
      if (port.queue.valid) this.#queued |= 1 << index;
      else this.#queued &= ~(1 << index);
    }
    this.#touched = 0;
    for (let left = this.#statusReads; left !== 0; left &= left - 1) {
      this.responses[31 - Math.clz32(left & -left)] = this.transfers.status;
    }
    this.#statusReads = 0;
  }

  #grantRowSlot(requests: number): number {
    if (requests === 0 || this.#rowSlotsUsed >= this.params.rowSlots) return -1;
    const port = treeWinner(requests, this.#rowSlotFlag);
    this.#rowSlotFlag = (this.#rowSlotFlag + 1) & 15;
    this.#rowSlotsTaken++;
    return port;
  }

  #afterGrant(index: number, port: MchanCommandPort): void {
    this.responses[index] = 0;
    if (port.state === PortState.Pause) {
      if (port.write) this.transfers.free(port.data);
      else this.#statusReads |= 1 << index;
    } else if (!port.write) {
      this.responses[index] = port.counter;
    }
  }

  /** Takes one port's oldest transfer into the queue of its direction. */
  #queueTransfer(requests: number): void {
    this.#takenCounter = -1;
    if (requests === 0) return;
    const queued = this.fromTcdm.channel.transfers.level + this.toTcdm.channel.transfers.level;
    if (queued >= this.params.globalQueueDepth) return;
    const index = treeWinner(requests, this.#queueFlag);
    this.#queueFlag = (this.#queueFlag + 1) & 15;
    const port = this.#ports[index]!;
    const from = port.queue.pop();
    const fields = port.queue.data;
    const twoDimensional = fields[from + ROW_BYTES] === 1;
    const path = fields[from + TO_LOCAL] === 1 ? this.toTcdm : this.fromTcdm;
    path.active = true;
    this.#touched |= 1 << index;
    const { transfers } = path.channel;
    const at = transfers.push();
    for (let field = 0; field < ROW_BYTES; field++) transfers.data[at + field] = fields[from + field]!;
    transfers.data[at + ROW_BYTES] = twoDimensional ? port.rowBytes : 0;
    transfers.data[at + STRIDE] = twoDimensional ? port.stride : 0;
    this.#takenCounter = fields[from + COUNTER]!;
    const bursts = this.#countBursts(port, fields, from, twoDimensional);
    this.transfers.start(this.#takenCounter, index, fields[from + ROUTE]!, bursts);
  }

  #countBursts(port: MchanCommandPort, fields: Int32Array, from: number, twoDimensional: boolean): number {
    const { burstBytes, defects } = this.params;
    const external = fields[from + EXTERNAL]!;
    const bytes = fields[from + BYTES]!;
    if (!twoDimensional) return burstsOf(external, bytes, burstBytes);
    const wordLost = defects.rowWordLost && !port.rowsArrived;
    const rowBytes = wordLost ? 1 : port.rowBytes;
    const stride = wordLost ? 1 : port.stride;
    let bursts = 0;
    for (let done = 0, row = 0; done < bytes; done += rowBytes, row++) {
      const inRow = defects.raggedRowCountedFull && bytes > rowBytes ? rowBytes : Math.min(rowBytes, bytes - done);
      bursts += burstsOf((external + row * stride) | 0, inRow, burstBytes);
    }
    return bursts;
  }

  /** Moves the ports that wait for their pause, their queue or their counter; those granted in this cycle do so from the next. */
  #movePorts(grants: number): void {
    const moving = this.#waiting | grants;
    this.#waiting = 0;
    for (let left = moving; left !== 0; left &= left - 1) {
      const index = 31 - Math.clz32(left & -left);
      const port = this.#ports[index]!;
      if (((grants >> index) & 1) === 0 || port.rowsArrived) this.#movePort(port);
      if (port.state === PortState.Pause || port.state >= PortState.Queued) this.#waiting |= 1 << index;
    }
  }

  #movePort(port: MchanCommandPort): void {
    if (port.state === PortState.Pause) {
      port.state = PortState.Idle;
    } else if (port.state === PortState.Queued) {
      if (this.#takenCounter === port.counter) port.state = PortState.Taken;
    } else if (port.state === PortState.Taken && ((this.transfers.running >> port.counter) & 1) === 1) {
      port.state = PortState.Idle;
    }
  }
}
