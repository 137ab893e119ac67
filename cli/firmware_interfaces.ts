/**
 * Writes hw/riscv/firmware/, the TypeScript types of the instructions that firmware calls, from the instruction table.
 * @module
 */
import { instructionMethods } from "../hw/riscv/firmware_methods.ts";
import { instructionGroups } from "../hw/riscv/isa/isa.ts";

/** Files by their place in the tree; titles are those of {@linkcode instructionGroups}. */
const FILES: Readonly<Record<string, readonly [file: string, name: string]>> = {
  "RV32I, M, Zicsr, Zifencei and machine mode": ["rv32", "BaseInstructions"],
  "Xpulp: loads and stores": ["memory", "MemoryInstructions"],
  "Xpulp: bit manipulation": ["bits", "BitInstructions"],
  "Xpulp: general ALU and immediate branches": ["general_alu", "GeneralAluInstructions"],
  "Xpulp: multiply and accumulate": ["multiply", "MultiplyInstructions"],
  "Xpulp: SIMD arithmetic, comparisons and dot products": ["simd", "SimdInstructions"],
  "Xpulp: SIMD moves": ["simd_moves", "SimdMoveInstructions"],
  "Xpulp: complex numbers": ["complex", "ComplexInstructions"],
};

/** The files: path in the tree and text, as `deno fmt` leaves it. */
export function firmwareInterfaces(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { title, rows } of instructionGroups) {
    if (!Object.hasOwn(FILES, title)) continue;
    const [file, name] = FILES[title];
    const methods = instructionMethods.filter(({ instruction }) => rows.includes(instruction));
    const sleeps = methods.some(({ returns }) => returns === "Process");
    files.set(
      `hw/riscv/firmware/${file}.ts`,
      `/**
 * ${title}, as firmware calls them.
 *
 * Written by \`deno run -A cli/firmware_interfaces.ts\` from hw/riscv/isa/. Change the table there, then run it again.
 * @module
 */
${sleeps ? `import type { Process } from "../../../sim/mod.ts";\n` : ""}import type { Reg } from "../registers.ts";

/** ${title}. */
export interface ${name} {
${methods.map(signature).join("\n")}
}
`,
    );
  }
  return files;
}

function signature({ instruction, name, parameters, returns }: typeof instructionMethods[number]): string {
  const list = parameters.map((each) => `${each.name}${each.optional ? "?" : ""}: ${each.register ? "Reg" : "number"}`);
  const { name: mnemonic, syntax, summary } = instruction;
  return `  /** \`${`${mnemonic} ${syntax}`.trim()}\`: ${summary} */\n  ${name}(${list.join(", ")}): ${returns};`;
}

if (import.meta.main) {
  for (const [path, text] of firmwareInterfaces()) {
    Deno.writeTextFileSync(new URL(`../${path}`, import.meta.url), text);
  }
}
