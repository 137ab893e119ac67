/**
 * What PYNQ's dictionaries say of a design: `ip_dict` and `mem_dict`.
 * @module
 */
import type { DesignUnit } from "../../hw/pcie/card_design.ts";
import { MEMORY_TYPES, type XclbinContent, type XclbinMemory } from "../../hw/pcie/xclbin_content.ts";

/** A field of a register. */
export interface FieldEntry {
  /** Its lowest bit. */
  readonly bitOffset: number;
  /** Its bits. */
  readonly bitWidth: number;
  /** Who may do what. */
  readonly access: "read-only" | "read-write";
}

/** An entry of `registers`. */
export interface RegisterEntry {
  /** Bytes from the start of the unit's registers (`address_offset`). */
  readonly addressOffset: number;
  /** Who may do what. */
  readonly access: "read-write";
  /** Bits (`size`). */
  readonly size: number;
  /** One line. */
  readonly description: string;
  /** C type of the argument, or `uint`. */
  readonly type: string;
  /** Number of the argument, from 0 on; null for the control register. */
  readonly id: number | null;
  /** Memory that a pointer goes to; null for others. */
  readonly memory: string | null;
  /** The fields, of the control register only. */
  readonly fields: Readonly<Record<string, FieldEntry>>;
}

/** An entry of `ip_dict`. */
export interface IpEntry {
  /** Address in the card's register space (`phys_addr`). */
  readonly physAddr: number;
  /** Bytes of register space (`addr_range`). */
  readonly addrRange: number;
  /** Vendor, library, name, version. */
  readonly type: string;
  /** Instance name. */
  readonly fullpath: string;
  /** Registers by name. */
  readonly registers: Readonly<Record<string, RegisterEntry>>;
  /** The design that it belongs to (`xclbin_uuid`). */
  readonly xclbinUuid: string;
  /** Place in IP_LAYOUT. */
  readonly index: number;
  /** Rank by address: the bit in command masks (`adjusted_index`). */
  readonly adjustedIndex: number;
}

/** An entry of `mem_dict`. */
export interface MemEntry {
  /** Number of the kind in an xclbin (`raw_type`). */
  readonly rawType: number;
  /** Its name: `DDR4`, `AXI Stream`. */
  readonly type: string;
  /** Whether the design uses it. */
  readonly used: boolean;
  /** First address (`base_address`); 0 for streams. */
  readonly baseAddress: number;
  /** Bytes; 0 for streams. */
  readonly size: number;
  /** Whether it is a stream. */
  readonly streaming: boolean;
  /** Place in the topology. */
  readonly idx: number;
}

/** The entry of a unit. */
export function describeUnit(unit: DesignUnit, { memories, uuid }: XclbinContent): IpEntry {
  const { name, kernel, baseAddress, rangeBytes, ipIndex, cuIndex, memoryOf } = unit;
  const chained = kernel.controlProtocol === "ap_ctrl_chain";
  const control: RegisterEntry = {
    addressOffset: 0,
    access: "read-write",
    size: 32,
    description: "Control signals",
    type: "uint",
    id: null,
    memory: null,
    fields: controlFields(chained),
  };
  const registers = kernel.args.filter(({ addressQualifier }) => addressQualifier !== 4).map((arg) => {
    const entry: RegisterEntry = {
      addressOffset: arg.offset,
      access: "read-write",
      size: 8 * arg.sizeBytes,
      description: `Data signal of ${arg.name}`,
      type: arg.type,
      id: arg.index ?? null,
      memory: memories[memoryOf.get(arg.name) ?? -1]?.tag ?? null,
      fields: {},
    };
    return [arg.name, entry] as const;
  });
  return {
    physAddr: baseAddress,
    addrRange: rangeBytes,
    type: kernel.vlnv,
    fullpath: name,
    registers: Object.fromEntries([["CTRL", control], ...registers]),
    xclbinUuid: uuid,
    index: ipIndex,
    adjustedIndex: cuIndex,
  };
}

/** The entry of a memory or stream. */
export function describeMemory(memory: XclbinMemory, idx: number): MemEntry {
  return {
    rawType: MEMORY_TYPES.indexOf(memory.type),
    type: memory.streaming ? "AXI Stream" : memory.type.replace("MEM_", ""),
    used: memory.used,
    baseAddress: memory.streaming ? 0 : memory.baseAddress,
    size: memory.streaming ? 0 : memory.sizeBytes,
    streaming: memory.streaming,
    idx,
  };
}

function controlFields(chained: boolean): Readonly<Record<string, FieldEntry>> {
  const field = (bitOffset: number, access: FieldEntry["access"]) => ({ bitOffset, bitWidth: 1, access });
  return {
    AP_START: field(0, "read-write"),
    AP_DONE: field(1, "read-only"),
    AP_IDLE: field(2, "read-only"),
    AP_READY: field(3, "read-only"),
    ...(chained ? { AP_CONTINUE: field(4, "read-write") } : {}),
    AUTO_RESTART: field(7, "read-write"),
  };
}
