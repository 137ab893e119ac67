import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type ClusterFunction,
  EventScheduler,
  type FcRuntime,
  Gap8System,
  type Main,
  type PeRuntime,
} from "../../../runtime/gap8/mod.ts";
import { DeadlockError, type Process, SimulationError } from "../../../sim/mod.ts";

/** Runs a program on the fabric controller. */
function run(main: Main): Gap8System {
  const system = new Gap8System();
  system.run(main);
  return system;
}

/** The message with which a program ends. */
function messageOf(main: Main): string {
  return assertThrows(() => run(main), SimulationError).message;
}

/** Runs a program on core 0 of the mounted cluster. */
function onCluster(entry: ClusterFunction, cores = 8): Main {
  return function* (rt: FcRuntime) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, entry, 0, { cores });
    yield* rt.clusterMount(false);
  };
}

Deno.test("eventExecute runs pushed callbacks in order until the queue is empty, also those that callbacks push", () => {
  const log: string[] = [];
  run(function* (rt) {
    const scheduler = new EventScheduler();
    yield* rt.eventAlloc(scheduler, 3);
    rt.eventPushCallback(scheduler, (rt, arg) => {
      log.push(`a${arg}`);
      rt.eventPushCallback(scheduler, (_rt, arg) => void log.push(`c${arg}`), 3);
    }, 1);
    rt.eventPushCallback(scheduler, (_rt, arg) => void log.push(`b${arg}`), 2);
    yield* rt.eventExecute(scheduler, false);
  });
  assertEquals(log, ["a1", "b2", "c3"]);
});

Deno.test("eventExecute without wait returns at once when nothing is pending", () => {
  let after = false;
  run(function* (rt) {
    yield* rt.eventExecute(null, false);
    after = true;
  });
  assertEquals(after, true);
});

Deno.test("events go back to the pool before their callback runs", () => {
  let turns = 0;
  run(function* (rt) {
    function again(rt: FcRuntime, left: number) {
      turns++;
      if (left > 0) rt.eventPushCallback(null, again, left - 1);
    }
    rt.eventPushCallback(null, again, 9);
    yield* rt.eventExecute(null, false);
  });
  assertEquals(turns, 10);
});

Deno.test("clusterCall blocks without an event and returns at once with one", () => {
  const log: string[] = [];
  run(function* (rt) {
    yield* rt.eventAlloc(null, 2);
    yield* rt.clusterMount(true);
    const entry = function* (rt: PeRuntime, arg: number) {
      rt.core.alu(500);
      yield* rt.core.read(0x1000_0000);
      log.push(`cluster ${arg}`);
    };
    yield* rt.clusterCall(0, entry, 1);
    log.push("after the blocking call");
    const event = rt.eventGet(null, (_rt, arg) => void log.push(`event ${arg}`), 7);
    yield* rt.clusterCall(0, entry, 2, { event });
    log.push("after the other");
    yield* rt.eventExecute(null, true);
    yield* rt.clusterMount(false);
  });
  assertEquals(log, ["cluster 1", "after the blocking call", "after the other", "cluster 2", "event 7"]);
});

Deno.test("clusterCall queues a second call and holds a third back until a slot is free", () => {
  const log: number[] = [];
  let events = 0;
  run(function* (rt) {
    yield* rt.eventAlloc(null, 3);
    yield* rt.clusterMount(true);
    const stacks = yield* rt.alloc("clData", 8 * 1024);
    for (let i = 0; i < 3; i++) {
      const event = rt.eventGet(null, () => void events++);
      yield* rt.clusterCall(
        0,
        function* (rt, arg) {
          rt.core.alu(2000);
          yield* rt.core.read(0x1000_0000);
          log.push(arg);
        },
        i,
        { stacks, event },
      );
    }
    while (events < 3) yield* rt.eventExecute(null, true);
  });
  assertEquals(log, [0, 1, 2]);
});

