import { assert, assertEquals } from "@std/assert";
import { Gap8Board } from "../../../hw/platforms/gap8_board.ts";
import { assemble } from "../../../hw/riscv/isa/assembler.ts";

const L2 = 0x1c00_0000;
/** Counters, by the place of their event in PCER. */
const LD = 5, ST = 6, LD_EXT = 12, ST_EXT = 13, LD_EXT_CYCLES = 14, ST_EXT_CYCLES = 15, IMISS = 4;

/** Runs `source` on the FC, with its cache, and gives what the counters have counted in it. */
function count(source: string): Uint32Array {
  const program = assemble(
    `
    .option norvc
    .org 0x80
  _start: li t0, 0x1b201400
    li    t1, 1
    sw    t1, 0(t0)
    li    s2, 0x1c040000
    li    s3, 0x1b000000
    li    s4, 2
    li    t3, 0x1ffff
  again: csrw 0x79f, zero
    csrw  0x7e0, t3            # count everything,
    nop
    nop
    ${source}
    nop
    nop
    csrw  0x7e0, zero          # until here
    addi  s4, s4, -1
    bnez  s4, again            # the second time from the cache
    li    t0, 0x1a1040a0
    sw    zero, 0(t0)
  1: j    1b`,
    { base: L2 },
  );
  const board = new Gap8Board({
    entry: program.entry,
    segments: program.segments.map(({ address, bytes }) => ({ address, bytes, sizeInMemory: bytes.length })),
  });
  assert(board.run(10_000));
  return board.chip.fc.pipeline.counters.values;
}

/** Cycles from an access to its grant at L2: 8 to the bus's other side. */
const L2_CYCLES = 8;

Deno.test("Ri5cyCore counts accesses outside of its memory, and their cycles, apart from all loads and stores", () => {
  const none = count("");
  assertEquals([LD, ST, LD_EXT, ST_EXT, LD_EXT_CYCLES, ST_EXT_CYCLES].map((each) => none[each]), [0, 0, 0, 0, 0, 0]);
  const near = count("lw t0, 0(s3)\n lw t0, 0(s3)\n sw t0, 4(s3)");
  assertEquals([LD, ST, LD_EXT, ST_EXT, LD_EXT_CYCLES, ST_EXT_CYCLES].map((each) => near[each]), [2, 1, 0, 0, 0, 0]);
  const far = count("lw t0, 0(s2)\n lw t0, 0(s3)\n lw t0, 8(s2)\n sw t0, 4(s2)");
  assertEquals(
    [LD, ST, LD_EXT, ST_EXT, LD_EXT_CYCLES, ST_EXT_CYCLES].map((each) => far[each]),
    [3, 1, 2, 1, 2 * (L2_CYCLES + 1), L2_CYCLES + 1],
  );
});

Deno.test("Ri5cyCore counts the cycles in which it has no instruction because of the cache", () => {
  const warm = count("");
  const flushed = count(
    "li t0, 0x1b20140c\n la t1, there\n sw t1, 0(t0)\n nop\n nop\n nop\n j there\n .balign 64\n there: nop",
  );
  // A line of its own comes from L2: request to bus, bus to banks, three more words, back, received and looked up again;
  // less the cycle that a hit takes as well.
  assertEquals(flushed[IMISS] - warm[IMISS], 4 + 13 + 3 + 1 + 3 - 1);
});
