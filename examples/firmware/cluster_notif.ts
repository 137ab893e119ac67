/**
 * The GAP8 SDK's example of notifications: all cores wait, the fabric controller wakes two of them, then all.
 * @module
 */
import { type FcRuntime, Notification, type PeRuntime } from "../../runtime/gap8/mod.ts";
import type { Process } from "../../sim/mod.ts";

const STACK_BYTES = 2048, FIRST_CORES = 0x03;
/** Instructions that the fabric controller lets pass until all cores sleep. */
const HEAD_START = 2000;

/** When a core was awake again. */
export interface Wakeup {
  /** The core. */
  readonly core: number;
  /** Its cycle when it went on. */
  readonly cycle: number;
}

/** The program on the fabric controller; `wakeups` is filled in, in the order in which the cores went on. */
export function notifProgram(wakeups: Wakeup[]): (rt: FcRuntime) => Process<number> {
  const notification = new Notification();
  let arrivedWord = 0, goWord = 0;

  function* peEntry(rt: PeRuntime): Process {
    const { core } = rt;
    const event = rt.clusterNotifEvent(notification);
    const own = 1 << core.coreId;
    // An event can come for another reason: whether it is this core's turn stands in memory.
    while (core.branchIf(((yield* core.read(goWord)) & own) === 0)) yield* rt.clusterNotifWait(event);
    wakeups.push({ core: core.coreId, cycle: core.cycle });
    yield* rt.printf("(%d, %d) Received event\n", rt.clusterId(), rt.coreId());
    yield* rt.mutexLock();
    yield* core.store(arrivedWord, (yield* core.read(arrivedWord)) + 1);
    yield* rt.mutexUnlock();
  }

  function* clusterEntry(rt: PeRuntime): Process {
    yield* rt.teamFork(0, peEntry);
  }

  return function* main(rt: FcRuntime) {
    const { core } = rt;
    yield* rt.printf("Entering main controller\n");
    yield* rt.eventAlloc(null, 4);
    yield* rt.clusterMount(true);
    rt.clusterNotifInit(notification);
    arrivedWord = yield* rt.alloc("l2ClData", 4);
    goWord = yield* rt.alloc("l2ClData", 4);
    yield* core.store(arrivedWord, 0);
    yield* core.store(goWord, 0);
    const stacks = yield* rt.alloc("clData", STACK_BYTES * rt.nbPe());
    const done = rt.eventGetBlocking(null);
    yield* rt.clusterCall(0, clusterEntry, 0, {
      stacks,
      masterStackBytes: STACK_BYTES,
      slaveStackBytes: STACK_BYTES,
      event: done,
    });
    core.alu(HEAD_START);
    yield* core.store(goWord, FIRST_CORES);
    yield* rt.clusterNotifTrigger(notification, FIRST_CORES);
    while (core.branchIf((yield* core.read(arrivedWord)) < 2)) core.alu(100);
    yield* core.store(goWord, 2 ** rt.nbPe() - 1);
    yield* rt.clusterNotifTrigger(notification, 0);
    yield* rt.eventWait(done);
    yield* rt.clusterMount(false);
    yield* rt.printf("Test success\n");
    return 0;
  };
}
