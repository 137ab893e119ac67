import { assertEquals, assertThrows } from "@std/assert";
import { type ArgumentValues, ComputeUnit, UnitCompletions } from "../../../hw/pcie/compute_unit.ts";
import { type KernelSpec, placeArguments } from "../../../hw/pcie/hls_registers.ts";
import { Component, connect } from "../../../hw/mod.ts";
import { MHz, type Process, Simulation } from "../../../sim/mod.ts";

class Sink extends Component {
  readonly ends: number[] = [];
  readonly port = this.target("port", UnitCompletions, {
    completed: () => {
      this.ends.push(this.clock.cycles);
    },
  });
}

const SPEC: KernelSpec = {
  name: "all",
  arguments: [
    { name: "a", type: "int const *", port: "gmem" },
    { name: "n", type: "unsigned int" },
    { name: "i", type: "int" },
    { name: "c", type: "char" },
    { name: "s", type: "short" },
    { name: "l", type: "long int" },
    { name: "f", type: "float" },
    { name: "d", type: "double" },
  ],
};

/** Notes its arguments. */
class Noting extends ComputeUnit {
  static readonly kernel: KernelSpec = { ...SPEC, arguments: SPEC.arguments.filter(({ port }) => port === undefined) };
  seen: ArgumentValues = {};

  protected override *execute(args: ArgumentValues): Process {
    this.seen = args;
    yield 10;
  }
}

/** Takes new arguments after a part of its run. */
class Chained extends ComputeUnit {
  static readonly kernel: KernelSpec = {
    name: "chained",
    arguments: [{ name: "n", type: "int" }],
    handshake: "ap_ctrl_chain",
  };

  protected override *execute(_: ArgumentValues, ready: () => void): Process {
    yield 10;
    ready();
    yield 30;
  }
}

function platform<U extends ComputeUnit>(model: new (...args: ConstructorParameters<typeof Noting>) => U) {
  const sim = new Simulation();
  const clock = sim.clock("kernel", MHz(100));
  const unit = new model(sim, "unit", { address: 0x180_0000, handshakeCycles: 4 }, { clock });
  const sink = new Sink(sim, "sink", {}, { clock });
  connect(unit.completions, sink.port);
  const { read, write } = unit.control.calls;
  return { sim, clock, unit, sink, read: (o: number) => read(o, 4), write: (o: number, v: number) => write(o, 4, v) };
}

Deno.test("placeArguments gives HLS's map: a reserved word after each argument, two words for pointers", () => {
  const places = placeArguments(SPEC).map(({ name, offset, sizeBytes }) => [name, offset, sizeBytes]);
  assertEquals(places, [
    ["a", 0x10, 8],
    ["n", 0x1c, 4],
    ["i", 0x24, 4],
    ["c", 0x2c, 4],
    ["s", 0x34, 4],
    ["l", 0x3c, 8],
    ["f", 0x48, 4],
    ["d", 0x50, 8],
  ]);
  assertThrows(
    () => placeArguments({ name: "k", arguments: [{ name: "x", type: "struct point" }] }),
    Error,
    'Cannot place argument x of kernel k: its type is "struct point"',
  );
});

Deno.test("ComputeUnit runs with ap_ctrl_hs: start, done which a read clears, idle; arguments by their C types", () => {
  const { sim, clock, unit, sink, read, write } = platform(Noting);
  const bits = new DataView(new ArrayBuffer(8));
  sim.spawn("host", function* () {
    assertEquals(read(0), 4);
    write(0x10, 0xffff_ffff); // n
    write(0x18, 0xffff_ffff); // i
    write(0x20, 0x1ff); // c
    write(0x28, 0x18000); // s
    write(0x30, 0xffff_fffe); // l
    write(0x34, 0xffff_ffff);
    bits.setFloat32(0, 0.5);
    write(0x3c, bits.getUint32(0)); // f
    bits.setFloat64(0, -1.25);
    write(0x44, bits.getUint32(4)); // d
    write(0x48, bits.getUint32(0));
    write(0x4, 1); // global interrupt enable: stored
    write(0, 1);
    assertEquals([read(0), unit.busy, read(0x4)], [1, true, 1]);
    yield 1;
    write(0, 1);
    assertEquals(unit.lostStarts.value, 1);
    yield 50;
    assertEquals([read(0), read(0)], [2 | 4 | 8, 4]);
  }, { clock });
  sim.run();
  assertEquals(unit.seen, { n: 0xffff_ffff, i: -1, c: -1, s: -32768, l: -2, f: 0.5, d: -1.25 });
  assertEquals(sink.ends, [4 + 10]);
  assertEquals([unit.runs.value, unit.busyTime.value], [1, (4 + 10) * 10_000]);
});

Deno.test("ComputeUnit starts again by itself with AUTO_RESTART, until that is taken back", () => {
  const { sim, clock, sink, write } = platform(Noting);
  sim.spawn("host", function* () {
    write(0, 1 | 128);
    yield 40;
    write(0, 0);
    yield 100;
  }, { clock });
  sim.run();
  assertEquals(sink.ends, [14, 28, 42]);
});

Deno.test("ComputeUnit with ap_ctrl_chain takes a new start once the run has its arguments, and wants ends acknowledged", () => {
  const { sim, clock, unit, sink, read, write } = platform(Chained);
  sim.spawn("host", function* () {
    write(0, 1);
    yield 5;
    assertEquals(read(0), 1);
    write(0, 1); // too early: lost
    yield 15;
    assertEquals(read(0), 8); // ready: start is low again
    write(0, 1);
    yield 26;
    assertEquals([read(0) & 2, read(0) & 2, unit.busy], [2, 2, true]); // a read does not clear done
    write(0, 16);
    assertEquals(read(0) & 2, 0);
    yield 100;
    assertEquals(read(0) & 6, 6);
    write(0, 16);
    assertEquals(read(0), 4);
  }, { clock });
  sim.run();
  assertEquals(sink.ends, [4 + 40, 20 + 4 + 40]);
  assertEquals([unit.runs.value, unit.lostStarts.value], [2, 1]);
});

Deno.test("ComputeUnit names what it does not have", () => {
  const { unit } = platform(Noting);
  assertThrows(() => unit.port("gmem"), Error, "Cannot find memory port gmem of unit: it has none");
  assertThrows(() => unit.stream("in"), Error, "Cannot find connected stream in of unit: it has none");
  class Nameless extends ComputeUnit {
    protected override *execute(): Process {}
  }
  assertThrows(
    () => new Nameless(new Simulation(), "unit", { address: 0 }),
    Error,
    "its class has no static field kernel",
  );
});
