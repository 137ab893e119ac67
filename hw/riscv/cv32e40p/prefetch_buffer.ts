/**
 * The prefetch buffer of CV32E40P: a queue of two words behind an OBI port.
 * @module
 */

/** Words that are held or on their way (cv32e40p_prefetch_buffer.sv, FIFO_DEPTH). */
const DEPTH = 2;

/** Fetches aligned words ahead of the aligner; signals and their names as in cv32e40p_prefetch_controller.sv. */
export class PrefetchBuffer {
  /** Words of one fetch. */
  readonly words = 1;
  /** The word that arrives in this cycle, if {@linkcode dataValid}. */
  readonly data: Int32Array = new Int32Array(1);
  /** Set by the fetch port: an answer arrives in this cycle. */
  dataValid = false;

  /** Whether a word is ready for the aligner, */
  valid = false;
  /** and the word. */
  word = 0;
  /** Whether a fetch is asked for in this cycle, */
  request = false;
  /** and its address, aligned to words. */
  requestAddress = 0;

  readonly #entries = new Int32Array(DEPTH);
  #count = 0;
  /** Fetches that are to be answered, also those that still wait for their grant. */
  #outstanding = 0;
  /** How many of the next answers are to be dropped. */
  #flush = 0;
  #address = 0;
  /** Whether the target of a redirection is still to be asked for. */
  #targetWaits = false;
  /** A request that was not granted at once stays as it is (cv32e40p_obi_interface.sv). */
  #held = false;
  #heldAddress = 0;
  /** A loop jumps, but its last instruction has yet to come: what to drop after that. */
  #flushAfterAnswer = false;
  #flushLater = 0;

  #branch = false;
  #loop = false;
  #accepted = false;
  #nextAddress = 0;
  #pop = false;
  #push = false;

  /** Whether a fetch is under way, which keeps the core's clock running. */
  get busy(): boolean {
    return this.#outstanding !== 0;
  }

  /** First: which word is ready, from the queue or straight from the port. */
  present(branch: boolean): void {
    const held = this.#count > 0;
    this.valid = (held || this.dataValid) && !branch && this.#flush === 0;
    this.word = held ? this.#entries[0] : this.data[0];
  }

  /**
   * Then: what to ask for.
   * @param enabled whether the controller wants instructions
   * @param branch whether it redirects the fetch, to `target`
   * @param loop whether a hardware loop jumps back, to `target`, after one more instruction
   * @param ready whether the aligner takes the word
   */
  decide(enabled: boolean, branch: boolean, loop: boolean, target: number, ready: boolean): void {
    const redirected = branch || loop;
    const count = this.#count;
    const wanted = enabled && (redirected ? 0 : count) + this.#outstanding < DEPTH;
    this.#accepted = wanted && !this.#held;
    let address;
    if (this.#targetWaits) address = branch ? target & ~3 : this.#address;
    else if (branch) address = target & ~3;
    else if (loop) address = target;
    else address = (this.#address & ~3) + 4;
    this.#nextAddress = address;
    this.request = wanted || this.#held;
    this.requestAddress = this.#held ? this.#heldAddress : address & ~3;
    this.#branch = branch;
    this.#loop = loop;
    this.#pop = count > 0 && ready;
    this.#push = this.dataValid && (count > 0 || !ready) && !branch && this.#flush === 0;
  }

  /** Last: the clock edge. */
  commit(granted: boolean): void {
    const redirected = this.#branch || this.#loop;
    const answered = this.dataValid;
    const accepted = this.#accepted;
    this.#commitFlush(answered);
    this.#commitQueue();
    if (redirected || accepted) this.#address = this.#nextAddress;
    this.#targetWaits = (redirected || this.#targetWaits) && !accepted;
    if (accepted) this.#outstanding++;
    if (answered) this.#outstanding--;
    if (this.request && !granted) {
      this.#heldAddress = this.requestAddress;
      this.#held = true;
    } else if (granted) this.#held = false;
  }

  #commitFlush(answered: boolean): void {
    const lastHasCome = this.#count > 0 || answered;
    const outstanding = this.#outstanding;
    const delayed = this.#flushAfterAnswer && answered;
    if (this.#branch || this.#loop && lastHasCome) {
      this.#flush = answered && outstanding > 0 ? outstanding - 1 : outstanding;
    } else if (delayed) this.#flush = this.#flushLater;
    else if (answered && this.#flush > 0) this.#flush--;
    if (this.#branch) this.#flushAfterAnswer = false;
    else if (this.#loop && !lastHasCome) {
      this.#flushAfterAnswer = true;
      this.#flushLater = outstanding - 1;
    } else if (delayed) this.#flushAfterAnswer = false;
  }

  #commitQueue(): void {
    if (this.#branch) {
      this.#count = 0;
      return;
    }
    if (this.#loop && this.#count > 0) {
      // What follows the loop's last instruction is of no use.
      this.#count = this.#pop ? 0 : 1;
      return;
    }
    if (this.#pop) this.#entries[0] = this.#entries[1];
    if (this.#pop) this.#count--;
    if (this.#push) this.#entries[this.#count++] = this.data[0];
  }
}
