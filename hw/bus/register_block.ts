/**
 * Memory-mapped registers, declared once as a table.
 * @module
 */
import { type Simulation, SimulationError, type TracePoint } from "../../sim/mod.ts";
import { Design } from "../design.ts";
import { isWord, type Mapped } from "./access.ts";
import { hex } from "./address_map.ts";
import {
  type FieldPlace,
  layoutOf,
  type RegisterLayout,
  type RegisterSpec,
  type RegisterTable,
  show,
} from "./register_table.ts";

/** What a block does beyond storing. */
export interface RegisterEffects {
  /** Gives the value that a read sees, instead of the stored one. */
  readonly read?: () => number;
  /** Is told after a write has been stored: what was written, and what was stored before. */
  readonly write?: (value: number, before: number) => void;
}

interface Entry extends RegisterLayout {
  readonly name: string;
  readonly spec: RegisterSpec;
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

/**
 * A block of 32-bit registers that belongs to a component. A bus reads and writes by offset, with all access rules;
 * the component gets and sets by name, without them. Bits of read-only fields in what is written have no effect.
 *
 * @example
 * ```ts
 * import { Component, RegisterBlock } from "@escapement/escapement/hw";
 * import { Simulation } from "@escapement/escapement/sim";
 *
 * class Timer extends Component {
 *   readonly registers: RegisterBlock<"CONTROL" | "VALUE"> = new RegisterBlock(this, "registers", {
 *     CONTROL: {
 *       offset: 0x0,
 *       description: "what the timer does",
 *       fields: {
 *         ENABLE: { bits: 0, description: "1: counts" },
 *         PRESCALER: { bits: [8, 15], description: "cycles per count, less one" },
 *       },
 *     },
 *     VALUE: { offset: 0x4, access: "ro", description: "counts so far" },
 *   });
 * }
 *
 * const { registers } = new Timer(new Simulation(), "timer");
 * registers.write(0x0, 0x0301); // as a bus does
 * if (registers.getField("CONTROL", "PRESCALER") !== 3) throw new Error("not stored");
 * ```
 */
export class RegisterBlock<N extends string> {
  /** Path. */
  readonly path: string;
  /** The block as a bus sees it, for a target of protocol `Mapped`; only whole words can be read and written. */
  readonly mapped: Mapped;
  private readonly owner: RegisterOwner;
  private readonly byOffset = new Map<number, Entry>();
  private readonly byName = new Map<string, Entry>();
  private readonly trace: TracePoint<string>;

  /**
   * Builds the block from its table. Throws a SimulationError if two registers share an offset, an offset is not a
   * multiple of 4, fields overlap, or a reset value sets reserved bits.
   */
  constructor(
    owner: RegisterOwner,
    name: string,
    table: RegisterTable<N>,
    effects: Partial<Record<N, RegisterEffects>> = {},
  ) {
    this.owner = owner;
    this.path = `${owner.path}.${name}`;
    Design.of(owner.sim).claim("register block", owner.path, name, () => this);
    this.trace = owner.sim.trace.point(this.path, {
      kind: "event",
      unit: "text",
      description: "register accesses",
      canonical: true,
    });
    for (const [register, spec] of Object.entries(table) as [N, RegisterSpec][]) {
      this.declare(register, spec, effects[register] ?? {});
    }
    this.mapped = {
      read: (offset, sizeBytes) => {
        this.needWord("read", offset, sizeBytes);
        return this.read(offset);
      },
      write: (offset, sizeBytes, value) => {
        this.needWord(`write ${hex(value)} to`, offset, sizeBytes);
        this.write(offset, value);
      },
    };
  }

  /** What was declared, in the order of the offsets. */
  get registers(): readonly (RegisterSpec & { readonly name: string })[] {
    return [...this.byOffset.values()].map(({ name, spec }) => ({ name, ...spec }))
      .sort((a, b) => a.offset - b.offset);
  }

  /** Reads as the bus does. Throws a SimulationError if nothing is there or it cannot be read. */
  read(offset: number): number {
    const entry = this.at(offset, "read");
    if (entry.readable === 0 && entry.effects.read === undefined) {
      throw new SimulationError(
        `Cannot read ${
          this.named(entry)
        }: it is write-only (${entry.spec.description}); keep a copy of what was written`,
      );
    }
    const value = (entry.effects.read?.() ?? (entry.value & entry.readable)) >>> 0;
    if (this.trace.on) this.trace.emit(`r ${entry.name} ${hex(value)}`);
    return value;
  }

