/**
 * What a kernel's arguments are checked for before it starts. PYNQ checks none of it.
 * @module
 */
import type { PlacedArgument } from "../../hw/pcie/hls_registers.ts";
import type { PynqBuffer } from "./buffer.ts";
import type { KernelValue } from "./kernel.ts";
import type { Pynq } from "./pynq.ts";
import { pointee } from "./signature.ts";
import { PynqError } from "./xrt/errors.ts";

/** Throws a PynqError if there are too few values; complains if there are too many. */
export function checkCount(
  pynq: Pynq,
  kernel: string,
  placed: readonly PlacedArgument[],
  values: readonly KernelValue[],
): void {
  const names = placed.map(({ name }) => name).join(", ");
  if (values.length < placed.length) {
    throw new PynqError(
      "struct.error",
      `pack expected ${placed.length} items for packing (got ${values.length})`,
      `${kernel} takes ${placed.length} arguments: ${names}`,
    );
  }
  if (values.length > placed.length) {
    pynq.complain(
      "TypeError",
      "too many positional arguments",
      `${kernel} takes ${placed.length} arguments (${names}) and was given ${values.length}; PYNQ's start_ert ignores ` +
        "the last ones",
    );
  }
}

/** Complains about a buffer that cannot work, and warns of one that may not be what was meant. */
export function checkArgument(
  pynq: Pynq,
  kernel: string,
  argument: PlacedArgument,
  place: number | undefined,
  buffer: PynqBuffer,
): void {
  const what = `argument ${argument.name} of ${kernel}`;
  if (buffer.freed) {
    pynq.complain(
      "RuntimeError",
      `${what} is a freed buffer`,
      `${buffer.object.name} was freed; its address belongs to nobody, or to a newer buffer. PYNQ passes it all the same`,
    );
    return;
  }
  if (place !== undefined && buffer.memory.idx !== place) {
    pynq.complain(
      "RuntimeError",
      `${what} is in the wrong memory`,
      `it is connected to ${buffer.memory.device.memoryAt(place).name}, and ${buffer.object.name} is in ` +
        `${buffer.memory.name}: allocate it with target ${
          buffer.memory.device.memoryAt(place).name
        }. PYNQ passes the ` +
        "address, and the kernel hangs or trips the AXI firewall",
    );
  }
  const element = pointee(argument.type);
  const { sizeBytes, name } = buffer.dtype;
  if (element !== null && (element.sizeBytes !== sizeBytes || element.fraction !== name.startsWith("float"))) {
    pynq.complain(
      "TypeError",
      `${what} has elements of another type`,
      `the kernel has ${argument.type}, the buffer ${name}; PYNQ passes the address`,
    );
  }
  checkShape(pynq, what, argument, buffer);
}

function checkShape(pynq: Pynq, what: string, argument: PlacedArgument, buffer: PynqBuffer): void {
  const { shape } = argument;
  if (shape === undefined) return;
  const needed = shape.reduce((product, length) => product * length, buffer.dtype.sizeBytes);
  const left = buffer.object.sizeBytes - buffer.byteOffset;
  if (needed > left) {
    pynq.complain(
      "ValueError",
      `${what} is too small`,
      `the kernel takes ${needed} bytes, (${
        shape.join(", ")
      }), and ${left} are left in ${buffer.object.name} from byte ` +
        `${buffer.byteOffset} on: it would run into what lies behind`,
    );
    return;
  }
  const same = buffer.shape.length === shape.length && shape.every((length, axis) => length === buffer.shape[axis]);
  if (same && buffer.isContiguous) return;
  pynq.warn(
    `${what} was given a view of shape (${buffer.shape.join(", ")})${buffer.isContiguous ? "" : " with gaps"}; the ` +
      `kernel takes (${shape.join(", ")}) from its first element on, which is what it gets`,
  );
}
