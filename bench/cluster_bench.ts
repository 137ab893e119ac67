/**
 * The cluster's parts: the interconnect between its cores and their memory.
 * @module
 */
import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../hw/bus/tcdm_interconnect.ts";
import { GAP8_TCDM, Tcdm } from "../hw/memory/tcdm.ts";
import { type Bench, perCpuSecond } from "./bench.ts";

const CORES = 8;

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

/** The rows of the cluster's parts. */
export const benches: readonly Bench[] = [
  {
    name: "cluster.tcdm",
    unit: "requests/s",
    better: "higher",
    note: "eight ports ask the interconnect for random words, sixteen banks",
    run: grantRate,
  },
];
