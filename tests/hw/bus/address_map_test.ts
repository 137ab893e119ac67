import { assertEquals, assertThrows } from "@std/assert";
import { AddressMap, Component, Design, ElaborationError, hex } from "../../../hw/mod.ts";
import { Simulation, SimulationError } from "../../../sim/mod.ts";

function map(...ranges: readonly [name: string, base: number, sizeBytes: number][]): AddressMap<string> {
  const made = new AddressMap<string>("soc.map");
  for (const [name, base, sizeBytes] of ranges) made.add(name, base, sizeBytes, name.toUpperCase());
  return made;
}

Deno.test("AddressMap finds the range of an address, first and last byte included", () => {
  const made = map(["l2", 0x1c00_0000, 0x8_0000], ["rom", 0x1a00_0000, 0x2000], ["top", 0xffff_f000, 0x1000]);
  for (let round = 0; round < 2; round++) {
    assertEquals(made.find(0x1a00_0000)?.target, "ROM");
    assertEquals(made.find(0x1a00_1fff)?.target, "ROM");
    assertEquals(made.find(0x1a00_2000), undefined);
    assertEquals(made.find(0x1c07_ffff)?.target, "L2");
    assertEquals(made.find(0x1c08_0000), undefined);
    assertEquals(made.find(0), undefined);
    assertEquals(made.find(0xffff_ffff)?.target, "TOP");
  }
  assertEquals(made.ranges.map(({ name }) => name), ["rom", "l2", "top"]);
});

Deno.test("AddressMap.find agrees with a search through all ranges", () => {
  const made = map(
    ...Array.from({ length: 40 }, (_, i) => [`r${i}`, i * 0x100 + (i % 3) * 16, 0x80 + i] as const)
      .map(([name, base, size]): [string, number, number] => [name, base, size]),
  );
  for (let step = 0, address = 0; step < 5000; step++, address = (address * 1103515245 + 12345) % 0x3000) {
    const expected = made.ranges.find(({ base, sizeBytes }) => address >= base && address < base + sizeBytes);
    assertEquals(made.find(address), expected);
  }
});

Deno.test("AddressMap names the neighbours of an address that nobody answers", () => {
  const made = map(["l1", 0x1000_0000, 0x1_0000], ["l2", 0x1c00_0000, 0x8_0000]);
  assertEquals(
    made.neighbours(0x1001_0000),
    "the nearest are l1 (0x10000000 to 0x1000FFFF) and l2 (0x1C000000 to 0x1C07FFFF)",
  );
  assertEquals(made.neighbours(0), "the nearest are l1 (0x10000000 to 0x1000FFFF)");
  assertEquals(map().neighbours(0), "the map is empty");
});

Deno.test("AddressMap.overlaps lists every pair, not only neighbours", () => {
  assertEquals(map(["a", 0, 16], ["b", 16, 16]).overlaps(), []);
  assertEquals(map(["all", 0, 0x1000], ["small", 0x10, 0x10], ["late", 0x800, 0x10]).overlaps(), [
    "soc.map: all (0x00000000 to 0x00000FFF) and small (0x00000010 to 0x0000001F) overlap: move or shrink one",
    "soc.map: all (0x00000000 to 0x00000FFF) and late (0x00000800 to 0x0000080F) overlap: move or shrink one",
  ]);
});

Deno.test("AddressMap reports overlaps at elaboration, and refuses them after that", () => {
  class Bus extends Component {
    readonly map: AddressMap<number> = this.addressMap("map");
  }
  const broken = new Simulation();
  const bus = new Bus(broken, "bus");
  bus.map.add("a", 0, 32, 1);
  bus.map.add("b", 16, 32, 2);
  assertThrows(() => broken.run(), ElaborationError, "bus.map: a (0x00000000 to 0x0000001F) and b (0x00000010 to");

  const sim = new Simulation();
  const late = new Bus(sim, "bus");
  late.map.add("a", 0, 32, 1);
  sim.run();
  late.map.add("b", 32, 32, 2);
  assertThrows(
    () => late.map.add("c", 48, 4, 3),
    SimulationError,
    "Cannot map c in bus.map at 0x00000030 with 4 bytes: b (0x00000020 to 0x0000003F) is there",
  );
  assertEquals(Design.of(sim).addressMaps, [late.map]);
});

Deno.test("AddressMap refuses ranges outside 32-bit addresses", () => {
  for (const base of [-4, 0.5, NaN, 2 ** 32]) {
    assertThrows(() => map(["x", base, 4]), SimulationError, "its base has to be a whole number from 0 to 0xFFFFFFFF");
  }
  for (const [base, sizeBytes] of [[0, 0], [0, 1.5], [0xffff_fff0, 17]]) {
    assertThrows(
      () => map(["x", base, sizeBytes]),
      SimulationError,
      `Cannot map x in soc.map at ${hex(base)} with ${sizeBytes} bytes: its size has to be a whole number from 1 to ` +
        `${2 ** 32 - base}, what is left of 32-bit addresses`,
    );
  }
});

Deno.test("hex writes addresses as people do, and leaves alone what is none", () => {
  assertEquals([0, 0x1c00_0000, -1, 2 ** 32].map(hex), ["0x00000000", "0x1C000000", "0xFFFFFFFF", "0x100000000"]);
  assertEquals([1.5, NaN, Infinity].map(hex), ["1.5", "NaN", "Infinity"]);
});
