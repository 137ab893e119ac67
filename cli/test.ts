/**
 * `task test`: the tests of `tests/`, then the examples in the pages and in the doc comments of the library. Arguments
 * (`--filter fifo`, `tests/sim/`) go to the first of the two runs. The last line is `N passed, N failed`.
 * @module
 */
import { countTests, type TestCount } from "./test_summary.ts";

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

const suite = await test("--parallel", ...(Deno.args.some(isPath) ? [] : ["tests/"]), ...Deno.args);
const examples = await test("--doc", ...pages, "mod.ts", "sim/", "hw/", "runtime/");

const failed = suite.failed + examples.failed;
console.log(`${suite.passed + examples.passed} passed, ${failed} failed`);
Deno.exitCode = failed === 0 ? 0 : 1;
