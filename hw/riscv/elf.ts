/**
 * Executables for 32-bit RISC-V: ELF, little endian, as compilers and linkers leave them.
 * @module
 */
import { hex } from "../bus/address_map.ts";
import type { CodeSection } from "./isa/program.ts";

/** What is wrong with an ELF file; the message says what was found and where. */
export class ElfError extends Error {
  /** The class's name, for stack traces and tests. */
  override name = "ElfError";

  /** Made by {@linkcode readElf}; `why` follows "Cannot read ELF: ". */
  constructor(why: string) {
    super(`Cannot read ELF: ${why}`);
  }
}

/** A block of memory that has to hold something before the program starts. */
export interface ElfSegment {
  /**
   * Where a loader puts it: the file's physical address, as debuggers, boot loaders and flash tools take it. Linkers
   * that know no physical addresses leave zeros; if all are zero, this is `runAddress`.
   */
  readonly address: number;
  /** Where the program uses it (virtual address). If it differs from `address`, start code is to copy it there. */
  readonly runAddress: number;
  /** What the file holds of it, a view of the file's bytes. */
  readonly bytes: Uint8Array;
  /**
   * Bytes from `address` on that are its own; those after `bytes` are to be 0. A segment that start code copies takes no
   * more than `bytes`, as its zeros belong to `runAddress`.
   */
  readonly sizeInMemory: number;
  /** What the program may do with it. */
  readonly flags: ElfAccess;
}

/** What a program may do with a segment. */
export interface ElfAccess {
  /** Load from it. */
  readonly readable: boolean;
  /** Store to it. */
  readonly writable: boolean;
  /** Run it. */
  readonly executable: boolean;
}

/** A name that the program gives to an address. */
export interface ElfSymbol {
  /** As the compiler or the assembler has it. */
  readonly name: string;
  /** Its address, or its value if it is absolute. */
  readonly address: number;
  /** In bytes; 0 if the file does not say, as for most labels in assembly. */
  readonly size: number;
  /** What it names: an absolute one is a number, such as the top of the stack, and no place in the program. */
  readonly kind: "function" | "object" | "label" | "absolute";
  /** Whether other files could refer to it. */
  readonly global: boolean;
}

/** Where in a program an address lies. */
export interface SymbolPlace {
  /** Name of the symbol. */
  readonly name: string;
  /** Bytes from its beginning. */
  readonly offset: number;
}

/** What the program was compiled for (e_flags of the RISC-V psABI). */
export interface ElfTarget {
  /** Has compressed instructions. */
  readonly compressed: boolean;
  /** What floating-point numbers are passed in. */
  readonly floatAbi: "soft" | "single" | "double" | "quad";
  /** For 16 registers (RV32E). */
  readonly reducedRegisters: boolean;
}

/** A RISC-V executable. */
export interface Elf {
  /** Address of its first instruction. A board may start elsewhere. */
  readonly entry: number;
  /** What goes into memory, in the order of addresses; never empty, never overlapping. */
  readonly segments: readonly ElfSegment[];
  /** Where it has instructions, by its section headers; empty if it has none. */
  readonly code: readonly CodeSection[];
  /** Its functions, objects and labels in the order of the file; empty if it was stripped. */
  readonly symbols: readonly ElfSymbol[];
  /** What it was compiled for. */
  readonly flags: ElfTarget;
  /**
   * The function, object or label that an address lies in, or undefined. What has no size lasts to the next symbol or
   * the end of its segment, and does not count inside of what has one. Of several, the innermost; of aliases, a
   * function before others and a global one before others.
   */
  symbolAt(address: number): SymbolPlace | undefined;
}

const HEADER_BYTES = 52, PROGRAM_HEADER_BYTES = 32, SECTION_HEADER_BYTES = 40, SYMBOL_BYTES = 16;
const RISCV = 243, ADDRESSES = 2 ** 32;
/** No board here has as much memory in one piece; a larger segment is a damaged file. */
const LARGEST_SEGMENT = 2 ** 30;
/** Names may share their ends in the string table, but not so that reading them takes forever. */
const LONGEST_NAMES = 16;

type Names = Readonly<Record<number, string>>;
const MACHINES: Names = { 3: "x86", 8: "MIPS", 40: "ARM", 62: "x86-64", 94: "Xtensa", 183: "AArch64" };
const TYPES: Names = { 1: "a relocatable object", 3: "a position-independent or shared object", 4: "a core dump" };
const utf8 = new TextDecoder();
const FLOAT_ABIS = ["soft", "single", "double", "quad"] as const;

