/**
 * Instruction words that were met, decoded once for all cores of a kind.
 * @module
 */
import type { Decoded } from "../isa/decoder.ts";
import { MicroOperation } from "./micro_operation.ts";
import type { CoreVariant } from "./variants.ts";

/** Words that are found at once; a power of two. */
const NEAR = 1 << 12;
/** Words that are kept at all: a program has some thousand, a fuzzer has no end. */
const MOST = 1 << 16;

/** Decodes instruction words, and remembers. */
export class Operations<Operation extends { readonly word: number }> {
  readonly #make: (word: number) => Operation;
  readonly #near: Operation[];
  readonly #known = new Map<number, Operation>();

  /** @param make decodes a word of 16 or 32 bits, unsigned */
  constructor(make: (word: number) => Operation) {
    this.#make = make;
    this.#near = new Array(NEAR).fill(make(0));
  }

  /** What a word is; of a compressed one, the upper half means nothing. */
  decode(word: number): Operation {
    const key = (word & 3) === 3 ? word >>> 0 : word & 0xffff;
    const place = (key ^ key >>> 7 ^ key >>> 20) & NEAR - 1;
    const near = this.#near[place];
    return near.word === key ? near : this.#near[place] = this.#find(key);
  }

  #find(key: number): Operation {
    let operation = this.#known.get(key);
    if (operation === undefined) {
      if (this.#known.size === MOST) this.#known.clear();
      this.#known.set(key, operation = this.#make(key));
    }
    return operation;
  }
}

/** Makes one set of {@linkcode Operations} per core variant, of a class of operations. */
export function operationsBy<Operation extends { readonly word: number }>(
  Class: new (word: number, decoded: Decoded | undefined, variant: CoreVariant) => Operation,
): (variant: CoreVariant) => Operations<Operation> {
  const made = new WeakMap<CoreVariant, Operations<Operation>>();
  return (variant) => {
    let operations = made.get(variant);
    if (operations === undefined) {
      operations = new Operations((word) => new Class(word, variant.instructions.decode(word), variant));
      made.set(variant, operations);
    }
    return operations;
  };
}

/** The operations of a RI5CY. */
export const operationsOf: (variant: CoreVariant) => Operations<MicroOperation> = operationsBy(MicroOperation);
