/**
 * The GAP8 SDK's hello world: the fabric controller switches the cluster on, calls it, and every core says hello.
 * @module
 */
import type { FcRuntime, PeRuntime } from "../../runtime/gap8/mod.ts";

const STACK_BYTES = 2048;

function* hello(rt: PeRuntime) {
  yield* rt.printf("[clusterID: 0x%2x] Hello from core %d\n", rt.clusterId(), rt.coreId());
}

function* clusterEntry(rt: PeRuntime) {
  yield* rt.printf("Entering cluster on core %d\n", rt.coreId());
  yield* rt.teamFork(rt.nbPe(), hello);
  yield* rt.printf("Leaving cluster on core %d\n", rt.coreId());
}

function* endOfCall(rt: FcRuntime) {
  yield* rt.printf("[clusterID: 0x%x] Hello from core %d\n", rt.clusterId(), rt.coreId());
}

/** What the fabric controller runs. */
export function* main(rt: FcRuntime) {
  yield* rt.printf("Entering main controller\n");
  const scheduler = rt.eventInternalSched();
  yield* rt.eventAlloc(scheduler, 4);
  const event = rt.eventGet(scheduler, endOfCall);
  yield* rt.clusterMount(true);
  const stacks = yield* rt.alloc("clData", STACK_BYTES * rt.nbPe());
  yield* rt.clusterCall(0, clusterEntry, 0, {
    stacks,
    masterStackBytes: STACK_BYTES,
    slaveStackBytes: STACK_BYTES,
    cores: rt.nbPe(),
    event,
  });
  yield* rt.eventExecute(scheduler, true);
  yield* rt.clusterMount(false);
  yield* rt.printf("Leaving main controller\n");
  return 0;
}
