/**
 * `task example validation`: our figures beside published ones, recomputed.
 * @module
 */
import { type Example, runExample, UsageError } from "../cli/example_runner.ts";
import { cardSection } from "./validation/card.ts";
import { comparisonTable } from "./validation/comparison.ts";
import { gap8Section } from "./validation/gap8.ts";
import { type MeasuredSection, validationPage, type ValidationSection } from "./validation/section.ts";

/** The sections of the page, in their order. */
const SECTIONS: readonly ValidationSection[] = [gap8Section, cardSection];

/** Measures all sections, or those of the names given. */
export async function measureSections(names?: readonly string[]): Promise<MeasuredSection[]> {
  const measured: MeasuredSection[] = [];
  for (const section of SECTIONS) {
    if (names !== undefined && !names.includes(section.name)) continue;
    measured.push({ ...section, tables: await section.measure() });
  }
  return measured;
}

/** The example. */
export const example: Example = {
  name: "validation",
  summary: "our figures beside published ones, each recomputed, with its source and the reason for the difference",
  options: [
    { name: "section", value: "NAME", description: `only ${SECTIONS.map(({ name }) => name).join(" or ")}` },
    { name: "write", value: "FILE.md", description: "write the page, as docs/validation.md is" },
  ],
  async run(context) {
    const only = context.option("section"), file = context.option("write");
    if (only !== undefined && !SECTIONS.some(({ name }) => name === only)) {
      throw new UsageError(`Cannot measure ${only}: there are ${SECTIONS.map(({ name }) => name).join(", ")}`);
    }
    if (only !== undefined && file !== undefined) {
      throw new UsageError("Cannot write a page of one section: --write takes all of them");
    }
    const sections = await measureSections(only === undefined ? undefined : [only]);
    for (const { title, tables } of sections) {
      context.print(`${title}\n`);
      for (const part of tables) context.print(`${part.title}\n${comparisonTable(part.rows)}\n`);
    }
    if (file !== undefined) {
      context.save(file, validationPage(sections));
      context.print(`page written to ${file}`);
    }
    const rows = sections.flatMap(({ name, tables }) =>
      tables.flatMap((part) => part.rows.map((row) => ({ section: name, table: part.title, ...row })))
    );
    // A figure that cannot be computed any more is a defect; one that differs has its explanation beside it.
    const ok = rows.every(({ ours }) => Number.isFinite(ours));
    return { ok, exitCode: ok ? 0 : 1, simulatedPs: 0, cycles: {}, console: [], result: { rows } };
  },
};

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
