import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { CLUSTER_EXIT, ClusterBench, type ClusterEngineName, L2_BASE } from "../../../hw/platforms/cluster_bench.ts";
import { type LoadableProgram, ProgramError } from "../../../hw/platforms/core_bench.ts";
import { readElf } from "../../../hw/riscv/elf.ts";
import { assemble } from "../../../hw/riscv/isa/assembler.ts";
import { coreVariants } from "../../../hw/riscv/ri5cy/variants.ts";
import { clusterIndex, type ClusterRun, elf, trace } from "../../golden_files.ts";

const variant = coreVariants.ri5cy_2018_01_fetch128;
const FIRST_DMA_PORT = 16;

interface Outcome {
  /** What the recordings say of a run, under their names, of the cores without traces. */
  readonly facts: Record<string, unknown>;
  readonly cores: Record<string, unknown>[];
  /** Per core: its trace as text, in the columns of the recordings. */
  readonly traces: string[];
}

/** Plays a recorded program to its end; on the fast engine without traces. */
function play({ file, cycles }: ClusterRun, policy = 0, engine: ClusterEngineName = "reference"): Outcome {
  const board = new ClusterBench(variant, readElf(elf("cluster", file)), engine);
  board.interconnect.policy = policy;
  const traces = board.cores.map(() => ["cycle,pc,instr\n"]);
  if (engine === "reference") {
    board.onRetire = (core, cycle, pc, { word, size }) => {
      const address = (pc >>> 0).toString(16).padStart(8, "0");
      traces[core].push(`${cycle},${address},${word.toString(16).padStart(2 * size, "0")}\n`);
    };
  }
  assert(board.run(2 * cycles), `${file} has no end`);
  const { dma, interconnect } = board;
  const { granted, refused, contended, testAndSets } = interconnect;
  return {
    facts: {
      cycles: board.cycle,
      grants: granted.reduce((sum, count) => sum + count, 0),
      contended,
      test_and_set: testAndSets,
      l1_checksum: board.l1Checksum().toString(16).padStart(8, "0"),
      l2_checksum: board.l2Checksum().toString(16).padStart(8, "0"),
      dma: {
        beats_in: dma.toTcdm.beats,
        beats_out: dma.fromTcdm.beats,
        granted: [...granted.slice(FIRST_DMA_PORT)],
        refused: [...refused.slice(FIRST_DMA_PORT)],
      },
    },
    cores: board.cores.map(({ cycles, retired, tcdm, refused, clockOff, exitCode }) => (
      { cycles, retired, tcdm, refused, clock_off: clockOff, exit: exitCode }
    )),
    traces: traces.map((rows) => rows.join("")),
  };
}

/** The same of a recording. */
function recorded(run: ClusterRun): Omit<Outcome, "traces"> {
  const { cycles, grants, contended, test_and_set, l1_checksum, l2_checksum } = run;
  const dma = run.dma ?? { beats_in: 0, beats_out: 0, granted: [0, 0, 0, 0], refused: [0, 0, 0, 0] };
  return {
    facts: { cycles, grants, contended, test_and_set, l1_checksum, l2_checksum, dma },
    cores: run.cores.map(({ cycles, retired, tcdm, refused, clock_off, exit }) => (
      { cycles, retired, tcdm, refused, clock_off, exit }
    )),
  };
}

