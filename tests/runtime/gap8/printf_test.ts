import { assertEquals, assertThrows } from "@std/assert";
import { formatPrintf } from "../../../runtime/gap8/mod.ts";

Deno.test("formatPrintf knows the SDK's formats", () => {
  const cases: [string, (number | bigint | string)[], string][] = [
    ["%d %i %u", [-1, 42, -1], "-1 42 4294967295"],
    ["%x %X %o %c %s %%", [255, 255, 8, 65, "text"], "ff FF 10 A text %"],
    ["[0x%2x]", [0], "[0x 0]"],
    ["[%5d|%-5d|%05d]", [42, 42, -42], "[   42|42   |-0042]"],
    ["%#x %p", [255, 0x1c000000], "0xff 0x1c000000"],
    ["%lld %llu", [-5n, 1n << 40n], "-5 1099511627776"],
    ["%08X", [0xbeef], "0000BEEF"],
    ["%q stays", [], "%q stays"],
  ];
  for (const [format, args, text] of cases) assertEquals(formatPrintf(format, ...args), text);
});

Deno.test("formatPrintf refuses a format with more directives than values", () => {
  assertThrows(
    () => formatPrintf("%d %02x\n", 1),
    RangeError,
    'Cannot print "%d %02x\\n": there are 1 values, and %02x would take one more',
  );
});

Deno.test("formatPrintf refuses values that are no numbers where numbers are printed", () => {
  assertThrows(
    () => formatPrintf("%d of %d\n", 1, "two"),
    RangeError,
    'Cannot print "%d of %d\\n": %d takes a whole number, and value 2 is two',
  );
});
