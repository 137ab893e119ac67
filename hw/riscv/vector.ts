/**
 * Vectors of 4 bytes or 2 halves in one word, with the meaning that the GAP8 manual's vector chapter (GCC's vector
 * extension) gives them.
 * @module
 */
import type { Reg } from "./registers.ts";

/** 4 signed bytes, 4 unsigned bytes, 2 signed halves, 2 unsigned halves. */
export type VectorType = "v4s" | "v4u" | "v2s" | "v2u";

/** The type of a comparison: signed, with as many elements of the same size. */
export type MaskOf<T extends VectorType> = T extends "v4s" | "v4u" ? "v4s" : "v2s";

/** What sets the types apart. */
export interface VectorLayout {
  /** Number of elements. */
  readonly lanes: 4 | 2;
  /** Bits of an element. */
  readonly bits: 8 | 16;
  /** Whether elements are signed. */
  readonly signed: boolean;
  /** The least value of an element. */
  readonly least: number;
  /** The largest. */
  readonly most: number;
  /** The type of comparisons. */
  readonly mask: "v4s" | "v2s";
}

/** The types. */
export const vectorLayouts: Readonly<Record<VectorType, VectorLayout>> = {
  v4s: { lanes: 4, bits: 8, signed: true, least: -128, most: 127, mask: "v4s" },
  v4u: { lanes: 4, bits: 8, signed: false, least: 0, most: 255, mask: "v4s" },
  v2s: { lanes: 2, bits: 16, signed: true, least: -32768, most: 32767, mask: "v2s" },
  v2u: { lanes: 2, bits: 16, signed: false, least: 0, most: 65535, mask: "v2s" },
};

/** A vector or a number that stands for a vector with that number in all elements. */
export type Operand<T extends VectorType> = Vector<T> | number;

/**
 * A vector; it never changes. `x[0]` to `x[3]` are its elements, the first in the low bits; an element that is not
 * there is a RangeError.
 *
 * Operations work element by element and wrap as elements of that size do. A number as second operand stands for all
 * elements; it has to fit one (RangeError). Vectors of different size or signedness do not go together without a cast
 * (TypeError; the compiler says so, too).
 *
 * @example
 * ```ts
 * import { v4s } from "./vector.ts";
 * import { select } from "./vector_moves.ts";
 *
 * const a = v4s(1, 2, 3, 4), b = v4s(4, 3, 2, 1);
 * console.log(a.add(b).sub(1).toString()); // v4s {4, 4, 4, 4}
 * console.log(a.gt(b).toString()); // v4s {0, 0, -1, -1}
 * console.log(select(a.gt(b), a, b).toString()); // v4s {4, 3, 3, 4}
 * ```
 */
export class Vector<T extends VectorType> {
  /** Its elements by number. */
  readonly [lane: number]: number;
  /** Its type. */
  readonly type: T;
  /** The word that it is, as a signed integer: a cast to `int`. */
  readonly word: number;

  /** The vector that a word holds: the first element in its low bits. */
  constructor(type: T, word: number) {
    this.type = type;
    this.word = word | 0;
  }

  /** Its elements. */
  get elements(): readonly number[] {
    const { lanes } = vectorLayouts[this.type];
    return Array.from({ length: lanes }, (_, index) => element(this.type, this.word, index));
  }

  /** `+`. */
  add(other: Operand<T>): Vector<T> {
    return this.#each("add", other, (a, b) => a + b);
  }

  /** `-`. */
  sub(other: Operand<T>): Vector<T> {
    return this.#each("subtract", other, (a, b) => a - b);
  }

  /** `*`. */
  mul(other: Operand<T>): Vector<T> {
    return this.#each("multiply", other, (a, b) => Math.imul(a, b));
  }

