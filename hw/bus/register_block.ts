/**
 * Memory-mapped registers, declared once as a table.
 * @module
 */
import { type Simulation, SimulationError, type TracePoint } from "../../sim/mod.ts";
import { hex } from "./address_map.ts";

/** Who may do what: read and write, only one of them, or write one to clear. */
export type Access = "rw" | "ro" | "wo" | "w1c";

/** Some bits of a register. */
export interface Field {
  /** Lowest and highest bit, or the only one. */
  readonly bits: number | readonly [low: number, high: number];
  /** Default: as the register. */
  readonly access?: Access;
  /** One line that says what it is. */
  readonly description: string;
}

/** One register. */
export interface RegisterSpec {
  /** Byte offset in the block; a multiple of 4. */
  readonly offset: number;
  /** Default: `rw`. */
  readonly access?: Access;
  /** Value after reset; default 0. */
  readonly reset?: number;
  /** One line that says what it is. */
  readonly description: string;
  /** Its fields; bits outside all fields are reserved. Without fields, all 32 bits are usable. */
  readonly fields?: Readonly<Record<string, Field>>;
}

/** The registers of a block, by name. */
export type RegisterTable<N extends string> = Readonly<Record<N, RegisterSpec>>;

/** What a block does beyond storing. */
export interface RegisterEffects {
  /** Gives the value that a read sees, instead of the stored one. */
  readonly read?: () => number;
  /** Is told after a write has been stored. */
  readonly write?: (value: number, before: number) => void;
}

interface Entry {
  readonly name: string;
  readonly spec: RegisterSpec;
  readonly readable: number;
  readonly writable: number;
  readonly clearable: number;
  readonly effects: RegisterEffects;
  value: number;
}

/** What a block asks of the component that it belongs to. */
export interface RegisterOwner {
  /** Path. */
  readonly path: string;
  /** The simulation it lives in. */
  readonly sim: Simulation;
  /** Where it is and when, for error messages. */
  where(): string;
}

/** A block of 32-bit registers that belongs to a component. */
export class RegisterBlock<N extends string> {
  /** Path. */
  readonly path: string;
  private readonly owner: RegisterOwner;
  private readonly byOffset = new Map<number, Entry>();
  private readonly byName = new Map<string, Entry>();
  private readonly trace: TracePoint<string>;

  /**
   * Builds the block from its table. Throws a SimulationError if offsets collide or are not multiples of 4, or fields
   * overlap.
   */
  constructor(
    owner: RegisterOwner,
    name: string,
    table: RegisterTable<N>,
    effects: Partial<Record<N, RegisterEffects>> = {},
  ) {
    this.owner = owner;
    this.path = `${owner.path}.${name}`;
    this.trace = owner.sim.trace.point(this.path, {
      kind: "event",
      unit: "text",
      description: "register accesses",
      canonical: true,
    });
    for (const [register, spec] of Object.entries(table) as [N, RegisterSpec][]) {
      this.declare(register, spec, effects[register] ?? {});
    }
  }

  /** Names, offsets and descriptions, in the order of the offsets. */
  get registers(): readonly (RegisterSpec & { readonly name: string })[] {
    return [...this.byOffset.values()].map(({ name, spec }) => ({ name, ...spec }))
      .sort((a, b) => a.offset - b.offset);
  }

  /** Reads as the bus does. Throws a SimulationError if nothing is there or it cannot be read. */
  read(offset: number): number {
    const entry = this.at(offset, "read");
    if (entry.readable === 0 && entry.effects.read === undefined) {
      throw new SimulationError(`Cannot read ${this.named(entry)}: it is write-only (${entry.spec.description})`);
    }
    const value = (entry.effects.read?.() ?? entry.value & entry.readable) >>> 0;
    if (this.trace.on) this.trace.emit(`r ${entry.name} ${hex(value)}`);
    return value;
  }

