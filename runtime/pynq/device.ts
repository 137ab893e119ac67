/**
 * Cards, as host programs see them.
 * @module
 */
import type { CardDesign } from "../../hw/pcie/card_design.ts";
import type { Process } from "../../sim/mod.ts";
import type { PynqBuffer } from "./buffer.ts";
import type { DTypeLike } from "./dtype.ts";
import { XrtMemory } from "./memory.ts";
import type { Pynq } from "./pynq.ts";
import { makeSensors, type Sensors } from "./sensors.ts";
import { PynqError } from "./xrt/errors.ts";
import type { BufferObject, CardDriver } from "./xrt/driver.ts";

/** A card (`pynq.Device`). */
export class Device {
  /** The environment of the program that uses it. */
  readonly pynq: Pynq;
  /** Its driver. */
  readonly driver: CardDriver;
  /** Its place among the devices. */
  readonly index: number;
  private rails: Sensors | null = null;
  private readonly memories = new Map<number, XrtMemory>();

  /** Made by {@linkcode Pynq}. */
  constructor(pynq: Pynq, driver: CardDriver, index: number) {
    this.pynq = pynq;
    this.driver = driver;
    this.index = index;
  }

  /** Name of the shell. */
  get name(): string {
    return this.driver.card.params.shell;
  }

  /** What it can do (`capabilities`). */
  get capabilities(): Readonly<Record<string, boolean>> {
    return { REGISTER_RW: true, CALLABLE: true, ERT: this.driver.kds.schedulerMode === "ert" };
  }

  /** The power rails (`sensors`). */
  get sensors(): Sensors {
    return this.rails ??= makeSensors(this);
  }

  /** The kernel clocks (`clocks`): MHz by name. */
  get clocks(): Readonly<Record<string, { readonly frequency: number }>> {
    const role = this.driver.loaded;
    return role === null ? {} : { clock0: { frequency: role.kernelClock.frequency.hertz / 1e6 } };
  }

  /** The memory at a place of the topology (`get_memory_by_idx`). Throws a PynqError if there is none. */
  memoryAt(idx: number): XrtMemory {
    const memory = this.memories.get(idx);
    if (memory !== undefined) return memory;
    const bank = this.#design().content.memories[idx];
    if (bank === undefined || bank.streaming) {
      throw new PynqError("RuntimeError", `Could not find memory ${idx}`, "it is not a memory of the loaded design");
    }
    const made = new XrtMemory(this, idx, bank);
    this.memories.set(idx, made);
    return made;
  }

  /** The memory of a name, `bank0` or `PLRAM[0]` (`get_memory_by_name`). Throws a PynqError if there is none. */
  memory(name: string): XrtMemory {
    const { memories } = this.#design().content;
    const idx = memories.findIndex(({ tag }) => tag === name || tag.replace(/[^A-Za-z0-9_]/g, "") === name);
    if (idx >= 0) return this.memoryAt(idx);
    throw new PynqError(
      "RuntimeError",
      `Could not find memory ${name}`,
      `the loaded design has ${memories.map(({ tag }) => tag).join(", ")}`,
    );
  }

  /** The only memory that the design uses (`default_memory`). Throws a PynqError if that is not one. */
  get defaultMemory(): XrtMemory {
    const used = this.#design().content.memories.flatMap((memory, idx) =>
      !memory.streaming && memory.used ? [idx] : []
    );
    if (used.length === 1) return this.memoryAt(used[0]);
    throw new PynqError(
      "RuntimeError",
      used.length === 0
        ? "No active memories in design"
        : "Multiple memories active in design: specify the memory using the `target` parameters",
      used.length === 0
        ? "no kernel of the design is connected to a memory"
        : `it uses ${
          used.map((idx) => this.memoryAt(idx).name).join(", ")
        }; kernel.args says which one an argument needs`,
    );
  }

  /** A new buffer in the only memory that the design uses. */
  *allocate(shape: number | readonly number[], type: DTypeLike = "u4"): Process<PynqBuffer> {
    return yield* this.defaultMemory.allocate(shape, type);
  }

  /** For buffers: the host looks at a copy that the card has changed meanwhile. */
  staleLook(object: BufferObject, offset: number, sizeBytes: number, writtenBy: string): void {
    this.pynq.staleLook(this, object, offset, sizeBytes, writtenBy);
  }

  /** The memories of a design that was replaced are not this one's. */
  forgetMemories(): void {
    this.memories.clear();
  }

  #design(): CardDesign {
    const role = this.driver.loaded;
    if (role !== null) return role.content;
    throw new PynqError("RuntimeError", "No active memories in design", `no overlay is loaded into ${this.name}`);
  }
}
