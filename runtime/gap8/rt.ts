/**
 * What the runtime offers on every core.
 * @module
 */
import { Gap8Address } from "../../hw/platforms/gap8.ts";
import type { FirmwareCore } from "../../hw/riscv/firmware_core.ts";
import type { Process } from "../../sim/mod.ts";
import { costOf } from "./costs.ts";
import { formatPrintf, type PrintfArgument } from "./printf.ts";
import type { Gap8System } from "./system.ts";

/** The runtime as one core sees it. */
export class Rt {
  /** The core, for instructions, loads and stores. */
  readonly core: FirmwareCore;
  /** The chip and what its software shares. */
  readonly system: Gap8System;

  /** Made by the system, one per core. */
  constructor(system: Gap8System, core: FirmwareCore) {
    this.system = system;
    this.core = core;
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
