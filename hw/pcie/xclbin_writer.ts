/**
 * Writes xclbins: what the linker would write for a design that is described as plain data.
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
import { kernelsToXml } from "./xclbin_kernels.ts";
import {
  Axlf,
  CLOCK_FREQ_TOPOLOGY,
  CONNECTIVITY,
  IP_LAYOUT,
  MAGIC,
  MAX_ENTRIES,
  MEM_TOPOLOGY,
  NO_ADDRESS,
  SectionHeader,
  type TableLayout,
} from "./xclbin_layout.ts";
import { formatXml } from "./xclbin_xml.ts";

/**
 * An xclbin with this content, without a signature. Throws an XclbinError for what does not fit: names that are too
 * long, numbers past their field, connections to nothing.
 */
export function writeXclbin(content: XclbinContent): Uint8Array {
  const sections = sectionsOf(content);
  let length = Axlf.size + sections.length * SectionHeader.size;
  const offsets = sections.map(({ data }) => {
    const offset = align8(length);
    length = offset + data.length;
    return offset;
  });
  const file = new Fields(length, "the header");
  writeHeader(file, content, sections.length);
  for (const [index, { kind, name, data }] of sections.entries()) {
    const at = Axlf.size + index * SectionHeader.size;
    file.u32(at + SectionHeader.kind, kind, "kind");
    file.text(at + SectionHeader.name, 16, name);
    file.u64(at + SectionHeader.offset, data.length === 0 ? 0 : offsets[index], "offset");
    file.u64(at + SectionHeader.sectionSize, data.length, "size");
    file.bytes.set(data, offsets[index]);
  }
  return file.bytes;
}

function writeHeader(file: Fields, content: XclbinContent, sectionCount: number): void {
  const version = /^(\d+)\.(\d+)\.(\d+)$/.exec(content.version);
  if (!version) cannot(`its version is ${JSON.stringify(content.version)}`, "write it as 2.3.1");
  const [major, minor, patch] = version!.slice(1).map(Number);
  file.text(0, 9, MAGIC.slice(0, -1));
  // No signature: its length is -1, and its fields are ones.
  file.bytes.fill(0xff, Axlf.signatureLength, Axlf.uniqueId);
  file.hex(Axlf.uniqueId, 8, content.uniqueId, "unique id");
  file.bytes.subarray(Axlf.uniqueId, Axlf.uniqueId + 8).reverse();
  file.u64(Axlf.length, file.bytes.length, "length");
  file.u64(Axlf.timestamp, content.timestamp, "time");
  file.u64(Axlf.featureRomTimestamp, content.platformTimestamp, "platform's time");
  file.u16(Axlf.versionPatch, patch, "patch version");
  file.u8(Axlf.versionMajor, major, "major version");
  file.u8(Axlf.versionMinor, minor, "minor version");
  file.u16(Axlf.mode, file.numberOf(XCLBIN_MODES, content.mode), "mode");
  file.u16(Axlf.actionMask, content.actionMask, "action mask");
  file.hex(Axlf.romUuid, 16, content.platformUuid, "platform's uuid");
  file.text(Axlf.platformVbnv, 64, content.platform);
  file.hex(Axlf.uuid, 16, content.uuid, "uuid");
  file.text(Axlf.debugBin, 16, content.debugBinary);
  file.u32(Axlf.numSections, sectionCount, "number of sections");
}

/** The sections in the order of their kinds; those with nothing in them are left out. */
function sectionsOf(content: XclbinContent): XclbinSection[] {
  const { ips, memories, connections, clocks } = content;
  const metadata = content.kernels.length + content.kernelClocks.length === 0
    ? ""
    : formatXml(kernelsToXml(content, content.uuid, content.platform));
  const taken: number[] = Object.values(SectionKind);
  const stray = content.otherSections.find(({ kind }) => taken.includes(kind));
  if (stray) cannot(`its other sections have one of kind ${stray.kind}`, "that kind has a field of its own");
  const text = new TextEncoder();
  const own: XclbinSection[] = [
    { kind: SectionKind.bitstream, name: "bitstream", data: content.bitstream },
    { kind: SectionKind.embeddedMetadata, name: "metadata", data: text.encode(metadata) },
    { kind: SectionKind.memTopology, name: "mem", data: table(MEM_TOPOLOGY, memories, "memory", writeMemory) },
    {
      kind: SectionKind.connectivity,
      name: "conn",
      data: table(CONNECTIVITY, connections, "connection", (entry, { argIndex, ipIndex, memoryIndex }) => {
        entry.u32(0, argIndex, "argument");
        entry.index(4, ipIndex, ips.length, "IP");
        entry.index(8, memoryIndex, memories.length, "memory");
      }),
    },
    { kind: SectionKind.ipLayout, name: "ip", data: table(IP_LAYOUT, ips, "IP", writeIp) },
    {
      kind: SectionKind.clockFreqTopology,
      name: "clocks",
      data: table(CLOCK_FREQ_TOPOLOGY, clocks, "clock", (entry, { name, type, frequencyMHz }) => {
        entry.u16(0, frequencyMHz, "frequency in MHz");
        entry.u8(2, entry.numberOf(CLOCK_TYPES, type), "type");
        entry.text(8, 128, name);
      }),
    },
    { kind: SectionKind.buildMetadata, name: "build", data: text.encode(content.buildMetadata) },
  ];
  return [...own.filter(({ data }) => data.length > 0), ...content.otherSections];
}

