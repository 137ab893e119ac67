import { assertEquals, assertThrows } from "@std/assert";
import { connect } from "../../../hw/mod.ts";
import { BarrierOffset } from "../../../hw/pulp/barrier_unit.ts";
import { EventUnit, EventUnitOffset } from "../../../hw/pulp/event_unit.ts";
import { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { MHz, type Process, Simulation, SimulationError } from "../../../sim/mod.ts";

const BARRIER = EventUnitOffset.barrier;

/** Cores on one event unit, each with a program; gives the cycle in which each program's last instruction can issue. */
function run(programs: ((core: FirmwareCore) => Process)[]): number[] {
  const sim = new Simulation();
  const clock = sim.clock("cluster", MHz(100));
  const unit = new EventUnit(sim, "events", {}, { clock });
  const cores = programs.map((program, coreId) => {
    const core = new FirmwareCore(sim, `pe${coreId}`, { coreId, clusterId: 0 }, { clock });
    connect(core.data, unit.demux);
    core.start(() => program(core), false);
    return core;
  });
  sim.run();
  return cores.map((core) => core.cycle);
}

function* configure(core: FirmwareCore, team: number): Process {
  yield* core.store(EventUnitOffset.mask, (1 << 16) | (1 << 17) | (1 << 18) | 0xff);
  yield* core.store(BARRIER + BarrierOffset.triggerMask, team);
  yield* core.store(BARRIER + BarrierOffset.targetMask, team);
  yield* core.store(EventUnitOffset.dispatchTeam, team);
}

// Formulas: event_unit_flex 6b7a494 under simulation. The p.elw leaves decode in t, is requested in t + 1, the clock goes
// off after B = t + 2; an event line active in e is granted in e + 2, and the next instruction leaves decode 4 later.

for (const cores of [1, 2, 4, 8]) {
  Deno.test(`EventUnit lets all ${cores} cores leave a barrier 9 cycles after the last arrival`, () => {
    const arrivals: number[] = [];
    const programs = Array.from({ length: cores }, (_, id) =>
      function* (core: FirmwareCore) {
        yield* configure(core, 2 ** cores - 1);
        core.alu(7 * id);
        arrivals[id] = core.cycle;
        yield* core.elw(BARRIER + BarrierOffset.triggerWaitClear);
      });
    const left = run(programs);
    const last = Math.max(...arrivals);
    const toSleep = 2, toEvent = 1, toGrant = 2, toResume = 4;
    assertEquals(left, programs.map(() => last + toSleep + toEvent + toGrant + toResume));
  });
}

Deno.test("EventUnit resumes a waiter 7 cycles after the trigger of a software event", () => {
  let triggered = 0;
  const [waiter] = run([
    function* (core) {
      yield* configure(core, 1);
      yield* core.elw(EventUnitOffset.waitClear);
    },
    function* (core) {
      core.alu(40);
      triggered = core.cycle;
      yield* core.store(EventUnitOffset.softwareEvent + 4 * 3, 1);
    },
  ]);
  const toEvent = 1, toGrant = 2, toResume = 4;
  assertEquals(waiter, triggered + toEvent + toGrant + toResume);
});

Deno.test("EventUnit answers a wait for a pending event after 5 cycles, without sleep", () => {
  let asked = 0, asleep = -1;
  const [end] = run([function* (core) {
    yield* configure(core, 1);
    yield* core.store(EventUnitOffset.softwareEvent, 1);
    core.alu(10);
    asked = core.cycle;
    yield* core.elw(EventUnitOffset.waitClear);
    asleep = core.asleep.value;
  }]);
  assertEquals([end, asleep], [asked + 1 + 4, 0]);
});

Deno.test("EventUnit hands a dispatched value to a sleeping core 8 cycles after the push", () => {
  let pushed = 0, value = 0;
  const [, slave] = run([
    function* (core) {
      yield* configure(core, 0b11);
      core.alu(40);
      pushed = core.cycle;
      yield* core.store(EventUnitOffset.dispatchFifo, 0x1c00_1234);
    },
    function* (core) {
      yield* core.store(EventUnitOffset.mask, 1 << 18);
      value = yield* core.elw(EventUnitOffset.dispatchFifo);
    },
  ]);
  const toPush = 1, toEvent = 1, toGrant = 2, toResume = 4;
  assertEquals([value, slave], [0x1c00_1234, pushed + toPush + toEvent + toGrant + toResume]);
});

Deno.test("EventUnit gives a dispatched value that is there already 8 cycles after the pop", () => {
  let asked = 0;
  const values: number[] = [];
  const [, slave] = run([
    function* (core) {
      yield* configure(core, 0b11);
      yield* core.store(EventUnitOffset.dispatchFifo, 11);
      yield* core.store(EventUnitOffset.dispatchFifo, 12);
    },
    function* (core) {
      yield* core.store(EventUnitOffset.mask, 1 << 18);
      core.alu(40);
      values.push(yield* core.elw(EventUnitOffset.dispatchFifo));
      asked = core.cycle;
      values.push(yield* core.elw(EventUnitOffset.dispatchFifo));
    },
  ]);
  assertEquals([values, slave - asked], [[11, 12], 2 + 2 + 4]);
});

Deno.test("EventUnit hands a mutex to the lowest waiting core 7 cycles after the unlock", () => {
  const order: number[] = [];
  let unlocked = 0, entered = 0;
  run([0, 1, 2, 3].map((id) =>
    function* (core: FirmwareCore) {
      yield* configure(core, 0b1111);
      core.alu(id === 0 ? 0 : 30 - id);
      yield* core.elw(EventUnitOffset.mutex);
      order.push(id);
      if (id === 1) entered = core.cycle;
      if (id === 0) core.alu(60);
      if (id === 0) unlocked = core.cycle;
      yield* core.store(EventUnitOffset.mutex, 0);
    }
  ));
  assertEquals([order, entered - unlocked], [[0, 1, 2, 3], 1 + 2 + 4]);
});

Deno.test("EventUnit counts the cycles in which a sleeping core's clock is off", () => {
  let slept = 0, woken = 0;
  const sim = new Simulation();
  const clock = sim.clock("cluster", MHz(100));
  const unit = new EventUnit(sim, "events", {}, { clock });
  const core = new FirmwareCore(sim, "pe0", { coreId: 0, clusterId: 0 }, { clock });
  connect(core.data, unit.demux);
  core.start(function* () {
    yield* core.store(EventUnitOffset.mask, 1);
    slept = core.cycle + 2;
    yield* core.elw(EventUnitOffset.wait);
    woken = core.cycle - 4;
  }, false);
  sim.spawn("device", function* () {
    yield 500;
    unit.raise(1, 0);
  }, { clock });
  sim.run();
  assertEquals([core.asleep.value, woken], [woken - (slept + 1), 500 + 2]);
});

Deno.test("EventUnit refuses an unlock by a core that does not hold the mutex", () => {
  const error = assertThrows(
    () =>
      run([function* (core) {
        yield* core.store(EventUnitOffset.mutex, 0);
      }]),
    SimulationError,
  );
  assertEquals(error.message.includes("Cannot unlock mutex 0 of events at"), true);
  assertEquals(error.message.includes("by core 0: nobody holds it"), true);
});

Deno.test("EventUnit refuses an offset without a register, a barrier without a team, a full dispatch queue", () => {
  const attempts: [(core: FirmwareCore) => Process, string][] = [
    [(core) => core.store(0x3f0, 1), "Cannot write 0x00000001 to offset 0x000003F0 of events at"],
    [function* (core) {
      yield* core.elw(0x3f0);
    }, "Cannot wait (p.elw) at offset 0x000003F0 of events at"],
    [function* (core) {
      yield* core.elw(BARRIER + BarrierOffset.triggerWaitClear);
    }, "its team mask is 0; fork a team first"],
    [function* (core) {
      for (let i = 0; i < 9; i++) yield* core.store(EventUnitOffset.dispatchFifo, i);
    }, "all 8 entries of the queue wait for slower cores"],
  ];
  for (const [attempt, message] of attempts) assertThrows(() => run([attempt]), SimulationError, message);
});
