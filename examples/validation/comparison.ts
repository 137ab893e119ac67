/**
 * Our figures beside published ones.
 * @module
 */
import { table } from "../../cli/tables.ts";

/** A figure. */
export interface Compared {
  /** What is measured. */
  readonly what: string;
  /** Unit. */
  readonly unit: string;
  /** Theirs: a number, or the lowest and the highest of several. */
  readonly theirs: number | readonly [low: number, high: number];
  /** Ours. */
  readonly ours: number;
  /** Where theirs is from. */
  readonly source: string;
}

/** The difference in percent of theirs; from the nearer end of a range, and 0 within it. */
export function differencePercent({ ours, theirs }: Compared): number {
  if (typeof theirs === "number") return 100 * (ours / theirs - 1);
  const [low, high] = theirs;
  return ours < low ? 100 * (ours / low - 1) : ours > high ? 100 * (ours / high - 1) : 0;
}

/** A number with four digits. */
export function digits(value: number): string {
  return Math.abs(value) >= 1e4 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
}

/** For people: `33.9`, or `9302 to 11610`. */
export function published({ theirs }: Compared): string {
  return typeof theirs === "number" ? digits(theirs) : theirs.map(digits).join(" to ");
}

/** A table for the terminal. */
export function comparisonTable(rows: readonly Compared[]): string {
  return table(
    ["what", "unit", "published", "ours", "difference"],
    rows.map((row) => [row.what, row.unit, published(row), digits(row.ours), percent(row)]),
  );
}

/** For people: `+3.1 %`, or `within`. */
export function percent(row: Compared): string {
  const value = differencePercent(row);
  if (typeof row.theirs !== "number" && value === 0) return "within";
  return `${value >= 0 ? "+" : ""}${value.toFixed(1)} %`;
}
