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
}

/** The colour codes of a terminal. */
// deno-lint-ignore no-control-regex
const COLOUR = /\x1b\[[0-9;]*m/g;
const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/;

/**
 * Counts from what `deno test` printed and its exit status. A run that ended badly without a summary (a file that does
 * not compile, say) counts as one failure.
 */
export function countTests(output: string, success: boolean): TestCount {
  const summaries = output.replace(COLOUR, "").split(/\r?\n/).flatMap((line) => {
    const found = SUMMARY.exec(line);
    return found === null ? [] : [{ passed: Number(found[1]), failed: Number(found[2]) }];
  });
  // A test may print such a line, too; deno's own is the last one.
  const { passed, failed } = summaries.at(-1) ?? { passed: 0, failed: 0 };
  const silent = summaries.length === 0 || failed === 0;
  return { passed, failed: !success && silent ? failed + 1 : failed };
}
