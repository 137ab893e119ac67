/**
 * The GAP8 SDK's DMA example: a buffer comes into cluster L1, eight cores multiply it by 3, and it goes back.
 * @module
 */
import { type FcRuntime, type Gap8System, type PeRuntime, reg } from "../../runtime/gap8/mod.ts";
import type { Process } from "../../sim/mod.ts";

/** What the example measures, in cluster cycles as core 0 counts them. */
export interface DmaCycles {
  /** From the first DMA call to the end of the wait, L2 to L1. */
  in: number;
  /** The fork and its work. */
  work: number;
  /** The same as `in`, L1 to L2. */
  out: number;
}

const BUFFER_BYTES = 2048, STACK_BYTES = 2048, FACTOR = 3;

/** The program on the fabric controller; `cycles` is filled in. */
export function dmaProgram(system: Gap8System, cycles: DmaCycles): (rt: FcRuntime) => Process<number> {
  let from = 0, to = 0, buffer = 0;

  /** Loads, multiplies and stores 256 bytes: a hardware loop. */
  function* task(rt: PeRuntime): Process {
    const { core } = rt;
    const { a0, a1, t0 } = reg;
    const chunk = BUFFER_BYTES / rt.nbPe();
    const first = chunk * rt.coreId();
    yield* rt.printf("(%d, %d) Task %d - %d\n", rt.clusterId(), rt.coreId(), first, first + chunk - 1);
    core.li(a0, buffer + first);
    core.li(a1, FACTOR);
    core.loopBegin();
    for (let i = 0; i < chunk; i++) {
      yield* core.lbu(t0, a0, 0);
      core.mul(t0, t0, a1);
      yield* core.sbPost(t0, a0, 1);
    }
    core.loopEnd();
  }

  function* clusterEntry(rt: PeRuntime): Process {
    yield* rt.printf("(%d, %d) Entered cluster\n", rt.clusterId(), rt.coreId());
    const { core } = rt;
    let start = core.cycle;
    const copyIn = yield* rt.dmaMemcpy(from, buffer, BUFFER_BYTES, "ext2loc");
    yield* rt.dmaWait(copyIn);
    cycles.in = core.cycle - start;
    start = core.cycle;
    yield* rt.teamFork(8, task);
    cycles.work = core.cycle - start;
    start = core.cycle;
    const copyOut = yield* rt.dmaMemcpy(to, buffer, BUFFER_BYTES, "loc2ext");
    yield* rt.dmaWait(copyOut);
    cycles.out = core.cycle - start;
  }

  return function* main(rt: FcRuntime) {
    yield* rt.printf("Entering main controller\n");
    from = yield* rt.alloc("l2ClData", BUFFER_BYTES);
    to = yield* rt.alloc("l2ClData", BUFFER_BYTES);
    const { l2 } = system.gap8;
    for (let i = 0; i < BUFFER_BYTES; i++) yield* rt.core.store(from + i, i & 0xff, 1);
    yield* rt.clusterMount(true);
    buffer = yield* rt.alloc("clData", BUFFER_BYTES);
    const stacks = yield* rt.alloc("clData", STACK_BYTES * rt.nbPe());
    yield* rt.clusterCall(0, clusterEntry, 0, {
      stacks,
      masterStackBytes: STACK_BYTES,
      slaveStackBytes: STACK_BYTES,
    });
    yield* rt.clusterMount(false);
    for (let i = 0; i < BUFFER_BYTES; i++) {
      const expected = (i * FACTOR) & 0xff;
      const got = l2.bytes[to - l2.params.base + i];
      if (got === expected) continue;
      yield* rt.printf("Test failed: ERROR at index %d: expecting 0x%x, got 0x%x\n", i, expected, got);
      return 1;
    }
    yield* rt.printf("Test success\n");
    return 0;
  };
}
