/**
 * Where the instructions of generator firmware lie, for cores that fetch them.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { hex } from "../bus/address_map.ts";
import type { Program } from "./isa/program.ts";

/** Addresses, sizes and labels of a piece of code. */
export interface CodeLayout {
  /** Address of the first instruction, even. */
  readonly base: number;
  /**
   * Sizes of the instructions in bytes, 2 or 4: one number if all have the same, a list if one follows the other, a map from
   * addresses if there is something between them.
   */
  readonly sizes: 2 | 4 | readonly number[] | ReadonlyMap<number, number>;
  /** Bytes in all; needed if `sizes` is a number. */
  readonly sizeBytes?: number;
  /** Addresses of labels that are known beforehand; others lie where they are first passed. */
  readonly labels?: Readonly<Record<string, number>>;
}

/** The layout of assembled code, so that firmware lies where its twin does. */
export function layoutOf(program: Program): CodeLayout {
  const sizes = new Map(
    [...program.lines.keys()].map((at) => [at, (program.halfword(at) & 3) === 3 ? 4 : 2] as const),
  );
  return { base: program.entry, sizes, labels: Object.fromEntries(program.symbols) };
}

/** A place in a piece of code that moves on with every instruction. */
export class CodePlace {
  /** Address of the next instruction. */
  pc: number;
  /** First address of the code, and the one behind it. */
  readonly #first: number;
  readonly #end: number;
  /** Size of the instruction at each halfword; 0 where none begins. */
  readonly #sizes: Uint8Array;
  readonly #labels: Map<string, number>;

  /** At the beginning of the code. Throws a SimulationError for a layout that cannot be. */
  constructor(layout: CodeLayout) {
    const places = placesOf(layout);
    const wrong = places.find(([at, size]) => at % 2 !== 0 || size !== 2 && size !== 4);
    if (wrong !== undefined || places.length === 0) {
      const what = wrong === undefined ? "no instructions" : `an instruction of ${wrong[1]} bytes at ${hex(wrong[0])}`;
      throw new SimulationError(
        `Cannot lay out code at ${
          hex(layout.base)
        } with ${what}: it has instructions of 2 or 4 bytes at even addresses; ` +
          "sizes that are all the same need sizeBytes",
      );
    }
    this.pc = layout.base;
    this.#first = Math.min(...places.map(([at]) => at));
    this.#end = Math.max(...places.map(([at, size]) => at + size));
    this.#labels = new Map(Object.entries(layout.labels ?? {}));
    this.#sizes = new Uint8Array((this.#end - this.#first) >> 1);
    for (const [at, size] of places) this.#sizes[(at - this.#first) >> 1] = size;
  }

  /** Size of the next instruction. Throws a SimulationError, which says `where`, behind the end of the code. */
  size(where: () => string): number {
    const { pc } = this;
    const size = this.#sizes[pc - this.#first >> 1];
    if (pc >= this.#first && size > 0) return size;
    throw new SimulationError(
      `Cannot issue an instruction at ${hex(pc)} on ${where()}: its code lies from ${hex(this.#first)} to ` +
        `${hex(this.#end - 1)}${size === 0 ? ", and none begins there" : ""}. Say with label() where loops begin and ` +
        "jumps lead, or make the layout larger",
    );
  }

  /** Size of the instruction at an address, or 2 if none begins there. */
  sizeAt(address: number): number {
    return this.#sizes[address - this.#first >> 1] || 2;
  }

  /** Goes to a label: its address, or, the first time, that of the next instruction. */
  go(label: string): void {
    const at = this.#labels.get(label);
    if (at === undefined) this.#labels.set(label, this.pc);
    else this.pc = at;
  }
}

/** Addresses and sizes of all instructions. */
function placesOf({ base, sizes, sizeBytes = 0 }: CodeLayout): (readonly [at: number, size: number])[] {
  if (typeof sizes === "object" && "get" in sizes) return [...sizes];
  const list = typeof sizes === "number" ? new Array<number>(Math.floor(sizeBytes / sizes)).fill(sizes) : sizes;
  let at = base;
  return list.map((size) => {
    const place = [at, size] as const;
    at += size;
    return place;
  });
}
