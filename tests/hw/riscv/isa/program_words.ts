import type { Program } from "../../../../hw/riscv/isa/program.ts";

/** Bytes of the first segment as instruction words or halfwords, in hexadecimal. */
export function words(program: Program): string {
  const { address, bytes } = program.segments[0];
  const found: string[] = [];
  for (let pc = address; pc < address + bytes.length;) {
    const half = program.halfword(pc);
    const size = (half & 3) === 3 ? 4 : 2;
    found.push((size === 4 ? program.word(pc) : half).toString(16).padStart(2 * size, "0"));
    pc += size;
  }
  return found.join(" ");
}
