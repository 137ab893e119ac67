/**
 * What the runtime offers on every core.
 * @module
 */
import { Gap8Address } from "../../hw/platforms/gap8.ts";
import type { FirmwareCore } from "../../hw/riscv/firmware_core.ts";
import type { Process } from "../../sim/mod.ts";
import { costOf } from "./costs.ts";
import { type Perf, PerfDriver, type PerfEvent } from "./perf.ts";
import { formatPrintf, type PrintfArgument } from "./printf.ts";
import type { Gap8System } from "./system.ts";

/** The runtime as one core sees it. */
export class Rt {
  /** The core, for instructions, loads and stores. */
  readonly core: FirmwareCore;
  /** The chip and what its software shares. */
  readonly system: Gap8System;
  private readonly perf: PerfDriver;

  /** Made by the system, one per core. */
  constructor(system: Gap8System, core: FirmwareCore) {
    this.system = system;
    this.core = core;
    this.perf = new PerfDriver(core, core === system.gap8.fc);
  }

  /** Number of this core in its cluster (rt_core_id). */
  coreId(): number {
    this.core.alu(1);
    return this.core.coreId;
  }

  /** Number of this core's cluster; 32 is the fabric controller (rt_cluster_id). */
  clusterId(): number {
    this.core.alu(1);
    return this.core.clusterId;
  }

  /** Cores in the cluster (rt_nb_pe). */
  nbPe(): number {
    this.core.alu(1);
    return this.system.gap8.params.clusterCores;
  }

  /** Whether this is the fabric controller (rt_is_fc). */
  isFc(): boolean {
    this.core.alu(2);
    return this.core === this.system.gap8.fc;
  }

  // ---- performance ----

  /** Clears the sums of a measurement (rt_perf_init). */
  *perfInit(perf: Perf): Process {
    yield* this.perf.init(perf);
  }

  /**
   * Chooses the events that this core counts for a measurement (rt_perf_conf). Throws a SimulationError for more than
   * `cycles` and one other on a chip whose cores have one counter each.
   */
  *perfConf(perf: Perf, events: readonly PerfEvent[]): Process {
    yield* this.perf.configure(perf, events);
  }

  /** Clears this core's counters, and the timer that all cores around share (rt_perf_reset). */
  *perfReset(_perf: Perf): Process {
    yield* this.perf.reset();
  }

  /** Lets counters and timer run (rt_perf_start). */
  *perfStart(_perf: Perf): Process {
    yield* this.perf.start();
  }

  /** Stops counters and timer (rt_perf_stop). */
  *perfStop(_perf: Perf): Process {
    yield* this.perf.stop();
  }

  /** Adds the counters of the chosen events to the sums of a measurement (rt_perf_save). */
  *perfSave(perf: Perf): Process {
    yield* this.perf.save(perf);
  }

  /** The sum of an event (rt_perf_get). */
  *perfGet(perf: Perf, event: PerfEvent): Process<number> {
    return yield* this.perf.get(perf, event);
  }

  /** The counter of an event itself (rt_perf_read). */
  *perfRead(event: PerfEvent): Process<number> {
    return yield* this.perf.read(event);
  }

  /** The mean of an event over the measurements of several cores, rounded down (rt_perf_get_average). */
  *perfGetAverage(perfs: readonly Perf[], event: PerfEvent): Process<number> {
    return yield* this.perf.average(perfs, event);
  }

  /** Prints with the SDK's formats; each character is a store to the core's window of the standard output (printf). */
  *printf(format: string, ...args: PrintfArgument[]): Process {
    const { core } = this;
    const text = formatPrintf(format, ...args);
    const window = Gap8Address.stdout + (core.coreId << 3) + (core.clusterId << 7);
    core.alu(costOf("printCall"));
    for (let i = 0; i < text.length; i++) {
      core.alu(costOf("printCharacter"));
      yield* core.store(window, text.charCodeAt(i));
    }
  }
}