Deno.test("clusterMount counts: the cluster is off after as many unmounts as mounts", () => {
  const states: boolean[] = [];
  run(function* (rt) {
    const state = () => states.push(rt.system.gap8.pmu.clusterRuns);
    for (const mount of [true, true, false, false, true, false]) {
      yield* rt.clusterMount(mount);
      state();
    }
  });
  assertEquals(states, [true, true, true, false, true, false]);
});

Deno.test("the clocks run at 24.98 MHz after reset, near 50 MHz once the runtime has started, the cluster not at all", () => {
  const system = new Gap8System();
  const { fcFll, clusterFll } = system.gap8;
  assertEquals([fcFll.output.frequency.hertz, clusterFll.output.gated], [32768 * 1525 / 2, true]);
  system.run(function* (rt) {
    yield* rt.clusterMount(true);
    assertEquals([fcFll.output.frequency.hertz, clusterFll.output.frequency.hertz], [32768 * 1526, 32768 * 1526]);
    assertEquals(clusterFll.output.gated, false);
  });
});

Deno.test("teamFork runs a function on as many cores as asked for, 0 meaning the last team", () => {
  const teams: number[][] = [];
  run(onCluster(function* (rt) {
    for (const cores of [8, 3, 0, 1]) {
      const team: number[] = [];
      yield* rt.teamFork(cores, (rt) => void team.push(rt.coreId()));
      teams.push(team.sort());
    }
  }));
  assertEquals(teams, [[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2], [0, 1, 2], [0]]);
});

Deno.test("teamBarrier lets nobody go on before all have arrived", () => {
  const log: string[] = [];
  run(onCluster(function* (rt) {
    yield* rt.teamFork(8, function* (rt) {
      rt.core.alu(100 * (8 - rt.coreId()));
      yield* rt.core.read(0x1000_0000 + 4 * rt.core.coreId);
      log.push("first");
      yield* rt.teamBarrier();
      log.push("second");
    });
  }));
  assertEquals(log, [...Array(8).fill("first"), ...Array(8).fill("second")]);
});

Deno.test("stacks lie one after the other in cluster L1, the master's first", () => {
  const stacks: number[] = [];
  let base = 0;
  run(function* (rt) {
    yield* rt.clusterMount(true);
    base = yield* rt.alloc("clData", 2048 + 7 * 512);
    yield* rt.clusterCall(
      0,
      function* (rt) {
        yield* rt.teamFork(8, (rt) => void (stacks[rt.coreId()] = rt.core.stack!.base));
      },
      0,
      { stacks: base, masterStackBytes: 2048, slaveStackBytes: 512 },
    );
  });
  assertEquals(stacks, [0, 1, 2, 3, 4, 5, 6, 7].map((core) => core === 0 ? base : base + 2048 + (core - 1) * 512));
});

Deno.test("printf takes time for every character, on the core that prints", () => {
  const cost = (text: string) => {
    let cycles = 0;
    run(function* (rt) {
      const start = rt.core.cycle;
      yield* rt.printf(text);
      cycles = rt.core.cycle - start;
    });
    return cycles;
  };
  assertEquals(cost("abcdef\n") - cost("abc\n"), 3 * (12 + 1 + 8));
});

Deno.test("Bad input: a fork on more cores than the call has", () => {
  const message = messageOf(onCluster(function* (rt) {
    yield* rt.teamFork(5, function work() {});
  }, 4));
  assertStringIncludes(message, "Cannot fork work on 5 cores on gap8.pe0 at ");
  assertStringIncludes(message, "of gap8.cluster: the cluster call has a team of 4; give clusterCall more cores");
});

Deno.test("Bad input: a cluster call before mount", () => {
  const message = messageOf(function* (rt) {
    yield* rt.clusterCall(0, function* entry() {});
  });
  assertStringIncludes(message, "Cannot call entry on cluster 0 from gap8.fc at ");
  assertStringIncludes(message, "the cluster is off; clusterMount(true) comes first");
});

