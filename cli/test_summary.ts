/**
 * What `deno test` says at its end, as numbers.
 * @module
 */

/** How many tests of a run passed and failed. */
export interface TestCount {
  /** Tests that passed. */
  readonly passed: number;
  /** Tests that failed; at least 1 if the run itself failed. */
  readonly failed: number;
  /** Tests that were ignored: their `ignore` was true. */
  readonly skipped: number;
}

/** The colour codes of a terminal. */
// deno-lint-ignore no-control-regex
const COLOUR = /\x1b\[[0-9;]*m/g;
const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed\b.* \| (\d+) failed\b/;
const IGNORED = / \| (\d+) ignored\b/;

/**
 * Counts from what `deno test` printed and its exit status. A run that ended badly without a summary (a file that does
 * not compile, say) counts as one failure.
 */
export function countTests(output: string, success: boolean): TestCount {
  // A test may print such a line, too; deno's own is the last one.
  const line = output.replace(COLOUR, "").split(/\r?\n/).findLast((line) => SUMMARY.test(line)) ?? "";
  const [, passed = 0, failed = 0] = (SUMMARY.exec(line) ?? []).map(Number);
  const skipped = Number(IGNORED.exec(line)?.[1] ?? 0);
  return { passed, failed: success ? failed : Math.max(failed, 1), skipped };
}

/** The sum of some runs as one line: `12 passed, 0 failed`, then `, 1 skipped` if any were. */
export function formatCounts(counts: readonly TestCount[]): string {
  const sum = (key: keyof TestCount) => counts.reduce((total, count) => total + count[key], 0);
  return `${sum("passed")} passed, ${sum("failed")} failed` + (sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "");
}
