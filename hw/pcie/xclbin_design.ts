/**
 * Makes what an xclbin says out of models of kernels, as `v++ --link` would out of kernels.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import type { ComputeUnitClass } from "./compute_unit.ts";
import { placeArguments } from "./hls_registers.ts";
import type {
  XclbinArg,
  XclbinBank,
  XclbinConnection,
  XclbinContent,
  XclbinKernel,
  XclbinMemory,
} from "./xclbin_content.ts";

/** One instance of a kernel. */
export interface LinkedUnit {
  /** Name of the instance: `vadd_1`. */
  readonly name: string;
  /** Its model. */
  readonly model: ComputeUnitClass;
  /** Memory of each pointer argument, by name; `memory` for those that are not in it. */
  readonly memories?: Readonly<Record<string, string>>;
  /** Memory of all other pointer arguments; `bank1`, as v++ has it for the U200, if left out. */
  readonly memory?: string;
}

/** What to link. */
export interface LinkOptions {
  /** The instances. */
  readonly units: readonly LinkedUnit[];
  /** Streams, as v++ takes them: `krnl_stream_vadd_1.out:krnl_stream_vmult_1.in2`. */
  readonly streams?: readonly string[];
  /** Clock of the kernels: an entry of the shell's table, in MHz; 300 if left out. */
  readonly clockMHz?: number;
  /** Identifies the design: 32 hexadecimal digits; made from the instances' names if left out. */
  readonly uuid?: string;
  /** The shell; that of the U200 if left out. */
  readonly platform?: string;
  /** The shell's memories; those of the U200 if left out. */
  readonly memories?: readonly Omit<XclbinBank, "used">[];
}

/** Address of the first unit, and from one to the next (Alveo-PYNQ ffc5317, 3-exploring-a-bitstream). */
const FIRST_UNIT = 0x180_0000, UNIT_STRIDE = 0x1_0000;
/** Register space of a unit: the same notebook, `addr_range`. */
const REGISTERS_BYTES = 0x1000;
/** Where v++ puts an argument if nothing is said: the same notebook, `memory` of `vadd_wide_1`. */
const DEFAULT_MEMORY = "bank1";

/** Memories of the U200 (Xilinx/XRT 963c58ee, ReportBOStats.cpp). */
export const u200Memories: readonly Omit<XclbinBank, "used">[] = [
  ...[0x40_0000_0000, 0x50_0000_0000, 0x60_0000_0000, 0x70_0000_0000].map((baseAddress, index) => ({
    streaming: false as const,
    type: "MEM_DDR4" as const,
    tag: `bank${index}`,
    baseAddress,
    sizeBytes: 2 ** 34,
  })),
  ...[0x30_0000_0000, 0x30_0040_0000, 0x30_0060_0000].map((baseAddress, index) => ({
    streaming: false as const,
    type: "MEM_DRAM" as const,
    tag: `PLRAM[${index}]`,
    baseAddress,
    sizeBytes: 2 ** 17,
  })),
];

/** Links a design. Throws a SimulationError if a memory or the end of a stream is not there. */
export function linkXclbin(options: LinkOptions): XclbinContent {
  const banks = options.memories ?? u200Memories;
  const clockMHz = options.clockMHz ?? 300;
  const connections: XclbinConnection[] = [];
  const used = new Set<number>();
  options.units.forEach(({ name, model, memories, memory }, ipIndex) => {
    placeArguments(model.kernel).forEach((argument, argIndex) => {
      if (!argument.pointer) return;
      const tag = memories?.[argument.name] ?? memory ?? DEFAULT_MEMORY;
      const memoryIndex = banks.findIndex((bank) => bank.tag === tag);
      if (memoryIndex < 0) {
        throw new SimulationError(
          `Cannot connect argument ${argument.name} of ${name} to ${tag}: the shell has ${
            banks.map((bank) => bank.tag).join(", ")
          }`,
        );
      }
      used.add(memoryIndex);
      connections.push({ argIndex, ipIndex, memoryIndex });
    });
  });
  const streams = (options.streams ?? []).map((text, index): XclbinMemory => {
    for (const end of text.split(":")) {
      connections.push({ ...streamEnd(options.units, end), memoryIndex: banks.length + index });
    }
    const common = { streaming: true as const, type: "MEM_STREAMING_CONNECTION" as const, used: true };
    return { ...common, tag: `dc_${index}`, routeId: 0, flowId: 0 };
  });
  const names = options.units.map(({ name }) => name);
  return {
    uuid: options.uuid ?? uuidOf(names.join(":") + clockMHz),
    platform: options.platform ?? "xilinx_u200_xdma_201830_2",
    platformUuid: "0".repeat(32),
    version: "2.3.0",
    mode: "flat",
    actionMask: 0,
    timestamp: 0,
    platformTimestamp: 0,
    uniqueId: "0".repeat(16),
    debugBinary: "",
    ips: options.units.map(({ name, model }, index) => ({
      type: "IP_KERNEL",
      name: `${model.kernel.name}:${name}`,
      baseAddress: FIRST_UNIT + index * UNIT_STRIDE,
      interruptEnabled: true,
      interruptId: index,
      controlProtocol: model.kernel.handshake ?? "ap_ctrl_hs",
    })),
    memories: [...banks.map((bank, index): XclbinBank => ({ ...bank, used: used.has(index) })), ...streams],
    connections,
    clocks: [{ name: "DATA_CLK", type: "DATA", frequencyMHz: clockMHz }],
    kernelClocks: [{ port: "DATA_CLK", frequencyHz: clockMHz * 1_000_000 }],
    kernels: kernelsOf(options.units),
    buildMetadata: "",
    bitstream: new Uint8Array(0),
    otherSections: [],
  };
}

