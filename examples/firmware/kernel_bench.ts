/**
 * A kernel in assembly on one core with its own memory, with the fetch of GAP8's cores or an ideal one.
 * @module
 */
import { CoreBench, type EngineName, RESET_ADDRESS } from "../../hw/platforms/core_bench.ts";
import { CoreProfile } from "../../hw/riscv/engine/core_profile.ts";
import { assemble } from "../../hw/riscv/isa/assembler.ts";
import type { Program } from "../../hw/riscv/isa/program.ts";
import { ISSUE, STALL_NAMES } from "../../hw/riscv/ri5cy/stall.ts";
import { coreVariants, withIdealFetch } from "../../hw/riscv/ri5cy/variants.ts";

/** GAP8's instruction fetch, or one that always has the next instruction. */
export type Fetch = "fetch128" | "ideal";

/** A function in assembly, and what it is called with. */
export interface KernelCall {
  /** Name, for messages and profiles. */
  readonly name: string;
  /** The function's body, up to and with `ret`. */
  readonly source: string;
  /** Its arguments, from a0 on. */
  readonly args: readonly number[];
  /** Where in a line of 16 bytes its first instruction lies, an even number; 0 if absent. */
  readonly place?: number;
  /** What is in memory before. */
  readonly data: readonly { readonly address: number; readonly bytes: Uint8Array }[];
}

/** What a call took, from the kernel's first instruction to the one behind its return. */
export interface KernelRun {
  /** Cycles. */
  readonly cycles: number;
  /** Instructions. */
  readonly instructions: number;
  /** Cycles in which no instruction left decode, by cause; only causes that took some. */
  readonly stalls: Readonly<Record<string, number>>;
  /** What it returned, in a0. */
  readonly returned: number;
  /** Memory after the call. */
  read(address: number, bytes: number): Uint8Array;
  /** Where the cycles went. */
  readonly profile: CoreProfile;
  /** The assembled program. */
  readonly program: Program;
}

/** Calls a kernel. Throws an `AssemblyError` for a source that is none. */
export function runKernel({ name, source, args, place = 0, data }: KernelCall, fetch: Fetch): KernelRun {
  const program = assemble(
    `_start:
        ${args.map((value, index) => `li a${index}, ${value}`).join("\n        ")}
        call kernel
done:   lui t6, 0x1a104
        sw a0, 0xa0(t6)
        nop                     # in decode when the store ends the run
        .balign 16
        .space ${place}
kernel: ${source}`,
    { base: RESET_ADDRESS, file: name },
  );
  const gap8 = coreVariants.ri5cy_2019_11_fetch128;
  const profile = new CoreProfile();
  const engine: EngineName = "fast";
  const segments = [
    ...program.segments,
    ...data.map(({ address, bytes }) => ({ address, bytes, sizeInMemory: bytes.length })),
  ];
  const board = new CoreBench(fetch === "ideal" ? withIdealFetch(gap8) : gap8, { segments }, {}, [], engine, profile);
  const returned = board.run()!;
  const { instructions, causes } = spentIn(profile, program.symbol("kernel"), program.symbol("done"));
  const stalls = STALL_NAMES.map((cause, index) => [cause, causes[index]] as const)
    .filter(([, cycles], index) => index !== ISSUE && cycles > 0);
  return {
    cycles: causes.reduce((sum, each) => sum + each, 0),
    instructions,
    stalls: Object.fromEntries(stalls),
    returned: returned | 0,
    read: (address, bytes) => board.read(address, bytes),
    profile,
    program,
  };
}

/** An instruction's cycles count from the one before: those of the kernel's first belong to the call. */
function spentIn(profile: CoreProfile, kernel: number, done: number) {
  const causes = new Float64Array(STALL_NAMES.length);
  let instructions = 0;
  for (const { pc, count, cycles } of profile.instructions.values()) {
    const address = pc >>> 0;
    if (address !== done && address <= kernel) continue;
    instructions += count;
    cycles.forEach((value, cause) => causes[cause] += value);
  }
  return { instructions, causes };
}
