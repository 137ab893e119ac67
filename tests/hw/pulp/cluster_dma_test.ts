import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import type { ClusterDmaParams } from "../../../hw/mod.ts";
import { Gap8Address, Gap8System, type PeRuntime } from "../../../runtime/gap8/mod.ts";
import { DeadlockError, type Process, SimulationError } from "../../../sim/mod.ts";

/** Behind what the runtime keeps in L1 for itself. */
const L1 = Gap8Address.clusterL1 + 0x4000, L1_END = Gap8Address.clusterL1 + 0x1_0000;
const L2 = Gap8Address.l2 + 0x4_0000;
const COMMAND = Gap8Address.clusterDmaDemux;
const TO_LOCAL = 1 << 16, INCREMENTAL = 1 << 17, ROWS = 1 << 18, EVENT = 1 << 19;

/** Runs a function on the first cores of a chip with such a DMA; L2 holds no zeros from {@linkcode L2} on. */
function onTeam(clusterDma: Partial<ClusterDmaParams>, cores: number, entry: (rt: PeRuntime) => Process): Gap8System {
  const system = new Gap8System({ clusterDma });
  system.gap8.l2.bytes.fill(0x5a, L2 - Gap8Address.l2);
  system.run(function* (rt) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, (rt) => rt.teamFork(cores, entry));
  });
  return system;
}

/** Whether a function comes to its end, or waits for ever for the DMA. */
function ends(clusterDma: Partial<ClusterDmaParams>, cores: number, entry: (rt: PeRuntime) => Process): boolean {
  try {
    onTeam(clusterDma, cores, entry);
    return true;
  } catch (error) {
    if (!(error instanceof DeadlockError)) throw error;
    return false;
  }
}

const copied = ({ gap8 }: Gap8System) => gap8.clusterL1.memory.bytes.filter((byte) => byte === 0x5a).length;

Deno.test("ClusterDma fifteenBitFields: 32772 bytes move 4; without it, as on GAP8, all of them", () => {
  const copy = function* (rt: PeRuntime) {
    yield* rt.dmaWait(yield* rt.dmaMemcpy(L2, L1, 32772, "ext2loc"));
  };
  assertEquals(copied(onTeam({}, 1, copy)), 32772);
  assertEquals(copied(onTeam({ fifteenBitFields: true }, 1, copy)), 4);
});

Deno.test("ClusterDma raggedRowCountedFull: no end of 1024 bytes in rows of 300; without it, as on GAP8, they end", () => {
  const copy = function* (rt: PeRuntime) {
    yield* rt.dmaWait(yield* rt.dmaMemcpy2d(L2, L1, 1024, 512, 300, "ext2loc"));
  };
  assertEquals(copied(onTeam({}, 1, copy)), 1024);
  assertEquals(ends({ raggedRowCountedFull: true }, 1, copy), false);
});

Deno.test("ClusterDma rowWordLost: a last word right before another core's row word takes its end; not on GAP8", () => {
  // Both have their identifiers; core 1 commands rows, core 0's transfer comes a cycle later each time.
  const beside = (late: number) =>
    function* (rt: PeRuntime): Process {
      const { core } = rt;
      yield* rt.teamBarrier();
      const id = yield* core.read(COMMAND);
      core.alu(core.coreId === 0 ? late : 6);
      const words = core.coreId === 0
        ? [64 | TO_LOCAL | INCREMENTAL | EVENT, L1, L2]
        : [256 | TO_LOCAL | INCREMENTAL | EVENT | ROWS, L1 + 4096, L2, 64 | 128 << 16];
      for (const word of words) yield* core.store(COMMAND, word);
      yield* core.store(Gap8Address.clusterEventUnitDemux + 0x08, 1 << 8);
      while (core.branchIf(((yield* core.read(COMMAND + 4)) & 1 << id) !== 0)) {
        yield* core.elw(Gap8Address.clusterEventUnitDemux + 0x3c);
      }
    };
  const offsets = Array.from({ length: 12 }, (_, late) => late);
  const lost = (rowWordLost: boolean) => offsets.filter((late) => !ends({ rowWordLost }, 2, beside(late)));
  assertEquals([lost(false).length, lost(true).length], [0, 1]);
});

Deno.test("ClusterDma takes L1's addresses as its cores see it, from its base and from 0 on", () => {
  const command = (local: number) =>
    function* (rt: PeRuntime): Process {
      const { core } = rt;
      yield* core.read(COMMAND);
      for (const word of [64 | TO_LOCAL | INCREMENTAL | EVENT, local, L2]) yield* core.store(COMMAND, word);
      yield* rt.dmaFlush();
    };
  for (const local of [L1_END - 64, 0xffc0]) {
    const system = onTeam({}, 1, command(local));
    assertEquals([copied(system), system.gap8.clusterL1.memory.bytes[0xffc0]], [64, 0x5a]);
  }
  for (const local of [L1_END - 63, 0xffc1, L1 + (1 << 20), Gap8Address.clusterL1 - 64]) {
    const { message } = assertThrows(() => onTeam({}, 1, command(local)), SimulationError);
    assertMatch(
      message,
      /^Cannot write 0x\w{8} to offset 0x00000000 of gap8.cluster_dma for gap8.pe0 \(.*not inside L1/,
    );
  }
});

Deno.test("ClusterDma params that are not there are refused by name", () => {
  const { message } = assertThrows(
    () => new Gap8System({ clusterDma: { ragged: true } as Partial<ClusterDmaParams> }),
    SimulationError,
  );
  assertMatch(message, /^Cannot make gap8.cluster_dma: it has no parameter "ragged"; there are commandPorts, /);
});
