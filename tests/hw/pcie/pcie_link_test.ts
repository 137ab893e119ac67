import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CardBus, CardRegisters, InterruptSink } from "../../../hw/pcie/card_bus.ts";
import { PcieLink, type PcieLinkParams } from "../../../hw/pcie/pcie_link.ts";
import { Component, connect, type Mapped, RegisterBlock } from "../../../hw/mod.ts";
import { ns, Simulation } from "../../../sim/mod.ts";

class Host extends Component {
  readonly vectors: [number, number][] = [];
  readonly irq = this.target("irq", InterruptSink, {
    interrupt: (vector: number, arrivalPs: number) => {
      this.vectors.push([arrivalPs, vector]);
    },
  });
}

function platform(params: Partial<PcieLinkParams> = {}) {
  const sim = new Simulation();
  const link = new PcieLink(sim, "link", params);
  const registers = new CardRegisters(sim, "registers");
  const host = new Host(sim, "host");
  const seen: [number, number, number][] = [];
  const words: Mapped = {
    read: (offset) => offset + 7,
    write: (offset, _size, value) => {
      seen.push([sim.now, offset, value]);
    },
  };
  registers.add("words", 0x10_0000, 0x1000, words);
  connect(link.bar, registers.port);
  connect(link.interrupts, host.irq);
  return { sim, link, registers, host, seen };
}

/** Picoseconds of so many bytes on Gen3 x16: 8 GT/s * 16 lanes * 128/130. */
const wirePs = (bytes: number) => Math.round(bytes * 8000 / (8 * 16 * 128 / 130));

Deno.test("PcieLink posts writes: the host goes on at once, they arrive in order after the link's latency", () => {
  const { sim, link, seen } = platform({ latencyNs: 400 });
  sim.spawn("host", function* () {
    link.write32(0x10_0000, 1);
    link.writeWords(0x10_0010, Uint32Array.of(2, 3));
    assertEquals(sim.now, 0);
    yield ns(1);
  });
  sim.run();
  const packet = wirePs(4 + 24);
  assertEquals(seen, [
    [packet + 400_000, 0, 1],
    [3 * packet + 400_000, 0x10, 2],
    [3 * packet + 400_000, 0x14, 3],
  ]);
});

Deno.test("PcieLink writes the first word of a block last", () => {
  const { sim, link, seen } = platform();
  sim.spawn("host", function* () {
    link.writeBlock(0x10_0020, Uint32Array.of(9, 8, 7, 6), 3);
    yield ns(1);
  });
  sim.run();
  assertEquals(seen.map(([, offset, value]) => [offset, value]), [[0x24, 8], [0x28, 7], [0x20, 9]]);
});

Deno.test("PcieLink reads take a round trip and do not overtake posted writes", () => {
  const { sim, link, seen } = platform({ latencyNs: 400, registerReadNs: 100 });
  const host = sim.spawn("host", function* () {
    link.write32(0x10_0000, 5);
    const value = yield* link.read32(0x10_0004);
    assertEquals(seen.length, 1);
    return value;
  });
  sim.run();
  assertEquals(host.result, 4 + 7);
  assertEquals(sim.now, wirePs(28) + wirePs(24) + 400_000 + 100_000 + wirePs(28) + 400_000);
});

Deno.test("PcieLink counts packets of the largest payload: 256 bytes carry 24 more", () => {
  const { link } = platform({ maxPayloadBytes: 256 });
  assertEquals(link.wireBytes(4096), 4096 + 16 * 24);
  assertEquals(link.wireBytes(257), 257 + 2 * 24);
  assertEquals(Math.round(link.bytesPerSecond / 1e7), 1575);
});

Deno.test("PcieLink sends interrupt messages one after the other", () => {
  const { sim, link, host } = platform({ latencyNs: 400 });
  sim.spawn("card", function* () {
    link.interrupt(0);
    link.interrupt(3);
    yield ns(1);
  });
  sim.run();
  assertEquals(host.vectors, [[wirePs(28) + 400_000, 0], [2 * wirePs(28) + 400_000, 3]]);
});

Deno.test("CardRegisters says what is around an address that nobody answers", () => {
  const { registers } = platform();
  const error = assertThrows(() => registers.read32(0x20_0000));
  assertStringIncludes((error as Error).message, "Cannot read at 0x00200000 in registers");
  assertStringIncludes((error as Error).message, "words (0x00100000 to 0x00100FFF)");
  assertStringIncludes((error as Error).message, "no design is loaded");
  assertThrows(() => registers.write32(0x20_0000, 1), Error, "Cannot write 0x00000001 at 0x00200000");
  assertThrows(() => registers.writeWords(0x20_0000, Uint32Array.of(1), 0, 1), Error, "Cannot write a block at");
});

Deno.test("CardRegisters answers at a unit's address for as long as it is plugged in", () => {
  const sim = new Simulation();
  const registers = new CardRegisters(sim, "registers");
  const owner = new Component(sim, "unit");
  const block = new RegisterBlock(owner, "registers", { VALUE: { offset: 0, description: "a value" } });
  registers.plug(0x180_0000, 0x1000, block.mapped);
  registers.write32(0x180_0000, 42);
  assertEquals(registers.read32(0x180_0000), 42);
  registers.unplug();
  assertThrows(() => registers.read32(0x180_0000), Error, "no design is loaded");
  assertEquals(CardBus.methods.length, 3);
});

Deno.test("PcieLink shows observers its interrupt messages when they arrive, and nobody costs a step when none looks", () => {
  const arrivals = (observed: boolean) => {
    const { sim, link } = platform({ latencyNs: 400 });
    const seen: [number, unknown][] = [];
    if (observed) {
      sim.trace.attach({ record: ({ path }, at, value) => path === "link.messages" && seen.push([at, value]) });
    }
    sim.spawn("card", function* () {
      link.interrupt(0);
      link.interrupt(3);
      yield ns(1000);
    });
    return { seen, events: sim.run().events, messages: link.messages.value };
  };
  const { seen, events, messages } = arrivals(true);
  assertEquals(seen, [[wirePs(28) + 400_000, "vector 0"], [2 * wirePs(28) + 400_000, "vector 3"]]);
  assertEquals(messages, 2);
  assertEquals(arrivals(false).events, events - 2);
});
