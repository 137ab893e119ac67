/**
 * The host: its costs, its memory, and its interrupts.
 * @module
 */
import { Component, type Parent } from "../../hw/component.ts";
import type { ParamTable } from "../../hw/params.ts";
import type { Target } from "../../hw/port.ts";
import { InterruptSink } from "../../hw/pcie/card_bus.ts";
import { HostMemory } from "../../hw/pcie/host_memory.ts";
import { Ring } from "../../hw/pcie/ring.ts";
import { type Counter, type Duration, Hz, ps, type TracePoint } from "../../sim/mod.ts";
import { type HostParams, hostParams } from "./host_params.ts";

/** An interrupt message, which may be under way. */
interface Message {
  readonly vector: number;
  readonly arrivalPs: number;
}

/** A host with memory that cards can reach. */
export class HostMachine extends Component<HostParams> {
  /** What its own work costs. */
  static override readonly params: ParamTable<HostParams> = hostParams;

  /** Memory that is pinned for cards. */
  readonly memory: HostMemory = new HostMemory();
  /** Interrupts so far. */
  readonly interrupts: Counter = this.counter("interrupts", "interrupt", "interrupts that were handled");
  /** System calls so far. */
  readonly systemCalls: Counter = this.counter("system_calls", "call", "system calls of host programs");
  /** Register reads of polling loops that saw no change, and were counted without being simulated. */
  readonly idlePolls: Counter = this.counter("idle_polls", "read", "reads of polling loops that saw no change");

  /** A host with nothing in it. */
  constructor(parent: Parent, name: string = "host", params: Partial<HostParams> = {}) {
    super(parent, name, params);
    this.sim.clock(this.path, Hz(Math.round(this.params.clockHz)));
  }

  /** So many nanoseconds of the host's time. */
  time(nanoseconds: number): Duration {
    return ps(Math.round(nanoseconds * 1000));
  }

  /** The port for the interrupt messages of a card: `handler` runs when the host has got round to it. */
  interruptPort(card: string, handler: (vector: number) => void): Target<InterruptSink> {
    const { sim } = this;
    const delayPs = this.time(this.params.interruptNs).ps;
    const messages = new Ring<Message>();
    const task = sim.task(`${this.path}.irq_${card}`, () => {
      this.interrupts.add();
      let bits = 0; // one for each vector
      let next = messages.at(0);
      for (; next !== undefined && next.arrivalPs <= sim.now; next = messages.at(0)) {
        bits |= 1 << next.vector;
        messages.shift();
      }
      if (next !== undefined) task.afterTime(ps(next.arrivalPs + delayPs - sim.now));
      for (; bits !== 0; bits &= bits - 1) handler(31 - Math.clz32(bits & -bits));
    });
    return this.target(`irq_${card}`, InterruptSink, {
      interrupt: (vector: number, arrivalPs: number) => {
        messages.push({ vector, arrivalPs });
        if (!task.queued) task.afterTime(ps(arrivalPs + delayPs - sim.now));
      },
    });
  }

  /** A trace point of a host program. */
  programTrace(name: string): TracePoint<string> {
    return this.tracePoint(name, { kind: "level", unit: "text", description: "what the program waits for" });
  }
}
