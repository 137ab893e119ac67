/**
 * The hardware loops of CV32E40P, as its controller sees them.
 * @module
 */
import type { Hart } from "../ri5cy/hart.ts";

/** Compares the loop registers with the pc of the instruction in decode (cv32e40p_controller.sv, gen_hwlp). */
export class LoopController {
  /** Whether the instruction is the last one of a loop, by loop, */
  readonly isLast: [boolean, boolean] = [false, false];
  /** or the one before it. */
  readonly isBeforeLast: [boolean, boolean] = [false, false];
  /** Whether it is in the body of a loop that has another round to go. */
  inBody = false;
  /** Where a loop jumps: the start of the innermost one around the instruction. */
  target = 0;
  /** Loops whose round ends with the instruction, as bits; the controller sets it. */
  counted = 0;

  readonly #hart: Hart;

  /** @param hart whose loop registers they are */
  constructor(hart: Hart) {
    this.#hart = hart;
  }

  /** Rounds that a loop has left, the current one with them. */
  count(loop: 0 | 1): number {
    return this.#hart.loopCount[loop] >>> 0;
  }

  /** The start of a loop. */
  start(loop: 0 | 1): number {
    return this.#hart.loopStart[loop];
  }

  /** Looks at the instruction at `pc`. */
  look(pc: number): void {
    const { loopStart, loopEnd } = this.#hart;
    for (let loop = 0; loop < 2; loop++) {
      const distance = loopEnd[loop] - pc | 0;
      this.isLast[loop] = distance === 4;
      this.isBeforeLast[loop] = distance === 8;
    }
    const inside0 = this.#contains(0, pc);
    const inside1 = this.#contains(1, pc);
    this.inBody = inside0 && this.count(0) > 1 || inside1 && this.count(1) > 1;
    this.target = inside1 && !inside0 ? loopStart[1] : loopStart[0];
  }

  /** The clock edge; `left`: the instruction has left decode. */
  commit(left: boolean): void {
    const { counted } = this;
    if (counted === 0 || !left) return;
    const { loopCount } = this.#hart;
    if ((counted & 1) !== 0) loopCount[0]--;
    if ((counted & 2) !== 0) loopCount[1]--;
  }

  #contains(loop: number, pc: number): boolean {
    const { loopStart, loopEnd } = this.#hart;
    return loopStart[loop] >>> 0 <= pc >>> 0 && loopEnd[loop] >>> 0 >= pc + 4 >>> 0;
  }
}
