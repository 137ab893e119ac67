import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { type DmaCycles, dmaProgram } from "../../../examples/firmware/dma.ts";
import {
  DmaCopy,
  type DmaDirection,
  type FcRuntime,
  Gap8Address,
  type Gap8Params,
  Gap8System,
  type PeRuntime,
} from "../../../runtime/gap8/mod.ts";
import { DeadlockError, type Process, SimulationError } from "../../../sim/mod.ts";

const L1 = Gap8Address.clusterL1 + 0x8000, L2 = Gap8Address.l2 + 0x4_0000;

/** Runs a function on core 0 of the mounted cluster, after its memories have been filled. */
function onCluster(
  entry: (rt: PeRuntime, system: Gap8System) => Process,
  fill: (system: Gap8System) => void = () => {},
  params: Partial<Gap8Params> = {},
): Gap8System {
  const system = new Gap8System(params);
  system.run(function* (rt: FcRuntime) {
    yield* rt.clusterMount(true);
    fill(system);
    yield* rt.clusterCall(0, (rt) => entry(rt, system));
    yield* rt.clusterMount(false);
  });
  return system;
}

function bytesOf(system: Gap8System, address: number, count: number): Uint8Array {
  const { l2, clusterL1 } = system.gap8;
  const memory = address >= Gap8Address.l2 ? l2.bytes : clusterL1.memory.bytes;
  const base = address >= Gap8Address.l2 ? Gap8Address.l2 : Gap8Address.clusterL1;
  return memory.subarray(address - base, address - base + count);
}

/** Numbers bytes from an address on. */
function number(system: Gap8System, address: number, count: number) {
  bytesOf(system, address, count).set(Uint8Array.from({ length: count }, (_, i) => (i * 7 + 1) & 0xff));
}

/** Latency of the way to L2 and back when all clocks are the same: to the border, to the banks, across the border. */
const L = 2 + (9 + 8) + 1;
/** From the grant of a 1D command's last word to its end event. Source: RTL simulation of mchan cc86ae2. */
const toEvent = (pieces: number) => 13 + L + pieces;
/** A piece of 256 aligned bytes: 32 rows and two more cycles, to L2 one more from the second piece on. */
const piece = 32 + 1 + 1, laterOut = piece + 1;
/** From the end event to the end of `dmaWait`: wake-up, mask, status, its use, mask, branch, free. */
const afterEvent = 6 + 1 + 1 + 1 + 1 + 1 + 1;

/** Sets both clocks to 32 MHz, whose period is a whole number of picoseconds: the crossing takes the same every time. */
function* evenClocks(rt: FcRuntime): Process {
  const fll = (0x8000_0000 | (4 << 26) | 15625) >>> 0;
  yield* rt.core.store(Gap8Address.clusterFll + 4, fll);
  yield* rt.core.store(Gap8Address.fcFll + 4, fll);
}

/** Cluster cycles from the grant of a command's last word to the end of `dmaWait`. */
function cyclesOf(
  bytes: number,
  direction: DmaDirection,
  prepare: (rt: FcRuntime) => Process = evenClocks,
): number {
  let cycles = 0;
  new Gap8System().run(function* (rt: FcRuntime) {
    yield* rt.clusterMount(true);
    yield* prepare(rt);
    yield* rt.clusterCall(0, function* (rt) {
      const copy = yield* rt.dmaMemcpy(L2, L1, bytes, direction);
      const start = rt.core.cycle;
      yield* rt.dmaWait(copy);
      cycles = rt.core.cycle - start;
    });
  });
  return cycles;
}

/** The message with which a program on core 0 ends. */
function messageOf(entry: (rt: PeRuntime) => Process): string {
  return assertThrows(() => onCluster(entry), SimulationError).message;
}

Deno.test("dma prints the SDK's lines and copies both ways", () => {
  const system = new Gap8System();
  const cycles: DmaCycles = { in: 0, work: 0, out: 0 };
  const { console, exitCode } = system.run(dmaProgram(system, cycles));
  assertEquals(exitCode, 0);
  assertEquals(console.slice(0, 2), ["Entering main controller", "(0, 0) Entered cluster"]);
  assertEquals(
    console.slice(2, 10).toSorted(),
    [0, 1, 2, 3, 4, 5, 6, 7].map((core) => `(0, ${core}) Task ${256 * core} - ${256 * core + 255}`),
  );
  assertEquals(console.slice(10), ["Test success"]);
});

