/**
 * The host: its costs, its memory, and its interrupts.
 * @module
 */
import { Component, type Parent } from "../../hw/component.ts";
import type { ParamTable } from "../../hw/params.ts";
import type { Target } from "../../hw/port.ts";
import { InterruptSink } from "../../hw/pcie/card_bus.ts";
import { HostMemory } from "../../hw/pcie/host_memory.ts";
import { type Counter, type Duration, Hz, ps, type TracePoint } from "../../sim/mod.ts";
import { type HostParams, hostParams } from "./host_params.ts";

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
    let pending = 0; // a bit for each vector
    const delay = ps(this.params.interruptNs * 1000);
    const task = this.sim.task(`${this.path}.irq_${card}`, () => {
      this.interrupts.add();
      let bits = pending;
      pending = 0;
      for (; bits !== 0; bits &= bits - 1) handler(31 - Math.clz32(bits & -bits));
    });
    return this.target(`irq_${card}`, InterruptSink, {
      interrupt: (vector: number) => {
        pending |= 1 << vector;
        if (!task.queued) task.afterTime(delay);
      },
    });
  }

  /** A trace point of a host program. */
  programTrace(name: string): TracePoint<string> {
    return this.tracePoint(name, { kind: "level", unit: "text", description: "what the program waits for" });
  }
}
