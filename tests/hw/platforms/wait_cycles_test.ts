import { assert, assertEquals } from "@std/assert";
import { fetchingCores, Gap8, Gap8Address } from "../../../hw/platforms/gap8.ts";
import { Gap8Board } from "../../../hw/platforms/gap8_board.ts";
import { layoutOf } from "../../../hw/riscv/code_layout.ts";
import { assemble } from "../../../hw/riscv/isa/assembler.ts";
import type { Program } from "../../../hw/riscv/isa/program.ts";
import { reg } from "../../../hw/riscv/registers.ts";
import type { CoreName } from "../../../hw/riscv/ri5cy/variants.ts";
import { type Process, Simulation } from "../../../sim/mod.ts";

const EVENTS = Gap8Address.fcEventUnitDemux, BARRIER = 0x200;
/** Rounds, the last of which has all its lines in the cache. */
const ROUNDS = 3;
/** How far from the beginning of a line the code begins, in instructions. */
const PLACES = 8;

/** What stands at a place: waits at a barrier of one core, and what follows each of them. */
interface Case {
  readonly option: "norvc" | "rvc";
  readonly waits: number;
  readonly next: "addi t1, t1, 1" | "lui t1, 0x12345";
}

const cases: readonly Case[] = (["norvc", "rvc"] as const).flatMap((option) =>
  [1, 2, 3].flatMap((waits) =>
    (["addi t1, t1, 1", "lui t1, 0x12345"] as const).map((next) => ({ option, waits, next }))
  )
);

function assembled({ option, waits, next }: Case, place: number): Program {
  const body = Array.from({ length: waits }, (_, n) => `wait${n}: p.elw t0, 0x21c(s1)\n after${n}: ${next}\n`);
  return assemble(
    `
    .option ${option}
    .org 0x80
  _start: li t0, 0x1b201400
    li    t1, 1
    sw    t1, 0(t0)
    li    s1, ${EVENTS}
    li    t0, 0x70000
    sw    t0, 0x8(s1)
    li    t0, 1
    sw    t0, ${BARRIER}(s1)
    sw    t0, ${BARRIER + 0xc}(s1)
    li    s2, ${ROUNDS}
    j     again
    .balign 64
  again: ${"addi t1, t1, 1\n".repeat(place + 4)}
    ${body.join("")}
    ${"addi t1, t1, 1\n".repeat(4)}
    addi  s2, s2, -1
    bnez  s2, again
    li    t0, 0x1a1040a0
    sw    zero, 0(t0)
  1: j    1b`,
    { base: Gap8Address.l2 },
  );
}

/** Cycles from each wait's exit from decode to that of what follows it, in the last round, on a core of machine code. */
function machineCycles(program: Program, waits: number, variant: CoreName): number[] {
  const { entry, segments } = program;
  const loaded = segments.map(({ address, bytes }) => ({ address, bytes, sizeInMemory: bytes.length }));
  const board = new Gap8Board({ entry, segments: loaded }, variant);
  const left = new Map<number, number>();
  board.onRetire = (_core, cycle, pc) => left.set(pc >>> 0, cycle);
  assert(board.run(20_000));
  const cycle = (label: string) => left.get(program.symbol(label))!;
  return Array.from({ length: waits }, (_, n) => cycle(`after${n}`) - cycle(`wait${n}`));
}

/** The same of generator firmware that lies at the same place. */
function firmwareCycles(program: Program, { waits, next }: Case, place: number, params = {}): number[] {
  const sim = new Simulation();
  const { fc, fcCache } = new Gap8(sim, "gap8", params, fetchingCores);
  fcCache.registers.write(0, 1);
  sim.run();
  let cycles: number[] = [];
  fc.start(function* () {
    yield* fc.store(EVENTS + 0x8, 0x70000);
    for (const offset of [0, 0xc]) yield* fc.store(EVENTS + BARRIER + offset, 1);
    yield* fc.inCode(layoutOf(program), rounds());
  }, false);
  sim.run();
  return cycles;

  function* rounds(): Process {
    for (let left = ROUNDS; left > 0; left--) {
      fc.label("again");
      cycles = [];
      fc.alu(place + 4);
      for (let n = 0; n < waits; n++) {
        const asked = fc.cycle;
        yield* fc.elw(EVENTS + BARRIER + 0x1c);
        cycles.push(fc.cycle - asked);
        if (next.startsWith("lui")) fc.lui(reg.t1, 0x1234_5000);
        else fc.addi(reg.t1, reg.t1, 1);
      }
      fc.alu(4);
      fc.addi(reg.s2, reg.s2, -1);
      fc.branchIf(left > 1);
    }
  }
}

/** Leaves decode, bus request, clock off, event, grant; then the next instruction. Source: RTL simulation (recordings). */
const WITHOUT_FETCH = 2 + 1 + 2 + 4, WITH_FETCH = WITHOUT_FETCH + 1;

for (const each of cases) {
  const { option, waits, next } = each;
  Deno.test(`a barrier costs 9 cycles, 10 beside a fetch, on machine and generator cores: ${waits} before ${next}, ${option}`, () => {
    const seen = new Set<number>();
    for (let place = 0; place < PLACES; place++) {
      const program = assembled(each, place);
      const recorded = machineCycles(program, waits, "ri5cy_2018_01_fetch128");
      assertEquals(firmwareCycles(program, each, place), recorded, `place ${place}`);
      // The release of 2019 does not compare the waiting load with itself any more, and goes on a cycle earlier.
      const later = machineCycles(program, waits, "ri5cy_2019_11_fetch128");
      assertEquals(later, recorded.map((cycles) => cycles - 1), `place ${place}`);
      assertEquals(firmwareCycles(program, each, place, { resumeCycles: 3 }), later, `place ${place}`);
      for (const cycles of recorded) seen.add(cycles);
    }
    assertEquals([...seen].toSorted((a, b) => a - b), [WITHOUT_FETCH, WITH_FETCH]);
  });
}