Deno.test("Bad input: free with another size, free twice, free of a foreign address", () => {
  const attempt = (free: (rt: FcRuntime, address: number) => Process) =>
    messageOf(function* (rt) {
      const address = yield* rt.alloc("fcData", 100);
      yield* free(rt, address);
    });
  const otherSize = attempt((rt, address) => rt.dealloc("fcData", address, 50));
  assertStringIncludes(otherSize, "Cannot free 50 bytes at 0x1B00");
  assertStringIncludes(otherSize, "of FC L1 (gap8.fc at ");
  assertStringIncludes(otherSize, "the block was allocated with 104 bytes (rounded up to 8)");
  const twice = attempt(function* (rt, address) {
    yield* rt.dealloc("fcData", address, 100);
    yield* rt.dealloc("fcData", address, 100);
  });
  assertStringIncludes(twice, "it is free already; it was freed twice, or never allocated");
  assertStringIncludes(
    attempt((rt) => rt.dealloc("fcData", 0x1c00_0000, 100)),
    "it is not in FC L1 (0x1B000020 to 0x1B0037FF)",
  );
});

Deno.test("Bad input: alloc past the end", () => {
  const message = messageOf(function* (rt) {
    yield* rt.alloc("fcData", 8000);
    yield* rt.alloc("fcData", 8000);
  });
  assertStringIncludes(message, "Cannot allocate 8000 bytes of FC L1 (gap8.fc at ");
  assertStringIncludes(message, "of 14304 bytes are free, the largest block has ");
});

Deno.test("Bad input: cluster memory while the cluster is off", () => {
  const message = messageOf(function* (rt) {
    yield* rt.alloc("clData", 8);
  });
  assertStringIncludes(message, "Cannot allocate cluster L1 on gap8.fc at ");
});

Deno.test("Bad input: an event pool that ran dry", () => {
  const message = messageOf(function* (rt) {
    yield* rt.eventAlloc(null, 1);
    for (let i = 0; i < 3; i++) rt.eventPushCallback(null, function done() {});
  });
  assertStringIncludes(message, "Cannot get an event for done on gap8.fc at ");
  assertStringIncludes(message, "all 2 events of the pool are in use; eventAlloc more");
});

Deno.test("Bad input: an unmapped load, an access outside cluster L1, a load from the powered-off cluster", () => {
  const unmapped = messageOf(function* (rt) {
    yield* rt.core.read(0x1234_5678);
  });
  assertStringIncludes(unmapped, "Cannot load from 0x12345678 by gap8.fc (gap8.bus at ");
  assertStringIncludes(unmapped, "nothing is mapped there; the nearest are ");
  const past = messageOf(onCluster(function* (rt) {
    yield* rt.core.store(0x1001_0000, 1);
  }));
  assertStringIncludes(past, "Cannot store to 0x10010000 by gap8.pe0");
  const off = messageOf(function* (rt) {
    yield* rt.core.read(0x1000_0000);
  });
  assertStringIncludes(off, "the cluster is off; mount it first");
});

Deno.test("Bad input: a register write to a reserved field", () => {
  const message = messageOf(function* (rt) {
    yield* rt.core.store(0x1a10_7000, 0x8000_0000);
  });
  assertStringIncludes(message, "Cannot write 0x80000000 to register gap8.pmu.registers.CLUSTER");
  assertStringIncludes(message, "are reserved");
});

Deno.test("A wait that can never end is reported with the instruction that waits", () => {
  const error = assertThrows(
    () =>
      run(function* main(rt) {
        yield* rt.eventExecute(null, true);
      }),
    DeadlockError,
  );
  assertStringIncludes(error.message, "gap8.fc.program waits for p.elw at 0x1B20403C");
  assertStringIncludes(error.message, "in main) to be granted");
});
