/**
 * The card beside published measurements of Alveo cards.
 * @module
 */
import { iops } from "../card/iops.ts";
import { hbmTopology, memoryBandwidth } from "./card_memory.ts";
import { notebookTable } from "./card_notebooks.ts";
import { dmaTest, pynqTransfers, registerAccess } from "./card_transfers.ts";
import type { ValidationRow, ValidationSection, ValidationTable } from "./section.ts";

/** The card's part of the page. */
export const cardSection: ValidationSection = {
  name: "card",
  title: "The card",
  introduction:
    "An Alveo U200 with shell xdma_201830_2, the embedded scheduler and driver of XRT 2019.2, and a host that runs PYNQ. Four " +
    "parameters are calibrated with figures of this page, whose rows say so: the scheduler's clock, what a page costs a DMA " +
    "channel, the way from a kernel to memory, and the pause after a burst. A fifth is the clock of the scheduling notebook's " +
    "kernels. All other rows follow from these, and from what `task platform alveo` lists with its sources and assumptions.",
  measure: () => [transfers(), registers(), commands(), memory(), notebookTable()],
};

type Cells = readonly [
  what: string,
  theirs: ValidationRow["theirs"],
  ours: number,
  source: string,
  explanation: string,
];

function tableOf(title: string, introduction: string, unit: string, rows: readonly Cells[]): ValidationTable {
  return {
    title,
    introduction,
    rows: rows.map(([what, theirs, ours, source, explanation]) => ({ what, unit, theirs, ours, source, explanation })),
  };
}

function transfers(): ValidationTable {
  const large = dmaTest(2 ** 24, 4), small = dmaTest(4096, 512), narrow = dmaTest(2 ** 22, 4, { link: { lanes: 4 } });
  const big = "XRT issues 937, 950, 2065, 5448; Vitis-Tutorials issue 281";
  const little = "XRT issues 6060, 6787";
  const moved = 12 * 2 ** 20;
  const table = tableOf(
    "DMA between host and card",
    "`xbutil dmatest`: a thread for each DMA channel copies its buffers; what it prints as MB is 2^20 bytes. A small " +
      "transfer costs what its system call, descriptor, interrupt and wake-ups take.",
    "MiB/s",
    [
      ["to the card, 16 MiB buffers, Gen3 x16", [9302.8, 11605.7], large.toCard, big, "two channels share the link"],
      [
        "from the card, 16 MiB buffers, Gen3 x16",
        [11800.7, 12154.6],
        large.fromCard,
        big,
        "a page costs the engine the same both ways here; on the card less for writes, which wait for nothing",
      ],
      ["to the card, Gen3 x4", 3284, narrow.toCard, "XRT issue 4439", "the link decides"],
      ["from the card, Gen3 x4", 3165, narrow.fromCard, "XRT issue 4439", "the link decides"],
      ["to the card, 4 KiB buffers", [666, 777.5], small.toCard, little, "fixed costs decide; none was fitted"],
      ["from the card, 4 KiB buffers", [735.5, 865], small.fromCard, little, "fixed costs decide; none was fitted"],
    ],
  );
  const gigabytes = moved / 1e9 / (pynqTransfers() / 1e3);
  const one: ValidationRow = {
    what: "one PYNQ program: 8 MiB there, 4 MiB back",
    unit: "GB/s",
    theirs: [5.2, 5.7],
    ours: gigabytes,
    source: "Alveo-PYNQ ffc5317, 1-kernel-optimizations, less its kernels",
    explanation: "calibrated: what a page costs the engine",
  };
  return { ...table, rows: [...table.rows, one] };
}

function registers(): ValidationTable {
  const { readNs, writeNs } = registerAccess();
  return tableOf(
    "Register accesses over the BAR",
    "A read waits for the round trip, a write is posted.",
    "ns",
    [
      ["read", [696, 1704], readNs, "aws-fpga, BAR latency: minimum to mean", "link there and back, and the register"],
      [
        "round trip between FPGA and host",
        850,
        readNs,
        "hackingnasdaq 2014, Virtex-7, Gen3 x8",
        "the same path from the other end",
      ],
      [
        "write, until the host goes on",
        [677, 761],
        writeNs,
        "aws-fpga, BAR latency: minimum to mean",
        "theirs has the library's checks and a virtual machine in it; ours is one uncached store",
      ],
    ],
  );
}

