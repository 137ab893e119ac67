import { assertEquals, assertThrows } from "@std/assert";
import { replayStreams } from "../../../cli/replay.ts";
import type { RecordedStream } from "../../../cli/replay_tcdm.ts";
import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../../../hw/bus/tcdm_interconnect.ts";
import { GAP8_TCDM, Tcdm } from "../../../hw/memory/tcdm.ts";
import { readGolden } from "../../golden/fabric/read_golden.ts";

const BASE = GAP8_TCDM.base;
const ALIAS = BASE + 2 ** GAP8_TCDM_INTERCONNECT.testAndSetBit;

function build(overrides = {}): { memory: Tcdm; bus: TcdmInterconnect } {
  const memory = new Tcdm(GAP8_TCDM);
  return { memory, bus: new TcdmInterconnect({ ...GAP8_TCDM_INTERCONNECT, ...overrides }, memory) };
}

Deno.test("TcdmInterconnect plays every recorded stream grant for grant", async () => {
  const streams = await readGolden<RecordedStream[]>("tcdm_streams.json.gz");
  const { cases, equal, firstDifference } = replayStreams(streams);
  assertEquals(firstDifference, null);
  assertEquals([cases, equal], [23678, 23678]);
});

Deno.test("TcdmInterconnect lets different banks proceed in the same cycle", () => {
  const { bus } = build();
  for (let port = 0; port < 16; port++) bus.request(port, BASE + 4 * port, false, 15, 0);
  assertEquals(bus.arbitrate(0), 0xffff);
  assertEquals(bus.pending, 0);
  assertEquals(bus.contended, 0);
});

Deno.test("TcdmInterconnect alternates between the channels under contention", () => {
  const { bus } = build();
  const order: number[] = [];
  bus.request(0, BASE, false, 15, 0);
  bus.request(16, BASE, false, 15, 0);
  for (let cycle = 0; cycle < 4; cycle++) {
    const port = 31 - Math.clz32(bus.arbitrate(cycle));
    order.push(port);
    bus.request(port, BASE, false, 15, 0);
  }
  assertEquals(order, [0, 16, 0, 16]);
  assertEquals([bus.refused[0], bus.refused[16]], [2, 2]);
});

Deno.test("TcdmInterconnect skips cycles without requests and still blocks the bank after a test-and-set", () => {
  const { bus, memory } = build();
  memory.words[0] = 7;
  bus.request(0, ALIAS, false, 15, 0);
  assertEquals(bus.arbitrate(100), 1);
  assertEquals(bus.responses[0], 7);
  bus.request(1, BASE, false, 15, 0);
  assertEquals(bus.arbitrate(100 + 1), 0);
  assertEquals(bus.arbitrate(100 + 2), 2);
  assertEquals(bus.responses[1], -1);
  bus.request(0, ALIAS, false, 15, 0);
  bus.arbitrate(200);
  bus.request(1, BASE, false, 15, 0);
  assertEquals(bus.arbitrate(250), 2);
});

Deno.test("TcdmInterconnect treats a write to the alias as a plain write", () => {
  const { bus, memory } = build();
  bus.request(3, ALIAS + 8, true, 0b0010, 0x1234);
  bus.arbitrate(0);
  assertEquals(memory.words[2], 0x1200);
  assertEquals(bus.testAndSets, 0);
});

Deno.test("TcdmInterconnect withdraws a request", () => {
  const { bus } = build();
  bus.request(0, BASE, true, 15, 1);
  bus.withdraw(0);
  assertEquals(bus.arbitrate(0), 0);
});

Deno.test("TcdmInterconnect refuses wrong use with errors that say why", () => {
  const { bus } = build();
  assertThrows(() => bus.request(0, BASE + 65536, false, 15, 0), RangeError, "0x10010000 is outside 0x10000000");
  bus.request(0, BASE, false, 15, 0);
  assertThrows(() => bus.request(0, BASE, false, 15, 0), Error, "has not been granted yet");
  bus.arbitrate(5);
  assertThrows(() => bus.arbitrate(5), Error, "cycle 5 has been arbitrated");
  assertThrows(() => build({ channel0Ports: 30 }), RangeError, "38 ports");
});
