import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProgramError } from "../../../hw/platforms/core_bench.ts";
import { Gap8Board, type Gap8Program } from "../../../hw/platforms/gap8_board.ts";
import { assemble } from "../../../hw/riscv/isa/assembler.ts";
import { SUM } from "./gap8_sum.ts";

const L2 = 0x1c00_0000;

/** A program whose code begins where the trap vectors end. */
function program(source: string): Gap8Program {
  const { segments, entry, symbols } = assemble(`.org 0x80\n_start:\n${source}`, { base: L2 });
  const places = [...symbols].filter(([, at]) => at >= L2 && at < L2 + 0x8_0000).sort((a, b) => b[1] - a[1]);
  return {
    entry,
    segments: segments.map(({ address, bytes }) => ({ address, bytes, sizeInMemory: bytes.length })),
    symbolAt: (address) => {
      const place = places.find(([, at]) => at <= address);
      return place && { name: place[0], offset: address - place[1] };
    },
  };
}

Deno.test("Gap8Board runs a program: the FC starts eight cores, they add, it gets the sum", () => {
  const sum = program(SUM);
  const board = new Gap8Board(sum);
  const after: number[] = [];
  const lines = new Set<number>();
  board.onRetire = (core, cycle, pc) => {
    if (core !== board.chip.fc) lines.add(pc >>> 4);
    if (sum.symbolAt!(pc)?.name === "after" && sum.symbolAt!(pc)?.offset === 0) after.push(cycle);
  };
  assert(board.run(100_000));
  assertEquals(board.exitCode, 0);
  assertEquals(board.console, ["Hello from the FC"]);
  assertEquals(board.report.map(({ name }) => name), ["fc", ...Array.from({ length: 8 }, (_, n) => `pe${n}`)]);
  // All leave the barrier in the same cycle.
  assertEquals(after, new Array(8).fill(after[0]));
  // The cores go through the code together, and each line comes once for all of them.
  const { refills, misses, fetches } = board.chip.clusterCache;
  assertEquals(refills.value, lines.size);
  assert(misses.value > 4 * lines.size && misses.value <= 8 * lines.size, `${misses.value} misses`);
  assert(fetches.value > 8 * 500, `${fetches.value} fetches: each core turns to the first line of its loop 1000 times`);
});

Deno.test("Gap8Board runs it at any frequency of the cluster: what the cores do alone takes the same cycles", () => {
  const loop = (multiplier: number) => {
    const sum = program(SUM);
    const board = new Gap8Board(sum);
    board.chip.clusterFll.registers.write(4, multiplier);
    const cycles: number[] = [];
    board.onRetire = (core, cycle, pc) => {
      if (core.name === "pe5" && ["last", "after"].includes(sum.symbolAt!(pc)?.name ?? "")) cycles.push(cycle);
    };
    assert(board.run(100_000));
    assertEquals(board.exitCode, 0);
    return [board.chip.fc.clock.cycles, cycles[999] - cycles[0]];
  };
  const rounds = 1000 - 1;
  // Two instructions a round; the FC, at the same frequency each time, sees the cluster finish earlier.
  const [slow, fast] = [loop(1000 | 1 << 26), loop(4000 | 1 << 26)];
  assertEquals([slow[1], fast[1]], [2 * rounds, 2 * rounds]);
  assert(fast[0] < slow[0] - 1000, `${fast[0]} and ${slow[0]}`);
});

Deno.test("Gap8Board runs the same program in the same cycles", () => {
  const [first, second] = [0, 1].map(() => {
    const board = new Gap8Board(program(SUM));
    board.run();
    return board.report;
  });
  assertEquals(first, second);
});

Deno.test("Gap8Board.run stops after as many cycles of the FC as it is told, and can go on", () => {
  const board = new Gap8Board(program("here: j here"));
  assertEquals([board.run(1000), board.exitCode, board.chip.fc.clock.cycles], [false, undefined, 1000]);
  assertEquals([board.run(2000), board.chip.fc.clock.cycles], [false, 2000]);
});