  /** Writes as the bus does. Throws a SimulationError if nothing is there, it cannot be written, or reserved bits are set. */
  write(offset: number, value: number): void {
    const entry = this.at(offset, `write ${hex(value)} to`);
    const allowed = entry.writable | entry.clearable;
    if (allowed === 0) {
      throw new SimulationError(
        `Cannot write ${hex(value)} to ${this.named(entry)}: it is read-only (${entry.spec.description})`,
      );
    }
    const reserved = value & ~(allowed | entry.readable);
    if (reserved !== 0) {
      throw new SimulationError(
        `Cannot write ${hex(value)} to ${this.named(entry)}: bits ${hex(reserved)} are reserved and have to be 0; ` +
          `its fields are ${this.fieldList(entry)}`,
      );
    }
    if (this.trace.on) this.trace.emit(`w ${entry.name} ${hex(value)}`);
    const before = entry.value;
    const kept = (before & ~entry.writable) & ~(value & entry.clearable);
    entry.value = (kept | (value & entry.writable)) >>> 0;
    entry.effects.write?.(value >>> 0, before);
  }

  /** The stored value of a register, from the hardware's side. */
  get(register: N): number {
    return this.byName.get(register)!.value;
  }

  /** Stores a value, from the hardware's side: no effects, no access rules. */
  set(register: N, value: number): void {
    this.byName.get(register)!.value = value >>> 0;
  }

  /** The value of a field. */
  getField(register: N, field: string): number {
    const [low, mask] = this.field(register, field);
    return (this.get(register) & mask) >>> low;
  }

  /** Stores a field, from the hardware's side. */
  setField(register: N, field: string, value: number): void {
    const [low, mask] = this.field(register, field);
    this.set(register, (this.get(register) & ~mask) | ((value << low) & mask));
  }

  /** Puts every register back to its reset value. */
  reset(): void {
    for (const entry of this.byOffset.values()) entry.value = (entry.spec.reset ?? 0) >>> 0;
  }

  private declare(name: string, spec: RegisterSpec, effects: RegisterEffects): void {
    if (spec.offset % 4 !== 0 || this.byOffset.has(spec.offset)) {
      const other = this.byOffset.get(spec.offset)?.name;
      throw new SimulationError(
        `Cannot declare register ${this.path}.${name} at offset ${hex(spec.offset)}: ` +
          (other === undefined ? "it is not a multiple of 4" : `${other} is there`),
      );
    }
    const masks: Record<Access, number> = { rw: 0, ro: 0, wo: 0, w1c: 0 };
    const fallback = spec.access ?? "rw";
    if (spec.fields === undefined) masks[fallback] = -1;
    let seen = 0;
    for (const [field, { bits, access }] of Object.entries(spec.fields ?? {})) {
      const mask = maskOf(bits);
      if ((seen & mask) !== 0) {
        throw new SimulationError(`Cannot declare register ${this.path}.${name}: field ${field} overlaps another`);
      }
      seen |= mask;
      masks[access ?? fallback] |= mask;
    }
    const entry: Entry = {
      name,
      spec,
      effects,
      readable: masks.rw | masks.ro | masks.w1c,
      writable: masks.rw | masks.wo,
      clearable: masks.w1c,
      value: (spec.reset ?? 0) >>> 0,
    };
    this.byOffset.set(spec.offset, entry);
    this.byName.set(name, entry);
  }

  private at(offset: number, verb: string): Entry {
    const entry = this.byOffset.get(offset);
    if (entry === undefined) {
      const known = this.registers.map(({ name, offset }) => `${name} ${hex(offset)}`);
      throw new SimulationError(
        `Cannot ${verb} ${this.path} offset ${hex(offset)} (${this.owner.where()}): no register is there; there are ${
          known.join(", ")
        }`,
      );
    }
    return entry;
  }

  private field(register: N, field: string): [number, number] {
    const bits = this.byName.get(register)!.spec.fields?.[field]?.bits;
    if (bits === undefined) {
      throw new SimulationError(`Cannot find field ${field} of ${this.path}.${register}: it has no such field`);
    }
    return [typeof bits === "number" ? bits : bits[0], maskOf(bits)];
  }

  private named(entry: Entry): string {
    return `register ${this.path}.${entry.name} (${this.owner.where()})`;
  }

  private fieldList(entry: Entry): string {
    return Object.entries(entry.spec.fields ?? {})
      .map(([name, { bits }]) => `${name}[${typeof bits === "number" ? bits : `${bits[1]}:${bits[0]}`}]`).join(", ");
  }
}

function maskOf(bits: Field["bits"]): number {
  const [low, high] = typeof bits === "number" ? [bits, bits] : bits;
  return (high - low === 31 ? -1 : ((1 << (high - low + 1)) - 1) << low) | 0;
}
