/**
 * Profiles as speedscope files (speedscope.app opens them).
 * @module
 */
import type { CoreProfile } from "../hw/riscv/engine/core_profile.ts";
import type { InstructionSet } from "../hw/riscv/isa/decoder.ts";
import { disassemble } from "../hw/riscv/isa/disassembler.ts";
import { ISSUE, STALL_NAMES } from "../hw/riscv/ri5cy/stall.ts";

/** One run in a file. */
export interface SpeedscopeRun {
  /** Name in the list of runs. */
  readonly name: string;
  /** Where its cycles went. */
  readonly profile: CoreProfile;
  /** The instructions' names. */
  readonly set: InstructionSet;
  /** The function that an address is in. */
  functionAt(pc: number): string;
}

interface Frame {
  readonly name: string;
}

/**
 * A file with a profile for each run: below each function its instructions, below an instruction the causes of the cycles
 * in which it waited. Weights are cycles.
 */
export function speedscope(title: string, runs: readonly SpeedscopeRun[]): string {
  const frames: Frame[] = [];
  const numbers = new Map<string, number>();
  const frame = (name: string) => {
    let number = numbers.get(name);
    if (number === undefined) {
      numbers.set(name, number = frames.length);
      frames.push({ name });
    }
    return number;
  };
  const profiles = runs.map((run) => profileOf(run, frame));
  return JSON.stringify({
    $schema: "https://www.speedscope.app/file-format-schema.json",
    exporter: "escapement",
    name: title,
    activeProfileIndex: 0,
    shared: { frames },
    profiles,
  }) + "\n";
}

function profileOf({ name, profile, set, functionAt }: SpeedscopeRun, frame: (name: string) => number) {
  const samples: number[][] = [], weights: number[] = [];
  const found = [...profile.instructions.values()].sort((a, b) => (a.pc >>> 0) - (b.pc >>> 0));
  for (const { pc, op, cycles } of found) {
    const address = pc >>> 0;
    const text = disassemble(op.word, address, { set });
    const stack = [frame(functionAt(address)), frame(`${address.toString(16).padStart(8, "0")} ${text}`)];
    cycles.forEach((value, cause) => {
      if (value === 0) return;
      samples.push(cause === ISSUE ? stack : [...stack, frame(`(${STALL_NAMES[cause]})`)]);
      weights.push(value);
    });
  }
  const endValue = weights.reduce((sum, each) => sum + each, 0);
  return { type: "sampled", name, unit: "none", startValue: 0, endValue, samples, weights };
}
