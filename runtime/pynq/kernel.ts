/**
 * Kernels, as host programs call them.
 * @module
 */
import type { DesignUnit } from "../../hw/pcie/card_design.ts";
import type { ComputeUnit } from "../../hw/pcie/compute_unit.ts";
import { startUnitPacket } from "../../hw/pcie/ert_packet.ts";
import { Control, type PlacedArgument } from "../../hw/pcie/hls_registers.ts";
import type { Process } from "../../sim/mod.ts";
import { type BufferUser, PynqBuffer } from "./buffer.ts";
import type { Device } from "./device.ts";
import { checkArgument, checkCount } from "./kernel_checks.ts";
import { NdView } from "./nd_view.ts";
import type { Overlay } from "./overlay.ts";
import type { Pynq } from "./pynq.ts";
import { RegisterMap } from "./register_map.ts";
import { packPointer, packScalar, signatureText } from "./signature.ts";
import { ErtWaitHandle, PolledHandle, type WaitHandle } from "./wait_handle.ts";
import { Command, MAX_DEPENDENCIES } from "./xrt/kds.ts";
import { Errno, PynqError } from "./xrt/errors.ts";

/** What a kernel takes: buffers for pointers, numbers for the rest. */
export type KernelValue = PynqBuffer | number | bigint;

/** What may follow the arguments of a start. */
export interface StartOptions {
  /** Runs that have to be over before this one begins; null is skipped. */
  readonly waitlist?: readonly (WaitHandle | null)[];
  /** The same, by its later name. */
  readonly waitfor?: readonly (WaitHandle | null)[];
  /** What to write to the control register, for `startSw`. */
  readonly apCtrl?: number;
  /** What reports call the run. */
  readonly label?: string;
}

/** Arguments, and options if there are any. */
export type StartArguments = readonly (KernelValue | StartOptions)[];

/** An argument of a kernel (`XrtArgument`). */
export interface XrtArgument {
  /** Name in the source. */
  readonly name: string;
  /** Its number, from 1 on. */
  readonly index: number;
  /** C type. */
  readonly type: string;
  /** Name of the memory that it is connected to; null for scalars. */
  readonly mem: string | null;
}

/** A compute unit of an overlay (`pynq.overlay.DefaultIP`). */
export class Kernel {
  /** Name of the unit: `mmult_1`. */
  readonly name: string;
  /** The card. */
  readonly device: Device;
  /** What the design says of it. */
  readonly description: DesignUnit;
  /** Its registers. */
  readonly registerMap: RegisterMap;
  private readonly overlay: Overlay;
  private readonly unit: ComputeUnit;
  private launches = 0;

  /** Made by overlays. */
  constructor(overlay: Overlay, description: DesignUnit, unit: ComputeUnit) {
    this.overlay = overlay;
    this.name = description.name;
    this.device = overlay.device;
    this.description = description;
    this.unit = unit;
    this.registerMap = new RegisterMap(overlay.device, unit);
  }

  /** The signature, as Python prints it. */
  get signature(): string {
    return signatureText(this.unit.placed);
  }

  /** The arguments and the memories that they are connected to. */
  get args(): Readonly<Record<string, XrtArgument>> {
    return Object.fromEntries(this.unit.placed.map(({ name, type }, i) => {
      const place = this.description.memoryOf.get(name);
      const mem = place === undefined ? null : this.device.memoryAt(place).name;
      return [name, { name, index: i + 1, type, mem }];
    }));
  }

  /** Streams to and from other kernels, by the name of the port. */
  get streams(): Readonly<Record<string, { readonly source: string; readonly sink: string }>> {
    const role = this.overlay.design;
    return Object.fromEntries(
      role.streams.filter(({ sourceUnit, sinkUnit }) => sourceUnit === this.name || sinkUnit === this.name)
        .map(({ sourceUnit, sourcePort, sinkUnit, sinkPort }) => [
          sourceUnit === this.name ? sourcePort : sinkPort,
          { source: `${sourceUnit}.${sourcePort}`, sink: `${sinkUnit}.${sinkPort}` },
        ]),
    );
  }

