import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Counters, performanceProgram } from "../../../examples/firmware/performance.ts";
import {
  type FcRuntime,
  type FirmwareCore,
  Gap8Address,
  type Gap8Params,
  Gap8System,
  Perf,
  PERF_BYTES,
  PERF_EVENTS,
  type PerfEvent,
  type PeRuntime,
  reg,
} from "../../../runtime/gap8/mod.ts";
import { type Process, SimulationError } from "../../../sim/mod.ts";

const { t0, t1, t2, ra, zero } = reg;
const L1 = Gap8Address.clusterL1 + 0x8000, L2 = Gap8Address.l2 + 0x4_0000;
/** The instruction that starts the counters is counted, that which stops them is not. */
const START = 1;

/** Runs a function on core 0 of the mounted cluster. */
function onCluster(entry: (rt: PeRuntime) => Process, params: Partial<Gap8Params> = {}): void {
  new Gap8System(params).run(function* (rt: FcRuntime) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, entry);
  });
}

/** Core 0's counters around `body`, by their CSRs; all of it runs in L1's world, so that the timer is not touched. */
function countersOf(body: (core: FirmwareCore, rt: PeRuntime) => Process | void): Record<PerfEvent, number> {
  const counters = {} as Record<PerfEvent, number>;
  onCluster(function* (rt) {
    const { core } = rt;
    core.alu(200); // the other cores have gone to sleep
    yield* core.store(L1, 0);
    core.csrrw(zero, 0x7e1, zero); // after reset they run
    core.li(t0, -1);
    core.csrrw(zero, 0x7e0, t0);
    core.csrrw(zero, 0x79f, zero);
    core.li(t0, 3);
    core.csrrw(zero, 0x7e1, t0);
    const run = body(core, rt);
    if (run !== undefined) yield* run;
    core.csrrw(zero, 0x7e1, zero);
    for (const [index, event] of PERF_EVENTS.entries()) {
      core.csrrs(t0, 0x780 + index, zero);
      counters[event] = core.registers[t0] >>> 0;
    }
  });
  return counters;
}

/** Checks counters by name; those that are not named have to be 0. */
function assertCounters(counters: Record<PerfEvent, number>, expected: Partial<Record<PerfEvent, number>>): void {
  const all = Object.fromEntries(PERF_EVENTS.map((event) => [event, expected[event] ?? 0]));
  assertEquals(counters, all as Record<PerfEvent, number>);
}

Deno.test("active_cycles and instr count instructions of one cycle, the one that starts the counters included", () => {
  assertCounters(countersOf((core) => core.alu(100)), { active_cycles: 100 + START, instr: 100 + START });
});

Deno.test("ld_stall counts loads whose result the next instruction uses; ld and st count accesses", () => {
  const counters = countersOf(function* (core) {
    core.li(t1, L1);
    for (let i = 0; i < 5; i++) {
      yield* core.lw(t0, t1, 0);
      core.addi(t0, t0, 1);
      yield* core.sw(t0, t1, 4);
    }
  });
  const instructions = 1 + 5 * 3 + START; // li is one lui
  assertCounters(counters, {
    instr: instructions,
    active_cycles: instructions + 5,
    ld_stall: 5,
    ld: 5,
    st: 5,
  });
});

Deno.test("ld and st count an access that crosses a word twice", () => {
  const counters = countersOf(function* (core) {
    core.li(t1, L1);
    yield* core.lw(t0, t1, 2);
    yield* core.sw(t2, t1, 1);
    yield* core.lhu(t0, t1, 1);
  });
  const instructions = 1 + 3 + START;
  assertCounters(counters, { instr: instructions, active_cycles: instructions + 2, ld: 2 + 1, st: 2 });
});

Deno.test("jump, branch and btaken count jumps, branches, and those that are taken", () => {
  const counters = countersOf((core) => {
    for (let i = 0; i < 4; i++) core.jump();
    for (let i = 0; i < 7; i++) core.branchIf(i < 5);
  });
  const instructions = 4 + 7 + START;
  assertCounters(counters, {
    instr: instructions,
    active_cycles: instructions + 4 * 1 + 5 * 2,
    jump: 4,
    branch: 7,
    btaken: 5,
  });
});

