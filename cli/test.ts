/**
 * `task test`: the tests of `tests/`, then the examples in the pages and in the doc comments of the library. With
 * arguments (`--filter fifo`, `tests/sim/`), the tests that they choose and nothing else. The last line is
 * `N passed, N failed`, and `, N skipped` if some were.
 * @module
 */
import { countTests, formatCounts, type TestCount } from "./test_summary.ts";

/** Runs `deno test` with arguments, shows what it prints, and counts. */
async function test(...args: string[]): Promise<TestCount> {
  const child = new Deno.Command(Deno.execPath(), { args: ["test", "-A", ...args], stdin: "null", stdout: "piped" })
    .spawn();
  const [shown, kept] = child.stdout.tee();
  const [, output, { success }] = await Promise.all([
    shown.pipeTo(Deno.stdout.writable, { preventClose: true }),
    new Response(kept).text(),
    child.status,
  ]);
  return countTests(output, success);
}

/** Whether an argument names a file or a folder, rather than an option. */
function isPath(argument: string): boolean {
  try {
    Deno.statSync(argument);
    return true;
  } catch {
    return false;
  }
}

const pages = ["README.md", ...[...Deno.readDirSync("docs")].map((entry) => `docs/${entry.name}`)]
  .filter((name) => name.endsWith(".md")).sort();

const counts = [await test("--parallel", ...(Deno.args.some(isPath) ? [] : ["tests/"]), ...Deno.args)];
if (Deno.args.length === 0) {
  counts.push(await test("--doc", ...pages, "mod.ts", "sim/", "hw/", "runtime/"));
}
console.log(formatCounts(counts));
Deno.exitCode = counts.every(({ failed }) => failed === 0) ? 0 : 1;
