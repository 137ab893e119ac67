import { assertEquals, assertThrows } from "@std/assert";
import { AxiMaster, type AxiMasterParams } from "../../../hw/pcie/axi_master.ts";
import { MemoryBank } from "../../../hw/pcie/memory_bank.ts";
import { connect } from "../../../hw/mod.ts";
import { MHz, Simulation } from "../../../sim/mod.ts";

const BASE = 0x50_0000_0000;

function platform(params: Partial<AxiMasterParams> = {}) {
  const sim = new Simulation();
  const clock = sim.clock("kernel", MHz(100));
  const bank = new MemoryBank(sim, "bank", { base: BASE, sizeBytes: 2 ** 24, refreshShare: 0, latencyNs: 90 });
  const master = new AxiMaster(sim, "master", { interconnectNs: 110, ...params }, { clock });
  connect(master.bank, bank.port);
  return { sim, clock, bank, master };
}

Deno.test("AxiMaster cuts streams into bursts that do not cross 4 KiB", () => {
  const { master } = platform({ burstBeats: 256 });
  assertEquals(master.burstAt(BASE, 5000), 1024);
  assertEquals(master.burstAt(BASE + 4096 - 8, 5000), 8);
  assertEquals(master.burstAt(BASE, 12), 12);
  assertEquals(platform({ widthBytes: 64 }).master.burstAt(BASE + 64, 2 ** 20), 4096 - 64);
});

Deno.test("AxiReader delivers a beat a cycle after the first one's latency; AxiWriter keeps up", () => {
  const { sim, clock, bank, master } = platform();
  const words = Int32Array.from({ length: 1024 }, (_, i) => i * 3 - 7);
  bank.store.write(BASE, words);
  const kernel = sim.spawn("kernel", function* () {
    const source = master.reader(BASE, 4096), sink = master.writer(BASE + 8192, 4096);
    const firsts: number[] = [];
    while (!source.finished) {
      const block = yield* source.take();
      firsts.push(clock.cycles);
      yield block.length;
      yield* sink.put(block);
    }
    yield* sink.flush();
    return firsts;
  }, { clock });
  sim.run();
  // 15 ns of turnaround are not paid: the bank begins with reads; 90 + 110 ns are 20 cycles.
  const latency = (90 + 110) / 10;
  assertEquals(kernel.result, [latency, latency + 256, latency + 512, latency + 768]);
  const copied = new Int32Array(1024);
  bank.store.read(BASE + 8192, copied);
  assertEquals(copied, words);
  assertEquals([master.bytesRead.value, master.bytesWritten.value], [4096, 4096]);
});

Deno.test("AxiReader reads ahead only as far as the port has reads in flight", () => {
  const { sim, clock, bank, master } = platform({ outstandingReads: 2 });
  sim.spawn("kernel", function* () {
    const source = master.reader(BASE, 8192);
    yield 1000;
    assertEquals(bank.bytesRead.value, 2 * 1024);
    yield* source.take();
    yield 1;
    assertEquals(bank.bytesRead.value, 3 * 1024);
  }, { clock });
  sim.run();
});

Deno.test("AxiWriter waits when too many writes are in flight, and sends what is left at the end", () => {
  const { sim, clock, bank, master } = platform({ outstandingWrites: 1, burstBeats: 4 });
  sim.spawn("kernel", function* () {
    const sink = master.writer(BASE, 40);
    yield 10;
    yield* sink.put(Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
    yield* sink.put(Int32Array.of(10));
    yield* sink.flush();
  }, { clock });
  sim.run();
  const back = new Int32Array(10);
  bank.store.read(BASE, back);
  assertEquals([...back], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

Deno.test("AxiMaster refuses streams of half words and writes past the end", () => {
  const { sim, clock, master } = platform();
  assertThrows(() => master.reader(BASE + 2, 8), Error, "Cannot read 8 bytes at 0x5000000002 through master");
  assertThrows(() => master.writer(BASE, 6), Error, "Cannot write 6 bytes");
  sim.spawn("kernel", function* () {
    const sink = master.writer(BASE, 4);
    yield* sink.put(Int32Array.of(1, 2));
  }, { clock });
  assertThrows(() => sim.run(), Error, "Cannot write 4 more bytes through master");
});