/**
 * Reads an executable. Throws an {@linkcode ElfError} if it is damaged, for another machine, or not a program that can be
 * loaded as it is; which addresses exist is for the loader to say. The segments' bytes are views of `bytes`.
 */
export function readElf(bytes: Uint8Array): Elf {
  const file = new ElfFile(bytes);
  checkMagic(bytes);
  file.need(0, HEADER_BYTES, "the ELF header");
  checkHeader(file);
  const entry = file.word(24), flags = file.word(36);
  const segments = readSegments(file);
  checkEntry(entry, segments);
  const sections = readSections(file);
  const symbols = readSymbols(file, sections);
  let index: SymbolIndex | undefined; // most programs run without anyone asking
  return {
    entry,
    segments,
    code: sections.filter(({ flags, sizeBytes }) => (flags & EXECUTABLE) !== 0 && sizeBytes > 0)
      .map(({ address, sizeBytes }) => ({ address, sizeBytes })),
    symbols,
    flags: {
      compressed: (flags & 1) !== 0,
      floatAbi: FLOAT_ABIS[(flags >> 1) & 3],
      reducedRegisters: (flags & 8) !== 0,
    },
    symbolAt: (address) => (index ??= new SymbolIndex(symbols, segments)).at(address),
  };
}

/** The file's numbers, and whether it is long enough. */
class ElfFile {
  private readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  half(at: number): number {
    return this.view.getUint16(at, true);
  }

  word(at: number): number {
    return this.view.getUint32(at, true);
  }

  /** Refuses a file that ends before `what` does. */
  need(from: number, sizeBytes: number, what: string): void {
    if (from + sizeBytes <= this.bytes.length) return;
    throw new ElfError(
      `${what} is cut off: it takes bytes ${from} to ${from + sizeBytes - 1}, the file has ${this.bytes.length}; ` +
        `the file may have been truncated on its way`,
    );
  }
}

function checkMagic(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new ElfError("the file is empty");
  const begin = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
  if (begin !== "7F 45 4C 46".slice(0, begin.length)) {
    throw new ElfError(`this is no ELF file: it begins with ${begin} instead of 7F 45 4C 46`);
  }
}

function checkHeader(file: ElfFile): void {
  const [bits, order] = file.bytes.subarray(4);
  if (order !== 1 && order !== 2) throw new ElfError(`its byte order (EI_DATA) is ${order}, not 1 for little endian`);
  const machine = order === 1 ? file.half(18) : file.bytes[18] * 256 + file.bytes[19];
  const machineName = MACHINES[machine] ?? `machine ${machine}`;
  if (machine !== RISCV) throw new ElfError(`it is for ${machineName}, not for RISC-V (e_machine ${RISCV})`);
  if (bits !== 1) {
    throw new ElfError(`its class (EI_CLASS) is ${bits}${bits === 2 ? ", 64 bits" : ""}, not 1: compile for rv32`);
  }
  if (order === 2) throw new ElfError("it is big endian: compile for little endian");
  const type = file.half(16);
  if (type !== 2) {
    throw new ElfError(`it is ${TYPES[type] ?? "something else"}, not an executable (e_type ${type}, not 2): link it`);
  }
  const expect = (field: string, found: number, expected: number) => {
    if (found !== expected) throw new ElfError(`its ${field} is ${found}, not ${expected}: the header is damaged`);
  };
  expect("EI_VERSION", file.bytes[6], 1);
  expect("e_version", file.word(20), 1);
  expect("e_ehsize", file.half(40), HEADER_BYTES);
  if (file.half(44) > 0) expect("e_phentsize", file.half(42), PROGRAM_HEADER_BYTES);
  if (file.word(32) > 0) expect("e_shentsize", file.half(46), SECTION_HEADER_BYTES);
}

const LOAD = 1, INTERPRETER = 3;

