/**
 * How interrupts reach a core.
 * @module
 */
import { Protocol } from "../port.ts";

/** A core that can be interrupted. */
export interface InterruptSink {
  /** The request line as of the present cycle, in the arbitrate phase, and the number of the interrupt. */
  interrupt(level: boolean, id: number): void;
}

/** Where cores get their interrupts. */
export interface InterruptSource {
  /** Tells `sink` of the line of a core from now on. */
  attach(core: number, sink: InterruptSink): void;
  /** A core takes an interrupt in the present cycle; its event is gone at the end of it. */
  acknowledge(core: number, id: number): void;
}

/** Where cores get their interrupts. */
export const InterruptSource: Protocol<InterruptSource> = new Protocol<InterruptSource>("InterruptSource", [
  "attach",
  "acknowledge",
]);
