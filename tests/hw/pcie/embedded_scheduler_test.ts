import { assertEquals } from "@std/assert";
import { CardBus } from "../../../hw/pcie/card_bus.ts";
import { EmbeddedScheduler, HostDoorbell } from "../../../hw/pcie/embedded_scheduler.ts";
import type { EmbeddedSchedulerParams } from "../../../hw/pcie/ert_params.ts";
import { configurePacket, Feature, startUnitPacket } from "../../../hw/pcie/ert_packet.ts";
import { UnitCompletions } from "../../../hw/pcie/compute_unit.ts";
import { Component, connect } from "../../../hw/mod.ts";
import { MHz, type Process, Simulation } from "../../../sim/mod.ts";

/** Units that run for as many cycles as their first argument says, and note when they start. */
class Units extends Component implements CardBus {
  readonly bus = this.target("bus", CardBus, this);
  readonly completions = this.initiator("completions", UnitCompletions);
  readonly starts: [cycle: number, unit: number, argument: number][] = [];
  private readonly argument = new Map<number, number>();

  read32(): number {
    return 2;
  }

  write32(address: number, value: number): void {
    const unit = address & ~0xff;
    if (address !== unit) {
      this.argument.set(unit, value);
      return;
    }
    const argument = this.argument.get(unit) ?? 0;
    this.starts.push([this.clock.cycles, unit >> 16, argument]);
    this.process(`run${this.starts.length}`, () => this.execute(unit, argument));
  }

  writeWords(address: number, words: Uint32Array, from: number, count: number): void {
    for (let i = 0; i < count; i++) this.write32(address + 4 * i, words[from + i]);
  }

  private *execute(unit: number, cycles: number): Process {
    yield cycles;
    this.completions.completed(unit);
  }
}

class Bell extends Component {
  readonly rings: number[] = [];
  readonly port = this.target("port", HostDoorbell, {
    interrupt: () => {
      this.rings.push(this.clock.cycles);
    },
  });
}

const COSTS: EmbeddedSchedulerParams = {
  ...defaults(),
  freeVisitCycles: 3,
  queuedVisitCycles: 2,
  runningVisitCycles: 5,
};

function defaults(): EmbeddedSchedulerParams {
  const entries = Object.entries(EmbeddedScheduler.params).map(([name, param]) => [name, param.default]);
  return Object.fromEntries(entries) as unknown as EmbeddedSchedulerParams;
}

function platform(units: number, params: Partial<EmbeddedSchedulerParams> = COSTS) {
  const sim = new Simulation();
  const clock = sim.clock("ert", MHz(100));
  const scheduler = new EmbeddedScheduler(sim, "ert", params, { clock });
  const stub = new Units(sim, "units", {}, { clock });
  const bell = new Bell(sim, "bell", {}, { clock });
  connect(scheduler.units, stub.bus);
  connect(scheduler.doorbell, bell.port);
  connect(stub.completions, scheduler.completions);
  const write = (slot: number, packet: Uint32Array) => {
    const queue = scheduler.queue.calls;
    for (let word = 1; word < packet.length; word++) queue.write(slot * 0x1000 + 4 * word, 4, packet[word]);
    queue.write(slot * 0x1000, 4, packet[0]);
  };
  const addresses = Array.from({ length: units }, (_, unit) => (unit + 1) << 16);
  const configure = configurePacket(0x1000, Feature.ert | Feature.unitDma, addresses);
  return { sim, clock, scheduler, stub, bell, write, configure };
}

/** A command that runs `cycles` on one of the units of a mask. */
function command(mask: number, cycles: number): Uint32Array {
  return startUnitPacket(mask, Uint32Array.of(0, 0, 0, 0, cycles));
}

Deno.test("EmbeddedScheduler visits slot after slot: accepts, starts, and finds the end in the visits that come by", () => {
  const { sim, clock, stub, bell, write, configure } = platform(1);
  const begin = sim.spawn("host", function* () {
    write(0, configure);
    yield 1000;
    const written = clock.cycles;
    write(1, command(1, 100));
    return written;
  }, { clock });
  sim.run();
  const c = COSTS;
  const round = 16 * c.freeVisitCycles;
  // The configure command was found in the first visit of slot 0; then the loop went on with slot 1.
  const configured = c.freeVisitCycles + c.acceptCycles;
  assertEquals(bell.rings[0], configured);
  const rounds = Math.ceil((begin.result - configured) / round);
  const visit = configured + rounds * round;
  const start = visit + c.freeVisitCycles + c.acceptCycles + c.startCycles + 1 * c.dmaWordCycles;
  assertEquals(stub.starts, [[start, 1, 100]]);
  // From then on a round has one running slot and 15 free ones; the loop stands before slot 2.
  const busyRound = 15 * c.freeVisitCycles + c.runningVisitCycles;
  const firstLook = start + 15 * c.freeVisitCycles;
  const look = firstLook + Math.ceil((start + 100 - firstLook) / busyRound) * busyRound;
  assertEquals(bell.rings[1], look + c.runningVisitCycles + c.completeCycles);
});

