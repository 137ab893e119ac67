/**
 * Writes docs/builtins.md, the reference page of the GAP8 compiler's built-ins, from their definitions.
 * @module
 */
import { builtins } from "../hw/riscv/builtin.ts";
import { instructionMethods } from "../hw/riscv/firmware_methods.ts";
import "../hw/riscv/gap8_builtins.ts";
import { markdownTable } from "./markdown_table.ts";

const INTRODUCTION = `# Built-ins

<!-- Written by \`deno run -A cli/builtins_page.ts\` from hw/riscv/*_builtins.ts. Change them there, then run it again. -->

The GAP8 compiler's built-ins (\`gap8_*\` of Gap8.h), each of which stands for one instruction. On the host they are
functions, \`gap8.sumdotp4(x, y, sum)\`, that compute what the [instruction](isa.md) does; in generator firmware the same
instruction is a method of the core. How vectors work is in [Vectors](vectors.md).

`;

/** The whole page. */
export function builtinsPage(): string {
  const rows = [...builtins.values()].map(({ name, instruction }) => {
    const { name: method, parameters, instruction: { summary } } = instructionMethods.find((each) =>
      each.instruction.name === instruction
    )!;
    const operands = parameters.map((parameter) => parameter.name).join(", ");
    return [`\`${name}\``, `\`${instruction}\``, `\`core.${method}(${operands})\``, summary];
  });
  return INTRODUCTION + markdownTable(["gap8_", "Instruction", "In firmware", "What it does"], rows);
}

if (import.meta.main) Deno.writeTextFileSync(new URL("../docs/builtins.md", import.meta.url), builtinsPage());
