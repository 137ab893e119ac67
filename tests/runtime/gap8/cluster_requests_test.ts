import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { EventScheduler, Gap8System, type Main, MemoryRequest, Notification } from "../../../runtime/gap8/mod.ts";
import type { PeRuntime } from "../../../runtime/gap8/mod.ts";
import { DeadlockError, type Process, SimulationError } from "../../../sim/mod.ts";

function onCluster(entry: (rt: PeRuntime) => Process): Main {
  return function* (rt) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, entry);
  };
}

function messageOf(main: Main): string {
  return assertThrows(() => new Gap8System().run(main), SimulationError).message;
}

Deno.test("allocCluster serves requests of several cores at once, one after the other", () => {
  const addresses: number[] = [];
  const system = new Gap8System();
  const before = system.l2Allocator.freeBytes;
  system.run(onCluster(function* (rt) {
    yield* rt.teamFork(8, function* (rt) {
      const request = new MemoryRequest();
      yield* rt.allocCluster("l2ClData", 64, request);
      const address = yield* rt.allocClusterWait(request);
      addresses.push(address);
      yield* rt.core.store(address, rt.core.coreId);
      yield* rt.freeCluster("l2ClData", address, 64, request);
      yield* rt.freeClusterWait(request);
    });
  }));
  assertEquals(addresses.length, 8);
  assertEquals(system.l2Allocator.freeBytes, before);
});

Deno.test("allocCluster of one core can have several requests under way", () => {
  const addresses: number[] = [];
  new Gap8System().run(onCluster(function* (rt) {
    const requests = [1, 2, 3].map(() => new MemoryRequest());
    for (const request of requests) yield* rt.allocCluster("clData", 128, request);
    for (const request of requests) addresses.push(yield* rt.allocClusterWait(request));
  }));
  assertEquals(new Set(addresses).size, 3);
});

Deno.test("allocCluster needs somebody who executes the scheduler of the cluster call", () => {
  const { message } = assertThrows(() =>
    new Gap8System().run(function* (rt) {
      yield* rt.eventAlloc(null, 2);
      yield* rt.clusterMount(true);
      const event = rt.eventGet(new EventScheduler("mine"), () => {});
      yield* rt.clusterCall(
        0,
        function* entry(rt) {
          const request = new MemoryRequest();
          yield* rt.allocCluster("l2ClData", 64, request);
          yield* rt.allocClusterWait(request);
        },
        0,
        { event },
      );
      yield* rt.eventExecute(null, true);
    }), DeadlockError);
  assertMatch(message, /gap8.pe0 waits for p.elw at 0x1020403C \(cycle \d+, in entry\) to be granted; events 0x/);
});

Deno.test("Bad input: a memory request that is under way, and one that is not", () => {
  const twice = messageOf(onCluster(function* (rt) {
    const request = new MemoryRequest();
    yield* rt.allocCluster("l2ClData", 64, request);
    yield* rt.allocCluster("l2ClData", 64, request);
  }));
  assertStringIncludes(twice, "Cannot use a memory request on gap8.pe0 at ");
  assertStringIncludes(twice, "it is under way; wait for it, or use one for each");
  const none = messageOf(onCluster(function* (rt) {
    yield* rt.allocClusterWait(new MemoryRequest());
  }));
  assertStringIncludes(none, "Cannot wait for a memory request on gap8.pe0 at ");
});

Deno.test("Bad input: a notification without clusterNotifInit", () => {
  assertStringIncludes(
    messageOf(function* (rt) {
      yield* rt.clusterMount(true);
      yield* rt.clusterNotifTrigger(new Notification(), 0);
    }),
    "Cannot trigger a notification on gap8.fc at ",
  );
  assertStringIncludes(
    messageOf(onCluster(function* (rt) {
      yield* rt.clusterNotifWait(rt.clusterNotifEvent(new Notification()));
    })),
    "clusterNotifInit comes first, on the fabric controller",
  );
});

Deno.test("clusterNotifWait leaves the core's event mask as it was", () => {
  const masks: number[] = [];
  new Gap8System().run(function* (rt) {
    const notification = new Notification();
    yield* rt.eventAlloc(null, 1);
    yield* rt.clusterMount(true);
    rt.clusterNotifInit(notification);
    const event = rt.eventGetBlocking(null);
    yield* rt.clusterCall(
      0,
      function* (rt) {
        masks.push(yield* rt.core.read(0x1020_4000));
        yield* rt.clusterNotifWait(rt.clusterNotifEvent(notification));
        masks.push(yield* rt.core.read(0x1020_4000));
      },
      0,
      { event },
    );
    rt.core.alu(2000);
    yield* rt.clusterNotifTrigger(notification, 1);
    yield* rt.eventWait(event);
  });
  assertEquals(masks[1], masks[0]);
});
