import { assertEquals } from "@std/assert";
import { runTeam, teamProgram, type TeamWork } from "../../../examples/validation/team_bench.ts";

const COUNT = 10;

/** Each core adds 1 to a word of its own, some times. */
const counting = (cores: number): TeamWork => ({
  name: "counting",
  cores,
  data: [{ offset: 0, bytes: new Uint8Array([100]) }],
  source: `
        li   a0, 0x10000000
        slli t0, tp, 2
        add  a0, a0, t0
        lw   t1, 0(a0)
        lp.setupi x1, ${COUNT}, 1f
hot:    nop
1:      addi t1, t1, 1
        sw   t1, 0(a0)
        ret`,
});

Deno.test("runTeam calls the function on each core of the team as often as asked", () => {
  for (const cores of [1, 3, 8]) {
    const { l1, calls } = runTeam(counting(cores), 4);
    const words = Array.from({ length: 8 }, (_, core) => l1[4 * core]);
    assertEquals(calls, 5);
    assertEquals(words, words.map((_, core) => (core === 0 ? 100 : 0) + (core < cores ? 5 * COUNT : 0)));
  }
});

Deno.test("runTeam takes the same cycles on both engines", () => {
  const cost = (engine: "reference" | "fast") => {
    const { cycles, instructions, conflicts } = runTeam(counting(8), 2, engine);
    return { cycles, instructions, conflicts };
  };
  assertEquals(cost("fast"), cost("reference"));
});

Deno.test("teamProgram puts the hot loop where it is asked for in a line of 16 bytes", () => {
  for (const place of [0, 2, 14]) {
    assertEquals(teamProgram({ ...counting(1), place }, 1).symbol("hot") % 16, place);
  }
});
