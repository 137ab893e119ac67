/**
 * Sizes and offsets of an xclbin's structures, in bytes; the reader and the writer share them.
 *
 * From `xclbin.h` in Xilinx/XRT, tag 2019.2.0.3 (commit 9e13d57c); they are the same in commit 963c58ee.
 * @module
 */

/** The first 8 bytes. */
export const MAGIC = "xclbin2\0";

/** struct axlf, up to its section headers; the fields of struct axlf_header are in it. */
export const Axlf = {
  signatureLength: 8,
  reserved: 12,
  keyBlock: 40,
  uniqueId: 296,
  length: 304,
  timestamp: 312,
  featureRomTimestamp: 320,
  versionPatch: 328,
  versionMajor: 330,
  versionMinor: 331,
  mode: 332,
  actionMask: 334,
  romUuid: 336,
  platformVbnv: 352,
  uuid: 416,
  debugBin: 432,
  numSections: 448,
  size: 456,
} as const;

/** struct axlf_section_header. */
export const SectionHeader = { kind: 0, name: 4, offset: 24, sectionSize: 32, size: 40 } as const;

/** Where a table's entries begin behind their count, and how long each is. */
export interface TableLayout {
  /** Bits of the count, which has a sign. */
  readonly countBits: 16 | 32;
  /** Where the first entry begins. */
  readonly first: number;
  /** Bytes of an entry. */
  readonly stride: number;
}

/** struct mem_topology and mem_data: type 0, used 1, size in KiB or route 8, base or flow 16, tag 24. */
export const MEM_TOPOLOGY: TableLayout = { countBits: 32, first: 8, stride: 40 };

/** struct connectivity and connection: argument 0, IP 4, memory 8. */
export const CONNECTIVITY: TableLayout = { countBits: 32, first: 4, stride: 12 };

/** struct ip_layout and ip_data: type 0, properties 4, base 8, name 16. */
export const IP_LAYOUT: TableLayout = { countBits: 32, first: 8, stride: 80 };

/** struct clock_freq_topology and clock_freq: MHz 0, type 2, name 8. */
export const CLOCK_FREQ_TOPOLOGY: TableLayout = { countBits: 16, first: 2, stride: 136 };

/** How many sections there may be: XCLBIN_MAX_NUM_SECTION. */
export const MAX_SECTIONS = 0x10000;

/** How many entries a table may have: cards have some hundreds of anything. */
export const MAX_ENTRIES = 0x10000;

/** Address of an IP that has no registers. */
export const NO_ADDRESS = 0xffff_ffff_ffff_ffffn;
