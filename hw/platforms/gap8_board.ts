/**
 * A GAP8 that runs a program: machine code, loaded into its memories, from the entry on by the fabric controller.
 * @module
 */
import { type RunResult, Simulation, SimulationError } from "../../sim/mod.ts";
import { hex } from "../bus/address_map.ts";
import { CoreProfile } from "../riscv/engine/core_profile.ts";
import type { MicroOperation } from "../riscv/ri5cy/micro_operation.ts";
import type { CoreName } from "../riscv/ri5cy/variants.ts";
import type { Ri5cyCore } from "../riscv/ri5cy_core.ts";
import { type LoadableProgram, ProgramError } from "./core_bench.ts";
import { type CoreKind, Gap8, Gap8Address, Gap8Size, machineCores } from "./gap8.ts";

/** What the board loads: an ELF file or an assembled program. */
export interface Gap8Program extends LoadableProgram {
  /** Address of the fabric controller's first instruction. */
  readonly entry: number;
}

/** What one core did. */
export interface Gap8CoreReport {
  /** `fc`, `pe0` ... `pe7`. */
  readonly name: string;
  /** Instructions that left decode. */
  readonly retired: number;
  /** Cycle, of the core's clock, in which the last one did, and one; 0 if none has. */
  readonly cycles: number;
  /** Cycles with the clock gated off, since the core started. */
  readonly asleep: number;
  /** Counts of the events behind the performance counters, by name; of a profiled run. */
  readonly counters: Readonly<Record<string, number>>;
}

/**
 * The chip with a program in L2 and in the fabric controller's L1. The boot code in ROM is left out: the fabric controller
 * starts at the program's entry, with its trap vectors in the 256 bytes around it, and everything else is as after reset:
 * 24.98 MHz, the cluster off, the instruction caches off. A word stored to 0x1a1040a0 ends the run.
 */
export class Gap8Board {
  /** The simulation. */
  readonly sim: Simulation = new Simulation();
  /** The chip. */
  readonly chip: Gap8<Ri5cyCore>;
  /** All cores, the fabric controller first. */
  readonly cores: readonly Ri5cyCore[];
  /** Told of every instruction that leaves decode: core, cycle of its clock, address, what it is. */
  onRetire: ((core: Ri5cyCore, cycle: number, pc: number, operation: MicroOperation) => void) | undefined;

  readonly #program: Gap8Program;
  #started = false;

  /**
   * Loads a program. Throws a {@linkcode ProgramError} if it has bytes, or its entry, where there is no memory for them, or
   * if the chip cannot have such cores.
   */
  constructor(program: Gap8Program, variant?: CoreName, profiled = false) {
    this.#program = program;
    this.chip = new Gap8(this.sim, "gap8", {}, coresOf(variant));
    this.cores = [this.chip.fc, ...this.chip.cores];
    for (const core of this.cores) {
      core.symbolAt = (address) => program.symbolAt?.(address);
      core.whyWaits = () => this.#whyWaits(core);
      core.onRetire = (cycle, pc, operation) => this.onRetire?.(core, cycle, pc, operation);
      if (profiled) core.profile = new CoreProfile();
    }
    this.#load(program);
  }

  /** Status word that the program stored; undefined while it runs. */
  get exitCode(): number | undefined {
    return this.chip.socControl.exitStatus ?? undefined;
  }

  /** Lines that were printed. */
  get console(): readonly string[] {
    return this.chip.stdout.lines;
  }

  /** What each core that has started did. */
  get report(): readonly Gap8CoreReport[] {
    return this.cores.filter((core) => core.instructions.value > 0).map((core) => ({
      name: core.name,
      retired: core.instructions.value,
      cycles: core.lastRetired + 1,
      asleep: core.asleepCycles,
      counters: core.profile === undefined ? {} : { ...core.profile.events, ...core.outsideEvents },
    }));
  }

  /**
   * Runs until the program has stored its status, or `maxCycles` cycles of the fabric controller have passed; whether it
   * has. Throws a {@linkcode ProgramError} if it does what the chip cannot, or if every core waits for ever.
   */
  run(maxCycles: number = Infinity): boolean {
    const { chip, sim } = this;
    if (!this.#started) chip.fc.start(this.#program.entry);
    this.#started = true;
    let result: RunResult;
    try {
      result = sim.run(maxCycles === Infinity ? {} : { maxCycles, clock: chip.fc.clock });
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      throw new ProgramError(error.message.split("\n  in ")[0]);
    } finally {
      chip.stdout.flush();
    }
    if (result.reason === "idle") this.#reportStandstill();
    return this.exitCode !== undefined;
  }

  #whyWaits(core: Ri5cyCore): string | undefined {
    const { fc, fcEvents, clusterEvents, clusterDma } = this.chip;
    if (core === fc) return fcEvents.describeWait(0);
    return clusterEvents.describeWait(core.coreId) ?? clusterDma.describeWait(core.coreId);
  }

  #reportStandstill(): never {
    const { fc } = this.chip;
    const waits = this.cores.filter((core) => core.running).map((core) => {
      const what = this.#whyWaits(core);
      return `${core.name} ${core.describeWait()}${what === undefined ? "" : `, for ${what}`}`;
    });
    throw new ProgramError(
      `Cannot go on after cycle ${fc.clock.cycles} of the fabric controller: all cores wait, and nothing is on its way: ` +
        `${waits.join("; ")}. Check event masks, barriers and who was to wake them`,
    );
  }

  #load(program: Gap8Program): void {
    const { chip } = this;
    const memories = [
      { name: "L2", base: Gap8Address.l2, bytes: chip.l2.bytes },
      { name: "FC L1", base: Gap8Address.fcL1, bytes: chip.fcL1.bytes },
    ];
    for (const { address, bytes, sizeInMemory } of program.segments) {
      const end = address + sizeInMemory;
      const memory = memories.find(({ base, bytes }) => address >= base && end <= base + bytes.length);
      if (memory !== undefined) memory.bytes.set(bytes, address - memory.base);
      else if (bytes.length > 0 || !inClusterL1(address, end)) {
        const hint = inClusterL1(address, end)
          ? ". The cluster is off then: keep what its L1 is to hold in L2, and copy it"
          : "";
        throw new ProgramError(
          `Cannot load segment ${hex(address)} (${sizeInMemory} bytes): a program goes into ` +
            `${
              memories.map(({ name, base, bytes }) => `${name}, ${hex(base)} to ${hex(base + bytes.length - 1)}`).join(
                " and ",
              )
            }${hint}`,
        );
      }
    }
    if (!chip.l2.holds(program.entry, 2)) {
      throw new ProgramError(
        `Cannot start at ${hex(program.entry)}: instructions come from L2, ${hex(Gap8Address.l2)} to ` +
          hex(Gap8Address.l2 + Gap8Size.l2 - 1),
      );
    }
  }
}

function inClusterL1(address: number, end: number): boolean {
  return address >= Gap8Address.clusterL1 && end <= Gap8Address.clusterL1 + Gap8Size.clusterL1;
}

function coresOf(variant: CoreName | undefined): CoreKind<Ri5cyCore> {
  try {
    return machineCores(variant);
  } catch (error) {
    throw new ProgramError((error as Error).message);
  }
}