function readSegments(file: ElfFile): ElfSegment[] {
  const table = file.word(28), count = file.half(44);
  file.need(table, count * PROGRAM_HEADER_BYTES, "the table of program headers");
  const headers = [];
  for (let index = 0, at = table; index < count; index++, at += PROGRAM_HEADER_BYTES) {
    const type = file.word(at);
    if (type === INTERPRETER) throw new ElfError("it asks for a dynamic linker: link it statically");
    const header = {
      index,
      offset: file.word(at + 4),
      runAddress: file.word(at + 8),
      address: file.word(at + 12),
      sizeInFile: file.word(at + 16),
      sizeInMemory: file.word(at + 20),
      flags: file.word(at + 24),
    };
    if (type === LOAD && header.sizeInFile + header.sizeInMemory > 0) headers.push(header);
  }
  if (headers.length === 0) throw new ElfError(`none of its ${count} program headers is a segment to load`);
  const isPhysical = headers.some((header) => header.address !== 0);
  const segments = headers.map(({ index, offset, runAddress, sizeInFile, sizeInMemory, flags, ...header }) => {
    const address = isPhysical ? header.address : runAddress;
    const name = `segment ${index} at ${hex(address)}`;
    if (sizeInFile > sizeInMemory) {
      throw new ElfError(`${name} has ${sizeInFile} bytes in the file, but only ${sizeInMemory} in memory`);
    }
    if (sizeInMemory > LARGEST_SEGMENT) {
      throw new ElfError(
        `${name} takes ${sizeInMemory} bytes of memory; more than ${LARGEST_SEGMENT} are not plausible`,
      );
    }
    const last = Math.max(address, runAddress) + sizeInMemory - 1;
    if (last >= ADDRESSES) {
      throw new ElfError(`${name} with ${sizeInMemory} bytes ends past the last address ${hex(ADDRESSES - 1)}`);
    }
    if (sizeInFile > 0) file.need(offset, sizeInFile, name); // linkers place empty ones anywhere
    return {
      address,
      runAddress,
      bytes: file.bytes.subarray(offset, offset + sizeInFile),
      sizeInMemory: address === runAddress ? sizeInMemory : sizeInFile,
      flags: { readable: (flags & 4) !== 0, writable: (flags & 2) !== 0, executable: (flags & 1) !== 0 },
    };
  }).filter((segment) => segment.sizeInMemory > 0);
  refuseOverlaps(segments, (segment) => segment.runAddress, "where they run");
  refuseOverlaps(segments, (segment) => segment.address, "in memory");
  return segments;
}

/** Sorts segments by an address of theirs and throws if two share one. */
function refuseOverlaps(segments: ElfSegment[], start: (segment: ElfSegment) => number, where: string): void {
  segments.sort((a, b) => start(a) - start(b));
  for (let index = 1; index < segments.length; index++) {
    const before = segments[index - 1], after = segments[index];
    if (start(before) + before.sizeInMemory <= start(after)) continue;
    throw new ElfError(
      `two segments overlap ${where}: ${before.sizeInMemory} bytes at ${hex(start(before))} and ` +
        `${after.sizeInMemory} bytes at ${hex(start(after))}; look at the linker script's memory regions`,
    );
  }
}

function checkEntry(entry: number, segments: readonly ElfSegment[]): void {
  const code = segments.filter((segment) => segment.flags.executable);
  if (!code.some(({ address, sizeInMemory }) => entry >= address && entry < address + sizeInMemory)) {
    const ranges = code.slice(0, 4).map((s) => `${hex(s.address)} to ${hex(s.address + s.sizeInMemory - 1)}`);
    const where = code.length === 0 ? "it has none" : `executable is ${ranges.join(", ")}`;
    throw new ElfError(`its entry ${hex(entry)} lies in no executable segment: ${where}`);
  }
  if (entry % 2 !== 0) throw new ElfError(`its entry ${hex(entry)} is odd: instructions lie at even addresses`);
}

const EXECUTABLE = 4;
const SYMBOL_TABLE = 2, STRING_TABLE = 3, UNDEFINED = 0, ABSOLUTE = 0xfff1;
const KINDS: Readonly<Record<number, ElfSymbol["kind"]>> = { 0: "label", 1: "object", 2: "function", 5: "object" };

function readSymbols(file: ElfFile, sections: readonly Section[]): ElfSymbol[] {
  const table = sections.find((section) => section.type === SYMBOL_TABLE);
  if (table === undefined) return [];
  const { sizeBytes, entrySize } = table;
  if (entrySize !== SYMBOL_BYTES || sizeBytes % SYMBOL_BYTES !== 0) {
    throw new ElfError(`its symbol table has ${sizeBytes} bytes in entries of ${entrySize}, not of ${SYMBOL_BYTES}`);
  }
  file.need(table.offset, sizeBytes, "the symbol table");
  const strings = sections[table.link];
  if (strings?.type !== STRING_TABLE) {
    throw new ElfError(`its symbol table names section ${table.link} for its strings, which is no string table`);
  }
  file.need(strings.offset, strings.sizeBytes, "the string table");
  const names = new StringTable(file.bytes.subarray(strings.offset, strings.offset + strings.sizeBytes));
  const symbols: ElfSymbol[] = [];
  for (let at = table.offset; at < table.offset + sizeBytes; at += SYMBOL_BYTES) {
    const section = file.half(at + 14), info = file.bytes[at + 12];
    const kind = KINDS[info & 15];
    if (kind === undefined || section === UNDEFINED) continue;
    const name = names.at(file.word(at));
    if (name === "" || name.startsWith("$")) continue; // the assembler's marks for disassemblers
    const address = file.word(at + 4), size = file.word(at + 8), global = info >> 4 !== 0;
    symbols.push({ name, address, size, kind: section === ABSOLUTE ? "absolute" : kind, global });
  }
  return symbols;
}

