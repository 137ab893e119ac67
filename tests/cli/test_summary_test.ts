import { assertEquals } from "@std/assert";
import { countTests, formatCounts } from "../../cli/test_summary.ts";

Deno.test("countTests reads the summary of a good run, of a bad one, with colours, steps and ignored tests", () => {
  assertEquals(countTests("a ... ok (1ms)\n\nok | 12 passed | 0 failed (3s)\n\n", true), {
    passed: 12,
    failed: 0,
    skipped: 0,
  });
  assertEquals(
    countTests(
      "\x1b[0m\x1b[31mFAILED\x1b[0m | 7 passed (3 steps) | 2 failed | 1 ignored (9ms)\r\n\nerror: Test failed",
      false,
    ),
    { passed: 7, failed: 2, skipped: 1 },
  );
  assertEquals(
    countTests("ok | 1 passed (2 steps) | 0 failed | 3 ignored (1 step) | 9 filtered out (9ms)\n", true),
    { passed: 1, failed: 0, skipped: 3 },
  );
});

Deno.test("countTests takes the last summary: tests may print such lines themselves", () => {
  assertEquals(countTests("ok | 99 passed | 0 failed\nok | 1 passed | 0 failed (1ms)\n", true), {
    passed: 1,
    failed: 0,
    skipped: 0,
  });
});

Deno.test("countTests counts a run that failed as a whole as one failure", () => {
  const oneFailure = { failed: 1, skipped: 0 };
  assertEquals(countTests("TS2345 [ERROR]: no\nerror: Type checking failed.\n", false), { passed: 0, ...oneFailure });
  assertEquals(countTests("ok | 5 passed | 0 failed (1ms)\nerror: leaked\n", false), { passed: 5, ...oneFailure });
});

Deno.test("formatCounts sums, and mentions skipped tests only if there are some", () => {
  const run = { passed: 2, failed: 1, skipped: 0 };
  assertEquals(formatCounts([run, run]), "4 passed, 2 failed");
  assertEquals(formatCounts([run, { ...run, skipped: 3 }]), "4 passed, 2 failed, 3 skipped");
});
