import { assertEquals } from "@std/assert";
import { HazardDetector, type HazardKind } from "../../../hw/pcie/hazard_detector.ts";
import type { HazardRun } from "../../../hw/pcie/hazard_run.ts";

const TILE = 1024;
type Version = "call" | "seed" | "fixed";

/** The loop of the scheduling notebook, with one access a run, in the order in which it goes. */
function loop(version: Version, unitOrder: boolean): HazardDetector {
  const detector = new HazardDetector({ unitOrder });
  const temp = 0x1000, out = 0x10_0000;
  detector.allocate("temp", () => "temp_buf", temp, 4 * TILE);
  detector.allocate("out", () => "out_tiles", out, 4 * TILE);
  let now = 0;
  const perform = (run: HazardRun, unit: string, reads: number[], writes: number[]) => {
    detector.begin(run, unit);
    for (const address of reads) detector.access(run, `${unit}.${address}`, address, TILE, false, now++);
    for (const address of writes) detector.access(run, `${unit}.out`, address, TILE, true, now++);
    detector.end(run);
    if (version === "call") detector.hostWaited(run);
  };
  let sum: HazardRun | null = null;
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 2; j++) {
      const write = version === "fixed" ? 2 * j : 0, read = version === "call" ? 0 : 2 * j;
      const products = [0, 1].map((n) => {
        const run = detector.launch(`mmult(${i},${j})#${n + 1}`, []);
        perform(run, "mmult", [], [temp + (write + n) * TILE]);
        return run;
      });
      const after: HazardRun[] = version === "call" ? [] : [...products, ...(sum === null ? [] : [sum])];
      sum = detector.launch(`vadd(${i},${j})`, after);
      perform(sum, "vadd", [temp + read * TILE, temp + (read + 1) * TILE], [out + (2 * i + j) * TILE]);
    }
  }
  detector.hostWaited(sum!);
  const fetch = detector.launch("sync", [], true);
  detector.begin(fetch, null);
  detector.access(fetch, "dma", out, 4 * TILE, false, now++);
  detector.end(fetch);
  detector.hostWaited(fetch);
  detector.free("temp");
  detector.free("out");
  return detector;
}

