import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { Gap8Address, Gap8System, type PeRuntime, reg } from "../../../runtime/gap8/mod.ts";
import { DeadlockError, type Process, SimulationError } from "../../../sim/mod.ts";

const L1 = Gap8Address.clusterL1 + 0x8000;

/** Runs a function on all cores of the cluster. */
function onTeam(entry: (rt: PeRuntime) => Process, cores = 8): Gap8System {
  const system = new Gap8System();
  system.run(function* (rt) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, (rt) => rt.teamFork(cores, entry), 0, { cores });
    yield* rt.clusterMount(false);
  });
  return system;
}

function messageOf(entry: (rt: PeRuntime) => Process, cores = 8): string {
  return assertThrows(() => onTeam(entry, cores), SimulationError).message;
}

Deno.test("mutexLock lets one core in at a time, the lowest number first, and hands its word on", () => {
  const order: number[] = [], words: number[] = [];
  let inside = 0, most = 0;
  onTeam(function* (rt) {
    const { core } = rt;
    yield* rt.teamBarrier();
    words.push(yield* rt.mutexLock());
    order.push(core.coreId);
    most = Math.max(most, ++inside);
    core.alu(20);
    yield* core.store(L1, 0);
    inside--;
    yield* rt.mutexUnlock(100 + core.coreId);
  });
  assertEquals(order, [0, 1, 2, 3, 4, 5, 6, 7]);
  assertEquals(words, [0, 100, 101, 102, 103, 104, 105, 106]);
  assertEquals(most, 1);
});

Deno.test("mutexLock of a free mutex takes 8 cycles, a hand-over 7 from the unlock", () => {
  let alone = 0, unlockedAt = 0, gotAt = 0;
  onTeam(function* (rt) {
    const { core } = rt;
    yield* rt.teamBarrier();
    if (core.coreId === 0) {
      const start = core.cycle;
      yield* rt.mutexLock();
      alone = core.cycle - start;
      core.alu(40);
      unlockedAt = core.cycle;
      yield* rt.mutexUnlock();
    } else {
      core.alu(20);
      yield* rt.mutexLock();
      gotAt = core.cycle;
      yield* rt.mutexUnlock();
    }
  }, 2);
  // RTL simulation of event_unit_flex 6b7a494 with eight cores.
  assertEquals([alone, gotAt - unlockedAt], [8, 7]);
});

Deno.test("tasLock gives what the lock held and leaves -1, in words, halves and bytes; the neighbours stay", () => {
  const seen: number[] = [];
  const system = onTeam(function* (rt) {
    const { core } = rt;
    for (const sizeBytes of [1, 2, 4] as const) {
      yield* core.store(L1, 0x1234_5678);
      seen.push(yield* rt.tasLock(L1, sizeBytes), yield* rt.tasLock(L1, sizeBytes), yield* core.read(L1));
      yield* rt.tasUnlock(L1, 7, sizeBytes);
      seen.push(yield* rt.tasLock(L1, sizeBytes));
    }
  }, 1);
  const all = 0xffff_ffff;
  assertEquals(seen, [0x78, -1, 0x1234_56ff, 7, 0x5678, -1, 0x1234_ffff, 7, 0x1234_5678, -1, all, 7]);
  assertEquals(system.gap8.clusterL1.memory.bytes[0x8000], 255);
});

Deno.test("tasLock keeps eight spinning cores apart", () => {
  const system = onTeam(function* (rt) {
    const { core } = rt;
    for (let round = 0; round < 5; round++) {
      while (core.branchIf((yield* rt.tasLock(L1)) === -1)) core.alu(2);
      const value = yield* core.read(L1 + 4);
      core.alu(3);
      yield* core.store(L1 + 4, value + 1);
      yield* rt.tasUnlock(L1, 0);
    }
  });
  assertEquals(system.gap8.clusterL1.memory.bytes[0x8004], 40);
});

Deno.test("Bad input: a lock outside cluster L1, or across two words", () => {
  for (const [address, sizeBytes] of [[Gap8Address.l2, 4], [L1 + 3, 2], [0x1000_fffe, 4]] as const) {
    const message = messageOf(function* work(rt) {
      yield* rt.tasLock(address, sizeBytes);
    }, 1);
    assertStringIncludes(message, `Cannot use ${sizeBytes} bytes at 0x`);
    assertMatch(
      message,
      /as a lock on gap8.pe0 at \S+ \S+, cycle \d+ of gap8.cluster.*, in work: a lock lies in one word/,
    );
  }
});

Deno.test("Bad input: an unlock by a core that does not hold the mutex names both cores and the cycle", () => {
  const message = messageOf(function* work(rt) {
    if (rt.core.coreId === 3) yield* rt.mutexLock();
    yield* rt.teamBarrier();
    if (rt.core.coreId === 5) yield* rt.mutexUnlock();
    yield* rt.teamBarrier();
  });
  assertMatch(
    message,
    /Cannot unlock mutex 0 of gap8.cluster_events at \S+ \S+, cycle \d+ of gap8.cluster.* by core 5: core 3 holds it/,
  );
  assertMatch(message, /by a store at 0x102040C0 \(cycle \d+, in work\) of gap8.pe5/);
  const free = messageOf(function* work(rt) {
    yield* rt.mutexUnlock();
  }, 1);
  assertStringIncludes(free, "by core 0: nobody holds it");
});

Deno.test("Bad input: a mutex that is never given back names who waits and who has it", () => {
  const { message } = assertThrows(() =>
    onTeam(function* work(rt) {
      yield* rt.mutexLock();
      if (rt.core.coreId === 0) return;
      yield* rt.mutexUnlock();
    }), DeadlockError);
  assertMatch(
    message,
    /gap8.pe6 waits for p.elw at 0x102040C0 \(cycle \d+, in work\) to be granted; mutex 0: core 0 holds it/,
  );
});

Deno.test("Bad input: a stack that runs into the next names the core, the function, the cycle, and whose stack it is", () => {
  const pushed = messageOf(function* work(rt) {
    if (rt.core.coreId === 3) rt.pushFrame(1100);
    yield* rt.teamBarrier();
  });
  assertMatch(
    pushed,
    /Cannot go on with the stack pointer 0x1000\w{4} on gap8.pe3 at \S+ \S+, cycle \d+ of gap8.cluster.*, in work: it is 76 bytes below the stack \(0x1000\w{4} to 0x1000\w{4}, 1024 bytes\), in the stack of pe2; make the stack larger/,
  );
  const moved = messageOf(function* work(rt) {
    const { core } = rt;
    core.addi(reg.sp, reg.sp, -1028);
    yield* core.sw(reg.zero, reg.sp, 0);
  }, 1);
  assertMatch(moved, /on gap8.pe0 at .*, in work: it is 4 bytes below the stack .*, in what lies below all stacks/);
});

Deno.test("pushFrame and popFrame leave the stack as it was, one instruction each", () => {
  const pointers: number[] = [];
  let cycles = 0;
  onTeam(function* (rt) {
    const { core } = rt;
    const start = core.cycle;
    pointers.push(core.registers[reg.sp] - rt.pushFrame(1024));
    rt.popFrame(1024);
    pointers.push(core.stack!.base + core.stack!.sizeBytes - core.registers[reg.sp]);
    cycles = core.cycle - start;
  }, 1);
  assertEquals(pointers, [1024, 0]);
  assertEquals(cycles, 2);
});
