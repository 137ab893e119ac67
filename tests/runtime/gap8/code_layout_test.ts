import { assert, assertEquals } from "@std/assert";
import { type CodeLayout, fetchingCores, firmwareCores, Gap8Address } from "../../../hw/mod.ts";
import { type Gap8Result, Gap8System, type PeRuntime } from "../../../runtime/gap8/mod.ts";

const CORES = 8, WORDS = 120;
/** A function of 30 lines of 16 bytes. */
const LAYOUT: CodeLayout = { base: Gap8Address.l2 + 0x4000, sizes: 4, sizeBytes: 4 * WORDS };

/** Two forks of a function with a layout: cycles of each on core 0, and the end of the run. */
function forks(
  kind: typeof firmwareCores | typeof fetchingCores,
  cached: boolean,
): { cycles: number[]; result: Gap8Result } {
  const cycles: number[] = [];
  const result = new Gap8System({}, undefined, undefined, kind).run(function* (rt) {
    yield* rt.clusterMount(true);
    if (cached) yield* rt.core.store(Gap8Address.clusterCache, 1);
    yield* rt.clusterCall(0, function* (rt: PeRuntime) {
      for (let fork = 0; fork < 2; fork++) {
        const start = rt.core.cycle;
        yield* rt.teamFork(CORES, function* ({ core }: PeRuntime) {
          yield* core.inCode(
            LAYOUT,
            function* () {
              core.alu(WORDS - 1);
              yield* core.store(Gap8Address.clusterL1 + 0x1000 + 4 * core.coreId, 1);
            }(),
          );
        });
        cycles.push(rt.core.cycle - start);
      }
    });
    yield* rt.clusterMount(false);
  });
  return { cycles, result };
}

Deno.test("Gap8System with fetching cores: code with a layout comes through the cluster's cache, once for all cores", () => {
  const ideal = forks(firmwareCores, true), real = forks(fetchingCores, true), off = forks(fetchingCores, false);
  const stalls = ({ result }: typeof ideal) => result.cores.map(({ stalls }) => stalls.fetch);
  assertEquals(stalls(ideal), new Array(1 + CORES).fill(0));
  // The second time the lines are there: the same as with ideal fetch. The first time all wait for the same lines.
  assertEquals(real.cycles[1], ideal.cycles[1]);
  const lines = WORDS / 4;
  assert(
    real.cycles[0] > ideal.cycles[0] + 20 * lines && real.cycles[0] < ideal.cycles[0] + 32 * lines,
    `${real.cycles}`,
  );
  // While the cache is off, each line comes from L2 each time.
  assert(off.cycles[1] > ideal.cycles[1] + 20 * lines, `${off.cycles}`);
  assertEquals(stalls(real)[0], 0, "the FC runs no code with a layout");
});