function streamEnd(units: readonly LinkedUnit[], end: string): { readonly ipIndex: number; readonly argIndex: number } {
  const [name, port] = end.split(".");
  const ipIndex = units.findIndex((unit) => unit.name === name);
  const kernel = units[ipIndex]?.model.kernel;
  const place = kernel?.streams?.findIndex((stream) => stream.name === port) ?? -1;
  if (kernel !== undefined && place >= 0) return { ipIndex, argIndex: kernel.arguments.length + place };
  throw new SimulationError(
    `Cannot connect a stream to ${end}: ` +
      (kernel === undefined
        ? `the units are ${units.map((unit) => unit.name).join(", ")}`
        : `kernel ${kernel.name} has the streams ${kernel.streams?.map((stream) => stream.name).join(", ") ?? "none"}`),
  );
}

function kernelsOf(units: readonly LinkedUnit[]): XclbinKernel[] {
  const models = [...new Set(units.map(({ model }) => model))];
  return models.map((model): XclbinKernel => {
    const { kernel } = model;
    const placed = placeArguments(kernel);
    const ports = [...new Set(placed.flatMap(({ port }) => port === undefined ? [] : [port]))];
    const slave = "S_AXI_CONTROL";
    return {
      name: kernel.name,
      vlnv: `xilinx.com:hls:${kernel.name}:1.0`,
      controlProtocol: kernel.handshake ?? "ap_ctrl_hs",
      ports: [
        ...ports.map((name) => ({
          name: portName(name),
          mode: "master" as const,
          rangeBytes: Infinity,
          dataWidthBits: 8 * (model.ports.widthBytes ?? 4),
          portType: "addressable" as const,
        })),
        ...(kernel.streams ?? []).map(({ name, direction }) => ({
          name,
          mode: direction === "in" ? "read_only" as const : "write_only" as const,
          rangeBytes: 0,
          dataWidthBits: 32,
          portType: "stream" as const,
        })),
        { name: slave, mode: "slave", rangeBytes: REGISTERS_BYTES, dataWidthBits: 32, portType: "addressable" },
      ],
      args: [
        ...placed.map(({ name, type, offset, sizeBytes, pointer, port }, index): XclbinArg => ({
          name,
          addressQualifier: pointer ? 1 : 0,
          index,
          port: port === undefined ? slave : portName(port),
          sizeBytes,
          offset,
          hostOffset: 0,
          hostSizeBytes: sizeBytes,
          type,
        })),
        ...(kernel.streams ?? []).map(({ name }, index): XclbinArg => ({
          name,
          addressQualifier: 4,
          index: placed.length + index,
          port: name,
          sizeBytes: 0,
          offset: 0,
          hostOffset: 0,
          hostSizeBytes: 0,
          type: "stream",
        })),
      ],
      instances: units.flatMap((unit, index) =>
        unit.model !== model ? [] : [{
          name: unit.name,
          addressRanges: [{ base: FIRST_UNIT + index * UNIT_STRIDE, rangeBytes: 0x1_0000, port: slave }],
        }]
      ),
    };
  });
}

function portName(port: string): string {
  return `M_AXI_${port.toUpperCase()}`;
}

/** Hexadecimal digits that differ for different texts (FNV-1a, four times over). */
function uuidOf(text: string): string {
  let digits = "";
  for (let part = 0; part < 4; part++) {
    let hash = 0x811c9dc5 ^ part;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    digits += (hash >>> 0).toString(16).padStart(8, "0");
  }
  return digits;
}
