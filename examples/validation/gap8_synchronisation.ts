/**
 * Barriers, events, dispatch and locks, and what a fork costs.
 * @module
 */
import { EVENT_UNIT_BASE } from "../../hw/platforms/cluster_bench.ts";
import { type FcRuntime, Gap8System, type PeRuntime } from "../../runtime/gap8/mod.ts";
import type { Process } from "../../sim/mod.ts";
import { RetireLog } from "./retire_log.ts";
import type { ValidationRow, ValidationTable } from "./section.ts";
import { runTeam } from "./team_bench.ts";

/** A core beside core 0. */
const OTHER = 1;
/** Instructions around the barrier in its loop, and the two cycles of a taken branch. */
const LOOP_CYCLES = 2 + 2;

const meet = (label: string) => `
        li    t6, 60            # until all are idle
1:      addi  t6, t6, -1
        bnez  t6, 1b
${label}: p.elw t0, 0x21c(s1)
        nop
        nop
`;
const late = `
        li    t6, 20
2:      addi  t6, t6, -1
        bnez  t6, 2b
`;

const PROGRAM = `.option norvc
_start: csrr s0, mhartid
        li    s1, ${EVENT_UNIT_BASE}
        li    t0, 0x700ff       # dispatch, mutex, barrier, software events
        sw    t0, 0(s1)
        li    t0, 255
        sw    t0, 0x84(s1)
        sw    t0, 0x200(s1)
        sw    t0, 0x20c(s1)
        ${meet("together")}
        li    t2, 8
        .balign 16
        nop                     # so that the branch lies in the next line
        nop
round:  p.elw t0, 0x21c(s1)
        addi  t2, t2, -1
        bnez  t2, round
        ${meet("m1")}
        li    t5, ${OTHER}
        bnez  s0, wakes
        ${late}
        li    t2, ${1 << OTHER}
trigger: sw   t2, 0x100(s1)
        j     3f
wakes:  bne   s0, t5, 3f
asleep: p.elw t0, 0x3c(s1)
        nop
3:      ${meet("m2")}
        bnez  s0, 4f
        li    t2, ${1 << OTHER}
        sw    t2, 0x100(s1)
        j     5f
4:      bne   s0, t5, 5f
        ${late}
pending: p.elw t0, 0x3c(s1)
        nop
5:      ${meet("m3")}
        bnez  s0, popped
        ${late}
push:   sw    s1, 0x80(s1)
        sw    s0, 0x80(s1)
        nop
popped: p.elw t0, 0x80(s1)
argument: p.elw t0, 0x80(s1)
        nop
        ${meet("m4")}
        bnez  s0, 6f
free:   p.elw t0, 0xc0(s1)
        nop
        nop
        sw    zero, 0xc0(s1)
6:      ${meet("m5")}
locked: p.elw t0, 0xc0(s1)
        nop
        nop
        nop
        nop
        sw    zero, 0xc0(s1)
        nop
        ${meet("m6")}
        li    t0, 0x1a1040a0
        sw    zero, 0(t0)
7:      j     7b`;

