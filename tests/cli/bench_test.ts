import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { median } from "../../bench/bench.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** Runs `task bench` with arguments. */
async function bench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "cli/bench.ts", ...args], cwd: ROOT });
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("median is the middle one, or between the two in the middle", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 3, 2])], [2, 2.5]);
});

Deno.test("task bench --json prints one array of rows, those whose name has the filter in it", async () => {
  const { code, stdout } = await bench("--json", "--filter", "core.firmware.alu");
  assertEquals(code, 0);
  const [row, ...others] = JSON.parse(stdout);
  assertEquals(others, []);
  assertEquals(Object.keys(row), ["name", "value", "unit", "better", "note"]);
  assertEquals([row.name, row.unit, row.better], ["core.firmware.alu", "instructions/s", "higher"]);
  assertEquals(row.value > 0, true);
});

Deno.test("task bench ends with status 2 and one sentence for what it does not know", async () => {
  const attempts: [string[], string][] = [
    [["--filter", "nothing.like.it"], 'Cannot find "nothing.like.it": there are '],
    [["--fliter", "kernel"], "Cannot use --fliter: see task bench --help"],
    [["kernel"], "Cannot use kernel: see task bench --help"],
  ];
  for (const [args, message] of attempts) {
    const { code, stdout, stderr } = await bench(...args);
    assertEquals([code, stdout, stderr.trim().split("\n").length], [2, "", 1], stderr);
    assertStringIncludes(stderr, message);
  }
  assertMatch((await bench("--help")).stdout, /--filter TEXT/);
});
