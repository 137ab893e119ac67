import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { median } from "../../bench/bench.ts";
import { PAIRS } from "../../bench/peers.ts";
import { allBenches } from "../../bench/registry.ts";

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

Deno.test("buildPeer says what to install where there is no compiler", async () => {
  const script = `
    import { buildPeer, PAIRS } from "./bench/peers.ts";
    const pair = PAIRS.find(({ peer }) => peer === "systemc");
    await buildPeer(pair).catch(({ message }) => console.log(message));`;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    cwd: ROOT,
    env: { PATH: "/nowhere", NO_COLOR: "1" },
  });
  const { stdout } = await command.output();
  assertMatch(new TextDecoder().decode(stdout), /^Cannot compare with SystemC: .*; apt-get install libsystemc-dev /);
});

Deno.test("PAIRS name benchmarks that there are, and programs of at most 60 lines", async () => {
  const names = (await allBenches()).map(({ name }) => name);
  assertEquals(PAIRS.filter(({ bench }) => !names.includes(bench)), []);
  for (const program of new Set(PAIRS.map(({ peer, program }) => program + (peer === "simpy" ? ".py" : ".cpp")))) {
    const lines = (await Deno.readTextFile(`${ROOT}/bench/peers/${program}`)).trimEnd().split("\n").length;
    assertEquals(lines <= 60, true, `${program} has ${lines} lines`);
  }
});

Deno.test("task bench ends with status 2 and one sentence for what it does not know", async () => {
  const attempts: [string[], string][] = [
    [["--filter", "nothing.like.it"], 'Cannot find "nothing.like.it": there are '],
    [["--fliter", "kernel"], "Cannot use --fliter: see task bench --help"],
    [["--filter"], "Cannot filter by nothing: say --filter TEXT"],
    [["kernel"], "Cannot use kernel: see task bench --help"],
  ];
  for (const [args, message] of attempts) {
    const { code, stdout, stderr } = await bench(...args);
    assertEquals([code, stdout, stderr.trim().split("\n").length], [2, "", 1], stderr);
    assertStringIncludes(stderr, message);
  }
  assertMatch((await bench("--help")).stdout, /--filter TEXT/);
});
