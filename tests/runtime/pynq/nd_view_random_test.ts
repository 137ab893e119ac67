import { assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import type { DTypeCode } from "../../../runtime/pynq/dtype.ts";
import type { NdIndex } from "../../../runtime/pynq/nd_index.ts";
import { NdView, type NestedArray } from "../../../runtime/pynq/nd_view.ts";
import { SimulationError } from "../../../sim/mod.ts";
import { cases, seed } from "../../sampling.ts";

/** A view as a list of places in the memory, in C order: no strides, nothing clever. */
interface Model {
  readonly shape: readonly number[];
  readonly places: readonly number[];
}

/** A view and its model; the memory has the number of each place in it. */
interface Pair {
  readonly view: NdView;
  readonly model: Model;
}

const count = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** All indices of a shape, in C order. */
function indicesOf(shape: readonly number[]): number[][] {
  if (shape.length === 0) return [[]];
  const rest = indicesOf(shape.slice(1));
  return Array.from({ length: shape[0] }, (_, index) => rest.map((tail) => [index, ...tail])).flat();
}

function placeAt({ shape, places }: Model, index: readonly number[]): number {
  return places[index.reduce((flat, at, axis) => flat * shape[axis] + at, 0)];
}

function nested({ shape, places }: Model): NestedArray {
  if (shape.length === 0) return places[0];
  const part = places.length / shape[0];
  return Array.from(
    { length: shape[0] },
    (_, index) => nested({ shape: shape.slice(1), places: places.slice(index * part, (index + 1) * part) }),
  );
}

/** What Python selects: it steps from the start until it meets the stop, and uses what is on the axis. */
function selected(length: number, start: number | undefined, stop: number | undefined, step: number): number[] {
  const fromEnd = (at: number) => at < 0 ? at + length : at;
  const up = step > 0;
  let at = start === undefined ? (up ? 0 : length - 1) : fromEnd(start);
  const end = stop === undefined ? (up ? length : -1) : fromEnd(stop);
  // A start off the axis counts as its nearer edge.
  at = up ? Math.max(0, at) : Math.min(length - 1, at);
  const indices: number[] = [];
  for (; up ? at < end : at > end; at += step) {
    if (at < 0 || at >= length) break;
    indices.push(at);
  }
  return indices;
}

type Step = (pair: Pair) => Pair;

/** Slices axis after axis, by integers and ranges. */
const slice: fc.Arbitrary<Step> = fc.array(
  fc.oneof(
    fc.nat(100),
    fc.record({
      start: fc.option(fc.integer({ min: -6, max: 6 }), { nil: undefined }),
      stop: fc.option(fc.integer({ min: -6, max: 6 }), { nil: undefined }),
      step: fc.constantFrom(1, 1, 2, 3, -1, -2),
      written: fc.boolean(),
    }),
  ),
  { maxLength: 4 },
).map((choices) => ({ view, model }) => {
  const kept = model.shape.map((length) => Array.from({ length }, (_, index) => index));
  const indices: NdIndex[] = [];
  const dropped = new Set<number>();
  for (const [axis, choice] of choices.slice(0, model.shape.length).entries()) {
    const length = model.shape[axis];
    if (typeof choice === "number") {
      if (length === 0) break;
      kept[axis] = [choice % length];
      dropped.add(axis);
      indices.push(choice % 2 === 0 ? choice % length : choice % length - length);
    } else {
      const { start, stop, step, written } = choice;
      kept[axis] = selected(length, start, stop, step);
      indices.push(written ? `${start ?? ""}:${stop ?? ""}:${step}` : { start, stop, step });
    }
  }
  const places = indicesOf(kept.map((list) => list.length)).map((index) =>
    placeAt(model, index.map((at, axis) => kept[axis][at]))
  );
  const shape = kept.map((list) => list.length).filter((_, axis) => !dropped.has(axis));
  return { view: view.slice(...indices), model: { shape, places } };
});

const transpose: fc.Arbitrary<Step> = fc.array(fc.nat(), { minLength: 6, maxLength: 6 }).map(
  (keys) => ({ view, model }) => {
    const axes = model.shape.map((_, axis) => axis).sort((a, b) => keys[a] - keys[b]);
    const shape = axes.map((axis) => model.shape[axis]);
    const places = indicesOf(shape).map((index) => {
      const original: number[] = [];
      for (const [to, from] of axes.entries()) original[from] = index[to];
      return placeAt(model, original);
    });
    return { view: view.transpose(...axes), model: { shape, places } };
  },
);

/** Reshapes to random divisors of the size; what no strides can show has to be refused, and is left as it was. */
const reshape: fc.Arbitrary<Step> = fc.array(fc.nat(20), { maxLength: 4 }).map((keys) => (pair) => {
  const { view, model } = pair;
  let left = model.places.length;
  const shape = keys.map((key) => {
    const divisors = Array.from({ length: left }, (_, i) => i + 1).filter((divisor) => left % divisor === 0);
    const length = divisors.length === 0 ? 0 : divisors[key % divisors.length];
    left = length === 0 ? 0 : left / length;
    return length;
  });
  shape.push(left);
  const reshaped: Model = { shape, places: model.places };
  const unit = shape.map((length, axis) =>
    length < 2 ? 0 : placeAt(reshaped, shape.map((_, other) => Number(other === axis))) - model.places[0]
  );
  const possible = indicesOf(shape).every((index) =>
    placeAt(reshaped, index) === index.reduce((at, i, axis) => at + i * unit[axis], model.places[0])
  );
  if (possible) return { view: view.reshape(shape), model: reshaped };
  assertThrows(() => view.reshape(shape), SimulationError, "its elements do not lie so in memory");
  return pair;
});

const types: readonly DTypeCode[] = ["i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"];
const shape = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }).filter((lengths) => count(lengths) <= 120);
const steps = fc.array(fc.oneof(slice, transpose, reshape), { maxLength: 5 });

