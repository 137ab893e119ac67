import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type CardAccess, MemoryBank, type MemoryBankParams } from "../../../hw/pcie/memory_bank.ts";
import { HbmChannel, Plram } from "../../../hw/pcie/memory_kinds.ts";
import { PageStore } from "../../../hw/pcie/page_store.ts";
import { ns, Simulation } from "../../../sim/mod.ts";

const BASE = 0x50_0000_0000;

function bank(params: Partial<MemoryBankParams> = {}) {
  const sim = new Simulation();
  const memory = new MemoryBank(sim, "bank1", {
    base: BASE,
    sizeBytes: 2 ** 30,
    refreshShare: 0,
    burstNs: 10,
    turnaroundNs: 15,
    latencyNs: 90,
    ...params,
  });
  return { sim, memory };
}

function access(address: number, data: Uint8Array | Int32Array, write: boolean, initiator = "unit"): CardAccess {
  return { initiator, address, data, write, waiting: null, cause: null, granted: false, firstPs: 0, lastPs: 0 };
}

/** 64 bytes at 300 MHz. */
const BEAT_PS = 1e12 / 300e6;

Deno.test("MemoryBank serves bursts one after the other: beats, latency, a pause, and a turnaround between reads and writes", () => {
  const { sim, memory } = bank();
  const first = access(BASE, new Uint8Array(1024), false), second = access(BASE + 1024, new Uint8Array(1024), false);
  const third = access(BASE, new Uint8Array(64), true);
  sim.spawn("host", function* () {
    for (const one of [first, second, third]) memory.submit(one);
    yield ns(1);
  });
  sim.run();
  const burst = Math.round(16 * BEAT_PS);
  assertEquals([first.firstPs, first.lastPs], [90_000, 90_000 + burst]);
  assertEquals([second.firstPs, second.lastPs], [90_000 + burst + 10_000, 90_000 + 2 * burst + 10_000]);
  const turned = 2 * (burst + 10_000) + 15_000;
  assertEquals([third.firstPs, third.lastPs], [turned, turned + Math.round(BEAT_PS)]);
});

Deno.test("MemoryBank goes by the path of who asks when two ask in one moment", () => {
  const { sim, memory } = bank();
  const late = access(BASE, new Uint8Array(64), false, "z"), early = access(BASE, new Uint8Array(64), false, "a");
  sim.spawn("host", function* () {
    memory.submit(late);
    memory.submit(early);
    yield ns(1);
  });
  sim.run();
  assertEquals(late.firstPs - early.firstPs, Math.round(BEAT_PS) + 10_000);
});

Deno.test("MemoryBank loses the share of its time in which it refreshes", () => {
  assertEquals(Math.round(bank({ refreshShare: 0.045 }).memory.bytesPerSecond / 1e6), Math.round(19_200 * (1 - 0.045)));
  assertEquals(bank().memory.bytesPerSecond, 19.2e9);
});

Deno.test("MemoryBank counts the beats that a misaligned burst takes", () => {
  const { sim, memory } = bank();
  const misaligned = access(BASE + 32, new Uint8Array(64), false);
  sim.spawn("host", function* () {
    memory.submit(misaligned);
    yield ns(1);
  });
  sim.run();
  assertEquals(misaligned.lastPs - misaligned.firstPs, Math.round(2 * BEAT_PS));
});

Deno.test("MemoryBank refuses what lies outside and says what to do", () => {
  const { memory } = bank();
  assertThrows(
    () => memory.submit(access(0x40_0000_0000, new Uint8Array(4), true)),
    Error,
    "Cannot write 4 bytes at 0x4000000000 in bank1 at 0 ps for unit: the bank has 0x5000000000 to 0x503FFFFFFF",
  );
});

Deno.test("PageStore reads what was written, across pages, and a pattern elsewhere that the seed changes", () => {
  const store = new PageStore(1);
  const words = Int32Array.of(1, -2, 3, -4);
  store.write(BASE + 65_536 - 8, words);
  const back = new Int32Array(4);
  store.read(BASE + 65_536 - 8, back);
  assertEquals(back, words);
  const odd = Uint8Array.of(7, 8, 9);
  store.write(BASE + 65_535, odd);
  const bytes = new Uint8Array(3);
  store.read(BASE + 65_535, bytes);
  assertEquals(bytes, odd);
  store.write(BASE + 2, words.subarray(0, 1)); // words at an odd half
  store.read(BASE + 2, back.subarray(0, 1));
  assertEquals(back[0], 1);

  const fresh = (seed: number, address: number) => {
    const value = new Int32Array(2);
    new PageStore(seed).read(address, value);
    return [...value];
  };
  assertEquals(fresh(1, BASE), fresh(1, BASE));
  assertNotEquals(fresh(1, BASE), fresh(2, BASE));
  assertNotEquals(fresh(1, BASE), fresh(1, BASE + 65_536));
  assertNotEquals(fresh(1, BASE), [0, 0]);
});

Deno.test("HbmChannel and Plram are banks with numbers of their own", () => {
  const sim = new Simulation();
  const hbm = new HbmChannel(sim, "hbm", { base: 0, sizeBytes: 2 ** 28 });
  const plram = new Plram(sim, "plram", { base: 0, sizeBytes: 2 ** 17 });
  assertEquals(Math.round(hbm.bytesPerSecond / 1e7), Math.round(1440 * (1 - 0.067)));
  assertEquals([plram.params.refreshShare, plram.params.turnaroundNs], [0, 0]);
});