  /**
   * Writes as the bus does. Throws a SimulationError if nothing is there, it cannot be written, reserved bits are set, or
   * the value has no 32 bits.
   */
  write(offset: number, value: number): void {
    const entry = this.at(offset, `write ${hex(value)} to`);
    const { readable, writable, clearable } = entry;
    if (!isWord(value)) {
      throw new SimulationError(
        `Cannot write ${value} to ${
          this.named(entry)
        }: a register takes whole numbers of 32 bits; an overflow, or a value ` +
          "that was never computed",
      );
    }
    if ((writable | clearable) === 0) {
      throw new SimulationError(
        `Cannot write ${hex(value)} to ${
          this.named(entry)
        }: it is read-only (${entry.spec.description}); only the hardware changes it`,
      );
    }
    const reserved = value & ~(readable | writable | clearable);
    if (reserved !== 0) {
      throw new SimulationError(
        `Cannot write ${hex(value)} to ${this.named(entry)}: bits ${hex(reserved)} are reserved and have to be 0; ` +
          `its fields are ${fieldList(entry)}. A wrong shift, or a value for another register`,
      );
    }
    if (this.trace.on) this.trace.emit(`w ${entry.name} ${hex(value)}`);
    const before = entry.value;
    const kept = before & ~writable & ~(value & clearable);
    entry.value = (kept | (value & writable)) >>> 0;
    entry.effects.write?.(value >>> 0, before);
  }

  /** The stored value of a register, from the hardware's side. */
  get(register: N): number {
    return this.entry(register).value;
  }

  /** Stores a value, from the hardware's side: no effects, no access rules. */
  set(register: N, value: number): void {
    this.entry(register).value = value >>> 0;
  }

  /** The value of a field. Throws a SimulationError if there is no such field. */
  getField(register: N, field: string): number {
    const entry = this.entry(register);
    const { low, mask } = this.place(entry, field);
    return (entry.value & mask) >>> low;
  }

  /**
   * Stores a field, from the hardware's side: no effects, no access rules. Throws a SimulationError if there is no such
   * field, or it has too few bits.
   */
  setField(register: N, field: string, value: number): void {
    const entry = this.entry(register);
    const place = this.place(entry, field);
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** place.width) {
      throw new SimulationError(
        `Cannot store ${value} in field ${field}${show(place)} of ${this.named(entry)}: it takes whole numbers from ` +
          `0 to ${2 ** place.width - 1}`,
      );
    }
    entry.value = ((entry.value & ~place.mask) | (value << place.low)) >>> 0;
  }

  /** Puts every register back to its reset value. */
  reset(): void {
    for (const entry of this.byOffset.values()) entry.value = (entry.spec.reset ?? 0) >>> 0;
  }

  /** Adds a register to the decoder. */
  private declare(name: string, spec: RegisterSpec, effects: RegisterEffects): void {
    const path = `${this.path}.${name}`;
    const layout = layoutOf(path, spec);
    const other = this.byOffset.get(spec.offset);
    if (other !== undefined) {
      throw new SimulationError(
        `Cannot declare register ${path} at offset ${hex(spec.offset)}: ${other.name} is there`,
      );
    }
    const entry: Entry = { name, spec, effects, ...layout, value: (spec.reset ?? 0) >>> 0 };
    this.byOffset.set(spec.offset, entry);
    this.byName.set(name, entry);
  }

  /** The register at an offset. */
  private at(offset: number, verb: string): Entry {
    const entry = this.byOffset.get(offset);
    if (entry !== undefined) return entry;
    const known = this.registers.map((register) => `${register.name} at ${hex(register.offset)}`);
    throw new SimulationError(
      `Cannot ${verb} offset ${hex(offset)} of ${this.path} (${this.owner.where()}): no register is there` +
        `${offset % 4 === 0 ? "" : ", as no offset between multiples of 4 has one"}; it has ${
          known.join(", ")
        }. A miscounted offset, ` +
        "or a driver for another version of the block",
    );
  }

  /** Refuses accesses that are not a word wide. */
  private needWord(verb: string, offset: number, sizeBytes: number): void {
    if (sizeBytes === 4) return;
    throw new SimulationError(
      `Cannot ${verb} ${sizeBytes} byte${sizeBytes === 1 ? "" : "s"} at offset ${hex(offset)} of ${this.path} ` +
        `(${this.owner.where()}): registers take whole words; use a load or store of 4 bytes`,
    );
  }

  /** The register of a name. */
  private entry(register: N): Entry {
    const entry = this.byName.get(register);
    if (entry !== undefined) return entry;
    throw new SimulationError(
      `Cannot find register ${register} of ${this.path}: it has ${[...this.byName.keys()].join(", ")}`,
    );
  }

  /** Where a field lies. */
  private place(entry: Entry, field: string): FieldPlace {
    const place = entry.fields.get(field);
    if (place !== undefined) return place;
    const known = entry.fields.size === 0 ? "no fields" : fieldList(entry);
    throw new SimulationError(`Cannot find field ${field} of ${this.path}.${entry.name}: it has ${known}`);
  }

  /** A register for people, with place and time. */
  private named(entry: Entry): string {
    return `register ${this.path}.${entry.name} (${this.owner.where()})`;
  }
}

function fieldList({ fields }: Entry): string {
  return [...fields].map(([name, place]) => `${name}${show(place)}`).join(", ");
}
