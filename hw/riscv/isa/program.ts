/**
 * An assembled program: what goes where in memory, and which source line each instruction came from.
 * @module
 */

/** A run of bytes at an address. */
export interface Segment {
  /** Name of the section that it came from: `.text`, `.data`, ... */
  readonly name: string;
  /** Address of the first byte. */
  readonly address: number;
  /** The bytes; for `.bss` zeros. */
  readonly bytes: Uint8Array;
  /** Bytes of memory that it takes, as many. */
  readonly sizeInMemory: number;
}

/** A part of a program that is instructions. */
export interface CodeSection {
  /** Address of the first, where it runs. */
  readonly address: number;
  /** Its size. */
  readonly sizeBytes: number;
}

/** A program ready to be loaded; made by `assemble`. */
export class Program {
  /** The segments that hold at least one byte, in rising order of address; they do not overlap. */
  readonly segments: readonly Segment[];
  /** Labels and `.equ` names with their 32-bit values, in the order in which the source names them. */
  readonly symbols: ReadonlyMap<string, number>;
  /** Address of the first instruction to execute: `_start` where the source has it, else where `.text` begins. */
  readonly entry: number;
  /** Address of each instruction -> 1-based source line, in rising order of address. */
  readonly lines: ReadonlyMap<number, number>;
  /** Name of the source, as errors and profiles show it. */
  readonly file: string;

  /** Made by `assemble`. */
  constructor(parts: {
    readonly segments: readonly Segment[];
    readonly symbols: ReadonlyMap<string, number>;
    readonly entry: number;
    readonly lines: ReadonlyMap<number, number>;
    readonly file: string;
  }) {
    this.segments = parts.segments;
    this.symbols = parts.symbols;
    this.entry = parts.entry;
    this.lines = parts.lines;
    this.file = parts.file;
  }

  /** The segments that hold instructions. */
  get code(): readonly CodeSection[] {
    const segments = this.segments.filter(({ name }) => name.startsWith(".text"));
    return segments.map(({ address, sizeInMemory }) => ({ address, sizeBytes: sizeInMemory }));
  }

  /** Address of a label or value of an `.equ` name; throws a `RangeError` when the program has no such symbol. */
  symbol(name: string): number {
    const value = this.symbols.get(name);
    if (value === undefined) {
      throw new RangeError(`Cannot find symbol '${name}' in ${this.file}: it defines ${list(this.symbols)}`);
    }
    return value;
  }

  /** The last label at or before an address of the program, and how far behind it the address is. */
  symbolAt(address: number): { readonly name: string; readonly offset: number } | undefined {
    const segment = this.segments.find(({ address: first, bytes }) =>
      address >= first && address < first + bytes.length
    );
    if (segment === undefined) return undefined;
    let found: { name: string; offset: number } | undefined;
    for (const [name, value] of this.symbols) {
      const offset = address - value;
      if (value >= segment.address && offset >= 0 && offset < (found?.offset ?? Infinity)) found = { name, offset };
    }
    return found;
  }

  /** The 32-bit little-endian word at `address`; throws a `RangeError` unless all four bytes lie in one segment. */
  word(address: number): number {
    return (this.halfword(address) | this.halfword(address + 2) << 16) >>> 0;
  }

  /** The 16-bit little-endian halfword at `address`; throws a `RangeError` when the program has no such bytes. */
  halfword(address: number): number {
    for (const segment of this.segments) {
      const at = address - segment.address;
      if (at >= 0 && at + 1 < segment.bytes.length) return segment.bytes[at]! | segment.bytes[at + 1]! << 8;
    }
    throw new RangeError(`Cannot read 0x${address.toString(16)}: no segment of ${this.file} holds that address`);
  }
}

function list(symbols: ReadonlyMap<string, number>): string {
  if (symbols.size === 0) return "none";
  const names = [...symbols.keys()];
  return names.length > 8 ? `${names.slice(0, 8).join(", ")} and ${names.length - 8} more` : names.join(", ");
}
