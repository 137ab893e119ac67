/**
 * Kernels and their clocks, from and to the XML of an xclbin's EMBEDDED_METADATA section.
 * @module
 */
import {
  CONTROL_PROTOCOLS,
  PORT_MODES,
  type XclbinArg,
  type XclbinContent,
  XclbinError,
  type XclbinInstance,
  type XclbinKernel,
  type XclbinKernelClock,
  type XclbinPort,
} from "./xclbin_content.ts";
import type { XmlElement } from "./xclbin_xml.ts";

/** What the metadata says. */
export type XclbinMetadata = Pick<XclbinContent, "kernels" | "kernelClocks">;

/** Address or range of 64 ones, which means none, or no bound. */
const ALL_ONES = 0xffff_ffff_ffff_ffffn;

/** Bytes of a register file whose port does not say: Xilinx/XRT 963c58ee, xclbin_parser.cpp, `get_address_range`. */
const DEFAULT_SLAVE_RANGE_BYTES = 0x10000;

/** Kernels and clocks out of parsed metadata. Throws an XclbinError if it is not an xclbin's, or numbers are none. */
export function kernelsFromXml(root: XmlElement): XclbinMetadata {
  if (root.name !== "project") {
    throw new XclbinError(
      `Cannot read the xclbin's XML: its root is <${root.name}>, not <project>; ` +
        (root.name === "root" ? "this is the kernel.xml of an .xo, before linking" : "it is not an xclbin's metadata"),
    );
  }
  const cores = ["platform", "device", "core"].reduce((level, name) => level.flatMap((e) => all(e, name)), [root]);
  return {
    kernels: cores.flatMap((core) => all(core, "kernel")).map(readKernel),
    kernelClocks: cores.flatMap((core) => all(core, "kernelClocks")).flatMap((clocks) => all(clocks, "clock")).map(
      readClock,
    ),
  };
}

/** Metadata as XML, for a design of that name on that platform. */
export function kernelsToXml({ kernels, kernelClocks }: XclbinMetadata, project: string, platform: string): XmlElement {
  const core = element("core", { name: "OCL_REGION_0", target: "bitstream", type: "clc_region" }, [
    element("kernelClocks", {}, kernelClocks.map(writeClock)),
    ...kernels.map(writeKernel),
  ]);
  const device = element("device", { name: "fpga0" }, [core]);
  return element("project", { name: project }, [element("platform", { name: platform }, [device])]);
}

function readKernel(kernel: XmlElement): XclbinKernel {
  const name = required(kernel, "name", "a kernel");
  const what = `kernel ${name}`;
  const ports = all(kernel, "port").map((port) => readPort(port, what));
  const args = all(kernel, "arg").map((arg) => readArg(arg, what));
  const slave = ports.find((port) => port.mode === "slave");
  const registerBytes = slave?.rangeBytes ?? DEFAULT_SLAVE_RANGE_BYTES;
  for (const arg of args) {
    if (arg.offset + arg.sizeBytes <= registerBytes) continue;
    throw new XclbinError(
      `Cannot read the xclbin's XML: argument ${arg.name} of ${what} ends at ${
        hex(arg.offset + arg.sizeBytes)
      }, past ` +
        `the ${hex(registerBytes)} bytes of its registers; the file is damaged`,
    );
  }
  const protocol = kernel.attributes.get("hwControlProtocol") ?? "ap_ctrl_hs";
  return {
    name,
    vlnv: kernel.attributes.get("vlnv") ?? "",
    controlProtocol: oneOf(
      [...CONTROL_PROTOCOLS, "user_managed"] as const,
      protocol,
      `the control protocol of ${what}`,
    ),
    ports,
    args,
    instances: all(kernel, "instance").map((instance) => readInstance(instance, what)),
  };
}

function readPort(port: XmlElement, kernel: string): XclbinPort {
  const name = required(port, "name", `a port of ${kernel}`);
  const what = `port ${name} of ${kernel}`;
  return {
    name,
    mode: oneOf(PORT_MODES, required(port, "mode", what), `the mode of ${what}`),
    rangeBytes: numberOf(port, "range", what) ?? Infinity,
    dataWidthBits: finite(port, "dataWidth", what),
    portType: oneOf(["addressable", "stream"] as const, port.attributes.get("portType") ?? "addressable", what),
  };
}

function readArg(arg: XmlElement, kernel: string): XclbinArg {
  const name = required(arg, "name", `an argument of ${kernel}`);
  const what = `argument ${name} of ${kernel}`;
  return {
    name,
    addressQualifier: finite(arg, "addressQualifier", what),
    index: (arg.attributes.get("id") ?? "") === "" ? undefined : finite(arg, "id", what),
    port: arg.attributes.get("port") ?? "",
    sizeBytes: finite(arg, "size", what),
    offset: finite(arg, "offset", what),
    hostOffset: finite(arg, "hostOffset", what),
    hostSizeBytes: finite(arg, "hostSize", what),
    type: arg.attributes.get("type") ?? "",
  };
}

