/**
 * The declaration of memory-mapped registers, and what follows from it.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { isWord } from "./access.ts";
import { hex } from "./address_map.ts";

/** Who may do what: read and write, only one of them, or write one to clear. */
export type RegisterAccess = "rw" | "ro" | "wo" | "w1c";

/** Some bits of a register. */
export interface Field {
  /** Lowest and highest bit, or the only one. */
  readonly bits: number | readonly [low: number, high: number];
  /** Default: as the register. */
  readonly access?: RegisterAccess;
  /** One line that says what it is. */
  readonly description: string;
}

/** One register. */
export interface RegisterSpec {
  /** Byte offset in the block; a multiple of 4. */
  readonly offset: number;
  /** Default: `rw`. */
  readonly access?: RegisterAccess;
  /** Value after reset; default 0. */
  readonly reset?: number;
  /** One line that says what it is. */
  readonly description: string;
  /** Its fields; bits outside all fields are reserved. Without fields, all 32 bits are usable. */
  readonly fields?: Readonly<Record<string, Field>>;
}

/** The registers of a block, by name. */
export type RegisterTable<N extends string> = Readonly<Record<N, RegisterSpec>>;

/** Where a field lies. */
export interface FieldPlace {
  /** Its lowest bit. */
  readonly low: number;
  /** Number of bits. */
  readonly width: number;
  /** Its bits, as a signed 32-bit number. */
  readonly mask: number;
}

/** Which bits of a register can do what, each as a signed 32-bit mask, and where its fields are. */
export interface RegisterLayout {
  /** Bits that a read shows. */
  readonly readable: number;
  /** Bits that a write stores. */
  readonly writable: number;
  /** Bits that a write of 1 clears. */
  readonly clearable: number;
  /** Fields by name. */
  readonly fields: ReadonlyMap<string, FieldPlace>;
}

/**
 * The layout of register `path`. Throws a SimulationError if its offset is no multiple of 4, a field lies outside 32
 * bits or on another one, or the reset value sets a reserved bit.
 */
export function layoutOf(path: string, spec: RegisterSpec): RegisterLayout {
  const refusal = `Cannot declare register ${path}: `;
  const { offset, reset = 0 } = spec;
  if (!Number.isInteger(offset) || offset < 0 || offset % 4 !== 0) {
    throw new SimulationError(`${refusal}its offset is ${hex(offset)}; it has to be a multiple of 4, 0 or more`);
  }
  const masks: Record<RegisterAccess, number> = { rw: 0, ro: 0, wo: 0, w1c: 0 };
  const fallback = spec.access ?? "rw";
  if (spec.fields === undefined) masks[fallback] = -1;
  const fields = new Map<string, FieldPlace>();
  for (const [name, { bits, access }] of Object.entries(spec.fields ?? {})) {
    const place = placeOf(bits);
    if (place === null) {
      throw new SimulationError(`${refusal}field ${name} has bits [${bits}]; they are [low, high] within 0 to 31`);
    }
    const other = [...fields].find(([, { mask }]) => (mask & place.mask) !== 0);
    if (other !== undefined) {
      throw new SimulationError(`${refusal}field ${name}${show(place)} overlaps ${other[0]}${show(other[1])}`);
    }
    fields.set(name, place);
    masks[access ?? fallback] |= place.mask;
  }
  const usable = masks.rw | masks.ro | masks.wo | masks.w1c;
  if (!isWord(reset) || (reset & ~usable) !== 0) {
    throw new SimulationError(
      `${refusal}its reset value ${hex(reset)} is not within ${hex(usable)}, the bits of its fields`,
    );
  }
  return {
    readable: masks.rw | masks.ro | masks.w1c,
    writable: masks.rw | masks.wo,
    clearable: masks.w1c,
    fields,
  };
}

/** A field's bits for people: `[7:4]` or `[3]`. */
export function show({ low, width }: FieldPlace): string {
  return width === 1 ? `[${low}]` : `[${low + width - 1}:${low}]`;
}

function placeOf(bits: Field["bits"]): FieldPlace | null {
  const [low, high] = typeof bits === "number" ? [bits, bits] : bits;
  const usable = Number.isInteger(low) && Number.isInteger(high) && 0 <= low && low <= high && high <= 31;
  if (!usable) return null;
  const width = high - low + 1;
  return { low, width, mask: width === 32 ? -1 : ((1 << width) - 1) << low };
}