/** What a section header says, as far as it is needed here. */
interface Section extends CodeSection {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly link: number;
  readonly entrySize: number;
}

function readSections(file: ElfFile): Section[] {
  const table = file.word(32);
  if (table === 0) return [];
  let count = file.half(48);
  file.need(table, Math.max(count, 1) * SECTION_HEADER_BYTES, "the table of section headers");
  if (count === 0) count = file.word(table + 20); // too many for the header's field
  file.need(table, count * SECTION_HEADER_BYTES, "the table of section headers");
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * SECTION_HEADER_BYTES;
    return {
      type: file.word(at + 4),
      flags: file.word(at + 8),
      address: file.word(at + 12),
      offset: file.word(at + 16),
      sizeBytes: file.word(at + 20),
      link: file.word(at + 24),
      entrySize: file.word(at + 36),
    };
  });
}

/** Where symbols have their names. */
class StringTable {
  private readonly known = new Map<number, string>();
  private left: number;

  constructor(private readonly bytes: Uint8Array) {
    this.left = bytes.length * LONGEST_NAMES;
  }

  at(offset: number): string {
    const known = this.known.get(offset);
    if (known !== undefined) return known;
    const end = this.bytes.indexOf(0, offset);
    if (end < 0) throw new ElfError(`the symbol name at ${offset} of the string table does not end in the table`);
    this.left -= end - offset;
    if (this.left < 0) throw new ElfError("its symbols' names overlap in the string table more than any linker's do");
    const name = utf8.decode(this.bytes.subarray(offset, end));
    this.known.set(offset, name);
    return name;
  }
}

/** Finds the symbol of an address: from `starts[i]` to the next start, it is `owners[i]`. */
class SymbolIndex {
  private readonly starts: number[] = [];
  private readonly owners: (ElfSymbol | undefined)[] = [];

  constructor(symbols: readonly ElfSymbol[], private readonly segments: readonly ElfSegment[]) {
    const rank = ({ kind, global }: ElfSymbol) => (kind === "function" ? 0 : 2) + (global ? 0 : 1);
    // The best of aliases comes last, and so hides the others.
    const sorted = symbols.filter((symbol) => symbol.kind !== "absolute")
      .sort((a, b) => a.address - b.address || b.size - a.size || rank(b) - rank(a));
    const open: { symbol: ElfSymbol; end: number }[] = [];
    const closeUpTo = (address: number) => {
      for (let top = open.at(-1); top !== undefined && top.end <= address; top = open.at(-1)) {
        const { end } = top;
        while (open.length > 0 && open[open.length - 1].end <= end) open.pop();
        this.mark(end, open.at(-1)?.symbol);
      }
    };
    sorted.forEach((symbol, index) => {
      const { address, size } = symbol;
      closeUpTo(address);
      if (size === 0 && open.length > 0) return;
      open.push({ symbol, end: size > 0 ? address + size : sorted[index + 1]?.address ?? ADDRESSES });
      this.mark(address, symbol);
    });
    closeUpTo(Infinity);
  }

  at(address: number): SymbolPlace | undefined {
    let low = 0, high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= address) low = middle + 1;
      else high = middle;
    }
    const symbol = this.owners[low - 1];
    if (symbol === undefined) return undefined;
    const isSameSegment = ({ runAddress, sizeInMemory }: ElfSegment) =>
      symbol.address >= runAddress && address < runAddress + sizeInMemory;
    if (symbol.size === 0 && !this.segments.some(isSameSegment)) return undefined;
    return { name: symbol.name, offset: address - symbol.address };
  }

  private mark(address: number, owner: ElfSymbol | undefined): void {
    if (this.starts.at(-1) !== address) this.starts.push(address);
    this.owners[this.starts.length - 1] = owner;
  }
}
