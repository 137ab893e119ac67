import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { MHz, ns, Signal, Simulation } from "../../../sim/mod.ts";
import { canonicalOnly, CanonicalTrace, PerfettoSink, Sha256, VcdSink } from "../../../sim/trace/mod.ts";
import { cases, seed } from "../../sampling.ts";

/** A small system that shows levels of all kinds and events; `order` is the order of construction. */
function run(prepare: (sim: Simulation) => void, order: readonly number[] = [0, 1, 2]): Simulation {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(100));
  prepare(sim);
  const builders = [
    () => {
      const count = new Signal(sim, "top.count", 0, 8);
      sim.spawn("top.counter", function* () {
        for (let i = 1; i <= 5; i++) {
          yield 1;
          count.set(i);
        }
      }, { clock });
    },
    () => {
      const state = sim.trace.point<string>("top.core0.activity", {
        kind: "level",
        unit: "text",
        description: "what runs",
        canonical: true,
      });
      sim.spawn("top.core0", function* () {
        for (const name of ["boot", "main loop", ""]) {
          state.emit(name);
          yield 2;
        }
      }, { clock });
    },
    () => {
      const line = sim.trace.point<string>("top.console", {
        kind: "event",
        unit: "text",
        description: "lines",
        canonical: true,
      });
      const busy = sim.trace.point<boolean>("top.busy", { kind: "level", unit: "bool", description: "busy" });
      sim.spawn("top.printer", function* () {
        busy.emit(true);
        yield 2;
        line.emit("hello world");
        yield ns(5);
        busy.emit(false);
      }, { clock });
    },
  ];
  for (const n of order) builders[n]();
  sim.run();
  return sim;
}

Deno.test("Sha256 equals the platform's own on random bytes, in random pieces", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), async (pieces) => {
      const hash = new Sha256();
      for (const piece of pieces) hash.update(piece);
      const whole = new Uint8Array(pieces.flatMap((piece) => [...piece]));
      const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
      assertEquals(hash.hex(), [...expected].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    }),
    { seed, numRuns: cases(100, 5000) },
  );
});

Deno.test("CanonicalTrace hashes the canonical points only, equally in 20 runs and in random orders of construction", () => {
  const hashOf = (order?: readonly number[]) => {
    const lines: string[] = [];
    const trace = new CanonicalTrace((line) => lines.push(line));
    run((sim) => sim.trace.attach(trace, canonicalOnly), order);
    return { lines, hash: trace.traceHash() };
  };
  const first = hashOf();
  assertEquals(first.lines, [
    "0 0 top.core0.activity boot\n",
    "20000 0 top.console hello world\n",
    "20000 0 top.core0.activity main loop\n",
    "40000 0 top.core0.activity \n",
  ]);
  for (let i = 0; i < 20; i++) assertEquals(hashOf(), first);
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (order) => assertEquals(hashOf(order), first)),
    { seed, numRuns: cases(12, 12) },
  );
});

Deno.test("VcdSink writes scopes, widths and changes", () => {
  const sink = new VcdSink();
  const sim = run((sim) => sim.trace.attach(sink));
  const vcd = sink.finish(sim.now);
  for (
    const part of [
      "$timescale 1 ps $end\n$scope module top $end\n",
      "$var wire 8 ! count $end\n",
      '$scope module core0 $end\n$var string 1 " activity $end\n$upscope $end\n',
      "$var wire 1 $ busy $end\n",
      "#10000\nb1 !\n",
      'smain\\040loop "\n',
      "#25000\n0$\n",
    ]
  ) assertStringIncludes(vcd, part);
});

const vcd2fst = await installed("vcd2fst");
Deno.test({
  name: `VcdSink writes what vcd2fst accepts${
    vcd2fst ? "" : " (not run: vcd2fst, of the package gtkwave, is missing)"
  }`,
  ignore: !vcd2fst,
  async fn() {
    const sink = new VcdSink();
    const sim = run((sim) => sim.trace.attach(sink));
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(`${folder}/t.vcd`, sink.finish(sim.now));
    const convert = (command: string, args: string[]) => new Deno.Command(command, { args }).output();
    const { success } = await convert("vcd2fst", [`${folder}/t.vcd`, `${folder}/t.fst`]);
    const back = new TextDecoder().decode((await convert("fst2vcd", [`${folder}/t.fst`])).stdout);
    await Deno.remove(folder, { recursive: true });
    assertEquals(success, true);
    assertStringIncludes(back, "#25000");
    assertStringIncludes(back, "count");
  },
});

Deno.test("PerfettoSink writes JSON with a track per component, slices, counters and instants", () => {
  const sink = new PerfettoSink();
  const sim = run((sim) => sim.trace.attach(sink));
  const { traceEvents } = JSON.parse(sink.finish(sim.now));
  const of = (ph: string) => traceEvents.filter((event: { ph: string }) => event.ph === ph);
  assertEquals(
    of("M").filter((e: { name: string }) => e.name === "thread_name").map((e: { args: { name: string } }) =>
      e.args.name
    )
      .sort(),
    ["busy", "console", "core0", "count"],
  );
  assertEquals(
    of("X").map(({ name, ts, dur }: { name: string; ts: number; dur: number }) => [name, ts, dur]),
    [["boot", 0, 0.02], ["main loop", 0.02, 0.02]],
  );
  assertEquals(of("C").filter((e: { name: string }) => e.name === "count").length, 6);
  assertEquals(of("i").map((e: { name: string }) => e.name), ["hello world"]);
});

Deno.test("Sinks can come and go while the simulation runs; a level's value is told to who comes late", () => {
  const seen: [number, unknown][] = [];
  const sink = { record: (_point: unknown, time: number, value: unknown) => void seen.push([time, value]) };
  const sim = new Simulation();
  const level = sim.trace.point<number>("level", { kind: "level", unit: "B", description: "a level" });
  sim.spawn("p", function* () {
    for (let i = 0; i < 6; i++) {
      level.emit(i);
      if (i === 2) sim.trace.attach(sink);
      if (i === 4) sim.trace.detach(sink);
      yield ns(1);
    }
  });
  sim.run();
  assertEquals(seen, [[2_000, 2], [3_000, 3], [4_000, 4]]);
});

async function installed(command: string): Promise<boolean> {
  try {
    await new Deno.Command(command, { args: ["--help"], stdout: "null", stderr: "null" }).output();
    return true;
  } catch {
    return false;
  }
}
