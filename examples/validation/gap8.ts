/**
 * GAP8 beside published figures: the vendor's manual, benchmarks on the board, the RTL of its sibling, the vendor's simulator.
 * @module
 */
import { benchmarkTables } from "./gap8_benchmark.ts";
import { cannyTable } from "./gap8_canny.ts";
import { dmaTable } from "./gap8_dma.ts";
import { firTable } from "./gap8_fir.ts";
import { convolutionTable, searchRow } from "./gap8_manual.ts";
import { synchronisationTable } from "./gap8_synchronisation.ts";
import type { ValidationSection, ValidationTable } from "./section.ts";

/** GAP8's part of the page. */
export const gap8Section: ValidationSection = {
  name: "gap8",
  title: "GAP8",
  introduction:
    "No parameter is calibrated with a figure of this part. RTL of GAP8 is not public: interconnect, event unit and DMA are " +
    "those of its sibling Mr.Wolf, the cores RI5CY's of November 2019 unless a row says otherwise, latencies of the bus those of " +
    "the vendor's simulator. Left out: the benchmark's binary " +
    "convolution, whose program takes a byte address for one in bits and so reads where no memory is; CIFAR-10, MNIST, keyword " +
    "spotting, MobileNet, PULP-NN and DORY, of which whole networks or layers with generated tiling were measured; " +
    "the accelerator's figures, as there is no model of it yet; copies from L2 labelled as from L3; and the synchroniser's later " +
    "versions.",
  measure: (): ValidationTable[] => {
    const manual = convolutionTable();
    return [
      { ...manual, rows: [...manual.rows, searchRow()] },
      synchronisationTable(),
      dmaTable(),
      ...benchmarkTables(),
      firTable(),
      cannyTable(),
    ];
  },
};
