/**
 * Random numbers for the inputs of host programs; the same seed gives the same numbers everywhere.
 * @module
 */
import { NdView } from "../../runtime/pynq/mod.ts";

/** `numpy.random.randint(high, size=shape, dtype="i4")`, with a seed (Marsaglia's xorshift). */
export class Random {
  private state: number;

  /** A generator that starts from a seed. */
  constructor(seed: number) {
    this.state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) | 1;
  }

  /** Whole numbers from 0 to `high` - 1. */
  integers(high: number, shape: readonly number[]): NdView {
    const numbers = NdView.zeros(shape, "i4");
    const words = numbers.toTypedArray();
    for (let i = 0; i < words.length; i++) words[i] = this.next() % high;
    return numbers;
  }

  private next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return this.state >>> 0;
  }
}