  /** `/`, towards 0. Throws a RangeError for a divisor of 0, which C leaves undefined. */
  div(other: Operand<T>): Vector<T> {
    return this.#each("divide", other, (a, b) => {
      if (b === 0) throw new RangeError(`Cannot divide ${this} by ${other}: an element of the divisor is 0`);
      return Math.trunc(a / b);
    });
  }

  /** Unary `-`. */
  neg(): Vector<T> {
    return this.#map((a) => -a);
  }

  /** `~`. */
  not(): Vector<T> {
    return new Vector(this.type, ~this.word);
  }

  /** `&`. */
  and(other: Operand<T>): Vector<T> {
    return this.#each("and", other, (a, b) => a & b);
  }

  /** `|`. */
  or(other: Operand<T>): Vector<T> {
    return this.#each("or", other, (a, b) => a | b);
  }

  /** `^`. */
  xor(other: Operand<T>): Vector<T> {
    return this.#each("xor", other, (a, b) => a ^ b);
  }

  /** `<<`. Throws a RangeError for an amount that C leaves undefined: negative, or the size of an element and more. */
  shl(amount: Operand<T>): Vector<T> {
    return this.#each("shift", amount, (a, b) => a << this.#amount(b));
  }

  /** `>>`; the sign comes in if elements have one. Throws as {@linkcode shl}. */
  shr(amount: Operand<T>): Vector<T> {
    return this.#each("shift", amount, (a, b) => a >> this.#amount(b));
  }

  /** `==`: -1 in the elements where it holds, 0 elsewhere. */
  eq(other: Operand<T>): Vector<MaskOf<T>> {
    return this.#compare(other, (a, b) => a === b);
  }

  /** `!=`. */
  ne(other: Operand<T>): Vector<MaskOf<T>> {
    return this.#compare(other, (a, b) => a !== b);
  }

  /** `<`. */
  lt(other: Operand<T>): Vector<MaskOf<T>> {
    return this.#compare(other, (a, b) => a < b);
  }

  /** `<=`. */
  le(other: Operand<T>): Vector<MaskOf<T>> {
    return this.#compare(other, (a, b) => a <= b);
  }

  /** `>`. */
  gt(other: Operand<T>): Vector<MaskOf<T>> {
    return this.#compare(other, (a, b) => a > b);
  }

  /** `>=`. */
  ge(other: Operand<T>): Vector<MaskOf<T>> {
    return this.#compare(other, (a, b) => a >= b);
  }

  /** `x[lane] = value`, in a new vector. Throws a RangeError for an element that is not there or a value that does not fit. */
  with(lane: number, value: number): Vector<T> {
    const { elements } = this;
    if (elements[lane] === undefined) throw missing(this.type, lane);
    return vector(this.type, elements.map((each, index) => index === lane ? fitting(this.type, value, "put") : each));
  }

  /** As C writes it: `v4s {1, 2, 3, 4}`. */
  toString(): string {
    return `${this.type} {${this.elements.join(", ")}}`;
  }

  #map(operation: (a: number) => number): Vector<T> {
    return vector(this.type, this.elements.map(operation));
  }

  #each(verb: string, other: Operand<T>, operation: (a: number, b: number) => number): Vector<T> {
    const { elements } = promote(this.type, other, verb);
    return vector(this.type, this.elements.map((a, index) => operation(a, elements[index])));
  }

  #compare(other: Operand<T>, holds: (a: number, b: number) => boolean): Vector<MaskOf<T>> {
    const { elements } = promote(this.type, other, "compare");
    const mask = vectorLayouts[this.type].mask as MaskOf<T>;
    return vector(mask, this.elements.map((a, index) => holds(a, elements[index]) ? -1 : 0));
  }

  #amount(amount: number): number {
    const { bits } = vectorLayouts[this.type];
    if (amount >= 0 && amount < bits) return amount;
    throw new RangeError(`Cannot shift a ${this.type} by ${amount}: elements have ${bits} bits`);
  }

  static {
    for (let lane = 0; lane < 4; lane++) {
      Object.defineProperty(this.prototype, lane, {
        get(this: Vector<VectorType>): number {
          if (lane >= vectorLayouts[this.type].lanes) throw missing(this.type, lane);
          return element(this.type, this.word, lane);
        },
      });
    }
    // What a subscript does not find up to here is an element that is not there.
    Object.setPrototypeOf(
      this.prototype,
      new Proxy({}, {
        get(target, key, vector: Vector<VectorType>): unknown {
          if (typeof key === "string" && Number.isFinite(Number(key))) throw missing(vector.type, Number(key));
          return Reflect.get(target, key, vector);
        },
      }),
    );
  }
}

