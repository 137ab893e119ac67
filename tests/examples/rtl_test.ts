import { assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { handshakeFifo } from "../../examples/rtl/handshake_fifo.ts";
import { roundRobinArbiter } from "../../examples/rtl/round_robin_arbiter.ts";
import { shiftRegister } from "../../examples/rtl/shift_register.ts";
import { Simulation } from "../../sim/mod.ts";
import { CanonicalTrace } from "../../sim/trace/mod.ts";
import { cases, seed } from "../sampling.ts";

type Design = (order: readonly number[], sim: Simulation) => unknown;

/** What comes out, and the hash of every change of every signal. */
function outcome(design: Design, order: readonly number[]): { readonly out: unknown; readonly hash: string } {
  const trace = new CanonicalTrace();
  const sim = new Simulation();
  sim.trace.attach(trace);
  const out = design(order, sim);
  return { out, hash: trace.traceHash() };
}

/** Lines of an example, without its comments and empty lines. */
function linesOf(file: string): number {
  const text = Deno.readTextFileSync(new URL(`../../examples/rtl/${file}`, import.meta.url));
  return text.split("\n").filter((line) => !/^\s*(\/\*\*|\*|$)/.test(line)).length;
}

const designs: [string, Design, number][] = [
  ["shiftRegister", shiftRegister, 4],
  ["roundRobinArbiter", roundRobinArbiter, 4],
  ["handshakeFifo", handshakeFifo, 3],
];

for (const [name, design, parts] of designs) {
  Deno.test(`${name} comes out the same, signal for signal, in random orders of its processes`, () => {
    const order = Array.from({ length: parts }, (_, n) => n);
    const first = outcome(design, order);
    fc.assert(
      fc.property(fc.shuffledSubarray(order, { minLength: parts }), (shuffled) => {
        assertEquals(outcome(design, shuffled), first);
      }),
      { seed, numRuns: cases(24, 24) },
    );
  });
}

Deno.test("shiftRegister gives its input back after one cycle for each stage and one to be seen", () => {
  const input = [1, 0, 1, 1, 0, 0, 1, 0];
  assertEquals(shiftRegister(), [...Array(4 + 1).fill(0), ...input]);
});

Deno.test("roundRobinArbiter grants in turn, skips who does not ask, and gives everybody what it wants", () => {
  const granted = roundRobinArbiter();
  assertEquals(granted, [-1, 0, 1, 2, 3, 0, 2, 3, 0, 3, -1, -1]);
});

Deno.test("handshakeFifo loses and invents nothing, and is as fast as its consumer: two words in three cycles", () => {
  const words = handshakeFifo();
  assertEquals(words.map(([word]) => word), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  for (let i = 2; i < words.length; i++) assertEquals(words[i][1] - words[i - 2][1], 3);
});

Deno.test("The three descriptions take at most 40 lines each", () => {
  const lines = ["shift_register.ts", "round_robin_arbiter.ts", "handshake_fifo.ts"].map(linesOf);
  assertEquals(lines.filter((count) => count > 40 || count < 20), []);
});
