/**
 * The environment of a host program: devices, files, and what a Python session would hold.
 * @module
 */
import { type CardDesign, designOf, type KernelModels } from "../../hw/pcie/card_design.ts";
import type { ComputeUnit } from "../../hw/pcie/compute_unit.ts";
import type { PcieLinkParams } from "../../hw/pcie/pcie_link.ts";
import { readXclbin } from "../../hw/pcie/xclbin.ts";
import type { XclbinContent } from "../../hw/pcie/xclbin_content.ts";
import { Alveo, type AlveoParams } from "../../hw/platforms/alveo.ts";
import { call, type Process, Simulation, SimulationError, type TracePoint } from "../../sim/mod.ts";
import type { PynqBuffer } from "./buffer.ts";
import { Device } from "./device.ts";
import type { DTypeLike } from "./dtype.ts";
import { HostMachine } from "./host_machine.ts";
import type { HostParams } from "./host_params.ts";
import type { XrtMemory } from "./memory.ts";
import { Overlay } from "./overlay.ts";
import { type BufferObject, CardDriver, type Client } from "./xrt/driver.ts";
import { Errno, PynqError, type PythonException } from "./xrt/errors.ts";
import type { Command, SchedulerMode } from "./xrt/kds.ts";

/** What a machine is made of. */
export interface MachineOptions {
  /** xclbins by name: the bytes of the files, or what they say. */
  readonly files: Readonly<Record<string, Uint8Array | XclbinContent>>;
  /** Models by the names of the kernels. */
  readonly models: KernelModels;
  /** The cards; one U200 unless said otherwise. */
  readonly cards?: readonly Partial<AlveoParams>[];
  /** The cards' links, where they are not Gen3 x16. */
  readonly link?: Partial<PcieLinkParams>;
  /** Costs of the host that differ. */
  readonly host?: Partial<HostParams>;
  /** Seed of card memory that nobody has written. */
  readonly seed?: number;
  /** The simulation to build it in; a new one unless said otherwise. */
  readonly sim?: Simulation;
}

/** How a program's PYNQ behaves. */
export interface PynqOptions {
  /** Name of the program, for reports and traces. */
  readonly name?: string;
  /** PYNQ's silence about mistakes that it does not see. */
  readonly compatible?: boolean;
  /** How `start` and `call` start kernels: the host itself (PYNQ up to 2.5), or the scheduler. */
  readonly startBy?: "sw" | "ert";
  /** Who schedules: the card, or the driver. */
  readonly scheduler?: SchedulerMode;
  /** Bytes of a slot of the command queue. */
  readonly slotBytes?: number;
}

/** A host with cards. */
export class Machine {
  /** The simulation. */
  readonly sim: Simulation;
  /** The host. */
  readonly host: HostMachine;
  /** The cards' drivers. */
  readonly drivers: readonly CardDriver[];
  /** Files that were unreadable, with the error. */
  readonly unreadable: ReadonlyMap<string, Error>;
  /** Names of the programs that there were. */
  readonly programs: Set<string> = new Set();
  private readonly designs: readonly ReadonlyMap<string, CardDesign>[];
  private readonly names: readonly string[];

