/**
 * What an xclbin says, as plain data: the reader gives it, the writer takes it.
 *
 * Names, numbers and sizes are those of `xclbin.h` in Xilinx/XRT, tag 2019.2.0.3 (commit 9e13d57c); kinds that were
 * added later are from commit 963c58ee.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";

/** Something is wrong with an xclbin; the message says what and where. */
export class XclbinError extends SimulationError {
  /** The class's name, for stack traces and tests. */
  override name = "XclbinError";

  /** Made with a sentence; names out of a damaged file may be anything, so it is cut and control characters go. */
  constructor(sentence: string) {
    // deno-lint-ignore no-control-regex
    const line = sentence.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, "?");
    super(line.length > 400 ? `${line.slice(0, 250)} ... ${line.slice(-100)}` : line);
  }
}

/** What the file is for (XCLBIN_MODE), by its number. */
export const XCLBIN_MODES = [
  "flat",
  "pr",
  "tandem_stage2",
  "tandem_stage2_with_pr",
  "hw_emu",
  "sw_emu",
  "hw_emu_pr",
] as const;

/** Kinds of memory (MEM_TYPE), by their number. */
export const MEMORY_TYPES = [
  "MEM_DDR3",
  "MEM_DDR4",
  "MEM_DRAM",
  "MEM_STREAMING",
  "MEM_PREALLOCATED_GLOB",
  "MEM_ARE",
  "MEM_HBM",
  "MEM_BRAM",
  "MEM_URAM",
  "MEM_STREAMING_CONNECTION",
  "MEM_HOST",
  "MEM_PS_KERNEL",
] as const;

/** Kinds of IP (IP_TYPE), by their number. */
export const IP_TYPES = [
  "IP_MB",
  "IP_KERNEL",
  "IP_DNASC",
  "IP_DDR4_CONTROLLER",
  "IP_MEM_DDR4",
  "IP_MEM_HBM",
  "IP_MEM_HBM_ECC",
  "IP_PS_KERNEL",
] as const;

/** How a kernel is started (IP_CONTROL), by its number. */
export const CONTROL_PROTOCOLS = [
  "ap_ctrl_hs",
  "ap_ctrl_chain",
  "ap_ctrl_none",
  "ap_ctrl_me",
  "accel_adapter",
  "fast_adapter",
] as const;

/** Kinds of clock (CLOCK_TYPE), by their number. */
export const CLOCK_TYPES = ["UNUSED", "DATA", "KERNEL", "SYSTEM"] as const;

/** Modes of a kernel's ports. */
export const PORT_MODES = ["master", "slave", "read_only", "write_only"] as const;

/** Numbers of the sections that have a place in {@linkcode XclbinContent} (axlf_section_kind). */
export const SectionKind = {
  bitstream: 0,
  embeddedMetadata: 2,
  memTopology: 6,
  connectivity: 7,
  ipLayout: 8,
  clockFreqTopology: 11,
  buildMetadata: 14,
} as const;

/** What the file is for. */
export type XclbinMode = (typeof XCLBIN_MODES)[number];

/** How a kernel is started. */
export type ControlProtocol = (typeof CONTROL_PROTOCOLS)[number];

/** An instance of a kernel, in IP_LAYOUT. */
export interface XclbinKernelIp {
  /** What it is. */
  readonly type: "IP_KERNEL";
  /** Kernel and instance: `mmult:mmult_1`. At most 63 bytes. */
  readonly name: string;
  /** Address of its registers; undefined if it has none. */
  readonly baseAddress: number | undefined;
  /** Whether it can interrupt. */
  readonly interruptEnabled: boolean;
  /** Number of its interrupt, 0 to 127. */
  readonly interruptId: number;
  /** How it is started. */
  readonly controlProtocol: ControlProtocol;
}

/** Another IP of IP_LAYOUT, as a memory controller. */
export interface XclbinPlatformIp {
  /** What it is. */
  readonly type: Exclude<(typeof IP_TYPES)[number], "IP_KERNEL">;
  /** Its name, at most 63 bytes. */
  readonly name: string;
  /** Address of its registers; undefined if it has none. */
  readonly baseAddress: number | undefined;
  /** 32 bits whose meaning depends on the type. */
  readonly properties: number;
}

/** An IP of IP_LAYOUT. */
export type XclbinIp = XclbinKernelIp | XclbinPlatformIp;

/** Memory that buffers can be in, in MEM_TOPOLOGY. */
export interface XclbinBank {
  /** Not a stream. */
  readonly streaming: false;
  /** What it is. */
  readonly type: Exclude<(typeof MEMORY_TYPES)[number], "MEM_STREAMING" | "MEM_STREAMING_CONNECTION">;
  /** Its name, at most 15 bytes: `bank1`, `PLRAM[0]`. */
  readonly tag: string;
  /** Whether the design uses it. */
  readonly used: boolean;
  /** Address of its first byte, on the card. */
  readonly baseAddress: number;
  /** Its size in bytes, a multiple of 1024. */
  readonly sizeBytes: number;
}

/** A stream between kernels, or between a kernel and the host, in MEM_TOPOLOGY. */
export interface XclbinStream {
  /** A stream. */
  readonly streaming: true;
  /** What it is. */
  readonly type: "MEM_STREAMING" | "MEM_STREAMING_CONNECTION";
  /** Its name, at most 15 bytes: `dc_0`. */
  readonly tag: string;
  /** Whether the design uses it. */
  readonly used: boolean;
  /** Number of its route. */
  readonly routeId: number;
  /** Number of its flow. */
  readonly flowId: number;
}

/** An entry of MEM_TOPOLOGY. */
export type XclbinMemory = XclbinBank | XclbinStream;

