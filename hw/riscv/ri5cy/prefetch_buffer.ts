/**
 * The 32-bit prefetch buffer of RI5CY: a fetch state machine in front of a FIFO of four words.
 * @module
 */
import { AHEAD, FETCH, LEFT_OVER, NEAR, PLAIN, RAW, type StateWriter } from "./state_writer.ts";
import type { CoreVariant } from "./variants.ts";
import type { Prefetcher } from "./prefetcher.ts";

const IDLE = 0, WAIT_GRANT = 1, WAIT_DATA = 2, WAIT_ABORTED = 3;

const LOOP_NONE = 0, LOOP_IN = 1, LOOP_FETCHING = 2, LOOP_DONE = 3, LOOP_COMPRESSED = 4, LOOP_UNALIGNED = 5;

/**
 * Fetches one aligned word at a time and hands out instructions of either size. State and signal names follow
 * riscv_prefetch_buffer.sv and riscv_fetch_fifo.sv of RI5CY 12e1cda7 and be1fdf50; the release of 2018 takes
 * data on the bus, or left in the FIFO, for an instruction's, and does not wait for the second half of a loop's last one.
 */
export class PrefetchBuffer implements Prefetcher {
  readonly words = 1;
  readonly data: Int32Array = new Int32Array(1);
  dataValid = false;

  valid = false;
  address = 0;
  instruction = 0;
  isLoopTarget = false;
  loopBranch = false;

  request = false;
  requestAddress = 0;

  #state = IDLE;
  #loop = LOOP_NONE;
  #fetchAddress = 0;

  readonly #entries = new Int32Array(4);
  #count = 0;
  #address0 = 0;
  #address1 = 0;
  #loopTarget0 = false;
  #loopTarget1 = false;

  #inValid = false;
  #stored = false;
  #unalignedCompressed = false;
  #alignedCompressed = false;
  #next = IDLE;
  #nextLoop = LOOP_NONE;
  #takeAddress = false;
  #takenAddress = 0;
  #clear = false;
  #pop = false;

  readonly #early: boolean;

  constructor(variant: CoreVariant) {
    this.#early = variant.release === "2018_01";
  }