function readInstance(instance: XmlElement, kernel: string): XclbinInstance {
  const name = required(instance, "name", `an instance of ${kernel}`);
  return {
    name,
    addressRanges: all(instance, "addrRemap").map((remap) => ({
      base: remap.attributes.get("base") === "" ? undefined : numberOf(remap, "base", `instance ${name}`),
      rangeBytes: numberOf(remap, "range", `instance ${name}`) ?? Infinity,
      port: remap.attributes.get("port") ?? "",
    })),
  };
}

function readClock(clock: XmlElement): XclbinKernelClock {
  const port = required(clock, "port", "a clock");
  const frequency = required(clock, "frequency", `clock ${port}`);
  const [, megahertz] = /^([0-9]{1,6}(?:\.[0-9]{1,9})?)MHz$/.exec(frequency) ?? [];
  if (megahertz === undefined) {
    throw new XclbinError(
      `Cannot read the xclbin's XML: the frequency of clock ${port} is ${
        quote(frequency)
      }; it ought to be as 300.000000MHz`,
    );
  }
  return { port, frequencyHz: Math.round(Number(megahertz) * 1e6) };
}

function writeKernel(kernel: XclbinKernel): XmlElement {
  const { name, vlnv, controlProtocol } = kernel;
  return element("kernel", { name, language: "c", vlnv, hwControlProtocol: controlProtocol }, [
    ...kernel.ports.map((port) =>
      element("port", {
        name: port.name,
        mode: port.mode,
        range: hex(port.rangeBytes),
        dataWidth: String(port.dataWidthBits),
        portType: port.portType,
        base: "0x0",
      })
    ),
    ...kernel.args.map((arg) =>
      element("arg", {
        name: arg.name,
        addressQualifier: String(arg.addressQualifier),
        id: arg.index === undefined ? "" : String(arg.index),
        port: arg.port,
        size: hex(arg.sizeBytes),
        offset: hex(arg.offset),
        hostOffset: hex(arg.hostOffset),
        hostSize: hex(arg.hostSizeBytes),
        type: arg.type,
      })
    ),
    ...kernel.instances.map((instance) =>
      element(
        "instance",
        { name: instance.name },
        instance.addressRanges.map(({ base, rangeBytes, port }) =>
          element("addrRemap", { base: base === undefined ? "" : hex(base), range: hex(rangeBytes), port })
        ),
      )
    ),
  ]);
}

function writeClock({ port, frequencyHz }: XclbinKernelClock): XmlElement {
  const megahertz = Math.floor(frequencyHz / 1e6);
  const rest = String(frequencyHz % 1e6).padStart(6, "0");
  return element("clock", { port, frequency: `${megahertz}.${rest}MHz` });
}

function element(name: string, attributes: Record<string, string>, children: readonly XmlElement[] = []): XmlElement {
  return { name, attributes: new Map(Object.entries(attributes)), children };
}

function all(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

function required(from: XmlElement, key: string, what: string): string {
  const value = from.attributes.get(key);
  if (value !== undefined) return value;
  throw new XclbinError(`Cannot read the xclbin's XML: ${what} has no ${key}; the file is damaged`);
}

/** A number in an attribute, 0 if it is empty or missing, undefined if it is all ones. */
function numberOf(from: XmlElement, key: string, what: string): number | undefined {
  const text = from.attributes.get(key) ?? "";
  if (text === "") return 0;
  const value = /^(0x[0-9a-f]{1,16}|0|[1-9][0-9]{0,19})$/i.test(text) ? BigInt(text) : -1n;
  if (value === ALL_ONES) return undefined;
  if (value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new XclbinError(
    `Cannot read the xclbin's XML: ${key} of ${what} is ${quote(text)}; it ought to be a number below 2^53, as 0x10`,
  );
}

function finite(from: XmlElement, key: string, what: string): number {
  const value = numberOf(from, key, what);
  if (value !== undefined) return value;
  throw new XclbinError(`Cannot read the xclbin's XML: ${key} of ${what} is all ones; the file is damaged`);
}

function oneOf<const T extends string>(known: readonly T[], value: string, what: string): T {
  const found = known.find((name) => name === value);
  if (found !== undefined) return found;
  throw new XclbinError(`Cannot read the xclbin's XML: ${what} is ${quote(value)}; known are ${known.join(", ")}`);
}

function hex(value: number): string {
  return `0x${(value === Infinity ? ALL_ONES : value).toString(16).toUpperCase()}`;
}

/** A value for a message, cut if it is long. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
