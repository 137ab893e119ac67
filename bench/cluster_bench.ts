/**
 * The cluster: eight cores that share a memory, and the interconnect between them.
 * @module
 */
import { filter, kernels, type Picture } from "../examples/firmware/filter.ts";
import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../hw/bus/tcdm_interconnect.ts";
import { GAP8_TCDM, Tcdm } from "../hw/memory/tcdm.ts";
import { type Bench, perCpuSecond } from "./bench.ts";

const CORES = 8;

/** Cycles of awake cores per second, in the filter example on 1, 2, 4 and 8 cores. */
function filterRate(): number {
  const width = 64, height = 48;
  const picture: Picture = { width, height, pixels: Uint8Array.from({ length: width * height }, (_, i) => i * 7) };
  return perCpuSecond(() => {
    const { report } = filter(picture, kernels.blur);
    return report.cores.slice(1).reduce((sum, { active, stalled }) => sum + active + stalled, 0);
  });
}

/** Grants per second, with eight ports that ask for words all over the memory, one cycle after another. */
function grantRate(): number {
  const interconnect = new TcdmInterconnect(GAP8_TCDM_INTERCONNECT, new Tcdm(GAP8_TCDM));
  const { base, banks } = GAP8_TCDM;
  let random = 1;
  let free = (1 << CORES) - 1;
  return perCpuSecond(() => {
    let grants = 0;
    for (let cycle = 0; cycle < 2_000_000; cycle++) {
      for (let port = 0; port < CORES; port++) {
        if (((free >> port) & 1) === 0) continue;
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        interconnect.request(port, base + 4 * (random & (16 * banks - 1)), false, 15, 0);
        grants++;
      }
      free = interconnect.arbitrate(cycle);
    }
    return grants;
  });
}

/** The cluster's rows. */
export const benches: readonly Bench[] = [
  {
    name: "cluster.filter",
    unit: "core-cycles/s",
    better: "higher",
    note: "cycles of cores that are awake, in the 5x5 filter on 1, 2, 4 and 8 cores",
    run: filterRate,
  },
  {
    name: "cluster.tcdm",
    unit: "requests/s",
    better: "higher",
    note: "eight ports ask the interconnect for random words, sixteen banks",
    run: grantRate,
  },
];
