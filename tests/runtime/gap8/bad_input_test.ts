import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  type ClusterFunction,
  type DmaDirection,
  type FcRuntime,
  Gap8Address,
  Gap8System,
  type Main,
  type PeRuntime,
} from "../../../runtime/gap8/mod.ts";
import { type Process, SimulationError } from "../../../sim/mod.ts";

const L1 = Gap8Address.clusterL1 + 0x8000, L2 = Gap8Address.l2 + 0x4_0000;

/** The message with which a program ends; nothing but a SimulationError will do. */
function messageOf(main: Main): string {
  return assertThrows(() => new Gap8System().run(main), SimulationError).message;
}

/** The same of a program on core 0 of the cluster. */
function clusterMessageOf(entry: ClusterFunction): string {
  return messageOf(function* (rt) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, entry);
  });
}

/** What JavaScript lets through where a type says otherwise. */
const anything = (value: unknown) => value as never;

const PE0 = String.raw`on gap8\.pe0 at \S+ us, cycle \d+ of gap8\.cluster.*`;
const FC = String.raw`on gap8\.fc at \S+ us, cycle \d+ of gap8\.fc`;

Deno.test("Bad input: what should be a function and is none, or returns no behaviour", () => {
  const onFc: [(rt: FcRuntime) => Process, string][] = [
    [(rt) => rt.clusterCall(0, anything(undefined)), `^Cannot call on the cluster undefined ${FC}: it is no function`],
    [function* (rt) {
      rt.eventPushCallback(null, anything("done"));
      yield 0;
    }, `^Cannot get an event for "done" ${FC}: it is no function`],
    [function* (rt) {
      rt.eventPushCallback(null, function done() {
        return anything(1);
      });
      yield* rt.eventExecute(null, false);
    }, `^Cannot run done ${FC}.*: it returned number 1 and not a behaviour`],
  ];
  for (const [attempt, pattern] of onFc) {
    const message = messageOf(function* (rt) {
      yield* rt.clusterMount(true);
      yield* attempt(rt);
    });
    assertMatch(message, new RegExp(pattern));
  }
  assertMatch(messageOf(anything(null)), new RegExp(`^Cannot run null ${FC}: it is no function`));
  assertMatch(
    messageOf(function main() {
      return anything(3);
    }),
    new RegExp(`^Cannot run main ${FC}: it returned number 3 and not a behaviour; write function\\*`),
  );
  assertMatch(
    clusterMessageOf((rt: PeRuntime) => rt.teamFork(8, anything(42))),
    new RegExp(`^Cannot fork 42 ${PE0}: it is no function`),
  );
  assertMatch(
    clusterMessageOf(function entry() {
      return anything(5);
    }),
    new RegExp(`^Cannot run entry ${PE0}: it returned number 5 and not a behaviour`),
  );
});

Deno.test("clusterCall, teamFork and main take plain functions that return nothing", () => {
  let forked = 0;
  const { exitCode } = new Gap8System().run(function* (rt) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, (rt) => rt.core.alu(4));
    yield* rt.clusterCall(0, (rt) => rt.teamFork(8, () => void forked++));
  });
  assertEquals([exitCode, forked], [0, 8]);
  assertEquals(new Gap8System().run(anything(() => {})).exitCode, 0);
});

Deno.test("Bad input: addresses, values, sizes and numbers of instructions that no core has", () => {
  const cases: [(rt: PeRuntime) => Process<unknown> | void, string][] = [
    [
      ({ core }) => core.store(L1, NaN),
      `^Cannot store NaN at 0x10008000 ${PE0}: registers hold whole numbers of 32 bits`,
    ],
    [({ core }) => core.store(L1, 1.5), "^Cannot store 1.5 at 0x10008000 "],
    [({ core }) => core.store(L2, 2 ** 33), "^Cannot store 8589934592 at 0x1C040000 "],
    [({ core }) => core.store(NaN, 1), `^Cannot store at NaN ${PE0}: an address is a whole number of 32 bits`],
    [({ core }) => core.read(L1 + 0.5), "^Cannot load at 268468224.5 "],
    [({ core }) => core.elw(anything(undefined)), "^Cannot wait \\(p.elw\\) at undefined "],
    [({ core }) => core.read(L1, 3), `^Cannot load 3 bytes at 0x10008000 ${PE0}: the core accesses 1, 2 or 4 bytes`],
    [({ core }) => core.alu(NaN), `^Cannot issue NaN instructions ${PE0}: their number is a whole one, 0 or more`],
    [({ core }) => core.alu(1.5), "^Cannot issue 1.5 instructions "],
    [({ core }) => core.alu(-3), "^Cannot issue -3 instructions "],
  ];
  for (const [attempt, pattern] of cases) {
    const message = clusterMessageOf(function* (rt) {
      const body = attempt(rt);
      if (body !== undefined) yield* body;
    });
    assertMatch(message, new RegExp(pattern));
  }
});

Deno.test("store and read take words as signed or unsigned numbers, alu takes 0", () => {
  const seen: number[] = [];
  new Gap8System().run(function* (rt) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, function* ({ core }) {
      core.alu(0);
      for (const value of [-1, 0xffff_ffff, -(2 ** 31), 2 ** 31]) {
        yield* core.store(L1, value);
        seen.push(yield* core.read(L1));
      }
    });
  });
  assertEquals(seen, [0xffff_ffff, 0xffff_ffff, 2 ** 31, 2 ** 31]);
});

Deno.test("Bad input: kinds of memory, directions of transfers, stacks and teams that are not there", () => {
  assertMatch(
    messageOf((rt) => rt.alloc(anything("l3"), 8) as Process<number>),
    new RegExp(`^Cannot allocate l3 memory ${FC}: there are fcCode, fcData, `),
  );
  assertMatch(
    clusterMessageOf(function* (rt) {
      yield* rt.dmaMemcpy(L2, L1, 64, "in" as DmaDirection);
    }),
    new RegExp(`^Cannot copy 64 bytes from .* by DMA ${PE0}: its direction is in, neither ext2loc nor loc2ext`),
  );
  const calls: [object, string][] = [
    [{ masterStackBytes: -4 }, "with stacks of -4 bytes"],
    [{ slaveStackBytes: 0.5 }, "with stacks of 0.5 bytes"],
    [{ cores: NaN }, "with NaN cores"],
    [{ cores: 9 }, "with 9 cores"],
  ];
  for (const [options, words] of calls) {
    const message = messageOf(function* (rt) {
      yield* rt.clusterMount(true);
      yield* rt.clusterCall(0, () => {}, 0, options);
    });
    assertMatch(message, new RegExp(`^Cannot call a function without a name ${words} from gap8\\.fc at `));
  }
});

Deno.test("Bad input: a transfer over the words that the runtime keeps at the beginning of cluster L1", () => {
  const message = messageOf(function* (rt) {
    rt.system.gap8.l2.bytes.fill(0x5a, L2 - Gap8Address.l2, L2 - Gap8Address.l2 + 64);
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, function* (rt) {
      yield* rt.dmaWait(yield* rt.dmaMemcpy(L2, Gap8Address.clusterL1, 64, "ext2loc"));
    });
  });
  assertMatch(message, new RegExp(`^Cannot take event 0x5A5A5A5A from the cluster ${FC}.*words have been overwritten`));
});
