import { assertEquals } from "@std/assert";
import { tilesProgram, type TilesRow } from "../../examples/firmware/tiles.ts";
import { Gap8System } from "../../runtime/gap8/mod.ts";

/** Both ways through so many tiles of so many bytes: one step after the other, and overlapped. */
function run(tileBytes: number, tiles: number): readonly [TilesRow, TilesRow] {
  const system = new Gap8System();
  const rows: TilesRow[] = [];
  const { exitCode } = system.run(tilesProgram(system, { tileBytes, tiles }, rows));
  assertEquals(exitCode, 0);
  return rows as unknown as readonly [TilesRow, TilesRow];
}

Deno.test("tilesProgram gets every byte right, for one tile and many, of every size", () => {
  for (const [tileBytes, tiles] of [[64, 1], [64, 7], [576, 2], [12288, 3]]) {
    for (const { correct } of run(tileBytes, tiles)) assertEquals(correct, true, `${tiles} of ${tileBytes}`);
  }
});

Deno.test("tilesProgram hides the DMA behind the cores: less than half of the cycles, not less than the kernel's", () => {
  const [plain, hidden] = run(4096, 12);
  assertEquals(plain.overlap, false);
  assertEquals(hidden.cycles < plain.cycles / 2, true, `${hidden.cycles} ${plain.cycles}`);
  assertEquals(hidden.cycles >= hidden.computeCycles + hidden.waitCycles, true);
  // Each tile comes in with 34 cycles for 256 bytes and goes out with 35, beside the work: in cannot be faster than that.
  assertEquals(hidden.cycles > 12 * 16 * 34, true);
  assertEquals(hidden.waitCycles < plain.waitCycles / 4, true, `${hidden.waitCycles} ${plain.waitCycles}`);
});

Deno.test("tilesProgram pays for the overlap in bank conflicts: the kernel is slower beside the DMA", () => {
  const [plain, hidden] = run(4096, 8);
  assertEquals(hidden.computeCycles > plain.computeCycles, true, `${hidden.computeCycles} ${plain.computeCycles}`);
  assertEquals(hidden.computeCycles < 1.2 * plain.computeCycles, true);
});

Deno.test("tilesProgram on one tile has nothing to overlap but the last wait", () => {
  const [plain, hidden] = run(1024, 1);
  assertEquals(Math.abs(hidden.cycles - plain.cycles) < 30, true, `${hidden.cycles} ${plain.cycles}`);
});
