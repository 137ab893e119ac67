import { assertEquals } from "@std/assert";
import { connect } from "../../../hw/mod.ts";
import { L2, L2BusPort, L2Port } from "../../../hw/memory/l2.ts";
import type { L2Burst } from "../../../hw/memory/l2_burst_channel.ts";
import { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { MHz, Simulation } from "../../../sim/mod.ts";

const BASE = 0x1c00_0000, BANKS = 4, WORD = 4, LINE = BANKS * WORD;

function bench() {
  const sim = new Simulation();
  const clock = sim.clock("soc", MHz(100));
  const l2 = new L2(sim, "l2", {}, { clock });
  return { sim, clock, l2 };
}

/** Lets ports ask for words one after the other, all from cycle 1 on; which port is granted in which cycle, in order. */
function contend(
  wanted: ReadonlyMap<number, readonly number[]>,
): { order: number[]; cycles: number[]; refused: number } {
  const { sim, clock, l2 } = bench();
  const order: number[] = [], cycles: number[] = [];
  for (const [port, addresses] of wanted) {
    let next = 0;
    const asking = sim.task(`port${port}`, () => {
      l2.request(port, BASE + addresses[next], false, 15, 0, () => {
        order.push(port);
        cycles.push(clock.cycles);
        if (++next < addresses.length) asking.after(1);
      });
    }, { clock });
    asking.after(1);
  }
  sim.run();
  return { order, cycles, refused: l2.refused.value };
}

const same = (count: number) => Array.from({ length: count }, () => 0);

Deno.test("L2 serves a word of each of its four banks in one cycle, whoever asks", () => {
  const ports = [L2Port.fcData, L2Port.fcFetch, L2Port.udmaTransmit, L2Port.axiReadLow];
  const { cycles, refused } = contend(new Map(ports.map((port, bank) => [port, [WORD * bank, WORD * bank + LINE]])));
  assertEquals([cycles, refused], [[1, 1, 1, 1, 2, 2, 2, 2], 0]);
});

Deno.test("L2 serves one access per bank and cycle: fabric controller and uDMA take turns", () => {
  const { fcData, fcFetch, udmaTransmit, udmaReceive } = L2Port;
  const two = contend(new Map([[fcData, same(4)], [udmaReceive, same(4)]]));
  assertEquals(two.cycles, [1, 2, 3, 4, 5, 6, 7, 8]);
  assertEquals(two.order.filter((port) => port === fcData).length, 4);
  // One of the two is refused in each cycle until the other has got its last word.
  assertEquals(two.refused, Math.min(two.order.lastIndexOf(fcData), two.order.lastIndexOf(udmaReceive)) + 1);
  const four = contend(new Map([fcData, fcFetch, udmaTransmit, udmaReceive].map((port) => [port, [0]])));
  assertEquals([four.order.toSorted(), four.cycles, four.refused], [
    [fcData, fcFetch, udmaTransmit, udmaReceive],
    [1, 2, 3, 4],
    3 + 2 + 1,
  ]);
});

Deno.test("L2 gives every other grant of a bank to the cluster's AXI port, however many masters ask", () => {
  const masters = [L2Port.fcData, L2Port.fcFetch, L2Port.udmaTransmit, L2Port.udmaReceive];
  const wanted = new Map<number, number[]>(masters.map((port) => [port, same(8)]));
  wanted.set(L2Port.axiReadLow, same(8));
  const { order } = contend(wanted);
  const turns = order.slice(0, 16).map((port) => port >= L2Port.axiReadLow);
  assertEquals(turns, Array.from({ length: 16 }, (_, turn) => turn % 2 === 1));
});

/** Cycles that a burst of the cluster takes beside so many accesses of the fabric controller to the words of one bank. */
function burstCycles(beats: number, ofFc: number): { burst: number; fc: number; refused: number } {
  const { sim, clock, l2 } = bench();
  let last = 0, fc = 0;
  const burst: L2Burst = {
    address: BASE,
    beats,
    step: 8,
    readyCycle: 0,
    low: 0,
    high: 0,
    enable: 0xff,
    deliver: () => last = clock.cycles,
  };
  const bursts = [burst];
  l2.axiReads.addSource({
    nextCycle: 1,
    get front() {
      return bursts[0];
    },
    take: () => void bursts.shift(),
  });
  let left = ofFc;
  const asking = sim.task("fc", () => {
    l2.request(L2Port.fcData, BASE, false, 15, 0, () => {
      fc = clock.cycles;
      if (--left > 0) asking.after(1);
    });
  }, { clock });
  if (left > 0) asking.after(1);
  sim.spawn("start", function* () {
    yield 1;
    l2.axiReads.wake();
  }, { clock });
  // The source has one burst only; whoever asks it again finds none.
  sim.run({ maxCycles: 200 });
  return { burst: last, fc, refused: l2.refused.value };
}

Deno.test("L2 reads a burst of the cluster at a beat of two words per cycle, and slower beside the fabric controller", () => {
  const alone = burstCycles(32, 0), beside = burstCycles(32, 40);
  assertEquals([alone.burst, alone.refused], [32, 0]);
  // Beats need banks 0 and 1, then 2 and 3. The FC wants bank 0 in every cycle: each second beat meets it.
  assertEquals(beside.burst > alone.burst && beside.burst <= 32 + 16, true, `${beside.burst}`);
  assertEquals(beside.fc > 40 && beside.refused > 0, true, `${beside.fc}`);
  assertEquals(beside.refused, beside.burst - alone.burst + (beside.fc - 40));
});

Deno.test("L2 keeps bytes apart: loads and stores of any size over the system bus", () => {
  const { sim, clock, l2 } = bench();
  const core = new FirmwareCore(sim, "fc", { coreId: L2BusPort.fc, clusterId: 32 }, { clock });
  connect(core.data, l2.bus);
  const seen: number[] = [];
  core.start(function* () {
    yield* core.store(BASE, 0x1122_3344);
    yield* core.store(BASE + 1, 0xaa, 1);
    yield* core.store(BASE + 2, 0xbbcc, 2);
    seen.push(yield* core.read(BASE), yield* core.read(BASE + 3, 1), yield* core.read(BASE, 2));
  }, false);
  sim.run();
  assertEquals(seen, [0xbbcc_aa44, 0xbb, 0xaa44]);
});
