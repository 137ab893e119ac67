/**
 * Reads xclbins, the files that card designs come in: a container (AXLF) of sections with tables and XML.
 * @module
 */
import {
  CLOCK_TYPES,
  CONTROL_PROTOCOLS,
  IP_TYPES,
  MEMORY_TYPES,
  SectionKind,
  XCLBIN_MODES,
  type XclbinContent,
  XclbinError,
  type XclbinIp,
  type XclbinMemory,
  type XclbinSection,
} from "./xclbin_content.ts";
import { kernelsFromXml } from "./xclbin_kernels.ts";
import {
  Axlf,
  CLOCK_FREQ_TOPOLOGY,
  CONNECTIVITY,
  IP_LAYOUT,
  MAGIC,
  MAX_ENTRIES,
  MAX_SECTIONS,
  MEM_TOPOLOGY,
  NO_ADDRESS,
  SectionHeader,
  type TableLayout,
} from "./xclbin_layout.ts";
import { parseXml, type XmlElement } from "./xclbin_xml.ts";

/**
 * What an xclbin says. `metadata` stands in for the file's EMBEDDED_METADATA section, for a caller that has parsed it.
 * Throws an XclbinError, which says what is wrong and where, for a file that is cut off, damaged or none.
 */
export function readXclbin(file: Uint8Array, metadata?: XmlElement): XclbinContent {
  const axlf = checkedHeader(file);
  const sections = readSections(axlf);
  const ips = [...entries(sections, SectionKind.ipLayout, IP_LAYOUT, "IP")].map(readIp);
  const memories = [...entries(sections, SectionKind.memTopology, MEM_TOPOLOGY, "memory")].map(readMemory);
  const connections = [...entries(sections, SectionKind.connectivity, CONNECTIVITY, "connection")].map((entry) => ({
    argIndex: entry.u32(0),
    ipIndex: entry.index(4, ips.length, "IP"),
    memoryIndex: entry.index(8, memories.length, "memory"),
  }));
  const clocks = [...entries(sections, SectionKind.clockFreqTopology, CLOCK_FREQ_TOPOLOGY, "clock")].map((entry) => ({
    name: entry.text(8, 128),
    type: entry.oneOf(CLOCK_TYPES, entry.u8(2), "type"),
    frequencyMHz: entry.u16(0),
  }));
  const xml = sections.get(SectionKind.embeddedMetadata);
  const root = metadata ?? (xml && parseXml(decode(xml.data, "the metadata")));
  const { kernels, kernelClocks } = root ? kernelsFromXml(root) : { kernels: [], kernelClocks: [] };
  const build = sections.get(SectionKind.buildMetadata)?.data ?? new Uint8Array(0);
  const placed: number[] = Object.values(SectionKind);
  return {
    uuid: axlf.hex(Axlf.uuid, 16),
    platform: axlf.text(Axlf.platformVbnv, 64),
    platformUuid: axlf.hex(Axlf.romUuid, 16),
    version: [axlf.u8(Axlf.versionMajor), axlf.u8(Axlf.versionMinor), axlf.u16(Axlf.versionPatch)].join("."),
    mode: axlf.oneOf(XCLBIN_MODES, axlf.u16(Axlf.mode), "mode"),
    actionMask: axlf.u16(Axlf.actionMask),
    timestamp: axlf.u64(Axlf.timestamp, "time"),
    platformTimestamp: axlf.u64(Axlf.featureRomTimestamp, "platform's time"),
    uniqueId: axlf.big(Axlf.uniqueId).toString(16).padStart(16, "0"),
    debugBinary: axlf.text(Axlf.debugBin, 16),
    ips,
    memories,
    connections,
    clocks,
    kernelClocks,
    kernels,
    buildMetadata: decode(build, "the build metadata"),
    bitstream: sections.get(SectionKind.bitstream)?.data ?? new Uint8Array(0),
    otherSections: [...sections.all].filter(({ kind }) => !placed.includes(kind)),
  };
}

