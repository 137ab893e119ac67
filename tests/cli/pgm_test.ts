import { assertEquals, assertThrows } from "@std/assert";
import { PgmError, readPgm } from "../../cli/pgm.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("readPgm reads P2 with comments, and scales to 255", () => {
  assertEquals(readPgm(bytes("P2 # grey\n3 1\n#white\n15\n0 5 15"), "x"), {
    width: 3,
    height: 1,
    pixels: Uint8Array.of(0, 85, 255),
  });
});

Deno.test("readPgm reads P5 with one and two bytes a pixel", () => {
  assertEquals(readPgm(Uint8Array.of(...bytes("P5\n2 1\n255\n"), 10, 35), "x").pixels, Uint8Array.of(10, 35));
  assertEquals(readPgm(Uint8Array.of(...bytes("P5 1 1 65535\n"), 0x80, 0), "x").pixels, Uint8Array.of(128));
});

Deno.test("readPgm refuses what is no usable PGM with one sentence", () => {
  const attempts: [string, string][] = [
    ["", "Cannot read x as PGM: it is empty"],
    ["GIF89a", 'it begins with "GI", not with P5 or P2'],
    ["P6 1 1 255\nxxx", "not with P5 or P2"],
    ["P5 1", "the height is missing at byte 4"],
    ["P5 0 4 255\n", "0 x 4 pixels is not a usable size"],
    ["P5 99999 99999 255\n", "is not a usable size"],
    ["P5 1 1 0\n", "its white is 0"],
    ["P2 2 1 9\n3 12", "a pixel is 12, brighter than its white, 9"],
    ["P2 2 1 9\n3", "pixel 1 of 2 is missing"],
  ];
  for (const [text, message] of attempts) assertThrows(() => readPgm(bytes(text), "x"), PgmError, message);
});
