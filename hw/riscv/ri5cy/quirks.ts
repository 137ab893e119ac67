/**
 * What releases of RI5CY do beside the common rules, by name.
 * @module
 */

/**
 * Oddities of the RTL that cost or save cycles, each with a switch of its own; what programs compute does not depend on
 * them. Sources: RI5CY 12e1cda7 (2018-01) and be1fdf50 (2019-11), and what was recorded of them.
 */
export interface CoreQuirks {
  /**
   * A division that lies in decode without being executed (in the shadow of a taken branch, before a fetch bubble, before an
   * interrupt) is started all the same, and the execute stage is busy for all of it.
   */
  readonly ghostDivision: boolean;
  /** The same with the multiplications that take five cycles. */
  readonly ghostMultiplication: boolean;
  /** A ghost enters the execute stage already in the cycle in which the branch is taken, so that it can come twice. */
  readonly doubleGhost: boolean;
  /** A division that is over starts again if a multiplication or an empty slot follows it. */
  readonly repeatedDivision: boolean;
  /**
   * Whatever follows a load waits if bits 11:7 of its word are the load's register, be they a destination or, as in stores
   * and branches, part of an immediate.
   */
  readonly falseLoadHazard: boolean;
  /**
   * Nobody in decode waits for a load that waits for its answer in write back. (On the RTL a jump through its register then
   * goes astray; here it finds the value.)
   */
  readonly unseenWriteBack: boolean;
}

const none: CoreQuirks = {
  ghostDivision: false,
  ghostMultiplication: false,
  doubleGhost: false,
  repeatedDivision: false,
  falseLoadHazard: false,
  unseenWriteBack: false,
};

/** No quirks: what CV32E40P, the successor, has of them. */
export const NO_QUIRKS: CoreQuirks = Object.freeze(none);

/** The quirks of RI5CY be1fdf50. */
export const QUIRKS_2019_11: CoreQuirks = Object.freeze({ ...none, ghostDivision: true });

/** The quirks of RI5CY 12e1cda7. */
export const QUIRKS_2018_01: CoreQuirks = Object.freeze({
  ghostDivision: true,
  ghostMultiplication: true,
  doubleGhost: true,
  repeatedDivision: true,
  falseLoadHazard: true,
  unseenWriteBack: true,
});
