import { assertEquals, assertThrows } from "@std/assert";
import { connect } from "../../../hw/mod.ts";
import { ClusterTcdm } from "../../../hw/memory/cluster_tcdm.ts";
import { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { reg } from "../../../hw/riscv/registers.ts";
import { MHz, type Process, Simulation, SimulationError } from "../../../sim/mod.ts";

const { a0, a1, a2, t0, t1, t2 } = reg;
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
  const setUp = 2, load = 1;
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
  assertEquals([bench.cores[0].cycle, bench.cores[0].registers[a1]], [2 + 1 + 1, L1 + 4]);
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
    2 + 1 + (1 + 1 + 2),
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

Deno.test("FirmwareCore runs hardware loops without cost per pass, two deep, and refuses a third", () => {
  const passes = 5, inner = 3;
  const bench = run((core) => core.hwloop(passes, () => core.hwloop(inner, () => core.addi(a0, a0, 1))));
  assertEquals(
    [bench.cores[0].cycle, bench.cores[0].registers[a0]],
    [1 + passes * (1 + inner * 1), passes * inner],
  );
  assertThrows(
    () => run((core) => core.hwloop(2, () => core.hwloop(2, () => core.hwloop(2, () => {})))),
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
  assertEquals(cycle, 2 + 2 + 2 + 2 + 1 + 1 + 1);
});

Deno.test("FirmwareCore waits a cycle for each refusal of a bank that another core has", () => {
  const loads = 16;
  const program = function* (core: FirmwareCore) {
    core.li(a0, L1);
    for (let i = 0; i < loads; i++) yield* core.lw(t0, a0);
  };
  const { cores, l1 } = run(program, program);
  const alone = run(program).cores[0].cycle;
  // The bank serves one of 2 * loads requests per cycle; whoever is last has waited for all of the other's.
  const wawStalls = loads - 1;
  assertEquals(alone, 2 + loads + wawStalls);
  const lost = cores[0].memoryStalls.value + cores[1].memoryStalls.value;
  assertEquals(lost, l1.refused.value);
  assertEquals(Math.max(...cores.map((core) => core.cycle)) > alone, true);
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
