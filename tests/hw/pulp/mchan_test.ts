import { assert, assertEquals, assertThrows } from "@std/assert";
import { firstDifference, playTransfer, type RecordedTransfer } from "../../../cli/replay_dma.ts";
import { GAP8_MCHAN, MCHAN_RTL_2018, type MchanParams } from "../../../hw/pulp/mchan_params.ts";
import { readGolden } from "../../golden/fabric/read_golden.ts";
import { Bench, IdealTcdm, playScenario, type Scenario } from "./mchan_scenario.ts";

const TO_LOCAL = 1 << 16;
const INCREMENTAL = 1 << 17;
const TWO_DIMENSIONAL = 1 << 18;
const EVENT = 1 << 19;
const TO_LOCAL_COMMAND = TO_LOCAL | INCREMENTAL | EVENT;
const L1 = 0x10000000;
const L2 = 0x1c000000;

const { cases } = await readGolden<{ cases: RecordedTransfer[] }>("dma_single.json.gz");
const scenarios = await readGolden<Scenario[]>("dma_concurrent.json.gz");

Deno.test("Mchan moves every recorded single transfer cycle for cycle: 1D and 2D, both ways, short rows included", () => {
  const exact: Record<string, number> = {};
  const wrong = cases.filter((recorded) => {
    const { dir, count } = recorded;
    const rows = count === undefined ? "1D" : dir === "ext2loc" ? "2D" : count >= 32 ? "2D from 32 bytes" : "2D short";
    const differs = firstDifference(recorded, playTransfer(recorded)) !== undefined;
    if (!differs) exact[`${dir} ${rows}`] = (exact[`${dir} ${rows}`] ?? 0) + 1;
    return differs;
  });
  assertEquals(wrong, []);
  assertEquals(exact, {
    "ext2loc 1D": 536,
    "ext2loc 2D": 223,
    "loc2ext 1D": 523,
    "loc2ext 2D from 32 bytes": 121,
    "loc2ext 2D short": 72,
  });
});

Deno.test("Mchan comparison notices a cycle too many", () => {
  const recorded = cases[0]!;
  assertEquals(firstDifference({ ...recorded, event: recorded.event! + 1 }, playTransfer(recorded)), "event");
});

for (const scenario of scenarios.filter(({ name }) => !name.startsWith("tcdmstall"))) {
  Deno.test(`Mchan plays recorded scenario ${scenario.name}`, () => {
    const played = playScenario(scenario);
    const accesses = (ops: Scenario["ops"]) => ops.map(({ core, kind, gnt, data }) => [core, kind, gnt, data]);
    // The recorded address entries end with the beat size, which is always 8 bytes.
    const entries = (log: readonly (readonly (string | number)[])[]) =>
      log.map((entry) => JSON.stringify(entry.slice(0, 4))).sort();
    assertEquals(accesses(played.ops), accesses(scenario.ops));
    assertEquals(entries(played.log), entries(scenario.log));
  });
}

/** Raises the words of one command on a port, one after the other, and steps until all are granted. */
function command(bench: Bench, port: number, words: number[]): void {
  bench.dma.request(port, 0, false, 0);
  for (let left = words.length; left >= 0;) {
    bench.step();
    if (((bench.grants >> port) & 1) === 0) continue;
    if (left > 0) bench.dma.request(port, 0, true, words[words.length - left]!);
    left--;
  }
}

