import { assertEquals, assertThrows } from "@std/assert";
import { filter, filterRow, kernels, type Picture, PictureError, plainFilter } from "../../examples/firmware/filter.ts";
import { Gap8System } from "../../runtime/gap8/mod.ts";

/** A picture with all brightnesses. */
function picture(width: number, height: number): Picture {
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => (i * 7919 >> 3) & 255);
  return { width, height, pixels };
}

Deno.test("filter equals the plain filter, pixel for pixel, on 1, 2, 4 and 8 cores, with each kernel and odd sizes", () => {
  for (
    const [name, width, height] of [["blur", 21, 17], ["sharpen", 13, 30], ["edges", 5, 5], ["edges", 5000, 7]] as const
  ) {
    const input = picture(width, height);
    const { rows, output } = filter(input, kernels[name]);
    assertEquals(rows.map(({ cores, correct }) => [cores, correct]), [[1, true], [2, true], [4, true], [8, true]]);
    assertEquals(output, plainFilter(input, kernels[name]));
  }
});

Deno.test("filterRow takes exactly the cycles of its instructions and stalls", () => {
  const width = 20, pixels = width - 4;
  const job = { width, pitch: width, rows: 1, input: 0x1000_1000, output: 0x1000_2000, weights: 0x1000_3000, shift: 1 };
  let cycles = 0;
  new Gap8System().run(function* (rt) {
    yield* rt.clusterMount(true);
    yield* rt.clusterCall(0, function* (rt) {
      const start = rt.core.cycle;
      yield* filterRow(rt, job, 0);
      cycles = rt.core.cycle - start;
    });
  });
  const setUp = 4 + 1 + 1 + 1 + 1; // index arithmetic, pitch, two addresses (lui), lp.setup
  const weight = 2 + 1; // lb, lbu, p.mac, which uses the loaded pixel: one stall, unless the add stands between
  const row = 5 * weight + 4 * 1 + 1;
  const pixel = 1 + 1 + 1 + 1 + 5 * row + 4; // mv, weights' address, clear, lp.setup; srai, p.clipu, sb, addi
  assertEquals(cycles, setUp + pixels * pixel);
});

Deno.test("filter gains almost n from n cores", () => {
  const { rows } = filter(picture(84, 36), kernels.blur);
  const speedUps = rows.map(({ cyclesPerPixel }) => rows[0].cyclesPerPixel / cyclesPerPixel);
  for (const [index, cores] of [1, 2, 4, 8].entries()) {
    assertEquals(speedUps[index] > 0.85 * cores && speedUps[index] <= cores, true, `${speedUps[index]} on ${cores}`);
  }
});

Deno.test("filter times fewer cores on the first rows of a large picture, and filters all of it on eight", () => {
  const input = picture(30, 60);
  const { rows, output, timedRows } = filter(input, kernels.edges, () => {}, 600);
  assertEquals(timedRows, 600 / 30 + 4);
  assertEquals(rows.every(({ correct }) => correct), true);
  assertEquals(output, plainFilter(input, kernels.edges));
});

Deno.test("filter refuses pictures that are too small or too wide", () => {
  assertThrows(() => filter(picture(4, 9), kernels.blur), PictureError, "Cannot filter a picture of 4 x 9 pixels");
  assertThrows(() => filter(picture(9300, 6), kernels.blur), PictureError, "9300 pixels wide: five rows and");
});
