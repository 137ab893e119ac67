import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { TimerBit, TimerOffset, TimerUnit } from "../../../hw/pulp/timer_unit.ts";
import { Hz, MHz, type Process, Simulation, SimulationError } from "../../../sim/mod.ts";

const bit = (name: keyof typeof TimerBit) => 1 << TimerBit[name] >>> 0;
const { config, value, compare, start, reset } = TimerOffset;
/** Offset of the second counter's registers from the first one's. */
const HIGH = 4;

/** Runs `body` with a timer at 50 MHz; what it records of events is `[counter, cycle]`. */
function withTimer(
  body: (timer: TimerUnit, read: (offset: number) => number, write: (offset: number, value: number) => void) => Process,
  megahertz = 50,
): (readonly [number, number])[] {
  const sim = new Simulation();
  const clock = sim.clock("core", MHz(megahertz));
  const events: (readonly [number, number])[] = [];
  const timer = new TimerUnit(
    sim,
    "timer",
    sim.clock("reference", Hz(32768)),
    (counter) => events.push([counter, clock.cycles]),
    {},
    { clock },
  );
  const { registers } = timer;
  sim.spawn("driver", body(timer, (at) => registers.read(at), (at, word) => registers.write(at, word)), { clock });
  sim.run({ maxCycles: 200_000, clock });
  return events;
}

Deno.test("TimerUnit counts every cycle from the start on, and keeps its count while it is stopped", () => {
  const seen: number[] = [];
  withTimer(function* (_timer, read, write) {
    yield 5;
    write(config, bit("enable"));
    for (const wait of [1, 1, 98]) {
      yield wait;
      seen.push(read(value));
    }
    write(config, 0);
    yield 50;
    seen.push(read(value));
    write(start, 1);
    yield 10;
    seen.push(read(value), read(config));
    write(reset, 1);
    yield 3;
    seen.push(read(value));
    write(value, 0xffff_fffe);
    yield 4;
    seen.push(read(value));
  });
  assertEquals(seen, [1, 2, 100, 100, 110, 1, 3, 2]);
});

Deno.test("TimerUnit's two counters are apart; as one of 64 bits the upper one counts what leaves the lower", () => {
  const seen: number[] = [];
  withTimer(function* (_timer, read, write) {
    yield 1;
    write(config, bit("enable"));
    yield 10;
    write(config + HIGH, bit("enable"));
    yield 7;
    seen.push(read(value), read(value + HIGH));
    write(config, bit("reset"));
    write(config, bit("wide") | bit("enable"));
    write(value, 0xffff_ffff);
    yield 3;
    seen.push(read(value), read(value + HIGH));
  });
  assertEquals(seen, [17, 7, 2, 1]);
});

Deno.test("TimerUnit with a prescaler counts every PRESCALER + 1 cycles", () => {
  const seen: number[] = [];
  withTimer(function* (_timer, read, write) {
    yield 1;
    write(config, bit("enable") | bit("prescale") | 9 << 8);
    yield 9;
    seen.push(read(value));
    yield 1;
    seen.push(read(value));
    yield 990;
    seen.push(read(value));
  });
  assertEquals(seen, [0, 1, 100]);
});

Deno.test("TimerUnit counts edges of the 32 768 Hz clock, each when its synchroniser has brought it through", () => {
  const seen: number[] = [];
  let firstCycle = 0;
  withTimer(function* (_timer, read, write) {
    write(config, bit("enable") | bit("reference"));
    while (read(value) === 0) {
      yield 1;
      firstCycle++;
    }
    // 50 MHz is 1525.879 times the reference.
    for (let i = 0; i < 3; i++) {
      yield 50_000;
      seen.push(read(value));
    }
  });
  // The first edge comes at 30.517578125 us: cycle 1526 samples it; an access in the next cycle reads it.
  assertEquals(firstCycle, Math.ceil(50e6 / 32768) + 1);
  assertEquals(seen, [33, 66, 99]);
});

Deno.test("TimerUnit raises its event in the cycle in which the counter shows CMP", () => {
  // A write in cycle 1 lets the counter show 1 in cycle 3, and CMP in cycle 2 + CMP.
  const once = withTimer(function* (_timer, _read, write) {
    yield 1;
    write(compare, 100);
    write(config, bit("enable") | bit("event") | bit("oneShot"));
  });
  assertEquals(once, [[0, 2 + 100]]);
  const periodic = withTimer(function* (_timer, _read, write) {
    yield 1;
    write(compare + HIGH, 99);
    write(config + HIGH, bit("enable") | bit("event") | bit("clearAtCompare"));
    yield 1050;
    write(config + HIGH, 0);
  });
  assertEquals(periodic, Array.from({ length: 10 }, (_, i) => [1, 2 + 99 + 100 * i] as const));
});

Deno.test("TimerUnit raises events of the reference clock every CMP edges", () => {
  const events = withTimer(function* (_timer, _read, write) {
    write(compare, 4);
    write(config, bit("enable") | bit("event") | bit("clearAtCompare") | bit("reference"));
    yield 40_000;
    write(config, 0);
  });
  // Edges 4, 8 ...: the cycle that samples one, and two more.
  const sampled = (edge: number) => Math.ceil(edge * 50e6 / 32768);
  assertEquals(events.map(([, cycle]) => cycle), [4, 8, 12, 16, 20, 24].map((edge) => sampled(edge) + 2));
});

Deno.test("TimerUnit stops at CMP in one-shot mode, and can be read there", () => {
  const seen: number[] = [];
  withTimer(function* (_timer, read, write) {
    write(compare, 20);
    write(config, bit("enable") | bit("oneShot"));
    yield 100;
    seen.push(read(value), read(config) & bit("enable"));
  });
  assertEquals(seen, [20, 0]);
});

Deno.test("TimerUnit goes back to stopped counters at 0 by a reset", () => {
  const seen: number[] = [];
  const events = withTimer(function* (timer, read, write) {
    write(compare, 50);
    write(config, bit("enable") | bit("event"));
    yield 10;
    timer.reset();
    yield 100;
    seen.push(read(value), read(config), read(compare));
  });
  assertEquals(seen, [0, 0, 0]);
  assertEquals(events, []);
});

Deno.test("TimerUnit refuses to compare 64 bits, and reserved bits", () => {
  withTimer(function* (_timer, _read, write) {
    const wide = assertThrows(() => write(config, (bit("wide") | bit("event")) >>> 0), SimulationError).message;
    assertStringIncludes(wide, "Cannot compare the counter of 64 bits of timer at ");
    const reserved = assertThrows(() => write(config, 1 << 20), SimulationError).message;
    assertStringIncludes(reserved, "timer.registers.CFG_LO");
  });
});
