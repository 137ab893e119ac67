import { assertEquals } from "@std/assert";
import { speedscope } from "../../cli/speedscope.ts";
import { kernelRun } from "../../examples/kernel_profile.ts";
import { runKernel } from "../../examples/firmware/kernel_bench.ts";

Deno.test("speedscope has each cycle of a run once, below its function, instruction and cause", () => {
  const source = `
        lw a1, 0(a0)
        addi a0, a1, 1
        ret`;
  const data = [{ address: 0x1000_0000, bytes: new Uint8Array([41, 0, 0, 0]) }];
  const run = runKernel({ name: "next", source, args: [0x1000_0000], data }, "ideal");
  assertEquals([run.returned, run.cycles, run.instructions], [42, 3 + 1 + 1, 3]);
  const file = JSON.parse(speedscope("test", [kernelRun(run), kernelRun(run)]));
  assertEquals(file.$schema, "https://www.speedscope.app/file-format-schema.json");
  assertEquals(file.profiles.length, 2);
  const [{ name, type, samples, weights, startValue, endValue }] = file.profiles;
  assertEquals([name, type, startValue], ["next", "sampled", 0]);
  const stacks: string[] = samples.map((stack: number[], n: number) =>
    `${stack.map((frame) => file.shared.frames[frame].name.replace(/^\w{8} /, "")).join("; ")}: ${weights[n]}`
  );
  assertEquals(stacks.filter((stack) => stack.startsWith("next")), [
    "next; c.lw a1, 0(a0): 1",
    "next; c.lw a1, 0(a0); (jump): 1",
    "next; addi a0, a1, 1: 1",
    "next; addi a0, a1, 1; (load-use): 1",
    "next; c.jr ra: 1",
  ]);
  const all = [...run.profile.instructions.values()].flatMap(({ cycles }) => [...cycles]);
  assertEquals(endValue, all.reduce((sum, each) => sum + each, 0));
});