Deno.test("jr_stall counts jumps that wait for their register, however long", () => {
  const counters = countersOf(function* (core) {
    core.li(t1, L1);
    for (let i = 0; i < 3; i++) {
      core.addi(ra, zero, 0);
      core.jumpTo(ra); // one cycle
    }
    yield* core.lw(ra, t1, 0);
    core.jumpTo(ra); // a load-use stall of one, then one more
    core.alu(3);
    core.jumpTo(ra); // none
  });
  assertEquals([counters.jr_stall, counters.jump, counters.ld, counters.ld_stall], [4, 5, 1, 1]);
  assertEquals(counters.active_cycles - counters.instr, 5 * 1 + 3 * 1 + 2);
});

Deno.test("rvc counts the instructions between compressedBegin and compressedEnd", () => {
  const counters = countersOf(function* (core) {
    core.li(t1, L1);
    core.compressedBegin();
    core.alu(6);
    yield* core.lw(t0, t1, 0);
    core.compressedEnd();
    core.alu(2);
  });
  assertEquals([counters.rvc, counters.instr], [7, 1 + 7 + 2 + START]);
});

Deno.test("imiss stays 0 while fetch is ideal", () => {
  assertEquals(countersOf((core) => core.alu(50)).imiss, 0);
});

Deno.test("ld_ext and st_ext count what leaves L1, and their cycles the requests: registers of the event unit take one each", () => {
  const counters = countersOf(function* (core) {
    for (let i = 0; i < 3; i++) yield* core.read(Gap8Address.clusterEventUnitDemux);
    for (let i = 0; i < 4; i++) yield* core.store(Gap8Address.clusterEventUnitDemux + 0x28, 0);
  });
  assertCounters(counters, {
    instr: 3 + 4 + START,
    active_cycles: 3 + 4 + START + 3,
    ld_stall: 3,
    ld: 3,
    st: 4,
    ld_ext: 3,
    st_ext: 4,
    ld_ext_cyc: 3,
    st_ext_cyc: 4,
  });
});

Deno.test("ld_ext_cyc and st_ext_cyc: a peripheral of the cluster holds a request for 4 cycles, L2 for its whole way", () => {
  const timer = Gap8Address.clusterTimer;
  const near = countersOf(function* (core) {
    for (let i = 0; i < 3; i++) yield* core.read(timer + 8);
    for (let i = 0; i < 2; i++) yield* core.store(timer + 0x10, 0);
  });
  // Asked in c, granted in c + 3 (RTL simulation of XBAR_PE with an answer after one cycle).
  assertEquals([near.ld_ext, near.ld_ext_cyc, near.st_ext, near.st_ext_cyc], [3, 3 * 4, 2, 2 * 4]);
  const far = countersOf(function* (core) {
    for (let i = 0; i < 10; i++) yield* core.read(L2);
    for (let i = 0; i < 10; i++) yield* core.store(L2 + 4, 0);
  });
  assertEquals([far.ld_ext, far.st_ext, far.tcdm_cont], [10, 10, 0]);
  // Cycles, stalls of the loads' users apart, are the instructions' and those that requests wait: one of each is the grant's.
  assertEquals(far.active_cycles, far.instr + far.ld_stall + (far.ld_ext_cyc - 10) + (far.st_ext_cyc - 10));
  assertEquals(far.ld_ext_cyc > 10 * 19, true, "the way to L2 is 2 + 9 + 8 cycles");
});

Deno.test("tcdm_cont counts the cycles in which a bank served another core", () => {
  const counts: number[] = [], refused: number[] = [];
  onCluster(function* (rt) {
    yield* rt.teamFork(2, function* (rt) {
      const { core, system: { gap8 } } = rt;
      core.li(t0, 1 << 15);
      core.csrrw(zero, 0x7e0, t0);
      core.csrrw(zero, 0x79f, zero);
      yield* rt.teamBarrier();
      const before = gap8.clusterL1.refusedFor(core.coreId);
      for (let i = 0; i < 20; i++) yield* core.store(L1, i);
      core.csrrs(t0, 0x780 + 15, zero);
      counts[core.coreId] = core.registers[t0];
      refused[core.coreId] = gap8.clusterL1.refusedFor(core.coreId) - before;
    });
  });
  assertEquals(counts, refused);
  // Both ask in the same cycle; from then on the bank alternates: 40 stores take 40 cycles.
  assertEquals(counts[0] + counts[1], 2 * 20 - 1);
});