/** Finds out whether this is an xclbin at all, and all there. */
function checkedHeader(file: Uint8Array): Fields {
  const start = new TextDecoder("latin1").decode(file.subarray(0, 8));
  if (start.startsWith("xclbin") && start !== MAGIC && file.length >= 8) {
    const format = JSON.stringify(start.replace(/\0.*/s, ""));
    throw new XclbinError(`Cannot read the xclbin: its format is ${format}; only "xclbin2" is read, link it again`);
  }
  if (!MAGIC.startsWith(start)) {
    const hint = start.startsWith("{")
      ? "this looks like an .xclbin.link, which says where the file for each card is"
      : start.startsWith("version")
      ? "this looks like a Git LFS pointer; get the file behind it"
      : "it is another kind of file";
    throw new XclbinError(`Cannot read the xclbin: it begins with ${JSON.stringify(start)}, not "xclbin2"; ${hint}`);
  }
  if (file.length < Axlf.size) {
    throw new XclbinError(
      `Cannot read the xclbin: it has ${file.length} bytes, and its header takes ${Axlf.size}; it is cut off`,
    );
  }
  const header = new Fields(file.subarray(0, Axlf.size), "the header");
  const length = header.u64(Axlf.length, "length");
  if (length > file.length) {
    throw new XclbinError(
      `Cannot read the xclbin: it has ${file.length} bytes, and its header says ${length}; it is cut off`,
    );
  }
  // A signature may follow, and is not part of the length.
  return new Fields(file.subarray(0, Math.max(length, Axlf.size)), "the header");
}

/** The sections by their kind, and in the file's order. */
class Sections {
  constructor(readonly all: readonly XclbinSection[]) {}

  get(kind: number): XclbinSection | undefined {
    return this.all.find((section) => section.kind === kind);
  }
}

function readSections(axlf: Fields): Sections {
  const count = axlf.u32(Axlf.numSections);
  const dataStart = Axlf.size + count * SectionHeader.size;
  if (count > MAX_SECTIONS || dataStart > axlf.bytes.length) {
    throw new XclbinError(
      `Cannot read the xclbin: it has ${count} sections, whose headers do not fit into its ${axlf.bytes.length} bytes; ` +
        `it is damaged`,
    );
  }
  const seen = new Set<number>();
  const spans: { start: number; end: number; what: string }[] = [];
  const placed: number[] = Object.values(SectionKind);
  const all = Array.from({ length: count }, (_, index) => {
    const at = Axlf.size + index * SectionHeader.size;
    const what = `section ${index}`;
    const header = new Fields(axlf.bytes.subarray(at, at + SectionHeader.size), what);
    const kind = header.u32(SectionHeader.kind);
    const start = header.u64(SectionHeader.offset, "offset");
    const size = header.u64(SectionHeader.sectionSize, "size");
    if (size > 0 && start < dataStart) {
      throw new XclbinError(
        `Cannot read the xclbin: ${what} begins at byte ${start}, within the headers; it is damaged`,
      );
    }
    if (start + size > axlf.bytes.length) {
      throw new XclbinError(
        `Cannot read the xclbin: ${what} ends at byte ${
          start + size
        }, and the file at ${axlf.bytes.length}; it is damaged`,
      );
    }
    if (placed.includes(kind) && seen.has(kind)) {
      throw new XclbinError(`Cannot read the xclbin: ${what} is the second one of kind ${kind}; it is damaged`);
    }
    seen.add(kind);
    if (size > 0) spans.push({ start, end: start + size, what });
    return { kind, name: header.text(SectionHeader.name, 16), data: axlf.bytes.subarray(start, start + size) };
  });
  spans.sort((a, b) => a.start - b.start);
  for (const [index, span] of spans.entries()) {
    if (index === 0 || span.start >= spans[index - 1].end) continue;
    throw new XclbinError(`Cannot read the xclbin: ${spans[index - 1].what} and ${span.what} overlap; it is damaged`);
  }
  return new Sections(all);
}

