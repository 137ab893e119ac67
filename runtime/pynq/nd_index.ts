/**
 * Python-like indices: integers, ranges with a start, a stop and a step, and what they select of an axis.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";

/** A range of an axis, as in Python: `stop` is not in it, negative numbers count from the end. */
export interface NdRange {
  /** First index; the axis's first one if left out (its last one with a negative step). */
  readonly start?: number;
  /** First index past the range; the axis's end if left out. */
  readonly stop?: number;
  /** Distance of the indices, not 0; 1 if left out. */
  readonly step?: number;
}

/** What selects along one axis: an integer, which drops the axis, a range, or a range written as in Python: `"1:"`. */
export type NdIndex = number | NdRange | `${string}:${string}`;

/** A range, worked out for an axis. */
export interface AxisSelection {
  /** Its first index. */
  readonly first: number;
  /** How many indices. */
  readonly length: number;
  /** Distance of the indices. */
  readonly step: number;
}

/** An index within `0 .. length-1`, from one that may count from the end. Throws a SimulationError out of range. */
export function resolveIndex(index: number, length: number, axis: number): number {
  const resolved = index < 0 ? index + length : index;
  if (Number.isInteger(index) && resolved >= 0 && resolved < length) return resolved;
  throw new SimulationError(
    `Cannot index axis ${axis} with ${index}: its length is ${length}; ` +
      (length === 0 ? "it is empty" : `use an integer from ${-length} to ${length - 1}`),
  );
}

/** What a range selects of an axis of `length` elements; as in Python, what lies outside is cut off. */
export function resolveRange(range: NdRange | string, length: number, axis: number): AxisSelection {
  const { start, stop, step = 1 } = typeof range === "string" ? parseRange(range, axis) : range;
  for (const part of [start, stop, step]) {
    if (part !== undefined && !Number.isInteger(part)) {
      throw new SimulationError(`Cannot slice axis ${axis} with ${part}: start, stop and step are integers`);
    }
  }
  if (step === 0) throw new SimulationError(`Cannot slice axis ${axis} with a step of 0: use 1 or more, or -1 or less`);
  // Going down, the places just before the axis and on its last element bound the range.
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clip = (at: number) => Math.min(high, Math.max(low, at < 0 ? at + length : at));
  const first = start === undefined ? (step > 0 ? low : high) : clip(start);
  const end = stop === undefined ? (step > 0 ? high : low) : clip(stop);
  return { first, length: Math.max(0, Math.ceil((end - first) / step)), step };
}

function parseRange(text: string, axis: number): NdRange {
  const parts = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/.exec(text);
  if (!parts) {
    throw new SimulationError(
      `Cannot slice axis ${axis} with ${
        JSON.stringify(text)
      }: it is not a range; write "start:stop" or "start:stop:step"`,
    );
  }
  const [start, stop, step] = parts.slice(1).map((part) => part === undefined ? undefined : Number(part));
  return { start, stop, step };
}