Deno.test("csr_hazard counts the cycles that an access to mstatus costs", () => {
  const counters = countersOf((core) => {
    for (let i = 0; i < 5; i++) core.csrrs(t0, 0x300, zero);
    core.csrrs(t0, 0xf14, zero);
  });
  assertCounters(counters, { instr: 6 + START, active_cycles: 6 + START + 5 * 3, csr_hazard: 5 * 3 });
});

Deno.test("cycles goes on while the core sleeps, active_cycles does not", () => {
  let cycles = 0, active = 0;
  onCluster(function* (rt) {
    const { core } = rt;
    const perf = new Perf(L1 + 0x100);
    yield* rt.perfInit(perf);
    yield* rt.perfConf(perf, ["cycles", "active_cycles"]);
    yield* rt.perfReset(perf);
    yield* rt.teamFork(2, function* (rt) {
      if (rt.core.coreId === 0) {
        yield* rt.perfStart(perf);
        yield* rt.teamBarrier();
        yield* rt.perfStop(perf);
      } else {
        rt.core.alu(5000);
        yield* rt.core.store(L1, 0);
        yield* rt.teamBarrier();
      }
    });
    yield* rt.perfSave(perf);
    cycles = yield* rt.perfGet(perf, "cycles");
    active = yield* rt.perfGet(perf, "active_cycles");
    assertEquals(core.coreId, 0);
  });
  assertEquals(cycles > 4900 && active < 40, true, `${cycles} ${active}`);
});

Deno.test("perfStart and perfStop measure the same cycles with the timer as the core sees", () => {
  const measured: number[] = [];
  onCluster(function* (rt) {
    const perf = new Perf(L1 + 0x100);
    yield* rt.perfInit(perf);
    yield* rt.perfConf(perf, ["cycles"]);
    for (const work of [0, 100, 1000]) {
      yield* rt.perfReset(perf);
      yield* rt.perfStart(perf);
      rt.core.alu(work);
      yield* rt.perfStop(perf);
      measured.push(yield* rt.perfRead("cycles"));
    }
  });
  assertEquals([measured[1] - measured[0], measured[2] - measured[0]], [100, 1000]);
});

Deno.test("perfSave adds to the sums, perfInit clears them, perfGetAverage gives their mean", () => {
  const seen: number[] = [];
  onCluster(function* (rt) {
    const perfs = [new Perf(L1 + 0x100), new Perf(L1 + 0x100 + PERF_BYTES)];
    for (const [index, perf] of perfs.entries()) {
      yield* rt.perfInit(perf);
      rt.core.csrrw(zero, 0x7e1, zero);
      yield* rt.perfConf(perf, ["instr"]);
      for (let round = 0; round <= index; round++) {
        yield* rt.perfReset(perf);
        yield* rt.perfStart(perf);
        rt.core.alu(99);
        rt.core.csrrw(zero, 0x7e1, zero);
        yield* rt.perfSave(perf);
      }
      seen.push(yield* rt.perfGet(perf, "instr"));
    }
    seen.push(yield* rt.perfGetAverage(perfs, "instr"));
    yield* rt.perfInit(perfs[1]);
    seen.push(yield* rt.perfGet(perfs[1], "instr"));
  });
  assertEquals(seen, [100, 200, 150, 0]);
});

Deno.test("perf functions measure the fabric controller with its own timer", () => {
  let cycles = 0, instructions = 0;
  new Gap8System().run(function* (rt) {
    const perf = new Perf(yield* rt.alloc("fcData", PERF_BYTES));
    yield* rt.perfInit(perf);
    yield* rt.perfConf(perf, ["cycles", "instr"]);
    yield* rt.perfReset(perf);
    yield* rt.perfStart(perf);
    rt.core.alu(300);
    yield* rt.perfStop(perf);
    yield* rt.perfSave(perf);
    cycles = yield* rt.perfGet(perf, "cycles");
    instructions = yield* rt.perfGet(perf, "instr");
  });
  assertEquals(instructions > 300 && instructions < 310, true, `${instructions}`);
  assertEquals(cycles > 300 && cycles < 320, true, `${cycles}`);
});

