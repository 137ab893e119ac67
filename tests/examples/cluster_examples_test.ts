import { assertEquals } from "@std/assert";
import { type AllocatedPair, allocProgram } from "../../examples/firmware/cluster_alloc.ts";
import { notifProgram, type Wakeup } from "../../examples/firmware/cluster_notif.ts";
import { syncProgram } from "../../examples/firmware/cluster_sync.ts";
import { Gap8System } from "../../runtime/gap8/mod.ts";

const CORES = [0, 1, 2, 3, 4, 5, 6, 7];

Deno.test("syncProgram prints the SDK's lines; no second task begins before all first ones have ended", () => {
  const { console, exitCode } = new Gap8System().run(syncProgram());
  const each = (text: string) => CORES.map((core) => `(0, ${core}) ${text}`);
  assertEquals(exitCode, 0);
  assertEquals(console.slice(0, 2), ["Entering main controller", "(0, 0) Entered cluster with arg 0"]);
  assertEquals(
    console.slice(2, 18).toSorted(),
    [...each("Start first task"), ...each("Finished first task")].toSorted(),
  );
  assertEquals(
    console.slice(18, 34).toSorted(),
    [...each("Start second task"), ...each("Finished second task")].toSorted(),
  );
  assertEquals(console.slice(34), [
    "(32, 0) Received end of call from cluster 0",
    "Test success: Exiting main controller - started=16",
  ]);
});

Deno.test("syncProgram without its mutex loses increments: the cores load the counter before another has stored it", () => {
  const { console, exitCode } = new Gap8System().run(syncProgram(false));
  const [, started] = /started=(\d+)$/.exec(console[console.length - 1])!;
  assertEquals(exitCode, 1);
  assertEquals(Number(started) < 16, true, started);
});

Deno.test("allocProgram prints the SDK's lines ten times, for blocks of 256 to 131 072 bytes that do not overlap", () => {
  const got: AllocatedPair[] = [];
  const system = new Gap8System();
  const free = system.l2Allocator.freeBytes;
  const { console, exitCode } = system.run(allocProgram(got));
  assertEquals(exitCode, 0);
  assertEquals(console.length, 1 + 10 * (3 + 8) + 1);
  assertEquals(console[0], "Entering main controller");
  assertEquals(console[111], "Test success: Leaving main controller");
  for (let call = 0; call < 10; call++) {
    const lines = console.slice(1 + 11 * call, 12 + 11 * call);
    assertEquals(lines.slice(0, 2), ["Entering cluster on core 0", "There are 8 cores available here."]);
    assertEquals(lines.slice(2, 10).toSorted(), CORES.map((core) => `[clusterID: 0x 0] Hello from core ${core}`));
    assertEquals(lines[10], "Leaving cluster on core 0");
    const { sizeBytes, addresses: [a, b] } = got[call];
    assertEquals(sizeBytes, 256 << call);
    assertEquals(Math.abs(a - b) >= sizeBytes, true);
  }
  assertEquals(system.l2Allocator.freeBytes, free);
});

Deno.test("notifProgram wakes cores 0 and 1 first, in one cycle, and later the other six", () => {
  const wakeups: Wakeup[] = [];
  const { console, exitCode } = new Gap8System().run(notifProgram(wakeups));
  assertEquals(exitCode, 0);
  assertEquals(console[0], "Entering main controller");
  assertEquals(console.slice(1, 9).toSorted(), CORES.map((core) => `(0, ${core}) Received event`));
  assertEquals(console.slice(9), ["Test success"]);
  assertEquals(wakeups.slice(0, 2).map(({ core }) => core), [0, 1]);
  assertEquals(wakeups.slice(2).map(({ core }) => core).toSorted(), [2, 3, 4, 5, 6, 7]);
  // They wake together; then their loads of the same word of L2 are served one after the other.
  assertEquals(wakeups[1].cycle - wakeups[0].cycle, 1);
  assertEquals(wakeups[7].cycle - wakeups[2].cycle, 5);
});
