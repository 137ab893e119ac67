/**
 * The whole chip: the filter's inner loops on eight cores of the cluster.
 * @module
 */
import { filterRow, type Stripe } from "../examples/firmware/filter.ts";
import { type FcRuntime, Gap8System, type PeRuntime } from "../runtime/gap8/mod.ts";
import { type Bench, perCpuSecond } from "./bench.ts";

const CORES = 8;
const WIDTH = 64, ROWS = 48;
const PASSES = 60;

/** Cycles per second of the cluster's cores while they are awake, in a 5x5 filter over a picture in cluster L1. */
function filterRate(): number {
  return perCpuSecond(() => {
    const { cores } = new Gap8System().run(main);
    return cores.slice(1).reduce((sum, { active, stalled }) => sum + active + stalled, 0);
  });
}

function* main(rt: FcRuntime) {
  yield* rt.clusterMount(true);
  const input = yield* rt.alloc("clData", WIDTH * (ROWS + 4));
  const output = yield* rt.alloc("clData", WIDTH * ROWS);
  const weights = yield* rt.alloc("clData", 25);
  const stripe: Stripe = { width: WIDTH, pitch: WIDTH, rows: ROWS, input, output, weights, shift: 8 };
  function* rows(rt: PeRuntime) {
    for (let row = rt.core.coreId; row < ROWS; row += CORES) yield* filterRow(rt, stripe, row);
  }
  yield* rt.clusterCall(0, function* passes(rt: PeRuntime) {
    for (let pass = 0; pass < PASSES; pass++) yield* rt.teamFork(CORES, rows);
  });
  yield* rt.clusterMount(false);
}

/** The chip's rows. */
export const benches: readonly Bench[] = [
  {
    name: "cluster.firmware",
    unit: "core-cycles/s",
    better: "higher",
    note:
      "generator firmware: cycles of eight cores while they are awake, in the 5x5 filter of examples/firmware/filter.ts",
    goal: 10e6,
    run: filterRate,
  },
];