/** Steps until an end event comes, at most `limit` cycles; returns its cycle or -1. */
function untilEvent(bench: Bench, limit: number): number {
  for (let left = limit; left > 0; left--) {
    bench.step();
    if (bench.dma.transfers.events !== 0) return bench.cycle - 1;
  }
  return -1;
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

Deno.test("Mchan slows down under refused TCDM accesses as recorded", () => {
  const stalls = scenarios.filter(({ name }) => /^tcdmstall.*_(1024|4096)$/.test(name));
  assertEquals(stalls.length, 16);
  const deviations = stalls.map((scenario) => {
    const [percent, toLocal, bytes] = scenario.name.slice("tcdmstall".length).split("_").map(Number);
    const samples = Array.from({ length: 24 }, (_, seed) => {
      const next = random(1000 * seed + percent!);
      const bench = new Bench(scenario.lat, MCHAN_RTL_2018, new IdealTcdm(() => next() < percent! / 100));
      command(bench, 0, [bytes! | (toLocal ? TO_LOCAL_COMMAND : TO_LOCAL_COMMAND - TO_LOCAL), L1, L2]);
      return untilEvent(bench, 10000);
    });
    const mean = samples.reduce((sum, sample) => sum + sample) / samples.length;
    const variance = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / (samples.length - 1);
    const recorded = scenario.log.find(([kind]) => kind === "EVT")![1];
    return (recorded - mean) / Math.sqrt(variance);
  });
  // The recordings are one random sample each: none may be an outlier, and on average they must be centred.
  for (const deviation of deviations) assert(Math.abs(deviation) < 4, `${deviations}`);
  assert(Math.abs(deviations.reduce((sum, one) => sum + one)) / Math.sqrt(deviations.length) < 3, `${deviations}`);
});

Deno.test("Mchan of GAP8 moves 65532 bytes, at the recorded rate", () => {
  const bench = new Bench(1, GAP8_MCHAN);
  command(bench, 0, [65532 | TO_LOCAL_COMMAND, L1, L2]);
  const start = bench.cycle - 1;
  // 256 pieces of 32 rows: one cycle per row, one to start a piece, one because both sides are aligned.
  assertEquals(untilEvent(bench, 20000) - start, 13 + 1 + 256 * (32 + 1 + 1));
});

Deno.test("Mchan of GAP8 ends a 2D transfer whose last row is short", () => {
  const words = [1024 | TO_LOCAL_COMMAND | TWO_DIMENSIONAL, L1, L2, 300 | (512 << 16)];
  const good = new Bench(1, GAP8_MCHAN);
  command(good, 0, words);
  assert(untilEvent(good, 2000) > 0);
  const defective = new Bench(1, MCHAN_RTL_2018);
  command(defective, 0, words);
  assertEquals(untilEvent(defective, 2000), -1);
});

/** Core 1 enters a 2D transfer, core 0 (which is taken first) a 1D one whose last word comes `offset` cycles after the row word. */
function endsBeside(params: MchanParams, offset: number): boolean {
  const bench = new Bench(1, params);
  const rows = [256 | TO_LOCAL_COMMAND | TWO_DIMENSIONAL, L1, L2, 64 | (128 << 16)];
  const other = [64 | TO_LOCAL_COMMAND, L1 + 4096, L2 + 65536];
  let ended = 0;
  for (let cycle = 0; cycle < 300; cycle++) {
    if (cycle < 2) bench.dma.request(cycle, 0, false, 0);
    const row = rows[cycle - 10];
    if (row !== undefined) bench.dma.request(1, 0, true, row);
    const word = other[cycle - 11 - offset];
    if (word !== undefined) bench.dma.request(0, 0, true, word);
    bench.step();
    ended |= bench.dma.transfers.events;
  }
  assertEquals(ended & 1, 1);
  return (ended & 2) === 2;
}

Deno.test("Mchan loses a row word only in the recorded RTL, and only next to another core's last word", () => {
  const offsets = [-4, -3, -2, -1, 0, 1, 2, 3];
  assertEquals(offsets.filter((offset) => !endsBeside(GAP8_MCHAN, offset)), []);
  assertEquals(offsets.filter((offset) => !endsBeside(MCHAN_RTL_2018, offset)), [-1]);
});

Deno.test("Mchan becomes idle after its transfers and stays silent", () => {
  const bench = new Bench(5, GAP8_MCHAN);
  assertEquals(bench.dma.busy, false);
  command(bench, 3, [100 | TO_LOCAL_COMMAND, L1 + 3, L2 + 5]);
  assertEquals(bench.dma.busy, true);
  assert(untilEvent(bench, 200) > 0);
  bench.step();
  assertEquals(bench.dma.busy, false);
  assertEquals(bench.dma.transfers.events, 0);
});

Deno.test("Mchan says what a refused access waits for", () => {
  const bench = new Bench(1, GAP8_MCHAN);
  for (let counter = 0; counter < 16; counter++) {
    command(bench, 0, [4 | TO_LOCAL_COMMAND, L1, L2]);
    untilEvent(bench, 100);
  }
  bench.dma.request(5, 0, false, 0);
  bench.step();
  assertEquals(bench.grants, 0);
  const why = "a free transfer counter: all 16 are allocated, and only a write to the status register frees them";
  assertEquals([bench.dma.blockedBy(5), bench.dma.blockedBy(0)], [why, undefined]);
  bench.dma.request(0, 4, true, 1 << 7);
  bench.step();
  bench.step();
  assertEquals([bench.grants, bench.dma.responses[5]], [1 << 5, 7]);
  assertEquals(bench.dma.blockedBy(5), undefined);
});

Deno.test("Mchan refuses impossible commands with errors that say why", () => {
  const word = (words: number[]) => () => command(new Bench(1, GAP8_MCHAN), 2, words);
  assertThrows(word([TO_LOCAL_COMMAND, L1, L2]), RangeError, "0 bytes from core 2");
  assertThrows(word([64 | TO_LOCAL_COMMAND, L2, L2]), RangeError, "is not inside the TCDM");
  assertThrows(word([64 | TO_LOCAL_COMMAND, L1 + 65536 - 60, L2]), RangeError, "64 bytes at 0x1000ffc4");
  const outside = new Bench(1, GAP8_MCHAN);
  command(outside, 2, [64 | TO_LOCAL_COMMAND, L1, L2 + (1 << 19) - 56]);
  assertThrows(() => untilEvent(outside, 100), RangeError, "0x1c080000 + 8 bytes is outside 0x1c000000 to 0x1c07ffff");
  const bench = new Bench(1, GAP8_MCHAN);
  bench.dma.request(8, 0, false, 0);
  assertThrows(() => bench.dma.request(8, 0, false, 0), Error, "has not been granted yet");
  bench.step();
  bench.dma.request(8, 4, false, 0);
  assertThrows(() => bench.step(), Error, "its command port expects the command word");
});
