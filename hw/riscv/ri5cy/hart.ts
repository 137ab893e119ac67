/**
 * What a program can see of a core.
 * @module
 */

/** Registers and the effect that the instruction just executed has beyond them. */
export class Hart {
  /** Address of the load or store just executed. */
  address = 0;
  /** Value of the store just executed, or the one that a CSR instruction brings. */
  value = 0;
  /** Whether the branch just executed is taken. */
  taken = false;
  /** Target of the branch or jump just executed. */
  target = 0;

  /**
   * A hart with the registers in these arrays.
   *
   * @param registers x0 to x31, and a place for writes to x0 at the end
   * @param loopStart start of the two hardware loops
   * @param loopEnd their end
   * @param loopCount their counters
   */
  constructor(
    readonly registers: Int32Array = new Int32Array(33),
    readonly loopStart: Int32Array = new Int32Array(2),
    readonly loopEnd: Int32Array = new Int32Array(2),
    readonly loopCount: Int32Array = new Int32Array(2),
  ) {}
}