function count({ hazards }: HazardDetector): Partial<Record<HazardKind, number>> {
  const counts: Partial<Record<HazardKind, number>> = {};
  for (const { kind } of hazards) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function pairs({ hazards }: HazardDetector, kind: HazardKind): string[] {
  return hazards.filter((hazard) => hazard.kind === kind).map(({ first, second }) => `${first} ${second}`).sort();
}

Deno.test("HazardDetector finds nothing where the host waits for every run", () => {
  assertEquals(loop("call", true).hazards, []);
  assertEquals(loop("call", false).hazards, []);
});

Deno.test("HazardDetector finds in the notebook's loop what is wrong with it, pair by pair", () => {
  const detector = loop("seed", true);
  assertEquals(count(detector), { "write-after-read": 8, "uninitialised-read": 4, "dead-write": 4 });
  assertEquals(pairs(detector, "write-after-read"), [
    "vadd(0,0) mmult(0,1)#1",
    "vadd(0,0) mmult(0,1)#2",
    "vadd(0,0) mmult(1,0)#1",
    "vadd(0,0) mmult(1,0)#2",
    "vadd(0,0) mmult(1,1)#1",
    "vadd(0,0) mmult(1,1)#2",
    "vadd(1,0) mmult(1,1)#1",
    "vadd(1,0) mmult(1,1)#2",
  ]);
  assertEquals(pairs(detector, "uninitialised-read"), [
    "nobody vadd(0,1)",
    "nobody vadd(0,1)",
    "nobody vadd(1,1)",
    "nobody vadd(1,1)",
  ]);
  assertEquals(pairs(detector, "dead-write"), [
    "mmult(0,1)#1 mmult(1,0)#1",
    "mmult(0,1)#2 mmult(1,0)#2",
    "mmult(1,1)#1 free of temp_buf",
    "mmult(1,1)#2 free of temp_buf",
  ]);
});

Deno.test("HazardDetector finds four pairs in the corrected loop: a write two iterations on waits for nothing", () => {
  const detector = loop("fixed", true);
  assertEquals(count(detector), { "write-after-read": 4 });
  assertEquals(pairs(detector, "write-after-read"), [
    "vadd(0,0) mmult(1,0)#1",
    "vadd(0,0) mmult(1,0)#2",
    "vadd(0,1) mmult(1,1)#1",
    "vadd(0,1) mmult(1,1)#2",
  ]);
});

Deno.test("HazardDetector without the order of runs on a unit adds the products' writes: 12 pairs, and 4", () => {
  // The sums order some products with later ones: only those that a later product does not come after are left.
  assertEquals(count(loop("seed", false))["write-after-write"], 12);
  assertEquals(count(loop("fixed", false))["write-after-write"], 4);
});

Deno.test("HazardDetector gives offset, size and the shortest lead of what two runs both touch", () => {
  const detector = new HazardDetector();
  detector.allocate("buffer", () => "buffer", 1000, 1000);
  const writer = detector.launch("writer", []), reader = detector.launch("reader", []);
  detector.begin(writer, "a");
  detector.begin(reader, "b");
  for (let i = 0; i < 4; i++) detector.access(writer, "w", 1000 + 100 * i, 100, true, 1e9 * (i + 1));
  // The reader comes 2 ms after the write of bytes 200 to 299, and 0.5 ms before that of bytes 300 to 399.
  detector.access(reader, "r", 1200, 100, false, 5e9);
  detector.access(reader, "r", 1300, 100, false, 3.5e9);
  detector.end(writer);
  detector.end(reader);
  const [first, second] = detector.hazards;
  assertEquals([first.kind, first.first, first.offsetBytes, first.sizeBytes, first.leadMs], [
    "read-after-write",
    "writer",
    200,
    200,
    2,
  ]);
  assertEquals([second.kind, second.first, second.second, second.leadMs], [
    "write-after-read",
    "reader",
    "writer",
    0.5,
  ]);
});

Deno.test("HazardDetector forgets runs that come before all that can still happen", () => {
  const detector = new HazardDetector();
  detector.allocate("buffer", () => "buffer", 0, 1000);
  for (let i = 0; i < 1000; i++) {
    const run = detector.launch(`run ${i}`, []);
    detector.begin(run, "unit");
    detector.access(run, "p", 0, 100, i % 2 === 0, i);
    detector.end(run);
    detector.hostWaited(run);
  }
  assertEquals([detector.kept, detector.hazards.length], [0, 0]);
});

Deno.test("HazardDetector notes a stale copy once", () => {
  const detector = new HazardDetector();
  detector.allocate("buffer", () => "buffer", 0, 1000);
  detector.staleLook("buffer", 0, 100, "run");
  detector.staleLook("buffer", 0, 100, "run");
  detector.staleLook("unknown", 0, 100, "run");
  assertEquals(detector.hazards.map(({ kind, first }) => [kind, first]), [["stale-host-copy", "run"]]);
});

Deno.test("HazardDetector keeps the order of a chain whose middle the host has waited for before its end begins", () => {
  const detector = new HazardDetector();
  detector.allocate("buffer", () => "buffer", 0, 1000);
  const perform = (run: HazardRun, write: boolean, timePs: number) => {
    detector.begin(run, run.name);
    detector.access(run, "p", 0, 100, write, timePs);
    detector.end(run);
  };
  const write = detector.launch("write", []), read = detector.launch("read", [write]);
  const again = detector.launch("write again", [read]);
  perform(write, true, 0);
  perform(read, false, 1);
  detector.hostWaited(read);
  perform(again, true, 2);
  assertEquals(detector.hazards, []);
  // All three come before what is launched now, and are forgotten once the host has waited for the last one.
  detector.hostWaited(again);
  assertEquals(detector.kept, 0);
});
