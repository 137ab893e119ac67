/**
 * Functions in assembly on the eight-core board: on core 0 alone, or forked on a team as the GAP8 SDK does it.
 * @module
 */
import {
  CLUSTER_CORES,
  CLUSTER_EXIT,
  ClusterBench,
  type ClusterEngineName,
  EVENT_UNIT_BASE,
} from "../../hw/platforms/cluster_bench.ts";
import { GAP8_TCDM } from "../../hw/memory/tcdm.ts";
import { EventBit } from "../../hw/pulp/event_unit_registers.ts";
import { assemble } from "../../hw/riscv/isa/assembler.ts";
import { Program } from "../../hw/riscv/isa/program.ts";
import { coreVariants } from "../../hw/riscv/ri5cy/variants.ts";

/** Where the cores start. */
const START = 0x1c00_0080;
/** Bytes that a core fetches at once. */
const LINE = 16;

/** What a function works on in L1. */
export interface TeamData {
  /** Bytes from the beginning of L1. */
  readonly offset: number;
  /** What is there before. */
  readonly bytes: Uint8Array;
}

/** A function in assembly, called again and again. */
export interface TeamWork {
  /** Name, for messages. */
  readonly name: string;
  /** Its body, up to and with `ret`; all registers but ra, sp, gp and tp are free. */
  readonly source: string;
  /** Cores that run it. With more than one it is forked, and all have to come to the barrier behind it. */
  readonly cores: number;
  /** What is in L1 before the first call. */
  readonly data: readonly TeamData[];
  /** Where in a line of 16 bytes its label `hot` lies, an even number; 0 if absent. Without such a label, where it begins. */
  readonly place?: number;
}

/** What a call took, in the mean over the calls after the first. */
export interface TeamCost {
  /** Cycles of core 0, with fork and barriers if there are several cores. */
  readonly cycles: number;
  /** Instructions of all cores. */
  readonly instructions: number;
  /** Cycles in which cores waited for a bank, of all cores. */
  readonly conflicts: number;
}

/** A run: its cost, and L1 after all calls. */
export interface TeamRun extends TeamCost {
  /** How often the function was called. */
  readonly calls: number;
  /** L1 after the last call. */
  readonly l1: Uint8Array;
}

/** Calls a function once, then some times more, and gives what each of these took. Throws a ProgramError as the board does. */
export function runTeam(work: TeamWork, more: number, engine: ClusterEngineName = "fast"): TeamRun {
  const [once, all] = [1, 1 + more].map((calls) => {
    const board = new ClusterBench(coreVariants.ri5cy_2019_11_fetch128, teamProgram(work, calls), engine);
    board.run();
    const [first] = board.cores;
    const sum = (of: (core: typeof first) => number) => board.cores.reduce((total, core) => total + of(core), 0);
    return {
      cycles: first.cycles,
      instructions: sum(({ retired }) => retired),
      conflicts: sum(({ refused }) => refused),
      l1: board.l1.bytes,
    };
  });
  return {
    cycles: (all.cycles - once.cycles) / more,
    instructions: (all.instructions - once.instructions) / more,
    conflicts: (all.conflicts - once.conflicts) / more,
    calls: 1 + more,
    l1: all.l1,
  };
}

/** The program: `calls` times the function, then all cores end. */
export function teamProgram(work: TeamWork, calls: number): Program {
  const { place = 0 } = work;
  const program = assembled(work, calls, place);
  const hot = program.symbols.get("hot");
  return hot === undefined ? program : assembled(work, calls, place + program.symbol("work") - hot & LINE - 1);
}

function assembled({ name, source, cores, data }: TeamWork, calls: number, place: number): Program {
  const events = (1 << EventBit.barrier) | (1 << EventBit.mutex) | (1 << EventBit.dispatch);
  // As rt_team_fork: team and barrier are set anew for each fork; function and argument go through the dispatch queue.
  const dispatch = (team: number) => `
        li    t1, ${2 ** team - 1}
        sw    t1, 0x84(gp)
        sw    t1, 0x200(gp)
        sw    t1, 0x20c(gp)
        sw    t0, 0x80(gp)
        sw    zero, 0x80(gp)`;
  const program = assemble(
    `_start: csrr tp, mhartid
        li    gp, ${EVENT_UNIT_BASE}
        li    t0, ${events}
        sw    t0, 0(gp)
        bnez  tp, slave
        li    sp, ${calls}
        .balign ${LINE}
round:  la    t0, work
        ${cores === 1 ? "jalr t0" : `${dispatch(cores)}\n        jalr  t0\n        p.elw t0, 0x21c(gp)`}
        addi  sp, sp, -1
        bnez  sp, round
        la    t0, finish
        ${dispatch(CLUSTER_CORES)}
finish: li    t6, ${CLUSTER_EXIT}
        sw    zero, 0(t6)
1:      j     1b

slave:  p.elw t0, 0x80(gp)
        p.elw a0, 0x80(gp)
        jalr  t0
        p.elw t0, 0x21c(gp)
        j     slave

        .balign ${LINE}
        .space ${place}
work:   ${source}
`,
    { base: START, file: name },
  );
  const segments = data.map(({ offset, bytes }) => ({
    name: "data",
    address: GAP8_TCDM.base + offset,
    bytes,
    sizeInMemory: bytes.length,
  }));
  return new Program({ ...program, segments: [...program.segments, ...segments] });
}
