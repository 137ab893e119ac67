import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** Runs `task example` with arguments. */
async function example(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "cli/example.ts", ...args], cwd: ROOT });
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("task example lists the examples with one line each", async () => {
  const { code, stdout } = await example();
  assertEquals(code, 0);
  assertMatch(stdout, /^hello +\S.*\nfilter +\S/);
  const columns = stdout.trimEnd().split("\n").map((line) => line.match(/^\S+ {2,}/)?.[0].length);
  assertEquals(new Set(columns).size, 1, stdout);
});

Deno.test("task example hello --json prints exactly one object, with the hash that was asked for", async () => {
  const { code, stdout } = await example("hello", "--json", "--hash");
  const result = JSON.parse(stdout);
  assertEquals(code, 0);
  assertEquals([result.example, result.ok, result.exitCode, result.console.length], ["hello", true, 0, 13]);
  assertEquals(Object.keys(result.cycles), ["fc", "cluster"]);
  assertMatch(result.traceHash, /^[0-9a-f]{64}$/);
});

Deno.test("task example filter --quick times fewer cores on the first rows, and says so", async () => {
  const folder = await Deno.makeTempDir();
  const image = `${folder}/tall.pgm`;
  await Deno.writeTextFile(image, `P5\n40 400\n255\n${" ".repeat(40 * 400)}`);
  const files = ["--image", image, "--out", `${folder}/tall.png`, "--chart", `${folder}/tall.svg`];
  const [quick, full] = await Promise.all([example("filter", "--quick", ...files), example("filter", ...files)]);
  await Deno.remove(folder, { recursive: true });
  assertMatch(quick.stdout, /^1 core: \d+ cycles for 5400 pixels\n/);
  assertMatch(quick.stdout, /^8 cores: \d+ cycles for 14256 pixels$/m);
  assertStringIncludes(quick.stdout, "timed and checked on the first 154 of 400 rows; 8 cores: on all of them");
  assertMatch(full.stdout, /^1 core: \d+ cycles for 14256 pixels\n/);
  assertEquals(full.stdout.includes("timed and checked on the first"), false);
});

Deno.test("task example writes trace, waveform and counters without changing a cycle", async () => {
  const folder = await Deno.makeTempDir();
  const files = ["--trace", `${folder}/t.json`, "--vcd", `${folder}/w.vcd`, "--stats", `${folder}/sub/s.json`];
  const [plain, traced] = await Promise.all([example("hello", "--json"), example("hello", "--json", ...files)]);
  assertEquals(plain.stdout, traced.stdout);
  const names = JSON.parse(await Deno.readTextFile(`${folder}/t.json`)).traceEvents.map((e: { name: string }) =>
    e.name
  );
  assertEquals(names.includes("hello") && names.includes("sleep"), true);
  assertStringIncludes(await Deno.readTextFile(`${folder}/w.vcd`), "$scope module pe7 $end");
  const { counters } = JSON.parse(await Deno.readTextFile(`${folder}/sub/s.json`));
  assertEquals(counters.every((c: Record<string, unknown>) => c.unit !== "" && c.description !== ""), true);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("task example ends with status 2 and one sentence for what cannot be done", async () => {
  const file = await Deno.makeTempFile({ suffix: ".pgm" });
  await Deno.writeTextFile(file, "P5\n100 100\n255\nshort");
  const attempts: [string[], string][] = [
    [["nothing"], "Cannot run example nothing: there is none of that name; there are hello, filter"],
    [["i2s"], "Cannot run example i2s: it is not built yet"],
    [["hello", "--profile", "x"], "Cannot use --profile: it is not built yet"],
    [["hello", "--nonsense"], 'Cannot use "--nonsense" with example hello'],
    [["hello", "stray"], 'Cannot use "stray" with example hello'],
    [["hello", "--trace"], "Cannot use --trace without a value"],
    [["hello", "--seed", "x"], "Cannot use --seed x: it has to be a whole number"],
    [["filter", "--image", "/nowhere.pgm"], "Cannot read /nowhere.pgm"],
    [["filter", "--image", file], "10000 bytes, and 5 follow the header; the file is cut short"],
    [["filter", "--image", "README.md"], "Cannot read README.md as PGM: it begins with"],
    [["filter", "--kernel", "magic"], "Cannot use kernel magic: there are blur, sharpen, edges"],
    [["hello", "--vcd", "/proc/nowhere/x.vcd"], "Cannot write /proc/nowhere/x.vcd"],
  ];
  const results = await Promise.all(attempts.map(([args]) => example(...args)));
  for (const [index, { code, stderr }] of results.entries()) {
    const [args, message] = attempts[index];
    assertEquals([code, stderr.trim().split("\n").length], [2, 1], `${args.join(" ")}: ${stderr}`);
    assertStringIncludes(stderr, message);
  }
  await Deno.remove(file);
});
