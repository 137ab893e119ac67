/**
 * The transfer counters of the cluster DMA: allocation, completion, end events.
 * @module
 */

import { treeWinner } from "../bus/tree_arbiter.ts";

/** Event routing flags of a transfer. */
export const ROUTE_EVENT = 1;
/** Raise the interrupt line. */
export const ROUTE_INTERRUPT = 2;
/** Raise the lines of all ports. */
export const ROUTE_BROADCAST = 4;

/**
 * Up to 16 counters. Each counts the bursts that its transfers have left on either side; when both sides have none left, it
 * sends one end event, two cycles later.
 */
export class MchanTransfers {
  /** Counters in use, one bit each, at the start of the cycle. */
  allocated = 0;
  /** Event lines active in the cycle that was committed last, one bit per command port. */
  events = 0;
  /** Interrupt lines active in that cycle, one bit per command port. */
  interrupts = 0;
  readonly #all: number;
  readonly #allLines: number;
  readonly #localLeft: Int32Array;
  readonly #externalLeft: Int32Array;
  readonly #owner: Uint8Array;
  readonly #route: Uint8Array;
  readonly #endOwner: Uint8Array;
  readonly #endRoute: Uint8Array;
  #allocationFlag = 0;
  #allocate = 0;
  #free = 0;
  /** Bursts of the transfer taken in this cycle; they are counted in the next. */
  #startingCounter = -1;
  #startingBursts = 0;
  #addCounter = -1;
  #addBursts = 0;
  /** Counters with bursts left, at the start of this and of the previous cycle. */
  #running = 0;
  #wasRunning = 0;
  /** Counters whose bursts changed in this cycle. */
  #changed = 0;
  /** Ends that wait for their event, one bit per counter. */
  #ended = 0;

  /** Counters for a DMA with so many command ports. */
  constructor(counters: number, ports: number) {
    if (counters < 1 || counters > 16) {
      throw new RangeError(
        `Cannot build a DMA with ${counters} transfer counters: the status register holds 1 to 16. Change counters`,
      );
    }
    this.#all = 2 ** counters - 1;
    this.#allLines = 2 ** ports - 1;
    this.#localLeft = new Int32Array(counters);
    this.#externalLeft = new Int32Array(counters);
    this.#owner = new Uint8Array(counters);
    this.#route = new Uint8Array(counters);
    this.#endOwner = new Uint8Array(counters);
    this.#endRoute = new Uint8Array(counters);
  }

  /** Counters busy in this cycle, one bit each. */
  get running(): number {
    return this.#running | this.#wasRunning;
  }

  /** What a read of the status register returns: bits 15..0 running, bits 31..16 allocated. */
  get status(): number {
    return this.running | (this.allocated << 16);
  }

  /**
   * True while a counter is about to change, or an event line is active or will be. A counter that runs without that waits
   * for bursts, which the data paths may have under way; if they have none, it has lost one, and never ends.
   */
  get busy(): boolean {
    return (this.#running ^ this.#wasRunning | this.#ended | this.events | this.interrupts) !== 0 ||
      this.#startingCounter >= 0 ||
      this.#addCounter >= 0;
  }

  /** Which of the ports that ask for a counter gets one in this cycle; -1 when none is free. */
  allocatingPort(requests: number): number {
    if (requests === 0 || this.allocated === this.#all) return -1;
    const port = treeWinner(requests, this.#allocationFlag);
    this.#allocationFlag = (this.#allocationFlag + 1) & 15;
    return port;
  }

  /** Allocates the lowest free counter and returns its number. */
  allocate(): number {
    const bit = ~this.allocated & (this.allocated + 1);
    this.#allocate |= bit;
    return 31 - Math.clz32(bit);
  }

  /** Frees the counters whose bits are set: what a write to the status register does. */
  free(mask: number): void {
    this.#free |= mask & this.#all;
  }

  /** A transfer of `bursts` bursts has been taken from the queue of port `owner`. */
  start(counter: number, owner: number, route: number, bursts: number): void {
    this.#startingCounter = counter;
    this.#startingBursts = bursts;
    this.#owner[counter] = owner;
    this.#route[counter] = route;
  }

  /** A burst of this counter is complete on the TCDM side. */
  localDone(counter: number): void {
    this.#localLeft[counter]!--;
    this.#changed |= 1 << counter;
  }

  /** A burst of this counter is complete on the external side. */
  externalDone(counter: number): void {
    this.#externalLeft[counter]!--;
    this.#changed |= 1 << counter;
  }

  /** Sends the events of this cycle; to be called before the stages of the cycle report their bursts. */
  sendEvents(): void {
    this.events = 0;
    this.interrupts = 0;
    if (this.#ended !== 0) {
      // One event per cycle, highest counter first.
      const counter = 31 - Math.clz32(this.#ended);
      const route = this.#endRoute[counter]!;
      const lines = route & ROUTE_BROADCAST ? this.#allLines : 1 << this.#endOwner[counter]!;
      if (route & ROUTE_EVENT) this.events = lines;
      if (route & ROUTE_INTERRUPT) this.interrupts = lines;
      this.#ended &= ~(1 << counter);
    }
    const ends = this.#wasRunning & ~this.#running;
    this.#ended |= ends;
    for (let left = ends; left !== 0; left &= left - 1) {
      const counter = 31 - Math.clz32(left & -left);
      this.#endOwner[counter] = this.#owner[counter]!;
      this.#endRoute[counter] = this.#route[counter]!;
    }
  }

  /** Ends the cycle. */
  latch(): void {
    this.allocated = (this.allocated | this.#allocate) & ~this.#free;
    this.#allocate = 0;
    this.#free = 0;
    if (this.#addCounter >= 0) {
      this.#localLeft[this.#addCounter]! += this.#addBursts;
      this.#externalLeft[this.#addCounter]! += this.#addBursts;
      this.#changed |= 1 << this.#addCounter;
    }
    this.#addCounter = this.#startingCounter;
    this.#addBursts = this.#startingBursts;
    this.#startingCounter = -1;
    this.#wasRunning = this.#running;
    for (let left = this.#changed; left !== 0; left &= left - 1) {
      const counter = 31 - Math.clz32(left & -left);
      if (this.#localLeft[counter] !== 0 || this.#externalLeft[counter] !== 0) this.#running |= 1 << counter;
      else this.#running &= ~(1 << counter);
    }
    this.#changed = 0;
  }
}
