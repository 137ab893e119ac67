/**
 * Choosing and moving elements of vectors: C++'s `?:` and GCC's `__builtin_shuffle`.
 * @module
 */
import { type MaskOf, type Operand, promote, Vector, vector, vectorLayouts, type VectorType } from "./vector.ts";

/**
 * `mask ? yes : no`, element by element: `yes` where the mask is not 0 (and not only where it is negative). One of the
 * two may be a number; with two numbers the result has the mask's type.
 *
 * Throws a TypeError for vectors that do not go together, a RangeError for a number that does not fit.
 */
export function select<T extends VectorType>(mask: Vector<MaskOf<T>>, yes: Vector<T>, no: Operand<T>): Vector<T>;
/** The same with a number, or a vector, where it holds. */
export function select<T extends VectorType>(mask: Vector<MaskOf<T>>, yes: Operand<T>, no: Vector<T>): Vector<T>;
/** The same with two numbers. */
export function select<T extends "v4s" | "v2s">(mask: Vector<T>, yes: number, no: number): Vector<T>;
export function select(
  mask: Vector<VectorType>,
  yes: Operand<VectorType>,
  no: Operand<VectorType>,
): Vector<VectorType> {
  const type = yes instanceof Vector ? yes.type : no instanceof Vector ? no.type : mask.type;
  const a = promote(type, yes, "select").elements, b = promote(type, no, "select").elements;
  if (mask.elements.length !== a.length) {
    throw new TypeError(
      `Cannot select ${type} by a ${mask.type}: a mask needs as many elements, it has ${mask.elements.length}`,
    );
  }
  return vector(type, mask.elements.map((chosen, index) => chosen !== 0 ? a[index] : b[index]));
}

/** `__builtin_shuffle(from, mask)`: element i is that of `from` whose number, modulo their number N, is element i of the mask. */
export function shuffle<T extends VectorType>(from: Vector<T>, mask: Vector<VectorType>): Vector<T>;
/** `__builtin_shuffle(from, second, mask)`: the same from two vectors; elements of `second` count from N, numbers modulo 2N. */
export function shuffle<T extends VectorType>(
  from: Vector<T>,
  second: Vector<T>,
  mask: Vector<VectorType>,
): Vector<T>;
export function shuffle<T extends VectorType>(
  from: Vector<T>,
  second: Vector<VectorType>,
  third?: Vector<VectorType>,
): Vector<T> {
  const mask = third ?? second;
  const elements = third === undefined
    ? from.elements
    : [...from.elements, ...promote(from.type, second as Vector<T>, "shuffle").elements];
  if (vectorLayouts[mask.type].bits !== vectorLayouts[from.type].bits) {
    throw new TypeError(
      `Cannot shuffle a ${from.type} by a ${mask.type}: a mask has as many elements of the same size`,
    );
  }
  // Two's complement makes & the modulus of negative numbers, too.
  return vector(from.type, mask.elements.map((number) => elements[number & elements.length - 1]));
}
