/**
 * Counters: numbers that a component keeps and that anybody can read.
 * @module
 */

/** A number that grows, with its unit and what it counts. */
export class Counter {
  /** Path. */
  readonly path: string;
  /** Unit of the value. */
  readonly unit: string;
  /** One line that says what it counts. */
  readonly description: string;
  /** The count. */
  value = 0;

  /** A counter at 0. */
  constructor(path: string, unit: string, description: string) {
    this.path = path;
    this.unit = unit;
    this.description = description;
  }

  /** Counts `amount` more. */
  add(amount: number = 1): void {
    this.value += amount;
  }
}
