/**
 * Registers of a kernel, for host programs.
 * @module
 */
import type { ComputeUnit } from "../../hw/pcie/compute_unit.ts";
import { layoutOf, type RegisterLayout, type RegisterSpec } from "../../hw/bus/register_table.ts";
import type { Process } from "../../sim/mod.ts";
import type { Device } from "./device.ts";
import { PynqError } from "./xrt/errors.ts";

/** Reads and writes a unit's registers through the BAR (`register_map`, `read`, `write`). */
export class RegisterMap {
  private readonly device: Device;
  private readonly unit: ComputeUnit;

  /** Made by kernels. */
  constructor(device: Device, unit: ComputeUnit) {
    this.device = device;
    this.unit = unit;
  }

  /** Names of the registers. */
  get names(): readonly string[] {
    return this.unit.registers.registers.map(({ name }) => name);
  }

  /** Reads a register by name. Throws a {@linkcode PynqError} if there is none. */
  get(name: string): Process<number> {
    return this.read(this.#register(name).offset);
  }

  /** Writes a register by name. Throws a {@linkcode PynqError} if there is none. */
  set(name: string, value: number): Process {
    return this.write(this.#register(name).offset, value);
  }

  /** Reads a register and gives its fields (`register_map.CTRL.AP_IDLE`). Throws a {@linkcode PynqError} if there is none. */
  *fields(name: string): Process<Readonly<Record<string, number>>> {
    const { offset, fields } = this.#layout(name);
    const word = yield* this.read(offset);
    return Object.fromEntries([...fields].map(([field, { mask, low }]) => [field, (word & mask) >>> low]));
  }

  /**
   * Writes a field, as PYNQ does it (`register_map.CTRL.AP_START = 1`): reads the register, and writes it with the field
   * replaced. Throws a {@linkcode PynqError} if there is none, or the value has too many bits.
   */
  *setField(name: string, field: string, value: number): Process {
    const { offset, fields } = this.#layout(name);
    const { mask, low, width } = fields.get(field) ?? this.#missing("Register", field, [...fields.keys()]);
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** width) {
      throw new PynqError(
        "ValueError",
        "Slice size and value do not match",
        `${name}.${field} takes whole numbers from 0 to ${2 ** width - 1}, not ${value}`,
      );
    }
    const word = yield* this.read(offset);
    yield* this.write(offset, ((word & ~mask) | (value << low)) >>> 0);
  }

  /** Reads 4 bytes at an offset. Throws a {@linkcode PynqError} for an offset that is none. */
  read(offset: number): Process<number> {
    return this.device.driver.readRegister(this.unit.params.address + this.#checked(offset));
  }

  /** Writes 4 bytes at an offset. Throws a {@linkcode PynqError} for an offset that is none. */
  write(offset: number, value: number): Process {
    return this.device.driver.writeRegisters(
      this.unit.params.address + this.#checked(offset),
      Uint32Array.of(value),
    );
  }

  #checked(offset: number): number {
    if (offset < 0) throw new PynqError("ValueError", "Offset cannot be negative", `it is ${offset}`);
    if (offset % 4 !== 0) {
      throw new PynqError("MemoryError", "Unaligned read: offset must be multiple of 4.", `it is ${offset}`);
    }
    return offset;
  }

  #register(name: string): RegisterSpec {
    const register = this.unit.registers.registers.find((register) => register.name === name);
    return register ?? this.#missing("RegisterMap", name, this.names);
  }

  #layout(name: string): RegisterLayout & { readonly offset: number } {
    const spec = this.#register(name);
    return { ...layoutOf(`${this.unit.path}.${name}`, spec), offset: spec.offset };
  }

  #missing(where: string, name: string, known: readonly string[]): never {
    throw new PynqError(
      "AttributeError",
      `'${where}' object has no attribute '${name}'`,
      `${this.unit.name} has ${known.join(", ") || "none"}`,
    );
  }
}