/** That an argument of an instance goes to a memory, in CONNECTIVITY. */
export interface XclbinConnection {
  /** Number of the argument, as in its `id`. */
  readonly argIndex: number;
  /** Place of the instance in `ips`. */
  readonly ipIndex: number;
  /** Place of the memory in `memories`. */
  readonly memoryIndex: number;
}

/** A clock, in CLOCK_FREQ_TOPOLOGY. */
export interface XclbinClock {
  /** Its name, at most 127 bytes. */
  readonly name: string;
  /** What it drives. */
  readonly type: (typeof CLOCK_TYPES)[number];
  /** Its frequency in MHz, a whole number: the file has no fractions here. */
  readonly frequencyMHz: number;
}

/** A clock, in the metadata, whose frequency has fractions. */
export interface XclbinKernelClock {
  /** Name of the clock's port: `DATA_CLK`, `KERNEL_CLK`. */
  readonly port: string;
  /** Its frequency in Hz. */
  readonly frequencyHz: number;
}

/** A port of a kernel. */
export interface XclbinPort {
  /** Its name: `M_AXI_GMEM`, `S_AXI_CONTROL`. */
  readonly name: string;
  /** What it does: a bus master, a register file, or a stream that is read or written. */
  readonly mode: (typeof PORT_MODES)[number];
  /** Bytes that it spans; Infinity for all 64 bits; 0 for a stream. */
  readonly rangeBytes: number;
  /** Width of its data in bits. */
  readonly dataWidthBits: number;
  /** Whether it has addresses. */
  readonly portType: "addressable" | "stream";
}

/** An argument of a kernel. */
export interface XclbinArg {
  /** Its name. */
  readonly name: string;
  /** What it is: 0 a scalar, 1 a buffer, 2 a constant buffer, 3 local memory, 4 a stream or pipe. */
  readonly addressQualifier: number;
  /** Its number; undefined if the host cannot set it. */
  readonly index: number | undefined;
  /** Name of the port that it goes through. */
  readonly port: string;
  /** Its size in the register file, in bytes. */
  readonly sizeBytes: number;
  /** Its place in the register file, in bytes. */
  readonly offset: number;
  /** Its place in the host's structure, in bytes. */
  readonly hostOffset: number;
  /** Its size on the host, in bytes. */
  readonly hostSizeBytes: number;
  /** Its C type: `int*`. */
  readonly type: string;
}

/** Where a register file of an instance is. */
export interface XclbinAddressRange {
  /** Its address; undefined if it has none. */
  readonly base: number | undefined;
  /** Bytes from there on that are its own. */
  readonly rangeBytes: number;
  /** Name of the port behind it. */
  readonly port: string;
}

/** An instance of a kernel. */
export interface XclbinInstance {
  /** Its name: `mmult_1`. */
  readonly name: string;
  /** Its register files. */
  readonly addressRanges: readonly XclbinAddressRange[];
}

/** A kernel, in the metadata. */
export interface XclbinKernel {
  /** Its name. */
  readonly name: string;
  /** Vendor, library, name and version: `xilinx.com:hls:mmult:1.0`. */
  readonly vlnv: string;
  /** How it is started; `ap_ctrl_hs` in files that do not say. */
  readonly controlProtocol: ControlProtocol | "user_managed";
  /** Its ports. */
  readonly ports: readonly XclbinPort[];
  /** Its arguments. */
  readonly args: readonly XclbinArg[];
  /** Its instances. */
  readonly instances: readonly XclbinInstance[];
}

/** A section that is kept as it is. */
export interface XclbinSection {
  /** Its number (axlf_section_kind). */
  readonly kind: number;
  /** Its name, at most 15 bytes. */
  readonly name: string;
  /** What is in it. */
  readonly data: Uint8Array;
}

/** All that an xclbin says. */
export interface XclbinContent {
  /** Identifies the design: 32 hexadecimal digits. */
  readonly uuid: string;
  /** The platform that it is for, at most 63 bytes: `xilinx_u200_xdma_201830_2`. */
  readonly platform: string;
  /** Identifies that platform, or the ROM that describes it: 32 hexadecimal digits. */
  readonly platformUuid: string;
  /** Version of the tool that wrote it: `2.3.1`. */
  readonly version: string;
  /** What it is for. */
  readonly mode: XclbinMode;
  /** Bits that tell the driver what to load besides (ACTION_MASK); 0 on a card without an AI engine. */
  readonly actionMask: number;
  /** When it was made, in seconds since 1970. */
  readonly timestamp: number;
  /** When the platform was made, in seconds since 1970. */
  readonly platformTimestamp: number;
  /** Number by which a driver knows it again: 16 hexadecimal digits. */
  readonly uniqueId: string;
  /** Name of the file with debug information, at most 15 bytes; empty if there is none. */
  readonly debugBinary: string;
  /** IP_LAYOUT. */
  readonly ips: readonly XclbinIp[];
  /** MEM_TOPOLOGY. */
  readonly memories: readonly XclbinMemory[];
  /** CONNECTIVITY. */
  readonly connections: readonly XclbinConnection[];
  /** CLOCK_FREQ_TOPOLOGY. */
  readonly clocks: readonly XclbinClock[];
  /** The clocks of EMBEDDED_METADATA. */
  readonly kernelClocks: readonly XclbinKernelClock[];
  /** The kernels of EMBEDDED_METADATA. */
  readonly kernels: readonly XclbinKernel[];
  /** BUILD_METADATA, which is JSON; empty if there is none. */
  readonly buildMetadata: string;
  /** BITSTREAM; empty if there is none. */
  readonly bitstream: Uint8Array;
  /** The sections of other kinds. */
  readonly otherSections: readonly XclbinSection[];
}
