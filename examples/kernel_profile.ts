/**
 * Profiles of kernels in assembly, for `--profile`.
 * @module
 */
import type { OptionSpec } from "../cli/example_runner.ts";
import type { SpeedscopeRun } from "../cli/speedscope.ts";
import { ri5cy } from "../hw/riscv/isa/isa.ts";
import type { KernelRun } from "./firmware/kernel_bench.ts";

/** The option of examples that have such kernels. */
export const PROFILE_OPTION: OptionSpec = {
  name: "profile",
  value: "FILE.json",
  description: "where the assembly's cycles went, for speedscope.app",
};

/** A run of a kernel, for a speedscope file. */
export function kernelRun({ program, profile }: KernelRun): SpeedscopeRun {
  const kernel = program.symbol("kernel");
  return { name: program.file, profile, set: ri5cy, functionAt: (pc) => pc >= kernel ? program.file : "(caller)" };
}
