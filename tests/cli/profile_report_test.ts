import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** Runs `task run` on one of the benchmarks' programs. */
async function run(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "cli/run.ts", "bench/programs/quicksort.elf", "--max-cycles", "100000", ...args],
    cwd: ROOT,
  });
  const { code, stdout } = await command.output();
  return { code, lines: new TextDecoder().decode(stdout).split("\n") };
}

/** The cells of a row of a table. */
function cells(line: string): string[] {
  return line.split("│").slice(1, -1).map((cell) => cell.trim());
}

const number = (text: string) => Number(text.replaceAll(",", ""));

Deno.test("functionTable accounts for each cycle, by function and cause, and names the dearest instructions", async () => {
  const { code, lines } = await run("--profile");
  assertEquals(code, 1);
  const head = lines.findIndex((line) => line.startsWith("│ function"));
  const names = cells(lines[head]);
  const rows = lines.slice(head + 2, lines.findIndex((line, n) => n > head && line.startsWith("└"))).map(cells);
  assertEquals(rows.map(([name]) => name).sort(), ["(no symbol)", "main", "sort", "start"]);
  assertEquals(names.slice(0, 5), ["function", "cycles", "", "per instr.", "instructions"]);
  let total = 0, instructions = 0;
  for (const [, cycles, share, each, ...causes] of rows) {
    const spent = causes.map(number);
    assertEquals(spent.reduce((sum, value) => sum + value, 0), number(cycles));
    assertEquals((number(cycles) / spent[0]).toFixed(2), each);
    assertMatch(share, /^\d+\.\d %$/);
    total += number(cycles);
    instructions += spent[0];
  }
  const [, retired, cycles] = /^(\d+) instructions, (\d+) cycles/.exec(lines[1])!;
  const control = 3; // before the first instruction
  assertEquals([instructions, total], [Number(retired), Number(cycles) + control]);
  assertMatch(lines.find((line) => line.includes("1c0000de"))!, /sort\+42 +│ lw a2, -4\(a3\) .* jump [\d,]+, fetch/);
});

Deno.test("annotated lists the instructions of a function that ran, or what functions there are", async () => {
  const { lines } = await run("--annotate", "main");
  const rows = lines.filter((line) => /^│ 1c00/.test(line)).map(cells);
  const shares = rows.reduce((sum, row) => sum + Number(row[3].replace(" %", "")), 0);
  assertEquals(Math.abs(shares - 100) < 0.05 * rows.length, true);
  assertEquals(rows.every(([, , , , cycles, count]) => number(cycles) >= number(count) && number(count) > 0), true);
  const none = await run("--annotate", "nothing");
  assertStringIncludes(
    none.lines.join("\n"),
    "no instruction of nothing ran; there are (no symbol), start, sort, main",
  );
});
