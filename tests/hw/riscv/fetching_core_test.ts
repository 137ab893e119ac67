import { assert, assertEquals, assertThrows } from "@std/assert";
import { fetchingCores, Gap8, Gap8Address, machineCores } from "../../../hw/platforms/gap8.ts";
import { CodePlace, layoutOf } from "../../../hw/riscv/code_layout.ts";
import type { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { assemble } from "../../../hw/riscv/isa/assembler.ts";
import type { Program } from "../../../hw/riscv/isa/program.ts";
import { reg } from "../../../hw/riscv/registers.ts";
import { type Process, Simulation, SimulationError } from "../../../sim/mod.ts";

const { a0, a1, a2, a3, t0, t1, t2 } = reg;
const BASE = Gap8Address.l2 + 0x100;
/** Of a piece of code; the core asks for the line behind it as well, while its last instruction waits. */
const LINES = 5, LINE_WORDS = 4;
/** What a line from L2 costs: request to bus, bus to banks, three more words, back, received and looked up; less a hit's. */
const MISS = 4 + 13 + 3 + 1 + 3 - 1;
/** Cycles within which all kernels end. */
const ENOUGH = 2000;

interface Kernel {
  readonly name: string;
  /** From `_start` to `done`, a store. */
  readonly assembly: string;
  firmware(core: FirmwareCore): Process;
}

const PROLOGUE = "_start: lui a3, 0x1b000";
const EPILOGUE = "done: sw a2, 0(a3)\n stop: j stop";

const kernels: readonly Kernel[] = [
  {
    name: "straight code",
    assembly: "addi a2, a2, 1\n".repeat(60),
    *firmware(core) {
      for (let i = 0; i < 60; i++) core.addi(a2, a2, 1);
    },
  },
  {
    name: "straight code with loads",
    assembly: "lw t0, 4(a3)\n addi a2, a2, 1\n add a2, a2, t0\n".repeat(20),
    *firmware(core) {
      for (let i = 0; i < 20; i++) {
        yield* core.lw(t0, a3, 4);
        core.addi(a2, a2, 1);
        core.add(a2, a2, t0);
      }
    },
  },
  {
    name: "a loop",
    assembly: `
      li a0, 10
      again: lw t0, 4(a3)
      addi a0, a0, -1
      add a2, a2, t0
      xor t1, t0, a2
      add a2, a2, t1
      bnez a0, again`,
    *firmware(core) {
      core.li(a0, 10);
      do {
        core.label("again");
        yield* core.lw(t0, a3, 4);
        core.addi(a0, a0, -1);
        core.add(a2, a2, t0);
        core.xor(t1, t0, a2);
        core.add(a2, a2, t1);
      } while (core.bne(a0, reg.zero));
    },
  },
  {
    name: "a hardware loop over two lines",
    assembly: `
      li a1, 12
      lp.setup x0, a1, last
      lw t0, 4(a3)
      addi t2, t0, 3
      mul t1, t2, t2
      add a2, a2, t1
      add a2, a2, t0
      last: addi a2, a2, 1`,
    *firmware(core) {
      core.li(a1, 12);
      yield* core.hwloopReg(a1, function* () {
        yield* core.lw(t0, a3, 4);
        core.addi(t2, t0, 3);
        core.mul(t1, t2, t2);
        core.add(a2, a2, t1);
        core.add(a2, a2, t0);
        core.addi(a2, a2, 1);
      });
    },
  },
  {
    name: "jumps between lines",
    assembly: `
      li a0, 6
      again: addi a0, a0, -1
      j far
      .space 40
      far: addi a2, a2, 1
      lw t0, 4(a3)
      bnez a0, again`,
    *firmware(core) {
      core.li(a0, 6);
      do {
        core.label("again");
        core.addi(a0, a0, -1);
        core.jump();
        core.label("far");
        core.addi(a2, a2, 1);
        yield* core.lw(t0, a3, 4);
      } while (core.bne(a0, reg.zero));
    },
  },
  {
    name: "divisions and high products",
    // No division at the end of a line: what the core makes of that is not in the model.
    assembly: "addi a0, a2, 77\n div t0, a0, a3\n mulh t1, a0, a0\n add a2, a2, t1\n".repeat(6),
    *firmware(core) {
      for (let i = 0; i < 6; i++) {
        core.addi(a0, a2, 77);
        core.div(t0, a0, a3);
        core.mulh(t1, a0, a0);
        core.add(a2, a2, t1);
      }
    },
  },
  {
    name: "data in L2",
    assembly: `
      lui a1, 0x1c010
      ${"lw t0, 0(a1)\n add a2, a2, t0\n sw a2, 4(a1)\n addi a0, a0, 1\n addi t1, t1, 1\n".repeat(6)}`,
    *firmware(core) {
      core.lui(a1, 0x1c010000);
      for (let i = 0; i < 6; i++) {
        yield* core.lw(t0, a1, 0);
        core.add(a2, a2, t0);
        yield* core.sw(a2, a1, 4);
        core.addi(a0, a0, 1);
        core.addi(t1, t1, 1);
      }
    },
  },
  {
    name: "branches both ways",
    assembly: `
      li a0, 9
      again: andi t0, a0, 1
      beqz t0, even
      addi a2, a2, 1
      xor a2, a2, a0
      add a2, a2, a2
      even: addi a0, a0, -1
      lw t1, 4(a3)
      bnez a0, again`,
    *firmware(core) {
      core.li(a0, 9);
      do {
        core.label("again");
        core.andi(t0, a0, 1);
        if (!core.beq(t0, reg.zero)) {
          core.addi(a2, a2, 1);
          core.xor(a2, a2, a0);
          core.add(a2, a2, a2);
        }
        core.label("even");
        core.addi(a0, a0, -1);
        yield* core.lw(t1, a3, 4);
      } while (core.bne(a0, reg.zero));
    },
  },
];

function assembled({ assembly }: Kernel, option: string): Program {
  return assemble(`.option ${option}\n ${PROLOGUE}\n ${assembly}\n ${EPILOGUE}`, { base: BASE });
}

/** Cycles from reset to the last store, with an empty cache and then with a full one. */
function machineCycles(program: Program): [cold: number, warm: number] {
  const sim = new Simulation();
  const chip = new Gap8(sim, "gap8", {}, machineCores());
  for (const { address, bytes } of program.segments) chip.l2.bytes.set(bytes, address - Gap8Address.l2);
  chip.fcCache.registers.write(0, 1);
  let first = 0, last = 0;
  chip.fc.onRetire = (cycle, pc) => {
    if (pc === program.entry) first = cycle;
    if (pc === program.symbol("done")) last = cycle;
  };
  const cycles = [0, 1].map(() => {
    sim.run();
    const start = chip.fc.clock.cycles;
    chip.fc.start(program.entry);
    sim.run({ maxCycles: start + ENOUGH, clock: chip.fc.clock });
    chip.fc.reset();
    return [first - start, last - start];
  });
  // What a start takes with a warm cache until its first instruction leaves decode is none of the program's.
  const reset = cycles[1][0];
  return [cycles[0][1] - reset, cycles[1][1] - reset];
}

/** The same of generator firmware. */
function firmwareCycles({ firmware }: Kernel, program: Program): [cold: number, warm: number] {
  const sim = new Simulation();
  const chip = new Gap8(sim, "gap8", {}, fetchingCores);
  chip.fcCache.registers.write(0, 1);
  const layout = layoutOf(program);
  const cycles = [0, 1].map(() => {
    sim.run();
    const start = chip.fc.clock.cycles;
    let end = 0;
    chip.fc.start(function* () {
      yield* chip.fc.inCode(layout, body(chip.fc));
      end = chip.fc.cycle - 1;
    }, false);
    sim.run();
    return end - start;
  });
  return [cycles[0], cycles[1]];

  function* body(core: FirmwareCore): Process {
    core.lui(a3, Gap8Address.fcL1 | 0);
    yield* firmware(core);
    core.label("done");
    yield* core.sw(a2, a3, 0);
  }
}

/** What is not the same with an empty cache: cycles more or less than machine code takes. */
const KNOWN: Readonly<Record<string, number>> = {
  "divisions and high products, rvc": 5,
  "branches both ways, rvc": -1,
};

for (const kernel of kernels) {
  for (const option of ["norvc", "rvc"]) {
    Deno.test(`FetchingCore pays for ${kernel.name} (${option}) as machine code does, with an empty and a full cache`, () => {
      const program = assembled(kernel, option);
      const [cold, warm] = machineCycles(program);
      assert(cold > warm + 20, `${cold} and ${warm}`);
      const more = KNOWN[`${kernel.name}, ${option}`] ?? 0;
      assertEquals(firmwareCycles(kernel, program), [cold + more, warm]);
    });
  }
}

Deno.test("FetchingCore books what it waits for as fetch stalls, and fetches nothing without a layout", () => {
  const sim = new Simulation();
  const { fc, fcCache } = new Gap8(sim, "gap8", {}, fetchingCores);
  fcCache.registers.write(0, 1);
  sim.run();
  fc.start(function* () {
    fc.alu(100);
    yield* fc.read(Gap8Address.fcL1);
    assertEquals([fcCache.fetches.value, fc.fetchStalls.value], [0, 0]);
    yield* fc.inCode({ base: BASE, sizes: 4, sizeBytes: 4 * LINES * LINE_WORDS }, rows());
    assertEquals([fcCache.refills.value, fc.fetchStalls.value], [LINES, LINES * MISS]);
    yield* fc.inCode({ base: BASE, sizes: 4, sizeBytes: 4 * LINES * LINE_WORDS }, rows());
    assertEquals([fcCache.refills.value, fc.fetchStalls.value], [LINES + 1, LINES * MISS]);
    function* rows(): Process {
      fc.alu(LINES * LINE_WORDS - 1);
      yield* fc.store(Gap8Address.fcL1, 1);
    }
  }, false);
  sim.run();
  assertEquals(fcCache.fetches.value, 2 * LINES + 1);
});

/** What imiss has counted around `body`, by the counters' registers. */
function imissOf(fc: FirmwareCore, body: Process): Process<number> {
  return function* () {
    yield* fc.store(Gap8Address.fcL1, 0);
    fc.csrrw(reg.zero, 0x7e1, reg.zero); // after reset they run
    fc.li(t0, 1 << IMISS);
    fc.csrrw(reg.zero, 0x7e0, t0);
    fc.csrrw(reg.zero, 0x79f, reg.zero);
    fc.li(t0, 1);
    fc.csrrw(reg.zero, 0x7e1, t0);
    yield* body;
    fc.csrrs(t0, 0x780 + IMISS, reg.zero);
    return fc.registers[t0];
  }();
}
const IMISS = 4;

Deno.test("FetchingCore counts in imiss the cycles that each line from L2 keeps it waiting, and none when all lines are there", () => {
  const sim = new Simulation();
  const { fc, fcCache } = new Gap8(sim, "gap8", {}, fetchingCores);
  fcCache.registers.write(0, 1);
  sim.run();
  const counted: number[] = [];
  fc.start(function* () {
    for (const lines of [LINES, LINES, 2 * LINES, 0]) {
      counted.push(yield* imissOf(fc, lines === 0 ? idle() : rows(lines)));
    }
  }, false);
  sim.run();
  // The second time all are there; then as many again, of which the first was asked for beside the store that came before.
  const [cold, warm, more, none] = counted;
  assertEquals([cold, warm, none], [LINES * MISS, 0, 0]);
  assertEquals(more, (LINES - 1) * MISS);

  function* idle(): Process {
    fc.alu(50);
    yield* fc.store(Gap8Address.fcL1, 1);
  }

  function rows(lines: number): Process {
    const words = lines * LINE_WORDS;
    return fc.inCode(
      { base: BASE, sizes: 4, sizeBytes: 4 * words },
      function* () {
        fc.alu(words - 1);
        yield* fc.store(Gap8Address.fcL1, 1);
      }(),
    );
  }
});

Deno.test("FetchingCore.label is needed where code turns back: firmware that leaves its layout is told so", () => {
  const sim = new Simulation();
  const { fc } = new Gap8(sim, "gap8", {}, fetchingCores);
  fc.start(function* () {
    yield* fc.inCode(
      { base: BASE, sizes: [4, 2, 2] },
      function* () {
        for (let i = 0; i < 2; i++) {
          fc.alu(2);
          fc.branchIf(true);
          yield 0;
        }
      }(),
    );
  }, false);
  const where =
    /^Cannot issue an instruction at 0x1C000108 on gap8\.fc .*: its code lies from 0x1C000100 to 0x1C000107.*label\(\)/;
  const error = assertThrows(() => sim.run(), SimulationError);
  assert(where.test(error.message), error.message);
  for (const sizes of [[4, 3], [], 2] as const) {
    assertThrows(() => new CodePlace({ base: BASE, sizes }), SimulationError, "Cannot lay out code at 0x1C000100");
  }
});

Deno.test("FetchingCore on eight cores: a line that all need comes once", () => {
  const sim = new Simulation();
  const { cores, clusterCache, pmu } = new Gap8(sim, "gap8", {}, fetchingCores);
  for (const value of [1, 3, 7]) {
    pmu.port.calls.write(0, 4, value);
    sim.run();
  }
  clusterCache.registers.write(0, 1);
  sim.run();
  for (const core of cores) {
    core.start(function* () {
      yield* core.inCode(
        { base: BASE, sizes: 4, sizeBytes: 4 * LINES * LINE_WORDS },
        function* () {
          core.alu(LINES * LINE_WORDS - 1);
          yield* core.store(Gap8Address.clusterL1 + 4 * core.coreId, 1);
        }(),
      );
    }, false);
  }
  sim.run();
  assertEquals([clusterCache.refills.value, clusterCache.misses.value], [LINES + 1, 8 * (LINES + 1)]);
});
