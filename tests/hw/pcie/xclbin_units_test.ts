import { assertEquals, assertThrows } from "@std/assert";
import { advancedXclbin } from "../../../hw/pcie/xclbin_advanced.ts";
import { XclbinError } from "../../../hw/pcie/xclbin_content.ts";
import { unitsOf } from "../../../hw/pcie/xclbin_units.ts";

Deno.test("unitsOf numbers the units by their addresses and finds their memories", () => {
  const reversed = { ...advancedXclbin, kernels: advancedXclbin.kernels.toReversed() };
  assertEquals(
    unitsOf(reversed).map((
      { name, cuIndex, ipIndex, baseAddress, rangeBytes },
    ) => [name, cuIndex, ipIndex, baseAddress, rangeBytes]),
    [["mmult_1", 0, 0, 0x180_0000, 0x1000], ["vadd_1", 1, 1, 0x181_0000, 0x1000]],
  );
  assertEquals(unitsOf(reversed)[1].memoriesOf, new Map([[0, [1]], [1, [1]], [2, [1]]]));
});

Deno.test("unitsOf leaves out what has no registers", () => {
  const [mmult, vadd] = advancedXclbin.kernels;
  const free = { ...mmult, instances: [{ name: "mmult_1", addressRanges: [] }] };
  assertEquals(unitsOf({ ...advancedXclbin, kernels: [free, vadd] }).map(({ name }) => name), ["vadd_1"]);
});

Deno.test("unitsOf says where metadata and IP_LAYOUT disagree", () => {
  const [mmult, vadd] = advancedXclbin.ips;
  const cases: [Partial<typeof advancedXclbin>, string][] = [
    [{ ips: [] }, "Cannot place compute unit mmult:mmult_1: the metadata says 0x1800000, and IP_LAYOUT has no kernel"],
    [{ ips: [{ ...mmult, baseAddress: 0 }, vadd] }, "IP_LAYOUT says 0x0"],
    [{ ips: [{ ...mmult, baseAddress: undefined }, vadd] }, "IP_LAYOUT says that it has no address"],
    [
      {
        ips: advancedXclbin.ips.map((ip) => ({ ...ip, baseAddress: 0x180_0000 })),
        kernels: advancedXclbin.kernels.map((kernel) => ({ ...kernel, instances: kernel.instances.map(inFirstPlace) })),
      },
      "Cannot place compute unit vadd_1 at 0x1800000: mmult_1 has its registers from 0x1800000 to 0x1801000",
    ],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => unitsOf({ ...advancedXclbin, ...change }), XclbinError, message);
  }
});

function inFirstPlace({ name }: { name: string }) {
  return { name, addressRanges: [{ base: 0x180_0000, rangeBytes: 0x10000, port: "S_AXI_CONTROL" }] };
}
