/**
 * A kernel that does nothing, for measuring everything else.
 * @module
 */
import type { Process } from "../../../sim/mod.ts";
import { ComputeUnit } from "../compute_unit.ts";
import type { KernelSpec } from "../hls_registers.ts";

/** Takes a number and is done. */
export class Nop extends ComputeUnit {
  /** One scalar. */
  static readonly kernel: KernelSpec = { name: "nop", arguments: [{ name: "value", type: "int" }] };

  /** Nothing. */
  protected override *execute(): Process {}
}
