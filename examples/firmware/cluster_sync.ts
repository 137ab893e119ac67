/**
 * The GAP8 SDK's example of synchronisation: eight cores count under a mutex, and meet at a barrier between two tasks.
 * @module
 */
import { EventScheduler, type FcRuntime, type PeRuntime } from "../../runtime/gap8/mod.ts";
import type { Process } from "../../sim/mod.ts";

const STACK_BYTES = 2048;

/** The program on the fabric controller; without the mutex the cores race for the counter. */
export function syncProgram(withMutex: boolean = true): (rt: FcRuntime) => Process<number> {
  let counter = 0;

  /** One more in the counter, which lies in L2: a load, an addition, a store. */
  function* count(rt: PeRuntime): Process {
    const { core } = rt;
    if (withMutex) yield* rt.mutexLock();
    const value = yield* core.read(counter);
    core.alu(1);
    yield* core.store(counter, value + 1);
    if (withMutex) yield* rt.mutexUnlock();
  }

  /** An empty loop, as the compiler leaves it: an addition and a branch. */
  function work(rt: PeRuntime, rounds: number): void {
    for (let i = 0; i < rounds; i++) {
      rt.core.alu(1);
      rt.core.branchIf(i < rounds - 1);
    }
  }

  function* peEntry(rt: PeRuntime): Process {
    yield* rt.printf("(%d, %d) Start first task\n", rt.clusterId(), rt.coreId());
    yield* count(rt);
    work(rt, 1000 + rt.coreId() * 10);
    yield* rt.printf("(%d, %d) Finished first task\n", rt.clusterId(), rt.coreId());
    yield* rt.teamBarrier();
    yield* count(rt);
    yield* rt.printf("(%d, %d) Start second task\n", rt.clusterId(), rt.coreId());
    work(rt, 1000 + (8 - rt.coreId()) * 10);
    yield* rt.printf("(%d, %d) Finished second task\n", rt.clusterId(), rt.coreId());
  }

  function* clusterEntry(rt: PeRuntime, arg: number): Process {
    yield* rt.printf("(%d, %d) Entered cluster with arg %x\n", rt.clusterId(), rt.coreId(), arg);
    yield* rt.teamFork(8, peEntry, 0x12345678);
  }

  return function* main(rt: FcRuntime) {
    yield* rt.printf("Entering main controller\n");
    const scheduler = new EventScheduler("example");
    yield* rt.eventAlloc(scheduler, 4);
    yield* rt.clusterMount(true);
    counter = yield* rt.alloc("l2ClData", 4);
    yield* rt.core.store(counter, 0);
    let finished = 1;
    function* endOfCall(rt: FcRuntime, arg: number): Process {
      yield* rt.printf("(%d, %d) Received end of call from cluster %d\n", rt.clusterId(), rt.coreId(), arg);
      finished--;
    }
    const stacks = yield* rt.alloc("clData", STACK_BYTES * rt.nbPe());
    yield* rt.clusterCall(0, clusterEntry, 0, {
      stacks,
      masterStackBytes: STACK_BYTES,
      slaveStackBytes: STACK_BYTES,
      cores: rt.nbPe(),
      event: rt.eventGet(scheduler, endOfCall, 0),
    });
    while (finished > 0) yield* rt.eventExecute(scheduler, true);
    yield* rt.clusterMount(false);
    const started = yield* rt.core.read(counter);
    yield* rt.printf("Test success: Exiting main controller - started=%d\n", started);
    return started === 2 * rt.nbPe() ? 0 : 1;
  };
}
