/**
 * What sections are made of: code, data, space and alignment, each of which knows its size once addresses are known.
 * @module
 */
import { Mistake } from "./assembler_error.ts";
import type { Alternatives, Piece } from "./assembler_expansion.ts";
import { evaluate, type Expression, type Values } from "./assembler_expression.ts";
import type { Statement } from "./assembler_source.ts";

/** Most bytes of a program. */
export const MOST_BYTES = 64 * 2 ** 20;

/** Addresses and values while a program is laid out. */
export interface LayoutValues extends Values {
  /** Address of the instruction whose operand is evaluated. */
  pc: number;
}

/** A part of a section. */
export interface Item {
  /** The statement that it comes from. */
  readonly statement: Statement;
  /** Bytes that it takes at `address`. */
  size(address: number, values: LayoutValues): number;
  /** Writes its bytes at `address`, which are at `offset` of its section. */
  write(bytes: Uint8Array, offset: number, address: number, values: LayoutValues): void;
}

/** Instructions. */
export class Code implements Item {
  readonly statement: Statement;
  readonly #alternatives: Alternatives;
  #level = 0;
  #size: number;

  /** The instructions of a statement. */
  constructor(statement: Statement, alternatives: Alternatives) {
    this.statement = statement;
    this.#alternatives = alternatives;
    this.#size = sizeOf(alternatives[0]);
  }

  /** What is taken of the alternatives. */
  get pieces(): readonly Piece[] {
    return this.#alternatives[this.#level];
  }

  size(): number {
    return this.#size;
  }

  /**
   * Takes the next alternatives until one fits at `address`, or at once the last if `longest`; whether it changed. It
   * never goes back, so that repeating this for all code comes to an end.
   */
  grow(address: number, values: LayoutValues, longest: boolean): boolean {
    const before = this.#level;
    const last = this.#alternatives.length - 1;
    if (before === last) return false;
    if (longest) this.#level = last;
    while (this.#level < last && !this.#fits(address, values)) this.#level++;
    if (this.#level === before) return false;
    this.#size = sizeOf(this.pieces);
    return true;
  }

  #fits(address: number, values: LayoutValues): boolean {
    for (const { form, values: operands } of this.pieces) {
      values.pc = address;
      try {
        if (!form.fits(operands.map((operand) => evaluate(operand, values)), address)) return false;
      } catch (error) {
        if (error instanceof Mistake) return false; // told when the instruction is written
        throw error;
      }
      address += form.size;
    }
    return true;
  }

  write(bytes: Uint8Array, offset: number, address: number, values: LayoutValues): void {
    if (address % 2 !== 0) {
      throw new Mistake(`its address 0x${address.toString(16)} is odd: put .align 1 before it`);
    }
    for (const { form, values: operands, starts } of this.pieces) {
      values.pc = address;
      const numbers = operands.map((operand) => evaluate(operand, values));
      numbers.forEach((number, position) => {
        const problem = form.misfit(position, number, address);
        if (problem !== undefined) throw new Mistake(problem, starts[position]);
      });
      const excluded = form.excluded(numbers, address);
      if (excluded !== undefined) throw new Mistake(excluded);
      const word = form.encode(numbers, address);
      for (let byte = 0; byte < form.size; byte++) bytes[offset++] = word >>> (8 * byte);
      address += form.size;
    }
  }
}

function sizeOf(pieces: readonly Piece[]): number {
  let size = 0;
  for (const { form } of pieces) size += form.size;
  return size;
}

/** A number of 1, 2 or 4 bytes. */
export class Data implements Item {
  readonly statement: Statement;
  readonly #width: number;
  readonly #value: Expression;

  /** `value` in `width` bytes. */
  constructor(statement: Statement, width: number, value: Expression) {
    this.statement = statement;
    this.#width = width;
    this.#value = value;
  }

  size(): number {
    return this.#width;
  }

  write(bytes: Uint8Array, offset: number, address: number, values: LayoutValues): void {
    const span = 2 ** (8 * this.#width);
    values.pc = address;
    const value = evaluate(this.#value, values);
    if (value < -span / 2 || value >= span) {
      throw new Mistake(`value ${value} does not fit ${8 * this.#width} bits (${-span / 2}..${span - 1})`);
    }
    for (let byte = 0; byte < this.#width; byte++) bytes[offset++] = value >>> (8 * byte);
  }
}

/** Bytes as they are. */
export class Bytes implements Item {
  readonly statement: Statement;
  readonly #bytes: readonly number[];

  /** These bytes. */
  constructor(statement: Statement, bytes: readonly number[]) {
    this.statement = statement;
    this.#bytes = bytes;
  }

  size(): number {
    return this.#bytes.length;
  }

  write(bytes: Uint8Array, offset: number): void {
    bytes.set(this.#bytes, offset);
  }
}

/** Space of a size that may depend on addresses. */
export class Space implements Item {
  readonly statement: Statement;
  readonly #count: (address: number, values: LayoutValues) => number;
  readonly #fill: number;
  readonly #name: string;

  /** `count` bytes of `fill`; `name` is the directive. */
  constructor(
    statement: Statement,
    name: string,
    fill: number,
    count: (address: number, values: LayoutValues) => number,
  ) {
    this.statement = statement;
    this.#name = name;
    this.#fill = fill;
    this.#count = count;
  }

  size(address: number, values: LayoutValues): number {
    values.pc = address;
    const count = this.#count(address, values);
    if (count >= 0 && count <= MOST_BYTES) return count;
    throw new Mistake(
      count < 0
        ? `Cannot move to an address before this one: ${this.#name} would take ${count} bytes`
        : `Cannot make room: ${this.#name} would take ${count} bytes, the most is ${MOST_BYTES}`,
    );
  }

  write(bytes: Uint8Array, offset: number, address: number, values: LayoutValues): void {
    bytes.fill(this.#fill, offset, offset + this.size(address, values));
  }
}

/** Padding to a multiple of a power of two. */
export class Alignment implements Item {
  readonly statement: Statement;
  readonly #boundary: number;
  readonly #fill: number | "nop";
  readonly #most: number;

  /** Up to a multiple of `boundary` bytes, unless that takes more than `most`. */
  constructor(statement: Statement, boundary: number, fill: number | "nop", most: number) {
    this.statement = statement;
    this.#boundary = boundary;
    this.#fill = fill;
    this.#most = most;
  }

  size(address: number): number {
    const size = (this.#boundary - address % this.#boundary) % this.#boundary;
    return size > this.#most ? 0 : size;
  }

  write(bytes: Uint8Array, offset: number, address: number): void {
    const end = offset + this.size(address);
    if (this.#fill !== "nop") {
      bytes.fill(this.#fill, offset, end);
      return;
    }
    // As GNU as: a zero byte to an even address, one c.nop, then nops.
    if ((end - offset) % 2 !== 0) bytes[offset++] = 0;
    if ((end - offset) % 4 !== 0) {
      bytes[offset] = 0x01;
      offset += 2;
    }
    for (; offset < end; offset += 4) bytes[offset] = 0x13;
  }
}