/** The loop, visit by visit: what the model computes without doing it. */
function reference(units: number, arrivals: readonly { cycle: number; slot: number; mask: number; run: number }[]) {
  const c = COSTS;
  const state = new Array(16).fill("free"), unitOf = new Array<number>(16).fill(-1);
  const mask = new Array<number>(16).fill(0), run = new Array<number>(16).fill(0);
  const ends = new Array<number>(units).fill(Infinity), busy = new Array<boolean>(units).fill(false);
  const starts: [number, number, number][] = [], rings: number[] = [];
  let at = c.freeVisitCycles + c.acceptCycles, place = 1, next = 0, open = arrivals.length;
  while (open > 0) {
    const arrived = (slot: number) => {
      const index = arrivals.findIndex((a, i) => i >= next && a.slot === slot && a.cycle <= at);
      return index;
    };
    const idle = (slot: number) => busy.findIndex((b, unit) => !b && (mask[slot] >> unit & 1) === 1);
    const startNow = (slot: number, cost: number) => {
      const unit = idle(slot);
      at += cost + c.startCycles + c.dmaWordCycles;
      busy[unit] = true;
      ends[unit] = at + run[slot];
      unitOf[slot] = unit;
      state[slot] = "running";
      starts.push([at, unit + 1, run[slot]]);
    };
    if (state[place] === "free") {
      const index = arrived(place);
      if (index >= 0) {
        const taken = arrivals[index];
        (taken as { slot: number }).slot = -1;
        mask[place] = taken.mask;
        run[place] = taken.run;
        if (idle(place) >= 0) startNow(place, c.freeVisitCycles + c.acceptCycles);
        else {
          state[place] = "queued";
          at += c.freeVisitCycles + c.acceptCycles;
        }
      } else at += c.freeVisitCycles;
    } else if (state[place] === "queued") {
      if (idle(place) >= 0) startNow(place, c.queuedVisitCycles);
      else at += c.queuedVisitCycles;
    } else if (ends[unitOf[place]] <= at) {
      at += c.runningVisitCycles + c.completeCycles;
      busy[unitOf[place]] = false;
      state[place] = "free";
      rings.push(at);
      open--;
    } else at += c.runningVisitCycles;
    place = (place + 1) % 16;
    next = 0;
  }
  return { starts, rings };
}

Deno.test("EmbeddedScheduler gives the cycles of the loop visit by visit, for random commands", () => {
  let seed = 12345;
  const random = (below: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % below;
  for (let trial = 0; trial < 20; trial++) {
    const units = 1 + random(3);
    const arrivals = Array.from({ length: 1 + random(15) }, (_, i) => ({
      cycle: 1000 + random(800),
      slot: i + 1,
      mask: 1 + random(2 ** units - 1),
      run: 1 + random(400),
    }));
    const { sim, clock, stub, bell, write, configure } = platform(units);
    sim.spawn("host", function* () {
      write(0, configure);
      for (const { cycle, slot, mask, run } of [...arrivals].sort((a, b) => a.cycle - b.cycle)) {
        if (cycle > clock.cycles) yield cycle - clock.cycles;
        write(slot, command(mask, run));
      }
    }, { clock });
    sim.run();
    const expected = reference(units, arrivals.map((arrival) => ({ ...arrival })));
    assertEquals(stub.starts, expected.starts, `trial ${trial}`);
    assertEquals(bell.rings.slice(1), expected.rings, `trial ${trial}`);
  }
});

Deno.test("EmbeddedScheduler shows finished slots in its status, which a read clears", () => {
  const { sim, clock, scheduler, write, configure } = platform(1);
  sim.spawn("host", function* () {
    write(0, configure);
    yield 500;
    assertEquals(scheduler.control.calls.read(0, 4), 1);
    write(2, command(1, 10));
    write(5, command(1, 10));
    yield 2000;
    assertEquals(scheduler.control.calls.read(0, 4), (1 << 2) | (1 << 5));
    assertEquals(scheduler.control.calls.read(0, 4), 0);
  }, { clock });
  sim.run();
  assertEquals([scheduler.commands.value, scheduler.errors.value], [2, 0]);
  assertEquals(scheduler.registers.get("CQ_NUM_SLOTS"), 16);
});

Deno.test("EmbeddedScheduler refuses commands for units that it was not told of, and unknown operations", () => {
  const { sim, clock, scheduler, stub, bell, write, configure } = platform(1);
  sim.spawn("host", function* () {
    write(0, configure);
    yield 500;
    write(1, command(0b10, 10));
    const unknown = command(1, 10);
    unknown[0] |= 31 << 23;
    write(2, unknown);
    yield 1000;
    for (const slot of [1, 2]) assertEquals(scheduler.queue.calls.read(slot * 0x1000, 4) & 0xf, 5);
  }, { clock });
  sim.run();
  assertEquals([scheduler.errors.value, stub.starts.length, bell.rings.length], [2, 0, 3]);
});
