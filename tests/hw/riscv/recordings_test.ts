import { assertEquals } from "@std/assert";
import { CoreBench, type CoreBenchDelays, type CoreBenchInterrupt } from "../../../hw/platforms/core_bench.ts";
import { readElf } from "../../../hw/riscv/elf.ts";
import { type CoreName, coreVariants } from "../../../hw/riscv/ri5cy/variants.ts";
import { core, coreElf, corpus, elf, type Group, trace } from "../../golden_files.ts";

/** Random programs and settings of memory with which each core was recorded. */
const RANDOM_RUNS: Readonly<Record<CoreName, number>> = {
  ri5cy_2018_01: 196,
  ri5cy_2018_01_fetch128: 304,
  ri5cy_2019_11: 358,
  ri5cy_2019_11_fetch128: 358,
  cv32e40p_1_8_3: 109,
};

const DELAYS: Readonly<Record<string, (cycles: number) => CoreBenchDelays>> = {
  dgnt: (dataGrant) => ({ dataGrant }),
  drv: (dataValid) => ({ dataValid }),
  ignt: (fetchGrant) => ({ fetchGrant }),
};

/** The delays that the recordings call `ideal`, `dgnt1`, `drv=2`... */
function delaysOf(memory: string): CoreBenchDelays {
  const [, what, cycles] = /^(\w+?)=?(\d)$/.exec(memory) ?? [];
  return DELAYS[what]?.(Number(cycles)) ?? {};
}

/** Runs a program to its end, or for a number of cycles; the trace is in the columns of the recordings. */
function replay(
  group: Group,
  file: string,
  name: CoreName,
  delays?: CoreBenchDelays,
  interrupts?: CoreBenchInterrupt[],
  cycles = 5_000_000,
) {
  const board = new CoreBench(coreVariants[name], readElf(elf(group, file)), delays, interrupts);
  const rows = ["cycle,pc,instr"];
  board.onRetire = (cycle, pc, { word, size }) => {
    const address = (pc >>> 0).toString(16).padStart(8, "0");
    rows.push(`${cycle},${address},${word.toString(16).padStart(2 * size, "0")}`);
  };
  board.run(cycles);
  return { board, rows };
}

/** Compares a trace with the hash of the recorded one; names the first row that differs if the recording was kept. */
async function assertTrace(label: string, group: Group, rows: readonly string[], hash: string, csv?: string) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(rows.join("\n") + "\n"));
  if (new Uint8Array(bytes).toHex() === hash) return;
  const recorded = csv === undefined ? [] : trace(group, csv)?.split("\n") ?? [];
  const at = recorded.findIndex((row, index) => row !== rows[index]);
  throw new Error(at < 0 ? `${label} differs` : `${label} differs in row ${at}: ${rows[at]}, RTL ${recorded[at]}`);
}

/** What happened to the instructions of a test in a program: their cycles, then that of the first one after it. */
function cyclesOf(trace: readonly (readonly [number, number])[], first: number, end: number): (number | null)[] {
  const from = trace.findIndex(([, pc]) => pc === first);
  const last = trace.findIndex(([, pc], index) => index > from && pc === end);
  const inside = trace.slice(from, last < 0 ? undefined : last).filter(([, pc]) => pc >= first && pc < end);
  const start = trace[from - 1][0];
  // The recordings keep 80 instructions of a test.
  return [...inside.slice(0, 80).map(([cycle]) => cycle - start), last < 0 ? null : trace[last][0] - start];
}

for (const name of Object.keys(coreVariants) as CoreName[]) {
  const pipeline = name === "cv32e40p_1_8_3" ? "Cv32e40pPipeline" : "Ri5cyPipeline";

  Deno.test(`${pipeline}: the named programs take the RTL's cycles on ${name}, instruction by instruction`, async () => {
    let checked = 0;
    for (const [program, { runs }] of Object.entries(core().golden.programs)) {
      const run = runs[name];
      if (run === undefined) continue;
      const { board, rows } = replay("core", coreElf(program, name), name);
      await assertTrace(`${program} on ${name}`, "core", rows, run.full_csv_sha256, run.csv);
      assertEquals([board.exitCode, board.cycles, board.retired], [run.exit, run.cycles, run.retired], program);
      checked++;
    }
    assertEquals(checked, name === "cv32e40p_1_8_3" ? 20 : 21);
  });

  Deno.test(`${pipeline}: the random programs take the RTL's cycles on ${name}, also with slow memories`, async () => {
    let checked = 0;
    for (const program of corpus()) {
      for (const run of program.results) {
        if (run.core !== name) continue;
        const label = `${program.name} on ${name}, ${run.memory}`;
        const { board, rows } = replay("corpus", program.file, name, delaysOf(run.memory));
        await assertTrace(label, "corpus", rows, run.sha256, run.csv);
        assertEquals([board.exitCode, board.cycles, board.retired], [run.exit, run.cycles, run.retired], label);
        assertEquals(board.console, run.printed.map((word) => `${word}\n`).join(""), label);
        checked++;
      }
    }
    assertEquals(checked, RANDOM_RUNS[name]);
  });
}

Deno.test("Ri5cyPipeline and Cv32e40pPipeline: interrupts enter their handlers in the RTL's cycle", () => {
  let checked = 0;
  for (const [program, cores] of Object.entries(core().golden.irq.data)) {
    for (const [name, cases] of Object.entries(cores) as [CoreName, typeof cores[CoreName]][]) {
      for (const [at, { last_before: before, handler_first: first }] of Object.entries(cases ?? {})) {
        const interrupts = [{ id: 20, cycle: Number(at) }];
        const { board, rows } = replay("core", coreElf(program, name), name, {}, interrupts);
        const entered = rows.indexOf(first.join(","));
        assertEquals(rows[entered - 1], before.join(","), `${program} on ${name}, interrupt at ${at}`);
        assertEquals(board.exitCode, 0);
        checked++;
      }
    }
  }
  assertEquals(checked, 22 + 11);
});

Deno.test("Ri5cyPipeline and Cv32e40pPipeline: each named sequence takes the RTL's cycles with slow memories", () => {
  let checked = 0;
  for (const [delay, programs] of Object.entries(core().delays)) {
    for (const [program, cores] of Object.entries(programs)) {
      for (const [name, recorded] of Object.entries(cores) as [CoreName, typeof cores[CoreName]][]) {
        const { total, tests } = recorded!;
        const label = `${program} on ${name}, ${delay}`;
        const file = coreElf(program, name);
        const { symbols } = readElf(elf("core", file));
        const place = (name: string) => symbols.find((symbol) => symbol.name === name)!.address;
        const { board, rows } = replay("core", file, name, delaysOf(delay), [], 20_000);
        const trace = rows.slice(1).map((row) => row.split(",")).map(([cycle, pc]) =>
          [Number(cycle), parseInt(pc, 16)] as const
        );
        for (const [test, expected] of Object.entries(tests)) {
          assertEquals(cyclesOf(trace, place(`t_${test}`), place(`e_${test}`)), expected, `${label}, ${test}`);
          checked++;
        }
        // m_hwl breaks CV32E40P's rules for loops and never ends: its recordings stop where the simulation did.
        const endless = program === "m_hwl" && name === "cv32e40p_1_8_3";
        if (endless && delay !== "ignt=3") continue;
        board.onRetire = undefined;
        if (endless) board.run(total);
        assertEquals(board.cycles, total, label);
        assertEquals(board.exitCode, endless ? undefined : 0, label);
      }
    }
  }
  assertEquals(checked, 2 * 813);
});
