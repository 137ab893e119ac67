import { assertEquals, assertThrows } from "@std/assert";
import { dtypeOf, type Elements } from "../../../runtime/pynq/dtype.ts";
import { type NdLayout, rowMajor } from "../../../runtime/pynq/nd_layout.ts";
import { NdView } from "../../../runtime/pynq/nd_view.ts";
import { SimulationError } from "../../../sim/mod.ts";

/** A view of 0, 1, 2, ... */
function counting(shape: number[]): NdView {
  const size = shape.reduce((product, length) => product * length, 1);
  return NdView.over(Int32Array.from({ length: size }, (_, i) => i), shape);
}

Deno.test("NdView.slice drops the axes of integers and keeps those of ranges", () => {
  const view = counting([2, 3, 4]);
  assertEquals(view.slice(1).shape, [3, 4]);
  assertEquals(view.slice(1, 0).toArray(), [12, 13, 14, 15]);
  assertEquals(view.slice(-1, -1, "1:3").toArray(), [21, 22]);
  assertEquals(view.slice(":", 1, 2).toArray(), [6, 18]);
  assertEquals(view.slice(0, "::-1", { start: 3, step: -2 }).toArray(), [[11, 9], [7, 5], [3, 1]]);
  assertEquals(view.slice(1, 2, 3).toArray(), 23);
});

Deno.test("NdView.byteOffset of a slice is its place in the memory, so that device addresses survive slicing", () => {
  const tile = 512 * 512 * 4;
  const tiles = NdView.zeros([2, 2, 512, 512], "i4");
  assertEquals(tiles.slice(1, 0).byteOffset, 2 * tile);
  assertEquals(tiles.slice(1).slice(1).byteOffset, 3 * tile);
  assertEquals(tiles.slice(1, 1).isContiguous, true);
  assertEquals(tiles.slice(1, 1).byteAddressRange(0x5000000000), {
    start: 0x5000000000 + 3 * tile,
    end: 0x5000000000 + 4 * tile,
  });
  assertEquals(tiles.slice(":", 1).isContiguous, false);
  assertEquals(tiles.slice(":", 1).byteAddressRange(), { start: tile, end: 4 * tile });
  assertEquals(tiles.slice(0, 0, "::-1").byteAddressRange(), { start: 0, end: tile });
  assertEquals(tiles.slice("2:").byteAddressRange(), { start: 0, end: 0 });
});

Deno.test("NdView.over counts byteOffset from the memory that it was given", () => {
  const memory = new ArrayBuffer(64);
  const view = NdView.over(new Int16Array(memory, 8, 20), [4], "i2", 6);
  assertEquals([view.byteOffset, view.slice(2).byteOffset], [6, 6 + 2 * 2]);
  view.assign([1, 2, 3, 4]);
  assertEquals([...new Int16Array(memory, 8 + 6, 4)], [1, 2, 3, 4]);
  assertEquals(NdView.over(new Uint8Array(memory), [2, 8], "i4").dtype.name, "int32");
  assertEquals(NdView.over(memory, [16]).stridesBytes, [4]);
});

Deno.test("NdView.transpose and reshape cut a matrix into tiles and put it together again", () => {
  const matrix = counting([6, 6]);
  const tiles = NdView.zeros([2, 2, 3, 3]);
  tiles.assign(matrix.reshape([2, 3, 2, 3]).transpose(0, 2, 1, 3));
  assertEquals(tiles.slice(1, 0).toArray(), [[18, 19, 20], [24, 25, 26], [30, 31, 32]]);
  const back = tiles.transpose(0, 2, 1, 3);
  assertThrows(
    () => back.reshape([6, 6]),
    SimulationError,
    "Cannot reshape a view of shape (2, 3, 2, 3) to (6, 6): its elements do not lie so in memory; " +
      "reshape a copy: view.copy().reshape()",
  );
  assertEquals(back.copy().reshape([-1, 6]).equals(matrix), true);
});

Deno.test("NdView.reshape shares memory where axes follow on from one another, also in a strided view", () => {
  const view = counting([4, 6]).slice("::2").reshape([2, 2, 3]);
  assertEquals(view.toArray(), [[[0, 1, 2], [3, 4, 5]], [[12, 13, 14], [15, 16, 17]]]);
  assertEquals(view.isContiguous, false);
  assertEquals(counting([1, 6, 1]).slice(":", "1::2").reshape([3]).toArray(), [1, 3, 5]);
  assertEquals(counting([0, 3]).reshape([5, 0]).shape, [5, 0]);
});

Deno.test("NdView.assign repeats a source along leading axes", () => {
  const view = NdView.zeros([2, 2, 3]);
  view.assign([1, 2, 3]);
  assertEquals(view.toArray(), [[[1, 2, 3], [1, 2, 3]], [[1, 2, 3], [1, 2, 3]]]);
  view.slice(1, ":", 1).assign(9);
  assertEquals(view.slice(1).toArray(), [[1, 9, 3], [1, 9, 3]]);
  view.assign(view.slice(1, 0));
  assertEquals(view.slice(0).toArray(), [[1, 9, 3], [1, 9, 3]]);
});