function commands(): ValidationTable {
  const rate = (commands: number, queue: number) => iops({ commands, queue }).commandsPerSecond;
  const steady = rate(4000, 32);
  const later = "later firmware and driver, of which no loop cost is public: ours is that of 2019.2 throughout";
  const batch = "iops_test_xrt, README: U250 gen3x16_4_1_202210";
  return tableOf(
    "Commands through the embedded scheduler",
    "`xcl_iops_test` and `iops_test_xrt`: a program keeps commands of the verify kernel in flight. The models' loop is that " +
      "of XRT 2019.2; the later rows show how far firmware has come since.",
    "commands/s",
    [
      ["U200 xdma_201830_2, 2020", 98253, steady, "XRT issue 2963", "calibrated: the scheduler's clock"],
      ["U200 xdma_201830_2, 2021", [99897, 104482], steady, "XRT issue 5851", "the same shell, another machine"],
      ["U50, unit interrupts to the host", 102492, steady, "XRT issue 4592", "another shell"],
      ["U50, units polled", 213653, steady, "XRT issue 4592", later],
      ["U50, queue of 32", 206313, steady, "XRT issue 4071", later],
      ["scheduler with three threads", 150000, steady, "XRT issue 4493", later],
      ["U200 gen3x16_base_1", [357096, 457794], steady, "XRT issue 5507", later],
      ["U55N", [380751, 546624], steady, "XRT issue 6636", later],
      ["batch of 10", 84034, rate(10, 10), batch, "ours has a shorter start and a slower loop"],
      ["batch of 50", 127226, rate(50, 50), batch, later],
      ["batch of 100", 270270, rate(100, 100), batch, later],
      ["batch of 1000", 299940, rate(1000, 1000), batch, later],
    ],
  );
}

function memory(): ValidationTable {
  const burst = (does: "read" | "write", beats: number, flight: number, widthBytes = 64) =>
    memoryBandwidth({
      does,
      bytes: 2 ** 22,
      ports: { widthBytes, burstBeats: beats, outstandingReads: flight, outstandingWrites: flight },
      memories: ["bank0"],
    });
  const copy = (burstBeats: number) =>
    memoryBandwidth({
      does: "copy",
      bytes: 2 ** 23,
      ports: { burstBeats, outstandingReads: 32, outstandingWrites: 32 },
      memories: ["bank0", "bank1"],
    });
  const channels = hbmTopology.map(({ tag }) => tag);
  const hbm = { widthBytes: 32, burstBeats: 64, outstandingReads: 32 };
  const axi = "Vitis_Accel_Examples, axi_burst_performance: U200";
  const pause = "a pause after each burst, calibrated with the reads, is the same for writes";
  return tableOf(
    "Card memory",
    "One kernel port of 512 bits at 300 MHz unless said otherwise; the notebooks below have more.",
    "GB/s",
    [
      [
        "DDR4, reads, 32 of 32 beats in flight",
        16.83,
        burst("read", 32, 32),
        axi,
        "calibrated: the pause after a burst",
      ],
      ["DDR4, writes, 32 of 32 beats in flight", 15.16, burst("write", 32, 32), axi, pause],
      ["DDR4, reads, 4 of 4 beats in flight", 3.93, burst("read", 4, 4), axi, "calibrated: the way to memory and back"],
      [
        "DDR4, writes, 4 of 4 beats in flight",
        5.14,
        burst("write", 4, 4),
        axi,
        "the same way, without a read's latency",
      ],
      ["DDR4, reads, 256-bit port", 8.94, burst("read", 32, 32, 32), axi, "the port decides: 9.6 GB/s at best"],
      [
        "DDR4, copy from bank to bank",
        30.72,
        copy(64),
        "Vitis_Accel_Examples, kernel_global_bandwidth: U200",
        `bursts of 64 beats, the most that AXI allows; ${
          copy(16).toFixed(2)
        } with 16, the default of HLS (UG902); which ` +
        "theirs has is not known",
      ],
      [
        "HBM2, one pseudo-channel, reads",
        425 / 32,
        memoryBandwidth({
          does: "read",
          bytes: 2 ** 22,
          clockMHz: 450,
          ports: hbm,
          memories: channels.slice(0, 1),
          topology: hbmTopology,
        }),
        "Shuhai, FCCM 2020: 425 GB/s over 32",
        "refresh",
      ],
      [
        "HBM2, 32 pseudo-channels, reads",
        [421.3, 425],
        memoryBandwidth({
          does: "read",
          bytes: 2 ** 19,
          clockMHz: 450,
          ports: hbm,
          memories: channels,
          topology: hbmTopology,
        }),
        "Vitis_Accel_Examples on U280; Shuhai",
        "refresh; each unit's beginning counts more in half a megabyte",
      ],
    ],
  );
}