for (
  const [what, source, message] of [
    [
      "a load from nowhere",
      "lui a0, 0x50000\n lw a1, 4(a0)",
      /^Cannot load from 0x50000004 by gap8.fc .*nothing is mapped there; .*; gap8.fc, pc 0x1C000084 \(_start\+4\), cycle \d+$/,
    ],
    [
      "a store to a register that is not there",
      "li a0, 0x1a107000\n sw a0, 0x40(a0)",
      /^Cannot write 0x1A107000 to offset 0x00000040 of gap8.pmu.registers .*; gap8.fc, pc 0x1C000084 \(_start\+4\), cycle \d+$/,
    ],
    [
      "an access to the cluster while it is off",
      "li a0, 0x10200000\n sw a0, 8(a0)",
      /^Cannot access 0x10200008 .*: the cluster is off; .*; gap8.fc, pc 0x1C000084/,
    ],
    [
      "a plain load of what waits for an event",
      "li a0, 0x1b204000\n lw a0, 0x3c(a0)",
      /^Cannot read offset 0x0000003C .*use p.elw; gap8.fc, pc 0x1C000084/,
    ],
    [
      "an illegal instruction without a handler",
      ".word 0xffffffff",
      /^Cannot execute 0xFFFFFFFF: it is no instruction of ri5cy_2019_11_fetch128, and the trap finds no handler at 0x1C000000; gap8.fc, pc 0x1C000080 \(_start\), cycle \d+$/,
    ],
    [
      "a jump into nothing",
      "li a0, 0x40000000\n jr a0",
      /^Cannot fetch from 0x40000000: no instruction memory is there; gap8.fc, pc 0x1C000084 \(_start\+4\), cycle \d+$/,
    ],
    [
      "an event that nobody raises",
      "li a0, 0x1b204000\n p.elw a1, 0x3c(a0)",
      /^Cannot go on after cycle \d+ .*: all cores wait, .*: fc p.elw at 0x1B20403C, pc 0x1C000084 \(_start\+4\), for events 0x00000000, of which none has come\. Check/,
    ],
    [
      "a barrier that seven of eight reach",
      SUM.replace("p.elw t0, 0x21c(s1)", "li t0, 5\n beq s0, t0, 3f\n p.elw t0, 0x21c(s1)"),
      /fc p.elw at 0x1B20403C, pc .*, for events 0x00000002, of which none has come; pe0 p.elw at 0x1020421C, pc .*, for barrier 0.*; pe5 p.elw at 0x1020403C, .*, for events 0x00010001/,
    ],
    [
      "a 17th transfer, when nobody frees one",
      SUM.replace(
        "cluster: .space 0x80",
        `cluster: .space 0x80
        li    s2, 0x10204400
        li    s3, 17
  more: lw    t0, 0(s2)
        li    t1, 64 | 1 << 16 | 1 << 17
        sw    t1, 0(s2)
        li    t1, 0x10000100
        sw    t1, 0(s2)
        li    t1, 0x1c010000
        sw    t1, 0(s2)
        addi  s3, s3, -1
        bnez  s3, more`,
      ),
      /^Cannot go on: a load at 0x10204400 has not been granted for 20000 cycles; it waits for a free transfer counter: all 16 .*; gap8.pe\d, pc 0x1C00\w{4} \(more\), cycle \d+$/,
    ],
    ["a sleep without interrupts", "wfi", /: fc wfi, pc 0x1C000080 \(_start\)\. Check/],
  ] as const
) {
  Deno.test(`Gap8Board ends with a sentence: ${what}`, () => {
    const board = new Gap8Board(program(source));
    for (const core of board.cores) core.patienceCycles = 20_000;
    const error = assertThrows(() => board.run(), ProgramError);
    assert(message.test(error.message), error.message);
  });
}

Deno.test("Gap8Board refuses programs that do not fit", () => {
  const segment = (address: number, bytes = 4, sizeInMemory = bytes) => ({
    entry: L2,
    segments: [{ address, bytes: new Uint8Array(bytes), sizeInMemory }],
  });
  assertThrows(() => new Gap8Board(segment(0x1c07_fffc, 8)), ProgramError, "Cannot load segment 0x1C07FFFC (8 bytes)");
  assertThrows(() => new Gap8Board(segment(0x1000_0000)), ProgramError, "The cluster is off then");
  assertThrows(() => new Gap8Board({ ...segment(L2), entry: 0x1b00_0000 }), ProgramError, "Cannot start at 0x1B000000");
  new Gap8Board(segment(0x1b00_3ffc));
  new Gap8Board(segment(0x1000_0000, 0, 64));
});

Deno.test("Gap8Board refuses cores without p.elw", () => {
  assertThrows(() => new Gap8Board(program("nop"), "cv32e40p_1_8_3"), Error, "Cannot put cv32e40p_1_8_3 on a GAP8");
});
