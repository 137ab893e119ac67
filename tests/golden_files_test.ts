import { assert, assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { readElf } from "../hw/riscv/elf.ts";
import {
  clusterIndex,
  core,
  coreElf,
  type CoreName,
  corpus,
  elf,
  elfFiles,
  type Group,
  trace,
  traceFiles,
} from "./golden_files.ts";

const KEPT_ROWS = 7500;

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Cycle, pc and instruction word of every line of a trace. */
function rowsOf(text: string): [cycle: number, pc: number, instruction: string][] {
  const [header, ...lines] = text.split("\n");
  assertEquals([header, lines.pop()], ["cycle,pc,instr", ""]);
  return lines.map((line) => {
    const [cycle, pc, instruction] = line.split(",");
    return [Number(cycle), parseInt(pc, 16), instruction];
  });
}

/** What is wrong with a whole trace and the numbers that were recorded with it. */
function checkTrace(text: string | undefined, run: { cycles: number; retired: number }, hash: string): void {
  assert(text !== undefined);
  assertEquals(sha256(text), hash);
  const rows = rowsOf(text);
  assertEquals([rows.length, rows[rows.length - 1][0] + 1], [run.retired, run.cycles]);
}

/** The runs of the named programs. */
function coreRuns() {
  return Object.entries(core().golden.programs).flatMap(([program, { runs }]) =>
    Object.entries(runs).map(([name, run]) => ({ program, name: name as CoreName, run }))
  );
}

Deno.test("tests/golden takes less than 12 MB", () => {
  const sizeOf = (folder: URL): number =>
    [...Deno.readDirSync(folder)].reduce((sum, { name, isDirectory }) => {
      const entry = new URL(isDirectory ? `${name}/` : name, folder);
      return sum + (isDirectory ? sizeOf(entry) : Deno.statSync(entry).size);
    }, 0);
  const size = sizeOf(new URL("golden/", import.meta.url));
  assert(size < 12e6, `${size} bytes`);
});

Deno.test("golden corpus: programs and traces are those that the index has hashes of, and no others", () => {
  assertEquals(corpus().map((program) => program.file).sort(), elfFiles("corpus"));
  const kept = new Set<string>();
  for (const { file, elf_sha256, results } of corpus()) {
    assertEquals(sha256(elf("corpus", file)), elf_sha256);
    for (const run of results) {
      if (run.csv === undefined) continue;
      checkTrace(trace("corpus", run.csv), run, run.sha256);
      kept.add(run.csv.replace(/\.gz$/, ""));
    }
  }
  assertEquals([...kept].sort(), traceFiles("corpus"));
});

Deno.test("golden cluster: programs and traces are those that the index has hashes of, and no others", () => {
  assertEquals(clusterIndex().map((program) => program.file).sort(), elfFiles("cluster"));
  const kept = new Set<string>();
  for (const { file, elf_sha256, cores } of clusterIndex()) {
    assertEquals(sha256(elf("cluster", file)), elf_sha256);
    for (const run of cores) {
      if (run.csv === undefined) continue;
      checkTrace(trace("cluster", run.csv), run, run.sha256);
      kept.add(run.csv.replace(/\.gz$/, ""));
    }
  }
  assertEquals([...kept].sort(), traceFiles("cluster"));
});

Deno.test("golden core: whole traces have the hash of their run, longer ones their first rows", () => {
  const kept = new Set<string>();
  for (const { run } of coreRuns()) {
    if (run.csv === undefined) continue;
    kept.add(`trace/${run.csv}`);
    const text = trace("core", run.csv);
    if (run.retired <= KEPT_ROWS) checkTrace(text, run, run.full_csv_sha256);
    else assertEquals(rowsOf(text!).length, KEPT_ROWS);
  }
  for (const { kernel_csv_ri5cy_2019_11, kernel_csv_cv32e40p_1_8_3 } of Object.values(core().golden.programs)) {
    for (const csv of [kernel_csv_ri5cy_2019_11, kernel_csv_cv32e40p_1_8_3]) {
      if (csv === undefined) continue;
      kept.add(`trace/${csv}`);
      assertEquals(rowsOf(trace("core", csv)!).length, KEPT_ROWS);
    }
  }
  assertEquals([...kept].sort(), traceFiles("core"));
});

Deno.test("golden core: micro.json has the cycles of the traces, from the label of each test on", () => {
  let compared = 0;
  for (const { program, name, run } of coreRuns()) {
    if (run.csv === undefined || core().micro[program] === undefined) continue;
    const rows = rowsOf(trace("core", run.csv)!);
    const { symbols } = readElf(elf("core", coreElf(program, name)));
    for (const [test, cores] of Object.entries(core().micro[program])) {
      const expected = cores[name];
      if (expected === undefined) continue;
      const label = symbols.find((symbol) => symbol.name === `t_${test}`)!.address;
      // A test may be run more than once; one of the runs was recorded.
      const found = rows.flatMap(([, pc], index) => pc === label ? [index] : []).some((first) => {
        const from = rows[first - 1][0], rest = rows.slice(first).map(([cycle]) => cycle - from);
        return [...expected.cycles, expected.end].every((cycle, index) => cycle === rest[index]);
      });
      assert(found, `${program} ${test} on ${name}`);
      compared++;
    }
  }
  assertEquals(compared, 1668);
});

Deno.test("golden traces have the instruction words that their programs have at these addresses", () => {
  const check = (group: Group, file: string, csv: string | undefined) => {
    if (csv === undefined) return;
    const { segments } = readElf(elf(group, file));
    for (const [, pc, instruction] of rowsOf(trace(group, csv)!)) {
      const { address, bytes } = segments.find(({ address, sizeInMemory }) =>
        pc >= address && pc < address + sizeInMemory
      )!;
      const word = bytes.subarray(pc - address, pc - address + instruction.length / 2).toReversed();
      const isSame = word.every((byte, index) => byte === parseInt(instruction.slice(2 * index, 2 * index + 2), 16));
      assert(isSame, `${csv}: ${instruction} at ${pc.toString(16)}`);
    }
  };
  for (const { program, name, run } of coreRuns()) check("core", coreElf(program, name), run.csv);
  for (
    const [program, { kernel_csv_ri5cy_2019_11, kernel_csv_cv32e40p_1_8_3 }] of Object.entries(core().golden.programs)
  ) {
    check("core", coreElf(program, "ri5cy_2019_11"), kernel_csv_ri5cy_2019_11);
    check("core", coreElf(program, "cv32e40p_1_8_3"), kernel_csv_cv32e40p_1_8_3);
  }
});

Deno.test("golden core: the rows around interrupts have the instruction words of their programs", () => {
  for (const [program, cores] of Object.entries(core().golden.irq.data)) {
    for (const [name, irqs] of Object.entries(cores)) {
      const { segments: [{ address, bytes }] } = readElf(elf("core", coreElf(program, name as CoreName)));
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      for (const [raised, { last_before, handler_first, latency }] of Object.entries(irqs)) {
        assertEquals(latency, Number(handler_first[0]) - Number(raised));
        for (const [, pc, instruction] of [last_before, handler_first]) {
          assertEquals(view.getUint32(parseInt(pc, 16) - address, true), parseInt(instruction, 16));
        }
      }
    }
  }
});

Deno.test("elf gives each caller its own copy, and names what is not there", () => {
  const [file] = elfFiles("core");
  elf("core", file).fill(0);
  assertEquals(elf("core", file)[0], 0x7f);
  assertThrows(
    () => elf("core", "elf/nothing.elf"),
    Error,
    "Cannot read elf/nothing.elf: it is not in tests/golden/core/elf.tar.gz",
  );
});

Deno.test("trace is undefined for what was not kept", () => {
  assertEquals(trace("corpus", undefined), undefined);
  assertEquals(trace("cluster", "csv/nothing.csv.gz"), undefined);
});