Deno.test("dmaMemcpy takes the RTL's cycles plus the way to L2", () => {
  for (const [bytes, pieces] of [[256, piece], [512, 2 * piece], [4096, 16 * piece]]) {
    assertEquals(cyclesOf(bytes, "ext2loc"), toEvent(pieces) + afterEvent, `${bytes} in`);
  }
  for (
    const [bytes, pieces] of [[256, piece], [512, piece + laterOut], [4096, piece + 15 * laterOut]]
  ) {
    assertEquals(cyclesOf(bytes, "loc2ext"), toEvent(pieces) + afterEvent, `${bytes} out`);
  }
});

Deno.test("dmaMemcpy is as fast as L2's clock lets it: one beat of 8 bytes per cycle of either clock", () => {
  const bytes = 16384;
  const cyclesAt = (clusterMultiplier: number) =>
    cyclesOf(bytes, "ext2loc", function* (rt) {
      yield* rt.core.store(Gap8Address.clusterFll + 4, (0x8000_0000 | clusterMultiplier) >>> 0);
    });
  const same = cyclesAt(1526), twice = cyclesAt(2 * 1526), half = cyclesAt(763);
  assertEquals(Math.round(same / (bytes / 8) * 100) / 100, 1.08); // 34 cycles per 32 beats, and the start
  assertEquals(twice > 2 * bytes / 8 && twice < 2.1 * bytes / 8, true, `${twice}`);
  assertEquals(half < same, true, `${half}`);
});

Deno.test("dmaMemcpy copies any size and alignment, both ways", () => {
  for (const [bytes, a, b] of [[1, 0, 0], [3, 1, 6], [100, 5, 2], [1000, 3, 3], [2047, 7, 1]]) {
    const system = onCluster(function* (rt) {
      yield* rt.dmaWait(yield* rt.dmaMemcpy(L2 + a, L1 + b, bytes, "ext2loc"));
      yield* rt.dmaWait(yield* rt.dmaMemcpy(L2 + 0x4000 + a, L1 + b, bytes, "loc2ext"));
    }, (system) => number(system, L2 + a, bytes));
    assertEquals(bytesOf(system, L2 + 0x4000 + a, bytes), bytesOf(system, L2 + a, bytes));
    assertEquals(bytesOf(system, L2 + 0x4000, a), new Uint8Array(a));
    assertEquals(bytesOf(system, L2 + 0x4000 + a + bytes, 8), new Uint8Array(8));
  }
});

Deno.test("dmaMemcpy2d gathers rows and scatters them again", () => {
  const rows = 10, rowBytes = 12, stride = 40;
  let inside = new Uint8Array();
  const system = onCluster(function* (rt, { gap8 }) {
    yield* rt.dmaWait(yield* rt.dmaMemcpy2d(L2, L1, rows * rowBytes, stride, rowBytes, "ext2loc"));
    inside = gap8.clusterL1.memory.bytes.slice(0x8000, 0x8000 + rows * rowBytes);
    yield* rt.dmaWait(yield* rt.dmaMemcpy2d(L2 + 0x1000, L1, rows * rowBytes, stride, rowBytes, "loc2ext"));
  }, (system) => number(system, L2, rows * stride));
  for (let row = 0; row < rows; row++) {
    const expected = bytesOf(system, L2 + row * stride, rowBytes);
    assertEquals(inside.subarray(row * rowBytes, (row + 1) * rowBytes), expected);
    assertEquals(bytesOf(system, L2 + 0x1000 + row * stride, rowBytes), expected);
    assertEquals(bytesOf(system, L2 + 0x1000 + row * stride + rowBytes, stride - rowBytes), new Uint8Array(28));
  }
});

Deno.test("dmaMemcpy with merge joins the transfer before it: one wait for all", () => {
  const system = onCluster(function* (rt) {
    const copy = yield* rt.dmaMemcpy(L2, L1, 64, "ext2loc");
    for (let i = 1; i < 4; i++) yield* rt.dmaMemcpy(L2 + 64 * i, L1 + 64 * i, 64, "ext2loc", true);
    yield* rt.dmaWait(copy);
    assertEquals(copy.id, -1);
    yield* rt.dmaWait(yield* rt.dmaMemcpy(L2 + 0x1000, L1, 256, "loc2ext"));
  }, (system) => number(system, L2, 256));
  assertEquals(bytesOf(system, L2 + 0x1000, 256), bytesOf(system, L2, 256));
  assertEquals([system.gap8.clusterDma.transfers.value, system.gap8.clusterDma.bytesIn.value], [5, 256]);
});

