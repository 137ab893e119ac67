/**
 * A view of memory as an n-dimensional array.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { type DType, dtype, type DTypeLike, dtypeOf, type Elements } from "./dtype.ts";
import { type NdIndex, resolveIndex, resolveRange } from "./nd_index.ts";
import { elementCount, extent, isRowMajor, type NdLayout, reshapedStrides, rowMajor } from "./nd_layout.ts";
import { copyElements, elementsEqual, elementsOf, fillElements } from "./nd_walk.ts";

/** Numbers, nested as deep as an array has axes; all rows of an axis are equally long. */
export type NestedArray = number | readonly NestedArray[];

/**
 * Shape, strides and element type over memory that it shares with other views: what `numpy.ndarray` is to a PYNQ host
 * program, as far as such programs cut, shape, copy and compare buffers.
 *
 * `slice`, `transpose` and `reshape` give views of the same memory, and `byteOffset` says where in it they begin.
 *
 * @example Tiles of a matrix
 * ```ts
 * import { NdView } from "./nd_view.ts";
 *
 * const matrix = NdView.over(Int32Array.from({ length: 16 }, (_, i) => i), [4, 4]);
 * const tiles = matrix.reshape([2, 2, 2, 2]).transpose(0, 2, 1, 3);
 * const corner = tiles.slice(0, 1);
 * if (JSON.stringify(corner.toArray()) !== "[[2,3],[6,7]]") throw new Error("not the upper right tile");
 * ```
 */
export class NdView {
  /** Element type. */
  readonly dtype: DType;
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** The memory, as elements. */
  protected readonly elements: Elements;
  /** Where in `elements` the view's own lie. */
  protected readonly layout: NdLayout;

  /** Made by the static methods, by the views themselves and by classes that add to them. */
  protected constructor(elements: Elements, dtype: DType, layout: NdLayout) {
    this.elements = elements;
    this.dtype = dtype;
    this.layout = layout;
    this.shape = layout.shape;
  }