/** A view of fresh memory that has gone through the steps, which holds the numbers of its places. */
function build(base: readonly number[], type: DTypeCode, through: readonly Step[]): Pair {
  const places = Array.from({ length: count(base) }, (_, place) => place);
  const view = NdView.zeros(base, type);
  for (const [flat, index] of indicesOf(base).entries()) view.setAt(index, flat);
  return through.reduce<Pair>((pair, step) => step(pair), { view, model: { shape: base, places } });
}

Deno.test("NdView agrees with lists of places after random slices, transposes and reshapes", () => {
  fc.assert(
    fc.property(shape, fc.constantFrom(...types), steps, (base, type, through) => {
      const { view, model } = build(base, type, through);
      const { places } = model;
      assertEquals(view.shape, model.shape);
      assertEquals(view.toArray(), nested(model));
      assertEquals([...view], [...places]);
      assertEquals(indicesOf(model.shape).map((index) => view.at(...index)), [...places]);
      assertEquals(view.isContiguous, places.every((place, flat) => place === places[0] + flat));
      const bytes = view.dtype.sizeBytes;
      if (places.length > 0) {
        assertEquals(view.byteOffset, places[0] * bytes);
        assertEquals(view.byteAddressRange(1000), {
          start: 1000 + Math.min(...places) * bytes,
          end: 1000 + (Math.max(...places) + 1) * bytes,
        });
      } else {
        assertEquals(view.byteAddressRange().start, view.byteAddressRange().end);
      }
      const copy = view.copy();
      assertEquals([copy.isContiguous, copy.byteOffset, [...copy.toTypedArray()]], [true, 0, [...places]]);
      assertEquals(view.equals(copy), true);
      // Nested arrays do not know the axes behind one of length 0.
      if (places.length > 0) assertEquals(copy.equals(nested(model)), true);
    }),
    { seed, numRuns: cases(400, 50_000) },
  );
});

Deno.test("NdView.assign writes random places as a list of stores would, other types and missing axes included", () => {
  const source = fc.record({ drop: fc.nat(4), type: fc.constantFrom(...types), flip: fc.boolean() });
  fc.assert(
    fc.property(shape, steps, source, (base, through, { drop, type, flip }) => {
      const memory = new Int32Array(count(base));
      const start = NdView.over(memory, base);
      const whole: Pair = { view: start, model: { shape: base, places: [...memory.keys()] } };
      const { view, model } = through.reduce<Pair>((pair, step) => step(pair), whole);
      const part = model.shape.slice(Math.min(drop, model.shape.length));
      const values = NdView.zeros(part, type);
      for (const [flat, index] of indicesOf(part).entries()) values.setAt(index, flat + 1);
      const from = flip ? values.slice(...part.map(() => "::-1" as const)) : values;
      const numbers = [...from];
      const expected = new Int32Array(memory.length);
      for (const [flat, place] of model.places.entries()) expected[place] = numbers[flat % numbers.length];
      view.assign(from);
      assertEquals(memory, expected);
      view.fill(-7);
      for (const place of model.places) expected[place] = -7;
      assertEquals(memory, expected);
    }),
    { seed, numRuns: cases(400, 50_000) },
  );
});

Deno.test("NdView.assign from a random view of the same memory takes it as it was before", () => {
  const window = fc.record({ from: fc.nat(3), to: fc.nat(3), length: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(
      fc.array(window, { minLength: 1, maxLength: 3 }),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      (windows, flips) => {
        const base = windows.map(({ from, to, length }) => Math.max(from, to) + length);
        const { view } = build(base, "i4", []);
        const expected = view.copy();
        const cut = (of: NdView, key: "from" | "to", flipped: boolean) =>
          of.slice(...windows.map((w) => ({ start: w[key], stop: w[key] + w.length })))
            .slice(...windows.map((_, axis) => flipped && flips[axis] ? "::-1" as const : ":" as const));
        const numbers = [...cut(view, "from", true)];
        const target = cut(expected, "to", false);
        for (const [flat, index] of indicesOf(target.shape).entries()) target.setAt(index, numbers[flat]);
        cut(view, "to", false).assign(cut(view, "from", true));
        assertEquals(view.toArray(), expected.toArray());
      },
    ),
    { seed, numRuns: cases(300, 20_000) },
  );
});

Deno.test("NdView.equals sees a random change of one element", () => {
  fc.assert(
    fc.property(shape.filter((base) => count(base) > 0), steps, fc.nat(), (base, through, key) => {
      const { view, model } = build(base, "i4", through);
      if (model.places.length === 0) return;
      const copy = view.copy();
      const index = indicesOf(model.shape)[key % model.places.length];
      copy.setAt(index, -1);
      assertEquals([view.equals(copy), copy.equals(view)], [false, false]);
    }),
    { seed, numRuns: cases(200, 20_000) },
  );
});
