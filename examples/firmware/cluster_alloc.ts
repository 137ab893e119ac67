/**
 * The GAP8 SDK's example of memory from the cluster: ten calls that ask the fabric controller for twice as much each.
 * @module
 */
import { type FcRuntime, MemoryRequest, type PeRuntime } from "../../runtime/gap8/mod.ts";
import type { Process } from "../../sim/mod.ts";

const STACK_BYTES = 2048, CALLS = 10, FIRST_BYTES = 256;

/** Two blocks that a call got. */
export interface AllocatedPair {
  /** Bytes of each. */
  readonly sizeBytes: number;
  /** Addresses. */
  readonly addresses: readonly [number, number];
  /** Cluster cycles from asking for the first to having both. */
  readonly cycles: number;
}

/** The program on the fabric controller; `got` is filled in, call by call. */
export function allocProgram(got: AllocatedPair[]): (rt: FcRuntime) => Process<number> {
  let sizeBytes = FIRST_BYTES;

  function* hello(rt: PeRuntime): Process {
    yield* rt.printf("[clusterID: 0x%2x] Hello from core %d\n", rt.clusterId(), rt.coreId());
  }

  function* clusterEntry(rt: PeRuntime): Process {
    yield* rt.printf("Entering cluster on core %d\n", rt.coreId());
    yield* rt.printf("There are %d cores available here.\n", rt.nbPe());
    const request = new MemoryRequest();
    const start = rt.core.cycle;
    yield* rt.allocCluster("l2ClData", sizeBytes, request);
    const a = yield* rt.allocClusterWait(request);
    yield* rt.allocCluster("l2ClData", sizeBytes, request);
    const b = yield* rt.allocClusterWait(request);
    got.push({ sizeBytes, addresses: [a, b], cycles: rt.core.cycle - start });
    yield* rt.teamFork(8, hello);
    for (const address of [a, b]) {
      yield* rt.freeCluster("l2ClData", address, sizeBytes, request);
      yield* rt.freeClusterWait(request);
    }
    yield* rt.printf("Leaving cluster on core %d\n", rt.coreId());
  }

  return function* main(rt: FcRuntime) {
    yield* rt.printf("Entering main controller\n");
    yield* rt.eventAlloc(null, 8);
    yield* rt.clusterMount(true);
    const stacks = yield* rt.alloc("clData", STACK_BYTES * rt.nbPe());
    const options = { stacks, masterStackBytes: STACK_BYTES, slaveStackBytes: STACK_BYTES, cores: rt.nbPe() };
    for (let call = 0; call < CALLS; call++) {
      yield* rt.clusterCall(0, clusterEntry, 0, options);
      sizeBytes *= 2;
    }
    yield* rt.clusterMount(false);
    yield* rt.printf("Test success: Leaving main controller\n");
    return 0;
  };
}