Deno.test("Counters stop at 2^32 - 1 in saturating mode and go round in the other", () => {
  const seen: number[] = [];
  onCluster(function* ({ core }) {
    yield* core.store(L1, 0);
    core.li(t0, 2);
    core.csrrw(zero, 0x7e0, t0);
    for (const mode of [3, 1]) {
      core.li(t1, mode);
      core.li(t2, -10);
      core.csrrw(zero, 0x7e1, zero);
      core.csrrw(zero, 0x79f, t2);
      core.csrrw(zero, 0x7e1, t1);
      core.alu(99);
      core.csrrw(zero, 0x7e1, zero);
      core.csrrs(t0, 0x781, zero);
      seen.push(core.registers[t0] >>> 0);
    }
  });
  assertEquals(seen, [0xffff_ffff, 90]);
});

Deno.test("coreCounters 1: cycles and one more can be measured, as on the chip", () => {
  const seen: number[] = [];
  onCluster(function* (rt) {
    const perf = new Perf(L1 + 0x100);
    rt.core.csrrw(zero, 0x7e1, zero);
    for (const event of ["instr", "branch"] as const) {
      yield* rt.perfInit(perf);
      yield* rt.perfConf(perf, ["cycles", event]);
      yield* rt.perfReset(perf);
      yield* rt.perfStart(perf);
      for (let i = 0; i < 9; i++) rt.core.branchIf(false);
      yield* rt.perfStop(perf);
      yield* rt.perfSave(perf);
      seen.push(yield* rt.perfGet(perf, event));
    }
  }, { coreCounters: 1 });
  assertEquals(seen, [9 + START + 1, 9]); // and the constant of the stop
});

Deno.test("Bad input: more events than the chip counts at a time, and an event that is not there", () => {
  const attempt = (events: readonly PerfEvent[], counters: number) =>
    assertThrows(
      () => onCluster((rt) => rt.perfConf(new Perf(L1), events), { coreCounters: counters }),
      Error,
    );
  const tooMany = attempt(["cycles", "instr", "ld"], 1);
  assertEquals(tooMany instanceof SimulationError, true);
  assertStringIncludes(tooMany.message, "Cannot count instr, ld at a time on gap8.pe0 at ");
  assertStringIncludes(tooMany.message, "the chip has one counter for each core, beside the timer that counts cycles");
  assertStringIncludes(attempt(["fp" as PerfEvent], 17).message, "Cannot measure fp: there are active_cycles, instr, ");
});

Deno.test("performanceProgram prints the SDK's lines, and its counters agree with each other", () => {
  const counters: Counters = {};
  const { console, exitCode } = new Gap8System().run(performanceProgram(counters));
  const all = counters as Record<PerfEvent, number>;
  assertEquals(exitCode, 0);
  const lines = (count: number) =>
    Array.from({ length: 8 * count }, (_, i) => `loop iteration n=${i % count}`).toSorted();
  assertEquals(console.slice(0, 80).toSorted(), lines(10));
  assertEquals(/^\tPerformance of funct2monitor: cycles \d+ instructions \d+$/.test(console[80]), true);
  assertEquals(console.slice(81, 241).toSorted(), lines(20));
  assertEquals(console[241], `\tPerformance of funct2monitor: cycles ${all.cycles} instructions ${all.instr}`);
  assertEquals(console.slice(242), ["Test success"]);
  const characters = Array.from({ length: 20 }, (_, i) => `loop iteration n=${i}\n`.length).reduce((a, b) => a + b);
  assertEquals(all.st, characters + 2); // and the dispatch of the function and of its argument
  assertEquals([all.branch, all.btaken, all.st_ext], [20 + 1, 20, all.st]);
  assertEquals(Object.keys(counters), [...PERF_EVENTS]);
});