/** The entries of a section's table; none if there is no such section. */
function* entries(sections: Sections, kind: number, layout: TableLayout, what: string): Generator<Fields> {
  const data = sections.get(kind)?.data;
  if (!data || data.length === 0) return;
  const { countBits, first, stride } = layout;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const count = data.length < first ? -1 : countBits === 16 ? view.getInt16(0, true) : view.getInt32(0, true);
  if (count < 0 || first + count * stride > data.length) {
    throw new XclbinError(
      `Cannot read the xclbin's ${what} table: it ought to have ${count < 0 ? "a count" : `${count} entries`}, ` +
        `and its section has ${data.length} bytes; it is damaged`,
    );
  }
  if (count > MAX_ENTRIES) {
    throw new XclbinError(
      `Cannot read the xclbin's ${what} table: it has ${count} entries; no design has more than ${MAX_ENTRIES}`,
    );
  }
  for (let index = 0; index < count; index++) {
    const at = first + index * stride;
    yield new Fields(data.subarray(at, at + stride), `${what} ${index}`);
  }
}

function readIp(entry: Fields): XclbinIp {
  const type = entry.oneOf(IP_TYPES, entry.u32(0), "type");
  const properties = entry.u32(4);
  const baseAddress = entry.big(8) === NO_ADDRESS ? undefined : entry.u64(8, "address");
  const name = entry.text(16, 64);
  if (type !== "IP_KERNEL") return { type, name, baseAddress, properties };
  return {
    type,
    name,
    baseAddress,
    interruptEnabled: (properties & 1) !== 0,
    interruptId: properties >> 1 & 0x7f,
    controlProtocol: entry.oneOf(CONTROL_PROTOCOLS, properties >> 8 & 0xff, "control protocol"),
  };
}

function readMemory(entry: Fields): XclbinMemory {
  const type = entry.oneOf(MEMORY_TYPES, entry.u8(0), "type");
  const used = entry.u8(1) !== 0;
  const tag = entry.text(24, 16);
  if (type === "MEM_STREAMING" || type === "MEM_STREAMING_CONNECTION") {
    return { streaming: true, type, tag, used, routeId: entry.u64(8, "route"), flowId: entry.u64(16, "flow") };
  }
  const sizeBytes = entry.u64(8, "size", 1024);
  return { streaming: false, type, tag, used, baseAddress: entry.u64(16, "address"), sizeBytes };
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new XclbinError(`Cannot read the xclbin: ${what} is not UTF-8 text; it is damaged`);
  }
}

/** Little-endian fields of a structure of the file. */
class Fields {
  readonly #view: DataView;
  readonly #what: string;

  constructor(readonly bytes: Uint8Array, what: string) {
    this.#what = what;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u8(at: number): number {
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  big(at: number): bigint {
    return this.#view.getBigUint64(at, true);
  }

  /** 64 bits, times a unit, that fit a number. */
  u64(at: number, field: string, unit = 1): number {
    const value = this.big(at) * BigInt(unit);
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    throw new XclbinError(
      `Cannot read the xclbin: the ${field} of ${this.#what} is ${value}, past 2^53; it is damaged`,
    );
  }

  /** The place of something in a list of that length. */
  index(at: number, length: number, field: string): number {
    const value = this.u32(at);
    if (value < length) return value;
    throw new XclbinError(
      `Cannot read the xclbin: ${this.#what} refers to ${field} ${value}, and there are ${length}; it is damaged`,
    );
  }

  oneOf<const T extends string>(known: readonly T[], value: number, field: string): T {
    if (value < known.length) return known[value];
    throw new XclbinError(
      `Cannot read the xclbin: the ${field} of ${this.#what} is ${value}; known are 0 to ${known.length - 1} ` +
        `(${known[0]} to ${known.at(-1)})`,
    );
  }

  /** A name, up to its zero byte. */
  text(at: number, length: number): string {
    const field = this.bytes.subarray(at, at + length);
    const end = field.indexOf(0);
    return decode(field.subarray(0, end < 0 ? length : end), `a name in ${this.#what}`);
  }

  hex(at: number, length: number): string {
    return Array.from(this.bytes.subarray(at, at + length), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
