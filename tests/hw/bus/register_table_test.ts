import { assertEquals, assertThrows } from "@std/assert";
import { layoutOf, type RegisterSpec } from "../../../hw/bus/register_table.ts";
import { SimulationError } from "../../../sim/mod.ts";

const bit = (bits: number | [number, number]) => ({ bits, description: "a field" });

Deno.test("layoutOf sorts the bits by what they can do", () => {
  const layout = layoutOf("dma.STATUS", {
    offset: 0,
    access: "ro",
    description: "everything",
    fields: {
      STORED: { ...bit(0), access: "rw" },
      SHOWN: bit([1, 2]),
      TAKEN: { ...bit([4, 7]), access: "wo" },
      CLEARED: { ...bit(31), access: "w1c" },
    },
  });
  assertEquals(layout.readable >>> 0, 0x8000_0007);
  assertEquals(layout.writable >>> 0, 0x0000_00f1);
  assertEquals(layout.clearable >>> 0, 0x8000_0000);
  assertEquals(layout.fields.get("TAKEN"), { low: 4, width: 4, mask: 0xf0 });
});

Deno.test("layoutOf gives all 32 bits to a register or field that has them", () => {
  assertEquals(layoutOf("dma.A", { offset: 0, description: "a word" }).writable, -1);
  assertEquals(layoutOf("dma.A", { offset: 0, description: "a word", fields: { ALL: bit([0, 31]) } }).readable, -1);
});

Deno.test("layoutOf refuses what no register can be", () => {
  const refusals: [Partial<RegisterSpec>, string][] = [
    [{ offset: 6 }, "its offset is 0x00000006; it has to be a multiple of 4, 0 or more"],
    [{ offset: -4 }, "its offset is 0xFFFFFFFC; it has to be a multiple of 4, 0 or more"],
    [{ offset: 0.5 }, "its offset is 0.5; it has to be a multiple of 4, 0 or more"],
    [{ fields: { HIGH: bit(32) } }, "field HIGH has bits [32]; they are [low, high] within 0 to 31"],
    [{ fields: { SWAPPED: bit([7, 4]) } }, "field SWAPPED has bits [7,4]; they are [low, high] within 0 to 31"],
    [{ fields: { LOW: bit([0, 7]), NEXT: bit([7, 8]) } }, "field NEXT[8:7] overlaps LOW[7:0]"],
    [{ reset: 0x10, fields: { LOW: bit([0, 3]) } }, "its reset value 0x00000010 is not within 0x0000000F, the bits of"],
    [{ reset: 2 ** 32 }, "its reset value 0x100000000 is not within 0xFFFFFFFF, the bits of its fields"],
  ];
  for (const [spec, why] of refusals) {
    assertThrows(
      () => layoutOf("dma.CONTROL", { offset: 0, description: "control", ...spec }),
      SimulationError,
      `Cannot declare register dma.CONTROL: ${why}`,
    );
  }
});
