/**
 * A GAP8 with its runtime, ready for firmware.
 * @module
 */
import { type CoreKind, firmwareCores, Gap8, type Gap8Params } from "../../hw/platforms/gap8.ts";
import type { FirmwareCore } from "../../hw/riscv/firmware_core.ts";
import { DeadlockError, type Process, type ProcessHandle, type RunResult, Simulation } from "../../sim/mod.ts";
import { Allocator } from "./allocator.ts";
import { EventScheduler, type RtEvent } from "./events.ts";
import { FcRuntime } from "./fc.ts";
import { FunctionTable } from "./function_table.ts";
import { Layout } from "./layout.ts";
import { type ClusterFunction, PeRuntime } from "./pe.ts";
import { withClusterCores } from "./standstill.ts";

/** What the fabric controller runs; what it returns is the exit status. */
export type Main = (rt: FcRuntime) => Process<number | void>;

/** How a run ended. */
export interface Gap8Result {
  /** What `main` returned, as an unsigned word. */
  readonly exitCode: number;
  /** Simulated time in picoseconds. */
  readonly simulatedPs: number;
  /** Edges of each clock while it ran. */
  readonly cycles: { readonly fc: number; readonly cluster: number };
  /** Lines that the firmware printed. */
  readonly console: readonly string[];
  /** How each core spent its cycles. */
  readonly cores: readonly CoreReport[];
}

/** How a core spent its cycles, from when it was started. */
export interface CoreReport {
  /** `fc`, `pe0` ... `pe7`. */
  readonly name: string;
  /** Instructions issued. */
  readonly instructions: number;
  /** Cycles that issued an instruction. */
  readonly active: number;
  /** Cycles with the clock on that issued none. */
  readonly stalled: number;
  /** Cycles with the clock gated off. */
  readonly asleep: number;
  /** Stalls by cause. */
  readonly stalls: {
    readonly loadUse: number;
    readonly jump: number;
    readonly compute: number;
    readonly memory: number;
    readonly fetch: number;
  };
}

/** The chip, and the software that all its cores share. */
export class Gap8System {
  /** The simulation. */
  readonly sim: Simulation;
  /** The chip. */
  readonly gap8: Gap8;
  /** Addresses of functions. */
  readonly functions: FunctionTable<ClusterFunction> = new FunctionTable(Layout.code);
  /** The default scheduler. */
  readonly scheduler: EventScheduler = new EventScheduler("default scheduler");
  /** The scheduler of the cluster call that was made last: it gets what the cluster asks for. */
  clusterScheduler: EventScheduler = this.scheduler;
  /** Requests of the cluster that the fabric controller has not taken yet, by the address of their words. */
  readonly requests: Map<number, RtEvent> = new Map();
  /** Memory that all share. */
  readonly l2Allocator: Allocator;
  /** The fabric controller's own memory. */
  readonly fcAllocator: Allocator;
  /** The cluster's memory, while it is mounted. */
  clusterAllocator: Allocator | null = null;
  private readonly fcRuntime: FcRuntime;

  /**
   * A chip in reset, in a simulation of its own unless one is given; `name` is its path there. With `fetchingCores`, code
   * that has a layout (`core.inCode`) is fetched through the instruction caches, which firmware switches on.
   */
  constructor(
    params: Partial<Gap8Params> = {},
    sim: Simulation = new Simulation(),
    name: string = "gap8",
    cores: CoreKind<FirmwareCore> = firmwareCores,
  ) {
    this.sim = sim;
    this.gap8 = new Gap8(this.sim, name, params, cores);
    const where = () => this.gap8.fc.where();
    this.l2Allocator = new Allocator("L2", Layout.l2Heap.base, Layout.l2Heap.size, where);
    this.fcAllocator = new Allocator("FC L1", Layout.fcHeap.base, Layout.fcHeap.size, where);
    this.fcRuntime = new FcRuntime(this, this.gap8.fc);
    this.sim.spawn(`${name}.cluster_boot`, () => this.#followPower(), { background: true });
  }

  /** Runs `main` on the fabric controller until it returns. Throws what the firmware threw. */
  run(main: Main, options: { readonly maxCycles?: number } = {}): Gap8Result {
    const { gap8, sim } = this;
    // The program's exit ends all: what is left of the cluster's work is not simulated.
    const until = gap8.boot(() => this.fcRuntime.boot(main));
    let result: RunResult;
    try {
      result = sim.run({ until, maxCycles: options.maxCycles, clock: gap8.fc.clock });
    } catch (error) {
      throw error instanceof DeadlockError ? withClusterCores(error, gap8) : error;
    }
    gap8.stdout.flush();
    return this.#report(result);
  }

  #report(result: RunResult): Gap8Result {
    const { gap8 } = this;
    return {
      exitCode: gap8.socControl.exitStatus ?? 0,
      simulatedPs: result.now,
      cycles: { fc: gap8.fc.clock.cycles, cluster: gap8.clusterFll.output.cycles },
      console: gap8.stdout.lines,
      cores: [gap8.fc, ...gap8.cores].map((core) => {
        const asleep = core.asleepCycles;
        const active = core.instructions.value;
        return {
          name: core.name,
          instructions: core.instructions.value,
          active,
          stalled: core.totalCycles - asleep - active,
          asleep,
          stalls: {
            loadUse: core.loadStalls.value,
            jump: core.jumpStalls.value,
            compute: core.computeStalls.value,
            memory: core.memoryStalls.value,
            fetch: core.fetchStalls.value,
          },
        };
      }),
    };
  }

  /** The cluster's cores run their start-up code whenever the cluster leaves reset, and lose everything when it stops. */
  *#followPower(): Process {
    const { pmu, cores } = this.gap8;
    for (;;) {
      yield pmu.clusterStarted;
      const programs: ProcessHandle<void>[] = cores.map((core) => {
        const runtime = new PeRuntime(this, core);
        return core.start(() => runtime.boot(), true);
      });
      yield pmu.clusterStopped;
      for (const program of programs) program.cancel();
    }
  }
}