Deno.test("dmaMemcpy contends with the cores for the banks: transfers slow down, and so do cores", () => {
  const run = (copies: boolean, works: boolean) => {
    let cycles = 0, refused = 0;
    onCluster(function* (rt, { gap8 }) {
      rt.core.alu(200); // the other cores have gone home
      yield* rt.core.store(L1, 0);
      const start = rt.core.cycle, before = gap8.clusterL1.refused.value;
      if (copies) yield* rt.dmaMemcpy(L2, L1, 4096, "ext2loc");
      if (works) {
        yield* rt.teamFork(8, function* ({ core }) {
          for (let i = 0; i < 400; i++) yield* core.store(L1 + 0x4000 + 64 * core.coreId, i);
        });
      }
      yield* rt.dmaFlush();
      cycles = rt.core.cycle - start;
      refused = gap8.clusterL1.refused.value - before;
    });
    return { cycles, refused };
  };
  const copy = run(true, false), work = run(false, true), both = run(true, true);
  assertEquals(copy.refused, 0);
  assertEquals(both.refused > work.refused, true);
  assertEquals(both.cycles < copy.cycles + work.cycles, true, "they overlap");
  assertEquals(both.cycles > Math.max(copy.cycles, work.cycles), true, "they disturb each other");
});

Deno.test("each of eight cores drives the DMA through a port of its own", () => {
  const system = onCluster(function* (rt) {
    yield* rt.teamFork(8, function* (rt) {
      const at = 128 * rt.coreId();
      yield* rt.dmaWait(yield* rt.dmaMemcpy(L2 + at, L1 + at, 128, "ext2loc"));
      yield* rt.dmaWait(yield* rt.dmaMemcpy(L2 + 0x1000 + at, L1 + at, 128, "loc2ext"));
    });
  }, (system) => number(system, L2, 1024));
  assertEquals(bytesOf(system, L2 + 0x1000, 1024), bytesOf(system, L2, 1024));
});

Deno.test("a cluster that was switched off in the middle of a transfer comes back with a DMA that has none", () => {
  const system = new Gap8System();
  const { exitCode } = system.run(function* (rt) {
    for (let round = 0; round < 2; round++) {
      yield* rt.clusterMount(true);
      yield* rt.clusterCall(0, function* (rt) {
        const copies = [];
        for (let i = 0; i < 9; i++) copies.push(yield* rt.dmaMemcpy(L2, L1, 4096, i % 2 === 0 ? "ext2loc" : "loc2ext"));
        if (round === 1) { for (const copy of copies) yield* rt.dmaWait(copy); }
      });
      yield* rt.clusterMount(false);
    }
    return 7;
  });
  assertEquals(exitCode, 7);
});

Deno.test("Bad input: DMA of 0 or 65536 bytes, outside L1 or L2, L2 to L2, L1 to L1", () => {
  const cases: [(rt: PeRuntime) => Process<unknown>, string][] = [
    [(rt) => rt.dmaMemcpy(L2, L1, 0, "ext2loc"), "the length field holds 1 to 65535; skip empty transfers"],
    [(rt) => rt.dmaMemcpy(L2, L1, 65536, "ext2loc"), "the length field holds 1 to 65535"],
    [
      (rt) => rt.dmaMemcpy(L2, 0x1001_0000, 4, "ext2loc"),
      "0x10010000 with 4 bytes is not inside cluster L1 (0x10000000",
    ],
    [(rt) => rt.dmaMemcpy(L2, 0x1000_fffd, 4, "ext2loc"), "0x1000FFFD with 4 bytes is not inside cluster L1"],
    [(rt) => rt.dmaMemcpy(0x1c07_fffd, L1, 4, "loc2ext"), "0x1C07FFFD with 4 bytes is not inside L2 (0x1C000000"],
    [(rt) => rt.dmaMemcpy(0x1b00_0000, L1, 4, "ext2loc"), "0x1B000000 with 4 bytes is not inside L2"],
    [(rt) => rt.dmaMemcpy(L2, L2 + 64, 4, "ext2loc"), "both sides are in L2"],
    [(rt) => rt.dmaMemcpy(L1, L1 + 64, 4, "ext2loc"), "both sides are in cluster L1"],
    [(rt) => rt.dmaMemcpy2d(L2, L1, 64, 70000, 8, "ext2loc"), "rows of 8 bytes every 70000 bytes do not fit"],
    [(rt) => rt.dmaMemcpy2d(L2, L1, 64, 16, 0, "ext2loc"), "rows of 0 bytes every 16 bytes do not fit"],
    [(rt) => rt.dmaMemcpy2d(0x1c07_f000, L1, 4096, 4096, 64, "ext2loc"), "bytes is not inside L2"],
    [(rt) => rt.dmaWait(new DmaCopy()), "this DmaCopy has none; it was waited for already"],
  ];
  for (const [attempt, why] of cases) {
    const message = messageOf(function* (rt) {
      yield* attempt(rt);
    });
    assertStringIncludes(message, why);
    assertStringIncludes(message, "on gap8.pe0 at ");
    assertStringIncludes(message, "of gap8.cluster");
  }
});

