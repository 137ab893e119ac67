/**
 * ELF files for tests of what people do with them: assembled, then damaged.
 * @module
 */
import { assemble } from "../../hw/riscv/isa/assembler.ts";

const HEADER = 52, PROGRAM_HEADER = 32, SECTION_HEADER = 40, SYMBOL = 16;

/** A segment to load, as a program header has it. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Those after `bytes` are 0. */
  readonly sizeInMemory?: number;
}

/** An executable with segments and symbols. */
export function elfFile(
  segments: readonly Segment[],
  entry: number,
  symbols: readonly (readonly [name: string, address: number])[] = [],
): Uint8Array {
  const bytesAt = HEADER + PROGRAM_HEADER * segments.length;
  const length = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const names = new TextEncoder().encode(["", ...symbols.map(([name]) => name), ""].join("\0"));
  const symbolsAt = bytesAt + length, namesAt = symbolsAt + SYMBOL * (symbols.length + 1);
  const sectionsAt = namesAt + names.length;
  const file = new Uint8Array(sectionsAt + 3 * SECTION_HEADER);
  const view = new DataView(file.buffer);
  const words = (at: number, ...values: number[]) =>
    values.forEach((value, index) => view.setUint32(at + 4 * index, value, true));
  const halves = (at: number, ...values: number[]) =>
    values.forEach((value, index) => view.setUint16(at + 2 * index, value, true));
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  halves(16, 2, 243);
  words(20, 1, entry, HEADER, sectionsAt, 1);
  halves(40, HEADER, PROGRAM_HEADER, segments.length, SECTION_HEADER, 3, 0);
  let at = bytesAt;
  segments.forEach(({ address, bytes, sizeInMemory = bytes.length }, index) => {
    words(HEADER + PROGRAM_HEADER * index, 1, at, address, address, bytes.length, sizeInMemory, 7, 4);
    file.set(bytes, at);
    at += bytes.length;
  });
  let nameAt = 1;
  symbols.forEach(([name, address], index) => {
    words(symbolsAt + SYMBOL * (index + 1), nameAt, address, 0);
    halves(symbolsAt + SYMBOL * (index + 1) + 12, 0, 1);
    nameAt += name.length + 1;
  });
  file.set(names, namesAt);
  words(sectionsAt + SECTION_HEADER, 0, 2, 0, 0, symbolsAt, SYMBOL * (symbols.length + 1), 2, 0, 4, SYMBOL);
  words(sectionsAt + 2 * SECTION_HEADER, 0, 3, 0, 0, namesAt, names.length);
  return file;
}

/** A program for the single-core board; its labels are symbols. It starts behind the vectors, at the first line. */
export function elfOf(source: string): Uint8Array {
  const { segments, symbols } = assemble(source, { base: 0x1c00_0080 });
  return elfFile(segments, segments[0].address, [...symbols]);
}

/** The same file with another word somewhere. */
export function withWord(file: Uint8Array, at: number, word: number): Uint8Array {
  const copy = file.slice();
  new DataView(copy.buffer).setUint32(at, word, true);
  return copy;
}