  present(): void {
    const entries = this.#entries;
    const count = this.#count;
    const incoming = this.data[0];
    const inValid = this.#inValid = this.#state === WAIT_DATA && this.dataValid;
    const inLoop = this.#loop === LOOP_FETCHING;
    const held = count > 0;
    const word = held ? entries[0] : (inValid || this.#early ? incoming : 0);
    const valid = held || inValid || this.#loopTarget1;
    const address = this.address = held ? this.#address0 : this.#fetchAddress;
    this.#unalignedCompressed = (word >>> 16 & 3) !== 3;
    this.#alignedCompressed = (word & 3) !== 3;
    if ((address & 2) !== 0 && !this.#loopTarget1) {
      this.instruction = (count > 1 ? entries[1] : incoming) << 16 | word >>> 16;
      this.valid = this.#unalignedCompressed ? valid : count > 1 || held && inValid;
      const storedCompressed = (held || this.#early) && (entries[0] >>> 16 & 3) !== 3;
      this.#stored = storedCompressed || count > 1;
    } else {
      this.instruction = word;
      this.valid = valid;
      this.#stored = held;
    }
    this.isLoopTarget = held ? this.#loopTarget0 : inLoop;
    this.loopBranch = this.#loop === LOOP_COMPRESSED;
  }

  decide(enabled: boolean, branch: boolean, target: number, loop: boolean, loopTarget: number, ready: boolean): void {
    const state = this.#state;
    const fetchAddress = this.#fetchAddress;
    const unaligned = (fetchAddress & 2) !== 0;
    const loopBranch = this.loopBranch;
    this.#pop = ready;

    // What the state of the hardware loop asks of the fetch.
    let masked = false;
    let clear = false;
    let speculative = false;
    switch (this.#loop) {
      case LOOP_NONE:
        if (loop) {
          masked = !unaligned;
          clear = ready;
        }
        break;
      case LOOP_UNALIGNED:
        masked = true;
        clear = this.valid && ready;
        break;
      case LOOP_COMPRESSED:
        clear = true;
        break;
      case LOOP_IN:
        masked = true;
        clear = ready;
        break;
      case LOOP_FETCHING:
        clear = !(this.dataValid && state !== WAIT_ABORTED) && ready;
        break;
    }

    const redirect = branch || loopBranch;
    const redirected = branch ? target : fetchAddress;
    const following = (fetchAddress & ~3) + 4;
    const room = this.#count < 3;
    let request = false;
    let takeAddress = false;
    let loopFetch = false;
    let address = following;
    let next = state;
    switch (state) {
      case IDLE: {
        const loopNow = masked && this.#stored;
        if (redirect) address = redirected;
        else if (loopNow) address = loopTarget;
        if (enabled && (room || redirect || loopNow)) {
          request = takeAddress = true;
          loopFetch = loopNow;
          next = WAIT_GRANT;
        }
        break;
      }
      case WAIT_GRANT:
        address = fetchAddress;
        request = true;
        if (redirect) {
          address = redirected;
          takeAddress = true;
        } else if (masked && this.#stored) {
          address = loopTarget;
          takeAddress = loopFetch = true;
        }
        break;
      case WAIT_DATA:
        if (redirect) address = redirected;
        else if (masked) address = loopTarget;
        if (enabled && (room || redirect || masked)) {
          if (this.dataValid) {
            request = takeAddress = true;
            loopFetch = masked;
            next = WAIT_GRANT;
          } else if (redirect) {
            takeAddress = true;
            next = WAIT_ABORTED;
          } else if (masked && this.valid) {
            takeAddress = loopFetch = true;
            next = WAIT_ABORTED;
          }
        } else if (this.dataValid) next = IDLE;
        break;
      case WAIT_ABORTED:
        address = fetchAddress;
        if (redirect) {
          address = redirected;
          takeAddress = true;
        }
        if (this.dataValid) {
          request = true;
          next = WAIT_GRANT;
        }
        break;
    }

    let nextLoop = this.#loop;
    switch (this.#loop) {
      case LOOP_NONE:
        if (loop) {
          if (this.valid && this.#unalignedCompressed && unaligned) {
            nextLoop = LOOP_COMPRESSED;
            speculative = true;
          } else if (unaligned && !this.valid && !this.#early) {
            nextLoop = LOOP_UNALIGNED;
            speculative = true;
          } else nextLoop = loopFetch ? LOOP_FETCHING : LOOP_IN;
        }
        break;
      case LOOP_UNALIGNED:
        if (this.valid) nextLoop = LOOP_FETCHING;
        break;
      case LOOP_COMPRESSED:
        nextLoop = LOOP_FETCHING;
        break;
      case LOOP_IN:
        if (loopFetch) nextLoop = LOOP_FETCHING;
        break;
      case LOOP_FETCHING:
        if (this.dataValid && state !== WAIT_ABORTED) {
          nextLoop = this.valid && this.isLoopTarget ? LOOP_NONE : LOOP_DONE;
        }
        break;
      case LOOP_DONE:
        if (this.valid && this.isLoopTarget) nextLoop = LOOP_NONE;
        break;
    }
    if (branch) {
      nextLoop = LOOP_NONE;
      clear = true;
    }

    this.request = request;
    this.requestAddress = address & ~3;
    this.#takeAddress = takeAddress;
    this.#clear = clear;
    this.#next = next;
    this.#nextLoop = nextLoop;
    if (takeAddress) this.#takenAddress = speculative && !branch ? loopTarget : address;
  }

  commit(granted: boolean): void {
    this.#commitQueue();
    const next = this.#next;
    this.#state = next === WAIT_GRANT && granted ? WAIT_DATA : next;
    this.#loop = this.#nextLoop;
    if (this.#takeAddress) this.#fetchAddress = this.#takenAddress;
  }

  save(state: StateWriter): void {
    const count = this.#count;
    const entries = this.#entries;
    const held = count > 0;
    const marks = (this.#loopTarget0 ? 1 : 0) | (this.#loopTarget1 ? 2 : 0);
    // What the early release has left over, and what loops have put together, is no copy of the code from here on.
    const raw = this.#early || this.#loop !== LOOP_NONE || marks !== 0 ? RAW : PLAIN;
    state.add(this.#state).add(this.#loop, raw).add(this.#fetchAddress, held ? NEAR : FETCH).add(count);
    for (let i = 0; i < 4; i++) {
      if (i < count) state.add(entries[i], AHEAD);
      else if (i === 0 && this.#early) state.add(entries[i], LEFT_OVER);
      else state.add(0);
    }
    state.add(held ? this.#address0 : 0, held ? FETCH : PLAIN);
    state.add(this.#loopTarget1 ? this.#address1 : 0).add(marks);
    state.add(this.#early ? this.data[0] : 0, this.#early ? LEFT_OVER : PLAIN);
  }

  restore(state: Int32Array, at: number): number {
    this.#state = state[at++];
    this.#loop = state[at++];
    this.#fetchAddress = state[at++];
    this.#count = state[at++];
    for (let i = 0; i < 4; i++) this.#entries[i] = state[at++];
    this.#address0 = state[at++];
    this.#address1 = state[at++];
    const marks = state[at++];
    this.#loopTarget0 = (marks & 1) !== 0;
    this.#loopTarget1 = (marks & 2) !== 0;
    this.data[0] = state[at++];
    return at;
  }

  #commitQueue(): void {
    if (this.#clear) {
      this.#count = 0;
      this.#loopTarget0 = this.#loopTarget1 = false;
      return;
    }
    const entries = this.#entries;
    let count = this.#count;
    let address0 = this.#address0;
    let address1 = this.#address1;
    let loopTarget0 = this.#loopTarget0;
    let loopTarget1 = this.#loopTarget1;
    const inLoop = this.#loop === LOOP_FETCHING;
    if (this.#inValid) {
      const held = count > 0;
      const instruction = this.instruction;
      if (count < 4) {
        if (count === 0) address0 = this.#fetchAddress;
        else if (count === 1) address1 = this.#fetchAddress;
        entries[count++] = this.data[0];
      }
      if (inLoop) {
        if (held) {
          address1 = this.#fetchAddress;
          entries[0] = instruction;
          entries[1] = this.data[0];
          count = 2;
          loopTarget1 = true;
        } else loopTarget0 = true;
      }
    }
    if (this.#pop && this.valid) {
      const following = (address0 & ~3) + 4;
      let shift = true;
      if (loopTarget1) address0 = address1;
      else if ((address0 & 2) !== 0) address0 = this.#unalignedCompressed ? following : following | 2;
      else if (this.#alignedCompressed) {
        address0 |= 2;
        shift = false;
      } else address0 = following;
      loopTarget0 = loopTarget1;
      loopTarget1 = false;
      if (shift) {
        entries[0] = entries[1];
        entries[1] = entries[2];
        entries[2] = entries[3];
        entries[3] = 0;
        if (count > 0) count--;
      }
    }
    this.#count = count;
    this.#address0 = address0;
    this.#address1 = address1;
    this.#loopTarget0 = loopTarget0;
    this.#loopTarget1 = loopTarget1;
  }
}
