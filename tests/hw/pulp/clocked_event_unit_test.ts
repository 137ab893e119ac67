import { assertEquals } from "@std/assert";
import { ClusterBench } from "../../../hw/platforms/cluster_bench.ts";
import { coreVariants } from "../../../hw/riscv/ri5cy/variants.ts";
import { readGolden } from "../../golden/fabric/read_golden.ts";

/** Cycle, core, what happened (as the recording names it), value. */
type Row = readonly [number, number, string, string];

interface Recording {
  readonly address: number;
  readonly words: readonly number[];
  readonly fetch32: readonly Row[];
  readonly fetch128: readonly Row[];
}

const golden = await readGolden<Recording>("event_unit.json.gz");
const hex = (value: number) => (value >>> 0).toString(16);

/** Runs the program up to a cycle; the same rows of the model. */
function play(variant: "ri5cy_2018_01" | "ri5cy_2018_01_fetch128", labels: ReadonlySet<string>, end: number): Row[] {
  const bytes = new Uint8Array(Uint32Array.from(golden.words).buffer);
  const segments = [{ address: golden.address, bytes, sizeInMemory: bytes.length }];
  const board = new ClusterBench(coreVariants[variant], { segments });
  const rows: Row[] = [];
  const seen = board.cores.map(() => ({ clockOff: 0, off: false, raised: false, answer: "" }));
  board.onRetire = (core, cycle, pc) => {
    const label = hex(pc).padStart(8, "0");
    if (labels.has(label)) rows.push([cycle, core, "id_exit", label]);
  };
  while (board.cycle <= end) {
    const { cycle } = board;
    board.step();
    for (const { index, clockOff, pipeline: { lsu } } of board.cores) {
      const core = seen[index];
      const off = clockOff !== core.clockOff;
      if (off !== core.off) rows.push([cycle, index, "clock_en", off ? "0" : "1"]);
      core.off = off;
      core.clockOff = clockOff;
      if (core.answer !== "") rows.push([cycle, index, "eu_rvalid", core.answer]);
      core.answer = "";
      if (off) continue;
      if (lsu.request && !core.raised) {
        rows.push([cycle, index, "eu_req", `${lsu.write ? "W" : "R"}:${hex(lsu.address)}`]);
      }
      core.raised = lsu.request && !lsu.granted;
      if (!lsu.granted) continue;
      rows.push([cycle, index, "eu_gnt", hex(lsu.address)]);
      core.answer = lsu.write ? "0" : hex(lsu.readData);
    }
  }
  return rows;
}

function sorted(rows: readonly Row[]): string[] {
  return rows.map((row) => row.map((part, at) => at === 0 ? `${part}`.padStart(6) : part).join(" ")).sort();
}

for (
  const [variant, rows] of [["ri5cy_2018_01_fetch128", golden.fetch128], ["ri5cy_2018_01", golden.fetch32]] as const
) {
  Deno.test(`ClockedEventUnit serves eight cores (${variant}) in the RTL's cycles, and stops their clocks in them`, () => {
    const labels = new Set(rows.filter(([, , what]) => what === "id_exit").map(([, , , label]) => label));
    assertEquals(sorted(play(variant, labels, rows.at(-1)![0])), sorted(rows));
    assertEquals(rows.length, 3780);
  });
}
