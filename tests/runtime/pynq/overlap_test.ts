/** Kernels that overlap where they must not: the data that they move is what they find, not what was meant. */
import { assert, assertEquals } from "@std/assert";
import {
  type ArgumentValues,
  ComputeUnit,
  type ComputeUnitClass,
  HazardWatch,
  type KernelSpec,
  linkXclbin,
  Machine,
  Pynq,
  type WaitHandle,
} from "../../../runtime/pynq/mod.ts";
import type { Process } from "../../../sim/mod.ts";

/** Long enough for bursts that a second kernel can come between. */
const LENGTH = 64 * 1024;

function copier(name: string, cyclesPerElement: number): ComputeUnitClass {
  return class extends ComputeUnit {
    static readonly kernel: KernelSpec = {
      name,
      arguments: [
        { name: "src", type: "int const *", port: "gmem" },
        { name: "dst", type: "int*", port: "gmem" },
      ],
    };

    protected override *execute({ src, dst }: ArgumentValues): Process {
      const source = this.port("gmem").reader(src, 4 * LENGTH), sink = this.port("gmem").writer(dst, 4 * LENGTH);
      while (!source.finished) {
        const words = yield* source.take();
        yield cyclesPerElement * words.length;
        yield* sink.put(words);
      }
      yield* sink.flush();
    }
  };
}

const models = { fast: copier("fast", 1), slow: copier("slow", 3) };
type Speed = keyof typeof models;

/**
 * Copies a to t, t to b, and then c to t, by a writer, a reader and another fast writer: how many elements of b are a's,
 * those that were in t before, and c's, and the kinds of the hazards.
 */
function overlap(writer: Speed, reader: Speed, waits: { readonly reader: boolean; readonly second: boolean }) {
  const units = [writer, reader, "fast" as const].map((speed, at) => ({ name: `unit_${at}`, model: models[speed] }));
  const machine = new Machine({ files: { "copy.xclbin": linkXclbin({ units }) }, models });
  return new Pynq(machine).run(function* (pynq) {
    const ol = yield* pynq.overlay("copy.xclbin");
    const make = function* (name: string, value: number) {
      const buffer = (yield* pynq.allocate(LENGTH, "i4")).named(name);
      buffer.fill(value);
      yield* buffer.flush();
      return buffer;
    };
    const a = yield* make("a", 1), t = yield* make("t", 2), b = yield* make("b", 3), c = yield* make("c", 4);
    const watch = new HazardWatch(pynq);
    const first = yield* ol.kernel("unit_0").startErt(a, t);
    const read = yield* ol.kernel("unit_1").startErt(t, b, { waitfor: [waits.reader ? first : null] });
    const write: WaitHandle = yield* ol.kernel("unit_2").startErt(c, t, { waitfor: [waits.second ? read : first] });
    for (const handle of [first, read, write]) yield* handle.wait();
    yield* b.invalidate();
    const count = (value: number) => [...b].filter((element) => element === value).length;
    return {
      a: count(1),
      before: count(2),
      c: count(4),
      kinds: [...new Set(watch.stop().map(({ kind }) => kind))].sort(),
    };
  });
}

Deno.test("Kernel.startErt with wait lists passes on what was meant, without a hazard", () => {
  for (const reader of ["fast", "slow"] as const) {
    assertEquals(overlap("slow", reader, { reader: true, second: true }), { a: LENGTH, before: 0, c: 0, kinds: [] });
  }
});

Deno.test("Kernel.startErt without a wait for the writer: a faster reader overtakes it, and finds what was there before", () => {
  const early = overlap("slow", "fast", { reader: false, second: true });
  assert(early.before > LENGTH / 3, `${early.before} elements were read too early`);
  assertEquals([early.a + early.before, early.c], [LENGTH, 0]);
  assert(early.kinds.includes("write-after-read"), early.kinds.join());
});

Deno.test("Kernel.startErt without a wait for the reader: the writer overtakes a slow one, and no fast one", () => {
  const overtaken = overlap("fast", "slow", { reader: true, second: false });
  assert(overtaken.c > LENGTH / 3, `${overtaken.c} elements were overwritten before they were read`);
  assertEquals(overtaken.a + overtaken.c, LENGTH);
  const ahead = overlap("fast", "fast", { reader: true, second: false });
  assertEquals([ahead.a, ahead.c], [LENGTH, 0]);
  // Where it is overtaken, the reader comes second. What is right by luck is a hazard all the same.
  assertEquals([overtaken.kinds, ahead.kinds], [["read-after-write", "write-after-read"], ["write-after-read"]]);
});
