/**
 * Where the elements of an n-dimensional view lie.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";

/** Shape, strides and origin of a view, counted in elements. */
export interface NdLayout {
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** Distance of neighbours along each axis, in elements. */
  readonly strides: readonly number[];
  /** Place of the element with all indices 0, in elements. */
  readonly origin: number;
}

/** How many elements a shape has. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The layout of a whole array in C order. Throws a SimulationError if the shape is not one. */
export function rowMajor(shape: readonly number[], origin: number): NdLayout {
  if (!shape.every((length) => Number.isInteger(length) && length >= 0) || !Number.isSafeInteger(elementCount(shape))) {
    throw new SimulationError(`Cannot shape an array as (${shape.join(", ")}): lengths are integers, 0 or more`);
  }
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape.toReversed()) {
    strides.unshift(stride);
    stride *= Math.max(1, length);
  }
  return { shape: [...shape], strides, origin };
}

/** Whether the elements lie one after the other in C order. */
export function isRowMajor({ shape, strides }: NdLayout): boolean {
  const packed = rowMajor(shape, 0).strides;
  return shape.includes(0) || shape.every((length, axis) => length === 1 || strides[axis] === packed[axis]);
}

/** The first element and the one past the last that a layout touches. */
export function extent({ shape, strides, origin }: NdLayout): { first: number; end: number } {
  if (shape.includes(0)) return { first: origin, end: origin };
  let first = origin;
  let last = origin;
  for (const [axis, length] of shape.entries()) {
    const span = (length - 1) * strides[axis];
    if (span < 0) first += span;
    else last += span;
  }
  return { first, end: last + 1 };
}

/**
 * The strides that show a layout's elements, in C order, under another shape of as many elements; undefined if there
 * are none, so that only a copy has that shape.
 */
export function reshapedStrides(layout: NdLayout, shape: readonly number[]): number[] | undefined {
  if (elementCount(shape) === 0) return [...rowMajor(shape, 0).strides];
  const runs = mergedRuns(layout);
  const strides = new Array<number>(shape.length).fill(0);
  let run = runs.pop() ?? { length: 1, stride: 1 };
  let used = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && used === run.length) {
      run = runs.pop()!;
      used = 1;
    }
    strides[axis] = run.stride * used;
    used *= shape[axis];
    if (run.length % used !== 0) return undefined;
  }
  return strides;
}

/** The axes of a layout, with those that follow on from one another taken together, and none of length 1. */
function mergedRuns({ shape, strides }: NdLayout): { length: number; stride: number }[] {
  const runs: { length: number; stride: number }[] = [];
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const last = runs.at(-1);
    if (last && last.stride === length * strides[axis]) {
      runs[runs.length - 1] = { length: last.length * length, stride: strides[axis] };
    } else {
      runs.push({ length, stride: strides[axis] });
    }
  }
  return runs;
}
