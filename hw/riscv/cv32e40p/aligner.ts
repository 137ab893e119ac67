/**
 * The aligner of CV32E40P: instructions of either size out of aligned words.
 * @module
 */

const ALIGNED = 0, ACROSS_WORDS = 1, AFTER_COMPRESSED = 2, UNALIGNED_TARGET = 3;

/** Cuts words into instructions and counts the pc along (cv32e40p_aligner.sv). */
export class Aligner {
  /** Address of the instruction that is, or will be, ready. */
  pc = 0;
  /** The instruction; the upper half means nothing for a compressed one. */
  instruction = 0;
  /** Whether it is one, given that the word is. */
  valid = false;
  /** Whether the word is used up. */
  ready = true;

  #state = ALIGNED;
  #upperHalf = 0;
  #word = 0;
  #nextState = ALIGNED;
  #nextPc = 0;
  /** Where a hardware loop goes after its last instruction, while that one waits. */
  #loopWaits = false;
  #loopTarget = 0;

  /** First: the instruction in the word that the prefetch buffer has. */
  present(wordValid: boolean, word: number): void {
    const { pc } = this;
    this.#word = word;
    this.instruction = word;
    this.valid = this.ready = true;
    switch (this.#state) {
      case ALIGNED:
      case AFTER_COMPRESSED:
        this.#take((word & 3) === 3 ? ALIGNED : ACROSS_WORDS, (word & 3) === 3 ? pc + 4 : pc + 2);
        break;
      case ACROSS_WORDS:
        this.instruction = word << 16 | this.#upperHalf;
        if ((this.#upperHalf & 3) === 3) this.#take(ACROSS_WORDS, pc + 4);
        else {
          this.ready = !wordValid;
          this.#take(AFTER_COMPRESSED, pc + 2);
        }
        break;
      case UNALIGNED_TARGET:
        this.instruction = word >>> 16;
        if ((this.instruction & 3) === 3) {
          this.valid = false;
          this.#take(ACROSS_WORDS, pc);
        } else this.#take(ALIGNED, pc + 2);
        break;
    }
  }

  /**
   * Last: the clock edge.
   * @param taken whether the fetch stage takes the instruction
   * @param branch whether the fetch is redirected, to `target`
   * @param loop whether a hardware loop jumps back, to `target`, after the instruction that comes next
   */
  commit(taken: boolean, branch: boolean, loop: boolean, target: number): void {
    if (branch) {
      this.pc = target;
      this.#state = (target & 2) !== 0 ? UNALIGNED_TARGET : ALIGNED;
      this.#loopWaits = false;
    } else if (taken) {
      const loops = loop || this.#loopWaits;
      // Only a word-aligned 32-bit instruction may end a loop.
      if (loops && this.#state === ALIGNED && this.#nextState === ALIGNED) {
        this.pc = loop ? target : this.#loopTarget;
      } else this.pc = this.#nextPc;
      this.#state = this.#nextState;
      this.#upperHalf = this.#word >>> 16;
      this.#loopWaits = false;
    } else if (loop) {
      this.#loopTarget = target;
      this.#loopWaits = true;
    }
  }

  #take(state: number, pc: number): void {
    this.#nextState = state;
    this.#nextPc = pc;
  }
}
