/**
 * Overlays: designs that a host program has loaded.
 * @module
 */
import { bankAt, type CardDesign } from "../../hw/pcie/card_design.ts";
import type { XclbinContent } from "../../hw/pcie/xclbin_content.ts";
import type { Process } from "../../sim/mod.ts";
import type { Device } from "./device.ts";
import { describeMemory, describeUnit, type IpEntry, type MemEntry } from "./dictionaries.ts";
import { Kernel } from "./kernel.ts";
import type { XrtMemory } from "./memory.ts";
import { Errno, PynqError } from "./xrt/errors.ts";

/** A design on a card (`pynq.Overlay`). */
export class Overlay {
  /** Name of the file. */
  readonly bitfileName: string;
  /** The card. */
  readonly device: Device;
  /** The design. */
  readonly design: CardDesign;
  private loaded = false;
  private readonly drivers = new Map<string, Kernel>();

  /** Made by `Pynq.overlay`; nothing is loaded yet. */
  constructor(bitfileName: string, device: Device, design: CardDesign) {
    this.bitfileName = bitfileName;
    this.device = device;
    this.design = design;
  }

  /** Units by name (`ip_dict`). */
  get ipDict(): Readonly<Record<string, IpEntry>> {
    const { units, content } = this.design;
    return Object.fromEntries(units.map((unit) => [unit.name, describeUnit(unit, content)]));
  }

  /** Memories and streams by name (`mem_dict`). */
  get memDict(): Readonly<Record<string, MemEntry>> {
    return Object.fromEntries(
      this.design.content.memories.map((memory, idx) => [memory.tag, describeMemory(memory, idx)]),
    );
  }

  /** What the file says. */
  get parser(): XclbinContent {
    return this.design.content;
  }

  /** Whether it is on the card (`is_loaded`). */
  get isLoaded(): boolean {
    return this.loaded;
  }

  /** The unit of a name. Throws a {@linkcode PynqError} if there is none, or nothing is loaded. */
  kernel(name: string): Kernel {
    const unit = this.design.units.find((unit) => unit.name === name);
    if (unit === undefined) {
      throw new PynqError(
        "AttributeError",
        `Could not find IP or hierarchy ${name} in overlay`,
        `${this.bitfileName} has ${[...this.design.units.map((u) => u.name), ...this.memoryNames].join(", ")}`,
      );
    }
    this.needLoaded(name);
    let driver = this.drivers.get(name);
    if (driver === undefined) {
      const model = this.device.driver.loaded!.units[this.design.units.indexOf(unit)];
      this.drivers.set(name, driver = new Kernel(this, unit, model));
    }
    return driver;
  }

  /** The memory of a name, `PLRAM0` or `PLRAM[0]`, one that the design uses. Throws a {@linkcode PynqError} otherwise. */
  memory(name: string): XrtMemory {
    if (!this.memoryNames.includes(attributeName(name))) {
      throw new PynqError(
        "AttributeError",
        `Could not find IP or hierarchy ${name} in overlay`,
        `the design uses the memories ${this.memoryNames.join(", ") || "none"}`,
      );
    }
    this.needLoaded(name);
    return this.device.memory(name);
  }

  /** Names of the memories that the design uses, without brackets. */
  get memoryNames(): readonly string[] {
    const { content } = this.design;
    return content.memories.flatMap((memory, idx) =>
      memory.used && bankAt(content, idx) !== undefined ? [attributeName(memory.tag)] : []
    );
  }

  /** Loads it (`download`). Throws a {@linkcode PynqError} if the card does not take it. */
  *download(): Process {
    const { device } = this;
    const { pynq, driver } = device;
    pynq.says(`loads ${this.bitfileName}`);
    pynq.replaceOverlay(this);
    const status = yield* driver.load(pynq.client, this.design, pynq.scheduler, pynq.slotBytes);
    pynq.says("");
    if (status !== 0) throw programmingError(status, this);
    device.forgetMemories();
    this.loaded = true;
  }

  /** Gives the units up, so that other programs can load their designs (`free`); the design stays on the card. */
  free(): void {
    this.loaded = false;
    this.drivers.clear();
    this.device.driver.release(this.device.pynq.client);
  }

  /** Throws a {@linkcode PynqError} unless it is on the card. */
  needLoaded(name: string): void {
    if (this.loaded) return;
    throw new PynqError(
      "RuntimeError",
      "Overlay not currently loaded",
      `${name} of ${this.bitfileName} cannot be used: the overlay was not downloaded, was freed, or another one has taken ` +
        "its place",
    );
  }
}

/** A name that can be an attribute in Python. */
function attributeName(tag: string): string {
  return tag.replace(/[^A-Za-z0-9_]/g, "");
}

function programmingError(status: number, { bitfileName, device, design }: Overlay): PynqError {
  const [name, text, hint] = status === Errno.EBUSY
    ? [
      "EBUSY",
      "Bitstream in use by another program",
      "another program holds units of the loaded design; free its overlay",
    ]
    : status === Errno.EPERM
    ? ["EPERM", "Possibly buffers still allocated", `${device.driver.buffers.size} buffers are there; free them first`]
    : status === Errno.EOPNOTSUPP
    ? [
      "EOPNOTSUPP",
      "Shell does not match",
      `${bitfileName} is for ${design.content.platform}, the card has ${device.name}`,
    ]
    : ["EINVAL", "unknown error", "the driver did not take it"];
  return new PynqError("RuntimeError", `Programming Device failed: ${name} ${text}`, hint, status);
}