Deno.test("NdView.assign takes a source that shares memory as it was before", () => {
  const view = counting([5]);
  view.slice("1:").assign(view.slice(":-1"));
  assertEquals(view.toArray(), [0, 0, 1, 2, 3]);
  const square = counting([3, 3]);
  square.assign(square.transpose());
  assertEquals(square.toArray(), [[0, 3, 6], [1, 4, 7], [2, 5, 8]]);
});

Deno.test("NdView.assign converts as typed arrays do", () => {
  const bytes = NdView.zeros([4], "u1");
  bytes.assign(NdView.from([-1, 256, 3.9, NaN], "f8"));
  assertEquals(bytes.toArray(), [255, 0, 3, 0]);
});

Deno.test("NdView.copy has memory of its own; toTypedArray shares it", () => {
  const view = counting([2, 2]);
  const copy = view.copy();
  copy.setAt([0, 0], 7);
  assertEquals([view.at(0, 0), copy.at(0, 0)], [0, 7]);
  view.slice(1).toTypedArray()[0] = 8;
  assertEquals(view.at(-1, -2), 8);
  assertThrows(() => view.slice(":", 0).toTypedArray(), SimulationError, "so it is not contiguous");
});

Deno.test("NdView.equals compares shape and numbers, not types", () => {
  const view = counting([2, 3]);
  assertEquals(view.equals(NdView.from([[0, 1, 2], [3, 4, 5]], "float32")), true);
  assertEquals(view.equals([[0, 1, 2], [3, 4, 5]]), true);
  assertEquals(view.equals([[0, 1, 2], [3, 4, 6]]), false);
  assertEquals(view.equals([0, 1, 2, 3, 4, 5]), false);
  assertEquals(NdView.from([NaN], "f8").equals([NaN]), false);
});

Deno.test("NdView says what cannot be", () => {
  const view = counting([2, 3]);
  const cases: [() => unknown, string][] = [
    [() => view.slice(2), "Cannot index axis 0 with 2: its length is 2; use an integer from -2 to 1"],
    [() => view.at(0, 0.5), "Cannot index axis 1 with 0.5"],
    [() => view.at(1), "Cannot read or set one element of a view of shape (2, 3) with 1 indices: it has 2 axes"],
    [() => view.slice(0, 0, 0), "Cannot slice a view of shape (2, 3) with 3 indices: it has 2 axes"],
    [() => view.slice("1:x"), 'Cannot slice axis 0 with "1:x": it is not a range'],
    [() => view.slice("::0"), "Cannot slice axis 0 with a step of 0"],
    [() => view.slice({ start: 0.5 }), "Cannot slice axis 0 with 0.5: start, stop and step are integers"],
    [() => view.transpose(0, 0), "Cannot transpose a view of shape (2, 3) to axes (0, 0): give each of 0 to 1 once"],
    [() => view.reshape([4]), "Cannot reshape a view of shape (2, 3) to (4): it has 6 elements"],
    [() => view.reshape([-1, 4]), "Cannot reshape a view of shape (2, 3) to (-1, 4): it has 6 elements"],
    [() => view.assign([1, 2]), "Cannot assign a source of shape (2) to a view of shape (2, 3)"],
    [() => view.slice(0).assign(view), "Cannot assign a source of shape (2, 3) to a view of shape (3)"],
    [() => NdView.from([[1], [2, 3]]), "Cannot make an array of nested numbers: a row on axis 1"],
    [() => NdView.over(new Int32Array(5), [2, 3]), "that takes 24 bytes, and there are 20"],
    [() => NdView.over(new ArrayBuffer(8), [1], "i4", 2), "the elements would not be aligned; use a multiple of 4"],
    [() => NdView.zeros([-1]), "Cannot shape an array as (-1): lengths are integers, 0 or more"],
    [() => NdView.zeros([1], "u8" as "u4"), 'Cannot use the element type "u8": it is not one of int8, i1'],
  ];
  for (const [attempt, message] of cases) assertThrows(attempt, SimulationError, message);
});

Deno.test("NdView.slice, transpose and reshape give views of the class that overrides derive; copy does not", () => {
  class CardBuffer extends NdView {
    constructor(elements: Elements, layout: NdLayout, readonly address: number) {
      super(elements, dtypeOf(elements), layout);
    }
    protected override derive(layout: NdLayout): this {
      return new CardBuffer(this.elements, layout, this.address) as this;
    }
    get deviceAddress(): number {
      return this.byteAddressRange(this.address).start;
    }
  }
  const buffer = new CardBuffer(new Int32Array(24), rowMajor([2, 3, 4], 0), 0x1000);
  assertEquals(buffer.slice(1).transpose().slice(2).reshape([3]).deviceAddress, 0x1000 + (12 + 2) * 4);
  assertEquals(buffer.copy() instanceof CardBuffer, false);
});
