/**
 * The smallest kernel: it writes a greeting, and is what command rates are measured with.
 * @module
 */
import type { Process } from "../../../sim/mod.ts";
import type { AxiMasterParams } from "../axi_master.ts";
import { type ArgumentValues, ComputeUnit } from "../compute_unit.ts";
import type { KernelSpec } from "../hls_registers.ts";

const GREETING: Int32Array = new Int32Array(
  Uint8Array.from("Hello World\n\0\0\0\0", (character) => character.charCodeAt(0)).buffer,
);

/** Writes "Hello World" to a buffer, as the verify kernel of XRT's own tests does. */
export class Hello extends ComputeUnit {
  /** One argument. */
  static readonly kernel: KernelSpec = {
    name: "hello",
    arguments: [{ name: "buf", type: "char*", port: "gmem" }],
  };
  /** A port of 32 bits. */
  static override readonly ports: Partial<AxiMasterParams> = { widthBytes: 4 };

  /** Writes. */
  protected override *execute({ buf }: ArgumentValues): Process {
    const sink = this.port("gmem").writer(buf, GREETING.byteLength);
    yield GREETING.length;
    yield* sink.put(GREETING);
    yield* sink.flush();
  }
}
