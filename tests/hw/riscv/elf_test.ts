import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { ElfError, readElf } from "../../../hw/riscv/elf.ts";
import { elf, elfFiles, type Group } from "../../golden_files.ts";
import { cases, seed } from "../../sampling.ts";

interface SegmentOptions {
  runAddress: number;
  address?: number;
  bytes?: number[];
  sizeInMemory?: number;
  /** 1 execute, 2 write, 4 read. */
  flags?: number;
}
interface SymbolOptions {
  name: string;
  address: number;
  size?: number;
  /** STT_…: 0 none, 1 object, 2 function, 3 section, 4 file. */
  type?: number;
  global?: boolean;
  section?: number;
}

const CODE = 0x1c00_0000, DATA = 0x1c00_8000;
const HEADER = 52, SYMBOLS_AT = 0x400, STRINGS_AT = 0x800, SECTIONS_AT = 0xc00, SIZE = SECTIONS_AT + 3 * 40;
/** Section headers. */
const SYMTAB = SECTIONS_AT + 40, STRTAB = SECTIONS_AT + 80;
const code: SegmentOptions = { runAddress: CODE, bytes: [0x13, 0, 0, 0, 0x6f, 0, 0, 0], flags: 5 };
const data: SegmentOptions = { runAddress: DATA, bytes: [1, 2, 3], sizeInMemory: 16, flags: 6 };

/** An executable of 3 KiB: header, program headers, segments from 0x200, symbols, strings, section headers. */
function build(segments: SegmentOptions[] = [code, data], symbols: SymbolOptions[] = [], entry = CODE): Uint8Array {
  const file = new Uint8Array(SIZE), view = new DataView(file.buffer);
  const words = (at: number, ...values: number[]) =>
    values.forEach((value, index) => view.setUint32(at + 4 * index, value, true));
  const halves = (at: number, ...values: number[]) =>
    values.forEach((value, index) => view.setUint16(at + 2 * index, value, true));
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  halves(16, 2, 243);
  words(20, 1, entry, HEADER, SECTIONS_AT, 1);
  halves(40, HEADER, 32, segments.length, 40, 3, 0);
  let offset = 0x200;
  segments.forEach(
    ({ runAddress, address = runAddress, bytes = [], sizeInMemory = bytes.length, flags = 6 }, index) => {
      words(HEADER + 32 * index, 1, offset, runAddress, address, bytes.length, sizeInMemory, flags, 4);
      file.set(bytes, offset);
      offset += bytes.length;
    },
  );
  let string = STRINGS_AT + 1;
  symbols.forEach(({ name, address, size = 0, type = 0, global = false, section = 1 }, index) => {
    const at = SYMBOLS_AT + 16 * (index + 1);
    words(at, string - STRINGS_AT, address, size);
    file[at + 12] = (global ? 16 : 0) + type;
    halves(at + 14, section);
    const encoded = new TextEncoder().encode(name);
    file.set(encoded, string);
    string += encoded.length + 1;
  });
  words(SYMTAB, 0, 2, 0, 0, SYMBOLS_AT, 16 * (symbols.length + 1), 2, 0, 4, 16);
  words(STRTAB, 0, 3, 0, 0, STRINGS_AT, string - STRINGS_AT);
  return file;
}

type Change = [at: number, sizeBytes: 1 | 2 | 4, value: number];

