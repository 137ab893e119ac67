/**
 * Signatures of kernels: the order of arguments, and how they are packed into registers.
 * @module
 */
import { type PlacedArgument, plainType } from "../../hw/pcie/hls_registers.ts";
import { PynqError } from "./xrt/errors.ts";

/** A scalar, as its bytes in registers. */
type Pack = (view: DataView, offset: number, value: number | bigint) => void;

const packs: Readonly<Record<string, readonly [sizeBytes: number, pack: Pack]>> = {
  "char": [1, (view, at, value) => view.setInt8(at, Number(value))],
  "signed char": [1, (view, at, value) => view.setInt8(at, Number(value))],
  "unsigned char": [1, (view, at, value) => view.setUint8(at, Number(value))],
  "short": [2, (view, at, value) => view.setInt16(at, Number(value), true)],
  "unsigned short": [2, (view, at, value) => view.setUint16(at, Number(value), true)],
  "ushort": [2, (view, at, value) => view.setUint16(at, Number(value), true)],
  "int": [4, (view, at, value) => view.setInt32(at, Number(value), true)],
  "unsigned": [4, (view, at, value) => view.setUint32(at, Number(value), true)],
  "unsigned int": [4, (view, at, value) => view.setUint32(at, Number(value), true)],
  "uint": [4, (view, at, value) => view.setUint32(at, Number(value), true)],
  "long": [8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)],
  "long int": [8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)],
  "unsigned long": [8, (view, at, value) => view.setBigUint64(at, BigInt(value), true)],
  "long long int": [8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)],
  "unsigned long long int": [8, (view, at, value) => view.setBigUint64(at, BigInt(value), true)],
  "float": [4, (view, at, value) => view.setFloat32(at, Number(value), true)],
  "double": [8, (view, at, value) => view.setFloat64(at, Number(value), true)],
};

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  "char": [-128, 127],
  "signed char": [-128, 127],
  "unsigned char": [0, 255],
  "short": [-32768, 32767],
  "unsigned short": [0, 65535],
  "ushort": [0, 65535],
  "int": [-(2 ** 31), 2 ** 31 - 1],
  "unsigned": [0, 2 ** 32 - 1],
  "unsigned int": [0, 2 ** 32 - 1],
  "uint": [0, 2 ** 32 - 1],
};

/** For people, as Python prints it: `<Signature (A:'int const *', size:'int')>`. */
export function signatureText(placed: readonly PlacedArgument[]): string {
  return `<Signature (${placed.map(({ name, type }) => `${name}:'${type}'`).join(", ")})>`;
}

/** Packs a scalar. Throws a {@linkcode PynqError} if it does not fit its C type. */
export function packScalar(image: DataView, { name, type, offset }: PlacedArgument, value: number | bigint): void {
  const plain = plainType(type);
  const [, pack] = packs[plain];
  const range = ranges[plain];
  const whole = plain === "float" || plain === "double" || typeof value === "bigint" || Number.isInteger(value);
  if (!whole || (range !== undefined && (value < range[0] || value > range[1]))) {
    throw new PynqError(
      "struct.error",
      whole ? `'${plain}' format requires ${range[0]} <= number <= ${range[1]}` : "required argument is not an integer",
      `argument ${name} was given ${value}`,
    );
  }
  pack(image, offset, value);
}

/** Packs an address. */
export function packPointer(image: DataView, { offset }: PlacedArgument, address: number): void {
  image.setUint32(offset, address >>> 0, true);
  image.setUint32(offset + 4, Math.floor(address / 2 ** 32), true);
}

/** Bytes of an element that a pointer type points to, and whether they are a fraction; null if it does not say. */
export function pointee(type: string): { readonly sizeBytes: number; readonly fraction: boolean } | null {
  const plain = plainType(type).replace(/\*$/, "").trim();
  const entry = packs[plain];
  return entry === undefined ? null : { sizeBytes: entry[0], fraction: plain === "float" || plain === "double" };
}
