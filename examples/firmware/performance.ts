/**
 * The GAP8 SDK's example of performance counters: a function that prints is measured, with 10 lines and with 20.
 * @module
 */
import {
  type FcRuntime,
  Perf,
  PERF_BYTES,
  PERF_EVENTS,
  type PerfEvent,
  type PeRuntime,
} from "../../runtime/gap8/mod.ts";
import type { Process } from "../../sim/mod.ts";

const STACK_BYTES = 2048;

/** Core 0's counters after the last measurement, by name. */
export type Counters = Partial<Record<PerfEvent, number>>;

/** What the SDK's example measures: all that the chip can count at a time. */
export const CHIP_EVENTS: readonly PerfEvent[] = ["cycles", "instr"];

/** The program on the fabric controller: counts `events`, which `cycles` and `instr` have to be among. */
export function performanceProgram(
  counters: Counters,
  events: readonly PerfEvent[] = PERF_EVENTS,
): (rt: FcRuntime) => Process<number> {
  let perf = new Perf(0);

  function* funct2monitor(rt: PeRuntime, loops: number): Process {
    for (let i = 0; rt.core.branchIf(i < loops); i++) {
      yield* rt.printf("loop iteration n=%d\n", i);
      rt.core.alu(1);
    }
  }

  function* measure(rt: PeRuntime, loops: number): Process {
    yield* rt.perfInit(perf);
    yield* rt.perfConf(perf, events);
    yield* rt.perfReset(perf);
    yield* rt.perfStart(perf);
    yield* rt.teamFork(0, funct2monitor, loops);
    yield* rt.perfStop(perf);
    yield* rt.perfSave(perf);
    const instructions = yield* rt.perfGet(perf, "instr");
    const cycles = yield* rt.perfGet(perf, "cycles");
    yield* rt.printf("\tPerformance of funct2monitor: cycles %d instructions %d\n", cycles, instructions);
  }

  function* testOnCluster(rt: PeRuntime): Process {
    yield* measure(rt, 10);
    yield* measure(rt, 20);
    for (const event of events) counters[event] = yield* rt.perfGet(perf, event);
  }

  return function* main(rt: FcRuntime) {
    yield* rt.eventAlloc(null, 4);
    yield* rt.clusterMount(true);
    perf = new Perf(yield* rt.alloc("l2ClData", PERF_BYTES));
    const stacks = yield* rt.alloc("clData", STACK_BYTES * rt.nbPe());
    yield* rt.clusterCall(0, testOnCluster, 0, {
      stacks,
      masterStackBytes: STACK_BYTES,
      slaveStackBytes: STACK_BYTES,
      cores: rt.nbPe(),
    });
    yield* rt.clusterMount(false);
    yield* rt.printf("Test success\n");
    return 0;
  };
}