async function sha256(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The first row in which a trace differs from the recorded one, as far as that was kept. */
function firstDifference(got: string, csv: string | undefined): string {
  const rows = got.split("\n");
  const wanted = trace("cluster", csv)?.split("\n");
  const at = wanted?.findIndex((row, index) => row !== rows[index]) ?? -1;
  return at < 0 ? "the trace was not kept" : `row ${at}: ${rows[at]}, RTL ${wanted![at]}`;
}

const index = clusterIndex();

Deno.test("ClusterBench knows all recorded programs", () => assertEquals(index.length, 61));

for (const run of index) {
  Deno.test(`ClusterBench runs ${run.name} in the RTL's cycles, core by core, instruction by instruction`, async () => {
    const { facts, cores, traces } = play(run);
    for (const [core, { sha256: hash, csv }] of run.cores.entries()) {
      const text = traces[core];
      assert(await sha256(text) === hash, `core ${core} differs: ${firstDifference(text, csv)}`);
    }
    assertEquals({ facts, cores }, recorded(run));
  });
}

Deno.test("ClusterBench runs the recorded programs in the RTL's cycles on the fast engine", () => {
  for (const run of index) {
    const { facts, cores } = play(run, 0, "fast");
    assertEquals({ facts, cores }, recorded(run), run.name);
  }
});

Deno.test("ClusterBench results do not depend on who wins an arbitration, but cycles do", () => {
  let differ = 0;
  for (const run of index.filter(({ kind, team }) => kind.startsWith("r") && team === 8)) {
    const { facts, cores } = play(run, 3);
    const { l1_checksum, l2_checksum } = run;
    assertEquals([facts.l1_checksum, facts.l2_checksum], [l1_checksum, l2_checksum], run.name);
    assertEquals(cores.map(({ exit }) => exit), run.cores.map(({ exit }) => exit), run.name);
    if (facts.cycles !== run.cycles) differ++;
  }
  assert(differ > 10, `${differ}`);
});

const ENTRY = 0x1c00_0080, EVENT_UNIT = 0x1020_4000, DMA = EVENT_UNIT + 0x400;
const A0 = 10, A1 = 11;
const lui = (rd: number, value: number) => (value & ~0xfff | rd << 7 | 0x37) >>> 0;
const load = (funct3: number, rd: number, base: number, offset: number) =>
  (offset << 20 | base << 15 | funct3 << 12 | rd << 7 | 0x03) >>> 0;
const lw = (rd: number, base: number, offset: number) => load(2, rd, base, offset);
const elw = (rd: number, base: number, offset: number) => load(6, rd, base, offset);
const sw = (source: number, base: number, offset: number) =>
  (offset >> 5 << 25 | source << 20 | base << 15 | 2 << 12 | (offset & 31) << 7 | 0x23) >>> 0;
const JUMP_TO_SELF = 0x6f;

/** Instructions at the reset address. */
function program(...words: number[]): LoadableProgram {
  const bytes = new Uint8Array(Uint32Array.from(words).buffer);
  return {
    segments: [{ address: ENTRY, bytes, sizeInMemory: bytes.length }],
    symbolAt: (address) => ({ name: "start", offset: address - ENTRY }),
  };
}

for (
  const [what, words, message] of [
    [
      "a load from nowhere",
      [lui(A0, 0x5000_0000), lw(A1, A0, 4)],
      "Cannot load from 0x50000004: nothing is mapped there; core 0, pc 0x1C000084 (start+4), cycle 5",
    ],
    [
      "a store to nowhere",
      [lui(A0, 0x1001_0000), sw(A0, A0, 0)],
      "Cannot store 0x10010000 to 0x10010000: nothing is mapped there; core 0, pc 0x1C000084 (start+4), cycle 5",
    ],
    [
      "an event-unit register that is not there",
      [lui(A0, EVENT_UNIT), lw(A1, A0, 0x7c)],
      "Cannot read offset 0x0000007C of the event unit in cycle 5: no register is there (address 0x1020407C); core 0",
    ],
    [
      "a barrier without a team",
      [lui(A0, EVENT_UNIT), elw(A1, A0, 0x21c), JUMP_TO_SELF],
      "Cannot arrive at barrier 0 of the event unit in cycle",
    ],
    [
      "an unlock by who does not hold the mutex",
      [lui(A0, EVENT_UNIT), sw(A0, A0, 0xc0), JUMP_TO_SELF],
      "by core 0: nobody holds it (address 0x102040C0); core 0, pc 0x1C000084 (start+4), cycle 5",
    ],
    [
      "a transfer of no bytes",
      [lui(A0, DMA), sw(0, A0, DMA & 0xfff), JUMP_TO_SELF],
      "Skip empty transfers, and cut those of 65536 bytes or more (address 0x10204400); core 0, pc 0x1C000084 (start+4), cycle",
    ],
    [
      "an illegal instruction without a handler",
      [0xffff_ffff, 0],
      "Cannot execute 0xFFFFFFFF: it is no instruction of ri5cy_2018_01_fetch128, and the trap finds no handler at " +
      "0x1C000084; core 0, pc 0x1C000080 (start)",
    ],
    [
      "a jump into nothing",
      [lui(A0, 0x4000_0000), (A0 << 15 | 0x67) >>> 0],
      "Cannot fetch from 0x40000000: nothing is mapped there; core 0",
    ],
    [
      "waits that nobody ends",
      [lui(A0, EVENT_UNIT), elw(A1, A0, 0x3c), JUMP_TO_SELF],
      "every core that has not ended waits, and no event is on its way: core 0 at 0x1020403C, pc 0x1C000084 (start+4)",
    ],
  ] as const
) {
  Deno.test(`ClusterBench ends with a sentence: ${what}`, () => {
    const board = new ClusterBench(variant, program(...words));
    assertThrows(() => board.run(1000), ProgramError, message);
  });
}

Deno.test("ClusterBench ends with a sentence: a 17th transfer of a core, when nobody frees one", () => {
  const transfers = assemble(
    `
    _start: csrr s0, mhartid
        andi s0, s0, 15
        bnez s0, out
        li a0, ${DMA}
        li s1, 17
    again: lw t0, 0(a0)
        li t1, 64 | 1 << 16 | 1 << 17 | 1 << 19
        sw t1, 0(a0)
        li t1, 0x10000000
        sw t1, 0(a0)
        li t1, 0x1c020000
        sw t1, 0(a0)
        addi s1, s1, -1
        bnez s1, again
    out: li t0, 0x1a1040a0
        sw zero, 0(t0)
    1:  j 1b`,
    { base: ENTRY },
  );
  for (const engine of ["reference", "fast"] as const) {
    const board = new ClusterBench(variant, transfers, engine);
    const { message } = assertThrows(() => board.run(), ProgramError);
    assertMatch(
      message,
      /^Cannot go on after cycle \d+: .*: core 0 at 0x10204400, pc 0x1C00\w{4} \(again\), for a free transfer counter: all 16/,
    );
  }
});

Deno.test("ClusterBench refuses a program that does not fit, and cores that cannot wait for events", () => {
  const misplaced = { segments: [{ address: 0x1000_ff00, bytes: new Uint8Array(0), sizeInMemory: 0x101 }] };
  assertThrows(() => new ClusterBench(variant, misplaced), ProgramError, "Cannot load segment 0x1000FF00 (257 bytes)");
  assertThrows(
    () => new ClusterBench(coreVariants.cv32e40p_1_8_3, program(JUMP_TO_SELF)),
    ProgramError,
    "Cannot put cv32e40p_1_8_3 on the cluster's board",
  );
});

Deno.test("ClusterBench.run stops after as many cycles as it is told", () => {
  const board = new ClusterBench(variant, program(JUMP_TO_SELF));
  assertEquals([board.run(100), board.cycle, board.done], [false, 100, false]);
});

Deno.test("ClusterBench interrupts cores by events of others, on both engines in the same cycles", () => {
  const { segments, symbols } = assemble(
    `
    .option norvc
    .org 2 * 4
    j handler                     # software event 2
    .org 0x80
_start: csrr s0, mhartid
    li s1, ${EVENT_UNIT}
    li s2, 0x10000000
    slli t0, s0, 2
    add s2, s2, t0
    bnez s0, others
    li t0, 1 << 2
    sw t0, 0x0c(s1)               # what interrupts core 0
    csrsi mstatus, 8
loop: lw t1, 0(s2)
    addi t1, t1, 1
    sw t1, 0(s2)
    li t0, 3
    blt s11, t0, loop
end: li t0, ${CLUSTER_EXIT}
    sw s11, 0(t0)
2:  j 2b
others: slli s3, s0, 10          # one after the other
1:  lw t1, 0(s2)                  # in the same banks as core 0, and in those of one another
    add t1, t1, s3
    sw t1, 32(s2)
    addi s3, s3, -1
    bnez s3, 1b
    li t0, 4
    bgeu s0, t0, end
    li t0, 1                      # cores 1 to 3 interrupt core 0
    sw t0, 0x108(s1)
    j end
handler: addi s11, s11, 1
    csrr s10, mepc
    mret`,
    { base: L2_BASE },
  );
  const program = { segments: segments.map((each) => ({ ...each, sizeInMemory: each.bytes.length })) };
  const [reference, fast] = (["reference", "fast"] as const).map((engine) => {
    const board = new ClusterBench(variant, program, engine);
    assert(board.run(200_000), engine);
    const cores = board.cores.map(({ cycles, retired, refused, exitCode }) => [cycles, retired, refused, exitCode]);
    return { cores, returns: board.cores[0].pipeline.hart.registers[26], checksum: board.l1Checksum() };
  });
  assertEquals(fast, reference);
  assertEquals(reference.cores[0][3], 3);
  const intoLoop = (reference.returns >>> 0) - symbols.get("loop")!;
  assert(intoLoop >= 0 && intoLoop <= 4 * 4, `${intoLoop}`);
});
