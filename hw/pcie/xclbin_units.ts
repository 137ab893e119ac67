/**
 * The compute units of a design: what its tables and its metadata say of each instance of a kernel, taken together.
 * @module
 */
import { type XclbinContent, XclbinError, type XclbinKernel, type XclbinKernelIp } from "./xclbin_content.ts";

/** An instance of a kernel that the host can reach. */
export interface XclbinUnit {
  /** Its name: `mmult_1`. */
  readonly name: string;
  /** The kernel. */
  readonly kernel: XclbinKernel;
  /** Its entry in IP_LAYOUT. */
  readonly ip: XclbinKernelIp;
  /** Place of that entry. */
  readonly ipIndex: number;
  /** Its bit in the masks of commands: its rank by address. */
  readonly cuIndex: number;
  /** Address of its registers. */
  readonly baseAddress: number;
  /** Size of its registers, in bytes: the range of its largest slave port. */
  readonly rangeBytes: number;
  /** For each argument that is connected, by its number, the places of its memories in `memories`. */
  readonly memoriesOf: ReadonlyMap<number, readonly number[]>;
}

/**
 * The units by rising address; those without registers, which run on their own, are left out. Throws an XclbinError if
 * the metadata and IP_LAYOUT disagree, or two units are in one place.
 */
export function unitsOf({ kernels, ips, connections }: XclbinContent): XclbinUnit[] {
  const places = new Map(ips.map(({ name }, ipIndex) => [name, ipIndex]));
  const memories = new Map<number, Map<number, number[]>>();
  for (const { ipIndex, argIndex, memoryIndex } of connections) {
    const ofIp = memories.get(ipIndex) ?? new Map<number, number[]>();
    const ofArg = ofIp.get(argIndex) ?? [];
    ofArg.push(memoryIndex);
    memories.set(ipIndex, ofIp.set(argIndex, ofArg));
  }
  const units = kernels.flatMap((kernel) => {
    const slaves = kernel.ports.filter((port) => port.mode === "slave");
    const rangeBytes = slaves.reduce((most, port) => Math.max(most, port.rangeBytes), 0);
    return kernel.instances.flatMap((instance) => {
      const base = instance.addressRanges.find((range) => range.base !== undefined)?.base;
      if (base === undefined) return [];
      const name = `${kernel.name}:${instance.name}`;
      const ipIndex = places.get(name) ?? -1;
      const ip = ips[ipIndex];
      if (ip?.type !== "IP_KERNEL" || ip.baseAddress !== base) {
        throw new XclbinError(
          `Cannot place compute unit ${name}: the metadata says ${hex(base)}, and IP_LAYOUT ` +
            (ip?.type !== "IP_KERNEL" ? "has no kernel of that name" : `says ${hex(ip.baseAddress)}`) +
            "; the file is damaged",
        );
      }
      const memoriesOf = memories.get(ipIndex) ?? new Map<number, number[]>();
      return { name: instance.name, kernel, ip, ipIndex, baseAddress: base, rangeBytes, memoriesOf };
    });
  });
  units.sort((a, b) => a.baseAddress - b.baseAddress);
  for (const [index, unit] of units.entries()) {
    const before = units[index - 1];
    if (!before || before.baseAddress + before.rangeBytes <= unit.baseAddress) continue;
    throw new XclbinError(
      `Cannot place compute unit ${unit.name} at ${hex(unit.baseAddress)}: ${before.name} has its registers from ` +
        `${hex(before.baseAddress)} to ${hex(before.baseAddress + before.rangeBytes)}; the file is damaged`,
    );
  }
  return units.map((unit, cuIndex) => ({ ...unit, cuIndex }));
}

function hex(address: number | undefined): string {
  return address === undefined ? "that it has no address" : `0x${address.toString(16)}`;
}
