/**
 * The cluster DMA's set-up and bandwidth, and the way from a core to L2.
 * @module
 */
import { playTransfer } from "../../cli/replay_dma.ts";
import { Gap8Address } from "../../hw/platforms/gap8.ts";
import { type DmaDirection, type FcRuntime, Gap8System, type PeRuntime } from "../../runtime/gap8/mod.ts";
import { reg } from "../../hw/riscv/registers.ts";
import type { Process } from "../../sim/mod.ts";
import type { ValidationRow, ValidationTable } from "./section.ts";

/** Latency of the memory behind the RTL's table, in cycles. */
const LATENCY = 1;
const LOADS = 100;

/** The DMA by itself, and driven by firmware. */
export function dmaTable(): ValidationTable {
  const rtl = "RTL of Mr.Wolf (mchan cc86ae2), simulated";
  const gvsoc = "vendor's simulator, pulp-open, measured";
  const alone = (dir: DmaDirection, bytes: number) =>
    playTransfer({ dir, bytes, tcdm: 0, ext: 0, lat: LATENCY } as Parameters<typeof playTransfer>[0]).event!;
  const rate = (dir: DmaDirection) => 16384 / (alone(dir, 32768) - alone(dir, 16384));
  const wait = "last command word to end event, memory with a latency of a cycle";
  const single = (dir: DmaDirection, bytes: number, theirs: number): Cells => {
    const way = dir === "ext2loc" ? "to L1" : "to L2";
    return [`${bytes} bytes ${way}`, "cycles", theirs, alone(dir, bytes), rtl, wait];
  };
  const firmware = firmwareFigures();
  const polled =
    "their DMA does not wait for L2, and they poll; ours waits for L2 behind the bus between the two clocks, and " +
    "its core sleeps until the event. The range: without and with the command's 5 cycles";
  const rows: readonly Cells[] = [
    single("ext2loc", 4, 16),
    single("ext2loc", 256, 48),
    single("ext2loc", 1024, 150),
    single("ext2loc", 32768, 4366),
    single("loc2ext", 4, 16),
    single("loc2ext", 256, 48),
    single("loc2ext", 1024, 153),
    single("loc2ext", 32768, 4493),
    ["to L1, bytes a cycle", "B/cycle", 7.53, rate("ext2loc"), rtl, "64 bits a cycle, 34 cycles for 256 bytes"],
    ["to L2, bytes a cycle", "B/cycle", 7.31, rate("loc2ext"), rtl, "64 bits a cycle, 35 cycles for 256 bytes"],
    ["command: identifier and three words", "cycles", 5, firmware.command, gvsoc, COMMAND],
    ["copy and wait, 4 bytes to L1", "cycles", [17, 17 + 5], firmware.smallIn, gvsoc, polled],
    ["copy and wait, 1 KiB to L1", "cycles", [143, 143 + 5], firmware.in, gvsoc, polled],
    ["copy and wait, 16 KiB to L1", "cycles", [2063, 2063 + 5], firmware.largeIn, gvsoc, BURSTS],
    ["copy and wait, 16 KiB to L2", "cycles", [2123, 2123 + 5], firmware.largeOut, gvsoc, BURSTS],
    [
      "load from L2, times one from L1",
      "1",
      10,
      firmware.load,
      'vendor, gap_sdk issue 356: "around 10x slower"',
      "an order of magnitude; ours follows from the latencies that the vendor's simulator has for GAP8 (2 + 9 + 8 cycles), one load at a time",
    ],
  ];
  return {
    title: "DMA and L2",
    introduction:
      "The first ten rows are the DMA by itself, the others generator firmware on the whole chip with both " +
      "clocks alike (`rt_dma_memcpy`, `rt_dma_wait`). The DMA in GAP8 is taken to be that of Mr.Wolf, which the RTL is of.",
    rows: rows.map(([what, unit, theirs, ours, source, explanation]) => {
      return { what, unit, theirs, ours, source, explanation };
    }),
  };
}

type Cells = readonly [
  what: string,
  unit: string,
  theirs: ValidationRow["theirs"],
  ours: number,
  source: string,
  explanation: string,
];

const COMMAND = "four accesses, one a cycle, and the runtime's instructions for the command word (estimated)";
const BURSTS =
  "theirs moves 8 bytes in each cycle to L1; the RTL, and ours, spends 2 cycles a burst of 256 bytes to L1, 3 to L2";

/** What firmware on core 0 measures, in cycles. */
function firmwareFigures() {
  const system = new Gap8System();
  const figures = { command: 0, smallIn: 0, in: 0, largeIn: 0, largeOut: 0, load: 0 };
  system.run(function* (rt: FcRuntime) {
    yield* rt.clusterMount(true);
    const local = yield* rt.alloc("clData", 16384);
    const external = yield* rt.alloc("l2ClData", 16384);
    yield* rt.clusterCall(0, function* (rt: PeRuntime) {
      const { core } = rt;
      const copy = function* (bytes: number, direction: DmaDirection): Process<number> {
        const start = core.cycle;
        const transfer = yield* rt.dmaMemcpy(external, local, bytes, direction);
        figures.command = core.cycle - start;
        yield* rt.dmaWait(transfer);
        return core.cycle - start;
      };
      figures.smallIn = yield* copy(4, "ext2loc");
      figures.in = yield* copy(1024, "ext2loc");
      figures.largeIn = yield* copy(16384, "ext2loc");
      figures.largeOut = yield* copy(16384, "loc2ext");
      const loads = function* (address: number): Process<number> {
        core.li(reg.a0, address);
        const start = core.cycle;
        for (let i = 0; i < LOADS; i++) yield* core.lw(reg.t0, reg.a0, 0);
        return core.cycle - start;
      };
      const fromL1 = yield* loads(Gap8Address.clusterL1);
      figures.load = (yield* loads(external)) / fromL1;
    }, 0);
    yield* rt.clusterMount(false);
  });
  return figures;
}
