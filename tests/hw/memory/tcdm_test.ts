import { assertEquals, assertThrows } from "@std/assert";
import { GAP8_TCDM, Tcdm } from "../../../hw/memory/tcdm.ts";

Deno.test("Tcdm writes only the enabled byte lanes", () => {
  const memory = new Tcdm(GAP8_TCDM);
  memory.write(3, 0x11223344, 0b1111);
  memory.write(3, -1, 0b0101);
  assertEquals(memory.read(3) >>> 0, 0x11ff33ff);
  assertEquals([...memory.bytes.subarray(12, 16)], [0xff, 0x33, 0xff, 0x11]);
});

Deno.test("Tcdm reads 0 after reset", () => {
  const memory = new Tcdm(GAP8_TCDM);
  memory.write(0, -1, 15);
  memory.reset();
  assertEquals(memory.read(0), 0);
});

Deno.test("Tcdm refuses sizes that are no power of two", () => {
  assertThrows(() => new Tcdm({ base: 0, sizeBytes: 48, banks: 16 }), RangeError, "powers of two");
});
