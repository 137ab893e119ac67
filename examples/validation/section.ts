/**
 * A part of the page of comparisons: published figures of one thing, and ours.
 * @module
 */
import { type Compared, digits, percent, published } from "./comparison.ts";

/** A figure, and why ours differs from it. */
export interface ValidationRow extends Compared {
  /** Why ours is not theirs, or what ours is made of. */
  readonly explanation: string;
}

/** Rows that belong together. */
export interface ValidationTable {
  /** Title. */
  readonly title: string;
  /** What is compared and how, in Markdown. */
  readonly introduction: string;
  /** The figures. */
  readonly rows: readonly ValidationRow[];
}

/** A part of the page. */
export interface ValidationSection {
  /** Name on the command line. */
  readonly name: string;
  /** Title. */
  readonly title: string;
  /** What is compared with what, in Markdown. */
  readonly introduction: string;
  /** Measures; the same numbers whenever and wherever it is called. */
  measure(): Promise<readonly ValidationTable[]> | readonly ValidationTable[];
}

/** A section that was measured. */
export interface MeasuredSection extends Omit<ValidationSection, "measure"> {
  /** Its tables. */
  readonly tables: readonly ValidationTable[];
}

/** The page, in Markdown as `deno fmt` has it. */
export function validationPage(sections: readonly MeasuredSection[]): string {
  const parts = sections.flatMap(({ title, introduction, tables }) => [
    `## ${title}`,
    wrapped(introduction),
    ...tables.flatMap((part) => [`### ${part.title}`, wrapped(part.introduction), markdownTable(part.rows)]),
  ]);
  return ["# Our figures beside published ones", wrapped(INTRODUCTION), ...parts].join("\n\n") + "\n";
}

const INTRODUCTION =
  'Every number in the columns "ours" comes out of a run of the models, with the parameters that they have by default; ' +
  "`task example validation --write docs/validation.md` makes this page, and a test makes it again and compares. Where a " +
  "published figure is a range, a difference counts from its nearer end.";

/** A paragraph in lines of at most 120 characters, broken where `deno fmt` breaks them. */
function wrapped(paragraph: string): string {
  const lines = [""];
  for (const word of paragraph.match(/(`[^`]*`|\S)+/g) ?? []) {
    const line = lines[lines.length - 1];
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= 120) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

function markdownTable(rows: readonly ValidationRow[]): string {
  const head = ["what", "unit", "published", "ours", "difference", "source", "explanation"];
  const cells = rows.map((row) =>
    [row.what, row.unit, published(row), digits(row.ours), percent(row), row.source, row.explanation].map((cell) =>
      cell.replaceAll("|", "\\|")
    )
  );
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...cells.map(line)].join("\n");
}
