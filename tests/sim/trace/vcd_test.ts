import { assertEquals, assertStringIncludes } from "@std/assert";
import { Line, MHz, ns, Signal, Simulation } from "../../../sim/mod.ts";
import { VcdSink } from "../../../sim/trace/mod.ts";

/** The value changes of a waveform. */
function changes(build: (sim: Simulation) => void): { readonly head: string; readonly body: string } {
  const sim = new Simulation();
  const sink = new VcdSink();
  sim.trace.attach(sink);
  build(sim);
  const [head, body] = sink.finish(sim.run().now).split("$enddefinitions $end\n");
  return { head, body };
}

Deno.test("VcdSink shows a pulse, which is over in the moment in which it begins, for one picosecond", () => {
  const { body } = changes((sim) => {
    const line = new Line(sim, "done");
    sim.spawn("p", function* () {
      yield 1;
      line.pulse();
      yield 1;
      line.raise();
      yield 1;
      line.pulse();
      yield 1;
    }, { clock: sim.clock("clock", MHz(100)) });
  });
  assertEquals(body, "#10000\n1!\n#10001\n0!\n#20000\n1!\n#30000\n1!\n#30001\n0!\n#40000\n");
});

Deno.test("VcdSink writes negative numbers in the two's complement of their width, fractions as reals", () => {
  const { head, body } = changes((sim) => {
    const offset = new Signal(sim, "offset", -2, 4), volts = new Signal(sim, "volts", 1);
    sim.spawn("p", function* () {
      yield ns(1);
      offset.set(7);
      volts.set(1.25);
      yield ns(1);
    });
  });
  assertStringIncludes(head, "$var wire 4 ! offset $end\n");
  assertStringIncludes(head, '$var real 64 " volts $end\n');
  assertEquals(body, '#0\nb1110 !\nr1 "\n#1000\nb111 !\nr1.25 "\n#2000\n');
});

Deno.test("VcdSink writes signals of texts and of objects as strings, also if they begin with a number", () => {
  const { head, body } = changes((sim) => {
    const cells = new Signal<readonly number[]>(sim, "cells", [0, 0]),
      state = new Signal<string | number>(sim, "state", 0);
    sim.spawn("p", function* () {
      yield ns(1);
      cells.set([0, 7]);
      state.set("in flight");
    });
  });
  assertStringIncludes(head, "$var string 1 ! cells $end\n");
  assertStringIncludes(head, '$var string 1 " state $end\n');
  assertEquals(body, '#0\ns[0,0] !\ns0 "\n#1000\ns[0,7] !\nsin\\040flight "\n');
});

Deno.test("VcdSink gives every point a code of its own, past the 94 short ones", () => {
  const { head } = changes((sim) => {
    for (let i = 0; i < 9000; i++) new Signal(sim, `s${i}`, 0);
  });
  const codes = [...head.matchAll(/\$var wire 32 (\S+) /g)].map(([, code]) => code);
  assertEquals([codes.length, new Set(codes).size], [9000, 9000]);
});

Deno.test("VcdSink shows events of any type as texts that last for one picosecond", () => {
  const { head, body } = changes((sim) => {
    const hit = sim.trace.point<number>("hit", { kind: "event", unit: "address", description: "a breakpoint" });
    sim.spawn("p", function* () {
      yield ns(1);
      hit.emit(28);
      yield ns(1);
    });
  });
  assertStringIncludes(head, "$var string 1 ! hit $end\n");
  assertEquals(body, "#1000\ns28 !\n#1001\ns !\n#2000\n");
});