  /**
   * A view in C order of memory that is there already, from its byte `byteOffset` on. A typed array brings its element
   * type along, an ArrayBuffer takes that of `type` (int32 if left out). Throws a SimulationError if the memory is too
   * small, or the elements would not be aligned.
   */
  static over(memory: Elements | ArrayBufferLike, shape: readonly number[], type?: DTypeLike, byteOffset = 0): NdView {
    const bytes = "BYTES_PER_ELEMENT" in memory
      ? new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength)
      : new Uint8Array(memory);
    const of = type !== undefined ? dtype(type) : "BYTES_PER_ELEMENT" in memory ? dtypeOf(memory) : dtype("int32");
    const layout = rowMajor(shape, byteOffset / of.sizeBytes);
    if (!Number.isInteger(layout.origin) || layout.origin < 0 || bytes.byteOffset % of.sizeBytes !== 0) {
      throw new SimulationError(
        `Cannot view memory as ${of.name} from byte ${byteOffset} on: the elements would not be aligned; ` +
          `use a multiple of ${of.sizeBytes} bytes`,
      );
    }
    const neededBytes = byteOffset + elementCount(shape) * of.sizeBytes;
    if (neededBytes > bytes.byteLength) {
      throw new SimulationError(
        `Cannot view memory as ${of.name} of shape (${shape.join(", ")}): that takes ${neededBytes} bytes, and there ` +
          `are ${bytes.byteLength}; give a smaller shape or more memory`,
      );
    }
    const elements = of.over(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / of.sizeBytes));
    return new NdView(elements, of, layout);
  }

  /** A new array of zeros, as `numpy.zeros`. */
  static zeros(shape: readonly number[], type: DTypeLike = "int32"): NdView {
    const of = dtype(type);
    const layout = rowMajor(shape, 0);
    const count = elementCount(shape);
    return new NdView(of.over(new ArrayBuffer(count * of.sizeBytes), 0, count), of, layout);
  }

  /** A new array of nested numbers, as `numpy.array`. Throws a SimulationError if rows differ in length. */
  static from(numbers: NestedArray, type: DTypeLike = "int32"): NdView {
    const shape = shapeOf(numbers);
    const view = NdView.zeros(shape, type);
    let at = 0;
    const put = (part: NestedArray, axis: number) => {
      const matches = typeof part === "number" ? axis === shape.length : part.length === shape[axis];
      if (!matches) {
        throw new SimulationError(
          `Cannot make an array of nested numbers: a row on axis ${axis} is not like the first one; ` +
            `make all of shape (${shape.join(", ")})`,
        );
      }
      if (typeof part === "number") view.elements[at++] = part;
      else for (const inner of part) put(inner, axis + 1);
    };
    put(numbers, 0);
    return view;
  }

  /** How many elements. */
  get size(): number {
    return elementCount(this.shape);
  }

  /** How many bytes the elements take, without what may lie between them. */
  get sizeBytes(): number {
    return this.size * this.dtype.sizeBytes;
  }

  /** Distance of neighbours along each axis, in bytes. */
  get stridesBytes(): readonly number[] {
    return this.layout.strides.map((stride) => stride * this.dtype.sizeBytes);
  }

  /** Where the element with all indices 0 lies in the memory that the first view was made over, in bytes. */
  get byteOffset(): number {
    return this.layout.origin * this.dtype.sizeBytes;
  }

  /** Whether the elements lie one after the other in C order. */
  get isContiguous(): boolean {
    return isRowMajor(this.layout);
  }

  /**
   * The bytes between the view's first and last element, as addresses, for memory whose first byte is at `base`: `end`
   * is the address past them.
   */
  byteAddressRange(base = 0): { start: number; end: number } {
    const { first, end } = extent(this.layout);
    return { start: base + first * this.dtype.sizeBytes, end: base + end * this.dtype.sizeBytes };
  }

  /**
   * A part of the view, as `a[0, 1:3]` is in numpy: an integer picks one place of an axis and drops the axis, a range
   * (`"1:3"`, `{ start: 1, stop: 3 }`) keeps it; axes without an index are kept whole. Negative numbers count from the
   * end. Throws a SimulationError if an integer is out of range or there are more indices than axes.
   */
  slice(...indices: NdIndex[]): this {
    this.#checkIndexCount(indices.length, "slice");
    const shape: number[] = [];
    const strides: number[] = [];
    let { origin } = this.layout;
    for (const [axis, length] of this.shape.entries()) {
      const index = indices[axis] ?? ":";
      const stride = this.layout.strides[axis];
      if (typeof index === "number") {
        origin += resolveIndex(index, length, axis) * stride;
        continue;
      }
      const selected = resolveRange(index, length, axis);
      if (selected.length > 0) origin += selected.first * stride;
      shape.push(selected.length);
      strides.push(selected.step * stride);
    }
    return this.derive({ shape, strides, origin });
  }

  /** The view with its axes in another order, reversed if none is given. Throws a SimulationError if they are not all. */
  transpose(...axes: number[]): this {
    const order = axes.length === 0 ? this.shape.map((_, axis) => axis).reverse() : axes;
    if (order.length !== this.shape.length || !this.shape.every((_, axis) => order.includes(axis))) {
      throw new SimulationError(
        `Cannot transpose a view of shape (${this.shape.join(", ")}) to axes (${order.join(", ")}): ` +
          `give each of 0 to ${this.shape.length - 1} once`,
      );
    }
    const { strides, origin } = this.layout;
    return this.derive({ shape: order.map((a) => this.shape[a]), strides: order.map((a) => strides[a]), origin });
  }

  /**
   * The same elements, in C order, under another shape; one length may be -1, for what is left. Throws a
   * SimulationError if the shape has another number of elements, or only a copy could have it.
   */
  reshape(shape: readonly number[]): this {
    const others = elementCount(shape.filter((length) => length !== -1));
    const full = shape.filter((length) => length === -1).length === 1 && others > 0
      ? shape.map((length) => length === -1 ? this.size / others : length)
      : shape;
    const cannot = `Cannot reshape a view of shape (${this.shape.join(", ")}) to (${shape.join(", ")})`;
    if (!full.every((length) => Number.isInteger(length) && length >= 0) || elementCount(full) !== this.size) {
      throw new SimulationError(`${cannot}: it has ${this.size} elements; give a shape of as many`);
    }
    const strides = reshapedStrides(this.layout, full);
    if (!strides) {
      throw new SimulationError(
        `${cannot}: its elements do not lie so in memory; reshape a copy: view.copy().reshape()`,
      );
    }
    return this.derive({ shape: [...full], strides, origin: this.layout.origin });
  }

  /** The element at these indices, one for each axis. Throws a SimulationError out of range. */
  at(...indices: number[]): number {
    this.touch("read");
    return this.elements[this.#placeOf(indices)];
  }

  /** Sets the element at these indices, one for each axis, converted as a typed array converts. */
  setAt(indices: readonly number[], value: number): void {
    this.touch("write");
    this.elements[this.#placeOf(indices)] = value;
  }

  /** Sets every element. */
  fill(value: number): void {
    this.touch("write");
    fillElements(this.elements, this.layout, value);
  }

  /**
   * Copies a view or nested numbers in, or sets every element, as `a[:] = source` does; a source with fewer axes is
   * repeated along the leading ones. Numbers are converted as typed arrays convert them: integers wrap. A source that
   * shares memory is copied as it was before. Throws a SimulationError if the shapes do not fit.
   */
  assign(source: NdView | NestedArray): void {
    if (typeof source === "number") return this.fill(source);
    const from = source instanceof NdView ? source : NdView.from(source, "float64");
    const leading = this.shape.length - from.shape.length;
    if (leading < 0 || from.shape.some((length, axis) => length !== this.shape[leading + axis])) {
      throw new SimulationError(
        `Cannot assign a source of shape (${from.shape.join(", ")}) to a view of shape (${this.shape.join(", ")}): ` +
          `the shape's last lengths differ; slice or reshape one of them`,
      );
    }
    from.touch("read");
    this.touch("write");
    const { elements, layout } = from.#mayOverlap(this) ? from.copy() : from;
    const strides = [...new Array<number>(leading).fill(0), ...layout.strides];
    copyElements(this.elements, this.layout, elements, { shape: this.shape, strides, origin: layout.origin });
  }

  /** The elements in new memory of their own, in C order. */
  copy(): NdView {
    this.touch("read");
    const copy = NdView.zeros(this.shape, this.dtype);
    copyElements(copy.elements, copy.layout, this.elements, this.layout);
    return copy;
  }

  /** Whether the other has the same shape and equal numbers, of whatever type, as `numpy.array_equal`; NaN equals none. */
  equals(other: NdView | NestedArray): boolean {
    const view = other instanceof NdView ? other : NdView.from(other, "float64");
    this.touch("read");
    view.touch("read");
    const { shape, elements, layout } = view;
    return shape.length === this.shape.length && shape.every((length, axis) => length === this.shape[axis]) &&
      elementsEqual(this.elements, this.layout, elements, layout);
  }

  /** The elements as nested arrays; a view without axes gives its number. */
  toArray(): NestedArray {
    if (this.shape.length === 0) return this.at();
    if (this.shape.length === 1) return [...this];
    return Array.from({ length: this.shape[0] }, (_, index) => this.slice(index).toArray());
  }

  /** The memory of a contiguous view as a typed array, shared. Throws a SimulationError if there are gaps. */
  toTypedArray(): Elements {
    if (!this.isContiguous) {
      throw new SimulationError(
        `Cannot give a view of shape (${this.shape.join(", ")}) as a typed array: its strides are ` +
          `(${this.stridesBytes.join(", ")}) bytes, so it is not contiguous; take a copy: view.copy().toTypedArray()`,
      );
    }
    this.touch("read");
    return this.elements.subarray(this.layout.origin, this.layout.origin + this.size);
  }

  /** The elements in C order. */
  [Symbol.iterator](): Generator<number> {
    this.touch("read");
    return elementsOf(this.elements, this.layout);
  }

  /** A view of the same memory; classes that add to views override this, so that slices are of their class. */
  protected derive(layout: NdLayout): this {
    return new NdView(this.elements, this.dtype, layout) as this;
  }

  /** Called before elements are read or written, for classes whose memory may not hold what is expected of it. */
  protected touch(_access: "read" | "write"): void {}

  #placeOf(indices: readonly number[]): number {
    const { shape, strides } = this.layout;
    let place = this.layout.origin;
    if (indices.length !== shape.length) this.#checkIndexCount(indices.length, "read or set one element of");
    for (let axis = 0; axis < indices.length; axis++) {
      place += resolveIndex(indices[axis], shape[axis], axis) * strides[axis];
    }
    return place;
  }

  #checkIndexCount(count: number, verb: string): void {
    if (verb === "slice" ? count <= this.shape.length : count === this.shape.length) return;
    throw new SimulationError(
      `Cannot ${verb} a view of shape (${this.shape.join(", ")}) with ${count} indices: ` +
        `it has ${this.shape.length} axes; give an index for each`,
    );
  }

  #mayOverlap(other: NdView): boolean {
    if (this.elements.buffer !== other.elements.buffer) return false;
    const mine = this.byteAddressRange(this.elements.byteOffset);
    const theirs = other.byteAddressRange(other.elements.byteOffset);
    return mine.start < theirs.end && theirs.start < mine.end;
  }
}

/** The shape of nested numbers, by the first row of each axis. */
function shapeOf(numbers: NestedArray): number[] {
  const shape: number[] = [];
  for (let part: NestedArray | undefined = numbers; part !== undefined && typeof part !== "number"; part = part[0]) {
    shape.push(part.length);
  }
  return shape;
}
