import { assertEquals } from "@std/assert";
import { cases, seed as firstSeed } from "../../sampling.ts";
import { runFirmware, runProgram, wordsProgram } from "./firmware_bench.ts";
import { randomOf, randomWork } from "./random_firmware.ts";

const PROGRAMS = cases(400, 20_000);

Deno.test("FirmwareCore takes the cycles of Ri5cyPipeline with ideal fetch, on random work and slow memories", () => {
  for (let seed = firstSeed; seed < firstSeed + PROGRAMS; seed++) {
    const random = randomOf(seed);
    const work = randomWork(random, 20 + random(100));
    const { program, done } = wordsProgram(work.words);
    const run = { data: work.data, grantDelay: seed % 4 === 0 ? random(4) : 0 };
    const expected = runProgram(program, done, run);
    const got = runFirmware((core) => work.firmware(core), run);
    // RI5CY's tracer, and so the pipeline, does not count fences.
    const fences = work.words.some((word) => (word & 0x7f) === 0x0f);
    assertEquals(fences ? { ...got, instructions: expected.instructions } : got, expected, `seed ${seed}`);
  }
});
