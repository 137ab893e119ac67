/**
 * The design of the scheduling notebook, `advanced.xclbin`, for an Alveo U200: a matrix product and a sum, on one bank.
 *
 * Sources are in the fields' comments; the file itself is not published any more.
 * @module
 */
import type { XclbinArg, XclbinBank, XclbinContent, XclbinKernel } from "./xclbin_content.ts";

/** Register file of a kernel: Alveo-PYNQ ffc5317, 1_introduction/3-exploring-a-bitstream, `addr_range`. */
const REGISTERS_BYTES = 0x1000;

/** Address of the first unit of that platform: the same notebook, `phys_addr`; the next one is 64 KiB on (assumed). */
const UNIT_ADDRESSES = [0x180_0000, 0x181_0000];

/** The place that v++ chooses if nothing is said: the same notebook, `memory` of `vadd_wide_1`. */
const DEFAULT_BANK = 1;

/** A, B and C of 64 bits, 12 bytes apart: the register map that Vitis HLS 2019.2 gives three pointers. */
const ARGS: readonly XclbinArg[] = [
  pointer("A", 0, "M_AXI_GMEM_AC", "int const *"),
  pointer("B", 1, "M_AXI_GMEM_B", "int const *"),
  pointer("C", 2, "M_AXI_GMEM_AC", "int*"),
];

/**
 * `advanced.xclbin`: kernels `mmult` and `vadd` of Alveo-PYNQ 3958c47, overlays/src/advanced_features.cpp, linked with
 * the defaults. The clock was asked to be 300 MHz; 155.56 MHz, an entry of XRT's clock table, is chosen to fit the
 * notebook's two times. Banks are those of Xilinx/XRT 963c58ee, ReportBOStats.cpp.
 */
export const advancedXclbin: XclbinContent = {
  uuid: "e5ca9e3e000000000000000000000001",
  platform: "xilinx_u200_xdma_201830_2",
  platformUuid: "0".repeat(32),
  version: "2.3.0",
  mode: "flat",
  actionMask: 0,
  timestamp: 0,
  platformTimestamp: 0,
  uniqueId: "0".repeat(16),
  debugBinary: "",
  ips: ["mmult:mmult_1", "vadd:vadd_1"].map((name, index) => ({
    type: "IP_KERNEL",
    name,
    baseAddress: UNIT_ADDRESSES[index],
    interruptEnabled: true,
    interruptId: index,
    controlProtocol: "ap_ctrl_hs",
  })),
  memories: [
    ...[0x40_0000_0000, 0x50_0000_0000, 0x60_0000_0000, 0x70_0000_0000].map((baseAddress, index): XclbinBank => (
      {
        streaming: false,
        type: "MEM_DDR4",
        tag: `bank${index}`,
        used: index === DEFAULT_BANK,
        baseAddress,
        sizeBytes: 2 ** 34,
      }
    )),
    ...[0x30_0000_0000, 0x30_0040_0000, 0x30_0060_0000].map((baseAddress, index): XclbinBank => (
      { streaming: false, type: "MEM_DRAM", tag: `PLRAM[${index}]`, used: false, baseAddress, sizeBytes: 2 ** 17 }
    )),
  ],
  connections: [0, 1].flatMap((ipIndex) =>
    ARGS.map((_, argIndex) => ({ argIndex, ipIndex, memoryIndex: DEFAULT_BANK }))
  ),
  clocks: [
    { name: "DATA_CLK", type: "DATA", frequencyMHz: 155 },
    { name: "KERNEL_CLK", type: "KERNEL", frequencyMHz: 500 },
  ],
  kernelClocks: [
    { port: "DATA_CLK", frequencyHz: 155_555_556 },
    { port: "KERNEL_CLK", frequencyHz: 500_000_000 },
  ],
  kernels: [kernel("mmult", UNIT_ADDRESSES[0]), kernel("vadd", UNIT_ADDRESSES[1])],
  buildMetadata: "",
  bitstream: new Uint8Array(0),
  otherSections: [],
};

function kernel(name: string, base: number): XclbinKernel {
  const port = "S_AXI_CONTROL";
  return {
    name,
    vlnv: `xilinx.com:hls:${name}:1.0`,
    controlProtocol: "ap_ctrl_hs",
    ports: [
      ...["M_AXI_GMEM_AC", "M_AXI_GMEM_B"].map((master) => ({
        name: master,
        mode: "master" as const,
        rangeBytes: Infinity,
        dataWidthBits: 32,
        portType: "addressable" as const,
      })),
      { name: port, mode: "slave", rangeBytes: REGISTERS_BYTES, dataWidthBits: 32, portType: "addressable" },
    ],
    args: ARGS,
    instances: [{ name: `${name}_1`, addressRanges: [{ base, rangeBytes: 0x10000, port }] }],
  };
}

function pointer(name: string, index: number, port: string, type: string): XclbinArg {
  const offset = 0x10 + 12 * index;
  return { name, addressQualifier: 1, index, port, sizeBytes: 8, offset, hostOffset: 0, hostSizeBytes: 8, type };
}
