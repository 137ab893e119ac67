/**
 * Walking one or two layouts of the same shape row by row, with rows as long as the memory allows.
 * @module
 */
import type { Elements } from "./dtype.ts";
import type { NdLayout } from "./nd_layout.ts";

/** Called for each row: where it starts in each of the two layouts. Gives false to stop the walk. */
type OnRow = (a: number, b: number) => boolean | void;

/** The rows of two layouts: their outer axes, and length and strides of the rows. */
interface Rows {
  readonly shape: number[];
  readonly a: number[];
  readonly b: number[];
  readonly length: number;
  readonly strideA: number;
  readonly strideB: number;
}

/** Copies elements between two layouts of one shape, which do not overlap; conversions are those of typed arrays. */
export function copyElements(to: Elements, at: NdLayout, from: Elements, source: NdLayout): void {
  if (at.shape.includes(0)) return;
  const rows = rowsOf(at, source);
  const { length, strideA, strideB } = rows;
  // Below this length a loop beats the call of `set`.
  const bulk = strideA === 1 && strideB === 1 && length >= 16;
  walk(rows, at.origin, source.origin, (a, b) => {
    if (bulk) to.set(from.subarray(b, b + length), a);
    else for (let i = 0; i < length; i++, a += strideA, b += strideB) to[a] = from[b];
  });
}

/** Whether two layouts of one shape hold equal numbers. */
export function elementsEqual(one: Elements, a: NdLayout, other: Elements, b: NdLayout): boolean {
  if (a.shape.includes(0)) return true;
  const rows = rowsOf(a, b);
  const { length, strideA, strideB } = rows;
  return walk(rows, a.origin, b.origin, (at, bt) => {
    for (let i = 0; i < length; i++, at += strideA, bt += strideB) if (one[at] !== other[bt]) return false;
  });
}

/** Sets every element of a layout. */
export function fillElements(to: Elements, at: NdLayout, value: number): void {
  if (at.shape.includes(0)) return;
  const rows = rowsOf(at, at);
  walk(rows, at.origin, at.origin, (a) => {
    if (rows.strideA === 1) to.fill(value, a, a + rows.length);
    else for (let i = 0; i < rows.length; i++, a += rows.strideA) to[a] = value;
  });
}

/** The elements of a layout in C order. */
export function* elementsOf(from: Elements, { shape, strides, origin }: NdLayout, axis = 0): Generator<number> {
  if (axis === shape.length) {
    yield from[origin];
    return;
  }
  const last = axis === shape.length - 1;
  for (let i = 0, at = origin; i < shape[axis]; i++, at += strides[axis]) {
    if (last) yield from[at];
    else yield* elementsOf(from, { shape, strides, origin: at }, axis + 1);
  }
}

/** Takes axes together that follow on from one another in both layouts; the last one that is left is the row. */
function rowsOf(one: NdLayout, other: NdLayout): Rows {
  const shape: number[] = [];
  const a: number[] = [];
  const b: number[] = [];
  for (const [axis, length] of one.shape.entries()) {
    if (length === 1) continue;
    const [strideA, strideB] = [one.strides[axis], other.strides[axis]];
    const last = shape.length - 1;
    if (last >= 0 && a[last] === length * strideA && b[last] === length * strideB) {
      shape[last] *= length;
      a[last] = strideA;
      b[last] = strideB;
    } else {
      shape.push(length);
      a.push(strideA);
      b.push(strideB);
    }
  }
  return { shape, a, b, length: shape.pop() ?? 1, strideA: a.pop() ?? 1, strideB: b.pop() ?? 1 };
}

/** Calls `onRow` for every row, counting the outer axes up like an odometer; gives false if a call did. */
function walk({ shape, a, b }: Rows, atA: number, atB: number, onRow: OnRow): boolean {
  const index = new Array<number>(shape.length).fill(0);
  for (;;) {
    if (onRow(atA, atB) === false) return false;
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      atA += a[axis];
      atB += b[axis];
      if (++index[axis] < shape[axis]) break;
      atA -= a[axis] * shape[axis];
      atB -= b[axis] * shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return true;
  }
}
