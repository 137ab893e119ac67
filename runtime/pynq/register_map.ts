/**
 * Registers of a kernel, for host programs.
 * @module
 */
import type { ComputeUnit } from "../../hw/pcie/compute_unit.ts";
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
    return this.read(this.#offset(name));
  }

  /** Writes a register by name. Throws a {@linkcode PynqError} if there is none. */
  set(name: string, value: number): Process {
    return this.write(this.#offset(name), value);
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

  #offset(name: string): number {
    const register = this.unit.registers.registers.find((register) => register.name === name);
    if (register !== undefined) return register.offset;
    throw new PynqError(
      "AttributeError",
      `'RegisterMap' object has no attribute '${name}'`,
      `${this.unit.name} has ${this.names.join(", ")}`,
    );
  }
}