  /** Runs the kernel and waits for its end (`call`). */
  *call(...args: StartArguments): Process {
    const handle = yield* this.start(...args);
    yield* handle.wait();
  }

  /** Starts the kernel, by the host or by the scheduler, as the environment's PYNQ does (`start`). */
  start(...args: StartArguments): Process<WaitHandle> {
    return this.device.pynq.startBy === "ert" ? this.startErt(...args) : this.startSw(...args);
  }

  /**
   * Starts the kernel by register accesses of the host (`start_sw`): all arguments, then the control register. Throws a
   * {@linkcode PynqError} where the arguments cannot work, and if the unit is running.
   */
  *startSw(...args: StartArguments): Process<PolledHandle> {
    const { pynq, driver } = this.device;
    const { values, options } = split(args, pynq);
    if ((options.waitfor ?? options.waitlist) !== undefined) {
      throw new PynqError(
        "RuntimeError",
        "waitfor only supported on newer versions of XRT",
        `${this.name}.startSw starts at once; use startErt, which lets the scheduler wait`,
      );
    }
    const label = this.#label(options);
    yield pynq.host.time(pynq.host.params.pythonCallNs);
    if (this.unit.busy) {
      pynq.complain(
        "RuntimeError",
        `${this.name} is in use`,
        "PYNQ's start_sw does not look: it overwrites the arguments of the run that is under way, and the start is " +
          "lost; wait for its handle first, or let the scheduler queue the runs with startErt",
      );
    }
    const image = this.#pack(values, label);
    const mark = pynq.launches(this.unit, label, []);
    if (!this.unit.busy) driver.startedByHost(this.unit, label, mark);
    yield* driver.writeRegisters(this.unit.params.address, image);
    yield* driver.writeRegisters(this.unit.params.address, Uint32Array.of(options.apCtrl ?? Control.start));
    const handle = new PolledHandle(this.device, this.unit, mark, label);
    noteUse(values, handle);
    return handle;
  }

  /**
   * Has the scheduler start the kernel when it is idle and all runs of the wait list are over (`start_ert`). Throws a
   * {@linkcode PynqError} where the arguments cannot work, and for more than 8 runs to wait for.
   */
  *startErt(...args: StartArguments): Process<ErtWaitHandle> {
    const { pynq, driver } = this.device;
    const { values, options } = split(args, pynq);
    if (options.waitfor !== undefined && options.waitlist !== undefined) {
      throw new PynqError(
        "TypeError",
        "got an unexpected keyword argument 'waitlist'",
        "it is the older name of waitfor",
      );
    }
    const dependencies = commandsOf(options.waitfor ?? options.waitlist ?? []);
    const label = this.#label(options);
    yield pynq.host.time(pynq.host.params.pythonCallNs);
    const image = this.#pack(values, label);
    const command = new Command(startUnitPacket(1 << this.description.cuIndex, image), label);
    command.mark = pynq.launches(this.unit, label, dependencies.map(({ mark }) => mark));
    const open = dependencies.filter(({ over }) => !over);
    yield driver.execBuf();
    const status = driver.kds.submit(command, open);
    if (status !== 0) {
      throw new PynqError(
        "RuntimeError",
        `Buffer submit failed: ${status}`,
        open.length > MAX_DEPENDENCIES
          ? `${label} waits for ${open.length} runs, and a command can wait for ${MAX_DEPENDENCIES}; XRT 2019.2 does not ` +
            "check that and writes past its array; wait for some of them in between, or chain them"
          : `the driver did not take ${label}`,
        status,
      );
    }
    noteUse(values, command);
    return new ErtWaitHandle(this.device, command);
  }

  /** `start_none`: for designs that are no xclbin. */
  startNone(): never {
    throw new PynqError(
      "RuntimeError",
      "Start only supported for XCLBIN-based designs",
      `${this.name} is one of those: use start`,
    );
  }