function table<T>(
  { countBits, first, stride }: TableLayout,
  list: readonly T[],
  what: string,
  write: (entry: Fields, item: T) => void,
): Uint8Array {
  if (list.length === 0) return new Uint8Array(0);
  const section = new Fields(first + list.length * stride, `the ${what} table`);
  // The counts have a sign.
  const most = Math.min(2 ** (countBits - 1) - 1, MAX_ENTRIES);
  if (list.length > most) cannot(`its ${what} table has ${list.length} entries`, `have at most ${most}`);
  if (countBits === 16) section.u16(0, list.length, "count");
  else section.u32(0, list.length, "count");
  for (const [index, item] of list.entries()) {
    const entry = new Fields(stride, `${what} ${index}`);
    write(entry, item);
    section.bytes.set(entry.bytes, first + index * stride);
  }
  return section.bytes;
}

function writeIp(entry: Fields, ip: XclbinIp): void {
  entry.u32(0, entry.numberOf(IP_TYPES, ip.type), "type");
  if (ip.type === "IP_KERNEL") {
    if (!(ip.interruptId >= 0 && ip.interruptId < 128)) {
      cannot(`${ip.name} has the interrupt ${ip.interruptId}`, "use 0 to 127");
    }
    const protocol = entry.numberOf(CONTROL_PROTOCOLS, ip.controlProtocol);
    entry.u32(4, Number(ip.interruptEnabled) + ip.interruptId * 2 + protocol * 256, "properties");
  } else {
    entry.u32(4, ip.properties, "properties");
  }
  if (ip.baseAddress === undefined) entry.big(8, NO_ADDRESS);
  else entry.u64(8, ip.baseAddress, "address");
  entry.text(16, 64, ip.name);
}

function writeMemory(entry: Fields, memory: XclbinMemory): void {
  entry.u8(0, entry.numberOf(MEMORY_TYPES, memory.type), "type");
  entry.u8(1, Number(memory.used), "use");
  if (memory.streaming) {
    entry.u64(8, memory.routeId, "route");
    entry.u64(16, memory.flowId, "flow");
  } else {
    entry.u64(8, memory.sizeBytes / 1024, "size in units of 1024 bytes");
    entry.u64(16, memory.baseAddress, "address");
  }
  entry.text(24, 16, memory.tag);
}

function align8(at: number): number {
  return Math.ceil(at / 8) * 8;
}

function cannot(why: string, hint: string): never {
  throw new XclbinError(`Cannot write the xclbin: ${why}; ${hint}`);
}

/** Little-endian fields of a structure of the file, which start as zeros. */
class Fields {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;

  constructor(sizeBytes: number, what: string) {
    this.#what = what;
    this.bytes = new Uint8Array(sizeBytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  u8(at: number, value: number, field: string): void {
    this.#view.setUint8(at, this.#fits(value, 8, field));
  }

  u16(at: number, value: number, field: string): void {
    this.#view.setUint16(at, this.#fits(value, 16, field), true);
  }

  u32(at: number, value: number, field: string): void {
    this.#view.setUint32(at, this.#fits(value, 32, field), true);
  }

  u64(at: number, value: number, field: string): void {
    this.big(at, BigInt(this.#fits(value, 53, field)));
  }

  big(at: number, value: bigint): void {
    this.#view.setBigUint64(at, value, true);
  }

  /** The place of something in a list of that length. */
  index(at: number, value: number, length: number, field: string): void {
    if (!(value < length)) cannot(`${this.#what} refers to ${field} ${value}, and there are ${length}`, "add it");
    this.u32(at, value, field);
  }

  /** A name, with a zero byte behind it. */
  text(at: number, length: number, text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length >= length || bytes.includes(0)) {
      cannot(
        `the name ${JSON.stringify(text)} in ${this.#what} does not fit`,
        `use at most ${length - 1} bytes, none 0`,
      );
    }
    this.bytes.set(bytes, at);
  }

  hex(at: number, length: number, digits: string, field: string): void {
    if (digits.length !== 2 * length || /[^0-9a-f]/.test(digits)) {
      cannot(`its ${field} is ${JSON.stringify(digits)}`, `use ${2 * length} hexadecimal digits, in small letters`);
    }
    for (let i = 0; i < length; i++) this.bytes[at + i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  }

  /** The number of a name. */
  numberOf(known: readonly string[], name: string): number {
    const number = known.indexOf(name);
    if (number < 0) cannot(`${this.#what} has ${JSON.stringify(name)}`, `known are ${known.join(", ")}`);
    return number;
  }

  #fits(value: number, bits: number, field: string): number {
    if (Number.isInteger(value) && value >= 0 && value < 2 ** bits) return value;
    return cannot(`the ${field} of ${this.#what} is ${value}`, `use an integer from 0 to 2^${bits} - 1`);
  }
}
