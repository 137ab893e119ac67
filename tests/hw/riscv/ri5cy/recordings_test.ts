import { assert, assertEquals } from "@std/assert";
import { CoreBench, type CoreBenchDelays, type CoreBenchInterrupt } from "../../../../hw/platforms/core_bench.ts";
import { readElf } from "../../../../hw/riscv/elf.ts";
import { type CoreName, coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";
import { core, coreElf, corpus, elf, type Group, trace } from "../../../golden_files.ts";

const RI5CY = Object.keys(coreVariants).filter((name) => name.startsWith("ri5cy")) as CoreName[];

interface Recording {
  readonly board: CoreBench;
  /** The trace as text, in the columns of the recordings. */
  readonly csv: string;
}

/** Runs a program to its end. */
function record(
  group: Group,
  file: string,
  name: CoreName,
  delays?: CoreBenchDelays,
  interrupts?: CoreBenchInterrupt[],
): Recording {
  const board = new CoreBench(coreVariants[name], readElf(elf(group, file)), delays, interrupts);
  const rows = ["cycle,pc,instr\n"];
  board.onRetire = (cycle, pc, { word, size }) => {
    const address = (pc >>> 0).toString(16).padStart(8, "0");
    rows.push(`${cycle},${address},${word.toString(16).padStart(2 * size, "0")}\n`);
  };
  assert(board.run(5_000_000) !== undefined, `${file} on ${name} has no end`);
  return { board, csv: rows.join("") };
}

async function sha256(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Fails with the first row in which a trace differs from the recorded one, as far as that was kept. */
function failWith(label: string, group: Group, csv: string | undefined, got: string): never {
  const rows = got.split("\n");
  const recorded = (csv === undefined ? undefined : trace(group, csv))?.split("\n") ?? [];
  const at = recorded.findIndex((row, index) => row !== rows[index]);
  throw new Error(
    `${label} differs: ${at < 0 ? "past the kept trace" : `row ${at}: ${rows[at]}, RTL ${recorded[at]}`}`,
  );
}

for (const name of RI5CY) {
  Deno.test(`Ri5cyPipeline: the named programs take the RTL's cycles on ${name}, instruction by instruction`, async () => {
    let checked = 0;
    for (const [program, { runs }] of Object.entries(core().golden.programs)) {
      const run = runs[name];
      if (run === undefined) continue;
      const { board, csv } = record("core", coreElf(program, name), name);
      if (await sha256(csv) !== run.full_csv_sha256) failWith(`${program} on ${name}`, "core", run.csv, csv);
      assertEquals([board.exitCode, board.cycles, board.retired], [run.exit, run.cycles, run.retired], program);
      checked++;
    }
    assertEquals(checked, 21);
  });

  Deno.test(`Ri5cyPipeline: the random programs take the RTL's cycles on ${name}, also with slow memories`, async () => {
    const delays = { ideal: {}, dgnt1: { dataGrant: 1 }, drv1: { dataValid: 1 }, ignt1: { fetchGrant: 1 } };
    let checked = 0;
    for (const program of corpus()) {
      for (const run of program.results) {
        if (run.core !== name) continue;
        const label = `${program.name} on ${name}, ${run.memory}`;
        const { board, csv } = record("corpus", program.file, name, delays[run.memory]);
        if (await sha256(csv) !== run.sha256) failWith(label, "corpus", run.csv, csv);
        assertEquals([board.exitCode, board.cycles, board.retired], [run.exit, run.cycles, run.retired], label);
        assertEquals(board.console, run.printed.map((word) => `${word}\n`).join(""), label);
        checked++;
      }
    }
    assert(checked > 150);
  });
}

Deno.test("Ri5cyPipeline: interrupts enter their handlers in the RTL's cycle", () => {
  let checked = 0;
  for (const [program, cores] of Object.entries(core().golden.irq.data)) {
    for (const [name, cases] of Object.entries(cores) as [CoreName, typeof cores[CoreName]][]) {
      if (!RI5CY.includes(name)) continue;
      for (const [at, { last_before: before, handler_first: first }] of Object.entries(cases ?? {})) {
        const file = coreElf(program, name);
        const { csv } = record("core", file, name, {}, [{ id: 20, cycle: Number(at) }]);
        assert(csv.includes(`${before.join(",")}\n${first.join(",")}\n`), `${program} on ${name}, interrupt at ${at}`);
        checked++;
      }
    }
  }
  assertEquals(checked, 22);
});

Deno.test("Ri5cyPipeline: each named sequence takes the RTL's cycles with slow memories", () => {
  const settings = { dgnt: "dataGrant", drv: "dataValid", ignt: "fetchGrant" };
  let checked = 0;
  for (const [delay, programs] of Object.entries(core().delays)) {
    const [what, cycles] = delay.split("=");
    for (const [program, { ri5cy_2019_11: recorded }] of Object.entries(programs)) {
      const file = coreElf(program, "ri5cy_2019_11");
      const { symbols } = readElf(elf("core", file));
      const setting = { [settings[what as "drv"]]: Number(cycles) };
      const { board, csv } = record("core", file, "ri5cy_2019_11", setting);
      const rows = csv.split("\n").slice(1, -1).map((row) => row.split(","));
      assertEquals(board.cycles, recorded!.total, `${program}, ${delay}`);
      for (const [test, expected] of Object.entries(recorded!.tests)) {
        const [label, endLabel] = ["t_", "e_"].map((prefix) =>
          symbols.find((symbol) => symbol.name === prefix + test)!.address
        );
        const [cycles, end] = [expected.slice(0, -1), expected.at(-1)];
        const found = rows.flatMap(([, pc], index) => parseInt(pc, 16) === label ? [index] : []).some((first) => {
          const from = Number(rows[first - 1][0]);
          const last = rows.slice(first).find(([, pc]) => parseInt(pc, 16) === endLabel);
          return cycles.every((cycle, index) => cycle === Number(rows[first + index]?.[0]) - from) &&
            Number(last?.[0]) - from === end;
        });
        assert(found, `${program} ${test}, ${delay}`);
        checked++;
      }
    }
  }
  assertEquals(checked > 300, true, `${checked}`);
});