  /** A machine at time 0. Designs for a shell go into the cards that have a card with its memories. */
  constructor(options: MachineOptions) {
    this.sim = options.sim ?? new Simulation();
    this.host = new HostMachine(this.sim, "host", options.host);
    const unreadable = new Map<string, Error>();
    const all = new Map<string, CardDesign>();
    for (const [file, given] of Object.entries(options.files)) {
      try {
        const content = given instanceof Uint8Array ? readXclbin(given) : given;
        all.set(file, designOf(file.replace(/^.*\//, "").replace(/\.xclbin$/, ""), content, options.models));
      } catch (error) {
        if (!(error instanceof SimulationError)) throw error;
        unreadable.set(file, error);
      }
    }
    this.unreadable = unreadable;
    this.names = Object.keys(options.files);
    const cards = options.cards ?? [{}];
    const built = cards.map((params, index) => {
      const shell = params.shell ?? Alveo.params.shell.default!;
      const fitting = new Map([...all].filter(([, design]) => design.content.platform === shell));
      const alveo = new Alveo(
        this.sim,
        `card${index}`,
        { designs: [...fitting.values()], host: this.host.memory, link: options.link },
        { seed: options.seed, ...params },
      );
      return { driver: new CardDriver(this.host, alveo), fitting };
    });
    this.drivers = built.map(({ driver }) => driver);
    // A design for another shell is known to every card, which refuses it.
    this.designs = built.map(() => all);
  }

  /** The design in a file, for a card. Throws a {@linkcode PynqError} if there is no such file. */
  designIn(file: string, card: number): CardDesign {
    const design = this.designs[card].get(file);
    if (design !== undefined) return design;
    const broken = this.unreadable.get(file);
    if (broken !== undefined) {
      throw new PynqError(
        "RuntimeError",
        `Programming Device failed: EINVAL unknown error`,
        broken.message,
        Errno.EINVAL,
      );
    }
    throw new PynqError(
      "FileNotFoundError",
      `Bitstream file ${file} does not exist.`,
      `files are given when the machine is built; there are ${this.names.join(", ") || "none"}`,
    );
  }
}

/** Hears of what programs do with runs and buffers; the hazard detector is one. */
export interface ProgramObserver {
  /** A run will be started; what it returns is its mark. */
  launches(unit: ComputeUnit, label: string, after: readonly unknown[]): unknown;
  /** The program has waited for the run of a mark. */
  waited(mark: unknown): void;
  /** The program looks at its copy of what a run has changed on the card. */
  staleLook(buffer: BufferObject, offset: number, sizeBytes: number, writtenBy: string): void;
}

/** What a host program calls: `pynq` and all that hangs under it. */
export class Pynq {
  /** The simulation. */
  readonly sim: Simulation;
  /** The host. */
  readonly host: HostMachine;
  /** The machine. */
  readonly machine: Machine;
  /** The cards (`Device.devices`). */
  readonly devices: readonly Device[];
  /** Whether it keeps PYNQ's silence about mistakes. */
  readonly compatible: boolean;
  /** How `start` and `call` start kernels. */
  readonly startBy: "sw" | "ert";
  /** Who schedules. */
  readonly scheduler: SchedulerMode;
  /** Bytes of a slot of the command queue. */
  readonly slotBytes: number;
  /** The program, as the driver knows it. */
  readonly client: Client;
  /** What was warned of, each text once. */
  readonly warnings: string[] = [];
  /** Hears of runs and buffers. */
  observer: ProgramObserver | null = null;
  /** The device that is used if none is named (`Device.active_device`). */
  activeDevice: Device;
  private readonly overlays = new Map<Device, Overlay>();
  private readonly trace: TracePoint<string>;
  private noticedPs = -1;
  private runs = 0;

  /** A program's session on a machine. */
  constructor(machine: Machine, options: PynqOptions = {}) {
    this.machine = machine;
    this.sim = machine.sim;
    this.host = machine.host;
    this.client = { name: options.name ?? "python" };
    if (machine.programs.has(this.client.name)) {
      throw new SimulationError(
        `Cannot start program ${this.client.name}: the machine has one of that name; give this one another, { name: ... }`,
      );
    }
    machine.programs.add(this.client.name);
    this.compatible = options.compatible ?? false;
    this.startBy = options.startBy ?? "sw";
    this.scheduler = options.scheduler ?? "ert";
    this.slotBytes = options.slotBytes ?? 0x1000;
    this.devices = machine.drivers.map((driver, index) => new Device(this, driver, index));
    this.activeDevice = this.devices[0];
    this.trace = machine.host.programTrace(this.client.name);
  }

  /**
   * Runs a program to its end and gives what it returns. Throws what it threw, and a DeadlockError if it waits for
   * something that cannot come.
   */
  run<R>(main: (pynq: Pynq) => Process<R>): R {
    const outcome: { result?: R; error?: unknown; failed: boolean } = { failed: false };
    // A program that fails ends; the machine goes on, and other programs may use it.
    const handle = this.spawn(function* (pynq): Process {
      try {
        outcome.result = yield* call(main(pynq));
      } catch (error) {
        outcome.failed = true;
        outcome.error = error;
      }
    });
    this.sim.run({ until: handle });
    this.#leave();
    if (outcome.failed) throw outcome.error;
    return outcome.result as R;
  }

  /** Starts a program; the simulation is run by somebody else. */
  spawn<R>(main: (pynq: Pynq) => Process<R>): ReturnType<typeof this.sim.spawn<R>> {
    const name = this.runs++ === 0 ? this.client.name : `${this.client.name}_${this.runs}`;
    return this.sim.spawn<R>(`${this.host.path}.${name}_program`, () => main(this));
  }

  /** Loads a design (`pynq.Overlay`). Throws a {@linkcode PynqError} if there is no such file, or the card refuses. */
  *overlay(
    file: string,
    { device = this.activeDevice, download = true }: { readonly device?: Device; readonly download?: boolean } = {},
  ): Process<Overlay> {
    const overlay = new Overlay(file, device, this.machine.designIn(file, device.index));
    if (download) yield* overlay.download();
    return overlay;
  }

  /** A new buffer (`pynq.allocate`), in a memory, or in the only one that the active device's design uses. */
  *allocate(
    shape: number | readonly number[],
    type: DTypeLike = "u4",
    target: XrtMemory | Device = this.activeDevice,
  ): Process<PynqBuffer> {
    return yield* target.allocate(shape, type);
  }

  /** Throws a {@linkcode PynqError} about a mistake that PYNQ does not see; in compatibility mode, nothing. */
  complain(exception: PythonException, text: string, hint: string): void {
    if (!this.compatible) throw new PynqError(exception, text, hint);
  }

  /** Notes something that may not be what was meant; in compatibility mode, nothing. */
  warn(text: string): void {
    if (!this.compatible && !this.warnings.includes(text)) this.warnings.push(text);
  }

  /** For kernels and handles: what the program waits for, for traces. */
  says(text: string): void {
    if (this.trace.on) this.trace.emit(text);
  }

  /** For kernels: a run will be started. */
  launches(unit: ComputeUnit, label: string, after: readonly unknown[]): unknown {
    return this.observer?.launches(unit, label, after) ?? label;
  }

  /** For handles: the program has waited for the run of a mark. */
  waited(mark: unknown): void {
    this.observer?.waited(mark);
  }

  /** For handles: what is over by now is noticed, which PYNQ does while it waits. */
  notice(): void {
    this.noticedPs = this.sim.now;
  }

  /** For handles: whether the end of a command was noticed. */
  noticed({ over, endedPs }: Command): boolean {
    return over && endedPs <= this.noticedPs;
  }

  /** For devices: the program looks at a copy that the card has changed. */
  staleLook(_device: Device, buffer: BufferObject, offset: number, sizeBytes: number, writtenBy: string): void {
    this.observer?.staleLook(buffer, offset, sizeBytes, writtenBy);
    this.warn(
      `the host looks at its copy of ${buffer.name}, bytes ${offset} to ${
        offset + sizeBytes - 1
      }, which ${writtenBy} has ` +
        "changed on the card; invalidate() fetches it",
    );
  }

  /** For overlays: one that is loaded frees the one before it. */
  replaceOverlay(overlay: Overlay): void {
    const before = this.overlays.get(overlay.device);
    if (before !== undefined && before !== overlay) before.free();
    this.overlays.set(overlay.device, overlay);
  }

  /** The end of the program: the driver takes everything back. */
  #leave(): void {
    for (const { driver } of this.devices) {
      const pending = driver.kds.pending;
      if (pending > 0) {
        this.warn(
          `the program ended while ${pending} command${
            pending === 1 ? " was" : "s were"
          } not over; nobody waited: call ` +
            "wait() on the last handle",
        );
      }
    }
  }
}
