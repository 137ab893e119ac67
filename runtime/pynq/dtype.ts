/**
 * Element types of arrays, by their numpy names.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";

/** Any of the typed arrays that hold the elements of an {@linkcode NdView}. */
export type Elements =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** The numpy names of the element types. */
export type DTypeName = "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "float32" | "float64";

/** The numpy codes of the element types: a letter and the size in bytes. */
export type DTypeCode = "i1" | "u1" | "i2" | "u2" | "i4" | "u4" | "f4" | "f8";

/** How a caller names an element type. */
export type DTypeLike = DTypeName | DTypeCode | DType;

/** An element type. */
export interface DType {
  /** Its numpy name. */
  readonly name: DTypeName;
  /** Its numpy code, as in `dtype="i4"`. */
  readonly code: DTypeCode;
  /** Size of an element in bytes. */
  readonly sizeBytes: number;
  /** A typed array over `length` elements of `buffer`, from byte `byteOffset` on. */
  readonly over: (buffer: ArrayBufferLike, byteOffset: number, length: number) => Elements;
}

const TYPES: readonly DType[] = [
  { name: "int8", code: "i1", sizeBytes: 1, over: (b, o, n) => new Int8Array(b, o, n) },
  { name: "uint8", code: "u1", sizeBytes: 1, over: (b, o, n) => new Uint8Array(b, o, n) },
  { name: "int16", code: "i2", sizeBytes: 2, over: (b, o, n) => new Int16Array(b, o, n) },
  { name: "uint16", code: "u2", sizeBytes: 2, over: (b, o, n) => new Uint16Array(b, o, n) },
  { name: "int32", code: "i4", sizeBytes: 4, over: (b, o, n) => new Int32Array(b, o, n) },
  { name: "uint32", code: "u4", sizeBytes: 4, over: (b, o, n) => new Uint32Array(b, o, n) },
  { name: "float32", code: "f4", sizeBytes: 4, over: (b, o, n) => new Float32Array(b, o, n) },
  { name: "float64", code: "f8", sizeBytes: 8, over: (b, o, n) => new Float64Array(b, o, n) },
];

/** The names and codes of all element types, for messages and menus. */
export const dtypeNames: readonly string[] = TYPES.flatMap(({ name, code }) => [name, code]);

/** The element type of that numpy name or code. Throws a SimulationError for any other name, 64-bit integers included. */
export function dtype(like: DTypeLike): DType {
  if (typeof like === "object") return like;
  const found = TYPES.find(({ name, code }) => name === like || code === like);
  if (found) return found;
  const wide = /^(u?int64|[iu]8)$/.test(like) ? "; 64-bit integers do not fit JavaScript's numbers" : "";
  throw new SimulationError(
    `Cannot use the element type ${JSON.stringify(like)}: it is not one of ${dtypeNames.join(", ")}${wide}`,
  );
}

/** The element type of a typed array. Throws a SimulationError for one that no element type has, as Uint8ClampedArray. */
export function dtypeOf(elements: Elements): DType {
  const name = elements.constructor.name.replace("Array", "").toLowerCase();
  const found = TYPES.find((type) => type.name === name);
  if (found) return found;
  throw new SimulationError(
    `Cannot view a ${elements.constructor.name}: no element type has it; give its \`buffer\` and an element type`,
  );
}