Deno.test("Bad input: DMA commands by hand that cannot be meant are refused at the store that completes them", () => {
  const window = Gap8Address.clusterDmaDemux;
  const command = (...words: number[]) =>
    messageOf(function* ({ core }) {
      yield* core.read(window);
      for (const word of words) yield* core.store(window, word >>> 0);
    });
  const toLocal = 1 << 16;
  assertStringIncludes(command(0), "of gap8.cluster_dma for gap8.pe0 (gap8.cluster_dma at ");
  assertStringIncludes(command(0), "a transfer of 0 bytes never ends");
  assertStringIncludes(command(64 | toLocal, L2, L2), "the cluster's side of the transfer, 64 bytes at 0x1C040000");
  assertStringIncludes(
    command(64 | toLocal, L1, 0x1a10_0000),
    "the outer side of the transfer, 64 bytes at 0x1A100000",
  );
  assertStringIncludes(
    messageOf(function* ({ core }) {
      yield* core.read(window + 8);
    }),
    "Cannot read offset 0x00000008 of gap8.cluster_dma for gap8.pe0",
  );
});

Deno.test("Bad input: DMA on the fabric controller", () => {
  const calls: ((rt: FcRuntime) => Process)[] = [
    (rt) => rt.dmaMemcpy(L2, L1, 4, "ext2loc"),
    (rt) => rt.dmaMemcpy2d(L2, L1, 4, 8, 4, "ext2loc"),
    (rt) => rt.dmaWait(new DmaCopy()),
    (rt) => rt.dmaFlush(),
  ];
  for (const call of calls) {
    const { message } = assertThrows(() => new Gap8System().run(call), SimulationError);
    assertStringIncludes(message, " on gap8.fc at ");
    assertStringIncludes(message, "the cluster DMA takes commands from the cluster's cores only");
  }
});

Deno.test("Bad input: 17 transfers in flight on one core, none ever freed", () => {
  const error = assertThrows(() =>
    onCluster(function* (rt) {
      for (let i = 0; i < 17; i++) yield* rt.dmaMemcpy(L2, L1, 64, "ext2loc");
    }), DeadlockError);
  assertMatch(
    error.message,
    /gap8.pe0 waits for a load at 0x10204400 \(cycle \d+\) to be granted; a free transfer counter: all 16 are allocated/,
  );
});

Deno.test("a 17th transfer waits for an identifier that another core frees", () => {
  let freed = 0, got = 0;
  onCluster(function* (rt) {
    yield* rt.teamFork(2, function* (rt) {
      const copies: DmaCopy[] = [];
      if (rt.core.coreId === 0) {
        for (let i = 0; i < 15; i++) copies.push(yield* rt.dmaMemcpy(L2, L1, 64, "ext2loc"));
        rt.core.alu(5000);
        yield* rt.dmaWait(copies[0]);
        freed = rt.core.cycle;
      } else {
        rt.core.alu(1000);
        for (let i = 0; i < 2; i++) copies.push(yield* rt.dmaMemcpy(L2, L1, 64, "ext2loc"));
        got = rt.core.cycle;
      }
    });
  });
  assertEquals(got > freed && got < freed + 20, true, `${freed} ${got}`);
});

Deno.test("Bad input: a barrier that one core never reaches", () => {
  const error = assertThrows(() =>
    onCluster(function* (rt) {
      yield* rt.teamFork(8, function* work(rt) {
        if (rt.coreId() !== 5) yield* rt.teamBarrier();
      });
    }), DeadlockError);
  assertMatch(
    error.message,
    /gap8.pe0 waits for p.elw at 0x1020421C \(cycle \d+\) to be granted; barrier 0: cores 0, 1, 2, 3, 4, 6 and 7 of its team are there, core 5 is not/,
  );
});
