import { assert, assertEquals } from "@std/assert";
import { type Listing, listings, runListingAssembly, runListings } from "../../examples/firmware/vectors.ts";

const VERSIONS = ["scalar", "vectors"] as const;
const BRANCH_TAKEN = 2;

Deno.test("vectors is right for any bytes, as firmware and as assembly, and both take the same cycles", () => {
  for (const seed of [1, 2, 77]) {
    const all = listings(seed);
    const { rows, report } = runListings(all);
    assertEquals(report.exitCode, 0);
    let n = 0;
    for (const listing of all) {
      for (const version of VERSIONS) {
        const firmware = rows[n++];
        const { row } = runListingAssembly(listing, version, "ideal");
        const what = `${listing.name} ${version}`;
        assertEquals([firmware.listing, firmware.version], [listing.name, version]);
        assert(firmware.correct && row.correct, what);
        assertEquals([firmware.cycles, firmware.instructions], [row.cycles, row.instructions], what);
        assert(runListingAssembly(listing, version, "fetch128").row.correct, what);
      }
    }
  }
});

Deno.test("vectors takes exactly what the manual's listings imply where it prints them", () => {
  const shown = listings(1).filter(({ listing }) => listing !== undefined);
  assertEquals(shown.map(({ name }) => name), ["add", "minimum", "matrix"]);
  for (const listing of shown) {
    const { instructions, loadUses, jumps } = listing.listing!;
    const { row } = runListingAssembly(listing, "vectors", "fetch128");
    assertEquals([row.instructions, row.cycles], [instructions, instructions + loadUses + jumps], listing.name);
    assertEquals(row.stalls, { ...loadUses > 0 ? { "load-use": loadUses } : {}, jump: jumps });
  }
});

Deno.test("vectors takes the cycles of its loops", () => {
  const cycles = (name: string, version: typeof VERSIONS[number]) =>
    runListingAssembly(find(name), version, "ideal").row.cycles;
  const leave = 2;
  assertEquals(cycles("add", "scalar"), 1 + 128 * 6 + leave);
  assertEquals(cycles("minimum", "scalar"), 1 + 128 * (4 + 1) + leave);
  assertEquals(cycles("products", "scalar"), 2 + 128 * (3 + 1) + 1 + leave);
  assertEquals(cycles("products", "vectors"), 2 + 32 * (3 + 1) + 1 + leave);
  const at = find("search").returned!, vector = Math.trunc(at / 4);
  // blez, li, lp.setup; load, a wait, comparison, index; the last round ends with the branch.
  assertEquals(cycles("search", "scalar"), 3 + at * (3 + 1) + (2 + 1) + BRANCH_TAKEN + 1 + leave);
  assertEquals(cycles("search", "vectors"), 3 + vector * (4 + 1) + (3 + 1) + BRANCH_TAKEN + 3 + leave);
});

Deno.test("vectors finds a byte in any place, the first of several, and says -1 if it is not there", () => {
  const text = (at: readonly number[]) => Uint8Array.from({ length: 128 }, (_, i) => at.includes(i) ? 200 : i);
  for (
    const [places, size] of [[[0], 128], [[3], 128], [[4, 5], 128], [[126, 127], 128], [[], 128], [[0], 0]] as const
  ) {
    const searched = text(places);
    const returned = size === 0 ? -1 : places[0] ?? -1;
    const listing: Listing = {
      ...find("search"),
      arrays: [searched],
      expected: [searched],
      numbers: (version) => [version === "scalar" ? size : size / 4, 200],
      returned,
    };
    for (const version of VERSIONS) {
      assertEquals(runListingAssembly(listing, version, "fetch128").run.returned, returned, `${places} ${version}`);
    }
    assertEquals(runListings([listing]).rows.map(({ correct }) => correct), [true, true]);
  }
});

function find(name: string): Listing {
  return listings(1).find((listing) => listing.name === name)!;
}
