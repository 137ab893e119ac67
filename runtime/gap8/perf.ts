/**
 * Performance measurement, as the SDK's runtime offers it (rt_perf.h): a core's counters, and the timer for cycles.
 * @module
 */
import { Gap8Address } from "../../hw/platforms/gap8.ts";
import { TimerBit, TimerOffset } from "../../hw/pulp/timer_unit.ts";
import {
  CORE_EVENTS,
  type CoreEvent,
  COUNTER_ACTIVE,
  COUNTER_SATURATE,
  CounterCsr,
} from "../../hw/riscv/core_counters.ts";
import type { FirmwareCore } from "../../hw/riscv/firmware_core.ts";
import { reg } from "../../hw/riscv/registers.ts";
import { type Process, SimulationError } from "../../sim/mod.ts";
import { costOf } from "./costs.ts";

/** What can be measured: a core's events, and `cycles`, which a timer counts for all cores (RT_PERF_*). */
export type PerfEvent = CoreEvent | "cycles";

/** All of them, by their numbers in the GAP8 manual. */
export const PERF_EVENTS: readonly PerfEvent[] = [...CORE_EVENTS, "cycles"];

/** Bytes of a measurement in memory: which events, and a sum for each. Source: rt_perf_t of SDK 1.0. */
export const PERF_BYTES: number = 4 + 4 * PERF_EVENTS.length;

/** A measurement, whose sums lie in memory (rt_perf_t). */
export class Perf {
  /** Address of its words. */
  readonly address: number;

  /** A measurement in {@linkcode PERF_BYTES} bytes at `address`, which is not touched. */
  constructor(address: number) {
    this.address = address;
  }

  /** Address of the sum of an event. Throws a RangeError if there is none of that name. */
  sumOf(event: PerfEvent): number {
    return this.address + 4 + 4 * numberOf(event);
  }
}

const CYCLES = PERF_EVENTS.length - 1;

/** Performance measurement of one core. */
export class PerfDriver {
  private readonly timer: number;

  /** Of `core`; the timer is the fabric controller's or the cluster's. */
  constructor(private readonly core: FirmwareCore, isFc: boolean) {
    this.timer = isFc ? Gap8Address.fcTimer : Gap8Address.clusterTimer;
  }

  /** Clears the sums. */
  *init(perf: Perf): Process {
    this.core.alu(costOf("perfCall"));
    for (const event of PERF_EVENTS) yield* this.core.store(perf.sumOf(event), 0);
  }

  /** Chooses the events. */
  *configure(perf: Perf, events: readonly PerfEvent[]): Process {
    const { core } = this;
    let mask = 0;
    for (const event of events) mask |= 1 << numberOf(event);
    core.alu(costOf("perfCall"));
    yield* core.store(perf.address, mask);
    this.#writeCsr(CounterCsr.events, mask & ~(1 << CYCLES));
  }

  /** Clears counters and timer. */
  *reset(): Process {
    yield* this.core.store(this.timer + TimerOffset.reset, 1);
    this.#writeCsr(CounterCsr.all, 0);
  }

  /** Lets counters and timer run. */
  *start(): Process {
    yield* this.core.store(this.timer + TimerOffset.start, 1);
    this.#writeCsr(CounterCsr.mode, COUNTER_ACTIVE | COUNTER_SATURATE);
  }

  /** Stops counters and timer. */
  *stop(): Process {
    const { core } = this;
    this.#writeCsr(CounterCsr.mode, 0);
    const config = yield* core.read(this.timer + TimerOffset.config);
    core.alu(1);
    yield* core.store(this.timer + TimerOffset.config, (config & ~(1 << TimerBit.enable)) >>> 0);
  }

  /** Adds the counters of the chosen events to the sums. */
  *save(perf: Perf): Process {
    const { core } = this;
    const mask = yield* core.read(perf.address);
    for (let left = mask; left !== 0; left &= left - 1) {
      core.alu(costOf("perfEvent"));
      const event = PERF_EVENTS[31 - Math.clz32(left & -left)];
      const sum = perf.sumOf(event);
      const value = yield* this.read(event);
      yield* core.store(sum, (yield* core.read(sum)) + value >>> 0);
    }
  }

  /** The sum of an event. */
  *get(perf: Perf, event: PerfEvent): Process<number> {
    return yield* this.core.read(perf.sumOf(event));
  }

  /** The counter of an event itself. */
  *read(event: PerfEvent): Process<number> {
    const { core } = this;
    const index = numberOf(event);
    if (index === CYCLES) return yield* core.read(this.timer + TimerOffset.value);
    const before = core.registers[reg.t0];
    core.csrrs(reg.t0, CounterCsr.first + index, reg.zero);
    const value = core.registers[reg.t0] >>> 0;
    core.registers[reg.t0] = before;
    return value;
  }

  /** The mean of the sums of several measurements, rounded down. Throws a SimulationError if there is none. */
  *average(perfs: readonly Perf[], event: PerfEvent): Process<number> {
    if (perfs.length === 0) {
      throw new SimulationError(`Cannot average ${event} on ${this.core.where()}: there is no measurement`);
    }
    let sum = 0;
    for (const perf of perfs) {
      sum += yield* this.core.read(perf.sumOf(event));
      this.core.alu(1);
    }
    const { a0, a1 } = reg;
    const kept = [this.core.registers[a0], this.core.registers[a1]];
    this.core.li(a0, sum | 0);
    this.core.li(a1, perfs.length);
    this.core.divu(a0, a0, a1);
    [this.core.registers[a0], this.core.registers[a1]] = kept;
    return Math.floor(sum / perfs.length);
  }

  /** Writes a register of the core; the value is loaded first. Registers of the program are as before afterwards. */
  #writeCsr(csr: number, value: number): void {
    const { core } = this;
    const before = core.registers[reg.t0];
    core.li(reg.t0, value | 0);
    core.csrrw(reg.zero, csr, reg.t0);
    core.registers[reg.t0] = before;
  }
}

function numberOf(event: PerfEvent): number {
  const index = PERF_EVENTS.indexOf(event);
  if (index < 0) throw new RangeError(`Cannot measure ${event}: there are ${PERF_EVENTS.join(", ")}`);
  return index;
}
