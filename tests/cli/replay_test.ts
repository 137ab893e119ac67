import { assert, assertEquals } from "@std/assert";
import { main, type ReplayResult, replayStreams, replayTransfers } from "../../cli/replay.ts";
import type { RecordedTransfer } from "../../cli/replay_dma.ts";
import type { RecordedStream } from "../../cli/replay_tcdm.ts";
import { readGolden } from "../golden/fabric/read_golden.ts";

const golden = (name: string) => new URL(`../golden/fabric/${name}`, import.meta.url).pathname;
const { cases: transfers } = await readGolden<{ cases: RecordedTransfer[] }>("dma_single.json.gz");
const streams = await readGolden<RecordedStream[]>("tcdm_streams.json.gz");

/** Runs the command; returns its exit code and what it wrote. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { log, error } = console;
  let out = "";
  let err = "";
  console.log = (text: string) => out += text + "\n";
  console.error = (text: string) => err += text + "\n";
  try {
    const code = await main(args);
    return { code, out, err };
  } finally {
    console.log = log;
    console.error = error;
  }
}

async function withFile<T>(content: string | Uint8Array, body: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    return await body(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("replay plays gzip streams and plain transfers to exit code 0", async () => {
  const played = await run(golden("tcdm_streams.json.gz"), "--json");
  assertEquals(played.code, 0);
  assertEquals(JSON.parse(played.out), {
    kind: "tcdm-streams",
    cases: 23678,
    checked: 23678,
    equal: 23678,
    withinTolerance: 23678,
    skipped: 0,
    firstDifference: null,
  });
  const plain = await withFile(JSON.stringify(transfers.slice(0, 5)), (path) => run(path));
  assertEquals([plain.code, plain.out], [0, "5 of 5 DMA transfers equal, cycle for cycle\n"]);
});

Deno.test("replay reports the first difference and exits with 1", async () => {
  const wrong = transfers.slice(0, 3).map((one, index) => index === 1 ? { ...one, event: one.event! + 2 } : one);
  const played = await withFile(JSON.stringify({ cases: wrong }), (path) => run("--json", path));
  assertEquals(played.code, 1);
  const result = JSON.parse(played.out) as ReplayResult;
  assertEquals([result.checked, result.equal, result.withinTolerance], [3, 2, 2]);
  const recorded = wrong[1]!.event;
  assertEquals(result.firstDifference, { where: "transfer 1", field: "event", recorded, model: recorded! - 2 });
});

Deno.test("replayTransfers tolerates 6 cycles only for short rows to external memory", () => {
  const short = transfers.find(({ dir, count }) => dir === "loc2ext" && count !== undefined && count < 32)!;
  const off = (one: RecordedTransfer, cycles: number) =>
    replayTransfers([{ ...one, event: one.event! + cycles }]).withinTolerance;
  assertEquals([off(short, 6), off(short, -6), off(short, 7), off(transfers[0]!, 1)], [1, 1, 0, 0]);
});

Deno.test("replayTransfers skips what leaves the TCDM", () => {
  const { checked, skipped } = replayTransfers([{ ...transfers[0]!, tcdm: 65534 }]);
  assertEquals([checked, skipped], [0, 1]);
});

Deno.test("replayStreams compares grant, response and data of each request", () => {
  const [stream] = streams;
  for (const field of [5, 6, 7]) {
    const ports = stream!.ports.map((requests) => requests.map((request) => [...request]));
    const at = ports[2]!.findIndex((request) => request[3] === "R");
    (ports[2]![at]![field] as number) += 1;
    const result = replayStreams([{ ...stream!, ports: ports as unknown as RecordedStream["ports"] }]);
    assertEquals(result.checked - result.equal, 1);
    assertEquals(result.firstDifference!.where, `stream 0, port 2, request ${at}`);
  }
});

Deno.test("replay answers files that it cannot play with one sentence and exit code 2", async () => {
  const [stream] = streams;
  const bad: [string | Uint8Array, string][] = [
    ["", "it is empty"],
    ["{", "it is not JSON"],
    ["[]", "or the list is empty"],
    ["3", "neither a list of TCDM streams"],
    [new Uint8Array([0x1f, 0x8b, 8, 0, 1]), "gzip data is damaged"],
    [await Deno.readFile(golden("dma_concurrent.json.gz")), 'neither "ports" nor "dir"'],
    [JSON.stringify([{ ...stream, ch0: 40 }]), "stream 0 has ch0 40, which is not an integer from 1 to 32"],
    [JSON.stringify([{ ...stream, ports: [] }]), "has ports for 0 of its 12 + 8 ports"],
    [JSON.stringify([{ ch0: 1, ch1: 0, policy: 0, ports: [[[0, 16, 0, "R", 15, 0, 1, 0]]] }]), "port 0, request 0 is"],
    [JSON.stringify([{ ch0: 1, ch1: 0, policy: 0, ports: [[[0, 1, 0, "X", 15, 0, 1, 0]]] }]), "port 0, request 0 is"],
    [JSON.stringify([{ ...transfers[0], dir: "up" }]), 'direction "up"'],
    [JSON.stringify([{ ...transfers[0], bytes: 0 }]), "bytes 0, which is not an integer from 1 to 65535"],
    [JSON.stringify([{ ...transfers[0], event: "soon" }]), "has no end cycle"],
    [JSON.stringify([{ ...transfers[0], bytes: 60000, count: 1, stride: 60000 }]), "of external memory"],
  ];
  for (const [content, expected] of bad) {
    const played = await withFile(content, (path) => run(path, "--json"));
    assertEquals([played.code, played.out], [2, ""]);
    assert(played.err.includes(expected), played.err);
    assert(played.err.startsWith("Cannot replay ") && played.err.trim().split("\n").length === 1, played.err);
  }
});

Deno.test("replay answers wrong command lines with exit code 2", async () => {
  for (const args of [[], ["a", "b"], ["--fast", "a"], ["/does/not/exist.json"]]) {
    const played = await run(...args);
    assertEquals(played.code, 2);
    assert(played.err.startsWith("Cannot replay"), played.err);
  }
  assertEquals((await run("--help")).code, 0);
});