/** What the event unit's operations take. */
export function synchronisationTable(): ValidationTable {
  const log = new RetireLog("synchronisation", PROGRAM, "ri5cy_2018_01_fetch128");
  const later = new RetireLog("synchronisation", PROGRAM, "ri5cy_2019_11_fetch128");
  const after = (label: string, core: number) => log.cycleAfter(label, core);
  const at = (label: string, core = 0) => log.cyclesAt(label, core)[0];
  const barrier = after("together", 0) - at("together");
  const rounds = log.cyclesAt("round", 0);
  const perRound = (rounds[rounds.length - 1] - rounds[1]) / (rounds.length - 2);
  const perBarrier = perRound - LOOP_CYCLES;
  const firsts = Array.from({ length: 8 }, (_, core) => after("locked", core));
  const firmware = firmwareCosts();
  const rtl = "RTL of Mr.Wolf (event_unit_flex 6b7a494, RI5CY 12e1cda7), simulated";
  const waits = "p.elw to next instruction";
  const cells: readonly (readonly [string, ValidationRow["theirs"], number, string, string])[] = [
    [
      "barrier, assembly",
      11,
      barrier,
      "Glaser et al., DATE 2019",
      `a later unit than GAP8's, which may count otherwise; ours ${waits}`,
    ],
    ["barrier, assembly", [9, 10], barrier, rtl, `${waits}; 10 with a fetch of a line under way`],
    [
      "barrier, assembly, GAP8's core as assumed",
      [9, 10],
      later.cycleAfter("together", 0) - later.cyclesAt("together", 0)[0],
      rtl,
      "the RI5CY of November 2019 goes on a cycle earlier after each p.elw",
    ],
    ["barrier, generator firmware", [9, 10], firmware.barrier, rtl, "rt.teamBarrier, all cores together; ideal fetch"],
    [
      "barrier, addition and branch in a loop",
      14,
      perRound,
      rtl,
      "the branch in the next line of 16 bytes, as in one place of four; a cycle less elsewhere",
    ],
    [
      "the same, per barrier",
      11.3 - LOOP_CYCLES,
      perBarrier,
      "vendor's simulator, pulp-open, measured: 11.3 with the loop",
      "its event unit charges 2 and 6 cycles, which its sources call experimental",
    ],
    [
      "work between barriers that lose 10 %",
      100,
      9 * perBarrier,
      "Glaser et al., DATE 2019",
      "nine times what a barrier in a loop takes, the sum of both ten times; theirs is 9 times 11, rounded",
    ],
    [
      "software event: store to the waiter's next instruction",
      7,
      after("asleep", OTHER) - at("trigger"),
      rtl,
      "equal",
    ],
    [
      "wait for an event that is there",
      5,
      after("pending", OTHER) - at("pending", OTHER),
      rtl,
      "equal; it does not fall asleep",
    ],
    ["dispatch: store to a waiting core's next instruction", 8, after("popped", OTHER) - at("push"), rtl, "equal"],
    [
      "the argument, dispatched right after",
      [8, 9],
      after("argument", OTHER) - at("argument", OTHER),
      rtl,
      "9 with a fetch of a line under way",
    ],
    ["lock of a free mutex", [8, 9], after("free", 0) - at("free"), rtl, "equal"],
    [
      "mutex for 8 cores, 4 instructions inside: per core",
      11,
      (firsts[7] - firsts[0]) / 7,
      rtl,
      "hand-over 7, and the instructions",
    ],
    [
      "empty fork on 8 cores, assembly",
      [8 + 8 + 9, 8 + 9 + 10],
      emptyFork(),
      "the sum of its parts in the RTL: dispatch, argument, barrier",
      "beyond a plain call; in ours also 5 stores, of which 3 set team and barrier anew, and each core's call and return; the later core",
    ],
    [
      "empty fork on 8 cores, generator firmware",
      [8 + 8 + 9, 8 + 9 + 10],
      firmware.fork,
      "the sum of its parts in the RTL: dispatch, argument, barrier",
      "rt.teamFork: the same, and the runtime's instructions around them (estimated, +-50 %)",
    ],
  ];
  return {
    title: "Synchronisation",
    introduction:
      "Assembly on the eight-core board with the core of the RTL's year, except where it says otherwise. Nobody has published " +
      "what a fork costs on GAP8.",
    rows: cells.map(([what, theirs, ours, source, explanation]) => ({
      what,
      unit: "cycles",
      theirs,
      ours,
      source,
      explanation,
    })),
  };
}

/** Cycles of an empty function on eight cores beyond those on one. */
function emptyFork(): number {
  const cycles = (cores: number) => runTeam({ name: "empty", source: "ret", cores, data: [] }, 10).cycles;
  return cycles(8) - cycles(1);
}

/** Cycles of core 0 for a barrier and for an empty fork on eight cores. */
function firmwareCosts(): { readonly barrier: number; readonly fork: number } {
  const system = new Gap8System();
  let barrier = 0, fork = 0;
  const spent = function* (rt: PeRuntime, work: Process) {
    const start = rt.core.cycle;
    yield* work;
    return rt.core.cycle - start;
  };
  system.run(function* (rt: FcRuntime) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, function* (rt: PeRuntime) {
      fork = yield* spent(rt, rt.teamFork(8, () => {}));
      yield* rt.teamFork(8, function* (rt: PeRuntime) {
        yield* rt.teamBarrier();
        const cycles = yield* spent(rt, rt.teamBarrier());
        if (rt.coreId() === 0) barrier = cycles;
      });
    }, 0);
    yield* rt.clusterMount(false);
  });
  return { barrier, fork };
}
