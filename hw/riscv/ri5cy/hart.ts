/**
 * What a program can see of a core.
 * @module
 */

/** Registers and the effect that the instruction just executed has beyond them. */
export class Hart {
  /** x0 to x31, and a place for writes to x0 at the end. */
  readonly registers: Int32Array = new Int32Array(33);
  /** Start of the two hardware loops. */
  readonly loopStart: Int32Array = new Int32Array(2);
  /** Their end. */
  readonly loopEnd: Int32Array = new Int32Array(2);
  /** Their counters. */
  readonly loopCount: Int32Array = new Int32Array(2);

  /** Address of the load or store just executed. */
  address = 0;
  /** Value of the store just executed, or the one that a CSR instruction brings. */
  value = 0;
  /** Whether the branch just executed is taken. */
  taken = false;
  /** Target of the branch or jump just executed. */
  target = 0;
}