/** The same file with other numbers at some places. */
function patched(file: Uint8Array, ...changes: Change[]): Uint8Array {
  const copy = file.slice(), view = new DataView(copy.buffer);
  for (const [at, sizeBytes, value] of changes) {
    if (sizeBytes === 1) view.setUint8(at, value);
    else if (sizeBytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
  }
  return copy;
}

function refuses(file: Uint8Array, why: string): void {
  const error = assertThrows(() => readElf(file), ElfError);
  assertEquals(error.message, `Cannot read ELF: ${why}`);
}

Deno.test("readElf gives the entry, the segments in the order of addresses, and what it was compiled for", () => {
  const elf = readElf(build([data, code]));
  assertEquals(elf.entry, CODE);
  assertEquals(elf.segments.map(({ flags: _, ...segment }) => segment), [
    { address: CODE, runAddress: CODE, bytes: new Uint8Array([0x13, 0, 0, 0, 0x6f, 0, 0, 0]), sizeInMemory: 8 },
    { address: DATA, runAddress: DATA, bytes: new Uint8Array([1, 2, 3]), sizeInMemory: 16 },
  ]);
  assertEquals(elf.segments.map((segment) => segment.flags), [
    { readable: true, writable: false, executable: true },
    { readable: true, writable: true, executable: false },
  ]);
  assertEquals(elf.flags, { compressed: true, floatAbi: "soft", reducedRegisters: false });
  const { flags } = readElf(patched(build(), [36, 4, 8 + 2]));
  assertEquals(flags, { compressed: false, floatAbi: "single", reducedRegisters: true });
});

Deno.test("readElf says where there are instructions, if the sections do", () => {
  assertEquals(readElf(build()).code, []);
  // The first section, which is none: type 1, with instructions (4) in memory (2).
  const section = (flags: number): Change[] => [
    [SECTIONS_AT + 4, 4, 1],
    [SECTIONS_AT + 8, 4, flags],
    [SECTIONS_AT + 12, 4, CODE + 4],
    [SECTIONS_AT + 20, 4, 4],
  ];
  assertEquals(readElf(patched(build(), ...section(6))).code, [{ address: CODE + 4, sizeBytes: 4 }]);
  assertEquals(readElf(patched(build(), ...section(2))).code, []);
});

Deno.test("readElf reads a view into a larger buffer, at any alignment", () => {
  const larger = new Uint8Array(SIZE + 9);
  larger.set(build(), 7);
  const { entry, segments: [first] } = readElf(larger.subarray(7, 7 + SIZE));
  assertEquals([entry, first.bytes[0], first.bytes.buffer === larger.buffer], [CODE, 0x13, true]);
});

Deno.test("readElf loads to physical addresses; what start code copies takes no more than its bytes", () => {
  const { segments } = readElf(build([code, { ...data, runAddress: 0x1000_0000, address: CODE + 8 }]));
  assertEquals(segments.map(({ address, runAddress, sizeInMemory }) => [address, runAddress, sizeInMemory]), [
    [CODE, CODE, 8],
    [CODE + 8, 0x1000_0000, 3],
  ]);
});

Deno.test("readElf takes virtual addresses where the linker left all physical ones 0", () => {
  const { segments } = readElf(build([{ ...code, address: 0 }, { ...data, address: 0 }]));
  assertEquals(segments.map(({ address, sizeInMemory }) => [address, sizeInMemory]), [[CODE, 8], [DATA, 16]]);
});

Deno.test("readElf leaves out empty segments and other program headers, wherever they point", () => {
  const file = build([{ runAddress: 0, bytes: [1], sizeInMemory: 0 }, code, { runAddress: CODE }, {
    runAddress: DATA,
    sizeInMemory: 4,
  }]);
  const elf = readElf(patched(file, [HEADER, 4, 0x7000_0003], [HEADER + 3 * 32 + 4, 4, 0xffff_0000]));
  assertEquals(elf.segments.map((segment) => segment.address), [CODE, DATA]);
  assertEquals(elf.segments[1].bytes.length, 0);
});

Deno.test("readElf lists functions, objects, labels and absolute values; not files, sections, marks and what is elsewhere", () => {
  const elf = readElf(build(undefined, [
    { name: "main.c", address: 0, type: 4, section: 0xfff1 },
    { name: ".text", address: CODE, type: 3 },
    { name: "$xrv32imc", address: CODE },
    { name: "elsewhere", address: 0, section: 0 },
    { name: "größe", address: DATA, size: 4, type: 1 },
    { name: "main", address: CODE, size: 8, type: 2, global: true },
    { name: "loop", address: CODE + 4 },
    { name: "_stack", address: 0x1c01_0000, global: true, section: 0xfff1 },
  ]));
  assertEquals(elf.symbols, [
    { name: "größe", address: DATA, size: 4, kind: "object", global: false },
    { name: "main", address: CODE, size: 8, kind: "function", global: true },
    { name: "loop", address: CODE + 4, size: 0, kind: "label", global: false },
    { name: "_stack", address: 0x1c01_0000, size: 0, kind: "absolute", global: true },
  ]);
});

Deno.test("readElf gives no symbols for a stripped file", () => {
  assertEquals(readElf(patched(build(), [32, 4, 0], [46, 2, 0], [48, 2, 0])).symbols, []);
  assertEquals(readElf(patched(build(), [SYMTAB + 4, 4, 1])).symbols, []);
});

Deno.test("Elf.symbolAt: labels last to the next symbol or the end of their segment, sized symbols for their size", () => {
  const { symbolAt } = readElf(build([{ ...code, sizeInMemory: 0x40 }, data], [
    { name: "end", address: CODE + 0x40 },
    { name: "start", address: CODE },
    { name: "f", address: CODE + 0x10, size: 0x10, type: 2 },
    { name: "f.loop", address: CODE + 0x14 },
    { name: "tail", address: CODE + 0x30 },
  ]));
  const at = (offset: number) => symbolAt(CODE + offset);
  assertEquals(at(-1), undefined);
  assertEquals(at(0), { name: "start", offset: 0 });
  assertEquals(at(0xf), { name: "start", offset: 0xf });
  assertEquals(at(0x10), { name: "f", offset: 0 });
  assertEquals(at(0x1f), { name: "f", offset: 0xf });
  assertEquals(at(0x20), undefined);
  assertEquals(at(0x3f), { name: "tail", offset: 0xf });
  assertEquals(at(0x40), undefined);
  assertEquals(symbolAt(DATA), undefined);
  assertEquals(symbolAt(0xffff_ffff), undefined);
});

Deno.test("Elf.symbolAt: the innermost of nested symbols, and of aliases the global function", () => {
  const { symbolAt } = readElf(build(undefined, [
    { name: "inner", address: CODE + 2, size: 2, type: 1 },
    { name: "label", address: CODE, global: true },
    { name: "api", address: CODE, size: 8, type: 2, global: true },
    { name: "local", address: CODE, size: 8, type: 2 },
    { name: "number", address: CODE + 6, size: 2, section: 0xfff1 },
  ]));
  const names = Array.from({ length: 9 }, (_, offset) => symbolAt(CODE + offset)?.name);
  assertEquals(names, ["api", "api", "inner", "inner", "api", "api", "api", "api", undefined]);
});

Deno.test("Elf.symbolAt equals a search through all symbols, on random overlapping ones", () => {
  const symbol = fc.record({ address: fc.nat(40), size: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.uniqueArray(symbol, { maxLength: 12, selector: ({ address }) => address }), (placed) => {
      const { symbolAt } = readElf(
        build(undefined, placed.map(({ address, size }, index) => ({ name: `s${index}`, address, size, type: 2 }))),
      );
      for (let address = 0; address <= 60; address++) {
        const around = placed.map((symbol, index) => ({ ...symbol, name: `s${index}` }))
          .filter((symbol) => symbol.address <= address && address < symbol.address + symbol.size);
        const latest = around.sort((a, b) => b.address - a.address)[0];
        const expected = latest && { name: latest.name, offset: address - latest.address };
        assertEquals(symbolAt(address), expected);
      }
    }),
    { seed, numRuns: cases(100, 5000) },
  );
});

Deno.test("readElf refuses what is no ELF file for this machine", () => {
  refuses(new Uint8Array(), "the file is empty");
  refuses(
    new TextEncoder().encode("#!/bin/sh"),
    "this is no ELF file: it begins with 23 21 2F 62 instead of 7F 45 4C 46",
  );
  refuses(new Uint8Array([0x7f, 0x44]), "this is no ELF file: it begins with 7F 44 instead of 7F 45 4C 46");
  refuses(patched(build(), [4, 1, 2]), "its class (EI_CLASS) is 2, 64 bits, not 1: compile for rv32");
  refuses(patched(build(), [4, 1, 7]), "its class (EI_CLASS) is 7, not 1: compile for rv32");
  refuses(patched(build(), [5, 1, 2], [18, 1, 0], [19, 1, 243]), "it is big endian: compile for little endian");
  refuses(patched(build(), [5, 1, 0]), "its byte order (EI_DATA) is 0, not 1 for little endian");
  for (const [machine, name] of [[3, "x86"], [40, "ARM"], [62, "x86-64"], [183, "AArch64"], [9999, "machine 9999"]]) {
    for (const bits of [1, 2]) {
      refuses(
        patched(build(), [4, 1, bits], [18, 2, Number(machine)]),
        `it is for ${name}, not for RISC-V (e_machine 243)`,
      );
    }
  }
});

Deno.test("readElf refuses what is not linked to an executable", () => {
  refuses(patched(build(), [16, 2, 1]), "it is a relocatable object, not an executable (e_type 1, not 2): link it");
  refuses(
    patched(build(), [16, 2, 3]),
    "it is a position-independent or shared object, not an executable (e_type 3, not 2): link it",
  );
  refuses(patched(build(), [16, 2, 77]), "it is something else, not an executable (e_type 77, not 2): link it");
  refuses(patched(build(), [HEADER, 4, 3]), "it asks for a dynamic linker: link it statically");
  refuses(build([]), "none of its 0 program headers is a segment to load");
  refuses(patched(build([data]), [HEADER, 4, 4]), "none of its 1 program headers is a segment to load");
});

Deno.test("readElf refuses wrong versions and header sizes", () => {
  refuses(patched(build(), [6, 1, 0]), "its EI_VERSION is 0, not 1: the header is damaged");
  refuses(patched(build(), [20, 4, 2]), "its e_version is 2, not 1: the header is damaged");
  refuses(patched(build(), [40, 2, 64]), "its e_ehsize is 64, not 52: the header is damaged");
  refuses(patched(build(), [42, 2, 56]), "its e_phentsize is 56, not 32: the header is damaged");
  refuses(patched(build(), [46, 2, 0]), "its e_shentsize is 0, not 40: the header is damaged");
});

Deno.test("readElf says which part of a truncated file is missing", () => {
  const cut = (from: number, to: number, size: number) =>
    `is cut off: it takes bytes ${from} to ${to}, the file has ${size}; the file may have been truncated on its way`;
  const file = build(), atEnd = 2 ** 32 - 16;
  refuses(file.subarray(0, 51), `the ELF header ${cut(0, 51, 51)}`);
  refuses(file.subarray(0, 100), `the table of program headers ${cut(52, 115, 100)}`);
  refuses(file.subarray(0, 0x209), `segment 1 at 0x1C008000 ${cut(0x208, 0x20a, 0x209)}`);
  refuses(file.subarray(0, SIZE - 1), `the table of section headers ${cut(SECTIONS_AT, SIZE - 1, SIZE - 1)}`);
  refuses(patched(file, [28, 4, atEnd]), `the table of program headers ${cut(atEnd, atEnd + 63, SIZE)}`);
  refuses(patched(file, [HEADER + 4, 4, atEnd]), `segment 0 at 0x1C000000 ${cut(atEnd, atEnd + 7, SIZE)}`);
  refuses(patched(file, [32, 4, atEnd]), `the table of section headers ${cut(atEnd, atEnd + 119, SIZE)}`);
  const manySections = patched(file, [48, 2, 0], [SECTIONS_AT + 20, 4, 1e8]);
  refuses(manySections, `the table of section headers ${cut(SECTIONS_AT, SECTIONS_AT + 40e8 - 1, SIZE)}`);
  const manySymbols = patched(file, [SYMTAB + 20, 4, 16e6]);
  refuses(manySymbols, `the symbol table ${cut(SYMBOLS_AT, SYMBOLS_AT + 16e6 - 1, SIZE)}`);
  refuses(patched(file, [STRTAB + 16, 4, atEnd]), `the string table ${cut(atEnd, atEnd, SIZE)}`);
});

Deno.test("readElf refuses symbol tables that make no sense", () => {
  const file = build(undefined, [{ name: "main", address: CODE }]);
  refuses(patched(file, [SYMTAB + 36, 4, 0]), "its symbol table has 32 bytes in entries of 0, not of 16");
  refuses(patched(file, [SYMTAB + 20, 4, 17]), "its symbol table has 17 bytes in entries of 16, not of 16");
  for (const section of [1, 3, 0xffff_ffff]) {
    const why = `its symbol table names section ${section} for its strings, which is no string table`;
    refuses(patched(file, [SYMTAB + 24, 4, section]), why);
  }
  const unended = (at: number) => `the symbol name at ${at} of the string table does not end in the table`;
  refuses(patched(file, [SYMBOLS_AT + 16, 4, 6]), unended(6));
  refuses(patched(file, [SYMBOLS_AT + 16, 4, 0xffff_ffff]), unended(0xffff_ffff));
  refuses(patched(file, [STRTAB + 20, 4, 5]), unended(1));
});

Deno.test("readElf refuses names that would take forever to read", () => {
  const length = 1000, names = Array.from({ length: 40 }, () => ({ name: "", address: CODE }));
  const file = new Uint8Array(SIZE + length + 1).fill(0x61);
  file.set(build(undefined, names));
  file[SIZE + length] = 0;
  const pointers = names.map((_, index): Change => [SYMBOLS_AT + 16 * (index + 1), 4, index]);
  refuses(
    patched(file, ...pointers, [STRTAB + 16, 4, SIZE], [STRTAB + 20, 4, length + 1]),
    "its symbols' names overlap in the string table more than any linker's do",
  );
});

Deno.test("readElf refuses segments that no memory can hold", () => {
  const short = build([{ ...code, sizeInMemory: 7 }]);
  refuses(short, "segment 0 at 0x1C000000 has 8 bytes in the file, but only 7 in memory");
  refuses(
    build([code, { runAddress: 0, sizeInMemory: 2 ** 32 - 1 }]),
    "segment 1 at 0x00000000 takes 4294967295 bytes of memory; more than 1073741824 are not plausible",
  );
  const wraps = "with 257 bytes ends past the last address 0xFFFFFFFF";
  refuses(build([code, { runAddress: 0xffff_ff00, sizeInMemory: 257 }]), `segment 1 at 0xFFFFFF00 ${wraps}`);
  refuses(
    build([code, { ...data, runAddress: 0xffff_ff00, address: DATA, sizeInMemory: 257 }]),
    `segment 1 at 0x1C008000 ${wraps}`,
  );
  assertEquals(readElf(build([code, { runAddress: 0xffff_ff00, sizeInMemory: 256 }])).segments[1].sizeInMemory, 256);
});

Deno.test("readElf refuses overlapping segments, where they are loaded and where they run", () => {
  const hint = "look at the linker script's memory regions";
  refuses(
    build([code, { ...data, runAddress: CODE + 7 }]),
    `two segments overlap where they run: 8 bytes at 0x1C000000 and 16 bytes at 0x1C000007; ${hint}`,
  );
  refuses(
    build([code, { ...data, address: CODE + 7 }]),
    `two segments overlap in memory: 8 bytes at 0x1C000000 and 3 bytes at 0x1C000007; ${hint}`,
  );
  assertEquals(readElf(build([code, { ...data, runAddress: CODE + 8 }])).segments.length, 2);
});

Deno.test("readElf refuses an entry outside of executable segments", () => {
  const why = "lies in no executable segment: executable is 0x1C000000 to 0x1C000007";
  refuses(build(undefined, [], DATA), `its entry 0x1C008000 ${why}`);
  refuses(build(undefined, [], CODE + 8), `its entry 0x1C000008 ${why}`);
  refuses(build([{ ...code, flags: 6 }]), "its entry 0x1C000000 lies in no executable segment: it has none");
  refuses(build(undefined, [], CODE + 1), "its entry 0x1C000001 is odd: instructions lie at even addresses");
});

const golden = (["core", "corpus", "cluster"] as Group[]).flatMap((group) =>
  elfFiles(group).map((file) => ({ name: `${group}/${file}`, read: () => elf(group, file) }))
);

Deno.test("readElf reads all recorded programs", () => {
  for (const { name, read } of golden) {
    const { entry, segments, symbols, symbolAt, flags } = readElf(read());
    assertEquals([segments[0].address >= 0x1000_0000, segments[0].flags.readable, flags.floatAbi], [
      true,
      true,
      "soft",
    ]);
    if (name.startsWith("core/")) {
      assertEquals(symbolAt(entry), { name: "_start", offset: 0 });
      assertEquals(symbols.find(({ name }) => name === "_stack")?.kind, "absolute");
    } else assertEquals([entry, symbols.length], [0x1c00_0080, 0]);
  }
});

Deno.test("readElf throws nothing but ElfErrors, on random damage to recorded programs", () => {
  const word = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 0xffff_fff0, 0xffff_ffff));
  const half = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 1, 0xffff));
  // Headers are at both ends of a file; what lies between is code for the most part.
  const at = fc.oneof(fc.nat(200), fc.integer({ min: -1500, max: -1 }), fc.nat(20_000));
  const damage: fc.Arbitrary<Change> = fc.oneof(
    fc.tuple(at, fc.constant<4>(4), word),
    fc.tuple(at, fc.constant<2>(2), half),
    fc.tuple(at, fc.constant<1>(1), fc.nat(255)),
  );
  const seen = { read: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...golden),
      fc.array(damage, { maxLength: 3 }),
      fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 4 }),
      ({ read }, damages, cut) => {
        const whole = read(), last = whole.length - 4;
        const place = (at: number) => Math.min(at < 0 ? Math.max(0, whole.length + at) : at % whole.length, last);
        const damaged = patched(whole, ...damages.map(([at, ...change]): Change => [place(at), ...change]));
        const file = cut === null ? damaged : damaged.subarray(0, Math.floor(cut * whole.length));
        try {
          const { entry, segments, symbols, symbolAt } = readElf(file);
          let end = 0;
          for (const { address, bytes, sizeInMemory } of segments) {
            assert(end <= address && bytes.length <= sizeInMemory);
            end = address + sizeInMemory;
          }
          assert(end <= 2 ** 32);
          for (const address of [entry, ...symbols.map((symbol) => symbol.address)]) {
            const place = symbolAt(address);
            if (place === undefined) continue;
            assert(symbols.some(({ name, address: base }) => name === place.name && base + place.offset === address));
          }
          seen.read++;
        } catch (error) {
          if (!(error instanceof ElfError)) throw error;
          assert(error.message.startsWith("Cannot read ELF: ") && error.message.length < 400, error.message);
          seen.refused++;
        }
      },
    ),
    { seed, numRuns: cases(1500, 100_000) },
  );
  assert(seen.read > 0 && seen.refused > 0);
});

Deno.test("readElf says what is missing in a recorded program that was cut anywhere", () => {
  const file = elf("core", "elf/ri5cy/c_crc32.elf");
  for (let length = 0; length < file.length; length++) {
    const { message } = assertThrows(() => readElf(file.subarray(0, length)), ElfError);
    assert(length < 4 || message.includes("is cut off"), message);
  }
});
