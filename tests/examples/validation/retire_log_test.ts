import { assertEquals } from "@std/assert";
import { RetireLog } from "../../../examples/validation/retire_log.ts";

Deno.test("RetireLog gives the cycles of an instruction, one for each time, and of the one after it", () => {
  const log = new RetireLog(
    "three rounds",
    `_start: li t0, 3
1:      addi t0, t0, -1
round:  bnez t0, 1b
        li t1, 0x1a1040a0
last:   sw zero, 0(t1)
2:      j 2b`,
    "ri5cy_2018_01_fetch128",
  );
  const cycles = log.cyclesAt("round", 7);
  // addition, branch, and the two cycles of a taken branch
  assertEquals(cycles, [cycles[0], cycles[0] + 4, cycles[0] + 8]);
  assertEquals(log.cycleAfter("round", 7), cycles[0] + 3);
});
