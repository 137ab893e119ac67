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
  /** Theirs. */
  readonly theirs: number;
  /** Ours. */
  readonly ours: number;
  /** Where theirs is from. */
  readonly source: string;
}

/** The difference in percent of theirs. */
export function differencePercent({ ours, theirs }: Compared): number {
  return 100 * (ours / theirs - 1);
}

/** A number with four digits. */
export function digits(value: number): string {
  return value >= 1e5 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
}

/** A table for the terminal. */
export function comparisonTable(rows: readonly Compared[]): string {
  return table(
    ["what", "unit", "published", "ours", "difference"],
    rows.map((row) => [row.what, row.unit, digits(row.theirs), digits(row.ours), percent(row)]),
  );
}

/** For people: `+3.1 %`. */
export function percent(row: Compared): string {
  const value = differencePercent(row);
  return `${value >= 0 ? "+" : ""}${value.toFixed(1)} %`;
}
