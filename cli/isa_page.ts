/**
 * Writes docs/isa.md, the reference page of the instructions, from the instruction table.
 * @module
 */
import { type Instruction, nameIn, type SetName, syntaxIn } from "../hw/riscv/isa/instruction.ts";
import { instructionGroups } from "../hw/riscv/isa/isa.ts";
import { markdownTable } from "./markdown_table.ts";

/** Operations longer than this are left to the summary. */
const LONGEST_OPERATION = 80;

const INTRODUCTION = `# Instructions

<!-- Written by \`deno run -A cli/isa_page.ts\` from hw/riscv/isa/. Change the table there, then run it again. -->

What the cores execute, from the table that their decoder, assembler and engines use. The set \`ri5cy\` has Xpulp in
RI5CY's (and GAP8's) encodings, the set \`cv32e40p\` in CV32E40P's; everything else is the same in both. Facts come from
the RTL of RI5CY be1fdf50 (November 2019), RI5CY 12e1cda7 (January 2018) and CV32E40P 360d2728 (1.8.3), names from the
RI5CY user manual.

Encodings read from bit 31 (or 15) down. \`rd rs1 rs2 rs3\` are registers, with a stroke x8 to x15; \`imm\` is
sign-extended, \`uimm\` zero-extended, bits that do not stand there are 0; \`csr\` is a CSR number, \`L\` a hardware loop; \`x\`
and \`X\` are ignored and written as 0 and 1. \`a!\` is a pointer that moves. In operations all values have 32 bits, every
right side sees the registers from before, comparisons are signed and give 0 or 1, \`>>\` brings in the sign and \`>>>\`
zeros, shift amounts count modulo 32; \`s8\` to \`u16\` take the low byte or half, sign- or zero-extended.

Notes in brackets: "2019" is not in the RI5CY of January 2018; "differs in 2018" does something else there.
`;

/** The whole page. */
export function isaPage(): string {
  return INTRODUCTION + instructionGroups.map(({ title, rows }) => `\n## ${title}\n\n${group(rows)}`).join("");
}

function group(rows: readonly Instruction[]): string {
  const twice = rows.some(({ ri5cy, cv32e40p }) => ri5cy !== cv32e40p);
  if (!twice) {
    return markdownTable(
      ["Syntax", "Encoding", "What it does", "Timing"],
      rows.map((row) => [syntax(row, "ri5cy"), code(row.ri5cy), description(row), row.timing]),
    );
  }
  return markdownTable(
    ["Syntax in RI5CY", "Encoding", "Syntax in CV32E40P", "Encoding", "What it does", "Timing"],
    rows.map((row) => [
      syntax(row, "ri5cy"),
      code(row.ri5cy),
      syntax(row, "cv32e40p"),
      code(row.cv32e40p),
      description(row),
      row.timing,
    ]),
  );
}

function syntax(row: Instruction, set: SetName): string {
  return row[set] === undefined ? "" : code(`${nameIn(set, row)} ${syntaxIn(set, row)}`.trim());
}

function description(row: Instruction): string {
  const parts = [row.summary];
  if (row.expands !== undefined) parts.push(`${code(row.expands)}.`);
  else if (row.operation.length <= LONGEST_OPERATION) parts.push(`${code(row.operation)}.`);
  const notes = [
    ...(row.where ? [row.where] : []),
    ...(row.cv32e40pWhere !== undefined && row.cv32e40pWhere !== (row.where ?? "")
      ? [`CV32E40P: ${row.cv32e40pWhere || "any"}`]
      : []),
    ...(row.since === 2019 ? ["2019"] : []),
    ...(row.operation2018 === undefined ? [] : ["differs in 2018"]),
  ];
  if (notes.length > 0) parts.push(`(${notes.join("; ")})`);
  return parts.join(" ");
}

function code(text: string | undefined): string {
  return text === undefined ? "" : `\`${text.replaceAll("|", "\\|")}\``;
}

if (import.meta.main) Deno.writeTextFileSync(new URL("../docs/isa.md", import.meta.url), isaPage());