  #label(options: StartOptions): string {
    return options.label ?? `${this.name} run ${++this.launches}`;
  }

  /** The register image, from offset 0 on. */
  #pack(values: readonly KernelValue[], label: string): Uint32Array {
    const { pynq } = this.device;
    this.overlay.needLoaded(this.name);
    checkCount(pynq, this.name, this.unit.placed, values);
    const image = new Uint32Array(this.unit.imageBytes / 4);
    const view = new DataView(image.buffer);
    this.unit.placed.forEach((argument, index) => {
      const value = values[index];
      if (!argument.pointer) packScalar(view, argument, scalarOf(argument, value));
      else this.#packBuffer(view, argument, value, label);
    });
    return image;
  }

  #packBuffer(view: DataView, argument: PlacedArgument, value: KernelValue, label: string): void {
    if (!(value instanceof PynqBuffer)) {
      throw new PynqError(
        "AttributeError",
        `'${pythonType(value)}' object has no attribute 'device_address'`,
        `argument ${argument.name} of ${this.name} is ${argument.type}: it takes a buffer that allocate has made`,
      );
    }
    checkArgument(this.device.pynq, this.name, argument, this.description.memoryOf.get(argument.name), value);
    packPointer(view, argument, value.deviceAddress);
    if (/\bconst\b/.test(argument.type)) return;
    const elements = argument.shape?.reduce((product, length) => product * length, 1);
    value.writtenOnCard(label, elements === undefined ? value.nbytes : elements * value.dtype.sizeBytes);
  }
}

const OPTIONS = ["waitlist", "waitfor", "apCtrl", "label"];

function split(args: StartArguments, pynq: Pynq): { values: readonly KernelValue[]; options: StartOptions } {
  const last = args[args.length - 1];
  if (typeof last !== "object" || last === null || last instanceof NdView) {
    return { values: args as KernelValue[], options: {} };
  }
  const unknown = Object.keys(last).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) {
    pynq.complain(
      "TypeError",
      `got an unexpected keyword argument '${unknown}'`,
      `options are ${OPTIONS.join(", ")}; PYNQ before 2.5.1 ignores others`,
    );
  }
  return { values: args.slice(0, -1) as KernelValue[], options: last as StartOptions };
}

/** The commands of a wait list. */
function commandsOf(waitlist: readonly (WaitHandle | null)[]): Command[] {
  if (!Array.isArray(waitlist)) {
    throw new PynqError(
      "TypeError",
      `'${pythonType(waitlist)}' object is not iterable`,
      "a wait list is a list, of one handle too: [handle]",
    );
  }
  return waitlist.filter((handle) => handle !== null).map((handle) => {
    if (handle instanceof ErtWaitHandle) return handle.command;
    throw new PynqError(
      "AttributeError",
      `'${pythonType(handle)}' object has no attribute '_bo'`,
      "the scheduler waits for runs that startErt has started (`yield*` gives their handles); wait for the others first",
    );
  });
}

/** Tells the buffers among a run's arguments of it. */
function noteUse(values: readonly KernelValue[], run: BufferUser): void {
  for (const value of values) if (value instanceof PynqBuffer) value.usedBy(run);
}

/** What Python would call the type of a value. */
function pythonType(value: unknown): string {
  if (value === null || value === undefined) return "NoneType";
  if (value instanceof NdView) return "ndarray";
  if (value instanceof PolledHandle) return "WaitHandle";
  if (typeof value === "object") return value.constructor?.name ?? "object";
  return typeof value === "string" ? "str" : Number.isInteger(value) || typeof value === "bigint" ? "int" : "float";
}

function scalarOf({ name, type }: PlacedArgument, value: KernelValue): number | bigint {
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw new PynqError(
    "struct.error",
    "required argument is not an integer",
    `argument ${name} is ${type}, not a pointer, and was given ${
      value instanceof PynqBuffer ? "a buffer" : `a value of type ${pythonType(value)}`
    }`,
    Errno.EINVAL,
  );
}