/** A vector from elements, of which the low bits count. */
export function vector<T extends VectorType>(type: T, elements: readonly number[]): Vector<T> {
  const { bits } = vectorLayouts[type];
  const ones = 2 ** bits - 1;
  return new Vector(type, elements.reduce((word, value, index) => word | (value & ones) << index * bits, 0));
}

/** A number becomes a vector, a vector has to be of the type. Throws what {@linkcode Vector} says. */
export function promote<T extends VectorType>(type: T, operand: Operand<T>, verb: string): Vector<T> {
  if (typeof operand === "number") {
    const { lanes } = vectorLayouts[type];
    return vector(type, new Array(lanes).fill(fitting(type, operand, verb)));
  }
  if (operand.type === type) return operand;
  const differ = vectorLayouts[operand.type].bits !== vectorLayouts[type].bits ? "the sizes" : "the signs";
  throw new TypeError(
    `Cannot ${verb} a ${type} and a ${operand.type}: ${differ} of their elements differ; cast one, ${type}.cast(x)`,
  );
}

function element(type: VectorType, word: number, index: number): number {
  const { bits, signed } = vectorLayouts[type];
  const up = word << 32 - bits * (index + 1);
  return signed ? up >> 32 - bits : up >>> 32 - bits;
}

function fitting(type: VectorType, value: number, verb: string): number {
  const { least, most } = vectorLayouts[type];
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`Cannot ${verb} ${value} with a ${type}: its elements are ${least} to ${most}`);
}

function missing(type: VectorType, lane: number): RangeError {
  const { lanes } = vectorLayouts[type];
  return new RangeError(`Cannot take element ${lane} of a ${type}: it has 0 to ${lanes - 1}`);
}

/** A register that holds a vector; made by `v4s.in(reg.t0)`. */
export interface VectorRegister<T extends VectorType> {
  /** What it holds. */
  readonly type: T;
  /** The register. */
  readonly register: Reg;
}

/** Makes vectors of a type: `v4s(1, 2, 3, 4)`; missing elements are 0. Throws a RangeError for values that do not fit. */
export interface VectorMaker<T extends VectorType> {
  (...elements: readonly number[]): Vector<T>;
  /** The vector with a number in all elements. */
  splat(value: number): Vector<T>;
  /** A cast from `int`. */
  from(word: number): Vector<T>;
  /** A cast from another vector: the same bits. */
  cast(other: Vector<VectorType>): Vector<T>;
  /** A register as holding this type. */
  in(register: Reg): VectorRegister<T>;
}

function maker<T extends VectorType>(type: T): VectorMaker<T> {
  const { lanes } = vectorLayouts[type];
  const make = (...elements: readonly number[]) => {
    if (elements.length > lanes) {
      throw new RangeError(`Cannot make a ${type} of ${elements.length} elements: it has ${lanes}`);
    }
    return vector(type, elements.map((value) => fitting(type, value, "make")));
  };
  return Object.assign(make, {
    splat: (value: number) => promote(type, value, "fill"),
    from: (word: number) => new Vector(type, word),
    cast: (other: Vector<VectorType>) => new Vector(type, other.word),
    in: (register: Reg) => ({ type, register }),
  });
}

/** 4 signed bytes. */
export const v4s: VectorMaker<"v4s"> = maker("v4s");
/** 4 unsigned bytes. */
export const v4u: VectorMaker<"v4u"> = maker("v4u");
/** 2 signed halves. */
export const v2s: VectorMaker<"v2s"> = maker("v2s");
/** 2 unsigned halves. */
export const v2u: VectorMaker<"v2u"> = maker("v2u");
