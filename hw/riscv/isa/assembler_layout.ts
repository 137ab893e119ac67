/**
 * Sections, and where everything in them comes to stand: branches grow until each reaches its target.
 * @module
 */
import { Mistake } from "./assembler_error.ts";
import { evaluate } from "./assembler_expression.ts";
import { Code, type Item, MOST_BYTES } from "./assembler_items.ts";
import type { Statement } from "./assembler_source.ts";
import type { Symbols } from "./assembler_symbols.ts";
import type { Segment } from "./program.ts";

/** A section of the source. */
export class Section {
  /** Its name. */
  readonly name: string;
  /** What is in it. */
  readonly items: Item[] = [];
  /** Address of each item, and where the section ends. */
  addresses: number[] = [];
  /** Whether it holds instructions, so that it is padded with nops. */
  code: boolean;

  /** An empty section. */
  constructor(name: string) {
    this.name = name;
    this.code = name.startsWith(".text");
  }
}

/** Told of each statement that is wrong. */
export type Refuse = (mistake: Mistake, statement: Statement) => void;

/** Sections start at multiples of this, but the first. */
const SECTION_BOUNDARY = 4;
/**
 * After so many passes all branches take their longest form, so that a chain in which each pushes the next out of reach
 * ends; after twice as many, spaces whose sizes depend on each other are given up.
 */
const PASSES = 32;

/** Sections in the order of their addresses: code, `.rodata`, `.data`, `.bss`, each kind in the order of the source. */
export function placeOrder(sections: Iterable<Section>): Section[] {
  const kinds = [/^\.s?rodata/, /^\.s?data/, /^\.s?bss/];
  const rank = ({ name }: Section) => kinds.findIndex((kind) => kind.test(name));
  return [...sections].sort((a, b) => rank(a) - rank(b));
}

/** Finds addresses, then writes the bytes. */
export class Layout {
  readonly #sections: readonly Section[];
  readonly #symbols: Symbols;
  readonly #base: number;
  readonly #refuse: Refuse;
  /** The first item of the last pass that had no size. */
  #misplaced: { readonly mistake: Mistake; readonly item: Item } | undefined;

  /** Lays `sections` out one after the other from `base`. */
  constructor(sections: readonly Section[], symbols: Symbols, base: number, refuse: Refuse) {
    this.#sections = sections;
    this.#symbols = symbols;
    this.#base = base;
    this.#refuse = refuse;
    symbols.pcrelTargets = () => this.#targets();
  }

  /** Places everything; whether that went well. */
  place(): boolean {
    let moved = true;
    for (let pass = 0; moved && pass <= 2 * PASSES; pass++) {
      // Distances mean something only once every item has had an address.
      moved = this.#pass(pass === 0 ? "keep" : pass <= PASSES ? "grow" : "longest");
    }
    if (moved) {
      const last = this.#sections.findLast(({ items }) => items.length > 0)!.items.at(-1)!;
      this.#refuse(new Mistake("Cannot place what comes before: its size depends on itself"), last.statement);
    } else if (this.#misplaced) this.#refuse(this.#misplaced.mistake, this.#misplaced.item.statement);
    return !moved && this.#misplaced === undefined;
  }

  /** Gives everything an address; whether anything moved. What has no size yet takes no place, and is noted. */
  #pass(code: "keep" | "grow" | "longest"): boolean {
    this.#symbols.startPass();
    this.#misplaced = undefined;
    let moved = false;
    let at = this.#base;
    for (const section of this.#sections) {
      if (at !== this.#base) at = Math.ceil(at / SECTION_BOUNDARY) * SECTION_BOUNDARY;
      const { items, addresses } = section;
      for (let index = 0; index <= items.length; index++) {
        if (addresses[index] !== at) {
          addresses[index] = at;
          moved = true;
        }
        if (index === items.length) break;
        const item = items[index];
        if (code !== "keep" && item instanceof Code && item.grow(at, this.#symbols, code === "longest")) moved = true;
        at += this.#size(item, at);
      }
    }
    return moved;
  }

  #size(item: Item, at: number): number {
    try {
      const size = item.size(at, this.#symbols);
      if (at + size - this.#base > MOST_BYTES) {
        throw new Mistake(`Cannot place this: the program gets larger than ${MOST_BYTES} bytes`);
      }
      if (at + size > 2 ** 32) throw new Mistake("Cannot place this: it would lie past 32-bit addresses");
      return size;
    } catch (mistake) {
      if (!(mistake instanceof Mistake)) throw mistake;
      this.#misplaced ??= { mistake, item };
      return 0;
    }
  }

  /** Writes the bytes, and the line of each instruction into `lines`. */
  write(lines: Map<number, number>): Segment[] {
    this.#symbols.startWriting();
    const segments: Segment[] = [];
    for (const { name, items, addresses } of this.#sections) {
      const address = addresses[0];
      const bytes = new Uint8Array(addresses[items.length] - address);
      items.forEach((item, index) => {
        try {
          item.write(bytes, addresses[index] - address, addresses[index], this.#symbols);
        } catch (error) {
          if (!(error instanceof Mistake)) throw error;
          this.#refuse(error, item.statement);
        }
        if (!(item instanceof Code)) return;
        let pc = addresses[index];
        for (const { form } of item.pieces) {
          lines.set(pc, item.statement.macro?.line ?? item.statement.line);
          pc += form.size;
        }
      });
      if (bytes.length > 0) segments.push({ name, address, bytes, sizeInMemory: bytes.length });
    }
    return segments;
  }

  /** What each `%pcrel_hi` refers to, for the `%pcrel_lo`s that name its instruction. */
  #targets(): Map<number, number> {
    const targets = new Map<number, number>();
    for (const { items, addresses } of this.#sections) {
      items.forEach((item, index) => {
        if (!(item instanceof Code)) return;
        let pc = addresses[index];
        for (const { form, values } of item.pieces) {
          for (const value of values) {
            if (typeof value === "number" || value.kind !== "part" || value.part !== "pcrel_hi") continue;
            try {
              targets.set(pc, evaluate(value.of, this.#symbols));
            } catch (error) {
              if (!(error instanceof Mistake)) throw error; // told when the instruction is written
            }
          }
          pc += form.size;
        }
      });
    }
    return targets;
  }
}
