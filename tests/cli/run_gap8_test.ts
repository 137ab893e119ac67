import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { run } from "../../cli/run.ts";
import { assemble } from "../../hw/riscv/isa/assembler.ts";
import { SUM } from "../hw/platforms/gap8_sum.ts";
import { elfFile } from "./elf_file.ts";

const L2 = 0x1c00_0000;

/** The chip's program as a file. */
function sumElf(): Uint8Array {
  const { segments, entry, symbols } = assemble(`.org 0x80\n_start:\n${SUM}`, { base: L2 });
  return elfFile(segments, entry, [...symbols].filter(([, at]) => at >= L2 && at < L2 + 0x8_0000));
}

/** Runs the command with a program in a folder of its own, where `FOLDER` in an option points to. */
function play(program: Uint8Array, options: readonly string[], look: (folder: string) => void = () => {}) {
  const folder = Deno.makeTempDirSync();
  const { log, error } = console;
  let out = "", err = "";
  console.log = (text: string) => out += text + "\n";
  console.error = (text: string) => err += text + "\n";
  try {
    const path = join(folder, "program.elf");
    Deno.writeFileSync(path, program);
    const given = options.map((option) => option.replace("FOLDER", folder));
    const status = run([path, "--platform", "gap8", ...given]);
    look(folder);
    return { status, out, err: err.replaceAll(folder, "FOLDER") };
  } finally {
    console.log = log;
    console.error = error;
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("run --platform gap8 prints the console, what each core did, and the caches", () => {
  const { status, out, err } = play(sumElf(), []);
  assertEquals([status, err], [0, ""]);
  assert(out.startsWith("Hello from the FC\n\n"), out);
  for (const row of [/│ fc +│ +\d+ │ +\d+ │ +\d+ │/, /│ pe7 +│/, /│ cluster +│ on /, /exit status 0\n$/]) {
    assertMatch(out, row);
  }
});

Deno.test("run --platform gap8 --json prints one object: counters of the FC, and of each core that ran", () => {
  const { status, out } = play(sumElf(), ["--json"]);
  const result = JSON.parse(out);
  assertEquals([status, result.exitCode, result.console], [0, 0, ["Hello from the FC"]]);
  assertEquals(result.cores.map(({ name }: { name: string }) => name).join(" "), "fc pe0 pe1 pe2 pe3 pe4 pe5 pe6 pe7");
  const [fc, pe0] = result.cores;
  assertEquals([result.cycles, result.counters], [fc.cycles, fc.counters]);
  assertEquals(result.retired, result.cores.reduce((sum: number, core: { retired: number }) => sum + core.retired, 0));
  assertEquals([fc.counters.instr, pe0.counters.instr], [fc.retired, pe0.retired]);
  // 18 characters, the cache, three words of power, eight boot addresses, ...: all but its loads are stores outside.
  assert(fc.counters.stExt > 18 + 1 + 3 + 8 && fc.counters.ldExt > 0);
  assert(pe0.counters.tcdmContention >= 0 && pe0.counters.ldExt > 0, "p.elw is a load outside of L1");
});

Deno.test("run --platform gap8 --insn-trace writes a file for each core that ran", () => {
  play(sumElf(), ["--insn-trace", "FOLDER/traces"], (folder) => {
    const names = [...Deno.readDirSync(join(folder, "traces"))].map(({ name }) => name).sort();
    assertEquals(names, ["fc.csv", ...Array.from({ length: 8 }, (_, core) => `pe${core}.csv`)]);
    const [head, first] = Deno.readTextFileSync(join(folder, "traces", "pe3.csv")).split("\n");
    assertEquals(head, "cycle,pc,instr");
    assertMatch(first, /^\d+,1c000280,[0-9a-f]{4,8}$/);
  });
});

Deno.test("run --platform gap8 --profile says where each core's cycles went, by function", () => {
  const { out } = play(sumElf(), ["--profile"]);
  assertMatch(out, /\nfc\n[^]*_start[^]*\npe0\n[^]*cluster/);
});

for (
  const [what, program, options, status, message] of [
    [
      "an end that does not come",
      sumElf(),
      ["--max-cycles", "500"],
      1,
      /^Cannot finish: 500 cycles of the fabric controller are over \(--max-cycles\), with fc at 0x1C000\w+ \(\w+(\+\d+)?\)\n$/,
    ],
    [
      "a segment where the chip has no memory",
      elfFile([{ address: 0x1c08_0000, bytes: new Uint8Array(4) }], 0x1c08_0000),
      [],
      2,
      /^Cannot load segment 0x1C080000 \(4 bytes\): a program goes into L2, 0x1C000000 to 0x1C07FFFF and FC L1, .*\n$/,
    ],
    [
      "a core that the chip cannot have",
      sumElf(),
      ["--core", "cv32e40p_1_8_3"],
      2,
      /^Cannot put cv32e40p_1_8_3 on a GAP8: .*\n$/,
    ],
    [
      "a delay of the bench's memory",
      sumElf(),
      ["--data-grant-delay", "1"],
      2,
      /^Cannot take --data-grant-delay: .* bench only\n$/,
    ],
    [
      "traces in a file",
      sumElf(),
      ["--insn-trace", "FOLDER/program.elf"],
      2,
      /^Cannot write FOLDER\/program.elf: .*\n$/,
    ],
  ] as const
) {
  Deno.test(`run --platform gap8 ends with a sentence: ${what}`, () => {
    const { status: got, out, err } = play(program, options);
    assertEquals(got, status, err);
    assertMatch(err, message);
    if (status === 2) assertEquals(out, "");
  });
}
