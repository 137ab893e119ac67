import { assertEquals, assertThrows } from "@std/assert";
import { Memory, Sram } from "../../../hw/mod.ts";
import { MHz, type Process, Simulation, SimulationError } from "../../../sim/mod.ts";

function memory(params: Partial<Sram["params"]> = {}) {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  return { sim, clock, sram: new Sram(sim, "soc_sram", { sizeBytes: 64, ...params }, { clock }) };
}

function failureOf(access: (sram: Sram) => Process<unknown>): string {
  const { sim, clock, sram } = memory({ base: 0x1000 });
  sim.spawn("host", function* () {
    yield 5;
    yield* access(sram);
  }, { clock });
  return assertThrows(() => sim.run(), SimulationError).message;
}

Deno.test("Sram reads 0 where nobody wrote, and words as unsigned numbers", () => {
  const { sim, clock, sram } = memory();
  sim.spawn("host", function* () {
    assertEquals(yield* sram.read32(60), 0);
    yield* sram.write32(60, -2);
    assertEquals(yield* sram.read32(60), 0xffff_fffe);
  }, { clock });
  sim.run();
  assertEquals([sram.reads.value, sram.writes.value], [2, 1]);
});

Deno.test("Sram takes its cycles per access, for several initiators at once", () => {
  const { sim, clock, sram } = memory({ readCycles: 3, writeCycles: 2 });
  for (const name of ["a", "b"]) {
    sim.spawn(name, function* () {
      yield* sram.write32(0, 1);
      yield* sram.read32(0);
    }, { clock });
  }
  sim.run();
  assertEquals(clock.cycles, 2 + 3);
});

Deno.test("Sram refuses addresses that it does not have", () => {
  assertEquals(
    failureOf((sram) => sram.read32(0x1040)),
    "Cannot read at 0x00001040 in soc_sram at 50 ns, cycle 5 of clock for host: it has 0x00001000 to 0x0000103F; a stale " +
      "or miscounted address\n  in process host at 50 ns",
  );
  assertEquals(
    failureOf((sram) => sram.write32(0x0ffc, 7)).split(":")[0],
    "Cannot write 0x00000007 at 0x00000FFC in soc_sram at 50 ns, cycle 5 of clock for host",
  );
  assertEquals(
    failureOf((sram) => sram.read32(0x1002)).split("\n")[0],
    "Cannot read at 0x00001002 in soc_sram at 50 ns, cycle 5 of clock for host: a word's address is a multiple of 4",
  );
});

Deno.test("Sram refuses values that are no words, and takes negative ones", () => {
  assertEquals(
    failureOf((sram) => sram.write32(0x1004, NaN)).split("\n")[0],
    "Cannot write NaN at 0x00001004 in soc_sram at 50 ns, cycle 5 of clock for host: a word is a whole number of 32 bits; " +
      "an overflow, or a value that was never computed",
  );
  const { sim, clock, sram } = memory({});
  sim.spawn("host", function* () {
    yield* sram.write32(0, -2);
    assertEquals(yield* sram.read32(0), 0xffff_fffe);
  }, { clock });
  sim.run();
});

Deno.test("Sram refuses sizes that are no whole number of words", () => {
  assertThrows(
    () => memory({ sizeBytes: 10 }),
    SimulationError,
    "Cannot make soc_sram with 10 bytes from 0x00000000: both have to be multiples of 4, because it holds words",
  );
});

Deno.test("Memory has a read and a write of words", () => {
  assertEquals(Memory.methods, ["read32", "write32"]);
});
