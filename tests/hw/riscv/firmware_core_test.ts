import { assertEquals, assertThrows } from "@std/assert";
import { connect } from "../../../hw/mod.ts";
import { ClusterTcdm } from "../../../hw/memory/cluster_tcdm.ts";
import { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { reg } from "../../../hw/riscv/registers.ts";
import { MHz, type Process, Simulation, SimulationError } from "../../../sim/mod.ts";

const { a0, a1, a2, t0, t1, t2, zero } = reg;
const L1 = 0x1000_0000;

interface Bench {
  readonly cores: FirmwareCore[];
  readonly l1: ClusterTcdm;
}

/** Runs one program per core on a shared memory. */
function run(...programs: ((core: FirmwareCore) => Process | void)[]): Bench {
  const sim = new Simulation();
  const clock = sim.clock("cluster", MHz(100));
  const l1 = new ClusterTcdm(sim, "l1", {}, { clock });
  const cores = programs.map((program, coreId) => {
    const core = new FirmwareCore(sim, `pe${coreId}`, { coreId, clusterId: 0 }, { clock });
    connect(core.data, l1.cores);
    core.start(function* () {
      const body = program(core);
      if (body !== undefined) yield* body;
    }, false);
    return core;
  });
  sim.run();
  return { cores, l1 };
}

/** Cycles that a program takes on one core. */
function cycles(program: (core: FirmwareCore) => Process | void): number {
  return run(program).cores[0].cycle;
}

// Costs: RI5CY be1fdf50 under simulation, cycles between exits from decode.

Deno.test("FirmwareCore issues ALU instructions one per cycle and forwards their results", () => {
  const bench = run((core) => {
    core.li(a0, 5);
    core.addi(a1, a0, 2);
    core.mul(a2, a1, a1);
  });
  assertEquals([bench.cores[0].cycle, bench.cores[0].registers[a2]], [3, 49]);
});

Deno.test("FirmwareCore stalls one cycle when a load is used at distance 1, none at distance 2", () => {
  const near = cycles(function* (core) {
    core.li(a0, L1);
    yield* core.lw(t0, a0);
    core.add(t1, t0, t0);
  });
  const far = cycles(function* (core) {
    core.li(a0, L1);
    yield* core.lw(t0, a0);
    core.addi(t2, a0, 1);
    core.add(t1, t0, t0);
  });
  const setUp = 1, load = 1;
  assertEquals([near, far], [setUp + load + 1 + 1, setUp + load + 1 + 1]);
});

Deno.test("FirmwareCore stalls on a loaded address, store value, branch operand, accumulator and overwritten register", () => {
  const uses: ((core: FirmwareCore) => Process | void)[] = [
    function* (core) {
      yield* core.lw(t1, t0);
    },
    function* (core) {
      yield* core.sw(t0, a0, 4);
    },
    (core) => void core.beq(t0, a0),
    (core) => core.mac(t0, a1, a1),
    (core) => core.li(t0, 1),
  ];
  const counts = uses.map((use) =>
    run(function* (core) {
      core.li(a0, L1);
      core.li(a1, L1);
      yield* core.sw(a1, a0);
      yield* core.lw(t0, a0);
      const body = use(core);
      if (body !== undefined) yield* body;
    }).cores[0].loadStalls.value
  );
  assertEquals(counts, [1, 1, 1, 1, 1]);
});

Deno.test("FirmwareCore gives a post-increment pointer back without a stall", () => {
  const bench = run(function* (core) {
    core.li(a0, L1);
    yield* core.lwPost(t0, a0, 4);
    core.addi(a1, a0, 0);
  });
  assertEquals([bench.cores[0].cycle, bench.cores[0].registers[a1]], [1 + 1 + 1, L1 + 4]);
});

Deno.test("FirmwareCore pays 2 for a taken branch, 1 for a jump, hazards of jalr on top", () => {
  assertEquals(cycles((core) => void core.branchIf(false)), 1);
  assertEquals(cycles((core) => void core.branchIf(true)), 1 + 2);
  assertEquals(cycles((core) => core.jump()), 1 + 1);
  assertEquals(
    cycles((core) => {
      core.li(a0, 0);
      core.jumpTo(a0);
    }),
    1 + (1 + 1 + 1),
  );
  assertEquals(
    cycles(function* (core) {
      core.li(a0, L1);
      yield* core.lw(t0, a0);
      core.jumpTo(t0);
    }),
    1 + 1 + (1 + 1 + 2),
  );
});

Deno.test("FirmwareCore divides in 3 cycles and one for each leading zero of the divisor; mulhu takes 5", () => {
  for (const [divisor, zeros] of [[-1, 0], [1 << 20, 11], [7, 29], [0, 32]]) {
    const bench = run((core) => {
      core.li(a1, 100);
      core.registers[t0] = divisor;
      core.divu(a2, a1, t0);
    });
    assertEquals(bench.cores[0].cycle, 1 + 3 + zeros);
  }
  assertEquals(cycles((core) => core.mulhu(a2, a1, a0)), 1 + 4);
});

function twoAdditions(core: FirmwareCore): void {
  core.addi(a0, a0, 1);
  core.addi(a0, a0, 1);
}

Deno.test("FirmwareCore runs hardware loops without cost per pass, two deep, and refuses a third", () => {
  const passes = 5, inner = 3;
  const bench = run((core) => core.hwloop(passes, () => core.hwloop(inner, () => twoAdditions(core))));
  assertEquals(
    [bench.cores[0].cycle, bench.cores[0].registers[a0]],
    [1 + passes * (1 + inner * 2), passes * inner * 2],
  );
  assertThrows(
    () => run((core) => core.hwloop(2, () => core.hwloop(2, () => core.hwloop(2, () => twoAdditions(core))))),
    SimulationError,
    "Cannot begin a hardware loop on pe0 at 0 ps, cycle 0 of cluster: both are in use; the core has two levels",
  );
});

Deno.test("FirmwareCore splits an access that crosses a word into two, one cycle each", () => {
  const bench = run(function* (core) {
    core.li(a0, L1);
    core.li(a1, 0x11223344);
    yield* core.sw(a1, a0, 3);
    yield* core.lw(t0, a0, 3);
    core.alu(1);
    yield* core.lbu(t1, a0, 3);
    yield* core.lb(t2, a0, 6);
  });
  const { registers, cycle } = bench.cores[0];
  assertEquals([registers[t0], registers[t1], registers[t2]], [0x11223344, 0x44, 0x11]);
  assertEquals(cycle, 1 + 2 + 2 + 2 + 1 + 1 + 1);
});

Deno.test("FirmwareCore waits a cycle for each refusal of a bank that another core has", () => {
  const loads = 16, setUp = 1;
  const program = function* (core: FirmwareCore) {
    core.li(a0, L1);
    for (let i = 0; i < loads; i++) yield* core.lw(t0, a0);
  };
  const { cores, l1 } = run(program, program);
  const alone = run(program).cores[0].cycle;
  assertEquals(alone, setUp + loads);
  const lost = cores[0].memoryStalls.value + cores[1].memoryStalls.value;
  assertEquals(lost, l1.refused.value);
  assertEquals(Math.max(...cores.map((core) => core.cycle)) > alone, true);
});

Deno.test("FirmwareCore loads a register twice in a row without a stall: only the ALU waits to overwrite it", () => {
  const bench = run(function* (core) {
    core.li(a0, L1);
    yield* core.lw(t0, a0);
    yield* core.lw(t0, a0, 4);
  });
  assertEquals([bench.cores[0].cycle, bench.cores[0].loadStalls.value], [1 + 1 + 1, 0]);
});

Deno.test("FirmwareCore hides a jump behind the division that it waits for", () => {
  const divisorOf7 = 3 + 29;
  const jumpAfter = (between: number) =>
    cycles((core) => {
      core.registers[t0] = 7;
      core.divu(a2, a1, t0);
      core.alu(between);
      core.jump();
    });
  assertEquals([jumpAfter(0), jumpAfter(1)], [divisorOf7 + 1, divisorOf7 + 1 + 1 + 1]);
});

Deno.test("FirmwareCore puts constants into registers with lui, addi or both", () => {
  for (const [value, instructions] of [[0, 1], [-2048, 1], [2047, 1], [2048, 2], [0x1000_0000, 1], [0x7fff_ffff, 2]]) {
    const { cores: [core] } = run((core) => core.li(a0, value));
    assertEquals([core.registers[a0], core.cycle], [value, instructions]);
  }
});

Deno.test("FirmwareCore refuses immediates that no encoding has", () => {
  const refused: [(core: FirmwareCore) => Process | void, string][] = [
    [(core) => core.addi(a0, a0, 2048), "Cannot issue addi: immediate 2048 does not fit 12 signed bits (-2048..2047)"],
    [(core) => core.lw(a0, a0, -2049), "Cannot issue lw: immediate -2049 does not fit 12 signed bits (-2048..2047)"],
    [(core) => core.lui(a0, 0x1001), "Cannot issue lui: immediate 4097 is not a multiple of 4096"],
    [(core) => core.mulsN(a0, a0, a0, 0), "Cannot issue p.mulsN: imm must not be 0"],
    [
      (core) => core.pvAddSciB(a0, a0, 32),
      "Cannot issue pv.add.sci.b: immediate 32 does not fit 6 signed bits (-32..31)",
    ],
  ];
  for (const [program, message] of refused) assertThrows(() => run(program), RangeError, message);
});

Deno.test("FirmwareCore reads mhartid and counters, and refuses hardware loops' registers", () => {
  const bench = run((core) => core.csrrs(a0, 0xf14, zero));
  assertEquals([bench.cores[0].registers[a0], bench.cores[0].cycle], [0, 1]);
  assertEquals(cycles((core) => core.csrrsi(a0, 0x300, 8)), 1 + 3);
  assertEquals(run((core) => core.csrrs(a0, 0x7e1, zero)).cores[0].registers[a0], 3);
  assertThrows(() => run((core) => core.csrrs(a0, 0x7c0, zero)), SimulationError, "Cannot access CSR 0x7c0 on pe0");
});

Deno.test("FirmwareCore refuses a hardware loop with a body of one instruction, or more rounds than lp.setupi counts", () => {
  assertThrows(
    () => run((core) => core.hwloop(3, () => core.nop())),
    SimulationError,
    "its body has 1 instructions, it needs 2",
  );
  assertThrows(() => run((core) => core.hwloop(4096, () => twoAdditions(core))), RangeError, "hwloopReg");
});

Deno.test("FirmwareCore accounts for every cycle as issued, stalled or asleep", () => {
  const { cores: [core] } = run(function* (core) {
    core.li(a0, L1);
    core.branchIf(true);
    core.divu(a2, a0, a1);
    yield* core.lw(t0, a0, 2);
    core.addi(t0, t0, 1);
  });
  const { instructions, loadStalls, jumpStalls, computeStalls, memoryStalls } = core;
  assertEquals(
    core.totalCycles,
    instructions.value + loadStalls.value + jumpStalls.value + computeStalls.value + memoryStalls.value,
  );
});
